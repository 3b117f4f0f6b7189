"""Run the shipped model: words in, probabilities of marks, case, inner forms, paragraphs and seams out."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from threading import Lock

import numpy as np
import numpy.typing as npt

from transmend.memory import latest
from transmend.tagger.features import HEADS, Pieces, Window, windows
from transmend.tagger.session import DATA, each, session, vocabulary

Floats = npt.NDArray[np.float32]
Key = tuple[str, ...]

WINDOW = 256  # word pieces, as in training
OVERLAP = 32  # words shared by neighbouring windows: each is read where it has more context
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
        model: the ONNX file, or its bytes where it is whole in itself.
        vocabulary: its word pieces, in the order of its embedding rows.
        temperatures: head name -> what its logits are divided by, so that probabilities are calibrated.
        mark_weights: what the probabilities of the marks are weighed by before the largest is chosen.
        conjunction_weight: what a full stop is weighed by, on top, where "and", "so" or "but" follows.
        threads: windows tagged at a time; 0 takes ``TRANSMEND_THREADS`` from the environment, or all cores up to four.
    """

    def __init__(
        self,
        model: Path | bytes,
        vocabulary: Sequence[str],
        temperatures: Mapping[str, float] | None = None,
        mark_weights: Sequence[float] = (1.0, 1.0, 1.0, 1.0),
        conjunction_weight: float = 1.0,
        threads: int = 0,
    ) -> None:
        self._threads = threads
        self._session = session(model)
        self._pieces = Pieces(vocabulary)
        self._temperatures = dict(temperatures or {})
        self.mark_weights = np.array(mark_weights, np.float32)
        self.conjunction_weight = conjunction_weight
        self._memory: MutableMapping[Key, Tags] = latest(len, REMEMBERED)
        self._lock = Lock()

    def predict(self, words: Sequence[str]) -> Tags:
        """Tag a text.

        Arguments:
            words: its words as normal forms (``features.normal_form``), in order.
        """
        return self.predict_all([words])[0]

    def predict_all(self, texts: Iterable[Sequence[str]]) -> list[Tags]:
        """Tag several texts at once; each as if it were alone.

        Arguments:
            texts: the words of each, as for ``predict``.
        """
        keys = [tuple(words) for words in texts]
        with self._lock:
            known = {key: self._memory[key] for key in keys if key in self._memory}
        new = [key for key in dict.fromkeys(keys) if key not in known]
        found = dict(zip(new, map(self._probabilities, self._logits(new)), strict=True))
        with self._lock:
            self._memory.update(found)
        known |= found
        return [known[key] for key in keys]

    def _logits(self, texts: Sequence[Sequence[str]]) -> list[Floats]:
        """The logits of every word of each text; every window is run by itself."""
        rows = [self._windows(words) for words in texts]
        flat = [window for row in rows for window in row]
        logits = iter(each(self._run, flat, self._threads))
        return [self._joined(row, logits) for row in rows]

    def _windows(self, words: Sequence[str]) -> list[Window]:
        return list(windows([self._pieces.of(word) for word in words], WINDOW, OVERLAP, self._pieces.cls))

    def _joined(self, row: Sequence[Window], logits: Iterator[Floats]) -> Floats:
        """The logits of one text's words, each read in one of its windows."""
        parts = [np.zeros((0, sum(HEADS.values())), np.float32)]
        for window, (low, high) in zip(row, _reads(row), strict=True):
            parts.append(next(logits)[window.last[low - window.first : high - window.first]])
        return np.concatenate(parts)

    def _run(self, window: Window) -> Floats:
        logits: Floats = self._session.run(["logits"], {"pieces": np.array([window.pieces], np.int64)})[0][0]
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


@cache
def default() -> Tagger:
    """The model that ships with transmend, loaded once."""
    config = tomllib.loads((DATA / "model.toml").read_text(encoding="utf-8"))
    return Tagger(DATA / "model.onnx", vocabulary(), config["temperatures"], **config["choice"])
