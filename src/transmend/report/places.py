"""From code points in a document to lines and columns in its file."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from transmend.document import Document
from transmend.finding import Finding


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a file: its code point from 0, line and column from 1; columns count code points."""

    offset: int
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.line}:{self.column}"


class Places:
    """Where the code points of a document stand in its file.

    A format that quotes its texts (JSON, tables) or has cues in it keeps the file apart from the document's text; then
    a place is followed into the quoted string or the cue, escapes and all.

    >>> str(Places(Document("so\\nwe went")).at(6))
    '2:4'
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._file = document.origin.frame or document.text
        self._lines = [0, *(match.end() for match in re.finditer("\n", self._file))]
        self._sections = [section.outer.start for section in document.sections]
        self._pieces = [piece for cue in document.cues for piece in cue.pieces]
        self._starts = [piece.span.start for piece in self._pieces]
        self._quoted: dict[int, list[int]] = {}

    def at(self, offset: int) -> Place:
        """The place of a code point of ``Document.text``."""
        return self._place(self._in_file(offset))

    def _place(self, offset: int) -> Place:
        line = bisect_right(self._lines, offset)
        return Place(offset, line, offset - self._lines[line - 1] + 1)

    def of(self, finding: Finding) -> tuple[Place, Place]:
        """Where a finding starts and ends. What could not be read is in no text: its evidence has the place."""
        offset = finding.evidence.get("file_offset")
        if isinstance(offset, int):
            return self._place(offset), self._place(offset)
        return self.at(finding.start), self.at(finding.end)

    def _in_cue(self, offset: int) -> int:
        number = max(0, bisect_right(self._starts, offset) - 1)
        piece = self._pieces[number]
        slot, units = self._document.origin.slots[piece.key], self._document.origin.units
        if units is None:
            return slot.start
        if number not in self._quoted:
            found = units.finditer(self._file, slot.start, slot.end)
            self._quoted[number] = [*(match.start() for match in found), slot.end]
        characters = self._quoted[number]
        return characters[min(offset - piece.span.start, len(characters) - 1)]

    def _in_file(self, offset: int) -> int:
        if self._pieces:
            return self._in_cue(offset)
        if not self._document.origin.frame or not self._sections:
            return offset
        number = max(0, bisect_right(self._sections, offset) - 1)
        section = self._document.sections[number]
        characters = self._characters(section.key)
        return characters[min(max(0, offset - section.outer.start), len(characters) - 1)]

    def _characters(self, key: int) -> list[int]:
        """Where each character of a quoted section starts in the file; its line ends outside stand for the quotes."""
        units = self._document.origin.units
        if key not in self._quoted and units is not None:
            slot = self._document.origin.slots[key]
            quotes = int(self._file.startswith('"', slot.start))
            inside = units.finditer(self._file, slot.start + quotes, slot.end - quotes)
            self._quoted[key] = [slot.start, *(match.start() for match in inside), slot.end - quotes]
        return self._quoted[key]
