"""Text with tags in it: which parts are words, and which are markup that edits leave alone."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace

from transmend.document import Span
from transmend.formats.clock import STAMP, seconds
from transmend.formats.cues import Held
from transmend.formats.spelling import Spelling

_ENTITY = r"&(?:\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});"
_BREAK = r"[ \t]*(?:\r?\n[ \t]*)+"
_TIME = re.compile(rf"<({STAMP})>")
_OPENING_TIME = re.compile(rf"<{STAMP}>(?:<c[^<>]*>)?\Z")
_CLOSING = re.compile(r"</c>")


def spelling(newline: str, breaks: str = "", *, escaped: bool = True) -> Spelling:
    """The spelling of text with entities.

    Arguments:
        newline: how a line break in a cue is written.
        breaks: a pattern of what else breaks a line, such as ``<br/>``.
        escaped: whether a bare ``&`` or ``<`` must not stand in the file.
    """
    broken = f"{_BREAK}|{breaks}" if breaks else _BREAK
    is_break = re.compile(broken)

    def read(unit: str) -> str:
        if len(unit) == 1:
            return "\n" if unit == "\n" else unit
        if unit[0] == "&":
            said = html.unescape(unit)
            return said if len(said) == 1 and not said.isspace() else unit[:0] + (" " if said.isspace() else said[:1])
        return "\n" if is_break.fullmatch(unit) else unit

    def write(text: str) -> str:
        text = re.sub(r"\s*\n\s*", "\n", text)
        if escaped:
            text = text.replace("&", "&amp;").replace("<", "&lt;").replace("-->", "--&gt;")
        return text.replace("\n", newline)

    return Spelling(re.compile(rf"{broken}|{_ENTITY}|[\s\S]"), read, write)


def pieces(text: str, payload: Span, tag: re.Pattern[str], begin: float, end: float) -> tuple[Held, ...]:
    """The parts of ``payload`` between its tags; what follows a tag with a time has that time.

    Arguments:
        text: the frame.
        payload: the cue's text with its tags.
        tag: matches what is no word.
        begin: when the cue starts: the time of what stands before the first time tag, if there is one.
        end: when it ends.
    """
    timed = _TIME.search(text, payload.start, payload.end) is not None
    found, at, now = [], payload.start, begin if timed else None
    for match in tag.finditer(text, payload.start, payload.end):
        found.append(Held(Span(at, match.start()), begin=now))
        at = match.end()
        if (time := _TIME.fullmatch(match[0])) is not None:
            now = seconds(time[1])
    found.append(Held(Span(at, payload.end), begin=now))
    return tuple(_until(text, [piece for piece in found if len(piece.slot)], end))


def _until(text: str, found: list[Held], end: float) -> Iterator[Held]:
    """The pieces with their end, which is where the next time begins, and with the tags that go with them."""
    for number, piece in enumerate(found):
        later = (p.begin for p in found[number + 1 :] if p.begin is not None and p.begin != piece.begin)
        until = None if piece.begin is None else next(later, end)
        yield replace(piece, end=until, record=_with_tags(text, piece.slot))


def _with_tags(text: str, slot: Span) -> Span:
    """``slot`` with the time and class tag that are there for it alone."""
    opening = _OPENING_TIME.search(text, max(0, slot.start - 60), slot.start)
    if opening is None:
        return slot
    closing = _CLOSING.match(text, slot.end)
    if opening[0].endswith(">") and "<c" in opening[0] and closing is None:
        return slot
    return Span(opening.start(), closing.end() if closing and "<c" in opening[0] else slot.end)
