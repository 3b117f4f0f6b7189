"""Tables: CSV and TSV with a text in each row, as data sets, spreadsheets and Whisper (``--output_format tsv``) have.

Fields are quoted as RFC 4180 says, or bare; between them stand commas, tabs, semicolons or bars. The first row names
the columns. Rows with times are cues, others sections.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from statistics import median

from transmend.document import Document, Flaw, Span
from transmend.errors import InputError
from transmend.formats import cues, quoted
from transmend.formats.base import Format, Sniff, Source, line_at, stripped
from transmend.formats.clock import seconds
from transmend.formats.cues import Held, HeldCue
from transmend.formats.frame import Replacement
from transmend.formats.quoted import Quoted, Quoting
from transmend.formats.spelling import AS_IT_IS, Spelling

#: What columns are called, by what is in them.
TEXTS = ("text", "content", "transcript", "transcription", "sentence", "utterance", "caption", "token", "word")
BEGINS = ("start", "begin", "start_time", "begin_time", "starttime", "ts", "from")
ENDS = ("end", "stop", "end_time", "stop_time", "endtime", "endts", "to")
LENGTHS = ("duration", "length")
NAMES = ("name", "id", "title")
ONE_WORD = ("token", "word")  # columns of single words, which are a text by their times alone
DELIMITERS = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "bar"}
MILLISECONDS = 100.0  # cues of whole numbers that last longer than this are not counted in seconds
HEAD = 100_000  # code points that a table is known by
_UNITS = re.compile(r'""|[\s\S]')
_END = re.compile(r"\r\n|\n|\r|\Z")
_NAME = re.compile(r"[^\W\d][\w .()/-]{0,39}")


@dataclass(frozen=True, slots=True)
class Row:
    """A line, or several where a quoted field holds line ends: where it stands with its end, and its fields."""

    span: Span
    fields: tuple[Span, ...]


@dataclass(frozen=True)
class Table:
    """A text as a table.

    Attributes:
        text: the file's text.
        delimiter: what stands between two fields.
    """

    text: str
    delimiter: str

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """All rows that are not blank, the one with the names first."""
        return tuple(row for row in self._rows() if row.span.of(self.text).strip())

    def _rows(self) -> Iterator[Row]:
        mark = re.escape(self.delimiter)
        # what opens as a quoted field and does not close where one should is bare
        field = re.compile(rf'"(?:[^"]|"")*+"(?=[{mark}\r\n]|\Z)|[^{mark}\r\n]*')
        at = start = 0
        fields: list[Span] = []
        while at < len(self.text) or fields:
            if found := field.match(self.text, at):
                fields.append(Span(at, found.end()))
                at = found.end()
            if self.text.startswith(self.delimiter, at):
                at += len(self.delimiter)
            elif end := _END.match(self.text, at):
                at = end.end()
                yield Row(Span(start, at), tuple(fields))
                fields, start = [], at

    def value(self, field: Span) -> str:
        """What a field says."""
        raw = field.of(self.text)
        return raw[1:-1].replace('""', '"') if _is_quoted(raw) else raw

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the columns as a program would write them."""
        first = self.rows[0].fields if self.rows else ()
        return tuple(re.sub(r"\W+", "_", self.value(field).lower()).strip("_") for field in first)

    def column(self, names: Sequence[str]) -> int | None:
        """The number of the column that has one of these names, the first of them first."""
        return next((self.names.index(name) for name in names if name in self.names), None)

    @property
    def is_named(self) -> bool:
        """Whether the first row looks like names of columns."""
        return bool(self.rows) and all(_NAME.fullmatch(self.value(field)) for field in self.rows[0].fields)

    @property
    def is_even(self) -> bool:
        """Whether all rows have as many fields, two or more."""
        return len({len(row.fields) for row in self.rows}) == 1 and len(self.rows[0].fields) > 1


