"""How well one division of a text into paragraphs agrees with another: F1, Pk, WindowDiff and boundary similarity.

Needs segeval (Fournier 2013), which the ``benchmark`` extra brings.
"""

from __future__ import annotations

import random
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

import segeval

from transmend import score

FEWEST = 6  # sentences of a text
EVERY = 5  # sentences of a paragraph, for the baselines
SEEDS = 10


PARAGRAPH = re.compile(r"\n\n+")
SENTENCE = re.compile(r"\n\n+|(?<=[.?!])\s+")


def places(text: str, between: re.Pattern[str] = PARAGRAPH) -> list[int]:
    """Where the pieces of ``text`` start, the first one left out: in letters and digits, since marks come and go."""
    sizes = [sum(map(str.isalnum, piece)) for piece in between.split(text)]
    starts = set(accumulate(sizes))
    return sorted(starts - {0, sum(sizes)})


@dataclass(frozen=True)
class Reference:
    """The sentences and paragraphs of a text, by the letters before them."""

    sentences: list[int]
    paragraphs: list[int]

    @classmethod
    def of(cls, text: str) -> Reference:
        """Of a text with marks, and blank lines between its paragraphs."""
        return cls([0, *places(text, SENTENCE)], places(text))

    def masses(self, places: Iterable[int]) -> tuple[int, ...]:
        """Sentences in each paragraph, with every place moved to the nearest start of a sentence."""
        edges = sorted({0, len(self.sentences), *map(self._nearest, places)})
        return tuple(b - a for a, b in pairwise(edges))

    def _nearest(self, place: int) -> int:
        k = bisect_left(self.sentences, place)
        return min((max(k - 1, 0), min(k, len(self.sentences) - 1)), key=lambda i: abs(self.sentences[i] - place))


@dataclass
class Agreement:
    """Sums over texts; the three window measures are weighed by sentences."""

    f1: score.Score = field(default_factory=lambda: score.Score(0, 0, 0))
    sentences: int = 0
    pk: float = 0.0
    window_diff: float = 0.0
    boundary: float = 0.0

    def add(self, reference: Reference, places: Sequence[int]) -> None:
        """Count one text in; texts too short for a window count for F1 alone."""
        self.f1 += score.score_sets(set(reference.paragraphs), set(places))
        n = len(reference.sentences)
        if n >= FEWEST:
            wanted, given = reference.masses(reference.paragraphs), reference.masses(places)
            self.sentences += n
            self.pk += n * float(segeval.pk(given, wanted))
            self.window_diff += n * float(segeval.window_diff(given, wanted))
            bare = len(wanted) == len(given) == 1  # no boundary in either: segeval refuses, they agree
            self.boundary += n * (1.0 if bare else float(segeval.boundary_similarity(given, wanted)))

    def as_dict(self) -> dict[str, float]:
        n = max(self.sentences, 1)
        return {
            "F1": round(self.f1.f1, 3),
            "Pk": round(self.pk / n, 3),
            "WindowDiff": round(self.window_diff / n, 3),
            "boundary similarity": round(self.boundary / n, 3),
            "given": self.f1.given,
            "wanted": self.f1.wanted,
        }


def compare(texts: Sequence[tuple[Reference, Sequence[int]]]) -> dict[str, dict[str, float]]:
    """Agreement of the places given, and of what takes no thought, with the references."""
    rows = {name: Agreement() for name in ("transmend", f"every {EVERY} sentences", "random", "none")}
    seeded = [random.Random(seed) for seed in range(SEEDS)]
    for reference, places in texts:
        rows["transmend"].add(reference, places)
        rows[f"every {EVERY} sentences"].add(reference, reference.sentences[EVERY::EVERY])
        rows["none"].add(reference, [])
        for rng in seeded:
            rows["random"].add(reference, [s for s in reference.sentences[1:] if rng.random() < 1 / EVERY])
    return {name: row.as_dict() for name, row in rows.items()}
