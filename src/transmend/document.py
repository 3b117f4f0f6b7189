"""What a transcript is: a text, and which part of it is a shot, a target or a record."""

from __future__ import annotations

from dataclasses import dataclass, field


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
class Origin:
    """How a document stood in its file, so that it can be written back in the same form.

    Attributes:
        format: name of the format, such as ``banner`` or ``jsonl``.
        encoding: Python's name of the encoding the bytes were in.
        frame: the file's whole text, for formats in which a section is quoted inside it (JSON);
            empty where ``Document.text`` is the file's text.
        slots: for each section, by ``key``: where its quoted text is in ``frame``.
        records: for each section, by ``key``: what of ``frame`` goes when it is dropped.
    """

    format: str = "plain"
    encoding: str = "utf-8"
    frame: str = ""
    slots: tuple[Span, ...] = ()
    records: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One file, one transcript or one rendered prompt.

    All offsets anywhere in transmend are code points in some ``Document.text``.

    Attributes:
        text: the text.
        name: where it came from, for messages.
        sections: its shots, targets or records in order, not overlapping; empty for a plain text.
        origin: the form it came in; not part of equality.
    """

    text: str
    name: str = ""
    sections: tuple[Section, ...] = ()
    origin: Origin = field(default=Origin(), compare=False, repr=False)

    @property
    def parts(self) -> tuple[Section, ...]:
        """The sections, or the whole text as a single one."""
        if self.sections:
            return self.sections
        whole = Span(0, len(self.text))
        return (Section(whole, outer=whole),)

    @property
    def newline(self) -> str:
        """The line end the text uses: ``\\r\\n`` if its first one is, else ``\\n``."""
        first = self.text.find("\n")
        return "\r\n" if first > 0 and self.text[first - 1] == "\r" else "\n"
