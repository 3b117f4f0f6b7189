"""Punctuated, cased speech -> words with labels, and the damage that makes it look like real input."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein

from transmend.tagger.features import WORD, normal_form

IGNORE = -1
NONE, COMMA, PERIOD, QUESTION = 0, 1, 2, 3
LOWER, TITLE, UPPER, MIXED = 0, 1, 2, 3
INSIDE, BEFORE = 1, 2
FORM = 4

KEPT, DROPPED = 0, 1

FILLERS = {"um", "uh", "er", "erm", "ah", "uhm", "hmm"}
#: Said as fillers at times: whether an editor would drop one is not known where nobody was asked to.
DISCOURSE = {
    *("you", "know", "like", "i", "mean", "so", "well", "right", "kind", "sort", "of", "actually", "basically"),
    *("just", "and", "but", "okay", "yeah", "oh", "really", "now", "then", "guess", "think", "say"),
}
#: A full stop after these ends no sentence by itself.
ABBREVIATIONS = {"mr", "mrs", "ms", "dr", "st", "vs", "eg", "ie", "prof", "inc", "jr", "etc"}

ANNOTATION = re.compile(
    r"\[[^\]]*\]\([^)]*\)|\[[^\]]*\]|<[^>]*>|\((?:[a-z]+(?:ing|s|ter)?|\d+)\)|https?://\S+|[*`\"“”«»]|‘(?=\w)"
)
DASH = re.compile(r"\s*(?:--+|—|–(?!\d)|\s-+(?=\s|$))[,;]?\s*")
CAPITAL_START = re.compile(r"\W*[A-Z]")


@dataclass(frozen=True, slots=True)
class Word:
    """A normal form and its labels; ``IGNORE`` where nothing should be learnt."""

    form: str
    mark: int = NONE
    case: int = LOWER
    inner: int = NONE
    paragraph: int = NONE
    seam: int = NONE
    disfluency: int = KEPT

    @property
    def labels(self) -> tuple[int, ...]:
        """One label a head, in the order of ``features.HEADS``."""
        return self.mark, self.case, self.inner, self.paragraph, self.seam, self.disfluency


def mark_label(trail: str, rest: str) -> int:
    """The mark that ``trail``, the characters between a word and the next, stands for."""
    if "?" in trail:
        return QUESTION
    if "..." in trail or "…" in trail:
        return PERIOD if CAPITAL_START.match(rest) and not re.match(r"\W*I\b", rest) else COMMA
    if "." in trail or "!" in trail:
        return PERIOD
    if ";" in trail:
        return IGNORE
    return COMMA if "," in trail or ":" in trail else NONE


def case_label(core: str) -> int:
    letters = [c for c in core if c.isalpha()]
    if not letters:
        return IGNORE
    if all(c.islower() for c in letters):
        return LOWER
    contraction = re.fullmatch(r"[A-Z](?:['’][a-z]+)?", core)
    if contraction or (core[0].isupper() and all(c.islower() for c in letters[1:])):
        return TITLE
    return UPPER if all(c.isupper() for c in letters) else MIXED


def inner_label(core: str) -> int:
    marks = [(i, c) for i, c in enumerate(core) if not c.isalnum()]
    if not marks or any(core[i - 1].isdigit() and core[i + 1].isdigit() for i, _ in marks):
        return NONE
    if len(marks) == 1 and marks[0][1] in "'’":
        return {1: 1, 2: 2}.get(len(core) - marks[0][0] - 1, FORM)
    return FORM


def words_of_turn(text: str, rng: random.Random, split_hyphens: float) -> list[Word]:
    """The labelled words of one turn. Hyphened words are split in two at the rate ``split_hyphens``."""
    text = ANNOTATION.sub(" ", text.replace("’", "'"))
    text = DASH.sub(", ", text)
    found = list(WORD.finditer(text))
    words: list[Word] = []
    for k, match in enumerate(found):
        end = found[k + 1].start() if k + 1 < len(found) else len(text)
        trail, core = text[match.end() : end], match.group()
        mark = mark_label(trail, text[end:])
        if mark == PERIOD and normal_form(core) in ABBREVIATIONS and k + 1 < len(found):
            follows = found[k + 1].group()
            mark = COMMA if "," in trail else (IGNORE if follows[0].isupper() else NONE)
        if k + 1 == len(found) and mark in (NONE, COMMA):
            mark = IGNORE
        inner = inner_label(core)
        if trail.startswith("'") and core.endswith("s") and inner == NONE and not trail.startswith("',"):
            inner = 3
        apart = "-" in core and rng.random() < split_hyphens
        parts = [p for p in core.split("-") if p] if apart else [core]
        for i, part in enumerate(parts):
            whole = len(parts) == 1
            words.append(
                Word(
                    normal_form(part),
                    mark if i == len(parts) - 1 else NONE,
                    case_label(part),
                    inner if whole else inner_label(part),
                )
            )
    return _comma_fillers([w for w in words if w.form])


def _comma_fillers(words: list[Word]) -> list[Word]:
    """Set fillers off by commas, as careful editors do and verbatim corpora do not."""
    out: list[Word] = []
    for word in words:
        if word.form in FILLERS and word.mark == NONE:
            word = replace(word, mark=COMMA)
        if word.form in FILLERS and out and out[-1].mark == NONE:
            out[-1] = replace(out[-1], mark=COMMA)
        out.append(word)
    return out


def as_spoken(words: list[Word], verbatim: bool) -> list[Word]:
    """Label what an editor would surely drop, and hide what nobody knows.

    Edited speech keeps what it shows, but for words that are fillers at times. Of verbatim speech only the plain
    fillers are known to go.
    """
    out = []
    for word in words:
        if word.form in FILLERS:
            word = replace(word, disfluency=DROPPED)
        elif verbatim or word.form in DISCOURSE:
            word = replace(word, disfluency=IGNORE)
        out.append(word)
    return out


def dropped_by_editor(verbatim: list[Word], edited: list[str]) -> list[Word]:
    """Label the words of a verbatim text that its edited version dropped; hide what was replaced."""
    out = list(verbatim)
    for op in Levenshtein.opcodes([w.form for w in verbatim], edited):
        label = {"equal": KEPT, "delete": DROPPED}.get(op.tag, IGNORE)
        for i in range(op.src_start, op.src_end):
            out[i] = replace(out[i], disfluency=label)
    return out


def disfluent(words: list[Word], rng: random.Random, fillers: float, stutters: float, restarts: float) -> list[Word]:
    """Inject fillers, repeated short words and restarted phrases at the given rates per word."""
    out: list[Word] = []
    for i, word in enumerate(words):
        roll = rng.random()
        if roll < fillers and not word.paragraph:
            filler = Word(rng.choices(("um", "uh", "er", "ah"), (5, 5, 0.3, 0.3))[0], COMMA, disfluency=DROPPED)
            if out and out[-1].mark in (PERIOD, QUESTION):
                filler = replace(filler, case=TITLE)
                if word.case == TITLE and word.form != "i":
                    word = replace(word, case=IGNORE)
            elif out and out[-1].mark == NONE:
                out[-1] = replace(out[-1], mark=COMMA)
            out.append(filler)
        elif roll < fillers + stutters and len(word.form) <= 5 and not word.form.isdigit():
            word = _repeat(out, [word], word)
        elif roll < fillers + stutters + restarts:
            phrase = words[i : i + rng.randint(2, 4)]
            if not any(w.mark or w.form.isdigit() for w in phrase[:-1]):
                if rng.random() < 0.4:  # the last word comes out different the second time
                    other = rng.choice(words)
                    phrase[-1] = replace(other, case=LOWER if other.case == TITLE else other.case, paragraph=0)
                word = _repeat(out, phrase, word, rng)
        out.append(word)
    return out


def _repeat(out: list[Word], phrase: list[Word], word: Word, rng: random.Random | None = None) -> Word:
    """Say ``phrase`` once too often before ``word``, its first word; gives that word as it is written then."""
    starts = not out or out[-1].mark in (PERIOD, QUESTION)
    out.extend(replace(w, mark=NONE, disfluency=DROPPED) for w in phrase)
    out[-1] = replace(out[-1], mark=COMMA)
    if rng and rng.random() < 0.3:
        edit = rng.choice((["uh"], ["um"], ["i", "mean"], ["you", "know"], ["sorry"]))
        out.extend(Word(w, case=TITLE if w == "i" else LOWER, disfluency=DROPPED) for w in edit)
        out[-1] = replace(out[-1], mark=COMMA)
    if word.case == TITLE and word.form != "i":
        # the capital of a sentence start goes to the first copy; whether the word is a name besides is not known
        word = replace(word, case=IGNORE if starts else TITLE)
    return replace(word, paragraph=0)


def misheard(words: list[Word], rng: random.Random, rate: float) -> list[Word]:
    """Change a letter, split a word or glue two, as recognisers and captions do, at ``rate`` per word: no seams."""
    out: list[Word] = []
    for word in words:
        roll = rng.random() / rate if rate else 1.0
        if roll < 0.7 and len(word.form) > 3:
            word = replace(word, form=_misheard(word.form, rng), inner=IGNORE)
        elif roll < 0.85 and len(word.form) > 5:
            at = rng.randint(2, len(word.form) - 2)
            out.append(replace(word, form=word.form[:at], mark=NONE, inner=IGNORE))
            word = replace(word, form=word.form[at:], case=IGNORE, inner=IGNORE, paragraph=0)
        elif 0.85 <= roll < 1 and out and not out[-1].mark and not word.paragraph:
            last = out.pop()
            word = replace(word, form=last.form + word.form, case=last.case, inner=IGNORE, paragraph=last.paragraph)
        out.append(word)
    return out


def _misheard(form: str, rng: random.Random) -> str:
    at = rng.randrange(len(form))
    letter = rng.choice("etaoinsrhldcumfpgwybvk")
    return rng.choice(
        (form[:at] + form[at + 1 :], form[:at] + letter + form[at + 1 :], form[:at] + form[at] + form[at:])
    )


def splice(words: list[Word], rng: random.Random, rate: float, other: list[Word]) -> list[Word]:
    """Cut pieces out of ``words`` at about ``rate`` seams per word, mostly in mid-word.

    Some pieces are followed by one of ``other``, another talk. The marks beside a cut are hidden from the loss: what
    stood there is unknown to a reader too.
    """
    out: list[Word] = []
    source, at, resumed = words, 0, 0
    while at < len(source):
        left_at = at + max(8, int(rng.expovariate(rate)))
        skipped = left_at + rng.randint(3, rng.choices((100, 400, 3000), (6, 3, 1))[0])
        if source is not words:
            then, resume = words, resumed
        elif len(other) > 500 and rng.random() < 0.15:
            then, resume, resumed = other, rng.randrange(len(other) - 20), skipped
        else:
            then, resume = source, skipped
        if left_at >= len(source) or resume + 8 >= len(then):
            out.extend(source[at:])
            return out
        out.extend(source[at:left_at])
        free = rng.random() < 0.75
        left = _prefix(source[left_at].form, rng, free)
        right = _suffix(then[resume].form, rng, free)
        _glue(out, source[left_at], left, then[resume], right)
        source, at = then, resume + 1
    return out


def _prefix(form: str, rng: random.Random, free: bool) -> tuple[str, bool]:
    """What is kept of the word before a cut, and whether its space is kept too."""
    place = rng.randint(0, len(form) + 1) if free else len(form) + rng.randint(0, 1)
    return form[:place], place == 0 or place > len(form)


def _suffix(form: str, rng: random.Random, free: bool) -> tuple[str, bool]:
    place = rng.randint(-1, len(form) - 1) if free else 0
    return form[max(place, 0) :], place < 0


def _glue(out: list[Word], before: Word, left: tuple[str, bool], after: Word, right: tuple[str, bool]) -> None:
    (head, gap_left), (tail, gap_right) = left, right
    hidden = {"case": IGNORE, "inner": IGNORE, "paragraph": IGNORE, "disfluency": IGNORE}
    end = {"mark": after.mark}
    if head and not gap_left and not gap_right:
        out.append(Word(head + tail, seam=INSIDE, **end, **hidden))
        return
    if head:
        whole = head == before.form
        kept = before if whole else Word(head, **hidden)
        out.append(replace(kept, mark=IGNORE))
    elif out:
        out[-1] = replace(out[-1], mark=IGNORE)
    out.append(Word(tail, seam=BEFORE, **end, **hidden))
