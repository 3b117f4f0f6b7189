"""What a transcript is: a text, and which part of it is a cue, a shot, a target or a record."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points, ``start`` included and ``end`` not.

    Raises:
        ValueError: if the range is negative or ends before it starts.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: {self.start}..{self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The characters of ``text`` in this span."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document with a role of its own.

    Attributes:
        span: where its text is, without heading or tags and without the white space around it.
        role: ``shot``, ``target`` or, for a record or a whole plain text, ``text``.
        name: the label in its heading, such as ``full-stack``.
        prompt: number of the prompt it belongs to, from 0: shots, then the target that ends the prompt.
        outer: where it stands with heading, tags and trailing space: what goes when the section is dropped.
        key: its number in the file as read, which it keeps through every edit.
    """

    span: Span
    role: str = "text"
    name: str = ""
    prompt: int = 0
    outer: Span = Span(0, 0)
    key: int = 0

    @property
    def label(self) -> str:
        """How reports name it, such as ``Shot: full-stack``."""
        return f"{self.role.title()}: {self.name}" if self.name else self.role.title()


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a cue that its file holds apart: a word with its time, or what stands between two tags.

    Attributes:
        span: where its text is, with the white space before it that the file holds together with it.
        begin: when it was said, in seconds; None where the file does not say.
        end: until when.
        key: its number in the file as read, which it keeps through every edit.
    """

    span: Span
    begin: float | None = None
    end: float | None = None
    key: int = 0


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that were said, or shown, from one time to another. No edit moves its times.

    Attributes:
        pieces: its parts, one after another; at least one.
        begin: when it starts, in seconds.
        end: when it ends, in seconds.
        speaker: who said it, or "".
        key: its number in the file as read, which it keeps through every edit.
    """

    pieces: tuple[Piece, ...]
    begin: float
    end: float
    speaker: str = ""
    key: int = 0

    @property
    def span(self) -> Span:
        """Where its text is."""
        return Span(self.pieces[0].span.start, self.pieces[-1].span.end)

    @property
    def words(self) -> tuple[Piece, ...]:
        """The pieces that have a time of their own."""
        return tuple(piece for piece in self.pieces if piece.begin is not None)


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something in a file that could not be read as it should, which did not keep the rest from being read.

    Attributes:
        kind: what it is: ``time``, ``text``, ``stray`` or ``end``.
        message: one line for a person.
        at: where: a code point of ``Origin.frame``.
    """

    kind: str
    message: str
    at: int


@dataclass(frozen=True, slots=True)
class Origin:
    """How a document stood in its file, so that it can be written back in the same form.

    Attributes:
        format: name of the format, such as ``banner`` or ``jsonl``.
        encoding: Python's name of the encoding the bytes were in.
        frame: the file's whole text, for formats in which sections or cues stand inside it (JSON, captions);
            empty where ``Document.text`` is the file's text.
        slots: for each section, or each piece of a cue, by ``key``: where its text is in ``frame``.
        records: for each section, or each piece, by ``key``: what of ``frame`` goes when it is dropped.
        cues: for each cue, by ``key``: what of ``frame`` goes when it is dropped.
        units: what stands in ``frame`` for one character of the text of a section or a cue, such as an entity.
        flat: whether sections are lines, which have no place for a blank line.
        flaws: what could not be read.
        extras: what the file holds that is neither text nor time nor speaker, such as ``styles``.
    """

    format: str = "plain"
    encoding: str = "utf-8"
    frame: str = ""
    slots: tuple[Span, ...] = ()
    records: tuple[Span, ...] = ()
    cues: tuple[Span, ...] = ()
    units: re.Pattern[str] | None = None
    flat: bool = False
    flaws: tuple[Flaw, ...] = ()
    extras: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One file, one transcript or one rendered prompt.

    All offsets anywhere in transmend are code points in some ``Document.text``.

    Attributes:
        text: the text.
        name: where it came from, for messages.
        sections: its shots, targets or records in order, not overlapping; empty for a plain text.
        origin: the form it came in; not part of equality.
        cues: its cues with their times in order, not overlapping; then ``text`` is what is said in them, a line
            break between two, and a blank line where another speaker begins.
    """

    text: str
    name: str = ""
    sections: tuple[Section, ...] = ()
    origin: Origin = field(default=Origin(), compare=False, repr=False)
    cues: tuple[Cue, ...] = ()

    @classmethod
    def of(cls, given: Document | str) -> Document:
        """What is given, or the document of a text.

        Raises:
            TypeError: if it is neither.
        """
        if isinstance(given, Document):
            return given
        if not isinstance(given, str):
            raise TypeError(f"a transcript is a str or a transmend.Document, not {type(given).__name__}")
        return cls(given)

    @property
    def parts(self) -> tuple[Section, ...]:
        """The sections, or the whole text as a single one."""
        if self.sections:
            return self.sections
        whole = Span(0, len(self.text))
        return (Section(whole, outer=whole),)

    @property
    def flat(self) -> bool:
        """Whether its sections are lines, or it has cues: there a blank line has no place."""
        return bool(self.cues) or self.origin.flat

    @property
    def turns(self) -> tuple[int, ...]:
        """Where a cue ends behind which another speaker begins."""
        return tuple(a.span.end for a, b in pairwise(self.cues) if b.speaker and b.speaker != a.speaker)

    @property
    def newline(self) -> str:
        """The line end the text uses: ``\\r\\n`` if its first one is, else ``\\n``."""
        first = self.text.find("\n")
        return "\r\n" if first > 0 and self.text[first - 1] == "\r" else "\n"
