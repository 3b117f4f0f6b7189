"""The words of a section, in segments that no sentence crosses."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from transmend.document import Span
from transmend.tagger.features import WORD, normal_form


class Word(NamedTuple):
    """A word where it stands in ``Document.text``.

    Attributes:
        start, end: its code points.
        text: as written.
        form: its normal form, which the tagger sees.
        gap: the characters between it and the next word of its segment, or the segment's end.
    """

    start: int
    end: int
    text: str
    form: str
    gap: str


def segments(text: str, span: Span, breaks: Sequence[Span]) -> Iterator[list[Word]]:
    """The words of ``span``, cut at every break.

    Arguments:
        text: the document's text.
        span: the section.
        breaks: sorted places (empty spans) or marks of missing text; a word may be cut in two by one.
    """
    at = span.start
    first = bisect_left(breaks, span.start, key=lambda b: b.start)
    for gap in [*breaks[first:], Span(span.end, span.end)]:
        end = min(gap.start, span.end)
        if end >= at:
            yield _words(text, at, end)
        at = max(at, gap.end)
        if gap.start >= span.end:
            return


def _words(text: str, start: int, end: int) -> list[Word]:
    found = list(WORD.finditer(text, start, end))
    following = [*(m.start() for m in found[1:]), end][: len(found)]
    return [
        Word(m.start(), m.end(), m.group(), normal_form(m.group()), text[m.end() : after])
        for m, after in zip(found, following, strict=True)
    ]
