"""Marks that are missing between words: commas, full stops, question marks."""

from __future__ import annotations

from collections.abc import Iterator

from transmend.document import Span
from transmend.finding import Edit, Finding, Fix, Severity
from transmend.rule import Phase, Rule
from transmend.view import View

NAMES = {",": "comma", ".": "full stop", "?": "question mark"}


def missing_comma(view: View) -> Iterator[Finding]:
    """A comma is missing.

    Why: captions and recognisers leave marks out, and readers and models alike lose the structure.

    The tagger reads the words alone, so what it wants does not depend on marks that are there. In text that
    has marks already, only what is all but sure is added.

    Example: ``um so we can do that`` becomes ``Um, so we can do that.``

    Left alone: gaps that hold any mark or bracket, the place of a seam, and whatever is less probable than
    the setting ``abstain``.

    Safety: safe. Only a mark is inserted.
    """
    yield from _missing(view, ",")


def missing_full_stop(view: View) -> Iterator[Finding]:
    """A sentence ends without a full stop.

    Why: without sentence ends there is nothing to quote, split, translate or read aloud.

    Example: ``thanks for watching see you soon`` becomes ``Thanks for watching. See you soon.``

    Left alone: gaps that hold any mark, the words before a seam (the sentence was cut off, it did not end), and
    whatever is less probable than the setting ``abstain``.

    Safety: safe. Only a mark is inserted.
    """
    yield from _missing(view, ".")


def missing_question_mark(view: View) -> Iterator[Finding]:
    """A question ends without a question mark.

    Why: a question that reads as a statement says something else.

    Example: ``what is a token`` becomes ``What is a token?``

    Left alone: gaps that hold any mark, the words before a seam, indirect questions, and whatever is less
    probable than the setting ``abstain``.

    Safety: safe. Only a mark is inserted.
    """
    yield from _missing(view, "?")


def _missing(view: View, mark: str) -> Iterator[Finding]:
    for planned in view.plan:
        if planned.mark == mark:
            end = planned.word.end
            message = f"{NAMES[mark]} missing after '{planned.word.text}'"
            yield Finding(Span(end, end), message, planned.mark_probability, evidence={"insert": mark})


def insert(view: View, finding: Finding) -> Fix:
    """Put the mark right behind its word."""
    return Fix((Edit(finding.span, finding.evidence["insert"]),))


RULES = (
    Rule("PUN001", Phase.MARKS, missing_comma, insert, Severity.NOTE, grouped=True),
    Rule("PUN002", Phase.MARKS, missing_full_stop, insert, Severity.NOTE, grouped=True),
    Rule("PUN003", Phase.MARKS, missing_question_mark, insert, Severity.NOTE, grouped=True),
)