def _is_quoted(raw: str) -> bool:
    return len(raw) > 1 and raw[0] == raw[-1] == '"'


def _table(text: str) -> Table:
    """The text parted by what parts its first line into most fields."""
    first = text.lstrip("\r\n").partition("\n")[0]
    return Table(text, max(DELIMITERS, key=lambda mark: first.count(mark)))


def sniff(text: str) -> Sniff:
    """Sure where the first row names a column of texts beside others and all rows are alike.

    Any line may be the first row of a table, if the file is called one.
    """
    table = _table(text[:HEAD])
    if len(text) > HEAD:  # the last row may be cut
        table = Table(text[: table.rows[-1].span.start] if len(table.rows) > 1 else text[:HEAD], table.delimiter)
    if not table.rows:
        return Sniff.NO
    sure = table.is_named and table.is_even and len(table.rows) > 1 and table.column(TEXTS) is not None
    return Sniff.SURE if sure else Sniff.MAYBE


def parse(source: Source) -> Document:
    """A section for each row, or a cue where rows have times that go on from row to row.

    The text is in the column ``text_key``, or the one of ``TEXTS`` that is there; a number means that column in a table
    whose first row is a row like others. A section is named by ``name``, ``id`` or ``title``, else by its row's number.
    Times are in seconds, or in milliseconds as Whisper's are.

    Raises:
        InputError: if there is no such column, or naming the line of a row that has more fields than the first.
    """
    table = _table(source.text)
    column, rows = _texts(table, source.text_key)
    _check(table)
    if timed := _timed(table, rows, column):
        return cues.document(source, timed, _spelling(table), _untimed(table, rows, column, timed))
    if table.names and table.names[column] in ONE_WORD:
        raise InputError(f"line {line_at(source.text, rows[0].span.start)}: no time in this row of one word")
    return quoted.document(source, _records(table, rows, column), _quoting(table))


def _texts(table: Table, key: str) -> tuple[int, Sequence[Row]]:
    """The number of the column of texts, and the rows that have one."""
    if not table.rows:
        return 0, ()
    if key.isdecimal() and 0 < int(key) <= len(table.rows[0].fields):
        return int(key) - 1, table.rows
    column = table.column(TEXTS if key == "text" else (key.lower(),))
    if column is None:
        shown = ", ".join(repr(table.value(field)) for field in table.rows[0].fields)
        raise InputError(
            f"line 1: no column {key!r} (it has {shown}): name the one that holds the text with --text-key, by its "
            "number if the table has no names, or take it as --format plain"
        )
    return column, table.rows[1:]


def _check(table: Table) -> None:
    most = len(table.rows[0].fields) if table.rows else 0
    for row in table.rows:
        if len(row.fields) > most:
            raise InputError(
                f"line {line_at(table.text, row.span.start)}: {len(row.fields)} fields, and line 1 has {most}: "
                f'put "quotes" around fields that hold a {DELIMITERS[table.delimiter]}, or take it as --format plain'
            )


def _records(table: Table, rows: Sequence[Row], column: int) -> Iterator[Quoted]:
    role, name, prompt = table.column(("role",)), table.column(NAMES), table.column(("prompt",))
    before, number = "", 0
    for k, row in enumerate(rows, 1):
        if column < len(row.fields):
            said = _cell(table, row, role).lower()
            kind = said if said in ("shot", "target") else "text"
            number += _cell(table, row, prompt) != before
            before = _cell(table, row, prompt)
            yield Quoted(row.fields[column], row.span, kind, _cell(table, row, name) or str(k), number)


def _cell(table: Table, row: Row, column: int | None) -> str:
    """What a row says in a column; "" if it has none."""
    return table.value(row.fields[column]).strip() if column is not None and column < len(row.fields) else ""


# --- rows with times


