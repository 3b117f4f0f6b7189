"""Text with tags in it: which parts are words, and which are markup that edits leave alone."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from transmend.document import Span
from transmend.formats.cues import Held
from transmend.formats.spelling import Spelling

_ENTITY = r"&(?:\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});"
_BREAK = r"[ \t]*(?:\r?\n[ \t]*)+"


@dataclass(frozen=True, slots=True)
class Markup:
    """What in a format is no word.

    Attributes:
        tag: matches a tag.
        time: when what follows a tag is said, given the tag and when its cue begins; None if the tag does not say.
        opening: matches, at its end, the tags in front of a word that are there for it alone.
        closing: matches the tag behind a word that belongs to them.
    """

    tag: re.Pattern[str]
    time: Callable[[str, float], float | None] = lambda tag, begin: None
    opening: re.Pattern[str] | None = None
    closing: re.Pattern[str] | None = None


def spelling(newline: str, breaks: str = _BREAK, *, entity: str = _ENTITY, escaped: bool = True) -> Spelling:
    """The spelling of text with entities.

    Arguments:
        newline: how a line break in a cue is written.
        breaks: a pattern of what breaks a line.
        entity: a pattern of what stands for a character.
        escaped: whether a bare ``&`` or ``<`` must not stand in the file.
    """
    is_break = re.compile(breaks)

    def read(unit: str) -> str:
        if is_break.fullmatch(unit):
            return "\n"
        if unit.startswith("&"):
            said = html.unescape(html.unescape(unit))
            return said if len(said) == 1 else unit
        return unit if len(unit) == 1 else " "

    def write(text: str) -> str:
        text = re.sub(r"\s*\n\s*", "\n", text)
        if escaped:
            text = text.replace("&", "&amp;").replace("<", "&lt;").replace("-->", "--&gt;")
        return text.replace("\n", newline)

    units = re.compile(rf"{breaks}|{_BREAK}|{entity}|[\s\S]")
    return Spelling(units, read, write, re.compile(rf"{breaks}|{_BREAK}|&"))


def pieces(text: str, payload: Span, markup: Markup, begin: float, end: float) -> tuple[Held, ...]:
    """The parts of ``payload`` between its tags; what follows a tag with a time has that time.

    Arguments:
        text: the frame.
        payload: the cue's text with its tags.
        markup: what its tags are.
        begin: when the cue starts: the time of what stands before the first tag with a time, if there is one.
        end: when it ends.
    """
    tags = [(tag, markup.time(tag[0], begin)) for tag in markup.tag.finditer(text, payload.start, payload.end)]
    now = begin if any(time is not None for _, time in tags) else None
    found, at = [], payload.start
    for tag, time in tags:
        found.append(Held(Span(at, tag.start()), begin=now))
        at, now = tag.end(), now if time is None else time
    found.append(Held(Span(at, payload.end), begin=now))
    return tuple(_until(text, [piece for piece in found if len(piece.slot)], markup, end))


def _until(text: str, found: list[Held], markup: Markup, end: float) -> Iterator[Held]:
    """The pieces with their end, which is where the next time begins, and with the tags that go with them."""
    for number, piece in enumerate(found):
        later = (p.begin for p in found[number + 1 :] if p.begin is not None and p.begin != piece.begin)
        until = None if piece.begin is None else next(later, max(end, piece.begin))
        yield replace(piece, end=until, record=_with_tags(text, piece.slot, markup))


def _with_tags(text: str, slot: Span, markup: Markup) -> Span:
    """``slot`` with the tags that are there for it alone."""
    if markup.opening is None or markup.closing is None:
        return slot
    opening = markup.opening.search(text, max(0, slot.start - 120), slot.start)
    closing = markup.closing.match(text, slot.end)
    return Span(opening.start(), closing.end()) if opening and closing else slot
