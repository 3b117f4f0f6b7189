"""Prompt files with Markdown headings: ``## Shot: name``, ``# Target: name``."""

from __future__ import annotations

import re

from transmend.document import Document
from transmend.formats.base import Format, Sniff, Source, numbered
from transmend.formats.headings import EOL, LABEL, Heading, headings, one_word_per_role, sections, sniff_headings

# Fences come first: what stands in a code block is no heading. A fence that never closes hides nothing.
_HEADING = re.compile(
    r"^[ ]{0,3}(?P<fence>`{3,}|~{3,})(?![`~])[^`\n]*\n(?:.*\n)*?[ ]{0,3}(?P=fence)[`~]*[ \t]*\r?$"
    rf"|^[ ]{{0,3}}\#{{1,6}}[ \t]+{LABEL}(?:[ \t]\#+[ \t]*)?{EOL}",
    re.MULTILINE | re.IGNORECASE,
)


def _headings(text: str) -> list[Heading]:
    return one_word_per_role(headings(match for match in _HEADING.finditer(text) if match["word"]))


def sniff(text: str) -> Sniff:
    """Sure where the text opens with a heading that names a role, or has both a shot and a target.

    A single ``## Target`` somewhere in a transcript is not enough, unless the file is called ``.md``.
    """
    return sniff_headings(text, _headings(text))


def parse(source: Source) -> Document:
    """A section under each heading, of any level, that names a role.

    Other headings are part of the text they stand in, and so is whatever looks like a heading in a code block.
    A file has one word for a role: where there is a ``## Target``, an ``## Input`` is a part of some text.
    """
    return Document(source.text, source.name, numbered(sections(source.text, _headings(source.text))))


FORMAT = Format("markdown", (".md", ".markdown"), sniff, parse)
