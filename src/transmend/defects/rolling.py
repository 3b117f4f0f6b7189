"""Captions that scroll: each line stands in two or three cues, for it is shown until it has moved up and out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from transmend.document import Cue, Span
from transmend.finding import Edit, Finding, Fix, Safety
from transmend.rule import Phase, Rule
from transmend.view import View

#: A cue that is shown no longer than this, in seconds, only carries lines over from one to the next.
CARRIER = 0.05
#: Cues of one scroll follow each other within this many seconds.
GAP = 0.1
#: A file scrolls if it has so many repeats, and they are this share of its cues.
FEWEST, SHARE = 3, 0.5


def rolling_caption(view: View) -> Iterator[Finding]:
    """A line of captions is there again because it has scrolled up.

    Why: YouTube's automatic captions show two lines, and each new one pushes the last one up. Written to a file every
    line is there two or three times, which doubles what a reader or a model gets to read.

    Example: the cues ``so we went`` / ``so we went``, for 10 ms / ``so we went⏎to the store`` become ``so we went`` /
    ``to the store``. Each word keeps the time at which it was first shown.

    Only whole lines count, at the top of a cue that follows at once on the cue that ended with them, in a file where
    half of the cues or more are like that.

    Left alone: lines that were said again, which stand below, not on top, or in a cue that lasts; lines whose words
    have times of their own; files that do not scroll.

    Safety: safe, for nothing that was said is lost; unsafe under the preset verbatim, which keeps every letter.
    """
    cues = view.document.cues
    carried = [(cue, end) for before, cue in pairwise(cues) if (end := _carried(view.text, before, cue)) is not None]
    if len(carried) < FEWEST or len(carried) < SHARE * (len(cues) - 1):
        return
    for cue, end in carried:
        line = " ".join(view.text[cue.span.start : end].split())
        yield Finding(Span(cue.span.start, end), f"'{line[:60]}' has scrolled up from the cue before", 0.99)


def _carried(text: str, before: Cue, cue: Cue) -> int | None:
    """Where the lines end that ``cue`` has from the one before it; None if it has none."""
    if not before.begin <= cue.begin <= before.end + GAP:
        return None
    old, new = before.span.of(text).split("\n"), cue.span.of(text).split("\n")
    most = len(new) if cue.end - cue.begin <= CARRIER else len(new) - 1
    lines = next((k for k in range(min(most, len(old)), 0, -1) if _same(new[:k], old[-k:])), 0)
    end = cue.span.start + len("\n".join(new[:lines]))
    said_then = any(piece.span.start < end and len(piece.span) for piece in cue.words[1:])
    return end if lines and not said_then else None


def _same(new: list[str], old: list[str]) -> bool:
    return [line.split() for line in new] == [line.split() for line in old]


def collapse(view: View, finding: Finding) -> Fix:
    """Take the lines out, with the line break after them; a cue that has no others goes too."""
    start, end = finding.span.start, finding.span.end
    if view.text[end : end + 1] == "\n":
        end += 1
    elif start:
        start -= 1
    return Fix((Edit(Span(start, end), ""),), Safety.UNSAFE if view.settings.preset == "verbatim" else Safety.SAFE)


RULES = (Rule("CAP006", Phase.ENCODING, rolling_caption, collapse, grouped=True),)
