"""Cues made anew in the file they came from: other words in them, the same form.

A new cue is cast in the form of the one that its first words come from: the settings, styles and names of that one,
other times, and the words as the file spells them, with the tags that are open around them. How a format's cues are
formed is told by its ``Caster``; ``MarkupCaster`` serves all in which a cue is text with tags in it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Protocol

from transmend.document import Cue, Document, Piece, Span
from transmend.formats.frame import Replacement, spliced
from transmend.formats.spelling import Spelling

#: The tags ``<name …>``, ``</name>`` and ``<name/>``.
_XML = re.compile(r"(?:<|&lt;)(/?)([A-Za-z][\w:]*)[^<>]*?(/?)(?:>|&gt;)")
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Made:
    """A cue to be made.

    Attributes:
        lines: where its text stands in the document, line by line.
        begin: when it starts.
        end: when it ends.
        keys: the cues that its words are in; if ``same``, that one's times stay as they are written.
        same: whether it has all the words of one cue and no others.
    """

    lines: tuple[Span, ...]
    begin: float
    end: float
    keys: tuple[int, ...]
    same: bool = False


@dataclass(frozen=True, slots=True)
class Mould:
    """What in the record of a cue is its own; all the rest is its look.

    Attributes:
        body: the record without the white space behind it.
        payload: its text, with tags.
        begin: where it says when it starts.
        end: where it says when it ends.
        number: its number or id, with what goes along when it has none.
        numeral: the number itself.
        is_length: whether ``end`` says how long it lasts.
    """

    body: Span
    payload: Span
    begin: Span
    end: Span
    number: Span | None = None
    numeral: Span | None = None
    is_length: bool = False


class Caster(Protocol):
    """How the cues of one document are made anew.

    Attributes:
        breaks: whether a cue can have several lines.
        named: whether names of speakers stand in front of the words.
        joint: what parts two cues where the file does not show it.
    """

    @property
    def breaks(self) -> bool: ...

    @property
    def named(self) -> bool: ...

    @property
    def joint(self) -> str: ...

    def look(self, key: int) -> str | None:
        """What has to be alike for two cues to share their words; None where a cue has to stay as it is."""

    def body(self, key: int) -> Span:
        """The cue's record without what parts it from the next."""

    def gap(self, between: str) -> bool:
        """Whether this, between two cues, only parts them."""

    def numeral(self, key: int) -> Span | None:
        """Where the cue's number stands."""

    def lead(self, key: int) -> str:
        """What the file shows in front of the words."""

    def cast(self, made: Made, number: str | None) -> str:
        """The record of a new cue, with this number; None for the one it has, "" for none."""


