"""Punctuated, cased speech -> words with labels, and the damage that makes it look like real input."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace

from transmend.tagger.features import WORD, normal_form

IGNORE = -1
NONE, COMMA, PERIOD, QUESTION = 0, 1, 2, 3
LOWER, TITLE, UPPER, MIXED = 0, 1, 2, 3
INSIDE, BEFORE = 1, 2
FORM = 4

FILLERS = {"um", "uh", "er", "erm", "ah", "uhm", "hmm"}
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

    @property
    def labels(self) -> tuple[int, int, int, int, int]:
        return self.mark, self.case, self.inner, self.paragraph, self.seam


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


def disfluent(words: list[Word], rng: random.Random, fillers: float, stutters: float, noise: float) -> list[Word]:
    """Inject fillers, repeated short words and misheard letters at the given rates per word."""
    out: list[Word] = []
    for word in words:
        roll = rng.random()
        if roll < fillers and not word.paragraph:
            filler = Word(rng.choices(("um", "uh", "er", "ah"), (5, 5, 0.3, 0.3))[0], COMMA)
            if out and out[-1].mark in (PERIOD, QUESTION):
                filler = replace(filler, case=TITLE)
                if word.case == TITLE and word.form != "i":
                    word = replace(word, case=IGNORE)
            elif out and out[-1].mark == NONE:
                out[-1] = replace(out[-1], mark=COMMA)
            out.append(filler)
        elif roll < fillers + stutters and len(word.form) <= 5 and not word.form.isdigit():
            out.append(replace(word, mark=COMMA))
            if word.case == TITLE and word.form != "i":
                word = replace(word, case=LOWER if out[-2:-1] and out[-2].mark in (PERIOD, QUESTION) else TITLE)
            word = replace(word, paragraph=0)
        elif roll > 1 - noise and len(word.form) > 3:
            word = replace(word, form=_misheard(word.form, rng), inner=IGNORE)
        out.append(word)
    return out


def _misheard(form: str, rng: random.Random) -> str:
    at = rng.randrange(len(form))
    letter = rng.choice("etaoinsrhldcumfpgwybvk")
    return rng.choice(
        (form[:at] + form[at + 1 :], form[:at] + letter + form[at + 1 :], form[:at] + form[at] + form[at:])
    )


def splice(words: list[Word], rng: random.Random, rate: float) -> list[Word]:
    """Cut pieces out of ``words`` at about ``rate`` seams per word, mostly in mid-word.

    The marks beside a cut are hidden from the loss: what stood there is unknown to a reader too.
    """
    out: list[Word] = []
    at = 0
    while at < len(words):
        run = max(8, int(rng.expovariate(rate)))
        left_at, resume = at + run, at + run + rng.randint(3, 400)
        if resume + 8 >= len(words):
            out.extend(words[at:])
            return out
        out.extend(words[at:left_at])
        free = rng.random() < 0.75
        left = _prefix(words[left_at].form, rng, free)
        right = _suffix(words[resume].form, rng, free)
        at = resume + 1
        _glue(out, words[left_at], left, words[resume], right)
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
    hidden = {"case": IGNORE, "inner": IGNORE, "paragraph": IGNORE}
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
