"""Plain text: no headings, one transcript."""

from __future__ import annotations

from transmend.document import Document
from transmend.formats.base import Format, own_text


def parse(text: str, text_key: str) -> Document:
    """The text as it is."""
    return Document(text)


PLAIN = Format("plain", (".txt", ".text", ".md"), lambda text: 0.1, parse, own_text)
