"""How well joins of overlapping chunks are found and merged, and how often a speaker's own repetition is taken for one.

    python scripts/overlap_scores.py --data DIR [--texts 200]
    python scripts/overlap_scores.py --data DIR --fit

Held-out documents are cut into chunks that overlap, and joined without taking the overlap out: at words or anywhere,
with a space, a line end or nothing between, the second copy as it is or heard a little differently. A join is found
if one is seen in its overlap; exact if that is at its place, give or take a token; mended if what the fix removes
leads from a letter of the first copy to the same letter of the second, give or take the letters by which the copies
differ. The same documents uncut show what is found where nothing is. ``--fit`` prints the weights.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from rapidfuzz.distance import Levenshtein

from make_seams import documents, lowered, spoken
from misheard import mistyped
from seam_scores import token
from transmend.document import Span
from transmend.splice import joins
from transmend.splice.evidence import read_words
from transmend.tagger.features import normal_form

LENGTHS = ((6, 8), (9, 12), (13, 20), (21, 35), (36, 60))
#: Of all texts, so many were joined from chunks: what the weights of ``--fit`` take for granted.
JOINED = 1 / 20
LENGTH = 30_000  # of a text of the benchmark


@dataclass(frozen=True)
class Joint:
    """One join of a benchmark.

    Attributes:
        at: the code point at which the second chunk begins.
        words: words in the overlap.
        sizes: letters in its first copy and in its second.
        differing: letters by which the copies differ.
    """

    at: int
    words: int
    sizes: tuple[int, int]
    differing: int


@dataclass(frozen=True)
class Joined:
    """A text joined from overlapping chunks, and how."""

    text: str
    joints: tuple[Joint, ...]
    way: str


def joined(text: str, rng: random.Random) -> Joined:
    """The text in overlapping chunks, glued: of a usual length, as most chunkers have it, or of any."""
    starts = [0, *(k + 1 for k, c in enumerate(text) if c == " "), len(text) + 1]
    anywhere, usual, varied = rng.random() < 0.5, rng.randint(6, 60), rng.random() < 0.5
    rate, glue = rng.choice((0.0, 0.0, 0.05, 0.1)), rng.choice((" ", " ", "\n", ""))

    def edge(word: int) -> int:
        return rng.randrange(starts[word], starts[word + 1] - 1) if anywhere else starts[word]

    word = rng.randint(100, 500)
    end = edge(word)
    out, joints = text[:end].rstrip(), list[Joint]()
    while word + 600 < len(starts):
        overlap = rng.randint(6, 60) if varied else usual
        start, first = edge(word - overlap), end
        word += rng.randint(100, 500)
        end = edge(word)
        copy, again = text[start:first].strip(), heard_again(text[start:first].strip(), rng, rate)
        sizes = (letters(copy), letters(again))
        out += glue
        joints.append(Joint(len(out), overlap, sizes, Levenshtein.distance(normal_form(copy), normal_form(again))))
        out += again + text[first:end].rstrip() if text[first - 1] != " " else f"{again} {text[first:end].rstrip()}"
    return Joined(out, tuple(joints), f"{'anywhere' if anywhere else 'at words'}, {'fuzzy' if rate else 'exact'}")


def heard_again(passage: str, rng: random.Random, rate: float) -> str:
    """A passage as another run of a recogniser has it: words misheard, left out, put in or taken for others."""
    words = passage.split(" ")
    out: list[str] = []
    for word in words:
        if rng.random() < rate:
            out += rng.choice(([mistyped(word, rng, 1.0)], [], [word, rng.choice(words)], [rng.choice(words)]))
        else:
            out.append(word)
    return " ".join(out) or passage


def letters(text: str) -> int:
    """How many letters and digits."""
    return len(normal_form(text))


def texts(data: Path, split: str) -> Iterator[tuple[str, str]]:
    """Held-out documents, by id: each with marks or without, by chance."""
    for record in documents(data, split):
        rng = random.Random(record["id"])
        text = spoken(record)
        yield record["id"], lowered(text) if rng.random() < 0.5 else text


def is_mended(text: str, joint: Joint, spare: Span) -> bool:
    """Whether what is removed leads from a letter of the first copy to the same letter of the second."""
    before = letters(text[: joint.at])
    one = letters(text[: spare.start]) - before + joint.sizes[0]
    other = letters(text[: spare.end]) - before
    inside = 0 <= one <= joint.sizes[0] and 0 <= other <= joint.sizes[1]
    return inside and abs(one - other) <= joint.differing


def score(text: Joined) -> tuple[list[tuple[Joint, joins.Join | None]], list[joins.Join]]:
    """Each joint with what was found of it, and what was found elsewhere."""
    found = joins.find_joins(text.text)
    pairs = [(joint, next((join for join in found if _meets(joint, join)), None)) for joint in text.joints]
    matched = {join for _, join in pairs}
    return pairs, [join for join in found if join not in matched]


def _meets(joint: Joint, join: joins.Join) -> bool:
    return join.first.start <= joint.at <= join.second.end


def benchmark(data: Path, number: int) -> None:
    """Print recall by length and way, what is false, and what is found in uncut text."""
    each = list(texts(data, "score"))
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for k in range(number):
        name, text = each[k % len(each)]
        rng = random.Random(f"{name}:{k}")
        start = rng.randrange(max(1, len(text) - LENGTH))
        sample = joined(text[text.find(" ", start) + 1 :][:LENGTH], rng)
        pairs, false = score(sample)
        rows["all"]["false"] += len(false)
        for joint, join in pairs:
            low, high = token(sample.text, joint.at)
            counts = Counter(joints=1, found=join is not None)
            if join is not None:
                counts.update(exact=low <= join.at <= high, mended=is_mended(sample.text, joint, join.spare))
            shortest, longest = next(length for length in LENGTHS if joint.words <= length[1])
            for kind in (f"{shortest:2}-{longest} words", sample.way, "all"):
                rows[kind] += counts
    for name, row in sorted(rows.items()):
        shares = "  ".join(f"{what} {row[what] / row['joints']:.3f}" for what in ("found", "exact", "mended"))
        print(f"{name:20} {row['joints']:6} joints  {shares}")
    print("found where no joint is:", rows["all"]["false"])
    uncut(each)


def uncut(each: Sequence[tuple[str, str]]) -> None:
    """Print what is found in the documents as they are."""
    started, words, false = time.perf_counter(), 0, 0
    for name, text in each:
        words += text.count(" ") + 1
        for join in joins.find_joins(text):
            false += 1
            print(f"  {name} {join.confidence}: {join.first.of(text)} | {join.second.of(text)}")
    print(f"uncut: {words} words, {false} joins, {1e5 * false / words:.2f} per 100,000 words")
    print(f"{words / (time.perf_counter() - started):,.0f} words a second")


def fit(data: Path) -> None:
    """Print the weights: logistic regression on the repeats of the tuning documents, joined and as they are."""
    rows, truth = list[tuple[float, ...]](), list[bool]()
    for name, text in texts(data, "tune"):
        sample = joined(text, random.Random(f"{name}:fit"))
        for given, places in ((sample.text, [token(sample.text, j.at) for j in sample.joints]), (text, [])):
            reading = joins.Reading(read_words(given))
            judged = [(joins.odds(reading, repeat), repeat) for repeat in joins.repeats(reading.forms)]
            for _, repeat in joins.best(judged):
                is_true = any(low <= reading.offsets[repeat.joint] <= high for low, high in places)
                if bool(places) == is_true:
                    rows.append(reading.features(repeat))
                    truth.append(is_true)
    weights = np.where(truth, JOINED, 1 - JOINED)
    found = newton(np.array(rows, float), np.array(truth), weights)
    print(dict(Counter(truth)), dict(zip(joins.FEATURES, np.round(found, 2).tolist(), strict=True)))


def newton(x: np.ndarray, y: np.ndarray, weights: np.ndarray, ridge: float = 0.1) -> np.ndarray:
    """Logistic regression."""
    beta = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        curve = (x * (weights * p * (1 - p))[:, None]).T @ x + ridge * np.eye(len(beta))
        beta += np.linalg.solve(curve, x.T @ (weights * (y - p)) - ridge * beta)
    return beta


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds corpora/*.jsonl.gz")
    parser.add_argument("--texts", type=int, default=200)
    parser.add_argument("--fit", action="store_true")
    arguments = parser.parse_args()
    if arguments.fit:
        fit(arguments.data)
    else:
        benchmark(arguments.data, arguments.texts)


if __name__ == "__main__":
    main()
