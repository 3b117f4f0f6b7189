"""Capitals that are missing: at sentence starts, and in names and acronyms."""

from __future__ import annotations

from collections.abc import Iterator

from transmend.document import Span
from transmend.finding import Edit, Finding, Fix, Severity
from transmend.rule import Phase, Rule
from transmend.view import View


def sentence_case(view: View) -> Iterator[Finding]:
    """A sentence starts in lower case.

    Why: a capital is half of what shows a sentence start.

    Example: ``okay. now we start`` becomes ``Okay. Now we start.``

    Left alone: words with a capital anywhere (``iPhone``), what follows a seam (it is the rest of a sentence),
    words that start with a digit.

    Safety: safe. Only the case of letters changes.
    """
    yield from _miscased(view, at_start=True)


def name_case(view: View) -> Iterator[Finding]:
    """A name or an acronym is in lower case.

    Why: ``us`` and ``US``, ``react`` and ``React`` are different words.

    Example: ``we use github and sql`` becomes ``We use GitHub and SQL.``

    How mixed case is written (``JavaScript``, ``APIs``) comes from a table of written forms; where the table has
    none, the word is left as it is.

    Left alone: words with a capital, and whatever is less probable than the setting ``abstain``.

    Safety: safe. Only the case of letters changes.
    """
    yield from _miscased(view, at_start=False)


def _miscased(view: View, *, at_start: bool) -> Iterator[Finding]:
    for planned in view.plan:
        word = planned.word
        if planned.starts is not at_start or planned.written == word.text:
            continue
        if _letters(planned.written) != _letters(word.text):
            message = f"'{word.text}' should be written '{planned.written}'"
            evidence = {"written": planned.written}
            yield Finding(Span(word.start, word.end), message, planned.written_probability, evidence=evidence)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def recase(view: View, finding: Finding) -> Fix:
    """Change the case of the letters that differ, one edit each, so that marks inside the word may be set too."""
    letters = iter(_letters(finding.evidence["written"]))
    edits = []
    for at, old in enumerate(finding.span.of(view.text), finding.start):
        if old.isalnum() and (new := next(letters)) != old:
            edits.append(Edit(Span(at, at + 1), new))
    return Fix(tuple(edits))


RULES = (
    Rule("CAS001", Phase.MARKS, sentence_case, recase, Severity.NOTE, grouped=True),
    Rule("CAS002", Phase.MARKS, name_case, recase, Severity.NOTE, grouped=True),
)
