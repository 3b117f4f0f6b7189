"""The words of a section, in segments that no sentence crosses.

A section is read by itself, its places counted from its start, so that a shot that every prompt of a file repeats is
read once.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from transmend.document import Document, Section, Span
from transmend.memory import remembered
from transmend.tagger.features import WORD, normal_form
from transmend.tokens import TURNS, Token, inside, within, without

#: Marks that show that a text has some.
MARKED = frozenset(".,?!;:")
#: So many words before and behind one at most, where text has marks or capitals; edited text has one in eight or so.
NEAR = 30


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

    def moved(self, by: int) -> Word:
        """The word so many code points later."""
        return Word(self.start + by, self.end + by, *self[2:])


class Passage(NamedTuple):
    """A section by itself.

    Attributes:
        text: its text.
        breaks: sorted places (empty spans) or marks of missing text in it; a word may be cut in two by one.
        marks: the caption tokens in it, whose letters are no words.
    """

    text: str
    breaks: tuple[Span, ...] = ()
    marks: tuple[Token, ...] = ()


def passages(document: Document, breaks: Sequence[Span], marks: Sequence[Token]) -> Iterator[tuple[Section, Passage]]:
    """The sections of a document, each with itself as a passage.

    Arguments:
        document: the document.
        breaks: sorted places of missing text in it.
        marks: the caption tokens in it.
    """
    for section in document.parts:
        start, end = section.span.start, section.span.end
        low = bisect_left(breaks, start, key=lambda b: b.start)
        high = bisect_right(breaks, end, key=lambda b: b.start)  # a word may be broken off at the very end
        own = tuple(_back(gap, start) for gap in breaks[low:high])
        tokens = tuple(replace(mark, span=_back(mark.span, start)) for mark in within(marks, start, end))
        yield section, Passage(section.span.of(document.text), own, tokens)


def _back(span: Span, by: int) -> Span:
    return Span(span.start - by, span.end - by)


@remembered
def segments(passage: Passage) -> tuple[tuple[Word, ...], ...]:
    """The words of a passage, cut at every break. Remembered, since several rules ask for them."""
    return tuple(_segments(*passage))


def _segments(text: str, breaks: Sequence[Span], marks: Sequence[Token]) -> Iterator[tuple[Word, ...]]:
    at = 0
    for gap in (*breaks, Span(len(text), len(text))):
        if gap.start >= at:
            yield _words(text, at, gap.start, marks)
        at = max(at, gap.end)


def nearby(flags: Sequence[bool]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """For each word whether there are flagged ones near on both sides of it: a text may have marks in parts.

    Beyond its ends a text is taken to go on like its mirror image.
    """
    flagged, at, last = np.flatnonzero(flags), np.arange(len(flags)), len(flags) - 1
    if not len(flagged):
        return np.zeros(len(flags), bool)
    flagged = np.concatenate([-flagged[:1], flagged, 2 * last - flagged[-1:]])
    before = at - flagged[np.searchsorted(flagged, at, "right") - 1]
    behind = flagged[np.searchsorted(flagged, at, "left")] - at
    near: np.ndarray[tuple[int], np.dtype[np.bool_]] = np.maximum(before, behind) <= NEAR
    return near


def _words(text: str, start: int, end: int, marks: Sequence[Token]) -> tuple[Word, ...]:
    marks = within(marks, start, end)
    found = list(WORD.finditer(text, start, end))
    if marks:
        found = [match for match in found if not inside(marks, Span(*match.span()))]
    spans = [match.span() for match in found]
    following = [*(start for start, _ in spans[1:]), end][: len(spans)]
    words = [text[a:b] for a, b in spans]
    forms = map(normal_form, words)
    plain = tuple(
        Word(a, b, word, form, text[b:after])
        for (a, b), word, form, after in zip(spans, words, forms, following, strict=True)
    )
    if not marks:
        return plain
    return tuple(_marked(text, word, after, marks) for word, after in zip(plain, following, strict=True))


def _marked(text: str, word: Word, after: int, marks: Sequence[Token]) -> Word:
    """A word whose gap, up to ``after``, may hold caption tokens."""
    between = within(marks, word.end, after)
    gap = without(text, between, word.end, after) if between else word.gap
    return word._replace(gap=gap, between=tuple(mark.kind for mark in between))
