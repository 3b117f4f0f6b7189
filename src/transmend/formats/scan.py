"""Where values stand in JSON text: enough to change one string and leave all else as it is.

Everything but ``check`` takes text that ``check`` has found sound.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from transmend.document import Span
from transmend.errors import InputError

# Numbers stay strings: they are never used as numbers, and a huge one must not fail. Bare tabs and line ends in
# strings, which JSON forbids and careless programs write, are read as what they are.
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, strict=False)
_SPACE = re.compile(r"[ \t\n\r]*")
# What JSON leaves bare though it ends a line for some readers, or cannot be written as UTF-8.
_ESCAPED = re.compile("[\x85\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Item:
    """A member of an object or an element of an array.

    Attributes:
        key: the member's key; "" in an array.
        value: where its value is.
        record: what goes when it is taken out: key, value and what follows up to the next item.
    """

    key: str
    value: Span
    record: Span


def check(text: str, line: int = 1) -> None:
    """Make sure that ``text``, which starts on line ``line`` of its file, is JSON.

    Raises:
        InputError: naming line and column where it is not.
    """
    try:
        _DECODER.decode(text)
    except json.JSONDecodeError as error:
        where = f"line {line + error.lineno - 1}, column {error.colno}"
        raise InputError(f"{where}: not JSON ({error.msg}): mend it, or read the file as --format plain") from None


def value_at(text: str, start: int) -> Any:
    """The value that starts at ``start``, numbers as strings."""
    return _DECODER.raw_decode(text, start)[0]


def value_end(text: str, start: int) -> int:
    """Where the value that starts at ``start`` ends."""
    return _DECODER.raw_decode(text, start)[1]


def skip(text: str, at: int) -> int:
    """The first place from ``at`` on that is not white space."""
    space = _SPACE.match(text, at)
    return space.end() if space else at


def items(text: str, start: int) -> list[Item]:
    """The members of the object, or the elements of the array, that starts at ``start``."""
    found = []
    at = skip(text, start + 1)
    while text[at] not in "]}":
        begin, key = at, ""
        if text[start] == "{":
            key, at = _DECODER.raw_decode(text, at)
            at = skip(text, skip(text, at) + len(":"))
        value = Span(at, value_end(text, at))
        at = skip(text, value.end)
        end = value.end
        if text[at] == ",":
            at = end = skip(text, at + 1)
        found.append(Item(key, value, Span(begin, end)))
    return found


def with_comma(text: str, hole: Span) -> Span:
    """``hole`` with the comma before it, if it takes the last items of their array or object."""
    after = skip(text, hole.end)
    before = hole.start
    while before and text[before - 1] in " \t\n\r":
        before -= 1
    if text[after : after + 1] in ("]", "}") and text[before - 1 : before] == ",":
        return Span(before - 1, hole.end)
    return hole


def quote(value: str, *, ascii_only: bool) -> str:
    """``value`` as a JSON string that fits on one line of any reader."""
    literal = json.dumps(value, ensure_ascii=ascii_only)
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", literal)


def is_line_of_its_own(text: str) -> bool:
    """Whether the first line that is not blank holds a whole JSON object."""
    line = text.lstrip().partition("\n")[0]
    if not line.startswith("{"):
        return False
    try:
        _DECODER.decode(line)
    except (ValueError, RecursionError):
        return False
    return True
