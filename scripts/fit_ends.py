"""Fit what tells that a text starts or ends in mid-sentence, and score it.

    python scripts/fit_ends.py --data DIR [--texts 1000]

Stretches of held-out documents in lower case; each end is as likely at a sentence border, as an editor set it, as
anywhere between words. Weights (``transmend.restore.unfinished``) come from the tuning half, figures from the
other half.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from make_seams import documents, lowered, noisy, spoken
from misheard import confusions
from transmend.document import Document
from transmend.language import DANGLING
from transmend.restore import unfinished
from transmend.restore.unfinished import SURE
from transmend.tagger.tagger import default

WORDS = 120


class Stretch(NamedTuple):
    """Words in lower case, and whether the first and the last are in mid-sentence."""

    text: str
    starts: bool
    ends: bool


def stretches(data: Path, split: str, texts: int) -> Iterator[Stretch]:
    """Stretches of the held-out documents of a split."""
    heard, rng = confusions(data, split), random.Random(split)
    records = list(documents(data, split))
    for _ in range(texts):
        words = noisy(spoken(rng.choice(records)), rng, rng.choice(("none", "misheard")), heard).split()
        start, end = (_place(words, at, rng) for at in _near(len(words), rng))
        if end - start > WORDS // 2:
            yield Stretch(lowered(" ".join(words[start:end])), not _border(words, start), not _border(words, end))


def _near(size: int, rng: random.Random) -> tuple[int, int]:
    start = rng.randrange(1, max(2, size - 2 * WORDS))
    return start, start + WORDS


def _place(words: list[str], at: int, rng: random.Random) -> int:
    """The first sentence border from here, or as likely just here."""
    at = min(at, len(words) - 1)
    if rng.random() < 0.5:
        at = next((k for k in range(at, len(words)) if _border(words, k)), len(words) - 1)
    return at


def _border(words: list[str], at: int) -> bool:
    return words[at - 1][-1] in ".?!" and words[at][:1].isupper()


def rows(stretches: list[Stretch], first: bool) -> tuple[np.ndarray, np.ndarray]:
    """For each stretch the log-odds of a capital or a sentence end, whether the last word dangles, and 1; and truth."""
    tags = default().predict_all([one.text.split(" ") for one in stretches])
    ended = np.array([t.case[0, 1:].sum() if first else t.mark[-1, 2:].sum() for t in tags]).clip(SURE, 1 - SURE)
    dangles = [not first and one.text.rsplit(" ", 1)[-1] in DANGLING for one in stretches]
    x = np.stack([np.log(ended / (1 - ended)), dangles, np.ones(len(ended))], axis=1)
    return x, np.array([one.starts if first else one.ends for one in stretches])


def fit(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Logistic regression, as if half were in mid-sentence, a little towards zero: Newton's method."""
    weights = np.zeros(x.shape[1])
    each = np.where(y, 0.5 / y.mean(), 0.5 / (1 - y.mean()))
    for _ in range(50):
        p = 1 / (1 + np.exp(-(x @ weights)))
        slope = x.T @ (each * (p - y)) + 0.5 * weights
        weights -= np.linalg.solve((x * (each * p * (1 - p))[:, None]).T @ x + 0.5 * np.eye(len(weights)), slope)
    return weights


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds corpora/ and parallel/")
    parser.add_argument("--texts", type=int, default=1000)
    arguments = parser.parse_args()
    tuning, scoring = (list(stretches(arguments.data, split, arguments.texts)) for split in ("tune", "score"))
    found = [{one.starts for one in unfinished(Document(stretch.text), ())} for stretch in scoring]
    for name, first in (("start", True), ("end", False)):
        print(name, "weights:", *fit(*rows(tuning, first)).round(2))
        truth = np.array([one.starts if first else one.ends for one in scoring])
        said = np.array([first in each for each in found])
        print(f"  in mid-sentence: {truth.sum()}, found {said[truth].mean():.3f}", end="; ")
        print(f"at a border: {(~truth).sum()}, called unfinished {said[~truth].mean():.4f}")


if __name__ == "__main__":
    main()
