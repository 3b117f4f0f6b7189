"""The table of words: membership, frequency, prefixes, suffixes, splits and spelling."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
CHARACTERS = " " + ALPHABET  # a space stands for both ends of a word
STEP = 0.075  # of a stored logarithm
BEYOND = "\U0010ffff"  # sorts after every letter, those beyond U+FFFF too
NOT_COUNTED = 255


@dataclass(frozen=True, slots=True)
class Split:
    """A form as two words glued together.

    Attributes:
        left: the first word.
        right: the second.
        score: logarithm of how much likelier the two words are than an unknown one spelt like both.
    """

    left: str
    right: str
    score: float


class Lexicon:
    """Words in alphabetical order; a word's place in it is its rank. Safe to share between threads.

    Arguments:
        tables: ``words`` (newline-joined, UTF-8), ``logp`` and ``unknown`` (in steps), ``capital`` (percent),
            ``spelling`` (in steps), as ``scripts/build_lexicon.py`` writes them.
    """

    def __init__(self, tables: Mapping[str, npt.NDArray[np.uint8]]) -> None:
        self.words: list[str] = tables["words"].tobytes().decode().split("\n")
        self.logs: Floats = tables["logp"].astype(np.float64) * -STEP
        self._ranks = {word: rank for rank, word in enumerate(self.words)}
        self._capital = tables["capital"]
        self._unknown = float(tables["unknown"][0]) * -STEP
        self._spelling: list[float] = (tables["spelling"].ravel() * -STEP).tolist()
        self._lock = Lock()

    def __contains__(self, form: str) -> bool:
        return form in self._ranks

    def __len__(self) -> int:
        return len(self.words)

    def rank(self, form: str) -> int:
        """The word's place in alphabetical order, or -1."""
        return self._ranks.get(form, -1)

    def logp(self, form: str) -> float:
        """Natural logarithm of the share of spoken words that are ``form``; unknown ones by their spelling."""
        rank = self._ranks.get(form)
        return self.unknown(form) if rank is None else float(self.logs[rank])

    def unknown(self, form: str) -> float:
        """Natural logarithm of the share of spoken words that are in no table and spelt like ``form``."""
        return self._unknown + self.spelt(form)

    def spelt(self, form: str) -> float:
        """Log-probability that a new word is spelt like this."""
        width = len(CHARACTERS)
        codes = [0, 0, *(CHARACTERS.find(c) for c in form), 0]
        total = 0.0
        for a, b, c in zip(codes, codes[1:], codes[2:], strict=False):
            total += self._spelling[(a * width + b) * width + c] if min(a, b, c) >= 0 else math.log(1e-4)
        return total

    def capitalised(self, form: str) -> float | None:
        """How often ``form`` has a capital in mid-sentence, 0 to 1; None where too rare to say."""
        rank = self._ranks.get(form)
        share = NOT_COUNTED if rank is None else int(self._capital[rank])
        return None if share == NOT_COUNTED else share / 100

    def starts(self, prefix: str) -> range:
        """Ranks of the words that start with ``prefix``."""
        return range(bisect_left(self.words, prefix), bisect_left(self.words, prefix + BEYOND))

    def ends(self, suffix: str) -> range:
        """Places of the words that end with ``suffix``, in the order of ``backwards``."""
        start = suffix[::-1]
        mirrored = self._mirrored[0]
        return range(bisect_left(mirrored, start), bisect_left(mirrored, start + BEYOND))

    @property
    def backwards(self) -> Integers:
        """Ranks of the words sorted by their last letters."""
        return self._mirrored[1]

    def mass_of_starts(self, prefix: str) -> float:
        """Share of spoken words that start with ``prefix``."""
        found = self.starts(prefix)
        return float(self.mass[found.stop] - self.mass[found.start])

    def mass_of_ends(self, suffix: str) -> float:
        """Share of spoken words that end with ``suffix``."""
        found = self.ends(suffix)
        return float(self.mirrored_mass[found.stop] - self.mirrored_mass[found.start])

    @cached_property
    def mass(self) -> Floats:
        """Share of spoken words before each rank: a running sum that starts with 0."""
        return np.concatenate([[0.0], np.cumsum(np.exp(self.logs))])

    @cached_property
    def mirrored_mass(self) -> Floats:
        """The same in the order of ``backwards``."""
        return np.concatenate([[0.0], np.cumsum(np.exp(self.logs)[self.backwards])])

    @cached_property
    def _mirrored(self) -> tuple[list[str], Integers]:
        mirrored = [word[::-1] for word in self.words]
        order = sorted(range(len(mirrored)), key=mirrored.__getitem__)
        return [mirrored[rank] for rank in order], np.array(order)

    def split(self, form: str) -> Split | None:
        """The likeliest way to read ``form`` as two known words, or None.

        >>> default().split("withhis").left, default().split("dashboar").right, default().split("qqqqq")
        ('with', 'boar', None)
        """
        ways = [(form[:k], form[k:]) for k in range(1, len(form)) if form[:k] in self and form[k:] in self]
        if not ways:
            return None
        left, right = max(ways, key=lambda way: self.logp(way[0]) + self.logp(way[1]))
        return Split(left, right, self.logp(left) + self.logp(right) - self._unknown - self.spelt(form))


_default: list[Lexicon] = []
_lock = Lock()


def load(name: str) -> dict[str, Any]:
    """The tables in one of the package's data files."""
    with (files("transmend.lexicon") / "data" / name).open("rb") as file, np.load(file) as tables:
        return dict(tables)


def default() -> Lexicon:
    """The lexicon that ships with transmend, loaded once."""
    with _lock:
        if not _default:
            _default.append(Lexicon(load("words.npz")))
        return _default[0]
