"""What is known about a cut: which words the fragments beside it were part of, and which text is missing.

Witnesses in the order in which they are asked; the first that knows decides, and every answer says where it came from:

1. ``source``: full transcripts that the user gave;
2. ``section``: another section of the same document that has the letters beside the cut and goes on;
3. ``document``: a word that the document shows whole, where one clearly wins;
4. ``lexicon``: all words that fit where the fragment stands, where one clearly wins.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from transmend.document import Document, Section, Span
from transmend.elision import elisions
from transmend.splice.align import GRAM, Letters, Run, read_letters
from transmend.splice.complete import Completion, Shown
from transmend.splice.cut import ELISION, LONGEST, Cut, Place, Sides
from transmend.splice.source import Source, Sources
from transmend.tagger.features import WORD, normal_form

RIVAL = 8  # letters by which a text must match further than any that goes on otherwise
PLAIN = 200  # a text with fewer marks and capitals than one in so many characters has none
SURE, ALIGNED = 0.999, 0.99  # that a source, or another section, has the word


@dataclass(frozen=True, slots=True)
class Missing:
    """The text that a cut left out, or what it says twice.

    Attributes:
        text: what stands between the letters beside the cut, or for ``repeats`` in its place.
        origin: ``source`` or ``section``.
        where: name of the source or section that has it.
        start: where in the source's text, or in ``Document.text``.
        end: its end there.
        words: how many words are missing, counting those of which only a part is.
        between: how many between the words broken at the cut, if they are completed.
        repeats: what the document says twice: nothing is missing, the pieces overlap.
    """

    text: str
    origin: str
    where: str
    start: int
    end: int
    words: int
    between: int
    repeats: Span | None = None


class Witnesses:
    """All that is known about the cuts of a document.

    Arguments:
        document: the document.
        cuts: its cuts.
        elision: the mark that stands for missing text.
        sources: full transcripts, if there are any.
    """

    def __init__(
        self, document: Document, cuts: Sequence[Cut], elision: str = ELISION, sources: Sources | None = None
    ) -> None:
        self._document = document
        self._shown = Shown(document, cuts, elision)
        self._marks = elisions(document.text, elision)
        self._breaks = sorted([*(cut.at for cut in cuts), *(mark.start for mark in self._marks)])
        self._texts = [texts for texts in (sources, self._sections) if texts]
        self._runs: dict[tuple[int, Section], tuple[Letters, list[Run], bool]] = {}

    def completions(self, cut: Cut) -> dict[str, Completion]:
        """The whole words of the fragments beside a cut, by side, where something clearly shows them."""
        sides = self.sides(cut)
        left = self._left(cut, sides.left) if sides.left else self._shown.left(cut)
        right = self._right(cut, sides.right) if sides.right else self._shown.right(cut)
        return {side: word for side, word in (("left", left), ("right", right)) if word is not None}

    def missing(self, cut: Cut) -> Missing | None:
        """What is missing at a cut, or said twice, if one other text has both of its sides."""
        sides = self.sides(cut)
        left, right = sides.left, sides.right
        if left is None or right is None or not sides.same:
            return None
        if right.edge < left.edge and left.origin == "source":
            return self._overlap(cut, sides.gap, left, right)
        if not self._is_between(left, right):
            return None
        start, end = left.word.end if left.word else left.at, right.word.start if right.word else right.at
        return Missing(
            left.text[left.edge : right.edge],
            left.origin,
            left.name,
            left.edge,
            right.edge,
            _count(left.text[left.at : right.at]),
            _count(left.text[start:end]),
        )

    def _overlap(self, cut: Cut, gap: Span, left: Place, right: Place) -> Missing | None:
        """What a source that goes back repeats, if the text behind the cut goes beyond where it was before."""
        again = read_letters(left.text, Span(right.edge, left.edge))
        ours = read_letters(self._document.text, Span(gap.end, self._section(cut).span.end), self._marks)
        size = len(again.keys)
        end = ours.start(size)
        if len(ours.keys) <= size or not np.array_equal(ours.keys[:size], again.keys) or self._is_marked(gap.end, end):
            return None
        onward = read_letters(left.text, Span(left.edge, min(len(left.text), left.edge + LONGEST))).start(0)
        text = left.text[left.edge : onward]
        return Missing(text, left.origin, left.name, right.edge, left.edge, 0, 0, Span(gap.start, end))

    def _is_marked(self, start: int, end: int) -> bool:
        return any(start <= mark.start < end for mark in self._marks)

    # -- other texts

    def sides(self, cut: Cut) -> Sides:
        """Where the text on both sides of a cut stands in other texts."""
        if cut.sides is not None:
            return cut.sides
        found = [self._sides(texts, cut) for texts in self._texts]
        both = next((sides for sides in found if sides.left and sides.right), None)
        if both is not None:
            return both
        left = next((sides.left for sides in found if sides.left), None)
        return Sides(found[0].gap, left, next((sides.right for sides in found if sides.right), None))

    def _sides(self, texts: Sources, cut: Cut) -> Sides:
        section = self._section(cut)
        letters, runs, parts = self._aligned(texts, section)
        letter = letters.number(cut.at)
        gap = Span(letters.end(letter), letters.start(letter))
        between = gap.of(self._document.text)
        lefts = [
            _Match(run.other, letter - run.start, texts.place_behind(run.other, run.at(letter), between, parts=parts))
            for run in runs
            if run.start + GRAM <= letter <= run.end and self._goes_on(texts, run, run.at(letter))
        ]
        rights = [
            _Match(run.other, run.end - letter, texts.place_before(run.other, run.at(letter), between, parts=parts))
            for run in runs
            if run.start <= letter <= run.end - GRAM and run.at(letter) > 0
        ]
        lefts = _clear([m for m in lefts if self._is_whole(m.place, behind=True)], behind=True)
        rights = _clear([m for m in rights if self._is_whole(m.place, behind=False)], behind=False)
        both = [(a, b) for a in lefts for b in rights if a.other == b.other and self._is_between(a.place, b.place)]
        if both:
            a, b = max(both, key=lambda pair: min(pair[0].size, pair[1].size))
            return Sides(gap, a.place, b.place)
        return Sides(gap, lefts[0].place if lefts else None, rights[0].place if rights else None)

    def _aligned(self, texts: Sources, section: Section) -> tuple[Letters, list[Run], bool]:
        """A section's letters, the runs it shares with other texts than itself, and whether it parts hyphens."""
        key = id(texts), section
        if key not in self._runs:
            own = section.span.of(self._document.text)
            letters = read_letters(self._document.text, section.span, self._marks)
            others = [
                source.span.of(source.text) != own and not source.is_in(self._document) for source in texts.sources
            ]
            runs = [run for run in texts.index.runs(letters) if others[run.other]]
            self._runs[key] = letters, runs, texts.parts_hyphens(letters, runs)
        return self._runs[key]

    def _goes_on(self, texts: Sources, run: Run, place: int) -> bool:
        return place < len(texts.index.texts[run.other].keys)

    def _is_whole(self, place: Place, *, behind: bool) -> bool:
        """Whether another section is not cut itself at the place or in its word."""
        if place.origin != "section":
            return True
        word = place.word or Span(place.at, place.at)
        start, end = (place.edge, word.end) if behind else (word.start, place.edge)
        return not self._is_broken(min(start, place.edge), max(end, place.edge))

    def _is_between(self, left: Place, right: Place) -> bool:
        """Whether the text between two places of one text is all there."""
        if left.edge > right.edge:
            return False
        return left.origin != "section" or not self._is_broken(left.edge, right.edge)

    def _is_broken(self, start: int, end: int) -> bool:
        return bisect_left(self._breaks, start) < bisect_right(self._breaks, end)

    @cached_property
    def _sections(self) -> Sources:
        """Each distinct section once."""
        text = self._document.text
        seen: dict[str, Section] = {}
        for section in self._document.parts:
            seen.setdefault(section.span.of(text), section)
        return Sources(Source("section", section.label, text, section.span) for section in seen.values())

    # -- words

    def _left(self, cut: Cut, place: Place) -> Completion | None:
        word = place.word
        return self._completion(cut, place, word, Span(place.at, word.end)) if word else None

    def _right(self, cut: Cut, place: Place) -> Completion | None:
        word = place.word
        return self._completion(cut, place, word, Span(word.start, place.at)) if word else None

    def _completion(self, cut: Cut, place: Place, word: Span, rest: Span) -> Completion:
        form, missing = normal_form(word.of(place.text)), self.styled(cut, rest.of(place.text))
        confidence = SURE if place.origin == "source" else ALIGNED
        return Completion(form, missing, place.origin, place.name, word.start, 0, confidence)

    def styled(self, cut: Cut, text: str) -> str:
        """``text`` as the section around a cut would have it: without marks and capitals if it has none."""
        if not self._is_plain(self._section(cut)):
            return text
        inner = " ".join(filter(None, map(normal_form, text.split())))
        return f"{' ' if text[:1].isspace() else ''}{inner}{' ' if text[-1:].isspace() and inner else ''}"

    def _is_plain(self, section: Section) -> bool:
        text = section.span.of(self._document.text)
        return sum(c in ".,?!" or c.isupper() for c in text) * PLAIN < len(text)

    def _section(self, cut: Cut) -> Section:
        return next(s for s in self._document.parts if s.span.start <= cut.at <= s.span.end)


@dataclass(frozen=True, slots=True)
class _Match:
    """Where another text has the letters beside a cut, and how many of them."""

    other: int
    size: int
    place: Place


def _clear(matches: list[_Match], *, behind: bool) -> list[_Match]:
    """The matches that agree with the longest one, if those that do not are clearly shorter."""
    if not matches:
        return []
    matches.sort(key=lambda match: -match.size)
    rests = [_rest(match.place, behind=behind) for match in matches]
    rivals = [match for match, rest in zip(matches, rests, strict=True) if rest != rests[0]]
    if rivals and rivals[0].size + RIVAL > matches[0].size:
        return []
    return [match for match, rest in zip(matches, rests, strict=True) if rest == rests[0]]


def _rest(place: Place, *, behind: bool) -> str:
    """The rest of the word that a place is inside of."""
    word = place.word
    if word is None:
        return ""
    return normal_form(place.text[place.at : word.end] if behind else place.text[word.start : place.at])


def _count(text: str) -> int:
    return sum(1 for _ in WORD.finditer(text))
