"""SBV, which YouTube Studio takes and gives: a line with two times and a comma between, the text, a blank line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from transmend.document import Document
from transmend.formats import cues
from transmend.formats.base import Format, Sniff, Source
from transmend.formats.casting import Caster, MarkupCaster
from transmend.formats.clock import like, seconds
from transmend.formats.frame import Replacement
from transmend.formats.markup import Markup, spelling
from transmend.formats.spelling import Spelling
from transmend.formats.srt import Block, flaws, held
from transmend.formats.subtitles import blocks, mould, newline, payload

_TIMES = re.compile(r"^\s*(\d{1,3}:\d{1,2}:\d{1,2}\.\d{1,3})\s*,\s*(\d{1,3}:\d{1,2}:\d{1,2}\.\d{1,3})\s*$")
#: A line that is no sentence, but digits, colons and a comma: meant to be times.
_HEADER = re.compile(r"^\s*\d{1,3}:[\d:.]*,[ \t]*[\d:.]+\s*$")
_MOULD = re.compile(r"[ \t]*(?P<begin>[\d:.]+)[ \t]*,[ \t]*(?P<end>[\d:.]+)[ \t]*(?:\r?\n|\Z)")
_NO_TAG = Markup(re.compile(r"(?!)"))


def sniff(text: str) -> Sniff:
    """Sure where the text opens with such a line."""
    return Sniff.SURE if _TIMES.match(text.lstrip().partition("\n")[0]) else Sniff.NO


def parse(source: Source) -> Document:
    """A cue for each line of times; all up to the next one is its text.

    Raises:
        InputError: if no cue has any text.
    """
    found = list(_blocks(source.text))
    return cues.document(source, held(source.text, found, _NO_TAG), _spelling(source.text), flaws(found))


def _blocks(text: str) -> Iterator[Block]:
    for header, body in blocks(text, _HEADER):
        if header is not None:
            match = _TIMES.match(header.text)
            begin, until = (seconds(match[1]), seconds(match[2])) if match else (None, None)
            times = None if begin is None or until is None else (begin, until)
            end = body[-1].end if body else header.end
            yield Block(header.start, end, header, times, "", payload(body, header.end))


def _spelling(text: str) -> Spelling:
    return spelling(newline(text), escaped=False)


def changes(document: Document) -> Iterator[Replacement]:
    """The file with the text of changed cues replaced."""
    return cues.changes(document, _spelling(document.origin.frame))


def caster(document: Document) -> Caster:
    """Cues of nothing but times and text."""
    frame = document.origin.frame
    end = newline(frame)
    mould_of = partial(mould, _MOULD)
    return MarkupCaster(document, _spelling(frame), mould_of, like, _NO_TAG.tag, newline=end, joint=end * 2, named=True)


FORMAT = Format("sbv", (".sbv",), sniff, parse, changes, caster)
