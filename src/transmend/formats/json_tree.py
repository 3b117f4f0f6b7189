"""Values in JSON text with their places, also where the text breaks off."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from transmend.document import Flaw, Span
from transmend.formats.scan import items, quote, skip, value_at, value_end
from transmend.formats.spelling import Spelling

_STEP = re.compile(r"[^.\[\]]+|\[\d*\]")
_TOKEN = re.compile(r'"(?:[^"\\]|\\[\s\S])*"|[\[\]{},:]|[^\s\[\]{},:"]+|"')
_UNITS = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\[\s\S]|[^\\]|\\\Z")
_DECODER = json.JSONDecoder(strict=False)


@dataclass(frozen=True)
class Node:
    """A value in JSON text.

    Attributes:
        text: the whole text.
        span: where the value is.
        record: what goes when it is taken out of the array or object it is in.
    """

    text: str
    span: Span
    record: Span

    @cached_property
    def value(self) -> Any:
        """The value, numbers as strings."""
        return value_at(self.text, self.span.start)

    @property
    def is_string(self) -> bool:
        """Whether it is a string."""
        return self.text[self.span.start] == '"'

    @property
    def inside(self) -> Span:
        """A string's characters, without the quotes."""
        return Span(self.span.start + 1, self.span.end - 1)

    @cached_property
    def fields(self) -> dict[str, Node]:
        """An object's members; of two with one key the last. An array's elements by number; else nothing."""
        if self.text[self.span.start] not in "[{":
            return {}
        found = items(self.text, self.span.start)
        keyed = self.text[self.span.start] == "{"
        return {
            item.key if keyed else str(number): Node(self.text, item.value, item.record)
            for number, item in enumerate(found)
        }

    def walk(self, path: str) -> Iterator[Node]:
        """The nodes at ``path``, such as ``results.items[].alternatives[0].content``; none where it leads nowhere."""
        found = [self]
        for step in _STEP.findall(path):
            if step == "[]":
                found = [child for node in found if not node._is_object for child in node.fields.values()]
            else:
                key = step.strip("[]")
                found = [node.fields[key] for node in found if key in node.fields]
        yield from found

    def first(self, *paths: str) -> Node | None:
        """The first node at the first of ``paths`` that leads to one that is not null."""
        return next((n for path in paths for n in self.walk(path) if n.span.of(self.text) != "null"), None)

    @property
    def _is_object(self) -> bool:
        return self.text[self.span.start] == "{"


@dataclass(frozen=True, slots=True)
class Tree:
    """JSON text as far as it is whole.

    Attributes:
        root: its value; None where nothing can be read.
        end: up to where the text is read.
        flaws: what is wrong with it.
    """

    root: Node | None
    end: int
    flaws: tuple[Flaw, ...] = ()


def tree(text: str) -> Tree:
    """What is in JSON text; where it breaks off or is broken, all that is whole before that."""
    start = skip(text, 0)
    try:
        end = _DECODER.raw_decode(text, start)[1]
    except json.JSONDecodeError as error:
        flaw = Flaw("end", f"the JSON is broken here ({error.msg}); what follows is not read", error.pos)
        cut, closers = _closed(text[: error.pos])
        return Tree(_root(text[:cut] + closers) if closers else None, cut, (flaw,))
    rest = skip(text, end)
    flaw = Flaw("end", "there is more behind the end of the JSON; it is not read", rest)
    return Tree(_root(text), end, (flaw,) if rest < len(text) else ())


def _root(text: str) -> Node:
    start = skip(text, 0)
    span = Span(start, value_end(text, start))
    return Node(text, span, span)


def _closed(text: str) -> tuple[int, str]:
    """Where the last value in ``text`` that is whole ends, and what closes all brackets that are open there."""
    open_, cut, after_key = [], 0, False
    closers = ""
    for token in _TOKEN.finditer(text):
        sign = token[0]
        if sign == '"':  # a string that does not end
            break
        if sign in "[{":
            open_.append("]" if sign == "[" else "}")
        elif sign == ":":
            after_key = True
            continue
        elif sign == ",":
            continue
        elif sign in "]}":
            if not open_:
                break
            open_.pop()
        elif open_[-1:] == ["}"] and not after_key:
            continue
        after_key = False
        cut, closers = token.end(), "".join(reversed(open_))
    return cut, closers


def spelling(frame: str, encoding: str) -> Spelling:
    """How strings in this JSON are spelled: in ASCII if the file is, or if its encoding is not Unicode."""
    ascii_only = frame.isascii() or not encoding.startswith("utf")

    def read(unit: str) -> str:
        if len(unit) == 1:
            return unit
        try:
            return str(_DECODER.decode(f'"{unit}"'))
        except ValueError:
            return unit

    def write(text: str) -> str:
        return quote(text, ascii_only=ascii_only)[1:-1]

    return Spelling(_UNITS, read, write, re.compile(r"\\"))
