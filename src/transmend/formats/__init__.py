"""Bytes to documents and back: one file for each format. How to add one is told in ``base``.

A file is known by what is in it, and by its extension only where that leaves a choice. Without edits every file
is written back byte for byte; with edits, everything outside them is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import PurePath

from transmend.document import Document
from transmend.errors import InputError
from transmend.formats import (
    ass,
    banner,
    json_file,
    jsonl,
    lines,
    markdown,
    plain,
    recognised,
    sbv,
    srt,
    tables,
    tags,
    timed_xml,
    turns,
    unread,
    vtt,
)
from transmend.formats.base import Format, Source
from transmend.formats.casting import Caster, Made, cast
from transmend.formats.convert import TARGETS, Conversion, convert, target_for
from transmend.formats.encodings import decode, encode
from transmend.formats.files import PathLike, is_stream, read_bytes, write
from transmend.formats.frame import Replacement, outermost, spliced

__all__ = [
    "FORMATS",
    "TARGETS",
    "Caster",
    "Conversion",
    "Made",
    "Replacement",
    "cast",
    "caster",
    "changes",
    "convert",
    "has_lines",
    "parse",
    "read",
    "render",
    "rendered",
    "reread",
    "spliced",
    "target_for",
    "write",
]

#: The formats by name. Where a text looks equally like several, the first of them is taken.
FORMATS: Mapping[str, Format] = {
    known.name: known
    for known in (
        plain.FORMAT,
        jsonl.FORMAT,
        json_file.FORMAT,
        tables.FORMAT,
        banner.FORMAT,
        tags.FORMAT,
        markdown.FORMAT,
        srt.FORMAT,
        vtt.FORMAT,
        sbv.FORMAT,
        ass.FORMAT,
        *lines.FORMATS,
        *timed_xml.FORMATS,
        *recognised.FORMATS,
        turns.FORMAT,
    )
}


def parse(data: bytes, name: str = "", format: str | None = None, text_key: str = "text") -> Document:
    """The document in these bytes.

    Args:
        data: a file's bytes: UTF-8, UTF-16 with its mark, or cp1252. No bytes at all are an empty document.
        name: where they came from, for messages; its extension decides where the content leaves a choice.
        format: one of ``FORMATS``, instead of a guess.
        text_key: which field holds the text, in JSON and tables.

    Raises:
        InputError: if the bytes are no text, or of a kind that is no transcript, or break their format, saying where
            and what to try.
    """
    try:
        text, encoding = decode(data)
        form = _named(format) if format else _sniffed(text, PurePath(name).suffix.lower())
        document = form.parse(Source(text, name, encoding, text_key))
    except InputError as error:
        raise InputError(f"{name}: {error}" if name else str(error)) from None
    except RecursionError:
        raise InputError(f"{name}: nested too deep to be read".removeprefix(": ")) from None
    return replace(document, origin=replace(document.origin, format=form.name, encoding=encoding))


def rendered(document: Document) -> str:
    """The file's text again."""
    return FORMATS[document.origin.format].render(document)


def render(document: Document, encoding: str | None = None) -> bytes:
    """The file's bytes again: its form, its encoding, its line ends.

    Args:
        document: the document, as read or after edits.
        encoding: another encoding to write it in.

    Raises:
        OutputError: if the encoding lacks a character of the text.
    """
    if encoding:
        document = replace(document, origin=replace(document.origin, encoding=encoding))
    return encode(rendered(document), document.origin.encoding)


def reread(document: Document, text: str) -> Document:
    """The document in ``text``, another text of the same file.

    Raises:
        InputError: if it breaks the format.
    """
    origin = document.origin
    again = FORMATS[origin.format].parse(Source(text, document.name, origin.encoding))
    return replace(again, origin=replace(again.origin, format=origin.format, encoding=origin.encoding))


def caster(document: Document) -> Caster:
    """How the document's cues are made anew.

    Raises:
        InputError: if its format has none, or none that can be.
    """
    form = FORMATS[document.origin.format]
    if form.caster is None:
        name = document.name or "the text"
        raise InputError(
            f"{name}: the cues of {form.name} cannot be laid out anew: convert it to vtt, srt or whisper, with the "
            "same --cues"
        )
    return form.caster(document)


def has_lines(document: Document) -> bool:
    """Whether the cues of the document's format are captions whose lines break where the file says."""
    form = FORMATS[document.origin.format]
    return form.caster is not None and form.caster(document).breaks


def changes(document: Document) -> list[Replacement]:
    """Where the document's frame has to change, in order; see ``Format.changes``."""
    return list(outermost(FORMATS[document.origin.format].changes(document)))


def read(path: PathLike, format: str | None = None, text_key: str = "text") -> Document:
    """The document in a file, or in standard input where ``path`` is ``-``; see ``parse``.

    Raises:
        InputError: if the file cannot be read, or not as what it should be.
    """
    return parse(read_bytes(path), "<stdin>" if is_stream(path) else str(path), format, text_key)


def _named(name: str) -> Format:
    if name in FORMATS:
        return FORMATS[name]
    close = get_close_matches(name.lower(), FORMATS, 1)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    raise InputError(f"unknown format {name!r}{hint} (known: {', '.join(FORMATS)})")


def _sniffed(text: str, suffix: str) -> Format:
    sniffs = {known.name: known.sniff(text) for known in FORMATS.values()}
    best = [FORMATS[name] for name, sniff in sniffs.items() if sniff == max(sniffs.values())]
    found = next((known for known in best if suffix in known.suffixes), best[0])
    if found is plain.FORMAT:
        unread.refuse(text, suffix)
    return found
