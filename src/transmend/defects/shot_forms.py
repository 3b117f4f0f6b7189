"""Shots that are a bad example of form: cut off at the end, or written otherwise than the target."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from transmend.document import Section
from transmend.finding import Finding
from transmend.language import DANGLING, looks_english
from transmend.prompt import prompts
from transmend.rule import Phase, Rule
from transmend.similarity import groups
from transmend.view import View

#: Fewer words than this have no form to speak of.
ENOUGH_WORDS = 30

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*(?=\s|$)|[。！？]")
_ENDS_WELL = re.compile(r"(?:[.!?…。！？][\"'”’»)\]*_]*|[)\]}>»”\"`|:])$")
_TIME = re.compile(r"(?<![\d:.])\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?(?![\d:])")
_SPEAKER = re.compile(r"^[ \t]*(?:>>|\[?(?:speaker|person)[ _]?\w{1,2}\]?:|[A-Z][\w.' -]{0,30}:)(?=\s)", re.MULTILINE)

Form = Mapping[str, bool | None]


def cut_off_shot(view: View) -> Iterator[Finding]:
    """A shot stops in the middle of a sentence.

    Why: the last words of an example teach most about how to end. A shot that was cut to fit a budget
    teaches the model to stop anywhere.

    Found are a last word that nothing ends in, such as ``the`` or ``because`` (kind ``dangling word``, English
    only), a comma or dash at the end (``dangling mark``), and a last sentence without its mark where the
    others have theirs (``unfinished sentence``).

    Example: a shot that ends in ``and then we deploy it to the``.

    Left alone: text without punctuation that ends in any other word, ends that are marked as cut (``…``,
    ``[…]``), lists, code and short last lines, and all copies of a shot but the first.

    Safety: no fix is offered. The missing end is not in the file.
    """
    shots = [section for section in view.document.sections if section.role == "shot"]
    texts = tuple(section.span.of(view.text).rstrip() for section in shots)
    for number, first in enumerate(groups(texts)):
        if first == number and (end := _bad_end(texts[number])) is not None:
            kind, confidence = end
            last = texts[number][-30:].split(maxsplit=1)[-1] if len(texts[number]) > 30 else texts[number]
            message = f"{shots[number].label} is cut off: it ends in '{' '.join(last.split())}'"
            yield Finding(shots[number].span, message, confidence, shots[number].label, {"kind": kind})


def mixed_form(view: View) -> Iterator[Finding]:
    """A shot is written in another form than the target of its prompt.

    Why: shots show what a text looks like as much as what to do with it. Punctuated examples before a raw
    transcript set up a puzzle that nobody meant to set.

    Compared are sentence marks, capitals, timestamps and speaker labels. The evidence names the ones that
    differ. Where the target is short or missing, shots are held against the first of them.

    Example: a shot with full stops and capitals, and a target in lower case without any mark.

    Left alone: texts of under 30 words, and features that are neither clearly there nor clearly missing.

    Safety: no fix is offered by this rule; restoring marks in all sections often mends it.
    """
    for prompt in prompts(view.document):
        formed = [s for s in (prompt.target, *prompt.shots) if s is not None and _long(s.span.of(view.text))]
        for shot in formed[1:]:
            if (finding := _differs(view, shot, formed[0])) is not None:
                yield finding


def _bad_end(text: str) -> tuple[str, float] | None:
    """What is wrong with the end of ``text``, and how sure that is."""
    each = _WORD.findall(text)
    if not each or _ENDS_WELL.search(text):
        return None
    if each[-1].lower().replace("’", "'") in DANGLING and text.endswith(each[-1]) and looks_english(text):
        return "dangling word", 0.9
    if text[-1] in ",;-–—(/&":
        return "dangling mark", 0.85
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    tail = text[ends[-1] :] if ends else ""
    if len(ends) >= 3 and len(each) <= 40 * len(ends) and "\n" not in tail.strip() and len(_WORD.findall(tail)) >= 3:
        return "unfinished sentence", 0.8
    return None


def _long(text: str) -> bool:
    return len(_WORD.findall(text)) >= ENOUGH_WORDS


def form(text: str) -> Form:
    """Which features of form a text has: yes, no, or None where that is not clear.

    >>> form("so we went to the store " * 6)["sentence marks"]
    False
    """
    each = _WORD.findall(text)
    hundreds = max(len(each), 1) / 100
    cased = text.lower() != text.upper()
    capitals = sum(word[0].isupper() for word in each)
    return {
        "sentence marks": _clear(len(_SENTENCE_END.findall(text)) / hundreds, 0.3, 2),
        "capitals": _clear(capitals / hundreds, 0.5, 3) if cased else None,
        "all capitals": text.upper() == text if cased else None,
        "timestamps": _clear(len(_TIME.findall(text)) / hundreds, 0.2, 1),
        "speaker labels": _clear(len(_SPEAKER.findall(text)), 0, 2),
    }


def _clear(amount: float, no: float, yes: float) -> bool | None:
    return False if amount <= no else True if amount >= yes else None


def _differs(view: View, shot: Section, other: Section) -> Finding | None:
    mine, theirs = form(shot.span.of(view.text)), form(other.span.of(view.text))
    differing = [name for name in mine if {mine[name], theirs[name]} == {True, False}]
    if not differing:
        return None
    told = ", ".join(f"{'has' if mine[name] else 'lacks'} {name}" for name in differing)
    evidence = {"differs": differing, "from": other.label, "form": dict(mine), "other": dict(theirs)}
    return Finding(shot.span, f"{shot.label} {told}, unlike {other.label}", 0.9, shot.label, evidence)


RULES = (
    Rule("SHOT004", Phase.PROMPT, cut_off_shot),
    Rule("SHOT006", Phase.PROMPT, mixed_form),
)
