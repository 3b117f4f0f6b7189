"""The same words in several places of one file: what is mended in one is mended in all."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from transmend.document import Cue, Document, Piece, Span
from transmend.formats.frame import Replacement, spliced
from transmend.formats.json_tree import Node
from transmend.formats.spelling import Spelling

_TOKEN = re.compile(r"\S+")
_ENDS = re.compile(r"^\W+|\W+$")
#: How many words a copy may leave out before it is taken to say something else, such as a speaker's name.
_AHEAD = 12


@dataclass(frozen=True, slots=True)
class Change:
    """A piece of a document before and after edits.

    Attributes:
        key: the piece's key.
        was: its text before.
        now: its text after; "" if it is gone or became part of the piece before it.
        begin: when it begins.
        end: when it ends, or what became part of it.
        grown: whether something became part of it.
        alone: whether white space stood before it.
    """

    key: int
    was: str
    now: str
    begin: float | None
    end: float | None
    alone: bool
    grown: bool = False


def changes(was: Document, now: Document) -> Iterator[Change]:
    """All pieces of ``was`` and what they are in ``now``. Words that an edit glued are one, with the time of both."""
    after = {piece.key: piece for cue in now.cues for piece in cue.pieces}
    for cue in was.cues:
        yield from _glued([_change(was, now, cue, number, after) for number in range(len(cue.pieces))])


def _change(was: Document, now: Document, cue: Cue, number: int, after: dict[int, Piece]) -> tuple[Change, bool]:
    """What became of a piece, and whether it has grown together with the one before."""
    piece = cue.pieces[number]
    text, new = piece.span.of(was.text), after.get(piece.key)
    said = new.span.of(now.text) if new else ""
    alone, glued = True, False
    if number:
        before = cue.pieces[number - 1]
        alone = text[:1].isspace() or was.text[before.span.start : piece.span.start][-1:].isspace()
        earlier = after.get(before.key)
        if alone and new and earlier and said and len(earlier.span) and earlier.span.end == new.span.start:
            glued = not said[0].isspace() and not now.text[new.span.start - 1].isspace()
    return Change(piece.key, text, said, piece.begin, piece.end, alone), glued


def _glued(found: Sequence[tuple[Change, bool]]) -> list[Change]:
    out: list[Change] = []
    head = 0
    for number, (change, glued) in enumerate(found):
        out.append(change)
        if glued:
            out[head] = replace(out[head], now=out[head].now + change.now, end=change.end, grown=True)
            out[number] = replace(change, now="")
        elif change.now:
            head = number
    return out


@dataclass(frozen=True, slots=True)
class _Unit:
    """What stands between two white spaces in the document: in a copy it is one or more tokens."""

    tokens: tuple[str, ...]
    was: str
    now: str


def followed(
    root: Node, path: str, said: Sequence[Change], slots: Sequence[int], spell: Spelling, *, bare: bool = False
) -> Iterator[Replacement]:
    """What has to change in the copies at ``path``.

    Arguments:
        root: the file.
        path: where the copies are.
        said: what was changed in the words themselves.
        slots: where those words start, sorted, for a copy may be the original.
        spell: how the file spells text.
        bare: whether the copies are without marks and capitals.
    """
    units, at = _units(said), 0
    parent, _, key = path.rpartition(".")
    entries = parent.endswith("[]") and key not in ("text", "transcript")
    for node in root.walk(parent) if parent else [root]:
        copy = node.fields.get(key)
        if copy is None or not copy.is_string or _is_original(copy, slots):
            continue
        found, at = _matched(str(copy.value), units, at, bare)
        value = spliced(str(copy.value), found)
        if entries and found and not value.strip():
            yield node.record, ""
        elif value != copy.value:
            yield copy.inside, spell.respelled(copy.inside.of(root.text), value)


def _is_original(copy: Node, slots: Sequence[int]) -> bool:
    k = bisect_left(slots, copy.inside.start)
    return k < len(slots) and slots[k] < copy.inside.end


def _units(said: Sequence[Change]) -> list[_Unit]:
    groups: list[list[Change]] = []
    for change in said:
        if groups and not change.alone:
            groups[-1].append(change)
        else:
            groups.append([change])
    return [_unit("".join(c.was for c in group).strip(), "".join(c.now for c in group).strip()) for group in groups]


def _unit(was: str, now: str) -> _Unit:
    return _Unit(tuple(map(_plain, was.split())), was, now)


def _plain(token: str) -> str:
    """A word without marks and capitals, or just marks."""
    return "".join(filter(str.isalnum, token.casefold())) or token


def _matched(value: str, units: Sequence[_Unit], at: int, bare: bool) -> tuple[list[Replacement], int]:
    """The changes in a copy that says ``value``, and the unit after the last that is in it."""
    tokens = list(_TOKEN.finditer(value))
    plain = [_plain(token[0]) for token in tokens]
    found: list[Replacement] = []
    number = 0
    while number < len(tokens) and at < len(units):
        ahead = next((k for k in range(at, min(at + _AHEAD, len(units))) if _says(units[k], plain, number)), None)
        if ahead is None:
            number += 1
            continue
        unit, at = units[ahead], ahead + 1
        last = number + len(unit.tokens) - 1
        span = Span(tokens[number].start(), tokens[last].end())
        exact = span.of(value) == unit.was and not bare
        now = unit.now if exact else _bare(span.of(value), unit)
        if not now:
            span = Span(len(value[: span.start].rstrip()), span.end)
        found += [(span, now)] if now != span.of(value) else []
        number = last + 1
    return found, at


def _says(unit: _Unit, plain: Sequence[str], number: int) -> bool:
    return bool(unit.tokens) and tuple(plain[number : number + len(unit.tokens)]) == unit.tokens


def _bare(said: str, unit: _Unit) -> str:
    """What a copy without marks or capitals says after the change: the same, unless its words are others."""
    return said if bare(unit.now) in (bare(unit.was), bare(said)) else bare(unit.now)


def bare(text: str) -> str:
    """The words of ``text`` in small letters, without marks at their ends."""
    return " ".join(filter(None, (_ENDS.sub("", word) for word in text.lower().split())))
