"""The words of a section, in segments that no sentence crosses."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from transmend.document import Span
from transmend.tagger.features import WORD, normal_form
from transmend.tokens import TURNS, Token, inside, within, without


class Word(NamedTuple):
    """A word where it stands in ``Document.text``.

    Attributes:
        start, end: its code points.
        text: as written.
        form: its normal form, which the tagger sees.
        gap: the characters between it and the next word of its segment, or the segment's end, without sound tags
            and what else is no part of a sentence.
        between: the kinds of the caption tokens in that gap.
    """

    start: int
    end: int
    text: str
    form: str
    gap: str
    between: tuple[str, ...] = ()

    @property
    def turn(self) -> bool:
        """Whether somebody else goes on behind it, as the text says."""
        return not TURNS.isdisjoint(self.between)


def segments(text: str, span: Span, breaks: Sequence[Span], marks: Sequence[Token] = ()) -> Iterator[list[Word]]:
    """The words of ``span``, cut at every break.

    Arguments:
        text: the document's text.
        span: the section.
        breaks: sorted places (empty spans) or marks of missing text; a word may be cut in two by one.
        marks: the caption tokens of the text, whose letters are no words.
    """
    at = span.start
    first = bisect_left(breaks, span.start, key=lambda b: b.start)
    for gap in [*breaks[first:], Span(span.end, span.end)]:
        end = min(gap.start, span.end)
        if end >= at:
            yield _words(text, at, end, marks)
        at = max(at, gap.end)
        if gap.start >= span.end:
            return


def _words(text: str, start: int, end: int, marks: Sequence[Token]) -> list[Word]:
    marks = within(marks, start, end)
    found = list(WORD.finditer(text, start, end))
    if marks:
        found = [match for match in found if not inside(marks, Span(*match.span()))]
    spans = [match.span() for match in found]
    following = [*(start for start, _ in spans[1:]), end][: len(spans)]
    words = [text[a:b] for a, b in spans]
    forms = map(normal_form, words)
    plain = [
        Word(a, b, word, form, text[b:after])
        for (a, b), word, form, after in zip(spans, words, forms, following, strict=True)
    ]
    if not marks:
        return plain
    return [_marked(text, word, after, marks) for word, after in zip(plain, following, strict=True)]


def _marked(text: str, word: Word, after: int, marks: Sequence[Token]) -> Word:
    """A word whose gap, up to ``after``, may hold caption tokens."""
    between = within(marks, word.end, after)
    gap = without(text, between, word.end, after) if between else word.gap
    return word._replace(gap=gap, between=tuple(mark.kind for mark in between))
