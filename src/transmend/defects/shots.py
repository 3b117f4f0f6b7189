"""Shots and targets that repeat each other: doubled, leaked, or under one label with different text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from transmend.document import Section, Span
from transmend.finding import Finding, Fix, Safety, Severity
from transmend.prompt import Prompt, drop, prompts, section_with
from transmend.rule import Phase, Rule
from transmend.similarity import Overlap, boilerplate, groups, likeness, overlap, words
from transmend.view import View

#: A target leaks when a shot has so much of the shorter one's word 13-grams. A sentence in common,
#: such as a channel's greeting, stays under it; two excerpts of one talk come far above.
LEAK = 0.1

# "1", "Example 2", "shot B": a place in the prompt, not the name of a text.
_POSITION = re.compile(r"(?:(?:shot|example|sample|target|item|text|case|no\.?|#)\s*)?#?(?:\d+|[a-z])?", re.IGNORECASE)


def duplicate_shot_in_prompt(view: View) -> Iterator[Finding]:
    """A shot stands twice in one prompt.

    Why: the second copy teaches nothing, costs as much as the first, and tilts the model towards it.

    Copies count that differ only in case, punctuation and spacing (kind ``normalised``), or in one word out
    of ten (kind ``near``, from 20 words on). The evidence has the kind, the similarity and which section it
    repeats.

    Example: a prompt with ``Shot: intro`` at its start and the same text as ``Shot: opening`` further down.

    Left alone: shots that share a passage and are otherwise different, and empty ones.

    Safety: unsafe. The later copy goes with its heading.
    """
    for shot, first, earlier in _copies(view):
        if earlier is not None:
            yield _repeats(view, shot, earlier, first, "in the same prompt")


def repeated_shot(view: View) -> Iterator[Finding]:
    """A shot of an earlier prompt stands in this prompt too.

    Why: prompts that go to a model one at a time need their shots each. A file that is read, searched,
    counted or trained on as a whole has them too often: two shots can make up two thirds of it.

    Copies count as in ``duplicate-shot-in-prompt``. Every copy after the first is reported.

    Example: ``Shot: full-stack`` with the same text at the head of each of thirteen prompts.

    Left alone: copies inside one prompt, which that other rule reports. The fix is offered only with the
    setting ``shots = "once"``.

    Safety: unsafe. All copies but the first go with their headings.
    """
    for shot, first, earlier in _copies(view):
        if earlier is None and first is not shot:
            yield _repeats(view, shot, first, first, "of an earlier prompt")


def leaked_target(view: View) -> Iterator[Finding]:
    """The text of a target is also in a shot of the same prompt.

    Why: the prompt shows the answer, so what comes back says nothing about the model or the method.

    The measure is containment: the share of the shorter text's 13-word runs that the other has too. Measures
    that divide by both texts together miss a shot that is an excerpt of the target. A text of fewer than 13
    words has to be in the other from end to end, one of fewer than 5 has to be the other. The evidence has
    the amount, the shot, and the longest shared run with its place in both.

    Example: ``Target: full-stack`` under a ``Shot: full-stack`` that is another excerpt of the same talk.

    Left alone: a target that is a shot of another prompt, for no model sees both; passages that most texts
    of the file share, such as an instruction; and less than a tenth in common, such as a greeting.

    Safety: unsafe. The shot goes from that prompt, with its heading.
    """
    each = prompts(view.document)
    common = boilerplate(_different(view, [section for prompt in each for section in prompt.sections]))
    for prompt in each:
        if prompt.target is None:
            continue
        target = _text(view, prompt.target)
        for shot in prompt.shots:
            shared = overlap(target, _text(view, shot), common)
            if shared.containment >= LEAK:
                yield _leak(prompt.target, shot, shared)


def conflicting_label(view: View) -> Iterator[Finding]:
    """Two shots, or two targets, have one label and different texts.

    Why: results are filed by label. One of the two texts will be taken for the other, or was put there
    by mistake.

    Example: ``Shot: react`` with one text in the first prompt and another in the third.

    Left alone: a shot and a target with one label, copies that differ in a few words, and labels that
    are only a place, such as ``1`` or ``Example 2``.

    Safety: no fix is offered.
    """
    for role in ("shot", "target"):
        seen: dict[str, list[Section]] = {}
        sections = _filled(view, [s for s in view.document.sections if s.role == role])
        for section, first in zip(sections, _firsts(view, sections), strict=True):
            name = " ".join(section.name.casefold().split())
            known = seen.setdefault(name, [])
            if _POSITION.fullmatch(name) or first in known:
                continue
            if known:
                alike = likeness(_text(view, known[0]), _text(view, section)).similarity
                message = f"{section.label} has another text than in {_where(known[0])}"
                evidence = {"similarity": alike, "other": _at(known[0].span)}
                yield Finding(section.span, message, 1.0, section.label, evidence)
            known.append(first)


def repeated_target(view: View) -> Iterator[Finding]:
    """A target of an earlier prompt is asked again.

    Why: it counts twice in every figure drawn from the answers.

    Copies count as in ``duplicate-shot-in-prompt``.

    Example: two prompts that both end in ``Target: hashing`` with the same text.

    Left alone: empty targets. That the shots differ does not excuse it, though it may be meant: then leave
    this rule out.

    Safety: no fix is offered.
    """
    targets = _filled(view, [prompt.target for prompt in prompts(view.document) if prompt.target is not None])
    for target, first in zip(targets, _firsts(view, targets), strict=True):
        if first is not target:
            yield _repeats(view, target, first, first, "of an earlier prompt")


def _text(view: View, section: Section) -> str:
    return section.span.of(view.text)


def _filled(view: View, sections: Sequence[Section]) -> list[Section]:
    """Those of the sections that have any word."""
    return [section for section in sections if words(_text(view, section))]


def _firsts(view: View, sections: Sequence[Section]) -> list[Section]:
    """For each section the first one that it repeats: itself where it repeats none."""
    return [sections[k] for k in groups(tuple(_text(view, section) for section in sections))]


def _different(view: View, sections: Sequence[Section]) -> list[str]:
    """The texts of the sections, each once."""
    return sorted({_text(view, first) for first in _firsts(view, _filled(view, sections))})


def _copies(view: View) -> Iterator[tuple[Section, Section, Section | None]]:
    """Every shot with the first shot of the file that it repeats, and the one of its own prompt if there is one."""
    each = [(number, shot) for number, prompt in enumerate(prompts(view.document)) for shot in _shots(view, prompt)]
    firsts = _firsts(view, [shot for _, shot in each])
    here: dict[tuple[int, Section], Section] = {}
    for (number, shot), first in zip(each, firsts, strict=True):
        earlier = here.setdefault((number, first), shot)
        yield shot, first, None if earlier is shot else earlier


def _shots(view: View, prompt: Prompt) -> list[Section]:
    return _filled(view, prompt.shots)


def _repeats(view: View, section: Section, other: Section, first: Section, where: str) -> Finding:
    """The finding that ``section`` repeats ``other``, in the group of ``first``."""
    alike = likeness(_text(view, other), _text(view, section))
    # Two copies are each held against the first, so between them they may differ a little more.
    kind = "near" if alike.kind == "different" else alike.kind
    how = kind if kind != "near" else f"{alike.similarity:.0%} the same"
    evidence = {
        "kind": kind,
        "similarity": alike.similarity,
        "repeats": other.label,
        "prompt": other.prompt,
        "place": _at(other.span),
    }
    return Finding(
        section.span,
        f"{section.label} repeats {other.label} {where} ({how})",
        1.0 if kind == "exact" else 0.99 * alike.similarity,
        section.label,
        evidence,
    )


def _leak(target: Section, shot: Section, shared: Overlap) -> Finding:
    run = {
        "words": shared.words,
        "target": _at(_moved(shared.one, target.span.start)),
        "shot": _at(_moved(shared.other, shot.span.start)),
    }
    evidence = {"containment": shared.containment, "shot": shot.label, "place": _at(shot.span), "run": run}
    message = f"{target.label} is in {shot.label} of its own prompt: {shared.containment:.0%} of the shorter one"
    return Finding(target.span, message, min(0.99, 0.5 + shared.containment), target.label, evidence)


def _where(section: Section) -> str:
    return f"prompt {section.prompt + 1}"


def _at(span: Span) -> list[int]:
    return [span.start, span.end]


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)


def drop_copy(view: View, finding: Finding) -> Fix:
    """Drop the later copy."""
    return Fix(drop(section_with(view.document, finding.span)), Safety.UNSAFE)


def keep_once(view: View, finding: Finding) -> Fix | None:
    """Drop the later copy, if each shot is wanted once."""
    return drop_copy(view, finding) if view.settings.shots == "once" else None


def drop_leaking_shot(view: View, finding: Finding) -> Fix:
    """Drop the shot that gives the target away."""
    return Fix(drop(section_with(view.document, Span(*finding.evidence["place"]))), Safety.UNSAFE)


# Copies are dropped a phase later than prompts and leaking shots: only then is it settled which is the first.
RULES = (
    Rule("SHOT001", Phase.SHOTS, duplicate_shot_in_prompt, drop_copy, Severity.ERROR),
    Rule("SHOT002", Phase.SHOTS, repeated_shot, keep_once),
    Rule("SHOT003", Phase.PROMPT, leaked_target, drop_leaking_shot, Severity.ERROR),
    Rule("SHOT005", Phase.PROMPT, conflicting_label),
    Rule("SHOT007", Phase.PROMPT, repeated_target),
)
