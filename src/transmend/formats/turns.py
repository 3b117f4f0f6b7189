"""Text exports in which each turn, or each line, says when it begins and perhaps who speaks.

Otter (``Ann  1:02``), Rev and Descript (``Ann (01:02):``), Teams and Zoom, podcast Markdown
(``**[01:02] Ann:** so``) and plain lines (``00:01:02 so we went``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from transmend.document import Document, Span
from transmend.formats import cues
from transmend.formats.base import Format, Sniff, Source
from transmend.formats.clock import seconds
from transmend.formats.cues import Held, HeldCue
from transmend.formats.frame import Replacement
from transmend.formats.spelling import Spelling
from transmend.formats.subtitles import newline

_TIME = r"(?P<time>(?:\d{1,2}:)?\d{1,3}:\d{2}(?:[.,]\d{1,3})?)"
_NAME = r"(?P<name>[^\W_][^\n\r:*\[\]()<>|#]{0,59}?)"

#: How turns begin, at the start of a line. What a file has most of is its style; a line is of one style only.
STYLES: tuple[re.Pattern[str], ...] = tuple(
    re.compile(rf"^[ \t]*{head}", re.MULTILINE)
    for head in (
        rf"{_NAME}(?:[ ]{{2,}}|[ ]*\t[ ]*){_TIME}[ \t]*(?=\r?$)",  # Otter, Teams
        rf"{_NAME}[ ]?[\[(]{_TIME}[\])]:?[ \t]*(?=\r?$)",  # Rev, Descript: the text on lines of its own
        rf"{_NAME}[ ]?[\[(]{_TIME}[\])]:[ \t]+(?=\S)",  # the same on one line
        rf"\[{_NAME}\][ \t]+{_TIME}[ \t]*(?=\r?$)",  # Zoom's text export
        rf"\*\*[\[(]?{_TIME}[\])]?[ \t]*[-–]?[ \t]*{_NAME}:?\*\*:?[ \t]*",  # podcast Markdown
        rf"(?:\#{{1,6}}[ ]+)?\*\*{_NAME}:?\*\*:?[ \t]*[\[(]?{_TIME}[\])]?:?[ \t]*",
        rf"\#{{1,6}}[ ]+{_NAME}[ \t]*[\[(]{_TIME}[\])][ \t]*(?=\r?$)",
        rf"{_TIME}\t(?P<name>[^\n\r\t]{{1,80}}?):\t[ \t]*",  # Zoom's chat
        rf"[\[(]?{_TIME}[\])]?[ \t]*[-–]?[ \t]+{_NAME}:[ \t]+(?=\S)",
        rf"[\[(]{_TIME}(?:[ \t]*-+>?[ \t]*[\d:.,]+)?[\])][ \t]*",
        rf"{_TIME}[ \t]+(?![-,]|\d+:)(?=\S)",
        rf"{_TIME}[ \t]*(?=\r?$)",  # a time, the text under it
    )
)
_FOOTER = re.compile(r"\s*^[ \t]*Transcribed by https?://\S+\s*\Z", re.MULTILINE)
_SPELLING_UNITS = re.compile(r"\r\n|[\s\S]")
FEWEST = 3


def sniff(text: str) -> Sniff:
    """Sure where the text opens with a turn and has three or more; likely where they come early and often."""
    head = text[:100_000]
    found = _turns(head)
    if len(found) < FEWEST or re.match(r"\s*(?:WEBVTT|[\[{]\s*[\"{\[])", head):
        return Sniff.NO
    opens = not head[: found[0].start()].strip()
    return Sniff.SURE if opens else Sniff.YES if len(found) * 40 >= head.count("\n", found[0].start()) else Sniff.NO


def _turns(text: str) -> list[re.Match[str]]:
    """The beginnings of turns, in the style that most of them have; the first style of equals."""
    each = [list(style.finditer(text)) for style in STYLES]
    return max(each, key=len)


def parse(source: Source) -> Document:
    """A cue for each turn, to the next one; what stands before the first, and a service's footer, is left alone.

    Raises:
        InputError: if there is no turn with a time and a text.
    """
    return cues.document(source, list(_cues(source.text)), _spelling(source.text))


def _cues(text: str) -> Iterator[HeldCue]:
    found = _turns(text)
    if not found:
        return
    footer = _FOOTER.search(text, found[-1].end())
    end_of_text = footer.start() if footer else len(text)
    for match, following in zip(found, [*found[1:], None], strict=True):
        end = following.start() if following else end_of_text
        begin = seconds(match["time"]) or 0.0
        until = (seconds(following["time"]) or begin) if following else begin
        name = (match.groupdict().get("name") or "").strip()
        body = Span(match.end(), max(match.end(), end))
        header, record = Span(match.start(), match.end()), Span(match.start(), body.end)
        yield HeldCue((Held(body),), begin, max(begin, until), name, record, header)


def _spelling(text: str) -> Spelling:
    line_end = newline(text)

    def read(unit: str) -> str:
        return "\n" if unit == "\r\n" else unit

    return Spelling(_SPELLING_UNITS, read, lambda said: said.replace("\n", line_end), re.compile("\r\n"))


def changes(document: Document) -> Iterator[Replacement]:
    """The file with the text of changed turns replaced."""
    return cues.changes(document, _spelling(document.origin.frame))


FORMAT = Format("turns", (".txt", ".text", ".md"), sniff, parse, changes)
