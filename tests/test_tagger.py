"""The tagger: words in, probabilities out, held to its PyTorch reference."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transmend.tagger.features import HEADS, WORD, normal_form, windows
from transmend.tagger.tagger import Tagger, _reads, default

REFERENCE = json.loads((Path(__file__).parents[1] / "fixtures" / "tagger" / "reference.json").read_text())
WORDS = REFERENCE["words"].split(" ")


@pytest.mark.parametrize("head", HEADS)
def test_labels_are_those_of_the_reference(head: str) -> None:
    """The 8-bit ONNX model labels at least 99 words in 100 as the 32-bit PyTorch model does."""
    given_labels = getattr(default().predict(WORDS), head).argmax(axis=1)
    wanted = np.array([int(c) for c in REFERENCE["labels"][head]])
    assert len(wanted) > 10_000
    assert (given_labels == wanted).mean() >= 0.99


def test_probabilities() -> None:
    """Every head gives one distribution a word."""
    tags = default().predict(WORDS[:500])
    for head, size in HEADS.items():
        rows = getattr(tags, head)
        assert rows.shape == (500, size)
        assert np.allclose(rows.sum(axis=1), 1, atol=1e-4)


@pytest.mark.parametrize("words", [[], ["a"], ["antidisestablishmentarianism" * 9], ["日本語", "ok", ""]])
def test_odd_words(words: list[str]) -> None:
    """No words, one word, endless ones and unknown letters are all tagged."""
    assert len(default().predict(words)) == len(words)


def test_threads() -> None:
    """Predictions made at once from several threads are those made one by one."""
    tagger = default()
    texts = [WORDS[i : i + 40] for i in range(0, 400, 40)]
    alone = [tagger.predict(t).mark for t in texts]
    tagger._memory.clear()
    tagger._remembered = 0
    with ThreadPoolExecutor(4) as pool:
        together = [tags.mark for tags in pool.map(tagger.predict, texts)]
    assert all(np.allclose(a, b, atol=1e-4) for a, b in zip(alone, together, strict=True))


def test_texts_tagged_at_once_are_tagged_as_if_alone() -> None:
    """A text's labels do not depend on what it is tagged with, nor on the number of threads."""
    data = files("transmend.tagger") / "data"
    vocabulary = (data / "vocab.txt").read_text(encoding="utf-8").split()
    one, two = (Tagger(data / "model.onnx", vocabulary, threads=n) for n in (1, 2))
    texts = [WORDS[:7], WORDS[100:700], [], WORDS[40:90]]
    for text, together in zip(texts, two.predict_all(texts), strict=True):
        alone = one.predict(text)
        assert all(np.array_equal(getattr(alone, head), getattr(together, head)) for head in HEADS)


def test_memory() -> None:
    """A text seen before is not computed again, until many others were."""
    assert default().predict(WORDS[:50]) is default().predict(WORDS[:50])


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is remembered never exceeds its bound, however many texts there were."""
    monkeypatch.setattr("transmend.tagger.tagger.REMEMBERED", 100)
    data = files("transmend.tagger") / "data"
    tagger = Tagger(data / "model.onnx", (data / "vocab.txt").read_text(encoding="utf-8").split())
    for at in range(0, 300, 30):
        tagger.predict(WORDS[at : at + 30])
        assert 30 <= sum(map(len, tagger._memory)) <= 100


@given(st.lists(st.integers(1, 12), max_size=120), st.integers(20, 60), st.integers(0, 10))
def test_windows_cover_every_word_once(sizes: list[int], length: int, overlap: int) -> None:
    """Windows keep to their length, and every word is read in exactly one of them, at its last piece."""
    words = [list(range(100 * k, 100 * k + size)) for k, size in enumerate(sizes)]
    rows = list(windows(words, length, overlap, -1))
    read = []
    for window, (low, high) in zip(rows, _reads(rows), strict=True):
        assert len(window.pieces) <= length
        for k in range(low, high):
            assert window.pieces[window.last[k - window.first]] == words[k][-1]
            read.append(k)
    assert read == list(range(len(words)))


def test_normal_form_of_real_words() -> None:
    """A word and its normal form have the same letters and digits."""
    for match in WORD.finditer("Don't fine-tune Node.js, it’s 3.5x faster — e.g. café's C3PO"):
        assert normal_form(match.group()) == "".join(filter(str.isalnum, match.group())).lower()


def test_model_that_is_no_model() -> None:
    """Garbage for a model is an error at once, not at the first prediction."""
    with pytest.raises(Exception, match=r"(?i)protobuf|model"):
        Tagger(b"not a model", ["[PAD]", "[UNK]", "[CLS]"])
