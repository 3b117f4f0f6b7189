"""Corpora -> which strings are words, how common they are, and which follow which.

    python scripts/build_lexicon.py --data DIR [--out src/transmend/lexicon/data]

Counts the normal forms in DIR/corpora/*.jsonl.gz, except in the documents held out for tuning and scoring,
and writes ``words.npz`` and ``pairs.npz``. Counts of words in three documents or more, and of pairs said
often: nothing from which a text could be put together again.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
from array import array
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from transmend.lexicon import ALPHABET, CHARACTERS, STEP
from transmend.tagger.features import WORD, normal_form

sys.path.insert(0, str(Path(__file__).parent))
from held_out import held_out

MIN_DOCUMENTS = 3
PAIR_WORDS = 30_000  # only pairs of the commonest words are kept
PAIRS = 700_000
DISCOUNT = 0.75  # absolute discounting: what a seen pair gives to the unseen

NOT_SPEECH = re.compile(r"\[[^\]]*\]\([^)]*\)|\[[^\]]*\]|<[^>]*>|https?://\S+|--+|[—–…]|\.\.\.")
BREAK = -1


class Counts:
    """Everything that one pass over the corpora counts."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}
        self.stream = array("i")
        self.documents: Counter[int] = Counter()
        self.inner: Counter[int] = Counter()  # seen in mid-sentence
        self.capital: Counter[int] = Counter()  # and with a capital there
        self._known: dict[tuple[str, bool], tuple[tuple[int, bool], ...]] = {}

    def add(self, record: dict[str, Any], split_hyphens: bool) -> None:
        """Count one document. Hyphenated words count whole in one half of the documents, in parts in the other."""
        start = len(self.stream)
        for turn in record["turns"]:
            initial = True
            for token in NOT_SPEECH.sub(" ", turn["text"].replace("’", "'")).split():
                for word, capital in self._words(token, split_hyphens):
                    self.stream.append(word)
                    if not initial:
                        self.inner[word] += 1
                        self.capital[word] += capital
                    initial = False
                initial = token[-1] in '.?!:"' or initial
        self.documents.update(set(self.stream[start:]))
        self.stream.append(BREAK)

    def _words(self, token: str, split_hyphens: bool) -> tuple[tuple[int, bool], ...]:
        found = self._known.get((token, split_hyphens))
        if found is None:
            cores = [c for match in WORD.findall(token) for c in (match.split("-") if split_hyphens else [match])]
            forms = [(normal_form(core), core[0].isupper()) for core in cores if core]
            found = tuple((self.ids.setdefault(form, len(self.ids)), capital) for form, capital in forms if form)
            self._known[token, split_hyphens] = found
        return found


