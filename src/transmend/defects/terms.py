"""Terms that were misheard: against the glossaries, and against the rest of the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from transmend.document import Section, Span
from transmend.finding import Edit, Finding, Fix, Safety, Severity
from transmend.glossary import Term, load
from transmend.glossary.match import Match, find
from transmend.glossary.variants import Variant, variants
from transmend.rule import Phase, Rule
from transmend.view import View

_Found = TypeVar("_Found", Match, Variant)

HOW = {
    "heard": "a known way to hear",
    "spaced": "the letters of",
    "spelt": "spelt almost like",
    "sounds": "sounds like",
}


def glossary_term(view: View) -> Iterator[Finding]:
    """A term of a glossary was misheard.

    Why: recognisers write what they know. ``soft marx`` for ``softmax`` and ``cy cach`` for ``KV cache`` break
    search, and a model that reads them learns words that nobody said.

    Example: ``we apply the soft marx`` becomes ``we apply the softmax`` in a text on machine learning.

    The setting ``glossary`` names files with your own terms. The built-in glossaries (machine learning, web,
    databases, networking) count only in a section that shows the field: three terms of it stand there as they are
    written, five times in all. ``evidence["how"]`` is ``heard`` (a form that a glossary lists), ``spaced`` (the same
    letters), ``spelt`` or ``sounds`` (almost the same letters or sounds).

    Left alone: what is written as any term is written; words that the lexicon knows, unless a glossary lists them as
    heard or they stand side by side as they never do; known words with an ending; words cut off at a seam.

    Safety: unsafe, for words change; but safe where your own glossary lists the very form as heard, or the form has
    the term's letters: that was asked for by name.
    """
    own = load(view.settings.glossary)
    for section in view.parts:
        for match in _matches(view, section, own):
            if not (match.how in ("spelt", "sounds") and _is_cut(view, match)):
                was, write = view.text[match.start : match.end], match.term.write
                evidence = {"write": write, "how": match.how, "field": match.term.field or None}
                confidence = 0.95 if match.score == 1 else round(0.6 + 0.3 * match.score, 2)
                message = f"'{was}' is {HOW[match.how]} '{write}'".replace("is sounds", "sounds")
                yield Finding(Span(match.start, match.end), message, confidence, evidence=evidence)


def inconsistent_term(view: View) -> Iterator[Finding]:
    """A term is spelt in two ways in one section.

    Why: ``mistral`` here and ``mistal`` there are two terms to a search, an index and a model.

    Example: ``mistal`` in a text that says ``mistral`` elsewhere. ``evidence["write"]`` is the form to prefer: that of
    a glossary, or else the one said at least twice as often; ``evidence["times"]`` says how often each is said.

    Left alone: words that the lexicon knows, a word with and without an ending, forms that differ in a digit, and
    what ``glossary-term`` reports already.

    Safety: unsafe where the preferred form is in a glossary or is said three times or more and thrice as often; else
    display only.
    """
    own = load(view.settings.glossary)
    for section in view.parts:
        taken = _matches(view, section, own)
        for found in _at(section, variants(section.span.of(view.text), own)):
            span = Span(found.start, found.end)
            if not any(m.start < span.end and span.start < m.end for m in taken) and not _is_cut(view, found):
                message = f"'{span.of(view.text)}' here, '{found.write}' elsewhere"
                evidence = {"write": found.write, "times": list(found.times), "known": found.known}
                yield Finding(span, message, 0.8 if found.known else 0.7, evidence=evidence)


def _matches(view: View, section: Section, own: tuple[Term, ...]) -> tuple[Match, ...]:
    names = tuple(name for name in (view.document.name, section.name, section.label) if name)
    return _at(section, find(section.span.of(view.text), own, names))


def _at(section: Section, found: Iterable[_Found]) -> tuple[_Found, ...]:
    """What was found in a section's text, where it is in the document's."""
    start = section.span.start
    return tuple(replace(one, start=one.start + start, end=one.end + start) for one in found)


def _is_cut(view: View, found: Match | Variant) -> bool:
    """Whether a word touches a place where text is missing, or is of another language: then no term was misheard.

    Places without a mark are known only where seams are looked for at all: to find them takes the tagger.
    """
    gaps = view.breaks if view.settings.uses("SEAM001") else (*view.marked, *view.foreign)
    return any(gap.start <= found.end + 1 and found.start <= gap.end + 1 for gap in gaps)


def write_term(view: View, finding: Finding) -> Fix:
    """Write the term; safe if the user's own glossary lists the form or has its letters."""
    asked = finding.evidence["field"] is None and finding.evidence["how"] in ("heard", "spaced")
    return Fix((Edit(finding.span, finding.evidence["write"]),), Safety.SAFE if asked else Safety.UNSAFE)


def write_alike(view: View, finding: Finding) -> Fix:
    """Write the preferred form; only shown where it is not clear enough."""
    here, elsewhere = finding.evidence["times"]
    clear = finding.evidence["known"] or elsewhere >= max(3, 3 * here)
    return Fix((Edit(finding.span, finding.evidence["write"]),), Safety.UNSAFE if clear else Safety.DISPLAY)


RULES = (
    Rule("TERM001", Phase.WORDS, glossary_term, write_term),
    Rule("TERM002", Phase.WORDS, inconsistent_term, write_alike, Severity.NOTE),
)
