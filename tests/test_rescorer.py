"""The second look at places that may be cuts, held to its PyTorch reference."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transmend.tagger.features import Pieces
from transmend.tagger.rescorer import LEFT, LENGTH, RIGHT, Spot, default, reading

REFERENCE = json.loads((Path(__file__).parents[1] / "fixtures" / "tagger" / "rescorer.json").read_text())
VOCABULARY = (files("transmend.tagger") / "data" / "vocab.txt").read_text(encoding="utf-8").split("\n")[:-1]
PIECES = Pieces(VOCABULARY)
WORDS = REFERENCE["words"].split(" ")


def test_log_odds_are_those_of_the_reference() -> None:
    """The 8-bit ONNX model says what the 32-bit PyTorch model does, within its rounding."""
    wanted = np.array(REFERENCE["log_odds"])
    got = default().log_odds(WORDS, [Spot(*spot) for spot in REFERENCE["spots"]])
    assert len(wanted) > 200
    assert np.abs(got - wanted).mean() < 0.3
    assert ((got > 0) == (wanted > 0)).mean() > 0.98


@pytest.mark.parametrize("word", ["mistal", "forers", "cach", "wids", "likeed", "stringified"])
def test_a_cut_is_told_from_a_word_that_nobody_knows(word: str) -> None:
    """``withhis``, in which a sentence dies, looks more like a cut than any place in a strange word that goes on."""
    cut, strange = WORDS.index("withhis"), WORDS.index(word)
    spots = [Spot(strange, letters) for letters in range(len(word))]
    is_cut, *is_none = default().log_odds(WORDS, [Spot(cut, 4), *spots])[:, 0]
    assert is_cut > max(is_none) + 4


def test_a_broken_word_is_told_from_a_whole_one() -> None:
    """``dashboar`` is broken, and ``one`` is not."""
    words = "you can make an account for free and itll give you this dashboar one critical change that will allow us to"
    spot = Spot(words.split(" ").index("one"), 0)
    cut, left, right = default().log_odds(words.split(" "), [spot])[0]
    assert cut > 0
    assert left > right


@given(st.lists(st.text("abcdefgxyz0ß漢", min_size=1, max_size=30), min_size=2, max_size=80), st.data())
def test_readings(forms: list[str], data: st.DataObject) -> None:
    """Whatever the words, a reading fits the model, and the mark stands where it says."""
    word = data.draw(st.integers(1, len(forms) - 1))
    letters = data.draw(st.integers(0, len(forms[word]) - 1))
    pieces, column = reading(PIECES, forms, Spot(word, letters))
    assert len(pieces) <= LENGTH
    assert column <= LEFT + 1
    assert len(pieces) - column - 1 <= RIGHT
    assert pieces[0] == PIECES.cls
    assert pieces[column] == (PIECES.cls if letters else PIECES.padding)
    assert not {PIECES.cls, PIECES.padding} & {*pieces[1:column], *pieces[column + 1 :]}


@pytest.mark.parametrize("letters", [0, 4])
def test_the_sides_are_read_apart(letters: int) -> None:
    """A glued word is read as its two pieces, each as a word of its own."""
    pieces, column = reading(PIECES, ["works", "withhis", "will"], Spot(1, letters))
    read = [VOCABULARY[piece] for piece in pieces]
    if letters:
        assert read == ["[CLS]", "works", "with", "[CLS]", "his", "will"]
    else:
        assert read[:3] == ["[CLS]", "works", "[PAD]"]
    assert read[column].startswith("[")
