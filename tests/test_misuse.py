"""What a caller may get wrong: one error that says what was given, and nothing done by halves."""

from __future__ import annotations

from typing import Any

import pytest

from transmend import Settings, TransmendError, check, clean, convert, excerpt


@pytest.mark.parametrize("given", [None, b"so we went", float("nan"), ["so we went"]])
def test_what_is_no_transcript(given: Any) -> None:
    """An empty cell of a table, bytes, a list."""
    for call in (check, clean, lambda text: excerpt(text, 100), lambda text: convert(text, "plain")):
        with pytest.raises(TypeError, match=f"a transcript is a str .* not {type(given).__name__}"):
            call(given)


def test_what_are_no_settings() -> None:
    """A preset by its name alone."""
    with pytest.raises(TypeError, match=r"Settings\(preset='clean'\), not 'clean'"):
        clean("so we went", "clean")  # type: ignore[arg-type]


def test_rules_that_are_not_there() -> None:
    """A slip in a code would select nothing, and all would look well."""
    for asked in (Settings(select=("SEAMS",)), Settings(ignore=("SEAMS",))):
        for call in (check, clean):
            with pytest.raises(TransmendError, match="no rule code starts with 'SEAMS'; did you mean 'SEAM'"):
                call("so we went", asked)


def test_one_source_is_one_source() -> None:
    """A text given alone is not taken for a list of its letters."""
    talk = "today we look at how the attention mechanism works and why it is so important for all the models we use"
    cut = talk[:30] + talk[62:]
    asked = Settings(seams="restore")
    assert clean(cut, asked, sources=talk).text == clean(cut, asked, sources=[talk]).text
