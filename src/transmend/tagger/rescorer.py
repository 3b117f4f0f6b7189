"""Look again at places that may be cuts: each is read as if it were one, with its context.

The tagger reads a text as it stands, where a cut looks like a word that is none. Here the two sides of one place
are read apart, with a mark between them that says whether a space was there: ``works with [CLS] his will become``
where both were one token, a ``[PAD]`` where they were two. Those are pieces of the tagger that no text has, so that
both models share all their vectors. Rescoring what a quick pass proposes is common in speech recognition, reading
both sides at once in search (cross-encoders: Nogueira and Cho 2019, arXiv 1901.04085).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from transmend.tagger.features import Pieces
from transmend.tagger.session import DATA, each, session, vocabulary

LEFT, RIGHT = 32, 30  # word pieces read on each side
LENGTH = LEFT + RIGHT + 2

#: Label sets of training, in the order of the output columns: is text missing, and which side is a broken word.
HEADS = {"cut": 2, "left": 2, "right": 2}
REMEMBERED = 1 << 16


class Spot(NamedTuple):
    """A place in a text.

    Attributes:
        word: index of its word.
        letters: how many letters of the word are left of it: 0 where it is the space before the word.
    """

    word: int
    letters: int


class Reading(NamedTuple):
    """What the model sees of a place, and the column at which its answer is read."""

    pieces: tuple[int, ...]
    column: int


def reading(pieces: Pieces, forms: Sequence[str], spot: Spot) -> Reading:
    """The model's input for one place.

    Arguments:
        pieces: the tagger's word pieces.
        forms: normal forms of the words of a text.
        spot: the place.
    """
    word, letters = spot
    left = list(pieces.of(forms[word][:letters])) if letters else []
    right = list(pieces.of(forms[word][letters:]))
    before, after = word - 1, word + 1
    while len(left) < LEFT and before >= 0:
        left = [*pieces.of(forms[before]), *left]
        before -= 1
    while len(right) < RIGHT and after < len(forms):
        right += pieces.of(forms[after])
        after += 1
    left = left[-LEFT:]
    mark = pieces.cls if letters else pieces.padding
    return Reading((pieces.cls, *left, mark, *right[:RIGHT]), len(left) + 1)


class Rescorer:
    """A loaded model. Safe to share between threads.

    Arguments:
        model: the ONNX file.
        vocabulary: the tagger's word pieces, in the order of the embedding rows.
    """

    def __init__(self, model: Path, vocabulary: Sequence[str]) -> None:
        self._session = session(model)
        self._pieces = Pieces(vocabulary)
        self._answer = lru_cache(REMEMBERED)(self._read)

    def log_odds(self, forms: Sequence[str], spots: Sequence[Spot]) -> npt.NDArray[np.float64]:
        """For each place three log-odds, columns as in ``HEADS``.

        The first is that text is missing there, among places that look like it; the others that the piece left and
        right of it is a broken word, if text is missing.

        Arguments:
            forms: normal forms of the words of a text.
            spots: places in it.
        """
        readings = [reading(self._pieces, forms, spot) for spot in spots]
        return np.array(each(self._answer, readings), np.float64).reshape(-1, len(HEADS))

    def _read(self, reading: Reading) -> tuple[float, ...]:
        given = {"pieces": np.array([reading.pieces], np.int64), "columns": np.array([reading.column], np.int64)}
        logits = self._session.run(["logits"], given)[0][0, 0]
        return tuple((logits[1::2] - logits[::2]).tolist())


@cache
def default() -> Rescorer:
    """The model that ships with transmend, loaded once."""
    return Rescorer(DATA / "rescorer.onnx", vocabulary())
