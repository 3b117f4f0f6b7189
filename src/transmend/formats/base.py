"""What a format is, and what several of them share.

To add a format, say ``srt``:

1. Write ``formats/srt.py`` with a ``sniff`` that knows the form when it sees it and a ``parse`` that makes a
   ``Document`` of a ``Source``.
2. Where sections cannot point into the file's own text, write ``changes`` as well; else the text is the file.
   Formats with times make their document with ``cues.document`` and have ``cues.changes`` put edits into its frame.
3. End it with ``FORMAT = Format("srt", (".srt",), sniff, parse)``, named in the table of ``formats/__init__.py``.
4. Put an example into ``fixtures/formats/srt/``: the promises in ``tests/test_formats.py`` then hold for it too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum

from transmend.document import Document, Section, Span
from transmend.formats.casting import Caster
from transmend.formats.frame import Replacement, spliced


class Sniff(IntEnum):
    """How much a text looks like a format, ``SURE`` by what no other has. Between equals the extension decides."""

    NO = 0
    MAYBE = 1
    YES = 2
    SURE = 3


@dataclass(frozen=True, slots=True)
class Source:
    """A file's text on its way to a document.

    Attributes:
        text: the decoded text, line ends as they are in the file.
        name: where it came from, for messages.
        encoding: Python's name of the encoding the bytes were in.
        text_key: which field of a JSON object, or which column of a table, is its text.
    """

    text: str
    name: str = ""
    encoding: str = "utf-8"
    text_key: str = "text"


def none(document: Document) -> Iterable[Replacement]:
    """No changes beside those of ``Document.text``, for formats in which that is the file's text."""
    return ()


@dataclass(frozen=True, slots=True)
class Format:
    """A form transcripts come in.

    Attributes:
        name: its name, as ``--format`` takes it.
        suffixes: file extensions it usually has, with the dot.
        sniff: how much a text looks like it. Never raises.
        parse: makes the document; raises ``InputError`` where the text breaks the form.
        changes: where the document's frame has to change so that it says what the document says.
        caster: how the cues of a document are made anew, where that can be done.
    """

    name: str
    suffixes: tuple[str, ...]
    sniff: Callable[[str], Sniff]
    parse: Callable[[Source], Document]
    changes: Callable[[Document], Iterable[Replacement]] = none
    caster: Callable[[Document], Caster] | None = None

    def render(self, document: Document) -> str:
        """The file's text again; without edits, the very same text."""
        frame = document.origin.frame
        return spliced(frame, self.changes(document)) if frame else document.text


def stripped(text: str, start: int, end: int) -> Span:
    """The part of ``start..end`` without the white space around it; where nothing is left, the place ``start``."""
    body = text[start:end]
    inner = body.strip()
    if not inner:
        return Span(start, start)
    begin = start + len(body) - len(body.lstrip())
    return Span(begin, begin + len(inner))


def numbered(sections: Iterable[Section]) -> tuple[Section, ...]:
    """The sections with their final ``key`` and ``prompt``.

    A prompt ends with its target, and where the ``prompt`` given changes: there the file itself says that one
    ends. A record that is neither shot nor target stands alone.
    """
    return tuple(_numbered(sections))


def _numbered(sections: Iterable[Section]) -> Iterator[Section]:
    prompt = 0
    before: Section | None = None
    for key, section in enumerate(sections):
        if before is not None and (before.role != "shot" or section.prompt != before.prompt):
            prompt += 1
        before = section
        yield replace(section, prompt=prompt, key=key)


def looks(roles: Iterable[str], *, opens: bool) -> Sniff:
    """How much headings or tags of these ``roles`` make a prompt file.

    One of them alone may be a remark in a transcript. So the text has to open with one, or to have both a shot
    and a target.
    """
    found = set(roles) & {"shot", "target"}
    if found and (opens or len(found) == 2):
        return Sniff.YES
    return Sniff.MAYBE if found else Sniff.NO


def line_at(text: str, offset: int) -> int:
    """Number, from 1, of the line that ``offset`` is in."""
    return text.count("\n", 0, offset) + 1
