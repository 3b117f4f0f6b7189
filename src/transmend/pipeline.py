"""The whole flow on one page: look, choose, mend, phase by phase, until nothing changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from transmend import formats
from transmend.defects import selected
from transmend.document import Document
from transmend.edits import Result, Step, choose, edited, file_step, fill, moved, spacing
from transmend.finding import Finding
from transmend.rule import Phase
from transmend.settings import Settings
from transmend.splice import Sources
from transmend.view import View

#: One round mends, the next confirms; more are needed only where a repair uncovers another defect, as each of many
#: fillers in a row does.
MAX_ROUNDS = 50
#: The rule that cues are laid out for.
LAID_OUT = "CAP013"


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
    settings = _settings(settings)
    view = View(Document.of(document), settings, _sources(sources))
    found = [finding for rule in selected(settings) for finding in rule.look(view)]
    return sorted(found, key=lambda f: (f.span, f.rule))


def clean(
    document: Document | str, settings: Settings | None = None, sources: Iterable[Document | str] | None = None
) -> Result:
    """Mend what can be mended, and keep account of every change.

    Cleaning the clean text again changes nothing.

    Arguments:
        document: a document, or the text of one.
        settings: what to mend and how; by default the ``verbatim`` preset, which keeps every word.
        sources: full transcripts that the document may be an excerpt of, in place of the files that
            ``settings.source`` names.
    """
    settings = _settings(settings)
    source = now = Document.of(document)
    rules = selected(settings)
    lay_out = settings.cues != "keep" and bool(now.cues)
    if lay_out:
        formats.caster(now)  # refuses a form without captions before anything is done
    steps: list[Step] = []
    fixed: list[Finding] = []
    remaining: list[Finding] = []
    view = View(now, settings, _sources(sources))
    for _ in range(MAX_ROUNDS):
        before, remaining = len(steps), []
        for phase in (phase for phase in Phase if phase is not Phase.CUES):
            found = [f for rule in rules if rule.phase is phase for f in rule.look(view)]
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
    result = Result(source, now, tuple(steps), tuple(fixed), tuple(remaining), _files(now))
    return _laid_out(result, settings) if lay_out else result


def _laid_out(result: Result, settings: Settings) -> Result:
    """The result with its cues laid out anew; what cannot be kept within the limits is left as a finding."""
    from transmend.cueing import Limits, remade

    now, file = result.document, formats.rendered(result.document)
    whole = settings.cues == "sentences"
    made = remade(formats.reread(now, file), Limits.of(settings), whole=whole, elision=settings.elision)
    files = list(result.files or ())
    for changes in made.files:
        files.append(file_step(changes, file))
        file = files[-1].apply(file)
    rules = [rule for rule in selected(settings) if rule.phase is Phase.CUES]
    before, after = ([f for rule in rules for f in rule.look(View(d, settings))] for d in (now, made.document))
    then = made.document if made.files else now
    step = spacing(now.text, then.text, LAID_OUT, f"cues are laid out by {settings.cues}")
    left = {(f.rule, f.start) for f in after}
    return replace(
        result,
        document=then,
        steps=(*result.steps, step) if step.changes else result.steps,
        fixed=(*result.fixed, *(f for f in before if (f.rule, step.forward(f.start)) not in left)),
        remaining=tuple(sorted([*(moved(f, step) for f in result.remaining), *after], key=lambda f: (f.span, f.rule))),
        files=tuple(files),
    )


def _files(now: Document) -> tuple[Step, ...] | None:
    """What the edits so far make of the file's text, where that is not the document's."""
    if not now.origin.frame:
        return None
    step = file_step(formats.changes(now), now.origin.frame)
    return (step,) if step.changes else ()


def _settings(given: Settings | None) -> Settings:
    if given is not None and not isinstance(given, Settings):
        raise TypeError(f"settings are a transmend.Settings, such as Settings(preset='clean'), not {given!r}")
    return given or Settings()


def _sources(given: Iterable[Document | str] | None) -> Sources | None:
    if given is None:
        return None
    return Sources.of(map(Document.of, [given] if isinstance(given, str | Document) else given))