def read(folder: Path) -> Iterator[dict[str, Any]]:
    """The documents that are not held out."""
    for path in sorted((folder / "corpora").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                if not held_out(record["id"]):
                    yield record
        print(path.name, file=sys.stderr, flush=True)


def quantised(logp: np.ndarray) -> np.ndarray:
    """Natural logarithms in steps of ``STEP``, 0 to -255 steps."""
    return np.clip(np.round(-logp / STEP), 0, 255).astype(np.uint8)


def write_words(counts: Counts, out: Path) -> tuple[list[str], np.ndarray]:
    """``words.npz``; returns the words in order and, for each raw id, its rank in that order or -1."""
    words = sorted(w for w, i in counts.ids.items() if counts.documents[i] >= MIN_DOCUMENTS and w.isascii())
    stream = np.frombuffer(counts.stream, np.int32)
    totals = np.bincount(stream[stream >= 0], minlength=len(counts.ids))
    raw = np.array([counts.ids[w] for w in words])
    inner = np.array([counts.inner[i] for i in raw])
    capital = np.array([counts.capital[i] for i in raw])
    share = np.where(inner >= 5, np.round(100 * capital / np.maximum(inner, 1)), 255)
    unseen = sorted(w for w, i in counts.ids.items() if counts.documents[i] < MIN_DOCUMENTS)
    np.savez_compressed(
        out / "words.npz",
        words=np.frombuffer("\n".join(words).encode(), np.uint8),
        logp=quantised(np.log(totals[raw] / totals.sum())),
        capital=share.astype(np.uint8),
        unknown=quantised(np.log([totals[[counts.ids[w] for w in unseen]].sum() / totals.sum()])),
        spelling=spelling(unseen),
    )
    rank = np.full(len(counts.ids), -1, np.int32)
    rank[raw] = np.arange(len(words))
    print(
        len(words),
        "words of",
        len(counts.ids),
        "; unknown tokens",
        totals[[counts.ids[w] for w in unseen]].sum() / totals.sum(),
    )
    return words, rank


def spelling(words: list[str]) -> np.ndarray:
    """Log-probability of each character after the two before it, in rare words: how a new word is spelt."""
    index = {c: i for i, c in enumerate(CHARACTERS)}
    counts = np.full((len(CHARACTERS),) * 3, 0.05)
    for word in words:
        if not set(word) <= set(ALPHABET):
            continue
        codes = [0, 0, *(index[c] for c in word), 0]
        for a, b, c in zip(codes, codes[1:], codes[2:], strict=False):
            counts[a, b, c] += 1
    back = counts.sum(axis=0, keepdims=True)
    counts += 5 * back / back.sum(axis=2, keepdims=True)
    return quantised(np.log(counts / counts.sum(axis=2, keepdims=True)))


def write_pairs(counts: Counts, words: list[str], rank: np.ndarray, out: Path) -> None:
    """``pairs.npz``: the pairs that tell most, by count times log-ratio to chance."""
    stream = np.frombuffer(counts.stream, np.int32)
    ranks = np.where(stream >= 0, rank[np.maximum(stream, 0)], -1)
    totals = np.bincount(ranks[ranks >= 0], minlength=len(words)).astype(float)
    common = np.zeros(len(words), bool)
    common[np.argsort(-totals)[:PAIR_WORDS]] = True
    both = (ranks[:-1] >= 0) & (ranks[1:] >= 0)
    first, second = ranks[:-1][both].astype(np.int64), ranks[1:][both].astype(np.int64)
    keep = common[first] & common[second]
    codes, n = np.unique(first[keep] * len(words) + second[keep], return_counts=True)
    first, second = codes // len(words), codes % len(words)
    chance = totals[first] * totals[second] / totals.sum()
    score = n * np.abs(np.log((n - DISCOUNT) / chance))
    score[n < 3] = 0
    kept = np.sort(np.argsort(-score)[:PAIRS])
    print(len(codes), "pairs, kept down to a score of", score[kept].min(), "and a count of", n[kept].min())
    first, second, n = first[kept], second[kept], n[kept]
    fresh = np.diff(first, prepend=-1) != 0
    gaps = np.where(fresh, second, np.diff(second, prepend=0))
    high, low = np.divmod(gaps, 256)
    if high.max() > 255:
        high = np.minimum(high, 65535).astype(np.uint16)
    np.savez_compressed(
        out / "pairs.npz",
        rows=np.bincount(first, minlength=len(words)).astype(np.uint16),
        high=high.astype(np.uint16 if high.max() > 255 else np.uint8),
        low=low.astype(np.uint8),
        logp=quantised(np.log((n - DISCOUNT) / totals[first])),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds corpora/*.jsonl.gz")
    parser.add_argument("--out", type=Path, default=Path("src/transmend/lexicon/data"))
    arguments = parser.parse_args()
    counts = Counts()
    for number, record in enumerate(read(arguments.data)):
        counts.add(record, split_hyphens=number % 2 == 1)
    words, rank = write_words(counts, arguments.out)
    write_pairs(counts, words, rank, arguments.out)
    for path in sorted(arguments.out.glob("*.npz")):
        print(path, path.stat().st_size)


if __name__ == "__main__":
    main()
