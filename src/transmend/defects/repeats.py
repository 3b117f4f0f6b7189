"""Disfluency: words said twice, words begun twice, and fillers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from transmend.document import Span
from transmend.finding import Finding, Fix, Severity
from transmend.language import FILLER, is_filler, looks_english, word_set
from transmend.restore.dropping import without
from transmend.rule import Phase, Rule
from transmend.view import View

_WORD = r"[^\W\d_]+(?:['’][^\W\d_]+)?"

#: Said twice on purpose, or by grammar: "had had", "very very", "no no", "bye bye".
MEANT_TWICE = word_set(
    "had that very no nope yes yeah yep yup oh ah ha hey hi hello bye night so really much many more most far "
    "long way well wait go come now then there right okay ok sure please never ever again thanks too super "
    "big huge little tiny small old new good great high hard fast slow quick deep late early close nice bad "
    "blah bla knock tick click beep la na da dum boo hear yo choo cha bang chop quack woof tut hush shh haha "
    "one two three four five six seven eight nine ten zero double hundred thousand million twenty thirty forty "
    "fifty sixty seventy eighty ninety dot dash slash star stop cut look listen run half side step pretty "
    "etc over round up down out is"
)

_CALLS = {"come on", "thank you", "oh my"}

#: Short words that speakers restart on: nearly always a stutter, even with a comma between.
RESTARTED = word_set(
    "a an the i we they he she it's its i'm im we're were they're you're youre and or but because if when where "
    "which this these those of to at by for from with as into my your our their his can will would could should "
    "have has are was be let's lets there's theres that's thats what's don't dont about how before after"
)

#: Words that fold a pair of words into a figure: "more and more and more", "day by day by day".
_LINKS = frozenset({"and", "or", "by", "after", "upon", "to", "over"})

_REPEAT = re.compile(
    rf"(?<![\w'’.-])(?P<phrase>{_WORD}(?:[ \t]+{_WORD}){{0,2}}?)"
    rf"(?:(?P<gap>(?:[,–—…]|--?)?\s+(?:{FILLER}[,.…]*\s+)*)(?P=phrase))+(?![\w'’]|[.-]\w)",
    re.IGNORECASE,
)

#: Begun, broken off, and said: "th- there's", "th-they", "L-l-like".
_BROKEN = re.compile(
    rf"(?<![\w'’.-])(?P<begun>(?P<first>[^\W\d_]{{1,8}})(?:-[^\W\d_]{{1,8}})*)(?P<gap>--?\s+|-)(?=(?P<whole>{_WORD})(?![\w'’]|-\w))",
    re.IGNORECASE,
)

#: Parts of a word that are set before a whole one with a hyphen: "co-conspirator", "re-release".
_PREFIXES = word_set(
    "co re de pre ex un in non sub pro anti mid so be by out over up bi tri uni mini multi trans go ha"
)

#: No word of English is like this: what a speaker who breaks off leaves.
_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwz]{1,3}")
_FILLERS = re.compile(rf"(?<![\w'’.@-])(?<!\d ){FILLER}(?![\w'’@-]|\.\w)", re.IGNORECASE)


def repeated_words(view: View) -> Iterator[Finding]:
    """One to three words are said twice in a row.

    Why: speakers restart on short words. Readers skip it, but a model that learns from the text learns to
    stutter, and every repeat costs tokens.

    Example: ``so we we went``, ``to um to``, ``of the of the``. The evidence says what is repeated.

    Left alone: what grammar or stress says twice (``had had``, ``very very``, ``no no no``, ``bye bye``,
    ``more and more and more``), numbers and spelt letters, repeats across a sentence end or a blank line,
    content words with a comma between, and text that does not look English: French says ``nous nous``.

    Safety: safe where ``disfluencies`` asks for it by name: all copies but the last go, with the fillers between.
    Otherwise nothing is changed, for to drop words is an editor's decision.
    """
    for start, text, match in _in_english(view, _REPEAT):
        if (confidence := _is_stutter(text, match)) is not None:
            said = " ".join(match["phrase"].split())
            span = Span(start + match.start(), start + match.end())
            extra_ends = _word_end(view.text, span.end - len(match["phrase"]))
            evidence = {"repeated": said, "extra_ends": extra_ends}
            yield Finding(span, f"'{said}' is said twice", confidence, evidence=evidence)


def broken_word(view: View) -> Iterator[Finding]:
    """A word is begun, broken off and begun anew.

    Why: what is left of it is no word, and to whoever reads or learns from the text it is one.

    Example: ``th- there's`` and ``L-l-like``, where ``there's`` and ``Like`` were meant; ``w- a ride``.

    Left alone: prefixes (``co-conspirator``, ``pre- and post-war``), letters that name something (``D-day``,
    ``t-test``, ``an A- average``), words said twice as one (``bye-bye``), and text without the hyphen, in which only
    the tagger sees it (``restart``).

    Safety: safe where ``disfluencies`` asks for it by name: what was begun goes. Otherwise nothing is changed.
    """
    for start, _, match in _in_english(view, _BROKEN):
        if _is_broken(match):
            span = Span(start + match.start(), start + match.end("begun"))
            yield Finding(span, f"'{match['begun']}-' is broken off", 0.9, evidence={"begun": match["begun"]})


def filler(view: View) -> Iterator[Finding]:
    """A filler: um, uh, er, hm.

    Why: fillers carry no words. In a prompt they cost tokens, and in training text they are learnt.

    Example: ``um`` and ``uh`` in ``um so we uh went``.

    Left alone: ``uh-huh`` and ``uh oh``, which are answers, ``5 mm``, names such as ``ER`` or ``Umm Kulthum``, and
    text that does not look English, for German ``um`` and ``er`` are words.

    Safety: safe where ``disfluencies`` asks for it by name. Otherwise nothing is changed, for what is verbatim to one
    reader is noise to another.
    """
    for start, text, match in _in_english(view, _FILLERS):
        if not _is_answer_or_name(text, match):
            span = Span(start + match.start(), start + match.end())
            yield Finding(span, f"filler '{match[0]}'", 0.95, evidence={"filler": match[0].lower()})


def _in_english(view: View, pattern: re.Pattern[str]) -> Iterator[tuple[int, str, re.Match[str]]]:
    """What matches in the sections that look English: where the section starts, its text, and the match in that."""
    for section in view.parts:
        text = section.span.of(view.text)
        yield from ((section.span.start, text, match) for match in _matches(pattern, text))


@lru_cache(maxsize=64)
def _matches(pattern: re.Pattern[str], text: str) -> tuple[re.Match[str], ...]:
    """What matches in a text that looks English. Remembered, since shots repeat."""
    return tuple(pattern.finditer(text)) if looks_english(text) else ()


def drop(view: View, finding: Finding) -> Fix | None:
    """Drop a filler, or all copies but the last, if the settings ask for it."""
    if view.settings.disfluencies == "keep":
        return None
    dropped = Span(finding.start, finding.evidence.get("extra_ends", finding.end))
    return Fix(without(view.text, view.speech_at(finding.span), dropped))


def _word_end(text: str, before: int) -> int:
    """End of the last word before a place."""
    while not text[before - 1].isalnum():
        before -= 1
    return before


def _is_stutter(text: str, match: re.Match[str]) -> float | None:
    """How sure it is that a repeat was not meant; None if it may well have been."""
    words = match["phrase"].lower().replace("’", "'").split()
    gap = match["gap"]
    if "\n\n" in gap.replace("\r", "") or " ".join(words) in _CALLS:
        return None
    if all(word in MEANT_TWICE or is_filler(word) for word in words):
        return None
    if len(words) == 1 and len(words[0]) == 1 and words[0] not in "ai":
        return None
    restarted = all(word in RESTARTED for word in words)
    if len(words) > 1:
        return None if _is_figure(text, match, words) else 0.95 if restarted or gap.strip() else 0.8
    if "," in gap and not restarted:
        return None
    return 0.95 if restarted or gap.strip() else 0.75


def _is_broken(match: re.Match[str]) -> bool:
    """Whether a word before a hyphen is the beginning of the one after it, and no prefix or name."""
    parts, whole = match["begun"].lower().split("-"), match["whole"].lower().replace("’", "'")
    if not all(whole.startswith(part) for part in parts):
        alone = len(parts) == 1 and match["gap"] != "-" and whole not in ("and", "or", "to", "but")
        return alone and _CONSONANTS.fullmatch(match["begun"]) is not None
    if match["gap"] != "-":
        is_grade = match["first"].isupper() and match["whole"][0].islower()
        return whole != parts[-1] and not is_grade and len(parts) == 1
    if parts[-1] == whole:
        return whole in RESTARTED
    return whole in RESTARTED or len(parts) > 1 or (1 < len(parts[0]) < 4 and parts[0] not in _PREFIXES)


def _is_figure(text: str, match: re.Match[str], words: list[str]) -> bool:
    """Whether the repeat is part of a figure such as "more and more and more"."""
    if not _LINKS & {words[0], words[-1]} or all(word in RESTARTED for word in words):
        return False
    before = text[: match.start()].split()[-1:]
    after = text[match.end() :].split(maxsplit=1)[:1]
    return [words[-1]] == [w.lower() for w in before] or [words[0]] == [w.lower().strip(",.?!") for w in after]


def _is_answer_or_name(text: str, match: re.Match[str]) -> bool:
    follows = text[match.end() : match.end() + 6]
    if re.match(r"[ ,]+(?:huh|oh)\b", follows, re.IGNORECASE):
        return True
    is_name = match[0].istitle() and re.match(r" [A-Z][a-z]", follows) is not None
    return is_name or (match[0].isupper() and not text.isupper())


RULES = (
    Rule("DIS001", Phase.WORDS, repeated_words, drop, severity=Severity.NOTE, grouped=True),
    Rule("DIS002", Phase.WORDS, filler, drop, severity=Severity.NOTE, grouped=True),
    Rule("DIS005", Phase.WORDS, broken_word, drop, severity=Severity.NOTE, grouped=True),
)
