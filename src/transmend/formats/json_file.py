"""JSON: an array of ``{"role": …, "name": …, "text": …}`` objects, or of ``{"shots": […], "target": …}`` prompts."""

from __future__ import annotations

import re

from transmend.document import Document, Span
from transmend.formats.base import Format, Sniff, Source
from transmend.formats.records import Place, changes, document, read
from transmend.formats.scan import check, is_line_of_its_own, skip, value_end

_OPENING = re.compile(r'[\[\s]*\{\s*"')
_EMPTY = re.compile(r"\s*(?:\[\s*\]|\{\s*\})\s*")


def sniff(text: str) -> Sniff:
    """Sure where the text opens as an object or an array of objects, and is not one object a line.

    ``[]`` may be an empty placeholder as well.
    """
    if not _OPENING.match(text):
        return Sniff.MAYBE if _EMPTY.fullmatch(text) else Sniff.NO
    return Sniff.NO if is_line_of_its_own(text) and "\n" in text.strip() else Sniff.YES


def parse(source: Source) -> Document:
    """A section for each object that has a text, with the role and the name it gives itself.

    A record without role is a ``text``, named by ``name``, ``id`` or else its number in the array. Where a key
    comes twice the last one counts, as for other readers.

    Raises:
        InputError: naming the line where the file is not JSON, or where a text is missing or is no string.
    """
    if not source.text.strip():
        return document(source, ())
    check(source.text)
    start = skip(source.text, 0)
    whole = Span(start, value_end(source.text, start))
    return document(source, read(source, Place(whole, whole)))


FORMAT = Format("json", (".json",), sniff, parse, changes)
