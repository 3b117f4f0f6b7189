"""Text in other languages: what the models and word lists here know is English, and would wreck it.

Two things tell: the function words of English, which are a third of its speech and hardly stand in other languages, and
words that no lexicon of English has, which are half of what is said in those and seldom stand in a row elsewhere. Each
word adds to a sum or takes from it; a stretch starts where the sum does, and ends where it is highest before it falls
by much (as BLAST extends its matches: Altschul et al. 1990, J. Mol. Biol. 215).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import compress
from typing import NamedTuple

from transmend.document import Document, Span
from transmend.language import ENGLISH
from transmend.lexicon import default
from transmend.memory import remembered
from transmend.restore.words import Passage, segments
from transmend.tokens import find

UNKNOWN, KNOWN, FUNCTION = 1.5, -0.5, -3.0  # what a word adds: one that is unknown, one that is not, a function word
ENOUGH = 10.0  # sum of a stretch within a text ...
ALL = 5.0  # ... and of one that is all of it
FALL = 8.0  # fall of the sum behind which a stretch is over
FEW = 4  # words at an end of a text that may be of either language
SHORT = 20  # words: shorter sections are in the language of their file


def foreign(document: Document) -> Iterator[Span]:
    """The stretches of a document that are in another language, in order.

    Arguments:
        document: the document. Each of its sections is looked at by itself, short ones together.
    """
    texts = [section.span.of(document.text) for section in document.parts]
    each = [_language(text) for text in texts]
    short = [found.words < SHORT and len(texts) > 1 for found in each]
    judged = [_language("\n".join(compress(texts, short)))]
    judged += (found for found, is_short in zip(each, short, strict=True) if not is_short)
    mostly = sum(found.foreign_words for found in judged) > sum(found.words for found in judged) / 2
    for section, text, found, is_short in zip(document.parts, texts, each, short, strict=True):
        stretches = found.stretches
        if is_short:
            stretches = (Span(0, len(text)),) if mostly and found.words else ()
        yield from (Span(section.span.start + span.start, section.span.start + span.end) for span in stretches)


class _Language(NamedTuple):
    """Where a text is in another language, how many words it has, and how many of them are there."""

    stretches: tuple[Span, ...]
    words: int
    foreign_words: int


@remembered
def _language(text: str) -> _Language:
    words = [word for piece in segments(Passage(text, (), find(text))) for word in piece if word.form.isalpha()]
    lexicon = default()
    says = [FUNCTION if w.form in ENGLISH else KNOWN if w.form in lexicon else UNKNOWN for w in words]
    runs = [_to_ends(run, says) for run in _runs(says)]
    runs = [run for run in runs if run.sum > (ALL if run.words > 0.8 * len(words) else ENOUGH)]
    stretches = tuple(Span(words[run.first].start, words[run.last - 1].end) for run in runs)
    return _Language(stretches, len(words), sum(run.words for run in runs))


class _Run(NamedTuple):
    """Words from one to before another, and what they add up to."""

    first: int
    last: int
    sum: float

    @property
    def words(self) -> int:
        """How many there are."""
        return self.last - self.first


def _to_ends(run: _Run, says: list[float]) -> _Run:
    """A run from the start and to the end of a text where only a few words are between, and no function word."""
    first, last = run.first, run.last
    if first <= FEW and FUNCTION not in says[:first]:
        first = 0
    if len(says) - last <= FEW and FUNCTION not in says[last:]:
        last = len(says)
    return _Run(first, last, run.sum)


def _runs(values: list[float]) -> Iterator[_Run]:
    """The runs in which the sum of the values stays above nothing and rises highest, up to where it falls by much."""
    first, last, total, best = 0, 0, 0.0, 0.0
    for at, value in enumerate([*values, -math.inf]):
        total += value
        if total > best:
            best, last = total, at + 1
        elif total < 0 or best - total > FALL:
            if best > 0:
                yield _Run(first, last, best)
            first, total, best = at + 1, 0.0, 0.0
