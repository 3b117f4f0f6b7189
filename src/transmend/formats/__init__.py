"""Bytes <-> ``Document``: one file per form, sniffed by content. Only this room opens transcripts."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from transmend.document import Document
from transmend.errors import InputError
from transmend.formats.base import Format
from transmend.formats.files import decode, encode, read_bytes, write
from transmend.formats.headings import BANNERS, HEADINGS
from transmend.formats.plain import PLAIN
from transmend.formats.records import JSON, JSONL
from transmend.formats.tags import TAGS

#: Name -> format, in the order in which they are tried.
FORMATS: dict[str, Format] = {f.name: f for f in (JSON, JSONL, BANNERS, TAGS, HEADINGS, PLAIN)}


def sniff(text: str, name: str = "") -> Format:
    """The format a text is most likely in; the extension of ``name`` decides between equals."""
    extension = Path(name).suffix.lower()
    return max(FORMATS.values(), key=lambda f: f.sniff(text) + (0.02 if extension in f.extensions else 0.0))


def parse(data: bytes, name: str = "", format: str | None = None, text_key: str = "text") -> Document:
    """Read a document from bytes.

    Arguments:
        data: the file's bytes: UTF-8 or UTF-16 with a byte order mark, UTF-8, or cp1252.
        name: where they came from, for messages and as a hint of the format.
        format: one of ``FORMATS``; by default it is told from the content.
        text_key: the key of the text in JSON records.

    Raises:
        InputError: if the bytes cannot be read so, naming the place.
    """
    try:
        text, encoding = decode(data)
        form = _named(format) if format else sniff(text, name)
        document = form.parse(text, text_key)
    except InputError as error:
        raise InputError(f"{name}: {error}" if name else str(error)) from None
    return replace(document, name=name, origin=replace(document.origin, format=form.name, encoding=encoding))


def _named(name: str) -> Format:
    if name not in FORMATS:
        close = get_close_matches(name, FORMATS, 1)
        hint = f"; did you mean {close[0]!r}?" if close else f" (known: {', '.join(FORMATS)})"
        raise InputError(f"unknown format {name!r}{hint}")
    return FORMATS[name]


def render(document: Document) -> bytes:
    """The document in the form and encoding it came in; what was not edited comes back byte for byte.

    Raises:
        OutputError: if its encoding lacks a character.
    """
    return encode(FORMATS[document.origin.format].render(document), document.origin.encoding)


def read(path: str | Path, format: str | None = None, text_key: str = "text") -> Document:
    """Read a document from a file; ``-`` is standard input.

    Arguments and errors as for ``parse``.
    """
    return parse(read_bytes(path), "<stdin>" if str(path) == "-" else str(path), format, text_key)


__all__ = ["FORMATS", "Format", "parse", "read", "render", "sniff", "write"]
