"""Choose, apply, undo and record edits. Knows no rule."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from transmend.document import Document, Section, Span
from transmend.errors import LedgerError
from transmend.finding import Edit, Finding, Safety

LEDGER_VERSION = 1


@dataclass(frozen=True, slots=True)
class Change:
    """One applied edit, with the reason for it.

    Attributes:
        edit: the edit; its span is in the text its step started from.
        was: the characters it replaced.
        rule: code of the rule that asked for it.
        reason: the finding's message.
        confidence: the finding's confidence.
        safety: the fix's safety.
    """

    edit: Edit
    was: str
    rule: str
    reason: str
    confidence: float
    safety: Safety = Safety.SAFE


@dataclass(frozen=True)
class Step:
    """A set of changes applied at once: sorted by place, not overlapping.

    Offsets of every change are code points in the text the step started from.
    """

    changes: tuple[Change, ...]

    def apply(self, text: str) -> str:
        """The text after this step.

        Raises:
            LedgerError: if ``text`` is not the text the step was made for.
        """
        out: list[str] = []
        at = 0
        for change in self.changes:
            span = change.edit.span
            if span.of(text) != change.was:
                raise LedgerError(
                    f"the edit of {change.rule} at {span.start} expects {change.was!r} but finds {span.of(text)!r}: "
                    "is this the text the edits were made for?"
                )
            out += text[at : span.start], change.edit.text
            at = span.end
        out.append(text[at:])
        return "".join(out)

    @cached_property
    def inverse(self) -> Step:
        """The step that takes the result back."""
        shift, back = 0, []
        for change in self.changes:
            start = change.edit.span.start + shift
            edit = Edit(Span(start, start + len(change.edit.text)), change.was)
            back.append(replace(change, edit=edit, was=change.edit.text))
            shift += len(change.edit.text) - len(change.was)
        return Step(tuple(back))

    @cached_property
    def _starts(self) -> list[int]:
        return [c.edit.span.start for c in self.changes]

    @cached_property
    def _shifts(self) -> list[int]:
        shifts = [0]
        for change in self.changes:
            shifts.append(shifts[-1] + len(change.edit.text) - len(change.was))
        return shifts

    def forward(self, offset: int, *, after: bool = False) -> int:
        """Where the place ``offset`` is after this step.

        A place inside replaced characters maps to the start of the replacement. Where text was inserted
        at ``offset`` itself, ``after`` says which side of it is meant: before it, or behind it.
        """
        k = bisect_left(self._starts, offset)
        while after and k < len(self.changes) and self.changes[k].edit.span == Span(offset, offset):
            k += 1
        if k and offset < self.changes[k - 1].edit.span.end:
            return self.changes[k - 1].edit.span.start + self._shifts[k - 1]
        return offset + self._shifts[k]


def choose(findings: Iterable[Finding], *, unsafe: bool) -> tuple[Step, list[Finding]]:
    """The step that applies every admissible fix, and the findings it takes care of.

    Where fixes overlap the surer finding wins, then the one that starts first. Two insertions at one place
    are kept in the order of their rule codes.
    """
    admissible = {Safety.SAFE, Safety.UNSAFE} if unsafe else {Safety.SAFE}
    offers = [f for f in findings if f.fix is not None and f.fix.edits and f.fix.safety in admissible]
    offers.sort(key=lambda f: (-f.confidence, f.span, f.rule))
    taken, changes, fixed = _Taken(), [], []
    for finding in offers:
        fix = finding.fix
        if fix is None or not all(taken.free(e.span) for e in fix.edits):
            continue
        for edit in fix.edits:
            taken.add(edit.span)
            changes.append((edit, finding, fix.safety))
        fixed.append(finding)
    changes.sort(key=lambda c: (c[0].span, c[1].rule))
    return Step(tuple(Change(e, "", f.rule, f.message, f.confidence, s) for e, f, s in changes)), fixed


class _Taken:
    """Places already claimed: no two may overlap, insertions may touch."""

    def __init__(self) -> None:
        self._spans: list[Span] = []

    def free(self, span: Span) -> bool:
        k = bisect_right(self._spans, span)
        before = self._spans[k - 1] if k else None
        after = self._spans[k] if k < len(self._spans) else None
        return not (before and before.end > span.start) and not (after and after.start < span.end)

    def add(self, span: Span) -> None:
        self._spans.insert(bisect_right(self._spans, span), span)


def fill(step: Step, text: str) -> Step:
    """``step`` with the characters each change replaces, and without changes that change nothing."""
    changes = (replace(c, was=c.edit.span.of(text)) for c in step.changes)
    return Step(tuple(c for c in changes if c.was != c.edit.text))


def edited(document: Document, step: Step) -> Document:
    """The document after ``step``, each section still on its words; sections wholly removed are gone."""
    dropped = [c.edit.span for c in step.changes if not c.edit.text]
    sections: list[Section] = []
    for section in document.sections:
        if any(s.start <= section.outer.start and section.outer.end <= s.end for s in dropped if len(s)):
            continue
        floor = sections[-1].outer.end if sections else 0
        sections.append(
            replace(section, span=_moved(section.span, step, floor), outer=_moved(section.outer, step, floor))
        )
    return replace(document, text=step.apply(document.text), sections=tuple(sections))


def _moved(span: Span, step: Step, floor: int) -> Span:
    """``span`` after ``step``, with what was inserted at its ends, but not before ``floor``."""
    start = max(step.forward(span.start), floor)
    return Span(start, max(start, step.forward(span.end, after=True)))


@dataclass(frozen=True)
class Result:
    """What ``clean`` did: the document before and after, every step between, and what is left.

    Attributes:
        source: the document as given.
        document: the document after all steps.
        steps: the ledger, in order: replaying it on the source gives the clean text.
        fixed: the findings that were mended.
        remaining: the findings that were not.
    """

    source: Document
    document: Document
    steps: tuple[Step, ...] = ()
    fixed: tuple[Finding, ...] = ()
    remaining: tuple[Finding, ...] = ()

    @property
    def text(self) -> str:
        """The clean text."""
        return self.document.text

    @property
    def changes(self) -> tuple[Change, ...]:
        """All changes in the order they were made."""
        return tuple(change for step in self.steps for change in step.changes)

    def undo(self) -> str:
        """The source text, got back from the clean one by taking every step back."""
        return undo(self.steps, self.text)

    def replay(self, text: str | None = None) -> str:
        """The steps applied anew to ``text``, by default to the source.

        Raises:
            LedgerError: if ``text`` is not the text the steps were made for.
        """
        return replay(self.steps, self.source.text if text is None else text)

    def to_clean(self, offset: int) -> int:
        """Where the code point ``offset`` of the source stands in the clean text."""
        for step in self.steps:
            offset = step.forward(offset, after=True)
        return offset

    def to_source(self, offset: int) -> int:
        """Where the code point ``offset`` of the clean text came from; inserted text maps to its place."""
        for step in reversed(self.steps):
            offset = step.inverse.forward(offset, after=True)
        return offset

    def edits_jsonl(self) -> str:
        """The ledger as JSON lines, for ``*.edits.jsonl``: a head line, then one line a change."""
        return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in _ledger(self))


def _ledger(result: Result) -> Iterator[dict[str, Any]]:
    yield {
        "transmend": LEDGER_VERSION,
        "name": result.source.name,
        "source_sha256": digest(result.source.text),
        "clean_sha256": digest(result.text),
        "steps": len(result.steps),
    }
    for number, step in enumerate(result.steps):
        before = result.steps[:number]
        for change in step.changes:
            start, end = change.edit.span.start, change.edit.span.end
            source = [_back(before, start), _back(before, end)]
            yield {
                "step": number,
                "rule": change.rule,
                "reason": change.reason,
                "confidence": round(change.confidence, 4),
                "safety": str(change.safety),
                "source": source,
                "start": start,
                "end": end,
                "was": change.was,
                "text": change.edit.text,
            }


def _back(steps: Sequence[Step], offset: int) -> int:
    for step in reversed(steps):
        offset = step.inverse.forward(offset, after=True)
    return offset


def digest(text: str) -> str:
    """SHA-256 of the text in UTF-8, as the ledger's head line keeps it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def replay(steps: Sequence[Step], text: str) -> str:
    """Apply ``steps`` in order."""
    for step in steps:
        text = step.apply(text)
    return text


