"""Texts that start or end in mid-sentence, as samplers and context windows leave them.

The tagger was taught on windows cut anywhere, so at the ends of a text, where it sees one side only, its
probabilities of a sentence end and of a capital still say what they should.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from transmend.document import Document, Section, Span
from transmend.language import DANGLING, looks_english
from transmend.restore.words import MARKED, Passage, Word, nearby, passages, segments
from transmend.tagger.tagger import Tags, default
from transmend.tokens import Token

#: By how much the log-odds of a sentence end, or of a capital, count against a text in mid-sentence, and what is
#: added: fitted by ``scripts/fit_ends.py``, as what a dangling last word adds.
END = (-0.60, -2.27)
START = (-0.61, -1.02)
DANGLES = 1.7
PRIOR = -2.0  # log-odds: one end in nine is in mid-sentence
UNMARKED = 4.0  # log-likelihood ratio of no mark behind the last word, or no capital, where the text has them elsewhere
LEAST_WORDS = 30  # shorter texts may be headings
LIKELY = 0.5
SURE = 1e-5  # the tagger is never surer than this


class Unfinished(NamedTuple):
    """An end of a text in mid-sentence.

    Attributes:
        section: the section.
        word: its first or last word.
        starts: whether it is the first.
        probability: that the sentence goes on beyond it.
    """

    section: Section
    word: Word
    starts: bool
    probability: float


def unfinished(document: Document, breaks: Sequence[Span], marks: Sequence[Token] = ()) -> Iterator[Unfinished]:
    """The ends of all sections that are likely to be in mid-sentence.

    Arguments:
        document: the document.
        breaks: sorted places of missing text, which no sentence crosses.
        marks: the caption tokens in it, which are no words.
    """
    ends: dict[Passage, list[tuple[Word, bool, float]]] = {}
    for section, passage in passages(document, breaks, marks):
        if passage not in ends:
            ends[passage] = list(_ends(passage))
        for word, starts, probability in ends[passage]:
            yield Unfinished(section, word.moved(section.span.start), starts, probability)


def _ends(passage: Passage) -> Iterator[tuple[Word, bool, float]]:
    """The ends of a section in mid-sentence: the word, whether it is the first, and how likely."""
    pieces = segments(passage)
    tags = default().predict_all([[word.form for word in words] for words in pieces])
    for piece, probability in zip((0, -1), open_ends(passage.text, pieces, tags), strict=True):
        if probability > LIKELY:
            yield pieces[piece][piece], piece == 0, round(probability, 4)


def open_ends(text: str, pieces: Sequence[Sequence[Word]], tags: Sequence[Tags]) -> tuple[float, float]:
    """P(a text starts in mid-sentence), and P(it ends in one). Short texts and other languages are not judged.

    Arguments:
        text: the text.
        pieces: its words, between places of missing text.
        tags: the tagger's opinion of each piece.
    """
    if sum(map(len, pieces)) < LEAST_WORDS or not looks_english(text):
        return 0.0, 0.0
    return _starts_open(pieces[0], tags[0]), _ends_open(pieces[-1], tags[-1])


def _starts_open(words: Sequence[Word], tags: Tags) -> float:
    if not words or not words[0].text[0].islower():
        return 0.0
    cased = nearby([word.text != word.text.lower() for word in words])[0]
    return _probability(float(tags.case[0, 1:].sum()), START, UNMARKED * cased)


def _ends_open(words: Sequence[Word], tags: Tags) -> float:
    if not words or words[-1].gap.strip() or words[-1].between:
        return 0.0
    marked = nearby([not MARKED.isdisjoint(word.gap) for word in words])[-1]
    dangles = words[-1].form in DANGLING
    return _probability(float(tags.mark[-1, 2:].sum()), END, UNMARKED * marked + DANGLES * dangles)


def _probability(ended: float, fit: tuple[float, float], more: float) -> float:
    """P(mid-sentence), from the tagger's probability of the sentence's end or start, and ``more`` log-odds."""
    ended = min(max(ended, SURE), 1 - SURE)
    weight, constant = fit
    odds = weight * math.log(ended / (1 - ended)) + constant + PRIOR + more
    return 1 / (1 + math.exp(-odds))
