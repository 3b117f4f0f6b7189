"""How much the two sides of a place have to do with each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transmend import read
from transmend.lexicon import default
from transmend.splice.cohesion import FAR, FEATURES, LEAST, MOST, NEAR, RAREST, SHARE, STEP, cohesion
from transmend.splice.evidence import Words, read_words

SEED = read(Path(__file__).parent.parent / "fixtures" / "seed" / "prompts.txt")


def words_of(role: str, number: int) -> tuple[str, ...]:
    """The words of the real file's longest sections of a role, without the same one twice."""
    texts = {section.span.of(SEED.text) for section in SEED.sections if section.role == role}
    return read_words(sorted(texts, key=len)[-number]).forms


def measured(forms: Sequence[str], breaks: Iterable[int] = ()) -> np.ndarray:
    """The cohesion of words, with marks for missing text before some of them."""
    return cohesion(Words("", tuple(forms), ((),) * len(forms), frozenset(breaks)), default())


def gained(cache: tuple[str, ...], text: tuple[str, ...]) -> float:
    """What the module says in its own words: nats a word that a cache of some words gains on others."""
    counts, total = Counter(cache), 0.0
    for word in text:
        likelier = counts[word] / len(cache) / np.exp(max(default().logp(word), RAREST))
        total += np.log(1 - SHARE + SHARE * min(likelier, MOST))
    return total / len(text)


@pytest.mark.parametrize("at", [LEAST, 72, 320, 1000])
def test_it_is_what_a_cache_model_gains(at: int) -> None:
    """Counted on a grid of places, it is what counting at each place gives."""
    words = words_of("target", 1)
    at -= at % STEP
    row = measured(words)[at]
    for side, value in zip((NEAR, FAR), row, strict=False):
        left, right = words[max(at - side, 0) : at], words[at : at + side]
        assert value == pytest.approx(gained(left, right) + gained(right, left), abs=1e-5)


def test_two_talks_have_little_to_do_with_each_other() -> None:
    """Where one talk ends and another begins it is lower than anywhere inside either."""
    one, other = words_of("target", 1)[:1000], words_of("target", 2)[:1000]
    far = measured(one + other)[:, FEATURES.index("far")]
    inside = np.r_[far[FAR : len(one) - FAR], far[len(one) + FAR : -FAR]]
    assert far[len(one)] < inside.min()


def test_nothing_is_compared_across_a_mark_for_missing_text() -> None:
    """A text with a break is its two parts."""
    one, other = words_of("target", 1)[:700], words_of("target", 2)[:500]
    both = measured(one + other, {len(one)})
    assert np.array_equal(both, np.concatenate([measured(part) for part in (one, other)]))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["so", "the", "kubectl", "zzyx", "7", ""]), max_size=90), st.sets(st.integers(0, 90)))
def test_any_words_can_be_measured(forms: list[str], breaks: set[int]) -> None:
    """A finite row a word, and nothing said of the ends."""
    rows = measured(forms, {b for b in breaks if b <= len(forms)})
    assert rows.shape == (len(forms), len(FEATURES))
    assert np.isfinite(rows).all()
    assert not rows[:LEAST].any()
