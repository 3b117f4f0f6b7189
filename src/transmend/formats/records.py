"""JSON and JSON lines: objects with a role, a name and a text; or records with a text under some key.

``Document.text`` is the unquoted texts, a blank line after each. Where each stood quoted is kept in
``Origin.slots``, so that writing back replaces only the strings that changed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from json.decoder import JSONArray, JSONObject, scanstring  # type: ignore[attr-defined]
from json.scanner import py_make_scanner  # type: ignore[attr-defined]
from typing import Any

import regex

from transmend.document import Document, Origin, Span
from transmend.errors import InputError
from transmend.formats.base import ROLES, Format, Part, sections

BETWEEN = "\n\n"
TEXT_KEYS = ("text", "content", "transcript")
NAME_KEYS = ("name", "id", "label", "title")
LINE = regex.compile(r"[^\n]*(?:\n|\Z)")
COMMA = regex.compile(r"\s*,\s*")


class _String(str):
    """A string value that knows where it stood, quotes included."""

    span: Span


class _Object(dict[str, Any]):
    """An object that knows where it stood."""

    span: Span


class _Decoder(json.JSONDecoder):
    """The standard decoder, with places. The hooks are those of its pure Python scanner."""

    parse_string: Callable[..., Any]
    parse_object: Callable[..., Any]
    parse_array: Callable[..., Any]
    scan_once: Callable[[str, int], tuple[Any, int]]

    def __init__(self) -> None:
        super().__init__(strict=False)
        self.parse_string = self._string
        self.parse_object = self._object
        self.parse_array = JSONArray
        self.scan_once = py_make_scanner(self)

    @staticmethod
    def _string(text: str, start: int, strict: bool) -> tuple[str, int]:
        value, end = scanstring(text, start, strict)
        placed = _String(value)
        placed.span = Span(start - 1, end)
        return placed, end

    @staticmethod
    def _object(text_and_end: tuple[str, int], *rest: Any) -> tuple[_Object, int]:
        value, end = JSONObject(text_and_end, *rest)
        placed = _Object(value)
        placed.span = Span(text_and_end[1] - 1, end)
        return placed, end


@dataclass(frozen=True, slots=True)
class _Record:
    """A text found in a JSON value: what it is, where its string is, and what goes with it when dropped."""

    role: str
    name: str
    text: _String
    span: Span


def _walk(value: Any, text_key: str, role: str = "", owner: Span | None = None) -> Iterator[_Record]:
    """The texts of a JSON value in order. ``shots`` and ``target`` keys give their objects a role."""
    if isinstance(value, list):
        for item in value:
            yield from _walk(item, text_key, role)
    elif isinstance(value, _Object):
        text = next((value[k] for k in (text_key, *TEXT_KEYS) if isinstance(value.get(k), _String)), None)
        if text is not None:
            own = value.get("role")
            name = next((str(value[k]) for k in NAME_KEYS if isinstance(value.get(k), str | int)), "")
            yield _Record(own if isinstance(own, str) else role, name, text, owner or value.span)
            return
        for key, inner in value.items():
            word = key.lower().removesuffix("s")
            if word in ROLES and isinstance(inner, _String):
                yield _Record(word, "", inner, value.span)
            elif isinstance(inner, list | _Object):
                alone = isinstance(inner, _Object) and word in ROLES
                yield from _walk(inner, text_key, word if word in ROLES else role, value.span if alone else None)


def _document(text: str, records: list[_Record], format_name: str) -> Document:
    body, parts = [], []
    at = 0
    for record in records:
        end = at + len(record.text)
        parts.append(Part(record.role, record.name, Span(at, end), Span(at, end + len(BETWEEN))))
        body += [record.text, BETWEEN]
        at = end + len(BETWEEN)
    joined = "".join(body)
    slots = tuple(record.text.span for record in records)
    origin = Origin(format_name, frame=text, slots=slots, records=tuple(record.span for record in records))
    return Document(joined, sections=sections(joined, parts), origin=origin)


def parse_json(text: str, text_key: str) -> Document:
    """One JSON value.

    Raises:
        InputError: if it is not JSON, with line and column, or holds no text.
    """
    decoder = _Decoder()
    start = len(text) - len(text.lstrip())
    try:
        value, end = decoder.raw_decode(text, start)
    except ValueError as error:
        raise InputError(f"not JSON: {error}") from None
    if text[end:].strip():
        raise InputError(f"not JSON: more text after the value, at offset {end}; is it JSON lines (--format jsonl)?")
    records = list(_walk(value, text_key))
    if not records and value:
        raise InputError(f"the JSON holds no string under {text_key!r} (--text-key names another)")
    return _document(text, records, "json")


def parse_jsonl(text: str, text_key: str) -> Document:
    """One JSON object a line.

    Raises:
        InputError: naming the line that is not an object or lacks its text.
    """
    decoder, records = _Decoder(), []
    for number, line in enumerate(LINE.finditer(text), 1):
        if not line.group().strip():
            continue
        start = line.start() + len(line.group()) - len(line.group().lstrip())
        try:
            value, end = decoder.raw_decode(text, start)
        except ValueError as error:
            raise InputError(f"line {number} is not JSON: {error}") from None
        if text[end : line.end()].strip() or not isinstance(value, _Object):
            raise InputError(f"line {number} is not one JSON object; is the file JSON (--format json)?")
        found = list(_walk(value, text_key))
        if not found:
            raise InputError(f"line {number} has no string under {text_key!r} (--text-key names another)")
        records += _whole_line(found, Span(line.start(), line.end()), number)
    return _document(text, records, "jsonl")


def _whole_line(found: list[_Record], line: Span, number: int) -> list[_Record]:
    """A line's only text goes with the line; a text without a name is named after its line."""
    if len(found) == 1:
        found = [replace(found[0], span=line)]
    return [replace(r, name=r.name or f"line {number}") if r.role.lower() not in ROLES else r for r in found]


