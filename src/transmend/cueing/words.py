"""The words of a document with times: their own, or their share of their cue's."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from transmend.document import Cue, Document, Piece, Span

#: Seconds that a cue without an end is taken to last for each character.
PER_CHARACTER = 0.06
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Said:
    """A word.

    Attributes:
        text: its characters.
        span: where it stands in the document.
        begin: when it was said.
        end: until when.
        cue: which cue it is in, by place.
        piece: the piece that holds its time, by key; None where the time is a share of the cue's.
    """

    text: str
    span: Span
    begin: float
    end: float
    cue: int
    piece: int | None = None


def words(document: Document) -> list[Said]:
    """The words of all cues, in order.

    A word keeps its own time where the format has one. Else the time of the cue, up to where the next one starts, is
    shared out over its words by their length in code points.
    """
    ends = shown_until(document)
    return [word for number, cue in enumerate(document.cues) for word in _of(document, number, cue, ends[number])]


def shown_until(document: Document) -> list[float]:
    """For each cue when it ends: not after the next one starts, and not before it starts itself."""
    out = []
    for number, cue in enumerate(document.cues):
        following = document.cues[number + 1].begin if number + 1 < len(document.cues) else None
        end = cue.end if cue.end > cue.begin else cue.begin + PER_CHARACTER * len(cue.span)
        out.append(min(end, following) if following is not None and following > cue.begin else end)
    return out


def _of(document: Document, number: int, cue: Cue, until: float) -> Iterator[Said]:
    found = list(_WORD.finditer(document.text, cue.span.start, cue.span.end))
    if not cue.words:
        for match, (begin, end) in zip(found, shares([len(m[0]) for m in found], cue.begin, until), strict=True):
            yield Said(match[0], Span(*match.span()), begin, end, number)
        return
    starts = [piece.span.start for piece in cue.pieces]
    timed: list[list[re.Match[str]]] = [[] for _ in cue.pieces]
    for match in found:
        timed[_holder(cue.pieces, bisect_right(starts, match.start()) - 1)].append(match)
    for piece, matches in zip(cue.pieces, timed, strict=True):
        begin = cue.begin if piece.begin is None else piece.begin
        end = until if piece.end is None else max(begin, min(piece.end, until))
        for match, (a, b) in zip(matches, shares([len(m[0]) for m in matches], begin, end), strict=True):
            yield Said(match[0], Span(*match.span()), a, b, number, piece.key)


def _holder(pieces: Sequence[Piece], number: int) -> int:
    """The piece that tells the time of what is in the piece ``number``: that one, or the last before it that does."""
    return next((k for k in range(number, -1, -1) if pieces[k].begin is not None), number)


def shares(lengths: Sequence[int], begin: float, end: float) -> list[tuple[float, float]]:
    """The time from ``begin`` to ``end`` shared out by length.

    >>> shares([2, 3, 5], 1.0, 2.0)
    [(1.0, 1.2), (1.2, 1.5), (1.5, 2.0)]
    """
    whole, done, out = sum(lengths) or 1, 0, []
    for length in lengths:
        start, done = done, done + length
        out.append((round(begin + (end - begin) * start / whole, 3), round(begin + (end - begin) * done / whole, 3)))
    if out:
        out[0], out[-1] = (begin, out[0][1]), (out[-1][0], end)
    if len(out) == 1:
        out = [(begin, end)]
    return out
