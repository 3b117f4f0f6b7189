"""One word's entry in a list made into those of several words, which share its time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from transmend.document import Span
from transmend.formats.copies import bare
from transmend.formats.engines import Engine
from transmend.formats.frame import Replacement, spliced
from transmend.formats.json_tree import Node
from transmend.formats.scan import value_end
from transmend.formats.spelling import Spelling

_SPOKEN = re.compile(r"\s*\S*\w\S*(?:\s+[^\w\s]+(?=\s|\Z))*")


def parted(was: str, now: str) -> tuple[str, ...]:
    """The words that ``now`` says where ``was`` said one; marks that stand apart stay with the word before them.

    >>> parted("veryimportant", "very important […]"), parted("a b", "a c")
    (('very', ' important […]'), ('a c',))
    """
    if len(was.split()) != 1:
        return (now,)
    found = _SPOKEN.findall(now)
    return tuple(found) if "".join(found) == now else (now,)


def entries(
    engine: Engine,
    frame: str,
    record: Span,
    slot: Span,
    parts: Sequence[str],
    times: tuple[float, float],
    spell: Spelling,
) -> Replacement:
    """The entry of one word, as those of its ``parts``, with its time shared out by length."""
    node = _node(frame, record)
    space = frame[len(frame[: record.start].rstrip()) : record.start]
    if "\n" not in space and space not in ("", " "):
        space = " "
    each = shares(parts, times)
    spaced = spell.text(slot.of(frame))[:1].isspace()
    made = []
    for part, (begin, end) in zip(parts, each, strict=True):
        text = part if spaced else part.strip()
        changes = [(slot, spell.write(text)), *_renamed(node, slot, part, spell), *_timed(engine, node, begin, end)]
        made.append(_inside(frame, node.span, changes))
    return node.span, f",{space}".join(made)


def ending(engine: Engine, frame: str, record: Span, end: float) -> Iterator[Replacement]:
    """What makes the entry of a word end at another time."""
    found = _node(frame, record).first(*engine.end)
    if found is not None:
        yield found.span, _written(found.span.of(frame), end, engine.tick)


def _node(frame: str, record: Span) -> Node:
    return Node(frame, Span(record.start, value_end(frame, record.start)), record)


def shares(parts: Sequence[str], times: tuple[float, float]) -> list[tuple[float, float]]:
    """Begin and end of each part of a word that was said in ``times``, by length."""
    begin, end = times
    lengths = [sum(map(str.isalnum, part)) or 1 for part in parts]
    at = [begin + (end - begin) * done / sum(lengths) for done in accumulate(lengths, initial=0)]
    return list(pairwise(at))


def _timed(engine: Engine, node: Node, begin: float, end: float) -> Iterator[Replacement]:
    for paths, time in ((engine.begin, begin), (engine.end, end)):
        found = node.first(*paths)
        if found is not None:
            yield found.span, _written(found.span.of(node.text), time, engine.tick)


def _renamed(node: Node, slot: Span, part: str, spell: Spelling) -> Iterator[Replacement]:
    """The same word in other fields of the entry, without marks and capitals."""
    was = bare(spell.text(slot.of(node.text)))
    for other in node.fields.values():
        if other.is_string and other.inside.start != slot.start and bare(str(other.value)) == was:
            yield other.inside, spell.write(bare(part))


def _inside(frame: str, span: Span, changes: Sequence[Replacement]) -> str:
    moved = [(Span(at.start - span.start, at.end - span.start), text) for at, text in changes]
    return spliced(span.of(frame), moved)


def _written(raw: str, time: float, tick: float) -> str:
    """``time`` in the form of ``raw``: a number or a string, in seconds or milliseconds, or seconds and nanos."""
    if raw.startswith("{"):
        quoted = '"' if re.search(r'"seconds"\s*:\s*"', raw) else ""
        whole = int(time)
        return f'{{"seconds": {quoted}{whole}{quoted}, "nanos": {round((time - whole) * 1000) * 1_000_000}}}'
    quote, bare = ('"', raw.strip('"')) if raw.startswith('"') else ("", raw)
    unit = "s" if bare.endswith("s") else ""
    digits = 0 if tick < 1 else min(3, max(2, len(bare.removesuffix("s").partition(".")[2])))
    return f"{quote}{time / tick:.{digits}f}{unit}{quote}"
