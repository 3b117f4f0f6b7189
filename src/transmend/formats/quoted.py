"""Documents whose sections are strings quoted inside a frame, as in JSON.

``Document.text`` is their values, each between two line feeds of its own, so that they stand a blank line apart,
a section without text can still be dropped, and an insertion at the edge of one belongs to that one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from transmend.document import Document, Origin, Section, Span
from transmend.formats.base import Source, numbered, stripped
from transmend.formats.frame import Replacement, merged
from transmend.formats.scan import quote, value_at, with_comma

_EDGE = "\n"


@dataclass(frozen=True, slots=True)
class Quoted:
    """A section as it stands in the frame.

    Attributes:
        slot: its text, with the quotes.
        record: what goes when it is dropped.
        role: ``shot``, ``target`` or ``text``.
        name: its name.
        prompt: a number that changes where the frame says that a prompt ends.
    """

    slot: Span
    record: Span
    role: str = "text"
    name: str = ""
    prompt: int = 0


def document(source: Source, found: Iterable[Quoted]) -> Document:
    """The document of these sections, in this order, in the frame ``source.text``."""
    quoted = tuple(found)
    values = [f"{_EDGE}{value_at(source.text, q.slot.start)}{_EDGE}" for q in quoted]
    origin = Origin(
        frame=source.text,
        slots=tuple(q.slot for q in quoted),
        records=tuple(q.record for q in quoted),
    )
    text = "".join(values)
    return Document(text, source.name, numbered(_sections(text, values, quoted)), origin)


def _sections(text: str, values: list[str], quoted: tuple[Quoted, ...]) -> Iterator[Section]:
    start = 0
    for value, q in zip(values, quoted, strict=True):
        end = start + len(value)
        body = stripped(text, start + len(_EDGE), end - len(_EDGE))
        yield Section(body, q.role, q.name, q.prompt, Span(start, end))
        start = end


def changes(document: Document) -> Iterator[Replacement]:
    """What changes in the frame: the strings whose text changed, and the records of sections that are gone."""
    yield from _holes(document)
    yield from _changed(document)


def _changed(document: Document) -> Iterator[tuple[Span, str]]:
    origin = document.origin
    # a file of plain ASCII stays one; and what another encoding may lack can always be escaped
    ascii_only = origin.frame.isascii() or not origin.encoding.startswith("utf")
    for section in document.sections:
        slot = origin.slots[section.key]
        value = section.outer.of(document.text).removeprefix(_EDGE).removesuffix(_EDGE)
        if value != value_at(origin.frame, slot.start):
            yield slot, quote(value, ascii_only=ascii_only)


def _holes(document: Document) -> Iterator[tuple[Span, str]]:
    origin = document.origin
    kept = {section.key for section in document.sections}
    for hole in merged(record for key, record in enumerate(origin.records) if key not in kept):
        yield with_comma(origin.frame, hole), ""
