"""Marks that say honestly that text is missing: ``[…]`` and its kin."""

from __future__ import annotations

from functools import lru_cache

import regex

from transmend.document import Span

PAIRS = frozenset(("[]", "()", "<>", "{}"))

COMMON = r"\[\s*(?:…|\.\.\.|\.\s\.\s\.)[^\]\n]{0,40}\]|(?<=\s)…(?=\s)"


@lru_cache(maxsize=64)
def _pattern(mark: str) -> regex.Pattern[str]:
    head, tail = map(regex.escape, _halves(mark))
    return regex.compile(rf"{head}[\d,]+ words?{tail}|{regex.escape(mark)}|{COMMON}")


def counted(mark: str, words: int) -> str:
    """``mark`` with the number of words that are missing.

    >>> counted("[…]", 3212), counted("(...)", 1), counted("***", 20)
    ('[… 3,212 words …]', '(... 1 word ...)', '*** 20 words ***')
    """
    head, tail = _halves(mark)
    return f"{head}{words:,} word{'' if words == 1 else 's'}{tail}"


def _halves(mark: str) -> tuple[str, str]:
    """What stands before and behind the number in a counted mark."""
    bare = mark.strip()
    start, inner, end = bare[:1], bare[1:-1].strip(), bare[-1:]
    if start + end not in PAIRS or not inner:
        start, inner, end = "", bare, ""
    return f"{start}{inner} ", f" {inner}{end}"


def elisions(text: str, mark: str) -> tuple[Span, ...]:
    """Where ``text`` says that something is missing, by the user's ``mark``, counted or not, or a common one."""
    return tuple(Span(m.start(), m.end()) for m in _pattern(mark).finditer(text))
