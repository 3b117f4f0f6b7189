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
from transmend.splice.evidence import BEFORE, BEHIND, INSIDE, UNKNOWN_AROUND, Places

Rows = npt.NDArray[np.float32]
Which = Integers | slice  # of the places
ALL = slice(None)

CERTAIN = 1e-4  # the tagger is never surer than this
AT_ONCE = 256  # rows: of larger products OpenBLAS makes threads, which go on spinning beside those of the models
NEIGHBOURS = 4  # words, and borders of words, on each side that a cut may be at as well
UNLIKELY = -3.0  # log-likelihood ratio that no neighbour is below


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


def with_tagger(ratios: Floats, told: Rows) -> Floats:
    """Log-likelihood ratios with the tagger's opinion weighed in.

    Arguments:
        ratios: those of the measurements.
        told: for each place what ``opinions`` makes of them and of the tagger's.
    """
    return ratios + _network(told, "tagger")


def opinions(ratios: Floats, opinion: Rows, places: Places) -> Rows:
    """For every place its ratio, and the tagger's log-odds of a cut in its word, before it, and in the next.

    Arguments:
        ratios: those of the measurements.
        opinion: for each word the tagger's probability of no cut, one inside it, one right before it.
        places: the places.
    """
    odds = np.log((opinion[:, 1:] + CERTAIN) / (opinion[:, :1] + CERTAIN))
    following = np.concatenate([odds[1:], np.full((1, 2), np.log(CERTAIN))])
    shape = places.rows[:, [BEFORE, BEHIND]]
    return np.column_stack([ratios, shape, odds[places.word], following[places.word]]).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Suspects:
    """Places that a second look is for: the likeliest inside each word, and between each two.

    Attributes:
        group: for each place of the text which word, or border of words, it belongs to.
        row: the likeliest place of each word or border that is looked at.
        letters: how many letters of its word are left of the place: 0 where that is the space before it.
    """

    group: Integers
    row: Integers
    letters: Integers

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
        return Suspects(self.group, self.row[which], self.letters[which])


def suspects(places: Places, ratios: Floats, rows: Rows, least: float, edges: Collection[int] = ()) -> Suspects:
    """The places that look most like cuts, by all that is known before they are looked at again.

    Arguments:
        places: the places of a text.
        ratios: their log-likelihood ratios.
        rows: for each word what ``cohesion`` measures of the place before it.
        least: the log-likelihood ratio, by all of that, above which a place is one.
        edges: words before which the text begins again.
    """
    every = likeliest(places, ratios, edges)
    return every.only(ratios[every.row] + apart(ratios, rows, places, every.row) > least)


def likeliest(places: Places, ratios: Floats, edges: Collection[int] = ()) -> Suspects:
    """The likeliest place inside each word and between each two."""
    letters, group = places.letters, _groups(places)
    inner = group % 2 == 1
    order = np.lexsort((ratios, group))
    best = order[np.append(group[order][1:] != group[order][:-1], True)] if len(order) else order
    ends = [0, *edges, int(places.word[-1]) + 1] if len(order) else []
    best = best[inner[best] | ~np.isin(group[best] // 2, ends)]
    within = np.where(inner[best], letters[best], 0)
    return Suspects(group, best, within)


def _groups(places: Places) -> Integers:
    """For each place the border before a word, an even number, or the inside of one, an odd number."""
    behind, inside = places.rows[:, [BEHIND, INSIDE]].astype(np.int64).T
    groups: Integers = 2 * (places.word + behind) + inside
    return groups


def levelled(places: Places, ratios: Floats, high: float) -> Floats:
    """Ratios of at most ``high``: where one is higher, all of its word are lowered alike, so the likeliest stays so."""
    group = _groups(places)
    lowered: Floats = ratios - np.maximum(_highest(group, ratios) - high, 0.0)[group]
    return lowered


def _highest(group: Integers, values: Floats) -> Floats:
    """The highest value of each group."""
    highest = np.full(int(group.max(initial=-1)) + 1, -np.inf)
    np.maximum.at(highest, group, values)
    return highest


def with_second_look(ratios: Floats, found: Suspects, looks: Rows) -> Floats:
    """Log-likelihood ratios with all that is known of the suspects weighed anew.

    Arguments:
        ratios: those of all places of a text.
        found: its suspects.
        looks: for each suspect what ``second_looks`` puts together.
    """
    if not len(found.row):
        return ratios
    gain = np.zeros(int(found.group.max()) + 1)
    gain[found.groups] = _network(looks, "rescorer")
    return ratios + gain[found.group]


def second_looks(found: Suspects, odds: Floats, ratios: Floats, told: Rows, places: Places) -> Rows:
    """For every suspect all that is known of it: its ratio and its neighbours', the rescorer's opinion and that of the
    tagger, and the measurements.

    What is known before a second look counts anew beside it: both sides of ``netw|rk`` read well, but the word lacks
    one letter only.

    Arguments:
        found: the suspects.
        odds: for each the rescorer's log-odds of a cut, and of a broken word left and right of it.
        ratios: the log-likelihood ratios of all places.
        told: for each place the ``opinions``.
        places: the places.
    """
    around = _around(_highest(found.group, ratios), found.groups)
    row = found.row
    return np.column_stack([ratios[row], odds, around, told[row], places.rows[row]]).astype(np.float32)


def _around(highest: Floats, groups: Integers) -> Floats:
    """The highest value around each group, ``UNLIKELY`` at least."""
    padded = np.pad(highest, NEIGHBOURS, constant_values=UNLIKELY)
    others = [k for k in range(2 * NEIGHBOURS + 1) if k != NEIGHBOURS]
    best: Floats = padded[groups[:, None] + others].max(axis=1, initial=UNLIKELY)
    return best


def apart(ratios: Floats, rows: Rows, places: Places, which: Which = ALL) -> Floats:
    """For each place what its two sides' having little to do with each other adds to its log-likelihood ratio.

    It says that something is missing near rather than where: all places of a stretch have it.

    Arguments:
        ratios: those of all other evidence.
        rows: for each word what ``cohesion`` measures of the place before it.
        places: all places.
        which: those that are asked for.
    """
    added = _network(sides(ratios, rows, places, which), "cohesion")
    added[~(rows != 0).any(axis=1)[places.word[which]]] = 0.0
    return added


def sides(ratios: Floats, rows: Rows, places: Places, which: Which = ALL) -> Rows:
    """For each place its ratio, the cohesion of its word's sides, whether it is inside a word, and how many words of
    the text are unknown.
    """
    shape = places.rows[which][:, [INSIDE, UNKNOWN_AROUND]]
    return np.column_stack([ratios[which], rows[places.word[which]], shape]).astype(np.float32)
