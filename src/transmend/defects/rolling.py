"""Captions that scroll: each line stands in two or three cues, for it is shown until it has moved up and out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from transmend.document import Cue, Span
from transmend.finding import Edit, Finding, Fix
from transmend.rule import Phase, Rule
from transmend.view import View

#: A cue that is shown no longer than this, in seconds, only carries lines over from one to the next.
CARRIER = 0.05
#: Cues of one scroll follow each other within this many seconds.
GAP = 0.1
#: A file scrolls if it has so many repeats, and they are this share of its cues.
FEWEST, SHARE = 3, 0.5
#: So many words that come again, and no more or fewer, are no accident in such a file.
FEWEST_WORDS = 2


def rolling_caption(view: View) -> Iterator[Finding]:
    """A line of captions is there again because it has scrolled up.

    Why: YouTube's automatic captions show two lines, and each new one pushes the last one up. Written to a file every
    line is there two or three times, which doubles what a reader or a model gets to read.

    Example: the cues ``so we went`` / ``so we went``, for 10 ms / ``so we went⏎to the store`` become ``so we went`` /
    ``to the store``. Each word keeps the time at which it was first shown.

    Whole lines count, at the top of a cue that follows at once on the cue that ended with them, in a file where half
    of the cues or more are like that. Programs that put both lines into one leave a chain of words: ``so we went to
    the`` / ``to the store``; and live captions grow: ``so we`` / ``so we went``. Both are collapsed in the same way,
    in files that are made of them.

    Left alone: lines and words that were said again, which stand below, not on top, or in a cue that lasts and adds
    nothing; lines whose words have times of their own; files that do not scroll.

    Safety: safe, under every preset: what was said once stands there once, and nothing that was said is lost.
    """
    cues = view.document.cues
    for carried in (_lines_carried, _words_carried):
        found = list(carried(view.text, cues))
        if len(found) >= FEWEST and len(found) >= SHARE * (len(cues) - 1):
            for span in found:
                shown = " ".join(span.of(view.text).split())
                yield Finding(span, f"'{shown[:60]}' has scrolled up from the cue before", 0.99)
            return


def _follows(before: Cue, cue: Cue) -> bool:
    return before.begin <= cue.begin <= before.end + GAP


def _is_carrier(cue: Cue) -> bool:
    return cue.end - cue.begin <= CARRIER


def _said_then(cue: Cue, end: int) -> bool:
    """Whether words of the cue before ``end`` have times of their own."""
    return any(piece.span.start < end and len(piece.span) for piece in cue.words[1:])


# --- lines -----------------------------------------------------------------------------------------------------------


def _lines_carried(text: str, cues: Sequence[Cue]) -> Iterator[Span]:
    """For each cue that has lines from the one before it where those are."""
    for before, cue in pairwise(cues):
        if not _follows(before, cue):
            continue
        old, new = before.span.of(text).split("\n"), cue.span.of(text).split("\n")
        most = len(new) if _is_carrier(cue) else len(new) - 1
        lines = next((k for k in range(min(most, len(old)), 0, -1) if _same(new[:k], old[-k:])), 0)
        end = cue.span.start + len("\n".join(new[:lines]))
        if lines and not _said_then(cue, end):
            yield Span(cue.span.start, end)


def _same(new: list[str], old: list[str]) -> bool:
    return [line.split() for line in new] == [line.split() for line in old]


# --- words -----------------------------------------------------------------------------------------------------------


def _words_carried(text: str, cues: Sequence[Cue]) -> Iterator[Span]:
    """For each cue that starts with words from the end of the one before it where those are.

    Where words were said twice, several numbers of words may fit. In a chain it is those that were new before that
    come again, in a text that grows all of them: what the file has more of decides.
    """
    said = [cue.span.of(text).split() for cue in cues]
    both = list(pairwise(zip(cues, said, strict=True)))
    shared = [_overlaps(old, new) if _follows(before, cue) else [] for (before, old), (cue, new) in both]
    grows = sum(len(old) in counts for old, counts in zip(said, shared, strict=False)) * 2 > sum(map(bool, shared))
    added = len(said[0]) if said else 0
    for ((_, old), (cue, new)), counts in zip(both, shared, strict=True):
        if _is_carrier(cue) and len(new) in counts:
            carried = len(new)
        else:
            carried = _likeliest([k for k in counts if k < len(new)], len(old), added, grows=grows)
            added = len(new) - carried
        end = cue.span.start + _word_end(cue.span.of(text), carried)
        if carried and not _said_then(cue, end):
            yield Span(cue.span.start, end)


def _overlaps(old: Sequence[str], new: Sequence[str]) -> list[int]:
    """How many words ``old`` may end with that ``new`` starts with."""
    return [len(old) - at for at, word in enumerate(old) if word == new[0] and old[at:] == new[: len(old) - at]]


def _likeliest(counts: Sequence[int], shown: int, added: int, *, grows: bool) -> int:
    """How many of the words ``shown`` in the cue before, of which ``added`` were new, come again; 0 if none do."""
    for count in (shown, added) if grows else (added, shown):
        if count in counts:
            return count
    return counts[0] if len(counts) == 1 and counts[0] >= FEWEST_WORDS else 0


def _word_end(text: str, words: int) -> int:
    """Where the first ``words`` words of a text end."""
    return next(islice(re.finditer(r"\S+", text), words - 1, None)).end() if words else 0


def collapse(view: View, finding: Finding) -> Fix:
    """Take the words out, with the space or line break after them; a cue that has no others goes too."""
    start, end = finding.span.start, finding.span.end
    if view.text[end : end + 1].isspace():
        end += 1
    elif start:
        start -= 1
    return Fix((Edit(Span(start, end), ""),))


RULES = (Rule("CAP006", Phase.ENCODING, rolling_caption, collapse, grouped=True),)
