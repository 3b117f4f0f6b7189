"""Where the letters of a text stand in other texts: exact runs found by an index, and the chain that explains most.

Texts are compared letter by letter, so that case, marks, spaces, hyphens and accents make no difference. Every
fourth 16-gram of the other texts is hashed and sorted once; a text that shares 19 letters in a row with one of
them meets at least one of these (the sampled q-gram index of read mapping). Hits on one diagonal are grown into
maximal runs, and a dynamic programme chains runs: within a run nothing is missing, a step aside costs little, a
jump costs more than a chance run gains.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from transmend.document import Span
from transmend.lexicon.words import Floats, Integers

Hashes = npt.NDArray[np.uint64]

GRAM = 16  # letters hashed together: a power of two
STEP = 4  # of the other texts every fourth place is indexed
COMMON = 200  # grams found more often say nothing
MOST_RUNS = 4000  # the longest ones are chained
ASIDE = 30  # letters by which a run may be off the one before without a jump
APART = 60  # letters between two runs that belong together
COST_ASIDE, COST_JUMP, COST_BACK, COST_OTHER = 2.0, 16.0, 24.0, 30.0
BETWEEN = 0  # stands between texts

_FACTORS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93)


@dataclass(frozen=True, slots=True, eq=False)
class Letters:
    """The letters and digits of a text, lower-cased and without accents, and where they stand.

    Attributes:
        text: the text.
        keys: one number for each letter.
        at: the code point of each letter.
    """

    text: str
    keys: npt.NDArray[np.uint32]
    at: Integers

    def start(self, letter: int) -> int:
        """Code point at which a letter starts; behind the last one, the end of the last one."""
        return int(self.at[letter]) if letter < len(self.at) else self.end(len(self.at))

    def end(self, letter: int) -> int:
        """Code point behind the letter before ``letter``."""
        return int(self.at[letter - 1]) + 1 if letter else self.start(0) if len(self.at) else 0

    def number(self, offset: int) -> int:
        """How many letters stand before a code point."""
        return int(np.searchsorted(self.at, offset))


def read_letters(text: str, span: Span | None = None, without: Sequence[Span] = ()) -> Letters:
    """The letters of ``text`` in ``span``, but for those inside the spans ``without``.

    >>> "".join(map(chr, read_letters("Don't: café!").keys))
    'dontcafe'
    """
    span = span or Span(0, len(text))
    points = np.frombuffer(span.of(text).encode("utf-32-le", "surrogatepass"), "<u4")
    if not len(points):
        return Letters(text, np.zeros(0, np.uint32), np.zeros(0, np.int64))
    present = np.flatnonzero(np.bincount(points))
    table = np.zeros(int(present[-1]) + 1, np.uint32)
    table[present] = [_key(chr(point)) for point in present.tolist()]
    keys = table[points]
    for gap in without:
        keys[max(gap.start - span.start, 0) : max(gap.end - span.start, 0)] = BETWEEN
    at = np.flatnonzero(keys)
    return Letters(text, keys[at], at + span.start)


def _key(character: str) -> int:
    """The first letter of a character taken apart, or ``BETWEEN`` for what is no letter."""
    first = unicodedata.normalize("NFKD", character).lower()[:1]
    return ord(first) if first.isalnum() else BETWEEN


@dataclass(frozen=True, slots=True)
class Run:
    """Letters that a text and another one have in common.

    Attributes:
        start: the first of them in the text.
        size: how many.
        other: number of the other text.
        place: where they start there.
    """

    start: int
    size: int
    other: int
    place: int

    @property
    def end(self) -> int:
        """Behind the last letter, in the text."""
        return self.start + self.size

    def at(self, letter: int) -> int:
        """Where ``letter`` of the text is in the other one, if this run goes on so far."""
        return self.place + letter - self.start


class Index:
    """Texts to look for letters in. Made once, safe to share.

    Arguments:
        texts: the letters of each.
    """

    def __init__(self, texts: Sequence[Letters]) -> None:
        self.texts = tuple(texts)
        ends = np.cumsum([len(text.keys) + 1 for text in texts]) if texts else np.zeros(0, np.int64)
        self._starts: Integers = np.concatenate([[0], ends]).astype(np.int64)
        between = np.array([BETWEEN], np.uint32)
        self._keys = np.concatenate([between, *(part for text in texts for part in (text.keys, between))])
        grams = [_hashes(text.keys)[::STEP] for text in texts]
        places = [start + 1 + STEP * np.arange(len(g)) for start, g in zip(self._starts, grams, strict=False)]
        hashes = np.concatenate([np.zeros(0, np.uint64), *grams])
        order = np.argsort(hashes, kind="stable")
        self._hashes: Hashes = hashes[order]
        self._places: Integers = np.concatenate([np.zeros(0, np.int64), *places])[order]

    def runs(self, letters: Letters) -> list[Run]:
        """All maximal runs that ``letters`` share with the texts, in order."""
        starts, diagonals = self._hits(_hashes(letters.keys))
        if not len(starts):
            return []
        first, last = _grouped(starts, diagonals)
        own = np.concatenate([[BETWEEN], letters.keys, [BETWEEN]]).astype(np.uint32)
        own[0] = own[-1] = 0xFFFFFFFF  # equal to nothing, not even to what is between texts
        low = self._grown(own, starts[first], diagonals[first], -1)
        high = self._grown(own, starts[last] + GRAM - 1, diagonals[first], 1) + 1
        rows = np.unique(np.stack([low, high - low, low + diagonals[first]], axis=1), axis=0)
        owners = np.searchsorted(self._starts, rows[:, 2], side="right") - 1
        return [
            Run(start, size, owner, place - 1 - int(self._starts[owner]))
            for (start, size, place), owner in zip(rows.tolist(), owners.tolist(), strict=True)
        ]

    def _hits(self, grams: Hashes) -> tuple[Integers, Integers]:
        """Where grams of a text are among those indexed: place in the text, and how much further in the index."""
        low = np.searchsorted(self._hashes, grams, side="left")
        count = np.searchsorted(self._hashes, grams, side="right") - low
        count[count > COMMON] = 0
        starts = np.repeat(np.arange(len(grams)), count)
        within = np.arange(len(starts)) - np.repeat(np.cumsum(count) - count, count)
        return starts, self._places[np.repeat(low, count) + within] - starts

    def _grown(self, own: npt.NDArray[np.uint32], at: Integers, diagonals: Integers, step: int) -> Integers:
        """The last letters of runs that are at letters ``at``, once grown in one direction."""
        at = at.copy()
        growing = np.arange(len(at))
        while len(growing):
            ahead = at[growing] + step
            same = own[ahead + 1] == self._keys[ahead + diagonals[growing]]
            growing = growing[same]
            at[growing] += step
        return at


def _hashes(keys: npt.NDArray[np.uint32]) -> Hashes:
    """The hash of the gram that starts at each letter, by doubling."""
    hashes, size = keys.astype(np.uint64), 1
    for factor in _FACTORS:
        if len(hashes) <= size:
            return np.zeros(0, np.uint64)
        hashes = hashes[:-size] * np.uint64(factor) + (hashes[size:] ^ (hashes[size:] >> np.uint64(29)))
        size *= 2
    return hashes


def _grouped(starts: Integers, diagonals: Integers) -> tuple[Integers, Integers]:
    """First and last hit of each row of hits that overlap or touch on one diagonal."""
    order = np.lexsort((starts, diagonals))
    starts[:], diagonals[:] = starts[order], diagonals[order]
    new = (np.diff(diagonals) != 0) | (np.diff(starts) > GRAM)
    return np.flatnonzero(np.append(True, new)), np.flatnonzero(np.append(new, True))


def chained(runs: Sequence[Run]) -> list[Run]:
    """The runs, in order, that explain most letters for the fewest jumps.

    Where two of them overlap in the text, the place of the jump is open.
    """
    if not runs:
        return []
    kept = sorted(sorted(runs, key=lambda run: -run.size)[:MOST_RUNS], key=lambda run: (run.start, run.end))
    start, size, other, place = np.array([(run.start, run.size, run.other, run.place) for run in kept]).T
    end, score, before = start + size, size.astype(float), np.full(len(kept), -1)
    for k in range(1, len(kept)):
        earlier = (start[:k] < start[k]) & (end[:k] < end[k])
        overlap = np.maximum(end[:k] - start[k], 0)
        gain = score[:k] + size[k] - overlap - _costs(start, end, place, other, k)
        gain[~earlier] = -np.inf
        best = int(gain.argmax())
        if gain[best] > score[k]:
            score[k], before[k] = gain[best], best
    k, chain = int(score.argmax()), []
    while k >= 0:
        chain.append(kept[k])
        k = int(before[k])
    return chain[::-1]


def _costs(start: Integers, end: Integers, place: Integers, other: Integers, k: int) -> Floats:
    """What it costs to go on with run ``k`` behind each run before it."""
    shift = (place[k] - start[k]) - (place[:k] - start[:k])
    aside = (np.abs(shift) <= ASIDE) & (start[k] - end[:k] <= APART)
    jump = np.where(shift > 0, COST_JUMP, COST_BACK)
    costs: Floats = np.where(aside, COST_ASIDE + np.abs(shift) / 4, jump)
    return np.where(other[:k] == other[k], costs, COST_OTHER)
