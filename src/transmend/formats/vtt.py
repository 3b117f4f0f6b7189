"""WebVTT: ``WEBVTT``, then blocks: cues with ids and settings, ``NOTE``, ``STYLE``, ``REGION``."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from transmend.document import Document, Flaw
from transmend.formats import cues
from transmend.formats.base import Format, Sniff, Source
from transmend.formats.casting import Caster, MarkupCaster
from transmend.formats.clock import STAMP, like, seconds, stamp
from transmend.formats.cues import HeldCue
from transmend.formats.frame import Replacement
from transmend.formats.markup import Markup, spelling
from transmend.formats.spelling import Spelling
from transmend.formats.srt import Block, block, flaws, held
from transmend.formats.subtitles import Line, lines, mould, newline, payload

_TAG = re.compile(r"<[^<>\n]*>")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?[ \t]+([^<>\n]*)>")
_STYLED = re.compile(r"</?(?:b|i|u|ruby|rt|lang|c\.)\b[^<>\n]*>")
_TIME = re.compile(rf"<({STAMP})>")
_KEPT = ("NOTE", "STYLE", "REGION")


def _time(tag: str, _: float) -> float | None:
    match = _TIME.fullmatch(tag)
    return seconds(match[1]) if match else None


_MARKUP = Markup(_TAG, _time, re.compile(rf"<{STAMP}><c[^<>]*>\Z"), re.compile("</c>"))


def sniff(text: str) -> Sniff:
    """Sure where the text opens with ``WEBVTT``."""
    return Sniff.SURE if re.match(r"\s*WEBVTT(?:[ \t:\-]|\r?\n|\Z)", text) else Sniff.NO


def parse(source: Source) -> Document:
    """A cue for each block with times; ids, settings, notes, styles and regions stay in the frame.

    A tag ``<v Name>``, or ``Name: `` in front of the words, says who speaks.

    Raises:
        InputError: if no cue has any text.
    """
    text = source.text
    stray: list[Flaw] = []
    found = list(_blocks(text, stray))
    made = [_voiced(text, cue) for cue in held(text, found, _MARKUP)]
    extras = [what for what, there in _extras(text, found) if there]
    bare = not found and not stray and sniff(text) is Sniff.SURE
    return cues.document(source, made, _spelling(text), [*flaws(found), *stray], extras, empty=bare)


def _blocks(text: str, stray: list[Flaw]) -> Iterator[Block]:
    """The blocks with times. What is text outside of any, such as behind a blank line in a cue, goes to ``stray``."""
    for number, paragraph in enumerate(_paragraphs(text)):
        first = paragraph[0].text.strip()
        at = next((k for k, line in enumerate(paragraph) if "-->" in line.text), None)
        if at is not None and not (first.startswith("NOTE") and at):
            yield _block(text, paragraph, at)
        elif not first.startswith(_KEPT) and not (number == 0 and first.startswith("WEBVTT")):
            stray.append(Flaw("stray", f"{first[:60]!r} stands outside of any cue", paragraph[0].start))


def _block(text: str, paragraph: list[Line], at: int) -> Block:
    header = paragraph[at]
    end = paragraph[-1].end
    while text[end : end + 1] in ("\r", "\n"):
        end += 1
    return block(text, paragraph[0].start, end, header, payload(paragraph[at + 1 :], header.end))


def _paragraphs(text: str) -> Iterator[list[Line]]:
    """Lines without an empty one between them; a line of spaces is not empty."""
    paragraph: list[Line] = []
    for line in lines(text):
        if line.text:
            paragraph.append(line)
        elif paragraph:
            yield paragraph
            paragraph = []
    if paragraph:
        yield paragraph


def _voiced(text: str, cue: HeldCue) -> HeldCue:
    """The cue with the name that its voice tag tells."""
    if not cue.pieces:
        return cue
    start = text.rfind("\n", 0, cue.pieces[0].slot.start) + 1
    voice = _VOICE.search(text, start, cue.pieces[-1].slot.end)
    name = html.unescape(voice[1]).strip(" \t-") if voice else ""
    return replace(cue, speaker=name) if name else cue


def _extras(text: str, found: list[Block]) -> Iterator[tuple[str, bool]]:
    yield "positions", any(b.settings for b in found)
    yield "styles", _STYLED.search(text) is not None or re.search(r"^STYLE\s*$", text, re.MULTILINE) is not None
    yield "notes", re.search(r"^NOTE\b", text, re.MULTILINE) is not None


def _spelling(text: str) -> Spelling:
    return spelling(newline(text))


def changes(document: Document) -> Iterator[Replacement]:
    """The file with the text of changed cues replaced and dropped cues taken out."""
    return cues.changes(document, _spelling(document.origin.frame))


_MOULD = re.compile(
    rf"(?P<id>(?P<numeral>(?:(?!-->)[^\n])*?)[ \t]*\r?\n)?"
    rf"[ \t]*(?P<begin>{STAMP})[ \t]*-->[ \t]*(?P<end>{STAMP})[^\n]*(?:\n|\Z)"
)
_BARE = re.compile(r"^<c>([^<>]*)</c>")


def caster(document: Document) -> Caster:
    """Cues keep their settings and voices, and every word its time."""
    line_end = newline(document.origin.frame)
    return MarkupCaster(
        document,
        _spelling(document.origin.frame),
        partial(mould, _MOULD),
        like,
        _TAG,
        newline=line_end,
        joint=line_end * 2,
        time=lambda time: f"<{stamp(time)}>",
        tidy=lambda text: _BARE.sub(r"\1", text),
        named=True,
    )


FORMAT = Format("vtt", (".vtt",), sniff, parse, changes, caster)
