"""How likely a piece of a word is a whole word as it stands, or a part of a given one."""

from __future__ import annotations

import math

import numpy as np

from transmend.lexicon import default, default_pairs

SENTENCE_EDGE = 1e-3  # probability of "no word there"


def whole_start(piece: str, before: str) -> float:
    """P(a word that starts like ``piece`` is ``piece``), after the word ``before``.

    >>> whole_start("dashboar", "this") < 0.1 < 0.9 < whole_start("with", "works")
    True
    """
    return start_probability(piece, piece, before)


def whole_end(piece: str, after: str) -> float:
    """P(a word that ends like ``piece`` is ``piece``), before the word ``after``.

    >>> whole_end("his", "will") < 0.5 < whole_end("function", "and")
    True
    """
    return end_probability(piece, piece, after)


def start_probability(word: str, piece: str, before: str) -> float:
    """P(``word`` | some word that starts like ``piece``, after the word ``before``)."""
    lexicon, pairs = default(), default_pairs()
    found = lexicon.starts(piece)
    first = np.array([_rank(before)])
    mass = float(pairs.starts_after(first, np.array([found.start]), np.array([found.stop]))[0])
    said = float(pairs.after(first, np.array([_rank(word)]), np.array([math.exp(lexicon.logp(word))]))[0])
    return said / max(mass, said, 1e-30)


def end_probability(word: str, piece: str, after: str) -> float:
    """P(``word`` | some word that ends like ``piece``, before the word ``after``)."""
    lexicon, pairs = default(), default_pairs()
    found = lexicon.ends(piece)
    second = np.array([_rank(after)])
    p_after = np.array([math.exp(lexicon.logp(after)) if after else SENTENCE_EDGE])
    mass = float(pairs.ends_before(second, np.array([found.start]), np.array([found.stop]), p_after)[0])
    said = math.exp(lexicon.logp(word)) * float(pairs.after(np.array([_rank(word)]), second, p_after)[0])
    return said / max(mass, said, 1e-30)


def _rank(form: str) -> int:
    rank = default().rank(form)
    return rank if rank >= 0 else len(default())
