"""Measurements -> log-likelihood ratios, by the weights that ``scripts/fit_seams.py`` fitted."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from transmend.lexicon.words import Floats
from transmend.splice.evidence import Places


@cache
def _weights() -> dict[str, npt.NDArray[np.float32]]:
    with (files("transmend.splice") / "data" / "weights.npz").open("rb") as file, np.load(file) as tables:
        return dict(tables)


def ratios(rows: npt.NDArray[np.float32]) -> Floats:
    """Log of P(measurements | cut here) / P(measurements | no cut here), for rows of ``evidence.Places``."""
    w = _weights()
    hidden = np.tanh((rows - w["mean"]) / w["scale"] @ w["hidden"] + w["hidden_bias"])
    out: Floats = (hidden @ w["out"] + w["out_bias"]).astype(np.float64)
    return out


def with_tagger(ratios: Floats, opinion: npt.NDArray[np.float32], places: Places) -> Floats:
    """Log-likelihood ratios with the tagger's opinion weighed in.

    Arguments:
        ratios: those of the measurements.
        opinion: for each word the tagger's probability of no cut, one inside it, one right before it.
        places: the places.
    """
    return ratios
