"""The tokens that language models count in: those of OpenAI's cl100k, for English speech.

A sampler that fills a context window counts in tokens. Other models' tokens differ by a few in a hundred words, which
the slack of a layout takes up.

Byte pair encoding as in Sennrich et al. 2016 (arXiv 1508.07909), with the table of the tokenizer ``cl100k_base`` of
https://github.com/openai/tiktoken (MIT licence), less what has letters beyond ASCII or no place in speech.
"""

from __future__ import annotations

import lzma
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

import numpy as np
import regex

from transmend.lexicon.words import Integers

#: How cl100k parts a text before it looks for tokens in each part; runs without an end are parted here, since what it
#: costs to find their tokens grows with the square of their length.
PART = regex.compile(
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}{1,200}+|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]{1,200}+[\r\n]{0,200}+"
    r"|\s{1,200}(?!\S)|\s"
)


def token_starts(text: str) -> Integers:
    """The offsets at which the tokens of a text start, in code points.

    >>> token_starts("the dashboard, rebooted").tolist()
    [0, 3, 13, 14, 21]
    """
    return np.fromiter(_starts(text), np.int64)


def _starts(text: str) -> Iterator[int]:
    for part in PART.finditer(text):
        at = part.start()
        for size in _sizes(part.group()):
            yield at
            at += size


@lru_cache(maxsize=1 << 16)
def _sizes(part: str) -> tuple[int, ...]:
    """The lengths of the tokens of a part: neighbours that make the commonest token are joined, until none do."""
    ranks, pieces = _ranks(), list(part)
    while len(pieces) > 1:
        rank, k = min((ranks.get(a + b, len(ranks)), k) for k, (a, b) in enumerate(pairwise(pieces)))
        if rank == len(ranks):
            break
        pieces[k : k + 2] = [pieces[k] + pieces[k + 1]]
    return tuple(map(len, pieces))


@cache
def _ranks() -> dict[str, int]:
    packed = (files("transmend.splice") / "data" / "cl100k.txt.xz").read_bytes()
    return {token: rank for rank, token in enumerate(lzma.decompress(packed).decode("ascii").split("\n"))}
