"""Documents whose sections are strings quoted inside a frame, as in JSON or in a table.

``Document.text`` is their values, each between two line feeds of its own, so that they stand a blank line apart,
a section without text can still be dropped, and an insertion at the edge of one belongs to that one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from transmend.document import Document, Origin, Section, Span
from transmend.formats.base import Source, numbered, stripped
from transmend.formats.frame import Replacement, merged

_EDGE = "\n"


@dataclass(frozen=True, slots=True)
class Quoting:
    """How a file writes strings.

    Attributes:
        units: matches what stands for one character between the quotes.
        read: the string in a slot of the frame.
        write: what a slot of the document's frame holds to say another string.
        hole: what goes of the frame when these records go.
        flat: whether a string has no place for a blank line.
    """

    units: re.Pattern[str]
    read: Callable[[str, Span], str]
    write: Callable[[Document, Span, str], str]
    hole: Callable[[str, Span], Span] = lambda frame, records: records
    flat: bool = False


@dataclass(frozen=True, slots=True)
class Quoted:
    """A section as it stands in the frame.

    Attributes:
        slot: its text, with the quotes if it has any.
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


def document(source: Source, found: Iterable[Quoted], quoting: Quoting) -> Document:
    """The document of these sections, in this order, in the frame ``source.text``."""
    quoted = tuple(found)
    values = [f"{_EDGE}{quoting.read(source.text, q.slot)}{_EDGE}" for q in quoted]
    origin = Origin(
        frame=source.text,
        slots=tuple(q.slot for q in quoted),
        records=tuple(q.record for q in quoted),
        units=quoting.units,
        flat=quoting.flat,
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


def changes(document: Document, quoting: Quoting) -> Iterator[Replacement]:
    """What changes in the frame: the strings whose text changed, and the records of sections that are gone."""
    origin = document.origin
    kept = {section.key for section in document.sections}
    for hole in merged(record for key, record in enumerate(origin.records) if key not in kept):
        yield quoting.hole(origin.frame, hole), ""
    for section in document.sections:
        slot = origin.slots[section.key]
        value = section.outer.of(document.text).removeprefix(_EDGE).removesuffix(_EDGE)
        if value != quoting.read(origin.frame, slot):
            yield slot, quoting.write(document, slot, value)
