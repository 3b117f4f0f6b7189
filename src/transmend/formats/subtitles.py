"""What SRT, WebVTT and SBV share: lines with times, each followed by what is said then."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from transmend.document import Span
from transmend.formats.base import stripped
from transmend.formats.casting import Mould

#: A name in front of what is said: ``Anna Smith: ``, ``SPEAKER_00: ``.
_NAME = re.compile(r"(?!https?:)((?:[^\W\d_][\w.'’-]*|\d{1,3})(?: (?:[^\W\d_]|[(\d])[\w.'’()-]*){0,4}):[ \t]+(?=\S)")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file, without its end."""

    start: int
    end: int
    text: str

    @property
    def blank(self) -> bool:
        """Whether there is nothing on it."""
        return not self.text.strip()


def lines(text: str) -> list[Line]:
    """The lines of ``text``."""
    found, at = [], 0
    for raw in text.split("\n"):
        found.append(Line(at, at + len(raw.removesuffix("\r")), raw.removesuffix("\r")))
        at += len(raw) + 1
    return found


def newline(text: str) -> str:
    """The line end the file uses."""
    first = text.find("\n")
    return "\r\n" if first > 0 and text[first - 1] == "\r" else "\n"


def payload(block: Sequence[Line], at: int) -> Span:
    """Where the text of these lines stands, without the white space around it; the place ``at`` if there is none."""
    filled = [line for line in block if not line.blank]
    if not filled:
        return Span(at, at)
    first, last = filled[0], filled[-1]
    start = first.start + len(first.text) - len(first.text.lstrip())
    return Span(start, last.start + len(last.text.rstrip()))


def named(text: str, payloads: Sequence[Span]) -> dict[int, tuple[str, int]]:
    """For each payload that starts with a speaker's name, by its start: the name, and where the words begin.

    A name counts if it speaks twice or more, if nearly every payload has one, or if it is a full name where others
    speak: ``Note: this is odd`` in one cue names nobody.
    """
    found = {span.start: match for span in payloads if (match := _NAME.match(text, span.start, span.end))}
    times = Counter(match[1] for match in found.values())
    most = len(found) * 10 >= len(payloads) * 9
    others = any(count > 1 for count in times.values())

    def counts(name: str) -> bool:
        return times[name] > 1 or most or (others and name.istitle() and " " in name)

    return {start: (match[1], match.end()) for start, match in found.items() if counts(match[1])}


def blocks(text: str, marks: re.Pattern[str]) -> Iterator[tuple[Line | None, list[Line]]]:
    """The lines that ``marks`` matches, each with the lines up to the next; first what stands before them all."""
    header: Line | None = None
    body: list[Line] = []
    for line in lines(text):
        if marks.search(line.text):
            yield header, body
            header, body = line, []
        else:
            body.append(line)
    yield header, body


def mould(pattern: re.Pattern[str], frame: str, record: Span) -> Mould | None:
    """The mould of a cue whose text stands under what ``pattern`` matches: its groups ``begin`` and ``end``, and where
    cues have ids ``id``, which goes as a whole, and in it the ``numeral``."""
    body = stripped(frame, record.start, record.end)
    match = pattern.match(frame, body.start, body.end)
    if match is None:
        return None
    has_id = match.groupdict().get("id") is not None
    number, numeral = (Span(*match.span(name)) if has_id else None for name in ("id", "numeral"))
    payload = stripped(frame, match.end(), body.end)
    return Mould(body, payload, Span(*match.span("begin")), Span(*match.span("end")), number, numeral)
