"""Segments of JSON made anew, their words with all that the file says of each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from transmend.document import Cue, Document, Piece, Span
from transmend.formats.casting import Made
from transmend.formats.clock import like
from transmend.formats.engines import Engine
from transmend.formats.frame import Replacement, merged, spliced
from transmend.formats.json_tree import Node, spelling
from transmend.formats.scan import value_end, with_comma
from transmend.formats.spelling import Spelling

#: What engines say of a stretch of text, which does not hold of another one.
_MEASURES = re.compile(r"seek|tokens|temperature|avg_logprob|compression_ratio|no_speech_prob|confidence|score|chars")
_FILLER = re.compile(
    r'(?:[\s,]|\{[^{}]*"aAppend"[^{}]*"segs"\s*:\s*\[\s*\{\s*"utf8"\s*:\s*"(?:\\n|\s)*"\s*\}\s*\]\s*\})*'
)


@dataclass(frozen=True)
class SegmentCaster:
    """Casts cues that are JSON objects, with a text or with a list of words."""

    engine: Engine
    document: Document
    named: bool = False
    joint: str = ", "

    @property
    def breaks(self) -> bool:
        """Whether the engine's texts have several lines."""
        return self.engine.lines

    @property
    def _frame(self) -> str:
        return self.document.origin.frame

    @cached_property
    def _cues(self) -> dict[int, Cue]:
        return {cue.key: cue for cue in self.document.cues}

    @cached_property
    def _spelling(self) -> Spelling:
        return spelling(self._frame, self.document.origin.encoding)

    @cached_property
    def _spaced(self) -> bool:
        """Whether words bring the space before them."""
        starts = (piece.span.start for cue in self.document.cues for piece in cue.pieces[1:])
        return any(self.document.text[at : at + 1].isspace() for at in starts)

    @cached_property
    def _nodes(self) -> dict[int, Node]:
        """The objects of the cues, but for one that the end of the file cuts off."""
        records = self.document.origin.cues
        ends = ((key, _end(self._frame, records[key].start)) for key in self._cues)
        return {key: Node(self._frame, Span(records[key].start, end), records[key]) for key, end in ends if end}

    def _words(self, key: int) -> tuple[str, Node] | None:
        """The list of words of a segment, with its name."""
        node = self._nodes[key]
        for path in self.engine.words:
            name = path.removesuffix("[]")
            if name in node.fields and any(node.walk(path)):
                return name, node.fields[name]
        return None

    def look(self, key: int) -> str | None:
        """The members that are neither times, text, words, number nor measured; None where there are no times."""
        node = self._nodes.get(key)
        if node is None:
            return None
        begin, until = self._times(node)
        if begin is None or until is None or like(str(begin.value), 0.0) is None:
            return None
        words = self._words(key)
        own = {*self.engine.begin, *self.engine.end, *self.engine.length, *self.engine.text, "id"}
        own |= {words[0]} if words else set()
        kept = (f"{name}:{n.span.of(self._frame)}" for name, n in node.fields.items() if name not in own)
        return "\0".join([str(bool(words)), *(told for told in kept if not _MEASURES.match(told))])

    def _times(self, node: Node) -> tuple[Node | None, Node | None]:
        return node.first(*self.engine.begin), node.first(*self.engine.end, *self.engine.length)

    def body(self, key: int) -> Span:
        """The object."""
        return self._nodes[key].span

    def gap(self, between: str) -> bool:
        """A comma, or what only breaks a line."""
        return _FILLER.fullmatch(between) is not None

    def numeral(self, key: int) -> Span | None:
        """Where the segment's number is."""
        node = self._nodes.get(key)
        found = node.fields.get("id") if node else None
        return found.span if found else None

    def lead(self, key: int) -> str:
        """Nothing: speakers are members of their own."""
        return ""

    def cast(self, made: Made, number: str | None) -> str:
        """The object of the segment its first words are in, with other times and words."""
        node = self._nodes[made.keys[0]]
        changes = [] if made.same else [*self._timed(node, made), *self._without(node, number)]
        if number and "id" in node.fields:
            changes.append((node.fields["id"].span, number))
        words = self._words(made.keys[0])
        if words and not made.same:
            changes.append((words[1].span, self._listed(words[1], made)))
        text = node.first(*self.engine.text)
        if text is not None and text.is_string:
            changes.append((text.inside, self._respelled(text, " ".join(self._lines(made)), made)))
        start = node.span.start
        inside = [(Span(span.start - start, span.end - start), said) for span, said in changes]
        return spliced(node.span.of(self._frame), inside)

    def _timed(self, node: Node, made: Made) -> Iterator[Replacement]:
        begin, until = self._times(node)
        last = made.end if node.first(*self.engine.end) else made.end - made.begin
        for place, time in ((begin, made.begin), (until, last)):
            if place is not None:
                yield place.span, self._time(place.span.of(self._frame), time)

    def _time(self, raw: str, time: float) -> str:
        if self.engine.tick < 1:
            return str(round(time / self.engine.tick))
        quote = '"' if raw.startswith('"') else ""
        return f"{quote}{like(raw.strip(quote or None), time)}{quote}"

    def _without(self, node: Node, number: str | None) -> Iterator[Replacement]:
        """What was measured of the old segment goes, and a number that would be there twice."""
        gone = (
            member.record
            for name, member in node.fields.items()
            if _MEASURES.fullmatch(name) or (name == "id" and number == "")
        )
        yield from ((with_comma(self._frame, hole), "") for hole in merged(gone))

    def _lines(self, made: Made) -> list[str]:
        """The text line by line."""
        return [" ".join(line.of(self.document.text).split()) for line in made.lines]

    def _respelled(self, text: Node, said: str, made: Made) -> str:
        """The text, with the white space around it that the old one has."""
        old = str(text.value)
        if self.breaks:
            said = "\n".join(self._lines(made))
        before = old[: len(old) - len(old.lstrip())]
        return self._spelling.write(f"{before}{said}{old[len(old.rstrip()) :]}")

    def _listed(self, array: Node, made: Made) -> str:
        """The list of the words."""
        entries = list(array.fields.values())
        raw = array.span.of(self._frame)
        opening, closing = (
            raw[: entries[0].span.start - array.span.start],
            raw[entries[-1].span.end - array.span.start :],
        )
        parting = self._frame[entries[0].span.end : entries[1].span.start] if len(entries) > 1 else ""
        if not parting:
            parting = "," + (opening[1:] or " ")
        return opening + parting.join(self._entries(made)) + closing

    def _entries(self, made: Made) -> Iterator[str]:
        """The entry of each word, or of what of it is in the new segment."""
        start, end = made.lines[0].start, made.lines[-1].end
        breaks = [line.start for line in made.lines[1:]]
        first = True
        for key in made.keys:
            for piece in self._cues[key].pieces:
                a, b = max(piece.span.start, start), min(piece.span.end, end)
                if a < b and (said := self._said(a, b, breaks)):
                    yield self._entry(key, piece, said, made, first=first)
                    first = False

    def _said(self, start: int, end: int, breaks: Sequence[int]) -> str:
        """The text of a word, with a space before it if words in this file have one."""
        words: list[str] = []
        for match in re.finditer(r"\S+", self.document.text[start:end]):
            new_line = self.breaks and start + match.start() in breaks
            words.append(("\n" if new_line else " " if words else "") + match[0])
        said = "".join(words)
        parted = any(map(str.isspace, self.document.text[max(start - 1, 0) : start + 1]))
        return f" {said}" if said and self._spaced and parted else said

    def _entry(self, key: int, piece: Piece, said: str, made: Made, *, first: bool) -> str:
        """The entry of a word: as it is, if all of the word is in the new segment."""
        start = self.document.origin.records[piece.key].start
        span = Span(start, value_end(self._frame, start))
        node = Node(self._frame, span, span)
        text = node.first(*self.engine.text)
        changes: list[Replacement] = []
        if text is not None:
            was = now = str(text.value)
            if was.split() != said.split() or (said[:1].isspace() and not was[:1].isspace()):
                now = said
            if first and self.engine.offset:
                now = now.lstrip()
            changes += [(text.inside, self._spelling.write(now))] if now != was else []
        if self.engine.offset:
            changes += self._offset(node, text, self._cues[key].begin, made.begin)
        return spliced(span.of(self._frame), [(Span(s.start - start, s.end - start), t) for s, t in changes])

    def _offset(self, node: Node, text: Node | None, was: float, now: float) -> Iterator[Replacement]:
        """The word's time after the start of its segment."""
        told = node.fields.get(self.engine.offset)
        before = float(told.value) * self.engine.tick if told else 0.0
        offset = round((before + was - now) / self.engine.tick)
        if told:
            yield told.span, str(max(0, offset))
        elif offset > 0 and text is not None:
            space = re.match(r"\{(\s*)", self._frame[node.span.start : node.span.end])
            yield Span(text.span.end, text.span.end), f',{space[1] if space else ""}"{self.engine.offset}": {offset}'


def _end(frame: str, start: int) -> int:
    """Where the value ends that starts at ``start``; 0 if it does not."""
    try:
        return value_end(frame, start)
    except ValueError:
        return 0
