"""Texts that start or end in mid-sentence."""

from __future__ import annotations

from collections.abc import Iterator

from transmend.document import Span
from transmend.finding import Finding, Severity
from transmend.rule import Phase, Rule
from transmend.view import View


def unfinished_sentence(view: View) -> Iterator[Finding]:
    """A text starts or ends in mid-sentence.

    Why: a context window or a sampler that counts characters stops anywhere. Who reads on, or learns from it, takes the
    half of a sentence for one.

    Example: a talk that ends in ``and the first thing that we need to do is to open the``, or a captioned excerpt
    whose first word has no capital where all other sentences have theirs.

    Left alone: the ends of shots, which ``cut-off-shot`` judges, ends with a mark, texts of under 30 words, and text
    that does not look English. Whether a sentence may end there is the tagger's opinion: in text without marks it is
    sure of one in four or five (``scripts/fit_ends.py``); where the others have marks, a missing one says most.

    Safety: no fix: what is missing is not there. But no full stop is set behind the last word, and the first gets no
    capital.
    """
    for end in view.unfinished:
        if end.starts or end.section.role != "shot":
            message = f"the text {'starts' if end.starts else 'ends'} in mid-sentence, with '{end.word.text}'"
            evidence = {"side": "right" if end.starts else "left"}
            yield Finding(Span(end.word.start, end.word.end), message, end.probability, evidence=evidence)


RULES = (Rule("TRN002", Phase.SEAMS, unfinished_sentence, severity=Severity.NOTE),)
