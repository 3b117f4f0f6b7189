"""The text around a place, on one line that is safe to print."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from transmend.document import Span

CONTEXT = 36  # characters on either side
LONGEST = 60  # characters of a marked place that are shown

#: Controls and line ends become visible, one character for one.
_VISIBLE = dict.fromkeys((*range(32), *range(127, 160)), "�") | {
    ord("\n"): "⏎",
    ord("\r"): " ",
    ord("\t"): " ",
    0x2028: "⏎",
    0x2029: "⏎",
}


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A place with the text around it.

    Attributes:
        before: the text before it.
        marked: the place itself; "" for a place between characters.
        after: the text after it.
    """

    before: str
    marked: str
    after: str

    @property
    def line(self) -> str:
        """The text, without a mark."""
        return self.before + self.marked + self.after

    @property
    def carets(self) -> str:
        """The line to print under it, with ``^`` below the place."""
        return " " * _width(self.before) + "^" * max(1, _width(self.marked))


def excerpt(text: str, span: Span, context: int = CONTEXT) -> Excerpt:
    """The text around ``span``, cut at words where that is near, with ``…`` where it was cut.

    >>> excerpt("ill give you this dashboar one critical change", Span(18, 26), 12).line
    '…you this dashboar one…'
    """
    before = text[max(0, span.start - context) : span.start]
    after = text[span.end : span.end + context]
    if span.start > context:
        before = "…" + (before.split(" ", 1)[1] if " " in before[:-1] else before)
    if span.end + context < len(text):
        after = (after.rsplit(" ", 1)[0] if " " in after[1:] else after) + "…"
    return Excerpt(printable(before), printable(_shortened(span.of(text))), printable(after))


def printable(text: str) -> str:
    """``text`` on one line and without control characters, which a terminal would obey."""
    return text.translate(_VISIBLE)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _width(text: str) -> int:
    """Columns of a terminal that ``text`` takes."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.combining(c) > 0 for c in text)