def undo(steps: Sequence[Step], text: str) -> str:
    """Take ``steps`` back, last first."""
    for step in reversed(steps):
        text = step.inverse.apply(text)
    return text


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger read back from ``*.edits.jsonl``."""

    steps: tuple[Step, ...]
    source_sha256: str
    clean_sha256: str

    def replay(self, text: str) -> str:
        """The clean text of ``text``.

        Raises:
            LedgerError: if ``text`` is not the source the ledger was made from.
        """
        _same(text, self.source_sha256, "source", self.clean_sha256, "clean")
        return replay(self.steps, text)

    def undo(self, text: str) -> str:
        """The source of ``text``.

        Raises:
            LedgerError: if ``text`` is not the clean text the ledger led to.
        """
        _same(text, self.clean_sha256, "clean", self.source_sha256, "source")
        return undo(self.steps, text)


def _same(text: str, wanted: str, what: str, other: str, other_what: str) -> None:
    got = digest(text)
    if got == other != wanted:
        raise LedgerError(f"this is the {other_what} text already: nothing to do")
    if got != wanted:
        raise LedgerError(
            f"the text is not the {what} text these edits belong to (SHA-256 {got[:12]}…, wanted {wanted[:12]}…): "
            "was it edited since?"
        )


def parse_ledger(lines: str) -> Ledger:
    """Read what ``Result.edits_jsonl`` wrote.

    Raises:
        LedgerError: naming the line that cannot be read.
    """
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(lines.splitlines(), 1):
        if line.strip():
            try:
                rows.append(json.loads(line))
            except ValueError as error:
                raise LedgerError(f"line {number} of the edits is not JSON: {error}") from None
    if not rows or not isinstance(rows[0], dict) or rows[0].get("transmend") != LEDGER_VERSION:
        raise LedgerError('not a transmend edits file: its first line should hold "transmend": 1')
    head, steps = rows[0], []
    try:
        by_step: list[list[Change]] = [[] for _ in range(head["steps"])]
        for row in rows[1:]:
            edit = Edit(Span(row["start"], row["end"]), row["text"])
            by_step[row["step"]].append(
                Change(edit, row["was"], row["rule"], row["reason"], row["confidence"], Safety(row["safety"]))
            )
        steps = [Step(tuple(changes)) for changes in by_step]
        return Ledger(tuple(steps), head["source_sha256"], head["clean_sha256"])
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise LedgerError(f"the edits file lacks or garbles a field: {error!r}") from None
