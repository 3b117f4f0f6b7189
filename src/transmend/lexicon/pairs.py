"""The table of word pairs: how likely a word, or any word with a prefix or suffix, is beside another."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock

import numpy as np
import numpy.typing as npt

from transmend.lexicon.words import STEP, Floats, Integers, Lexicon, default, load


class Pairs:
    """P(second | first), discounted, with what is left spread over all words. Safe to share between threads.

    Ranks are those of the lexicon; the rank ``len(lexicon)`` stands for any unknown word.

    Arguments:
        lexicon: the words.
        tables: ``rows`` (pairs of each first word), ``high`` and ``low`` (gaps between second ranks) and
            ``logp`` (in steps), as ``scripts/build_lexicon.py`` writes them.
    """

    def __init__(self, lexicon: Lexicon, tables: Mapping[str, npt.NDArray[np.integer]]) -> None:
        self._lexicon = lexicon
        self._words = len(lexicon)
        rows = tables["rows"].astype(np.int64)
        first = np.repeat(np.arange(self._words), rows)
        gaps = tables["high"].astype(np.int64) * 256 + tables["low"]
        runs = np.cumsum(gaps)
        starts = np.cumsum(rows) - rows
        before = np.where(starts > 0, runs[np.maximum(starts, 1) - 1], 0)
        second = runs - np.repeat(before, rows)
        self._p: Floats = np.exp(tables["logp"] * -STEP)
        self._codes: Integers = first * self._words + second
        self._sums = _running(self._p)
        self.left_over: Floats = np.append(1 - np.bincount(first, self._p, minlength=self._words), 1.0).clip(1e-3)
        self._unigram: Floats = np.append(np.exp(lexicon.logs), 0.0)
        self._prepare_ends(first, second)

    def _prepare_ends(self, first: Integers, second: Integers) -> None:
        backwards = self._lexicon.backwards
        place = np.empty(self._words, np.int64)
        place[backwards] = np.arange(self._words)
        codes = second * self._words + place[first]
        order = np.argsort(codes)
        self._end_codes = codes[order]
        self._end_sums = _running((self._unigram[first] * self._p)[order])
        self._end_left_over = _running((self._unigram * self.left_over)[:-1][backwards])

    def after(self, first: Integers, second: Integers, p: Floats) -> Floats:
        """P(second | first) for arrays of ranks, where ``p`` are the second words' own probabilities."""
        codes = first * self._words + second
        place = _found(self._codes, codes).clip(max=len(self._codes) - 1)
        known = (first < self._words) & (second < self._words) & (self._codes[place] == codes)
        return np.where(known, self._p[place], 0.0) + self.left_over[first] * p

    def seen(self, first: str, second: str) -> bool:
        """Whether the two words were counted side by side."""
        code = self._lexicon.rank(first) * self._words + self._lexicon.rank(second)
        place = int(np.searchsorted(self._codes, code))
        known = first in self._lexicon and second in self._lexicon
        return known and place < len(self._codes) and int(self._codes[place]) == code

    def starts_after(self, first: Integers, low: Integers, high: Integers) -> Floats:
        """P(a word of rank low..high | first): the mass of a prefix after a word."""
        known = np.minimum(first, self._words - 1) * self._words
        seen = self._sums[_found(self._codes, known + high)]
        seen = seen - self._sums[_found(self._codes, known + low)]
        mass = self._lexicon.mass
        return np.where(first < self._words, seen, 0.0) + self.left_over[first] * (mass[high] - mass[low])

    def ends_before(self, second: Integers, low: Integers, high: Integers, p: Floats) -> Floats:
        """P(a word at place low..high of ``backwards``, then second): the mass of a suffix before a word."""
        known = np.minimum(second, self._words - 1) * self._words
        seen = self._end_sums[_found(self._end_codes, known + high)]
        seen = seen - self._end_sums[_found(self._end_codes, known + low)]
        rest = (self._end_left_over[high] - self._end_left_over[low]) * p
        return np.where(second < self._words, seen, 0.0) + rest


def _found(codes: Integers, wanted: Integers) -> Integers:
    """Where codes are, or would be, in a sorted table: looked for in order, which finds them in what is at hand."""
    order = np.argsort(wanted)
    places = np.empty_like(wanted)
    places[order] = np.searchsorted(codes, wanted[order])
    return places


def _running(values: Floats) -> Floats:
    return np.concatenate([[0.0], np.cumsum(values)])


_default: list[Pairs] = []
_lock = Lock()


def default_pairs() -> Pairs:
    """The pairs that ship with transmend, loaded once."""
    with _lock:
        if not _default:
            _default.append(Pairs(default(), load("pairs.npz")))
        return _default[0]
