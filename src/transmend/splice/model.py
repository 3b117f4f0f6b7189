"""Measurements -> log-likelihood ratios, by the weights that ``scripts/fit_seams.py`` fitted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from transmend.lexicon.words import Floats, Integers
from transmend.splice.evidence import UNKNOWN_AROUND, Places

Rows = npt.NDArray[np.float32]

CERTAIN = 1e-4  # the tagger is never surer than this
AT_ONCE = 256  # rows: of larger products OpenBLAS makes threads, which go on spinning beside those of the models
SUSPECTED = 4.6  # log-likelihood ratio above which a place is looked at again


class _Weights(NamedTuple):
    """One hidden layer and its sum; the layer also takes each column's mean away and divides by its spread."""

    hidden: Rows
    hidden_bias: Rows
    out: Rows
    out_bias: Rows


@cache
def _weights(name: str) -> _Weights:
    with (files("transmend.splice") / "data" / f"{name}.npz").open("rb") as file, np.load(file) as w:
        hidden = w["hidden"] / w["scale"][:, None]
        return _Weights(hidden, w["hidden_bias"] - w["mean"] @ hidden, w["out"], w["out_bias"])


def _network(rows: Rows, name: str) -> Floats:
    weights, out = _weights(name), np.empty(len(rows))
    for start in range(0, len(rows), AT_ONCE):
        some = slice(start, start + AT_ONCE)
        out[some] = _outputs(rows[some], weights)
    return out


def _outputs(rows: Rows, weights: _Weights) -> Rows:
    hidden = rows @ weights.hidden
    hidden += weights.hidden_bias
    out: Rows = np.tanh(hidden, out=hidden) @ weights.out + weights.out_bias
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


@dataclass(frozen=True, slots=True, eq=False)
class Suspects:
    """Places that a second look is for: the likeliest inside each word, and between each two.

    Attributes:
        group: for each place of the text which word, or border of words, it belongs to.
        row: the likeliest place of each word or border that is looked at.
        letters: how many letters of its word are left of the place: 0 where that is the space before it.
        ratio: the log-likelihood ratio of the place.
    """

    group: Integers
    row: Integers
    letters: Integers
    ratio: Floats

    @property
    def groups(self) -> Integers:
        """The words and borders that are looked at."""
        return self.group[self.row]

    @property
    def word(self) -> Integers:
        """The word of each of them."""
        return self.groups // 2

    @property
    def spots(self) -> list[tuple[int, int]]:
        """The likeliest places as ``Reader.look_again`` is asked for them."""
        return list(zip(self.word.tolist(), self.letters.tolist(), strict=True))

    def only(self, which: npt.NDArray[np.bool_]) -> Suspects:
        """Some of them."""
        return Suspects(self.group, self.row[which], self.letters[which], self.ratio[which])


def suspects(places: Places, ratios: Floats, rows: Rows, edges: Collection[int] = ()) -> Suspects:
    """The places that look most like cuts, by all that is known before they are looked at again.

    Arguments:
        places: the places of a text.
        ratios: their log-likelihood ratios.
        rows: for each word what ``cohesion`` measures of the place before it.
        edges: words before which the text begins again.
    """
    every = likeliest(places, ratios, edges)
    return every.only(every.ratio + apart(ratios, rows, places)[every.row] > SUSPECTED)


def likeliest(places: Places, ratios: Floats, edges: Collection[int] = ()) -> Suspects:
    """The likeliest place inside each word and between each two."""
    letters, group = places.letters, _groups(places)
    inner = group % 2 == 1
    order = np.lexsort((ratios, group))
    best = order[np.append(group[order][1:] != group[order][:-1], True)] if len(order) else order
    ends = [0, *edges, int(places.word[-1]) + 1] if len(order) else []
    best = best[inner[best] | ~np.isin(group[best] // 2, ends)]
    within = np.where(inner[best], letters[best], 0)
    return Suspects(group, best, within, ratios[best])


def _groups(places: Places) -> Integers:
    """For each place the border before a word, an even number, or the inside of one, an odd number."""
    last = np.append(places.letters[1:] == 0, True)
    inner = (places.letters > 0) & ~last
    groups: Integers = 2 * (places.word + (last & (places.letters > 0))) + inner
    return groups


def levelled(places: Places, ratios: Floats, high: float) -> Floats:
    """Ratios of at most ``high``: where one is higher, all of its word are lowered alike, so the likeliest stays so."""
    if not len(ratios):
        return ratios
    group = _groups(places)
    highest = np.full(int(group.max()) + 1, -np.inf)
    np.maximum.at(highest, group, ratios)
    lowered: Floats = ratios - np.maximum(highest - high, 0.0)[group]
    return lowered


def with_second_look(ratios: Floats, found: Suspects, odds: Floats) -> Floats:
    """Log-likelihood ratios with what the rescorer says of the suspects.

    Arguments:
        ratios: those of all places of a text.
        found: its suspects.
        odds: for each suspect the rescorer's log-odds of a cut, and of a broken word left and right of it.
    """
    if not len(found.row):
        return ratios
    gain = np.zeros(int(found.group.max()) + 1)
    gain[found.groups] = _network(second_looks(found, odds), "rescorer")
    return ratios + gain[found.group]


def second_looks(found: Suspects, odds: Floats) -> Rows:
    """For every suspect the ratio so far, whether it is inside a word, and what the rescorer says of it."""
    return np.concatenate([found.ratio[:, None], found.letters[:, None] > 0, odds], axis=1, dtype=np.float32)


def apart(ratios: Floats, rows: Rows, places: Places) -> Floats:
    """For every place what its two sides' having little to do with each other adds to its log-likelihood ratio.

    It says that something is missing near rather than where: all places of a stretch have it.

    Arguments:
        ratios: those of all other evidence.
        rows: for each word what ``cohesion`` measures of the place before it.
        places: the places.
    """
    added = _network(sides(ratios, rows, places), "cohesion")
    added[~(rows != 0).any(axis=1)[places.word]] = 0.0
    return added


def sides(ratios: Floats, rows: Rows, places: Places) -> Rows:
    """For every place its ratio, the cohesion of its word's sides, and how much of the text is unknown words."""
    around = places.rows[:, [UNKNOWN_AROUND]]
    return np.concatenate([ratios[:, None], rows[places.word], around], axis=1).astype(np.float32)