@dataclass(frozen=True)
class MarkupCaster:
    """Casts cues of text with tags.

    Attributes:
        document: the document as read.
        spelling: how its frame spells text.
        mould: finds the mould of a record in the frame.
        stamp: writes a time in the form of another.
        tag: matches a tag.
        newline: a line break in a cue.
        joint: what parts two cues.
        sticky: matches tags that hold to the end of the cue.
        reset: takes sticky tags back.
        moving: matches tags that make a cue impossible to part, such as those that move it.
        filler: matches what only parts two cues.
        time: the tag in front of a word with a time of its own that is not the first.
        shifted: puts the times in a stretch of text as much later, where they count from the start of the cue.
        tidy: the text of a cue without tags that do nothing.
    """

    document: Document
    spelling: Spelling
    mould: Callable[[str, Span], Mould | None]
    stamp: Callable[[str, float], str | None]
    tag: re.Pattern[str]
    newline: str = "\n"
    joint: str = "\n\n"
    sticky: re.Pattern[str] = re.compile(r"(?!)")
    reset: str = ""
    moving: re.Pattern[str] = re.compile(r"(?!)")
    filler: re.Pattern[str] = re.compile(r"\s*")
    time: Callable[[float], str] | None = None
    shifted: Callable[[str, float], str] | None = None
    tidy: Callable[[str], str] = str
    named: bool = False
    breaks: bool = True

    @property
    def _frame(self) -> str:
        return self.document.origin.frame

    @cached_property
    def _cues(self) -> dict[int, Cue]:
        return {cue.key: cue for cue in self.document.cues}

    @cached_property
    def _times_words(self) -> bool:
        """Whether the file gives words times: then none may lose the time that its cue begins with."""
        return any(cue.words for cue in self.document.cues)

    @cached_property
    def _moulds(self) -> dict[int, Mould | None]:
        return {key: self._checked(key) for key in self._cues}

    def _checked(self, key: int) -> Mould | None:
        record = self.document.origin.cues[key]
        mould = self.mould(self._frame, record)
        if mould is None or self.moving.search(mould.payload.of(self._frame)):
            return None
        times = (mould.begin.of(self._frame), 0.0), (mould.end.of(self._frame), 0.0)
        return mould if all(self.stamp(*time) is not None for time in times) else None

    def _mould(self, key: int) -> Mould:
        mould = self._moulds[key]
        if mould is None:
            raise ValueError(f"cue {key} cannot be made anew")
        return mould

    def look(self, key: int) -> str | None:
        """What stands around its times, its number and its text, and the tags that hold to its end."""
        mould = self._moulds[key]
        if mould is None:
            return None
        own = [(s, "\0") for s in (mould.begin, mould.end, mould.payload)] + [(mould.number or Span(0, 0), "")]
        inside = [(Span(s.start - mould.body.start, s.end - mould.body.start), t) for s, t in own if len(s)]
        held = "".join(self.sticky.findall(self._lead(key)))
        return spliced(mould.body.of(self._frame), inside).strip() + held

    def body(self, key: int) -> Span:
        """The cue's record without the white space behind it."""
        return self._mould(key).body

    def gap(self, between: str) -> bool:
        """White space, or what only breaks a line."""
        return self.filler.fullmatch(between) is not None

    def numeral(self, key: int) -> Span | None:
        """Where the cue's number stands."""
        mould = self._moulds[key]
        return mould.numeral if mould else None

    def lead(self, key: int) -> str:
        """The name in front of the words."""
        mould = self._moulds[key]
        return self.tag.sub("", self._lead(key)).lstrip() if mould and self.named else ""

    def _lead(self, key: int) -> str:
        return self._frame[self._mould(key).payload.start : self._at(self._cues[key].span.start, key)]

    # --- where a place in the document's text is in the frame

    def _at(self, offset: int, key: int, *, behind: bool = False) -> int:
        """Where the character at ``offset`` stands; with ``behind``, where the one before it ends."""
        pieces = self._cues[key].pieces
        starts = [piece.span.start for piece in pieces]
        piece = pieces[max(bisect_right(starts, offset - behind) - 1, 0)]
        return self._inside(piece, offset)

    def _inside(self, piece: Piece, offset: int) -> int:
        slot = self.document.origin.slots[piece.key]
        raw, steps = slot.of(self._frame), offset - piece.span.start
        if not self.spelling.special.search(raw):
            return slot.start + steps
        units = [match.end() for match in self.spelling.units.finditer(raw)]
        return slot.start + (units[steps - 1] if steps else 0)

    # --- tags

    def _open(self, key: int, end: int) -> list[str]:
        """The tags that are open at ``end``, outermost first."""
        found: list[str] = []
        for tag in self.tag.finditer(self._frame, self._mould(key).payload.start, end):
            if self.sticky.fullmatch(tag[0]):
                found.append(tag[0])
            elif match := _XML.fullmatch(tag[0]):
                if match[1]:
                    last = next((k for k in reversed(range(len(found))) if _name(found[k]) == match[2]), None)
                    found = found if last is None else found[:last] + found[last + 1 :]
                elif not match[3]:
                    found.append(tag[0])
        return found

    def _closed(self, key: int, opened: Sequence[str]) -> str:
        """What closes these tags, but for those that the cue itself leaves open."""
        payload = self._mould(key).payload
        left = self._open(key, payload.end)
        closers = [_closer(tag) for tag in reversed(opened) if tag not in left and not self.sticky.fullmatch(tag)]
        return "".join(closers)

    # --- writing

    def cast(self, made: Made, number: str | None) -> str:
        """The record of the cue its first words are in, with other times and the words of the new cue."""
        mould = self._mould(made.keys[0])
        changes: list[Replacement] = [(mould.payload, self._payload(made))]
        if not made.same:
            changes += self._times(mould, self._cues[made.keys[0]], made)
        if number and mould.numeral is not None:
            changes.append((mould.numeral, number))
        elif number == "" and mould.number is not None:
            changes.append((mould.number, ""))
        start = mould.body.start
        inside = [(Span(span.start - start, span.end - start), text) for span, text in changes]
        return spliced(mould.body.of(self._frame), inside)

    def _times(self, mould: Mould, cue: Cue, made: Made) -> Iterator[Replacement]:
        """The times in the form that the cue has; one that is what it was stays as it is written."""
        if made.begin != cue.begin:
            yield mould.begin, self.stamp(mould.begin.of(self._frame), made.begin) or ""
        if made.end != cue.end or (mould.is_length and made.begin != cue.begin):
            last = made.end - made.begin if mould.is_length else made.end
            yield mould.end, self.stamp(mould.end.of(self._frame), last) or ""

    def _payload(self, made: Made) -> str:
        parts = list(self._portions(made))
        first, last = parts[0], parts[-1]
        out = [self._start(first, made)]
        for part, following in pairwise(parts):
            out += [self._text(part, made), self._seam(part, following, made)]
        out += [self._text(last, made), self._finish(last)]
        return self.tidy("".join(out))

    def _portions(self, made: Made) -> Iterator[_Portion]:
        """The words of each cue that the new one has words of."""
        breaks = {line.start for line in made.lines[1:]}
        spans = [
            (Span(m.start(), m.end()), m.start() in breaks)
            for line in made.lines
            for m in _WORD.finditer(self.document.text, line.start, line.end)
        ]
        for key in made.keys:
            own = self._cues[key].span
            words = [(span, new) for span, new in spans if own.start <= span.start < own.end]
            if words:
                yield _Portion(key, tuple(words))

    def _start(self, part: _Portion, made: Made) -> str:
        """What stands in front of the first word: what stood there, or the name and the tags that are open."""
        place = part.words[0][0].start
        if place == self._cues[part.key].span.start:
            return self._late(self._lead(part.key), part.key, made)
        opened = "".join(self._open(part.key, self._at(place, part.key)))
        return self.lead(part.key) + self._late(opened, part.key, made)

    def _finish(self, part: _Portion) -> str:
        """What stands behind the last word: what stood there, or what closes the tags that are open."""
        place = part.words[-1][0].end
        end = self._at(place, part.key, behind=True)
        if place == self._cues[part.key].span.end:
            return self._frame[end : self._mould(part.key).payload.end]
        return self._closed(part.key, self._open(part.key, end))

    def _seam(self, part: _Portion, following: _Portion, made: Made) -> str:
        """What stands between the words of two cues: white space, and tags that are not the same in both."""
        word, new_line = following.words[0]
        end = self._at(part.words[-1][0].end, part.key, behind=True)
        before, after = self._open(part.key, end), self._open(following.key, self._at(word.start, following.key))
        space = self.newline if new_line else " "
        shut = opened = ""
        if before != after or self.shifted:
            shut = self._closed(part.key, before) + (self.reset if any(map(self.sticky.fullmatch, before)) else "")
            opened = self._late("".join(after), following.key, made)
        cue = self._cues[following.key]
        time = ""
        if self.time and self._times_words:
            time = self.time(next((w.begin for w in cue.words if w.span.end > word.start), cue.begin) or cue.begin)
        return f"{shut}{opened}{space}" if self.shifted else f"{shut}{time}{space}{opened}"

    def _text(self, part: _Portion, made: Made) -> str:
        """The words as they are spelled, with the tags between them; white space only where lines break otherwise."""
        out = []
        for number, (word, new_line) in enumerate(part.words):
            start, end = self._at(word.start, part.key), self._at(word.end, part.key, behind=True)
            if number:
                before = part.words[number - 1][0].end
                out.append(self._between(self._at(before, part.key, behind=True), start, new_line))
            out.append(self._frame[start:end])
        return self._late("".join(out), part.key, made)

    def _between(self, start: int, end: int, new_line: bool) -> str:
        """What stands between two words, with one space or line break in it."""
        raw = self._frame[start:end]
        said = self.spelling.text(self.tag.sub("", raw))
        if ("\n" in said) == new_line:
            return raw
        out, at, space = [], 0, self.newline if new_line else " "
        for tag in self.tag.finditer(raw):
            if tag.start() > at:
                out.append(space)
                space = ""
            out.append(tag[0])
            at = tag.end()
        return "".join([*out, space if at < len(raw) else ""])

    def _late(self, raw: str, key: int, made: Made) -> str:
        return self.shifted(raw, self._cues[key].begin - made.begin) if self.shifted else raw


