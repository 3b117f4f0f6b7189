"""Fit what turns the shipped model's logits into probabilities and choices; write model.toml.

    python scripts/tagger/calibrate.py --cache CACHE [--model src/transmend/tagger/data]

On the held-out windows that ``make_data`` set aside: one temperature a head (Guo et al. 2017, arXiv
1706.04599), then the weights of the marks: those of the configuration, beside those that give the
best micro F1 here. Prints the reliability of the marks.
"""

from __future__ import annotations

import argparse
import itertools
import tomllib
from pathlib import Path

import numpy as np

from transmend.tagger.features import HEADS, MARKS, Window
from transmend.tagger.tagger import Tagger


def held_out_logits(tagger: Tagger, cache: Path) -> tuple[np.ndarray, np.ndarray]:
    """Logits and labels of every labelled word of the dev windows.

    Each window by itself, as windows are run: the 8-bit model scales its activations by the largest of a run.
    """
    dev = np.load(cache / "dev.npz")
    logits, wanted = [], []
    for pieces, labels in zip(dev["pieces"], dev["labels"], strict=True):
        row = [piece for piece in pieces.tolist() if piece != tagger._pieces.padding]
        known = (labels[: len(row)] >= 0).any(axis=1)
        logits.append(tagger._run(Window(row, 0, []))[known])
        wanted.append(labels[: len(row)][known])
    return np.concatenate(logits), np.concatenate(wanted)


def softmax(logits: np.ndarray) -> np.ndarray:
    scaled = np.exp(logits - logits.max(axis=1, keepdims=True))
    return scaled / scaled.sum(axis=1, keepdims=True)


def temperature(logits: np.ndarray, wanted: np.ndarray) -> float:
    """The temperature with the least negative log-likelihood, to two decimals."""
    rows = np.arange(len(wanted))

    def loss(t: float) -> float:
        return float(-np.log(softmax(logits / t)[rows, wanted] + 1e-12).mean())

    return min(np.arange(0.6, 2.01, 0.02).round(2).tolist(), key=loss)


def reliability(probabilities: np.ndarray, right: np.ndarray, bins: int = 10) -> tuple[float, list[str]]:
    """Expected calibration error over equal-width bins, and the table behind it."""
    error, lines = 0.0, []
    for low in np.linspace(0, 1, bins, endpoint=False):
        inside = (probabilities > low) & (probabilities <= low + 1 / bins)
        if inside.any():
            said, was = probabilities[inside].mean(), right[inside].mean()
            error += abs(said - was) * inside.mean()
            lines.append(f"{low:.1f}-{low + 1 / bins:.1f}  said {said:.3f}  was {was:.3f}  n {inside.sum()}")
    return float(error), lines


def micro_f1(chosen: np.ndarray, wanted: np.ndarray) -> float:
    right = ((chosen == wanted) & (wanted > 0)).sum()
    return float(2 * right / ((chosen > 0).sum() + (wanted > 0).sum()))


def best_weights(probabilities: np.ndarray, wanted: np.ndarray) -> tuple[float, ...]:
    """What to weigh p(none), p(comma), p(full stop), p(question mark) by before taking the largest."""
    grid = itertools.product((0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0), (1.0,), (0.9, 1.0, 1.1), (0.9, 1.1, 1.3))
    return max(grid, key=lambda w: micro_f1((probabilities * np.array(w)).argmax(axis=1), wanted))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=Path("src/transmend/tagger/data"))
    arguments = parser.parse_args()
    config = tomllib.loads(Path(__file__).with_name("config.toml").read_text(encoding="utf-8"))["choice"]
    vocabulary = (arguments.model / "vocab.txt").read_text(encoding="utf-8").split()
    tagger = Tagger(arguments.model / "model.onnx", vocabulary)
    logits, labels = held_out_logits(tagger, arguments.cache)
    temperatures, at = {}, 0
    for column, (head, size) in enumerate(HEADS.items()):
        known = labels[:, column] >= 0
        part, wanted = logits[known, at : at + size], labels[known, column].astype(int)
        temperatures[head] = temperature(part, wanted)
        probabilities = softmax(part / temperatures[head])
        error, lines = reliability(probabilities.max(axis=1), probabilities.argmax(axis=1) == wanted)
        f1 = micro_f1(part.argmax(axis=1), wanted)
        print(f"{head}: temperature {temperatures[head]}, calibration error {error:.4f}, F1 {f1:.4f}")
        if head == "mark":
            print("\n".join(lines))
            for k, mark in enumerate(MARKS[1:], 1):
                one, lines = reliability(probabilities[:, k], wanted == k)
                print(f"p({mark}): calibration error {one:.4f}")
            for weights in (best_weights(probabilities, wanted), config["mark_weights"]):
                print(f"weights {weights}: F1 {micro_f1((probabilities * np.array(weights)).argmax(1), wanted):.4f}")
        at += size
    lines = ["# What inference needs besides the weights; written by scripts/tagger/calibrate.py.", ""]
    lines += ["[temperatures]", *(f"{head} = {t}" for head, t in temperatures.items()), ""]
    lines += ["[choice]", "# p(none), p(comma), p(full stop), p(question mark) are weighed by these; the largest wins"]
    lines += [f"mark_weights = {config['mark_weights']}"]
    lines += ["# on top, for a full stop before `and`, `so`, `but` in loose speech: see config.toml"]
    lines += [f"conjunction_weight = {config['conjunction_weight']}"]
    (arguments.model / "model.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
