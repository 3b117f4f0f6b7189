"""Text in other languages."""

from __future__ import annotations

from collections.abc import Iterator

from transmend.finding import Finding, Severity
from transmend.rule import Phase, Rule
from transmend.view import View


def other_language(view: View) -> Iterator[Finding]:
    """A stretch of text is in another language than English, and is left as it is.

    Why: what is known here of sentences, case, apostrophes and terms is known of English. It would make ``Don't`` of
    the French ``dont`` and set capitals all over German.

    Example: ``et nous verrons comment ces modèles apprennent à prédire le mot suivant dans une phrase`` in a talk held
    in English.

    Left alone: a few words, and sections of fewer than twenty in a file that is English as a whole; names, figures,
    code.

    Safety: no fix: a note. No mark, capital, inner form or paragraph is set in the stretch, and no seam or term is
    looked for; sound tags, repetitions and what encodings damaged are mended as elsewhere.
    """
    for span in view.foreign:
        words = len(span.of(view.text).split())
        message = f"{words:,} word{' is' if words == 1 else 's are'} not English: marks and case are left as they are"
        yield Finding(span, message, 0.95, evidence={"words": words})


RULES = (Rule("LANG001", Phase.MARKS, other_language, severity=Severity.NOTE),)
