"""Captions and other text with times: what could not be read of them, and times that cannot be right."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from transmend.document import Span
from transmend.finding import Finding, Severity
from transmend.rule import Phase, Rule
from transmend.view import View


def cue_without_text(view: View) -> Iterator[Finding]:
    """A cue has times and no text.

    Why: something was said or shown there, or a program wrote a cue that should not be.

    Example: two times with a blank line under them. ``evidence["line"]`` is the line in the file.

    Left alone: events of YouTube's JSON that only break a line.

    Safety: no fix. The cue stays in the file as it is; nobody but the speaker knows what is missing.
    """
    yield from _flaws(view, "text")


def unreadable_time(view: View) -> Iterator[Finding]:
    """The times of a cue cannot be read.

    Why: a player drops the cue or stops there, and the words are lost to whoever watches.

    Example: ``00:00:0x,500 --> 00:00:02,000``. ``evidence["line"]`` is the line in the file.

    The words are read all the same, as if they stood between the cues before and after.

    Left alone: times that others write differently, such as ``1:02.5``.

    Safety: no fix. The line stays as it is.
    """
    yield from _flaws(view, "time")


def stray_text(view: View) -> Iterator[Finding]:
    """Text stands outside of any cue.

    Why: a player does not show it. Mostly a blank line inside a cue cut it in two.

    Example: in WebVTT, a block without times that is no note. ``evidence["line"]`` is the line in the file.

    Left alone: notes, styles and regions; in SRT, text behind a blank line, which is read as part of its cue.

    Safety: no fix. The text stays as it is and is not mended.
    """
    yield from _flaws(view, "stray")


def broken_file(view: View) -> Iterator[Finding]:
    """The file breaks off, or is broken in the middle.

    Why: what comes after is lost; a download or a disk stopped too early.

    Example: JSON without its last brackets. All that is whole before is read and mended, the rest stays as it is.
    ``evidence["line"]`` is the line in the file.

    Left alone: files of which nothing can be read; they are refused.

    Safety: no fix. Get the file again.
    """
    yield from _flaws(view, "end")


def _flaws(view: View, kind: str) -> Iterator[Finding]:
    """What the format said when it read the file, each at the words that follow."""
    origin = view.document.origin
    pieces = [piece for cue in view.document.cues for piece in cue.pieces]
    pieces.sort(key=lambda piece: origin.slots[piece.key].start)
    slots = [origin.slots[piece.key].start for piece in pieces]
    for flaw in origin.flaws:
        if flaw.kind == kind:
            k = bisect_left(slots, flaw.at)
            at = pieces[k].span.start if k < len(pieces) else len(view.text)
            line = origin.frame.count("\n", 0, flaw.at) + 1
            message = f"line {line}: {flaw.message}"
            yield Finding(Span(at, at), message, evidence={"line": line, "file_offset": flaw.at})


def backward_time(view: View) -> Iterator[Finding]:
    """A cue ends before it starts, or starts before the one above it.

    Why: players show such cues never, or in another order than they were said.

    Example: ``00:00:05,000 --> 00:00:03,000``.

    Left alone: cues that overlap, as they do where two people speak at once.

    Safety: no fix. Which of the times is right cannot be known from the file.
    """
    before = None
    for cue in view.document.cues:
        if cue.end < cue.begin:
            yield Finding(cue.span, f"the cue ends at {cue.end:g} s, before it starts at {cue.begin:g} s")
        if before is not None and cue.begin < before.begin:
            yield Finding(cue.span, f"the cue starts at {cue.begin:g} s, the one before it at {before.begin:g} s")
        before = cue


RULES = (
    Rule("CAP001", Phase.ENCODING, cue_without_text, severity=Severity.NOTE),
    Rule("CAP002", Phase.ENCODING, unreadable_time),
    Rule("CAP003", Phase.ENCODING, stray_text),
    Rule("CAP004", Phase.ENCODING, broken_file),
    Rule("CAP005", Phase.ENCODING, backward_time),
)
