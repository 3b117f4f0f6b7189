"""JSON lines: each line is an object with a text, other fields kept untouched."""

from __future__ import annotations

from collections.abc import Iterator

from transmend.document import Document, Span
from transmend.formats.base import Format, Sniff, Source
from transmend.formats.quoted import Quoted
from transmend.formats.records import Place, changes, document, read
from transmend.formats.scan import check, is_line_of_its_own


def sniff(text: str) -> Sniff:
    """Sure where the first line is an object of its own."""
    return Sniff.YES if is_line_of_its_own(text) else Sniff.NO


def parse(source: Source) -> Document:
    """A section for each line, or for each shot and target of a prompt on a line; blank lines are skipped.

    A record without role is a ``text``, named by ``name``, ``id`` or else its line number.

    Raises:
        InputError: naming the line that is not JSON, or that has no text or one that is no string.
    """
    return document(source, _lines(source))


def _lines(source: Source) -> Iterator[Quoted]:
    start = 0
    for number, line in enumerate(source.text.split("\n"), 1):
        end = min(start + len(line) + len("\n"), len(source.text))
        if value := line.strip():
            check(line, number)
            begin = start + line.index(value)
            place = Place(Span(begin, begin + len(value)), Span(start, end), number=str(number))
            yield from read(source, place)
        start = end


FORMAT = Format("jsonl", (".jsonl", ".ndjson"), sniff, parse, changes)
