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


def test_a_token_is_cut_before_its_space() -> None:
    """The place is the token's own; what the words say of it is said behind the space."""
    text = "you can make a digitalocean account"
    reading = _read(text, "[…]")
    ruler = _ruler(reading, "tokens")
    starts = [reading.places.at[row] for row in ruler.rows[:-1]]
    assert [text[a:b] for a, b in zip(ruler.at, [*ruler.at[1:-1], None], strict=False)][:8] == [
        *("you", " can", " make", " a", " digital", "o", "cean", " account"),
    ]
    assert [start - at for start, at in zip(starts, ruler.at, strict=False)] == [0, 1, 1, 1, 1, 0, 0, 1]
