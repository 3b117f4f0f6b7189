"""A spaCy component: findings as spans, and sentence starts, also where the text has no marks.

    import spacy

    nlp = spacy.blank("en")
    nlp.add_pipe("transmend", config={"preset": "clean"})
    doc = nlp("so lets go what is next")
    [(span.text, span.label_) for span in doc.spans["transmend"]]
    [sentence.text for sentence in doc.sents]

A component never changes a Doc's text: use ``transmend.clean`` before ``nlp`` for that.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, SpanGroup
from spacy.tokens import Span as DocSpan

from transmend.document import Span
from transmend.elision import elisions
from transmend.finding import Finding
from transmend.pipeline import check
from transmend.settings import Settings

KEY = "transmend"

#: Rules whose findings are missing sentence ends, and the marks that are sentence ends.
ENDS = ("PUN002", "PUN003")
MARKS = frozenset(".?!…")
CLOSING = frozenset("\"'”’»)]}")


class Transmend:
    """Looks at a Doc's text and says on its tokens what it found.

    Arguments:
        settings: what to look for.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def __call__(self, doc: Doc) -> Doc:
        """Put findings in ``doc.spans["transmend"]`` and, where none are set, sentence starts on the tokens."""
        findings = self.predict(doc)
        self.set_annotations(doc, findings)
        return doc

    def predict(self, doc: Doc) -> list[Finding]:
        """The findings in the Doc's text. Looks, and changes nothing."""
        return check(doc.text, self.settings) if len(doc) else []

    def set_annotations(self, doc: Doc, findings: Sequence[Finding]) -> None:
        """Write findings, and sentence starts if the rules for sentence ends are in use and nobody set any."""
        tokens = _Tokens(doc)
        spans = [DocSpan(doc, *tokens.covering(f.span), label=f.rule) for f in findings]
        notes = {"findings": [_attributes(finding) for finding in findings]}
        doc.spans[KEY] = SpanGroup(doc, name=KEY, spans=spans if len(doc) else [], attrs=notes)
        if all(map(self.settings.uses, ENDS)) and not doc.has_annotation("SENT_START"):
            marks = elisions(doc.text, self.settings.elision)
            _start_sentences(doc, {tokens.next(at) for at in (*_ends(findings), *(mark.end for mark in marks))})


class _Tokens:
    """From code points to tokens."""

    def __init__(self, doc: Doc) -> None:
        self._starts = [token.idx for token in doc]
        self._ends = [token.idx + len(token) for token in doc]

    def covering(self, span: Span) -> tuple[int, int]:
        """The tokens that ``span`` touches; for a place between characters the token it is in or ends, or the next."""
        first = min(bisect_left(self._ends, span.start + bool(len(span))), len(self._ends) - 1)
        last = bisect_left(self._starts, span.end)
        return first, max(first + 1, last)

    def next(self, offset: int) -> int:
        """The first token that starts at ``offset`` or after it."""
        return bisect_left(self._starts, offset)


def _attributes(finding: Finding) -> dict[str, Any]:
    """What a span cannot hold, in the order of the spans; offsets are characters of ``doc.text``."""
    return {
        "rule": finding.rule,
        "name": finding.name,
        "message": finding.message,
        "confidence": finding.confidence,
        "start": finding.start,
        "end": finding.end,
    }


def _ends(findings: Iterable[Finding]) -> list[int]:
    """Where sentences end without a mark: missing ones, and places where text is missing."""
    return [f.start for f in findings if f.rule in ENDS] + [f.evidence["cut"] for f in findings if "cut" in f.evidence]


def _start_sentences(doc: Doc, starts: set[int]) -> None:
    """Say of every token whether it starts a sentence: those given, and what follows a mark or a blank line.

    White space, closing quotes and more marks belong to the sentence before.
    """
    ended = True
    for token in doc:
        is_mark = set(token.text) <= MARKS
        trails = is_mark or token.is_space or token.text in CLOSING
        token.is_sent_start = token.i == 0 or token.i in starts or (ended and not trails)
        ended = (ended and not token.is_sent_start) or is_mark or token.text.count("\n") > 1


_DEFAULTS = {
    field.name: list(field.default) if isinstance(field.default, tuple) else field.default for field in fields(Settings)
}


@Language.factory(KEY, assigns=["doc.spans", "token.is_sent_start"], default_config=_DEFAULTS)
def make_transmend(
    nlp: Language,
    name: str,
    preset: str,
    select: list[str],
    ignore: list[str],
    seams: str,
    source: list[str],
    unsafe: bool,
    shots: str,
    elision: str,
    abstain: float | None,
    paragraphs: bool | None,
    glossary: list[str],
    disfluencies: str,
    numbers: str,
    tokens: list[str],
    cues: str,
    line_length: int,
    lines: int,
    reading_speed: float,
    min_duration: float,
    max_duration: float,
) -> Transmend:
    """Make the component; its configuration has the fields of ``Settings``."""
    return Transmend(
        Settings(
            preset=preset,
            select=tuple(select),
            ignore=tuple(ignore),
            seams=seams,
            source=tuple(source),
            unsafe=unsafe,
            shots=shots,
            elision=elision,
            abstain=abstain,
            paragraphs=paragraphs,
            glossary=tuple(glossary),
            disfluencies=disfluencies,
            numbers=numbers,
            tokens=tuple(tokens),
            cues=cues,
            line_length=line_length,
            lines=lines,
            reading_speed=reading_speed,
            min_duration=min_duration,
            max_duration=max_duration,
        )
    )
