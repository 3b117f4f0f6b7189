"""Tokens are those of tiktoken's cl100k: what it made of these texts, as written down here."""

from __future__ import annotations

from itertools import accumulate

import numpy as np
import pytest

from transmend.splice.byte_pairs import token_starts
from transmend.splice.decide import _read, _ruler

TIKTOKEN = (
    "you| can| make| a| digital|o|cean| account| for| free| and| it|ll| give| you| this| dash|bo|ar| one| critical",
    "We|'re| on| Node|.js| |20|.|11|.|1|,| I| said|:| don|'t| re|-de|ploy| k|ubectl|'s| config|!",
    "so| |16|the| overall|  | entry|level|software|jobs|com| was| |1| |500| and| um",
)


@pytest.mark.parametrize("tokens", TIKTOKEN)
def test_tokens_are_those_of_tiktoken(tokens: str) -> None:
    """They start where tiktoken's do."""
    sizes = map(len, tokens.split("|"))
    assert token_starts(tokens.replace("|", "")).tolist() == [0, *accumulate(sizes)][:-1]


def test_letters_beyond_ascii_have_tokens_too() -> None:
    """What the table lacks is counted letter by letter, and nothing is lost."""
    starts = token_starts("naïve façade 你好 …")
    assert starts[0] == 0
    assert (np.diff(starts) > 0).all()


def test_a_token_is_cut_at_its_word() -> None:
    """The place before a token that brings its space is where the word starts; inside words it is the token's own."""
    text = "you can make a digitalocean account"
    reading = _read(text, "[…]")
    ruler = _ruler(reading, "tokens")
    at = reading.places.at[ruler.rows[:-1]].tolist()
    assert [text[a:b] for a, b in zip(at, [*at[1:], None], strict=True)] == [
        *("you ", "can ", "make ", "a ", "digital", "o", "cean ", "account"),
    ]
