"""Run the shipped model: words in, probabilities of marks, case, inner forms, paragraphs and seams out."""

from __future__ import annotations

import os
import tomllib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from threading import Lock

import numpy as np
import numpy.typing as npt
import onnxruntime

from transmend.tagger.features import HEADS, Pieces, Window, windows

Floats = npt.NDArray[np.float32]

WINDOW = 192  # word pieces, as in training
OVERLAP = 32  # words shared by neighbouring windows: each is read where it has more context
BATCH = 8
REMEMBERED = 400_000  # words whose tags are kept: repeated sections and the confirming round of `clean` cost nothing


@dataclass(frozen=True, slots=True, eq=False)
class Tags:
    """Probabilities for each word of a text, one row a word, columns as in ``features``.

    Attributes:
        mark: of the mark after the word (``features.MARKS``).
        case: of its case (``features.CASES``).
        inner: of its inner form (``features.INNERS``).
        paragraph: of a paragraph or turn inside, and starting, at the word.
        seam: of no seam, one inside the word, one right before it.
        disfluency: of a word that an editor keeps, and drops: a filler, a stutter, the broken-off part of a restart.
    """

    mark: Floats
    case: Floats
    inner: Floats
    paragraph: Floats
    seam: Floats
    disfluency: Floats

    def __len__(self) -> int:
        return len(self.mark)


class Tagger:
    """A loaded model. Safe to share between threads.

    Arguments:
        model: the ONNX file's bytes.
        vocabulary: its word pieces, in the order of its embedding rows.
        temperatures: head name -> what its logits are divided by, so that probabilities are calibrated.
        mark_weights: what the probabilities of the marks are weighed by before the largest is chosen.
        conjunction_weight: what a full stop is weighed by, on top, where "and", "so" or "but" follows.
        threads: of one inference; 0 takes ``TRANSMEND_THREADS`` from the environment, or all cores up to four.
    """

    def __init__(
        self,
        model: bytes,
        vocabulary: Sequence[str],
        temperatures: Mapping[str, float] | None = None,
        mark_weights: Sequence[float] = (1.0, 1.0, 1.0, 1.0),
        conjunction_weight: float = 1.0,
        threads: int = 0,
    ) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or int(os.environ.get("TRANSMEND_THREADS", 0)) or _cores()
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._pieces = Pieces(vocabulary)
        self._temperatures = dict(temperatures or {})
        self.mark_weights = np.array(mark_weights, np.float32)
        self.conjunction_weight = conjunction_weight
        self._memory: OrderedDict[tuple[str, ...], Tags] = OrderedDict()
        self._remembered = 0
        self._lock = Lock()

    def predict(self, words: Sequence[str]) -> Tags:
        """Tag a text.

        Arguments:
            words: its words as normal forms (``features.normal_form``), in order.
        """
        key = tuple(words)
        with self._lock:
            if key in self._memory:
                self._memory.move_to_end(key)
                return self._memory[key]
        tags = self._probabilities(self._logits(key))
        with self._lock:
            if key not in self._memory:
                self._memory[key] = tags
                self._remembered += len(key)
            while self._remembered > REMEMBERED:
                forgotten, _ = self._memory.popitem(last=False)
                self._remembered -= len(forgotten)
        return tags

    def _logits(self, words: Sequence[str]) -> Floats:
        rows = list(windows([self._pieces.of(w) for w in words], WINDOW, OVERLAP, self._pieces.cls))
        out = np.zeros((len(words), sum(HEADS.values())), np.float32)
        reads = _reads(rows)
        for at in range(0, len(rows), BATCH):
            batch = rows[at : at + BATCH]
            logits = self._run(batch)
            for line, (window, (low, high)) in enumerate(zip(batch, reads[at : at + BATCH], strict=True)):
                columns = window.last[low - window.first : high - window.first]
                out[low:high] = logits[line, columns]
        return out

    def _run(self, batch: Sequence[Window]) -> Floats:
        longest = max(len(window.pieces) for window in batch)
        pieces = np.full((len(batch), longest), self._pieces.padding, np.int64)
        mask = np.zeros((len(batch), longest), np.int64)
        for line, window in enumerate(batch):
            pieces[line, : len(window.pieces)] = window.pieces
            mask[line, : len(window.pieces)] = 1
        logits: Floats = self._session.run(["logits"], {"pieces": pieces, "mask": mask})[0]
        return logits

    def _probabilities(self, logits: Floats) -> Tags:
        parts, at = {}, 0
        for head, size in HEADS.items():
            scaled = logits[:, at : at + size] / self._temperatures.get(head, 1.0)
            scaled = np.exp(scaled - scaled.max(axis=1, keepdims=True))
            parts[head] = scaled / scaled.sum(axis=1, keepdims=True)
            at += size
        return Tags(**parts)


def _reads(rows: Sequence[Window]) -> list[tuple[int, int]]:
    """For each window the range of words it is read for: overlaps are shared at their middle."""
    edges = [0]
    for one, other in pairwise(rows):
        edges.append((other.first + one.first + len(one.last) + 1) // 2)
    if rows:
        edges.append(rows[-1].first + len(rows[-1].last))
    return list(pairwise(edges))


def _cores() -> int:
    return min(4, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


@cache
def default() -> Tagger:
    """The model that ships with transmend, loaded once."""
    data = files("transmend.tagger") / "data"
    config = tomllib.loads((data / "model.toml").read_text(encoding="utf-8"))
    vocabulary = (data / "vocab.txt").read_text(encoding="utf-8").split("\n")
    model = (data / "model.onnx").read_bytes()
    return Tagger(model, vocabulary[:-1], config["temperatures"], **config["choice"])
