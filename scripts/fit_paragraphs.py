"""Fit the weights of ``transmend.restore.paragraphs`` on the paragraphs of held-out talks, and print them.

    python scripts/fit_paragraphs.py --data DIR        # DIR holds corpora/*.jsonl.gz

Only talks are used, since turns of a dialogue are not paragraphs, and only documents that no weight of the tagger was
trained on. Half of them are fitted on, the other half scored.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from held_out import for_tuning, held_out
from transmend import lexicon, score
from transmend.document import Document
from transmend.restore import plan_sections
from transmend.restore.paragraphs import LONGEST, Evidence, best_breaks, evidences, sentence_starts
from transmend.tagger.features import WORD, normal_form

CORPORA = ("bitcointranscripts", "bitcointranscripts-livetyped", "rev-earnings21-22")
LEAST, MOST = 300, 5000  # words of a document
NAMES = 0.12  # share of paragraphs that start with a name or Q: a dialogue written out
BIASES = np.arange(0.0, 3.01, 0.25).tolist()
PENALTY = 1e-3


@dataclass(frozen=True)
class Talk:
    """One document: its paragraphs, its sentences as planned, and the evidence at each."""

    wanted: set[int]
    starts: list[int]
    rows: np.ndarray
    tuning: bool

    @property
    def labels(self) -> np.ndarray:
        return np.array([start in self.wanted for start in self.starts])


def talks(data: Path) -> Iterator[Talk]:
    for corpus in CORPORA:
        with gzip.open(data / "corpora" / f"{corpus}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for record in map(json.loads, lines):
                if held_out(record["id"]):
                    yield from _talk(record)


def _talk(record: dict[str, Any]) -> Iterator[Talk]:
    paragraphs = [[normal_form(m.group()) for m in WORD.finditer(turn["text"])] for turn in record["turns"]]
    paragraphs = [words for words in paragraphs if words]
    if _is_dialogue([words[0] for words in paragraphs]):
        return
    edges = np.cumsum([0, *map(len, paragraphs)]).tolist()
    plan = plan_sections(Document(" ".join(word for words in paragraphs for word in words)), (), 0.0)
    plan = plan[: max([edge for edge in edges if edge <= MOST])]
    if len(plan) >= LEAST:
        starts = sentence_starts(plan)
        yield Talk(set(edges[1:-1]), starts, np.array(evidences(plan, starts)), for_tuning(record["id"]))


def _is_dialogue(first: Sequence[str]) -> bool:
    known = lexicon.default()
    repeated = {form: n for form, n in Counter(first).items() if n > 2}
    return sum(n for form, n in repeated.items() if form in "qa" or known.logp(form) < -8) > NAMES * len(first)


def fit(rows: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Logistic regression by Newton's method; the constant comes last."""
    scale = rows.std(axis=0)
    x = np.column_stack([rows / scale, np.ones(len(rows))])
    penalty = PENALTY * len(x) * np.diag([1.0] * rows.shape[1] + [0.0])
    w = np.zeros(x.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ w))
        w += np.linalg.solve((x.T * (p * (1 - p))) @ x + penalty, x.T @ (labels - p) - penalty @ w)
    unscaled: np.ndarray = w / np.append(scale, 1.0)
    return unscaled


def scored(some: Sequence[Talk], weights: np.ndarray, bias: float) -> score.Score:
    total = score.Score(0, 0, 0)
    for talk in some:
        gains = talk.rows @ weights[:-1] + weights[-1] + bias
        chosen = best_breaks(gains.tolist()) if len(talk.starts) > LONGEST else []
        total = total + score.score_sets(talk.wanted, {talk.starts[k] for k in chosen})
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    every = list(talks(parser.parse_args().data))
    tuning, held = [t for t in every if t.tuning], [t for t in every if not t.tuning]
    rows = np.concatenate([t.rows[1:] for t in tuning])
    labels = np.concatenate([t.labels[1:] for t in tuning])
    for names in (("tagger",), Evidence._fields):
        columns = [Evidence._fields.index(name) for name in names]
        weights = np.zeros(len(Evidence._fields) + 1)
        weights[[*columns, -1]] = fit(rows[:, columns], labels)
        bias = max(BIASES, key=lambda b: scored(tuning, weights, b).f1)
        print(f"{', '.join(names)}: F1 {scored(tuning, weights, bias).f1:.3f} of {len(tuning)} talks fitted on,")
        print(f"  {scored(held, weights, bias).f1:.3f} of {len(held)} others")
    print(f"WEIGHTS = Evidence({', '.join(f'{w:.3f}' for w in weights[:-1])})")
    print(f"CONSTANT = {weights[-1]:.3f}\nBIAS = {bias}")


if __name__ == "__main__":
    main()
