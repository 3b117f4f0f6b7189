"""Marks that are missing inside words: apostrophes, hyphens, dots."""

from __future__ import annotations

from collections.abc import Iterator

from transmend.document import Span
from transmend.finding import Edit, Finding, Fix, Severity
from transmend.rule import Phase, Rule
from transmend.view import View

NAMES = {"'": "apostrophe", "-": "hyphen", ".": "dot"}


def missing_apostrophe(view: View) -> Iterator[Finding]:
    """An apostrophe is missing inside a word.

    Why: ``were``, ``well``, ``its`` and ``id`` are other words without it.

    Example: ``its fine we dont need it`` becomes ``It's fine, we don't need it.``

    Left alone: words with a mark inside, plural possessives (``users'``), and whatever is less probable than the
    setting ``abstain``.

    Safety: safe. Only a mark is inserted.
    """
    yield from _missing(view, "'")


def missing_hyphen(view: View) -> Iterator[Finding]:
    """A hyphen is missing inside a word that normalisation glued.

    Why: ``finetuning`` and ``entrylevel`` are in no dictionary and split badly into tokens.

    Example: ``we do finetuning here`` becomes ``We do fine-tuning here.``

    Only words that the table of written forms knows with a hyphen get one.

    Left alone: words written apart (``fine tuning``), words with a mark inside, unknown words.

    Safety: safe. Only a mark is inserted.
    """
    yield from _missing(view, "-")


def missing_dot(view: View) -> Iterator[Finding]:
    """A dot is missing inside a name.

    Why: ``nodejs`` is ``Node.js`` to readers and search alike.

    Example: ``we wrote it in nodejs`` becomes ``We wrote it in Node.js.``

    Only words that the table of written forms knows with a dot get one.

    Left alone: numbers, addresses and file names, which need evidence the words do not hold.

    Safety: safe. Only a mark is inserted.
    """
    yield from _missing(view, ".")


def _missing(view: View, mark: str) -> Iterator[Finding]:
    for planned in view.plan:
        word = planned.word
        if len(planned.written) > len(word.text) and mark in planned.written:
            message = f"{NAMES[mark]} missing in '{word.text}': '{planned.written}'"
            evidence = {"insert": mark, "written": planned.written}
            yield Finding(Span(word.start, word.end), message, planned.written_probability, evidence=evidence)


def insert_inside(view: View, finding: Finding) -> Fix:
    """Insert the mark wherever the written form has it."""
    at, edits = finding.start, []
    for letter in finding.evidence["written"]:
        if letter.isalnum():
            at += 1
        elif letter == finding.evidence["insert"]:
            edits.append(Edit(Span(at, at), letter))
    return Fix(tuple(edits))


RULES = (
    Rule("INN001", Phase.MARKS, missing_apostrophe, insert_inside, Severity.NOTE, grouped=True),
    Rule("INN002", Phase.MARKS, missing_hyphen, insert_inside, Severity.NOTE, grouped=True),
    Rule("INN003", Phase.MARKS, missing_dot, insert_inside, Severity.NOTE, grouped=True),
)
