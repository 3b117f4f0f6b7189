"""The like-for-like comparison on IWSLT 2011: a copy of the tagger that has seen TED talks, as published systems have.

    python scripts/tagger/iwslt_copy.py data --data DIR --out CACHE --vocabulary RUN/vocab.txt
    python scripts/tagger/train.py --cache CACHE --out RUN --start src/transmend/tagger/data/model.onnx \
        --learning-rate 1.5e-4 --minutes 42
    python scripts/tagger/train.py --cache CACHE --out RUN2 --start RUN/weights.pt --skip 1128 --learning-rate 1e-4 \
        --minutes 14
    python scripts/tagger/iwslt_copy.py score --data DIR --run RUN RUN2 --vocabulary CACHE/vocab.txt

Of several runs the weights are averaged (model soups: Wortsman et al. 2022, arXiv 2203.05482).
Trained on ``iwslt/train2012.recon``, a rebuild of train2012 without any dev or test talk: say "rebuilt train2012"
beside any figure. TED's licence forbids derived works, so neither the text nor these weights ship.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from export import export, quantise
from labels import IGNORE, PERIOD, Word, misheard
from make_data import rows
from model import Tagger as Module
from model import mean, take

sys.path.insert(0, str(Path(__file__).parents[1]))
import iwslt
from transmend.score import Score
from transmend.tagger.features import HEADS, MARKS, Pieces, normal_form
from transmend.tagger.tagger import Tagger

PASSES = 6  # over the text, its windows starting at other words each time
MISHEARD = 0.02  # of the words, at most, in all passes but the first: else the last ones would be learnt by heart


def words_of(data: Path, name: str) -> list[Word]:
    """The words of a file of the benchmark, with nothing known but their marks."""
    unknown = [IGNORE] * 5
    return [Word(normal_form(w.text) or "-", MARKS.index(w.mark), *unknown) for w in iwslt.read(data, name)]


def windows(words: list[Word], pieces: Pieces, length: int, passes: int) -> tuple[np.ndarray, np.ndarray]:
    """Windows of ``words`` with their labels, ``passes`` times, cut at other words and with other words misheard."""
    rng = random.Random(1)
    both: list[tuple[np.ndarray, np.ndarray]] = []
    for turn in range(passes):
        heard = misheard(words, rng, rng.uniform(0, MISHEARD)) if turn else words
        both += rows(heard[turn * length // 3 :], pieces, length)
    return np.stack([p for p, _ in both]), np.stack([labels for _, labels in both])


def make(data: Path, out: Path, vocabulary: Path, length: int) -> None:
    """Write ``train.npz``, ``dev.npz`` and ``vocab.txt`` as ``make_data`` does."""
    out.mkdir(parents=True, exist_ok=True)
    pieces = Pieces(vocabulary.read_text(encoding="utf-8").split())
    rng = np.random.default_rng(1)
    for split, name, passes in (("train", "train2012.recon", PASSES), ("dev", "dev2012", 1)):
        given, labels = windows(words_of(data, name), pieces, length, passes)
        order = rng.permutation(len(given)) if split == "train" else np.arange(len(given))
        np.savez(out / f"{split}.npz", pieces=given[order], labels=labels[order])
        print(split, len(given), "windows")
    shutil.copy(vocabulary, out / "vocab.txt")


def shipped_form(runs: Sequence[Path], vocabulary: Path) -> Tagger:
    """The fine-tuned weights as they would ship: 8-bit, run by onnxruntime."""
    names = vocabulary.read_text(encoding="utf-8").split()
    module = Module(len(names), HEADS)
    take(module, mean(runs, [1] * len(runs)))
    with tempfile.TemporaryDirectory() as folder:
        plain, small = Path(folder, "plain.onnx"), Path(folder, "small.onnx")
        export(module, plain, one_place=False)
        quantise(plain, small)
        return Tagger(small.read_bytes(), names)


def scores(words: list[Word], given: np.ndarray) -> Iterator[tuple[str, Score]]:
    """Micro over the three marks, each mark, and sentence ends."""
    wanted = np.array([w.mark for w in words])
    for name, marks in (("micro", (1, 2, 3)), ("comma", (1,)), ("period", (2,)), ("question", (3,))):
        right = sum(int(((given == m) & (wanted == m)).sum()) for m in marks)
        yield name, Score(right, int(np.isin(given, marks).sum()), int(np.isin(wanted, marks).sum()))
    ends = (given >= PERIOD, wanted >= PERIOD)
    yield "sentence ends", Score(int((ends[0] & ends[1]).sum()), int(ends[0].sum()), int(ends[1].sum()))


def best_weights(tagger: Tagger, words: list[Word]) -> np.ndarray:
    """What to weigh the four marks by, for the best micro F1 on dev2012."""
    probabilities = tagger.predict([w.form for w in words]).mark
    grid = [np.array([a, 1.0, b, c]) for a in (0.5, 0.6, 0.7, 0.8, 0.9, 1.0) for b in (0.9, 1, 1.1) for c in (0.9, 1.2)]
    return max(grid, key=lambda w: dict(scores(words, (probabilities * w).argmax(axis=1)))["micro"].f1)


def score(data: Path, runs: Sequence[Path], vocabulary: Path) -> None:
    """Print the figures of all three sets, marks weighed as is best on dev2012."""
    tagger = shipped_form(runs, vocabulary)
    texts = {name: words_of(data, file) for name, file in iwslt.FILES.items()}
    weights = best_weights(tagger, texts["dev2012"])
    print("weights of the marks, chosen on dev2012:", weights.tolist())
    for name, words in texts.items():
        given = (tagger.predict([w.form for w in words]).mark * weights).argmax(axis=1)
        for figure, one in scores(words, given):
            print(f"{name:8} {figure:14} precision {one.precision:.4f}  recall {one.recall:.4f}  f1 {one.f1:.4f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=("data", "score"))
    parser.add_argument("--data", type=Path, required=True, help="folder that holds iwslt/")
    parser.add_argument("--vocabulary", type=Path, required=True)
    parser.add_argument("--out", type=Path, help="where data goes")
    parser.add_argument("--run", type=Path, nargs="+", help="what train wrote, to score")
    parser.add_argument("--length", type=int, default=256, help="word pieces in a window")
    arguments = parser.parse_args()
    if arguments.what == "data":
        make(arguments.data, arguments.out, arguments.vocabulary, arguments.length)
    else:
        score(arguments.data, arguments.run, arguments.vocabulary)


if __name__ == "__main__":
    main()
