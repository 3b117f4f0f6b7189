"""Which whole word a fragment was part of, by the words that people say and the words of the document itself.

Every word that starts (or ends) with the fragment has a probability beside the fragment's neighbour, by the lexicon
and by the document: how often it says the word, and whether it says it beside the same words (a cache model). Unknown
words have one together. A word is offered when it has nearly all of it, and when the other cuts do not say that the
sampler kept words whole.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from transmend.document import Document, Section
from transmend.elision import elisions
from transmend.lexicon import default
from transmend.lexicon.words import BEYOND
from transmend.splice.cut import ELISION, Cut
from transmend.splice.evidence import Words, read_words
from transmend.splice.language import unknown_probability, with_end, with_start
from transmend.tagger.features import normal_form

CLEAR = 0.85  # share of all words, unknown ones too, that the winner must have
AT_SPACES = 0.3  # share of samplers that keep words whole
BY_CHANCE = 0.33  # how often another one cuts beside a space all the same
ASTRAY = 0.01  # and how often one that does is seen elsewhere
NO_WORD = 0.03  # how likely a piece is a whole word, at least: the lexicon does not have all
LIKELY = 300  # words of the lexicon that are looked at
OWN = 0.03  # how far the document's own words count among all words
AGAIN = 3e-4  # probability that a word beside the same neighbour is the same word again
PER_WORD = 10.0  # and how much likelier that is for each further neighbour
NEIGHBOURS = 6
NOWHERE = (-1, -1)


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
        confidence: share of all words that would fit, if the sampler breaks words.
    """

    word: str
    missing: str
    origin: str
    where: str
    at: int
    neighbours: int
    confidence: float


class Shown:
    """What the words of a document, and those that people say, make of its fragments.

    Arguments:
        document: the document.
        cuts: its cuts: the broken words beside them show nothing.
        elision: the mark that stands for missing text.
    """

    def __init__(self, document: Document, cuts: Sequence[Cut], elision: str = ELISION) -> None:
        self._document = document
        self._elision = elision
        self._cuts = [cut.at for cut in cuts]
        self._whole = [(_whole(cut, "left", cut.left), _whole(cut, "right", cut.right)) for cut in cuts]

    def left(self, cut: Cut) -> Completion | None:
        """The word that the fragment left of ``cut`` starts, where one clearly wins."""
        piece = normal_form(cut.left)
        return self._best(cut, piece, left=True) if piece else None

    def right(self, cut: Cut) -> Completion | None:
        """The word that the fragment right of ``cut`` ends, where one clearly wins."""
        piece = normal_form(cut.right)
        return self._best(cut, piece, left=False) if piece else None

    def _best(self, cut: Cut, piece: str, *, left: bool) -> Completion | None:
        scores, rest = self._scores(piece, self._beside(cut, left=left), left=left)
        form = max(scores, key=lambda f: scores[f][0], default=piece)
        if form == piece:
            return None
        score, near, place = scores[form]
        confidence = round(score / rest * (1 - self._kept_whole), 4)
        if confidence < CLEAR:
            return None
        if place == NOWHERE:
            missing = form[len(piece) :] if left else form[: -len(piece)]
            return Completion(form, missing, "lexicon", "", -1, 0, confidence)
        return self._completion(form, len(piece), place, near, confidence, left=left)

    def _scores(
        self, piece: str, beside: Sequence[str], *, left: bool
    ) -> tuple[dict[str, tuple[float, int, tuple[int, int]]], float]:
        """For each likely word its probability, how many neighbours it has elsewhere and where; and the sum of all."""
        ranks, said = (with_start if left else with_end)(piece, beside[0] if beside else "")
        total, words = float(said.sum()) + unknown_probability(piece), default().words
        likely = {words[ranks[k]]: float(said[k]) for k in np.argsort(-said)[:LIKELY].tolist()}
        scores = {form: (probability, 0, NOWHERE) for form, probability in likely.items()}
        for form in self._fitting(piece, left=left):
            places = self._places[form]
            near, place = max((self._near(p, beside, left=left), (-p[0], -p[1])) for p in places)
            own = OWN * len(places) / self._total + (AGAIN * PER_WORD ** (near - 1) if near else 0.0)
            total += own
            scores[form] = (likely.get(form, 0.0) + own, near, (-place[0], -place[1]))
        return scores, total

    def _completion(
        self, form: str, size: int, place: tuple[int, int], near: int, confidence: float, *, left: bool
    ) -> Completion:
        section, words = self._texts[place[0]]
        letters = words.letters[place[1]]
        low, high = (letters[size - 1] + 1, letters[-1]) if left else (letters[0], letters[len(form) - size])
        at = section.span.start + letters[0]
        return Completion(form, words.text[low:high], "document", section.label, at, near, confidence)

    def _beside(self, cut: Cut, *, left: bool) -> tuple[str, ...]:
        """The whole words before a left fragment, or behind a right one, nearest first."""
        section = next(s for s in self._document.parts if s.span.start <= cut.at <= s.span.end)
        words, at = self._read[section.span.of(self._document.text)][1], cut.at - section.span.start
        if left:
            before = bisect_right(words.letters, at - len(cut.left), key=lambda places: places[-1])
            return words.forms[max(0, before - NEIGHBOURS) : before][::-1]
        behind = bisect_left(words.letters, at + len(cut.right), key=lambda places: places[0])
        return words.forms[behind : behind + NEIGHBOURS]

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
        return found if left else [form[::-1] for form in found]

    @cached_property
    def _read(self) -> dict[str, tuple[Section, Words]]:
        """Each distinct text of a section with its words, and the first section that has it."""
        text = self._document.text
        seen: dict[str, Section] = {}
        for section in self._document.parts:
            seen.setdefault(section.span.of(text), section)
        return {own: (section, read_words(own, elisions(own, self._elision))) for own, section in seen.items()}

    @cached_property
    def _texts(self) -> list[tuple[Section, Words]]:
        return list(self._read.values())

    @cached_property
    def _places(self) -> dict[str, list[tuple[int, int]]]:
        places: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, (section, words) in enumerate(self._texts):
            start = section.span.start
            for index, form in enumerate(words.forms):
                letters = words.letters[index]
                broken = index in words.breaks or index + 1 in words.breaks
                if not broken and not self._cut_between(start + letters[0], start + letters[-1]):
                    places[form].append((number, index))
        return places

    @cached_property
    def _kept_whole(self) -> float:
        """Probability that the sampler cut at spaces only, so that there are no fragments."""
        text, odds = self._document.text, AT_SPACES / (1 - AT_SPACES)
        for at, (left, right) in zip(self._cuts, self._whole, strict=True):
            beside = any(c.isspace() for c in text[max(0, at - 1) : at + 1])
            odds *= 1 / BY_CHANCE if beside else ASTRAY / (1 - BY_CHANCE)
            odds *= max(left, NO_WORD) * max(right, NO_WORD)
        return odds / (1 + odds)

    def _cut_between(self, start: int, end: int) -> bool:
        return bisect_right(self._cuts, end) > bisect_left(self._cuts, start)

    @cached_property
    def _total(self) -> int:
        return sum(len(words.forms) for _, words in self._texts)

    @cached_property
    def _forms(self) -> list[str]:
        return sorted(self._places)

    @cached_property
    def _mirrored(self) -> list[str]:
        return sorted(form[::-1] for form in self._places)


def _whole(cut: Cut, side: str, fragment: str) -> float:
    """How likely the piece on one side of a cut is a whole word."""
    return float(cut.evidence.get(f"{side}_whole", 0.0 if fragment else 1.0))