def render(document: Document) -> str:
    """The frame with the strings that changed, less the records that were dropped."""
    origin = document.origin
    kept = {section.key: section for section in document.sections}
    changes: list[tuple[Span, str]] = []
    for key, slot in enumerate(origin.slots):
        if key in kept:
            text = kept[key].outer.of(document.text)
            text = text[: -len(BETWEEN)] if text.endswith(BETWEEN) else text
            if text != json.loads(slot.of(origin.frame), strict=False):
                changes.append((slot, json.dumps(text, ensure_ascii=origin.frame.isascii())))
    drops = _runs(origin.frame, [span for key, span in enumerate(origin.records) if key not in kept])
    changes = [c for c in changes if not any(d.start <= c[0].start and c[0].end <= d.end for d in drops)]
    return _replace(origin.frame, sorted([*changes, *((d, "") for d in drops)]))


def _runs(frame: str, spans: list[Span]) -> list[Span]:
    """Merge neighbouring dropped records, and take along the comma that would be left over."""
    runs: list[Span] = []
    for span in sorted(spans):
        if runs and (span.start <= runs[-1].end or COMMA.fullmatch(frame, runs[-1].end, span.start)):
            runs[-1] = Span(runs[-1].start, max(span.end, runs[-1].end))
        else:
            runs.append(span)
    return [_with_comma(frame, run) for run in runs]


def _with_comma(frame: str, run: Span) -> Span:
    after = COMMA.match(frame, run.end)
    if after:
        return Span(run.start, after.end())
    before = regex.search(r"\s*,\s*\Z", frame[: run.start])
    return Span(before.start(), run.end) if before else run


def _replace(text: str, changes: list[tuple[Span, str]]) -> str:
    out, at = [], 0
    for span, new in changes:
        out += [text[at : span.start], new]
        at = span.end
    return "".join([*out, text[at:]])


def _is_json(text: str) -> float:
    start = text.lstrip()[:1]
    if start not in ("{", "["):
        return 0.0
    try:
        json.loads(text, strict=False)
    except ValueError:
        return 0.0
    return 0.97


def _is_jsonl(text: str) -> float:
    lines = [line for line in text.split("\n", 50)[:50] if line.strip()]
    return (
        0.96 if lines and all(line.lstrip().startswith("{") and line.rstrip().endswith("}") for line in lines) else 0.0
    )


JSON = Format("json", (".json",), _is_json, parse_json, render)
JSONL = Format("jsonl", (".jsonl", ".ndjson"), _is_jsonl, parse_jsonl, render)
