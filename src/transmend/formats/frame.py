"""Changing places in a file's text and nothing between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from transmend.document import Span

Replacement = tuple[Span, str]


def spliced(frame: str, replacements: Iterable[Replacement]) -> str:
    """``frame`` with every place replaced by its text; a place inside one that is replaced already goes with it."""
    out: list[str] = []
    at = 0
    for span, text in outermost(replacements):
        out += frame[at : span.start], text
        at = span.end
    out.append(frame[at:])
    return "".join(out)


def outermost(replacements: Iterable[Replacement]) -> Iterator[Replacement]:
    """The replacements in order, without those inside another."""
    at = 0
    for span, text in sorted(replacements, key=lambda change: (change[0].start, -change[0].end)):
        if span.start >= at:
            yield span, text
            at = span.end


def merged(spans: Iterable[Span]) -> Iterator[Span]:
    """The spans in order, those that touch as one."""
    before: Span | None = None
    for span in sorted(spans):
        if before is not None and span.start <= before.end:
            before = Span(before.start, max(before.end, span.end))
            continue
        if before is not None:
            yield before
        before = span
    if before is not None:
        yield before
