"""Paragraph breaks that are missing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from transmend.document import Span
from transmend.finding import Edit, Finding, Fix, Severity
from transmend.rule import Phase, Rule
from transmend.view import View


def missing_paragraph(view: View) -> Iterator[Finding]:
    """A paragraph should start here.

    Why: a transcript is one line of thousands of words; nobody reads or cites that.

    Blocks of more than eight sentences are split into paragraphs of three to eight, where the tagger sees a new
    topic or turn and the words on both sides have least in common; not before ``and``, ``because`` or ``it``, nor
    beside a sentence of a few words.

    Left alone: blocks of eight sentences or fewer, breaks that are there, captions and other text with times, and
    files of one text a line, which have no place for a blank line, everything if the setting ``paragraphs`` is off.

    Safety: safe. Only white space changes.
    """
    if not view.settings.paragraphs or view.document.flat:
        return
    for before, planned in pairwise(view.plan):
        if planned.paragraph and before.word.end < planned.word.start:
            span = _space(view.text, before.word.end, planned.word.start)
            if span is not None:
                message = f"a paragraph should start at '{planned.word.text}'"
                yield Finding(span, message, planned.paragraph_probability)


def _space(text: str, start: int, end: int) -> Span | None:
    """The white space between two words, behind the marks that close the first sentence."""
    gap = text[start:end]
    closing = len(gap.rstrip()) if gap.strip() else 0
    opening = gap[closing:]
    return Span(start + closing, end) if opening.isspace() else None


def break_paragraph(view: View, finding: Finding) -> Fix:
    """Put a blank line in place of the white space."""
    return Fix((Edit(finding.span, view.document.newline * 2),))


RULES = (Rule("SEG001", Phase.MARKS, missing_paragraph, break_paragraph, Severity.NOTE, grouped=True),)
