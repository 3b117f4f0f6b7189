"""Which whole word a fragment was part of, from where the same file shows it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from transmend.document import Document, Section
from transmend.elision import elisions
from transmend.lexicon.words import BEYOND
from transmend.splice.cut import ELISION, Cut
from transmend.splice.evidence import Words, read_words
from transmend.splice.language import end_probability, start_probability, whole_end, whole_start
from transmend.tagger.features import normal_form

CLEAR = 0.95  # share of all likely words that the winner must have
PER_WORD = 8.0  # how much likelier a word is for each neighbour that stands beside it elsewhere, too
PER_SHOWING = 4.0  # and for each time the file says it
NEIGHBOURS = 6
LEAST_SHOWN = 3  # letters of a fragment that tell enough without its neighbours


@dataclass(frozen=True, slots=True)
class Completion:
    """The rest of a broken word.

    Attributes:
        word: the whole word, as a normal form.
        missing: the characters to add.
        origin: what shows it: ``source``, ``section``, ``document`` or ``lexicon``.
        where: name of the source, or label of the section, that shows the word; "" for the lexicon.
        at: where it stands whole, in the source's text or in ``Document.text``; -1 for the lexicon.
        neighbours: how many words beside the fragment stand beside the whole word, too.
        confidence: share of all words that would fit.
    """

    word: str
    missing: str
    origin: str
    where: str
    at: int
    neighbours: int
    confidence: float


class Shown:
    """All words that a document shows whole, by place.

    Arguments:
        document: the document.
        cuts: its cuts: the broken words beside them show nothing.
        elision: the mark that stands for missing text.
    """

    def __init__(self, document: Document, cuts: Sequence[Cut], elision: str = ELISION) -> None:
        self._document = document
        self._elision = elision
        self._cuts = [cut.at for cut in cuts]

    def left(self, cut: Cut) -> Completion | None:
        """The word that the fragment left of ``cut`` starts, where one clearly wins."""
        piece = normal_form(cut.left)
        return self._best(cut, piece, left=True) if piece else None

    def right(self, cut: Cut) -> Completion | None:
        """The word that the fragment right of ``cut`` ends, where one clearly wins."""
        piece = normal_form(cut.right)
        return self._best(cut, piece, left=False) if piece else None

    def _best(self, cut: Cut, piece: str, *, left: bool) -> Completion | None:
        beside = self._beside(cut, left=left)
        neighbour = beside[0] if beside else ""
        whole = whole_start(piece, neighbour) if left else whole_end(piece, neighbour)
        probability = start_probability if left else end_probability
        rest, scores = 1.0 - whole, {}
        for form in self._fitting(piece, left=left):
            share = probability(form, piece, neighbour)
            rest -= share
            places = self._places[form]
            near, place = max((self._near(p, beside, left=left), (-p[0], -p[1])) for p in places)
            boost = PER_WORD**near * PER_SHOWING * len(places)
            scores[form] = (max(share, 1e-4) * boost, near, (-place[0], -place[1]))
        if not scores:
            return None
        form = max(scores, key=lambda f: scores[f][0])
        score, near, place = scores[form]
        confidence = score / (sum(s for s, _, _ in scores.values()) + max(rest, 0.0) + whole)
        if confidence < CLEAR or (near == 0 and len(piece) < LEAST_SHOWN) or near + len(piece) < 3:
            return None
        return self._completion(form, len(piece), place, near, confidence, left=left)

    def _completion(
        self, form: str, size: int, place: tuple[int, int], near: int, confidence: float, *, left: bool
    ) -> Completion:
        section, words, start = self._texts[place[0]]
        letters = words.letters[place[1]]
        low, high = (letters[size - 1] + 1, letters[-1]) if left else (letters[0], letters[len(form) - size])
        missing = words.text[low:high]
        at = start + letters[0]
        return Completion(form, missing, "document", section.label, at, near, round(min(confidence, 1.0), 4))

    def _beside(self, cut: Cut, *, left: bool) -> tuple[str, ...]:
        """The whole words before a left fragment, or behind a right one, nearest first."""
        section = next(s for s in self._document.parts if s.span.start <= cut.at <= s.span.end)
        text = self._document.text
        if left:
            words = read_words(text[max(section.span.start, cut.at - 200) : cut.at - len(cut.left)]).forms[::-1]
        else:
            words = read_words(text[cut.at + len(cut.right) : min(section.span.end, cut.at + 200)]).forms
        return words[:NEIGHBOURS]

    def _near(self, place: tuple[int, int], beside: Sequence[str], *, left: bool) -> int:
        forms, at, step = self._texts[place[0]][1].forms, place[1], -1 if left else 1
        count = 0
        for form in beside:
            at += step
            if not 0 <= at < len(forms) or forms[at] != form:
                break
            count += 1
        return count

    def _fitting(self, piece: str, *, left: bool) -> list[str]:
        forms, key = self._forms if left else self._mirrored, piece if left else piece[::-1]
        found = forms[bisect_left(forms, key) : bisect_left(forms, key + BEYOND)]
        return [form if left else form[::-1] for form in found if form != key]

    @cached_property
    def _texts(self) -> list[tuple[Section, Words, int]]:
        """Each distinct section once."""
        text = self._document.text
        seen: dict[str, Section] = {}
        for section in self._document.parts:
            seen.setdefault(section.span.of(text), section)
        return [
            (section, read_words(own, elisions(own, self._elision)), section.span.start)
            for own, section in seen.items()
        ]

    @cached_property
    def _places(self) -> dict[str, list[tuple[int, int]]]:
        places: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, (_, words, start) in enumerate(self._texts):
            for index, form in enumerate(words.forms):
                letters = words.letters[index]
                broken = index in words.breaks or index + 1 in words.breaks
                if not broken and not self._cut_between(start + letters[0], start + letters[-1]):
                    places[form].append((number, index))
        return places

    def _cut_between(self, start: int, end: int) -> bool:
        return bisect_right(self._cuts, end) > bisect_left(self._cuts, start)

    @cached_property
    def _forms(self) -> list[str]:
        return sorted(self._places)

    @cached_property
    def _mirrored(self) -> list[str]:
        return sorted(form[::-1] for form in self._places)
