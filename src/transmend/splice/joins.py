"""Where chunks were joined without taking the overlap out: a passage that stands twice in a row, once too often.

A join is a passage A and its copy A', with nothing between, so that the letters of the text repeat at one distance.
Words that are the same in both are the way in; the letters between them are then divided at the place where the
first part goes on like A' and the second begins like A, as nearly as can be: so a word broken off at the joint
(``the key val|the key value``) and small differences of recognition cost little.

Speakers say things twice as well. What tells them apart is how much is repeated, in nats: the words' surprise one
after the other, less what each differing letter costs; and whether a mark stands at the joint, for people repeat
clauses and chunks end anywhere. The weights come from ``scripts/overlap_scores.py --fit``.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np

from transmend.document import Span
from transmend.lexicon import default, default_pairs
from transmend.memory import remembered
from transmend.similarity import SLACK, divide, runs_in_common
from transmend.splice.evidence import Words, read_words

#: So many words in a row have to be the same in both copies ...
SEED = 3
#: ... and so much of the passage, before its letters are compared.
SHARE = 0.2
#: Longest passage looked for, in words: a minute of speech is 150.
MOST_WORDS = 150
#: More letters than one in so many that differ, and it is no copy.
DIFFERING = 4

FEATURES = ("one", "words", "nats", "differing letters", "broken word", "mark at the joint")
#: Log-odds, among passages that repeat at once in texts of which one in twenty was joined from chunks.
WEIGHTS = (-8.51, 0.55, 0.07, -0.82, 2.79, -2.30)
#: What a join of which one is sure says for the others of its text: then it is of that twentieth.
SERIES = math.log(20)
SURE, LIKELY = 0.9, 0.5


@dataclass(frozen=True, slots=True)
class Join:
    """Two chunks joined with their overlap.

    Attributes:
        at: the code point at which the second chunk begins.
        first: where the overlap stands first.
        second: where it stands again.
        words: its length.
        nats: how much is repeated: the surprise of its words, one after the other.
        differing: letters by which the copies differ.
        broken: whether a word was cut in two at the joint.
        spare: what to remove: from a word in the first copy to the same word in the second, near their middle,
            where both chunks know what comes before and after. Both ends at the joint go.
        confidence: probability, 0 to 1, that this is a join and not said twice.
    """

    at: int
    first: Span
    second: Span
    words: int
    nats: float
    differing: int
    broken: bool
    spare: Span
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Repeat:
    """A passage that repeats at once, as indices of words and letters.

    Attributes:
        one, other: first words of the run of words that is the same in both copies.
        run: the length of that run in words.
        joint: number of letters before the second copy.
        period: letters in a copy.
        differing: letters by which the copies differ.
        broken: whether between the runs there is nothing but parts of words that the copies have whole.
    """

    one: int
    other: int
    run: int
    joint: int
    period: int
    differing: int
    broken: bool


@remembered
def find_joins(text: str) -> tuple[Join, ...]:
    """The joins in a text, in order. Remembered, since shots repeat.

    >>> [join.at for join in find_joins("each query is held against all the keys and then each quer"
    ...                                 " is held against all the keys and then each query takes its value")]
    [59]
    """
    reading = Reading(read_words(text))
    judged = [(odds(reading, repeat), repeat) for repeat in repeats(reading.forms)]
    likeliest = list(best(judged))
    sure = [repeat for logit, repeat in likeliest if _probability(logit) >= SURE]
    found = []
    for logit, repeat in likeliest:
        series = SERIES if any(other is not repeat for other in sure) else 0.0
        if (probability := _probability(logit + series)) >= LIKELY:
            found.append(reading.join(repeat, probability))
    return tuple(sorted(found, key=lambda join: join.at))


def odds(reading: Reading, repeat: Repeat) -> float:
    """Logarithm of the odds that a repeat is a join."""
    return float(np.dot(WEIGHTS, reading.features(repeat)))


def best(judged: Iterable[tuple[float, Repeat]]) -> Iterator[tuple[float, Repeat]]:
    """The likeliest repeat at each place: one joint is seen by every run of words that its copies have in common."""
    taken: list[Repeat] = []
    for logit, repeat in sorted(judged, key=lambda one: -one[0]):
        if all(abs(repeat.joint - other.joint) >= max(repeat.period, other.period) for other in taken):
            taken.append(repeat)
            yield logit, repeat


def _probability(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


class Reading:
    """The words and letters of a text, and what its repeats are like.

    Arguments:
        words: the words of the text.
    """

    def __init__(self, words: Words) -> None:
        self.words = words
        self.forms = words.forms
        self.at = [0, *accumulate(map(len, words.forms))]

    @cached_property
    def offsets(self) -> list[int]:
        """The offset of every letter in the text."""
        return [place for places in self.words.letters for place in places[:-1]]

    def features(self, repeat: Repeat) -> tuple[float, ...]:
        """What tells a join from what is said twice, as in ``FEATURES``."""
        marked = self._mark_before(repeat.joint)
        return (1.0, self.words_of(repeat), self.nats(repeat), repeat.differing, repeat.broken, marked)

    def words_of(self, repeat: Repeat) -> int:
        """How many words the second copy has."""
        return self._word_from(repeat.joint + repeat.period) - self._word_from(repeat.joint)

    def nats(self, repeat: Repeat) -> float:
        """The surprise of the words of the second copy, one after the other."""
        first = self._word_from(repeat.joint)
        last = max(first + 1, self._word_from(repeat.joint + repeat.period))
        return float(surprise(self.forms[first:last]).sum())

    def _word_from(self, letter: int) -> int:
        """The first word that starts at a letter or behind it."""
        return bisect_left(self.at, letter, hi=len(self.at) - 1)

    def _mark_before(self, letter: int) -> bool:
        """Whether there is more than white space between a letter and the one before."""
        if not 0 < letter < len(self.offsets):
            return False
        return bool(self.words.text[self.offsets[letter - 1] + 1 : self.offsets[letter]].strip())

    def join(self, repeat: Repeat, confidence: float) -> Join:
        """The repeat as places in the text."""
        at = self.offsets[repeat.joint]
        start = self.offsets[max(0, repeat.joint - repeat.period)]
        end = self.offsets[min(repeat.joint + repeat.period, len(self.offsets)) - 1] + 1
        spare = Span(*(self.words.letters[word][0] for word in self._middle(repeat)))
        nats = round(self.nats(repeat), 1)
        evidence = (self.words_of(repeat), nats, repeat.differing, repeat.broken)
        return Join(at, Span(start, at), Span(at, end), *evidence, spare, round(confidence, 4))

    def _middle(self, repeat: Repeat) -> tuple[int, int]:
        """A word of the first copy and the same word of the second: those nearest to the middle of the overlap."""
        middle = repeat.joint - repeat.period / 2
        edges = (repeat.joint - repeat.period, repeat.joint, repeat.joint + repeat.period)
        start, joint, end = map(self._word_from, edges)
        runs = [
            (start + one, joint + other, size)
            for one, other, size in runs_in_common(self.forms[start:joint], self.forms[joint:end])
        ]
        pairs = [(one + k, other + k) for one, other, size in runs if size >= SEED for k in range(size)]
        own = [(repeat.one + k, repeat.other + k) for k in range(repeat.run)]
        return min(pairs or own, key=lambda pair: abs(self.at[pair[0]] - middle))


@remembered
def repeats(forms: tuple[str, ...]) -> tuple[Repeat, ...]:
    """Passages that stand twice in a row and no third time, by the place of the second copy.

    Remembered, since ``clean`` looks at the same words again, with other marks.

    Arguments:
        forms: normal forms of the words of a text.
    """
    return tuple(_apart(_Search(forms).repeats()))


class _Search:
    """What repeats in the words of a text."""

    def __init__(self, forms: tuple[str, ...]) -> None:
        self.forms = forms
        self.letters = "".join(forms)
        self.at = [0, *accumulate(map(len, forms))]

    def repeats(self) -> Iterator[Repeat]:
        """Passages that stand twice in a row, as their first words are met."""
        last: dict[tuple[str, ...], int] = {}
        done: dict[int, int] = {}
        for other in range(len(self.forms) - SEED + 1):
            seed = self.forms[other : other + SEED]
            one = last.get(seed, -MOST_WORDS)
            last[seed] = other
            if other - one < MOST_WORDS and done.get(other - one, 0) <= other:
                run = self._run(one, other)
                done[other - one] = other + run
                if repeat := self._repeat(one, other, run):
                    yield repeat

    def _run(self, one: int, other: int) -> int:
        """How many words in a row are the same."""
        run = SEED
        while other + run < len(self.forms) and self.forms[one + run] == self.forms[other + run]:
            run += 1
        return run

    def _repeat(self, one: int, other: int, run: int) -> Repeat | None:
        """The repeat around a run of words that are the same; None where too much else is between them."""
        apart = other - one
        if run < SHARE * apart or 2 * apart < run + SEED:  # said three times or more: a loop
            return None
        run = min(run, apart)
        start, end, after = self.at[one], self.at[one + run], self.at[other + run]
        gap = self.letters[end : self.at[other]]
        reach = len(gap) + SLACK
        period = self.at[other] - start
        before, behind = self.letters[max(0, start - reach) : start], self.letters[after : after + reach]
        divided = divide(gap, before, behind, most=period // DIFFERING)
        if divided is None:
            return None
        place, differing = divided
        return Repeat(one, other, run, end + place, period, differing, bool(gap) and not differing)


def surprise(forms: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """For each word minus the logarithm of its probability after the one before, the first by itself."""
    words, pairs = default(), default_pairs()
    ranks = np.array([rank if (rank := words.rank(form)) >= 0 else len(words) for form in forms])
    alone = np.exp([words.logp(form) for form in forms])
    after = pairs.after(ranks[:-1], ranks[1:], alone[1:])
    logs: np.ndarray[tuple[int], np.dtype[np.float64]] = -np.log(np.concatenate([alone[:1], after]))
    return logs


def _apart(repeats: Iterable[Repeat]) -> Iterator[Repeat]:
    """Repeats that are no loop: where the copy of one is repeated again, it is said three times or more."""
    found = sorted(repeats, key=lambda repeat: repeat.joint)
    for number, repeat in enumerate(found):
        near = (*found[max(0, number - 1) : number], *found[number + 1 : number + 2])
        if not any(_loops(repeat, other) for other in near):
            yield repeat


def _loops(one: Repeat, other: Repeat) -> bool:
    period = (one.period + other.period) / 2
    return abs(one.period - other.period) <= period / DIFFERING and 0.5 * period < abs(one.joint - other.joint) < (
        1.5 * period
    )
