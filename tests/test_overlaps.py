"""Joins of overlapping chunks on real text: found wherever the chunks end, and nothing found where there are none."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transmend import Settings, check, clean, read
from transmend.tagger.features import normal_form

FIXTURES = Path(__file__).parent.parent / "fixtures"
GOLD = (FIXTURES / "gold" / "dpo_excerpt.txt").read_text(encoding="utf-8")
ONLY = Settings(select=("SEAM004",), unsafe=True)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    start=st.integers(100, len(GOLD) - 700),
    length=st.integers(120, 400),
    glue=st.sampled_from(["", " ", "\n"]),
    lower=st.booleans(),
)
def test_any_long_overlap_is_taken_out(start: int, length: int, glue: str, lower: bool) -> None:
    """Chunks that overlap by a sentence or more are merged to the letters of the text they were cut from."""
    text = " ".join(normal_form(word) for word in GOLD.split()) if lower else GOLD
    joined = text[: start + length] + glue + text[start:]
    (finding,) = check(joined, ONLY)
    assert finding.evidence["first"][0] <= start + length <= finding.evidence["second"][1]
    assert normal_form(clean(joined, ONLY).text) == normal_form(text)


@pytest.mark.parametrize("path", ["gold/dpo_excerpt.txt", "seed/prompts.txt"])
def test_text_without_overlaps_has_none(path: str) -> None:
    """Speech with its restarts, and a file full of splices, have no overlap."""
    assert check(read(FIXTURES / path), ONLY) == []
