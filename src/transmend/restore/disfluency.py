"""Which words a careful editor would drop: fillers, stutters, the broken-off part of a restart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from transmend.document import Document, Section, Span
from transmend.restore.words import Passage, Word, passages, segments
from transmend.tagger.tagger import Floats, default
from transmend.tokens import Token

#: Fillers of two words: dropped as a whole or not at all, for half of one makes no sense.
PHRASES = ("you know", "i mean", "kind of", "sort of", "i guess", "or whatever", "you see", "and stuff", "i think")
_PAIRS = frozenset(tuple(phrase.split()) for phrase in PHRASES)

#: A word is dropped if the tagger holds that more likely than this.
DROPPED = 0.5

_Run = tuple[Sequence[Word], tuple[str, ...], float]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A run of words to drop.

    Attributes:
        section: the section they are in.
        words: the words, in order.
        follows: forms of the words that follow, as many again and one more.
        probability: that an editor would drop them: the mean over the words.
    """

    section: Section
    words: tuple[Word, ...]
    follows: tuple[str, ...]
    probability: float

    @property
    def span(self) -> Span:
        """From the first word to the last."""
        return Span(self.words[0].start, self.words[-1].end)

    @property
    def said(self) -> str:
        """The words in their normal forms."""
        return " ".join(word.form for word in self.words)


def dropped_words(document: Document, breaks: Sequence[Span], marks: Sequence[Token] = ()) -> Iterator[Dropped]:
    """The runs of words that the tagger would drop, in order.

    Arguments:
        document: the document.
        breaks: sorted places of missing text; what stands beside one is left alone, for it may go on behind it.
        marks: the caption tokens in it, which no run crosses.
    """
    runs: dict[Passage, list[_Run]] = {}
    for section, passage in passages(document, breaks, marks):
        if passage not in runs:
            runs[passage] = [run for words in filter(None, segments(passage)) for run in _runs(words)]
        for words, follows, probability in runs[passage]:
            yield Dropped(section, tuple(word.moved(section.span.start) for word in words), follows, probability)


def _runs(words: Sequence[Word]) -> Iterator[_Run]:
    """The runs to drop in a segment: the words, the forms of those that follow, and how likely they go."""
    probabilities = _probabilities([w.form for w in words])
    goes = (probabilities > DROPPED).tolist()
    at = 0
    while at < len(words):
        end = at
        while end < len(words) and goes[end] and not (end > at and words[end - 1].between):
            end += 1
        if at < end < len(words):
            follows = tuple(w.form for w in words[end : 2 * end - at + 1])
            yield words[at:end], follows, round(float(probabilities[at:end].mean()), 4)
        at = max(end, at + 1)


def _probabilities(forms: Sequence[str]) -> Floats:
    """How likely it is that an editor would drop each word; the words of a phrase share their mean."""
    dropped = default().predict(forms).disfluency[:, 1].copy()
    for at, pair in enumerate(pairwise(forms)):
        if pair in _PAIRS:
            dropped[at : at + 2] = dropped[at : at + 2].mean()
    return dropped
