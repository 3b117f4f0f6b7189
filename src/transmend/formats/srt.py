"""SubRip: a number, a line with two times, the text, a blank line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from transmend.document import Document, Flaw, Span
from transmend.formats import cues
from transmend.formats.base import Format, Sniff, Source
from transmend.formats.casting import Caster, MarkupCaster
from transmend.formats.clock import STAMP, like, seconds
from transmend.formats.cues import HeldCue
from transmend.formats.frame import Replacement
from transmend.formats.markup import Markup, pieces, spelling
from transmend.formats.spelling import Spelling
from transmend.formats.subtitles import Line, blocks, mould, named, newline, payload

_TIMES = re.compile(rf"^\s*({STAMP})\s*-+>\s*({STAMP})(?:\s+(\S.*))?\s*$")
_SNIFF = re.compile(rf"^[ \t]*\d+[ \t]*\r?\n[ \t]*{STAMP}[ \t]*-->[ \t]*{STAMP}", re.MULTILINE)
_LOOSE = re.compile(rf"^[ \t]*{STAMP}[ \t]*-->[ \t]*{STAMP}", re.MULTILINE)
_TAG = re.compile(r"</?(?:b|i|u|s|c|v|font|ruby|rt|span)\b[^<>]*>|\{\\[^{}]*\}|\{[bius]\}|\{/[bius]\}", re.IGNORECASE)
_HEADER = re.compile(r"-->")


def sniff(text: str) -> Sniff:
    """Sure where a number stands over two times; likely where only the times do."""
    head = text[:20_000]
    if head.lstrip().startswith("WEBVTT"):
        return Sniff.NO
    if _SNIFF.search(head) or _LOOSE.match(head.lstrip()):
        return Sniff.SURE
    return Sniff.YES if _LOOSE.search(head) else Sniff.NO


@dataclass(frozen=True, slots=True)
class Block:
    """A cue as lines: where it starts, its times if they can be read, and what is under them."""

    start: int
    end: int
    header: Line
    times: tuple[float, float] | None
    settings: str
    payload: Span


def parse(source: Source) -> Document:
    """A cue for each line of times; all up to the next one is its text, blank lines too, for some editors write them.

    A time that cannot be read is a flaw; its cue then stands between its neighbours.

    Raises:
        InputError: if no cue has any text.
    """
    found = list(_blocks(source.text))
    extras = ["positions"] * any(block.settings for block in found)
    extras += ["styles"] * (_TAG.search(source.text) is not None)
    made = list(held(source.text, found, Markup(_TAG)))
    return cues.document(source, made, _spelling(source.text), flaws(found), extras)


def _blocks(text: str) -> Iterator[Block]:
    number: Line | None = None
    for header, body in blocks(text, _HEADER):
        lines = list(body)
        following = lines.pop() if lines and lines[-1].text.strip().isdecimal() else None
        if following is not None and not (not lines or lines[-1].blank) and header is not None:
            lines.append(following)
            following = None
        if header is not None:
            end = following.start if following else (body[-1].end if body else header.end)
            yield block(text, number.start if number else header.start, end, header, payload(lines, header.end))
        number = following


def block(text: str, start: int, end: int, header: Line, words: Span) -> Block:
    """The cue of these lines, with its times read."""
    match = _TIMES.match(header.text)
    begin, until = (seconds(match[1]), seconds(match[6])) if match else (None, None)
    times = None if begin is None or until is None else (begin, until)
    return Block(start, end, header, times, (match[11] or "") if match else "", words)


def held(text: str, found: list[Block], markup: Markup) -> Iterator[HeldCue]:
    """The cues of these blocks; names in front of their words are taken for speakers."""
    speakers = named(text, [b.payload for b in found])
    before = 0.0
    for b, after in zip(found, _following(found), strict=True):
        begin, end = b.times or (before, max(before, after))
        speaker, start = speakers.get(b.payload.start, ("", b.payload.start))
        parts = pieces(text, Span(start, b.payload.end), markup, begin, end)
        header = Span(b.header.start, b.header.end)
        yield HeldCue(parts, begin, end, speaker, Span(b.start, b.end), header)
        before = end


def _following(found: list[Block]) -> list[float]:
    """For each block when the next one with times begins; 0 behind the last."""
    out, after = [], 0.0
    for b in reversed(found):
        out.append(after)
        after = b.times[0] if b.times else after
    return out[::-1]


def flaws(found: list[Block]) -> Iterator[Flaw]:
    """The times in these blocks that cannot be read."""
    for b in found:
        if b.times is None:
            yield Flaw("time", f"the times in {b.header.text.strip()[:60]!r} cannot be read", b.header.start)


def _spelling(text: str) -> Spelling:
    return spelling(newline(text), escaped=False)


def changes(document: Document) -> Iterator[Replacement]:
    """The file with the text of changed cues replaced; dropped cues leave a gap in the numbers."""
    return cues.changes(document, _spelling(document.origin.frame))


_MOULD = re.compile(
    rf"(?P<id>[ \t]*(?P<numeral>\d+)[ \t]*\r?\n)?"
    rf"[ \t]*(?P<begin>{STAMP})[ \t]*-+>[ \t]*(?P<end>{STAMP})[^\n]*(?:\n|\Z)"
)


def caster(document: Document) -> Caster:
    """Cues keep their numbers' order, their coordinates and ``{\\an8}``."""
    line_end = newline(document.origin.frame)
    sticky = re.compile(r"\{[^{}]*\}")
    return MarkupCaster(
        document,
        _spelling(document.origin.frame),
        partial(mould, _MOULD),
        like,
        _TAG,
        newline=line_end,
        joint=line_end * 2,
        sticky=sticky,
        named=True,
    )


FORMAT = Format("srt", (".srt",), sniff, parse, changes, caster)