@dataclass(frozen=True, slots=True)
class _Portion:
    """What a new cue has of an old one: words, each with whether a line begins with it."""

    key: int
    words: tuple[tuple[Span, bool], ...]


def _name(tag: str) -> str:
    match = _XML.fullmatch(tag)
    return match[2] if match else ""


def _closer(tag: str) -> str:
    escaped = tag.startswith("&lt;")
    return f"&lt;/{_name(tag)}&gt;" if escaped else f"</{_name(tag)}>"


# --- a whole file ----------------------------------------------------------------------------------------------------


def cast(document: Document, caster: Caster, cues: Iterable[Made | int]) -> Iterator[Replacement]:
    """What changes in the frame so that it has these cues: those made anew, and by their keys those that stay."""
    keys = [cue.key for cue in document.cues]
    first, joint = _counted(document, caster, keys), _joint(document, caster, keys)
    used: set[int] = set()
    named: set[int] = set()
    run: list[str] = []
    span = Span(0, 0)
    for place, cue in enumerate(cues):
        number = str(first + place) if first is not None else None
        if run and (isinstance(cue, int) or cue.keys[0] not in used):
            yield span, joint.join(run)
            run = []
        if isinstance(cue, int):
            numeral = caster.numeral(cue) if number else None
            if number and numeral is not None and numeral.of(document.origin.frame) != number:
                yield numeral, number
            continue
        start = span.start if run else caster.body(cue.keys[0]).start
        span = Span(start, caster.body(cue.keys[-1]).end)
        run.append(caster.cast(cue, number or ("" if cue.keys[0] in named else None)))
        used.update(cue.keys)
        named.add(cue.keys[0])
    if run:
        yield span, joint.join(run)


def _counted(document: Document, caster: Caster, keys: Sequence[int]) -> int | None:
    """The first number, if numbers count the cues."""
    places = [caster.numeral(key) for key in keys]
    told = [place.of(document.origin.frame) for place in places if place is not None]
    if not keys or len(told) < len(keys) or not all(n.isascii() and n.isdecimal() for n in told):
        return None
    return int(told[0]) if all(int(a) < int(b) for a, b in pairwise(told)) else None


def _joint(document: Document, caster: Caster, keys: Sequence[int]) -> str:
    """What parts two cues in this file."""
    frame = document.origin.frame
    castable = [key for key in keys if caster.look(key) is not None]
    for a, b in pairwise(castable):
        between = frame[caster.body(a).end : caster.body(b).start]
        if b == a + 1 and caster.gap(between):
            match = re.match(r"\s*,?\s*", between)
            return match[0] if match else ""
    return caster.joint
