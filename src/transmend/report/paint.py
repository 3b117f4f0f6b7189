"""Colours for a terminal."""

from __future__ import annotations

from transmend.finding import Severity

_CODES = {"bold": 1, "dim": 2, "red": 31, "green": 32, "yellow": 33, "cyan": 36}
SEVERITY = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


def paint(text: str, style: str, colour: bool = True) -> str:
    """``text`` in a style such as ``bold`` or ``red``; as it is where ``colour`` is off."""
    return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if colour and text else text
