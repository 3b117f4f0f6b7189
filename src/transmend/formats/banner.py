"""Prompt files whose headings are framed by lines of number signs.

::

    #####################
    Shot: full-stack
    #####################
    whats up guys …
"""

from __future__ import annotations

import re

from transmend.document import Document
from transmend.formats.base import Format, Sniff, Source, numbered
from transmend.formats.headings import EOL, LABEL, headings, sections

_FRAME = r"\#{3,}[ \t]*"
_BLANK = r"(?:[ \t]*\r?\n)*"
_BANNER = re.compile(
    rf"^{_FRAME}\r?\n{_BLANK}[ \t]*{LABEL}\r?\n{_BLANK}{_FRAME}{EOL}",
    re.MULTILINE | re.IGNORECASE,
)


def sniff(text: str) -> Sniff:
    """One banner that names a role is enough: nobody writes three such lines by chance."""
    return Sniff.YES if any(h.role != "prompt" for h in headings(_BANNER.finditer(text))) else Sniff.NO


def parse(source: Source) -> Document:
    """A section under each banner, whatever its width; what stands before the first belongs to none."""
    found = headings(_BANNER.finditer(source.text))
    return Document(source.text, source.name, numbered(sections(source.text, found)))


FORMAT = Format("banner", (".txt", ".text"), sniff, parse)
