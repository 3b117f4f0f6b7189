"""The whole flow on one page: look, choose, mend, phase by phase, until nothing changes."""

from __future__ import annotations

from collections.abc import Iterable

from transmend import formats
from transmend.defects import RULES
from transmend.document import Document
from transmend.edits import Result, Step, choose, edited, file_change, fill
from transmend.finding import Edit, Finding
from transmend.rule import Phase, Rule
from transmend.settings import Settings
from transmend.splice import Sources
from transmend.view import View

#: One round mends, the next confirms; more are needed only where a repair uncovers another defect.
MAX_ROUNDS = 6


def check(
    document: Document | str, settings: Settings | None = None, sources: Iterable[Document | str] | None = None
) -> list[Finding]:
    """Find what is broken, changing nothing.

    Arguments:
        document: a document, or the text of one.
        settings: what to look for; by default everything.
        sources: full transcripts that the document may be an excerpt of, in place of the files that
            ``settings.source`` names.

    Returns:
        The findings of all selected rules, by place.
    """
    settings = settings or Settings()
    view = View(_document(document), settings, _sources(sources))
    found = [finding for rule in _selected(settings) for finding in rule.look(view)]
    return sorted(found, key=lambda f: (f.span, f.rule))


def clean(
    document: Document | str, settings: Settings | None = None, sources: Iterable[Document | str] | None = None
) -> Result:
    """Mend what can be mended, and keep account of every change.

    Cleaning the clean text again changes nothing.

    Arguments:
        document: a document, or the text of one.
        settings: what to mend and how; by default the ``clean`` preset.
        sources: full transcripts that the document may be an excerpt of, in place of the files that
            ``settings.source`` names.
    """
    settings = settings or Settings()
    source = now = _document(document)
    steps: list[Step] = []
    fixed: list[Finding] = []
    remaining: list[Finding] = []
    view = View(now, settings, _sources(sources))
    for _ in range(MAX_ROUNDS):
        before, remaining = len(steps), []
        for phase in Phase:
            found = [f for rule in _selected(settings) if rule.phase is phase for f in rule.look(view)]
            step, mended = choose(found, unsafe=settings.unsafe)
            step = fill(step, now.text)
            if step.changes:
                steps.append(step)
                fixed += mended
                now = edited(now, step)
                view = View(now, settings, view.sources)
            done = {id(f) for f in mended}
            remaining += (f for f in found if id(f) not in done)
        if len(steps) == before:
            break
    remaining.sort(key=lambda f: (f.span, f.rule))
    return Result(source, now, tuple(steps), tuple(fixed), tuple(remaining), _files(now))


def _files(now: Document) -> tuple[Step, ...] | None:
    """What the edits so far make of the file's text, where that is not the document's."""
    frame = now.origin.frame
    if not frame:
        return None
    changes = (file_change(Edit(span, text), "") for span, text in formats.changes(now))
    step = fill(Step(tuple(changes)), frame)
    return (step,) if step.changes else ()


def _document(given: Document | str) -> Document:
    return Document(given) if isinstance(given, str) else given


def _sources(given: Iterable[Document | str] | None) -> Sources | None:
    return None if given is None else Sources.of(map(_document, given))


def _selected(settings: Settings) -> list[Rule]:
    return [rule for rule in RULES if settings.uses(rule.code)]
