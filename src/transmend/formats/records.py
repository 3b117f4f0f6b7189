"""The objects in JSON files that hold a text: ``{"role": …, "name": …, "text": …}``, prompts of them, and chats."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from transmend.document import Document, Span
from transmend.errors import InputError
from transmend.formats import quoted
from transmend.formats.base import Source, line_at
from transmend.formats.quoted import Quoted, Quoting
from transmend.formats.scan import Item, items, quote, value_at, with_comma

#: One character of a JSON string: a surrogate pair, an escape, or itself.
_UNITS = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Place:
    """A value in the frame, and what is known of it from where it stands.

    Attributes:
        value: where the value is.
        record: what goes when it is dropped.
        role: the role it has unless it says otherwise.
        number: the name a record has unless it says otherwise.
        prompt: number of the array or object its prompt is in.
    """

    value: Span
    record: Span
    role: str = "text"
    number: str = ""
    prompt: int = 0


def _write(document: Document, slot: Span, value: str) -> str:
    # a file of plain ASCII stays one; and what another encoding may lack can always be escaped
    origin = document.origin
    return quote(value, ascii_only=origin.frame.isascii() or not origin.encoding.startswith("utf"))


_QUOTING = Quoting(_UNITS, lambda frame, slot: str(value_at(frame, slot.start)), _write, with_comma)
#: The document of the sections that ``read`` finds, and what of its frame changes.
document = partial(quoted.document, quoting=_QUOTING)
changes = partial(quoted.changes, quoting=_QUOTING)


def read(source: Source, place: Place) -> Iterator[Quoted]:
    """The sections in a value: an object, an array of values, or a prompt ``{"shots": […], "target": …}``.

    Raises:
        InputError: naming the line where a text is missing or is no string.
    """
    opening = source.text[place.value.start]
    if opening == "[":
        yield from _array(source, place)
    elif opening == "{":
        yield from _object(source, place)
    elif opening == '"' and place.role != "text":
        yield Quoted(place.value, place.record, place.role, "", place.prompt)
    else:
        raise InputError(f"{_line(source, place.value)}: {_short(source, place.value)} is no object with a text")


def _array(source: Source, place: Place) -> Iterator[Quoted]:
    for number, item in enumerate(items(source.text, place.value.start), 1):
        yield from read(source, Place(item.value, item.record, place.role, str(number), place.value.start))


def _object(source: Source, place: Place) -> Iterator[Quoted]:
    fields = _fields(source, place.value)
    text = fields.get(source.text_key) or (fields.get("content") if source.text_key == "text" else None)
    if text is not None:
        yield _record(source, place, fields, text)
    elif fields.keys() & {"shots", "target"}:
        yield from _prompt(source, place.value.start, fields)
    elif chat := fields.get("messages") or fields.get("conversations"):
        yield from _messages(source, chat.value)
    else:
        raise InputError(_no_text(source, place, fields))


def _record(source: Source, place: Place, fields: Mapping[str, Item], text: Item) -> Quoted:
    if source.text[text.value.start] != '"':
        raise InputError(
            f"{_line(source, text.value)}: {text.key!r} is {_short(source, text.value)}, not a string: "
            "name another field with --text-key"
        )
    role = _word(source, fields, "role").lower()
    if role not in ("shot", "target"):
        role = place.role
    name = _word(source, fields, "name") or _word(source, fields, "id")
    if role == "text":
        name = name or place.number
    return Quoted(text.value, place.record, role, name, place.prompt)


def _prompt(source: Source, start: int, fields: Mapping[str, Item]) -> Iterator[Quoted]:
    """The sections of a prompt object: its shots, then its target, whichever comes first in the file."""
    for item in _shots(source, fields):
        yield from read(source, Place(item.value, item.record, "shot", prompt=start))
    if "target" in fields:
        item = fields["target"]
        yield from read(source, Place(item.value, item.record, "target", prompt=start))


def _messages(source: Source, chat: Span) -> Iterator[Quoted]:
    """The messages of a chat that have a text, or parts with one, in OpenAI's form or ShareGPT's, by who says them."""
    for message in items(source.text, chat.start) if source.text[chat.start] == "[" else ():
        fields = _fields(source, message.value)
        who = _word(source, fields, "role") or _word(source, fields, "from")
        said = fields.get("content") or fields.get("value")
        texts = [(said, message.record)]
        if said is not None and source.text[said.value.start] == "[":
            parts = items(source.text, said.value.start)
            texts = [(_fields(source, part.value).get("text"), part.record) for part in parts]
        for text, record in texts:
            if text is not None and source.text[text.value.start] == '"':
                yield Quoted(text.value, record, "text", who, chat.start)


def _fields(source: Source, value: Span) -> dict[str, Item]:
    """The members of an object; none of anything else."""
    opens = source.text[value.start] == "{"
    return {item.key: item for item in items(source.text, value.start)} if opens else {}


def _shots(source: Source, fields: Mapping[str, Item]) -> list[Item]:
    if "shots" not in fields:
        return []
    start = fields["shots"].value.start
    return items(source.text, start) if source.text[start] == "[" else [fields["shots"]]


def _word(source: Source, fields: Mapping[str, Item], key: str) -> str:
    """The string or number at ``key``; "" for anything else."""
    value = value_at(source.text, fields[key].value.start) if key in fields else ""
    return value.strip() if isinstance(value, str) else ""


def _no_text(source: Source, place: Place, fields: Mapping[str, Item]) -> str:
    keys = ", ".join(repr(key) for key in fields) or "no field at all"
    return (
        f"{_line(source, place.value)}: no {source.text_key!r} in this object (it has {keys}): "
        "name the field that holds the text with --text-key"
    )


def _line(source: Source, span: Span) -> str:
    return f"line {line_at(source.text, span.start)}"


def _short(source: Source, span: Span) -> str:
    value = span.of(source.text)
    return value if len(value) <= 20 else f"{value[:20]}…"
