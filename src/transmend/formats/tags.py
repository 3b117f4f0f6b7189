"""Prompt files with XML-like tags: ``<shot name="full-stack">…</shot>``, ``<target>…</target>``.

The file need not be well-formed XML: tags are found by their names alone, and what stands between sections
(``<prompt>`` elements, prose) is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex

from transmend.document import Document, Span
from transmend.formats.base import ROLE_WORDS, Format, Part, own_text, sections

ELEMENT = regex.compile(
    rf"<(?P<role>{ROLE_WORDS})(?P<attributes>(?:\s[^<>]*)?)(?:/>|>(?P<body>.*?)</(?P=role)\s*>)\s*",
    regex.DOTALL | regex.IGNORECASE,
)
NAME = regex.compile(r"""\b(?:name|id|label|title)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>/]+))""", regex.IGNORECASE)


def _parts(text: str) -> Iterator[Part]:
    for match in ELEMENT.finditer(text):
        name = NAME.search(match["attributes"])
        inside = match.span("body") if match["body"] is not None else (match.start(), match.start())
        yield Part(
            match["role"], next(filter(None, name.groups()), "") if name else "", Span(*inside), Span(*match.span())
        )


def parse(text: str, text_key: str) -> Document:
    """A section for every element; an empty element (``<target/>``) is an empty section."""
    return Document(text, sections=sections(text, _parts(text)))


TAGS = Format("tags", (".xml",), lambda text: 0.9 if ELEMENT.search(text) else 0.0, parse, own_text)
