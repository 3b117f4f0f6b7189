"""How likely a piece of a word is a whole word as it stands, and which words have it at one end."""

from __future__ import annotations

import math

import numpy as np

from transmend.lexicon import default, default_pairs
from transmend.lexicon.words import Floats, Integers

AROUND = 100.0  # spellings of the rest of an unknown word, as likely together as so many times its piece
SENTENCE_EDGE = 1e-3  # probability of "no word there"


def whole_start(piece: str, before: str) -> float:
    """P(a word that starts like ``piece`` is ``piece``), after the word ``before``.

    >>> whole_start("dashboar", "this") < 0.1 < 0.9 < whole_start("with", "works")
    True
    """
    lexicon, pairs = default(), default_pairs()
    found = lexicon.starts(piece)
    first = np.array([_rank(before)])
    mass = float(pairs.starts_after(first, np.array([found.start]), np.array([found.stop]))[0])
    said = float(pairs.after(first, np.array([_rank(piece)]), np.array([math.exp(lexicon.logp(piece))]))[0])
    return _share(said, mass)


def whole_end(piece: str, after: str) -> float:
    """P(a word that ends like ``piece`` is ``piece``), before the word ``after``.

    >>> whole_end("his", "will") < 0.5 < whole_end("function", "and")
    True
    """
    lexicon, pairs = default(), default_pairs()
    found = lexicon.ends(piece)
    second = np.array([_rank(after)])
    p_after = np.array([math.exp(lexicon.logp(after)) if after else SENTENCE_EDGE])
    mass = float(pairs.ends_before(second, np.array([found.start]), np.array([found.stop]), p_after)[0])
    said = math.exp(lexicon.logp(piece)) * float(pairs.after(np.array([_rank(piece)]), second, p_after)[0])
    return _share(said, mass)


def with_start(piece: str, before: str) -> tuple[Integers, Floats]:
    """All words that start like ``piece``: their ranks, and P(word | the word ``before``)."""
    lexicon = default()
    found = lexicon.starts(piece)
    ranks = np.arange(found.start, found.stop)
    first = np.full(len(ranks), _rank(before))
    return ranks, default_pairs().after(first, ranks, np.exp(lexicon.logs[ranks]))


def with_end(piece: str, after: str) -> tuple[Integers, Floats]:
    """All words that end like ``piece``: their ranks, and P(word | the word ``after`` follows)."""
    lexicon = default()
    found = lexicon.ends(piece)
    ranks = lexicon.backwards[found.start : found.stop]
    p_after = np.full(len(ranks), math.exp(lexicon.logp(after)) if after else SENTENCE_EDGE)
    follows = default_pairs().after(ranks, np.full(len(ranks), _rank(after)), p_after)
    return ranks, np.exp(lexicon.logs[ranks]) * follows / p_after


def unknown_probability(piece: str) -> float:
    """P(a word that no table has and that has the letters of ``piece`` at one end), roughly."""
    return AROUND * math.exp(default().unknown(piece))


def _share(said: float, mass: float) -> float:
    """The share of a word in the mass of all that look so, however small both are beside a long, strange word."""
    return said / mass if said < mass else 1.0


def _rank(form: str) -> int:
    rank = default().rank(form)
    return rank if rank >= 0 else len(default())
