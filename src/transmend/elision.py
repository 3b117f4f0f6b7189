"""Marks that say honestly that text is missing: ``[…]`` and its kin."""

from __future__ import annotations

from functools import lru_cache

import regex

from transmend.document import Span

COMMON = r"\[\s*(?:…|\.\.\.|\.\s\.\s\.)[^\]\n]{0,40}\]|(?<=\s)…(?=\s)"


@lru_cache(maxsize=64)
def _pattern(mark: str) -> regex.Pattern[str]:
    return regex.compile(f"{regex.escape(mark)}|{COMMON}")


def elisions(text: str, mark: str) -> tuple[Span, ...]:
    """Where ``text`` says that something is missing, by the user's ``mark`` or a common one."""
    return tuple(Span(m.start(), m.end()) for m in _pattern(mark).finditer(text))
