"""Plain text: one transcript, nothing marked in it."""

from __future__ import annotations

from transmend.document import Document
from transmend.formats.base import Format, Sniff, Source


def sniff(text: str) -> Sniff:
    """Any text may be plain; one with signs of another format is that."""
    return Sniff.MAYBE


def parse(source: Source) -> Document:
    """The whole text, without sections."""
    return Document(source.text, source.name)


FORMAT = Format("plain", (".txt", ".text"), sniff, parse)
