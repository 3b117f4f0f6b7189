"""Score the marks, case and paragraphs of a text against a reference with the same letters.

Texts are compared letter by letter, so a word that one of them splits, joins or breaks at a seam
does not throw the rest out of step.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from typing import Any

import regex

from transmend.errors import InputError

LETTER = regex.compile(r"[\p{L}\p{M}\p{N}]")
WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+(?:[^\p{L}\p{M}\p{N}\s]+[\p{L}\p{M}\p{N}]+)*+")
SEAM = regex.compile(r"⟦SEAM⟧|\[(?:…|\.\.\.)\]")
MARKS = {",": ",", ":": ",", ";": ",", ".": ".", "!": ".", "?": "?"}
PRONOUN_I = frozenset({"i", "im", "ive", "ill", "id"})


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one comparison: places given rightly, given in all, and wanted in all."""

    right: int
    given: int
    wanted: int

    @property
    def precision(self) -> float:
        """Share of the given that is right; 1 where nothing was given."""
        return self.right / self.given if self.given else 1.0

    @property
    def recall(self) -> float:
        """Share of the wanted that was given; 1 where nothing was wanted."""
        return self.right / self.wanted if self.wanted else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.right / (self.given + self.wanted) if self.given + self.wanted else 1.0

    def __add__(self, other: Score) -> Score:
        return Score(self.right + other.right, self.given + other.given, self.wanted + other.wanted)


def score_sets(wanted: Set[Any], given: Set[Any]) -> Score:
    """Compare two sets of places or (place, class) pairs."""
    return Score(len(wanted & given), len(given), len(wanted))


@dataclass(frozen=True)
class Scores:
    """One ``Score`` for each figure, by name; addable over documents."""

    parts: dict[str, Score]

    def __add__(self, other: Scores) -> Scores:
        names = dict.fromkeys((*self.parts, *other.parts))
        nothing = Score(0, 0, 0)
        return Scores({n: self.parts.get(n, nothing) + other.parts.get(n, nothing) for n in names})

    def as_dict(self) -> dict[str, dict[str, float]]:
        """Precision, recall and F1 of each figure, and how many were wanted."""
        return {
            name: {
                "precision": round(s.precision, 4),
                "recall": round(s.recall, 4),
                "f1": round(s.f1, 4),
                "wanted": s.wanted,
            }
            for name, s in self.parts.items()
        }

    def lines(self) -> list[str]:
        """The same as a table for people."""
        width = max(map(len, self.parts), default=0)
        head = f"{'':{width}}  precision  recall     F1  wanted"
        return [head] + [
            f"{name:{width}}  {s.precision:9.3f} {s.recall:7.3f} {s.f1:6.3f}  {s.wanted:6}"
            for name, s in self.parts.items()
        ]


@dataclass(frozen=True)
class _Places:
    """Where things stand in a text, counted in letters and digits from its start."""

    letters: str
    marks: dict[int, str]
    apostrophes: set[int]
    hyphens: set[int]
    paragraphs: set[int]
    words: list[tuple[int, str]]

    @property
    def ends(self) -> set[int]:
        return {at for at, mark in self.marks.items() if mark in ".?"}


def compare(reference: str, given: str) -> Scores:
    """Score ``given`` against ``reference``.

    Seam marks (``[…]``, or ``⟦SEAM⟧`` in a reference) are boundaries and carry no letters.

    Raises:
        InputError: if the two do not have the same letters and digits, naming the first place they differ.
    """
    wanted, got = _places(reference), _places(given)
    if wanted.letters != got.letters:
        raise InputError(_difference(wanted.letters, got.letters))
    starts = _starts(wanted)
    inner = {at for at, _ in wanted.words if at not in starts}
    neither = inner - _starts(got)
    parts = {"marks": score_sets(set(wanted.marks.items()), set(got.marks.items()))}
    for name, mark in (("comma", ","), ("period", "."), ("question", "?")):
        parts[name] = score_sets(_of(wanted, mark), _of(got, mark))
    parts["sentence ends"] = score_sets(wanted.ends, got.ends)
    parts["case"] = score_sets(_capitals(wanted, inner), _capitals(got, inner))
    parts["case, no sentence start in either"] = score_sets(_capitals(wanted, neither), _capitals(got, neither))
    parts["apostrophes"] = score_sets(wanted.apostrophes, got.apostrophes)
    parts["hyphens and dots"] = score_sets(wanted.hyphens, got.hyphens)
    parts["paragraphs"] = score_sets(wanted.paragraphs, got.paragraphs)
    return Scores(parts)


def _of(places: _Places, mark: str) -> set[int]:
    return {at for at, m in places.marks.items() if m == mark}


def _places(text: str) -> _Places:
    text = SEAM.sub(" ", text)
    marks: dict[int, str] = {}
    apostrophes: set[int] = set()
    hyphens: set[int] = set()
    paragraphs: set[int] = set()
    letters = 0
    for gap, is_gap in _runs(text):
        if not is_gap:
            letters += len(gap)
        elif letters and (gap == "'" or gap == "’"):
            apostrophes.add(letters)
        elif letters and gap in {"-", ".", "‑"}:
            hyphens.add(letters)
        elif letters:
            found = [MARKS[c] for c in gap if c in MARKS]
            if found:
                marks[letters] = found[-1]
            if "\n\n" in gap.replace("\r", ""):
                paragraphs.add(letters)
    stripped = "".join(LETTER.findall(text))
    paragraphs.discard(len(stripped))
    _move_last(hyphens, marks, len(stripped))
    return _Places(stripped.lower(), marks, apostrophes, hyphens, paragraphs, list(_words(text)))


def _move_last(hyphens: set[int], marks: dict[int, str], end: int) -> None:
    """A full stop that ends the text without a space behind it is a mark, not an inner dot."""
    if end in hyphens:
        hyphens.discard(end)
        marks[end] = "."


def _runs(text: str) -> Iterator[tuple[str, bool]]:
    for match in regex.finditer(r"([\p{L}\p{M}\p{N}]+)|([^\p{L}\p{M}\p{N}]+)", text):
        yield match.group(), match.group(2) is not None


def _words(text: str) -> Iterator[tuple[int, str]]:
    letters = 0
    for match in WORD.finditer(text):
        word = "".join(LETTER.findall(match.group()))
        yield letters, word
        letters += len(word)


def _starts(places: _Places) -> set[int]:
    """Letters at which a sentence, and so a capital, begins."""
    return {0} | places.ends | places.paragraphs


def _capitals(places: _Places, inner: set[int]) -> set[tuple[int, str]]:
    return {
        (at, word)
        for at, word in places.words
        if at in inner and word.lower() not in PRONOUN_I and word != word.lower()
    }


def _difference(wanted: str, given: str) -> str:
    at = next((i for i, (a, b) in enumerate(zip(wanted, given, strict=False)) if a != b), min(len(wanted), len(given)))
    return (
        f"the texts do not have the same letters: after {at} letters the reference has "
        f"'…{wanted[max(0, at - 12) : at + 12]}…' and the text '…{given[max(0, at - 12) : at + 12]}…'"
    )


def total(scores: Iterable[Scores]) -> Scores:
    """The sum of the scores of several documents."""
    whole = Scores({})
    for one in scores:
        whole = whole + one
    return whole
