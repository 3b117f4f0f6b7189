"""How much the words on the two sides of a place have to do with each other.

People keep to a subject: what was said a minute ago is likelier to be said again. Where two talks are glued together,
or much was left out, the words before and behind know nothing of each other. Segmenters look for that (TextTiling:
Hearst 1997; lexical chains: Galley et al. 2003); it is measured here as what a cache model (Kuhn and De Mori 1990)
of the one side gains on the other. It says little of the exact place, and what the words there say is not its matter.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from transmend.lexicon import Lexicon
from transmend.lexicon.words import Floats, Integers
from transmend.memory import remembered
from transmend.splice.evidence import Words

NEAR, FAR = 64, 320  # words looked at on each side
STEP = 8  # words from one place measured to the next
SHARE = 0.2  # of the cache model among all words
RAREST = -15.0  # logarithm: no word is rarer
MOST = 200.0  # how much likelier than elsewhere a cached word may be
LEAST = 16  # words that a side needs
BLOCK = 256  # places measured at once

#: The measurements: nats a word that both sides gain from each other, near and far, and how long the shorter side is.
FEATURES = ("near", "far", "shorter side")


def cohesion(words: Words, lexicon: Lexicon) -> npt.NDArray[np.float32]:
    """For every word the measurements of the place before it, columns as in ``FEATURES``.

    Where a side has fewer than ``LEAST`` words, or is none, all are 0. Nothing is compared across marks for missing
    text.

    Arguments:
        words: the words of a text.
        lexicon: how common words are.
    """
    parts = [of_piece(piece, lexicon) for piece in words.pieces()]
    return np.concatenate([np.zeros((0, len(FEATURES)), np.float32), *parts])


@remembered
def of_piece(forms: tuple[str, ...], lexicon: Lexicon) -> npt.NDArray[np.float32]:
    """The measurements of words between which nothing is missing; not to be written to, since they are remembered."""
    size = len(forms)
    shorter = np.minimum(np.arange(size), size - np.arange(size))
    rows = np.zeros((size, len(FEATURES)), np.float32)
    if size < 2 * LEAST:
        return rows
    numbers = {form: k for k, form in enumerate(dict.fromkeys(forms))}
    ids = np.array([numbers[form] for form in forms])
    rarity = np.exp(-np.maximum([lexicon.logp(form) for form in numbers], RAREST))
    gains = np.concatenate(list(_gains(ids, rarity)), axis=1)
    measured = np.arange(gains.shape[1]) * STEP
    for column, gain in enumerate(gains):
        rows[:, column] = np.interp(np.arange(size), measured, gain)
    rows[:, -1] = np.log(np.minimum(shorter, FAR) / FAR + 1 / FAR)
    rows[shorter < LEAST] = 0.0
    return rows


def _gains(ids: Integers, rarity: Floats) -> Iterator[Floats]:
    """Near and far gains at every ``STEP`` words, a block of places at a time."""
    reach, count = FAR // STEP, len(ids) // STEP + 1
    for first in range(0, count, BLOCK):
        last = min(first + BLOCK, count)
        low, high = max(first - reach, 0), last + reach
        here = ids[low * STEP : high * STEP]
        types, row, times = np.unique(here, return_inverse=True, return_counts=True)
        again = times > 1  # what is said once tells the sides nothing of each other
        number, where = np.cumsum(again) - 1, np.flatnonzero(again[row])
        shape = int(again.sum()), high - low
        cells = number[row[where]] * shape[1] + where // STEP
        counts = np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape)
        sums = np.concatenate([np.zeros((shape[0], 1)), counts.cumsum(axis=1)], axis=1)
        sides = [(side // STEP, np.arange(first - low, last - low)) for side in (NEAR, FAR)]
        yield np.stack([_gain(sums, places, side, len(here), rarity[types[again]]) for side, places in sides])


def _gain(sums: Floats, places: Integers, side: int, size: int, rarity: Floats) -> Floats:
    """Nats a word that both sides of each place gain from each other, ``side`` steps of words at most."""
    before, behind = np.maximum(places - side, 0), places + side
    left, right = sums[:, places] - sums[:, before], sums[:, behind] - sums[:, places]
    words, others = (places - before) * STEP, np.minimum(behind * STEP, size) - places * STEP
    return _gained(left, right, words, others, rarity) + _gained(right, left, others, words, rarity)


def _gained(cache: Floats, text: Floats, cached: Integers, said: Integers, rarity: Floats) -> Floats:
    """Nats a word of a text gained by a cache of others, from how often both have each word."""
    likelier = np.minimum(cache / np.maximum(cached, 1) * rarity[:, None], MOST)
    nats = text * (np.log(1 - SHARE + SHARE * likelier) - np.log(1 - SHARE))
    gained: Floats = nats.sum(axis=0) / np.maximum(said, 1) + np.log(1 - SHARE)
    return gained