def _timed(table: Table, rows: Sequence[Row], column: int) -> list[HeldCue]:
    """The rows as cues; none where no times are told, or where they start over, as in a table of many recordings."""
    begin, end, length = (table.column(names) for names in (BEGINS, ENDS, LENGTHS))
    if begin is None or len(rows) == len(table.rows):
        return []
    speaker = table.column(("speaker",))
    found = []
    for row in rows:
        start, until, lasts = (seconds(_cell(table, row, which)) for which in (begin, end, length))
        if start is None or column >= len(row.fields):
            continue
        until = until if until is not None else start + lasts if lasts is not None else start
        slot = _inside(table.text, row.fields[column])
        found.append(HeldCue((Held(slot),), start, max(start, until), _cell(table, row, speaker), row.span))
    if any(b.begin < a.begin for a, b in pairwise(found)):
        return []
    return (
        [replace(cue, begin=cue.begin / 1000, end=cue.end / 1000) for cue in found] if _in_ms(table, found) else found
    )


def _in_ms(table: Table, found: Sequence[HeldCue]) -> bool:
    """Whether times are milliseconds: all whole numbers, of cues that would last minutes."""
    whole = all(cue.begin.is_integer() and cue.end.is_integer() for cue in found)
    column = table.column(BEGINS)
    stamped = any(":" in _cell(table, row, column) for row in table.rows[1:])
    return whole and not stamped and bool(found) and median(cue.end - cue.begin for cue in found) > MILLISECONDS


def _untimed(table: Table, rows: Sequence[Row], column: int, timed: Sequence[HeldCue]) -> Iterator[Flaw]:
    told = {cue.record for cue in timed}
    for row in rows:
        if row.span not in told and _cell(table, row, column):
            yield Flaw("time", f"row {row.span.of(table.text).strip()[:60]!r} has no time", row.span.start)


def _inside(text: str, field: Span) -> Span:
    """A field without its quotes and the white space in them."""
    quotes = int(_is_quoted(field.of(text)))
    return stripped(text, field.start + quotes, field.end - quotes)


def _spelling(table: Table) -> Spelling:
    """Quotes are doubled where fields are quoted."""
    if any(_is_quoted(field.of(table.text)) for row in table.rows for field in row.fields):
        return Spelling(_UNITS, lambda unit: unit[:1], lambda said: said.replace('"', '""'), re.compile('""'))
    return AS_IT_IS


# --- back into the file


def _quoting(table: Table) -> Quoting:
    def write(document: Document, slot: Span, value: str) -> str:
        return _field(slot.of(document.origin.frame), value, table.delimiter)

    return Quoting(_UNITS, lambda _, slot: table.value(slot), write, flat=table.delimiter == "\t")


def _field(raw: str, value: str, delimiter: str) -> str:
    """The field that says ``value`` in place of ``raw``: with quotes if that has them or if it needs them."""
    needs = delimiter in value or "\n" in value or "\r" in value or value.startswith('"')
    return '"' + value.replace('"', '""') + '"' if needs or _is_quoted(raw) else value


def changes(document: Document) -> Iterator[Replacement]:
    """The fields whose text changed, and the rows that are gone."""
    frame = document.origin.frame
    table = _table(frame)
    if not document.cues:
        yield from quoted.changes(document, _quoting(table))
        return
    yield from cues.dropped_cues(document)
    spelling, fields = _spelling(table), {_inside(frame, field): field for row in table.rows for field in row.fields}
    for cue in document.cues:
        for piece in cue.pieces:
            slot, now = document.origin.slots[piece.key], piece.span.of(document.text)
            if now != spelling.text(slot.of(frame)):
                field = fields[slot]
                quotes = int(_is_quoted(field.of(frame)))
                value = frame[field.start + quotes : slot.start] + now + frame[slot.end : field.end - quotes]
                yield field, _field(field.of(frame), value, table.delimiter)


FORMAT = Format("csv", (".csv", ".tsv", ".psv", ".nlp"), sniff, parse, changes)
