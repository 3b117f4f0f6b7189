"""Measurements -> log-likelihood ratios, by the weights that ``scripts/fit_seams.py`` fitted."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from transmend.lexicon.words import Floats
from transmend.splice.evidence import Places

Rows = npt.NDArray[np.float32]

CERTAIN = 1e-4  # the tagger is never surer than this


@cache
def _weights(name: str) -> dict[str, Rows]:
    with (files("transmend.splice") / "data" / f"{name}.npz").open("rb") as file, np.load(file) as tables:
        return dict(tables)


def _network(rows: Rows, name: str) -> Floats:
    w = _weights(name)
    hidden = np.tanh((rows - w["mean"]) / w["scale"] @ w["hidden"] + w["hidden_bias"])
    out: Floats = (hidden @ w["out"] + w["out_bias"]).astype(np.float64)
    return out


def ratios(places: Places) -> Floats:
    """Log of P(measurements | cut here) / P(measurements | no cut here), for every place."""
    return _network(places.rows, "weights")


def with_tagger(ratios: Floats, opinion: Rows, places: Places) -> Floats:
    """Log-likelihood ratios with the tagger's opinion weighed in.

    Arguments:
        ratios: those of the measurements.
        opinion: for each word the tagger's probability of no cut, one inside it, one right before it.
        places: the places.
    """
    return ratios + _network(opinions(ratios, opinion, places), "tagger")


def opinions(ratios: Floats, opinion: Rows, places: Places) -> Rows:
    """For every place its ratio, and the tagger's log-odds of a cut in its word, before it, and in the next."""
    odds = np.log((opinion[:, 1:] + CERTAIN) / (opinion[:, :1] + CERTAIN))
    following = np.concatenate([odds[1:], np.full((1, 2), np.log(CERTAIN))])
    letters = places.letters
    last = np.append(letters[1:] == 0, True)
    shape = np.stack([letters == 0, last], axis=1)
    columns = [ratios[:, None], shape, odds[places.word], following[places.word]]
    return np.concatenate(columns, axis=1).astype(np.float32)
