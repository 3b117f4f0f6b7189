"""Choose, apply, undo and record edits. Knows no rule."""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

from transmend.document import Cue, Document, Piece, Section, Span
from transmend.errors import LedgerError
from transmend.finding import Edit, Finding, Safety

LEDGER_VERSION = 1

# What JSON leaves bare though it ends a line for some readers, or cannot be written as UTF-8.
_ESCAPED = re.compile("[\x85\u2028\u2029\ud800-\udfff]")


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
            if not at <= span.start <= span.end <= len(text) or span.of(text) != change.was:
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
    offers = [(f, f.fix) for f in findings if f.fix is not None and f.fix.edits and f.fix.safety in admissible]
    offers.sort(key=lambda offer: (-offer[0].confidence, offer[0].start, offer[0].end, offer[0].rule))
    taken = _Taken()
    chosen = [(finding, fix) for finding, fix in offers if taken.claim([edit.span for edit in fix.edits])]
    changes = [
        Change(edit, "", finding.rule, finding.message, finding.confidence, fix.safety)
        for finding, fix in chosen
        for edit in fix.edits
    ]
    changes.sort(key=lambda change: (change.edit.span.start, change.edit.span.end, change.rule))
    return Step(tuple(changes)), [finding for finding, _ in chosen]


class _Taken:
    """Places already claimed: no two may overlap, insertions may touch."""

    def __init__(self) -> None:
        self._spans: list[tuple[int, int]] = []  # plain pairs: there are many, and they are compared often

    def claim(self, spans: Sequence[Span]) -> bool:
        """Claim all of ``spans``, or none of them if any is taken or two of them overlap."""
        wanted = sorted((span.start, span.end) for span in spans)
        if any(b[0] < a[1] for a, b in pairwise(wanted)) or not all(map(self._is_free, wanted)):
            return False
        for span in wanted:
            insort(self._spans, span)
        return True

    def _is_free(self, span: tuple[int, int]) -> bool:
        k = bisect_right(self._spans, span)
        free_before = k == 0 or self._spans[k - 1][1] <= span[0]
        return free_before and (k == len(self._spans) or span[1] <= self._spans[k][0])


def fill(step: Step, text: str) -> Step:
    """``step`` with the characters each change replaces, and without changes that change nothing."""
    was = [change.edit.span.of(text) for change in step.changes]
    pairs = zip(step.changes, was, strict=True)
    return Step(tuple(replace(change, was=was) for change, was in pairs if was != change.edit.text))


def file_step(changes: Iterable[tuple[Span, str]], file: str) -> Step:
    """The step that makes these changes, in order, of a file's text."""
    return fill(Step(tuple(file_change(Edit(span, text), "") for span, text in changes)), file)


def spacing(was: str, now: str, rule: str, reason: str) -> Step:
    """The step from one text to another that has the same words.

    >>> [(c.edit.span, c.edit.text) for c in spacing("so we\\nwent  on", "so\\nwe went  on", "", "").changes]
    [(Span(start=2, end=3), '\\n'), (Span(start=5, end=6), ' ')]
    """
    gaps, then = ([(m.start(), m.end()) for m in re.finditer(r"\s+|\A(?=\S)|(?<=\S)\Z", t)] for t in (was, now))
    edits = [Edit(Span(0, len(was)), now)]
    if was.split() == now.split() and len(gaps) == len(then):
        edits = [Edit(Span(*gap), now[a:b]) for gap, (a, b) in zip(gaps, then, strict=True)]
    return fill(Step(tuple(Change(edit, "", rule, reason, 1.0) for edit in edits)), was)


def moved(finding: Finding, step: Step) -> Finding:
    """The finding where its words are after ``step``."""

    def place(span: Span) -> Span:
        start = step.forward(span.start, after=len(span) > 0)
        return Span(start, max(start, step.forward(span.end)))

    fix = finding.fix and replace(finding.fix, edits=tuple(Edit(place(e.span), e.text) for e in finding.fix.edits))
    return replace(finding, span=place(finding.span), fix=fix)


def edited(document: Document, step: Step) -> Document:
    """The document after ``step``, each section and cue still on its words; those wholly removed are gone."""
    dropped = [c.edit.span for c in step.changes if not c.edit.text]
    sections: list[Section] = []
    for section in document.sections:
        whole = section.outer if len(section.outer) else section.span
        if any(s.start <= whole.start and whole.end <= s.end for s in dropped):
            continue
        floor = sections[-1].outer.end if sections else 0
        sections.append(
            replace(section, span=_moved(section.span, step, floor), outer=_moved(section.outer, step, floor))
        )
    text = step.apply(document.text)
    return replace(document, text=text, sections=tuple(sections), cues=_moved_cues(document, step, text))


def _moved(span: Span, step: Step, floor: int) -> Span:
    """``span`` after ``step``, with what was inserted at its ends, but not before ``floor``."""
    start = max(step.forward(span.start), floor)
    return Span(start, max(start, step.forward(span.end, after=True)))


def _moved_cues(document: Document, step: Step, text: str) -> tuple[Cue, ...]:
    """The cues after ``step``. A cue that lost all its words is gone; its times go with it."""
    if not step.changes or not document.cues:
        return document.cues
    step = Step(tuple(map(_smallest, step.changes)))
    floor, cues = 0, []
    for cue in document.cues:
        pieces = _moved_pieces(document, cue, step, text, floor)
        floor = pieces[-1].span.end
        if any(len(piece.span) for piece in pieces):
            cues.append(replace(cue, pieces=tuple(_stripped(pieces, text))))
    return _with_gaps(cues, text) if cues else ()


def _moved_pieces(document: Document, cue: Cue, step: Step, text: str, floor: int) -> list[Piece]:
    """The pieces of a cue after ``step``. White space that is left of a word that is gone goes to the next one."""
    pieces: list[Piece] = []
    left: int | None = None
    for piece in cue.pieces:
        span = _moved(piece.span, step, floor)
        floor = span.end
        if left is not None:
            span, left = Span(left, span.end), None
        if span.of(text).isspace() and not piece.span.of(document.text).isspace():
            span, left = Span(span.start, span.start), span.start
        pieces.append(replace(piece, span=span))
    return pieces


def _stripped(pieces: list[Piece], text: str) -> list[Piece]:
    """The pieces of a cue without white space at its ends."""
    first = pieces[0].span
    out = [replace(pieces[0], span=Span(first.end - len(first.of(text).lstrip()), first.end)), *pieces[1:]]
    last = out[-1].span
    return [*out[:-1], replace(out[-1], span=Span(last.start, last.start + len(last.of(text).rstrip())))]


def _smallest(change: Change) -> Change:
    """The change without what is the same on both sides, so that words it does not change stay where they are."""
    edit = smallest(change.edit, change.was)
    before = edit.span.start - change.edit.span.start
    return replace(change, edit=edit, was=change.was[before : before + len(edit.span)])


def smallest(edit: Edit, was: str) -> Edit:
    """The edit without what it leaves as it is at both ends of ``was``, the characters it replaces."""
    before = _alike(was, edit.text)
    behind = _alike(was[before:][::-1], edit.text[before:][::-1])
    span = Span(edit.span.start + before, edit.span.end - behind)
    return Edit(span, edit.text[before : len(edit.text) - behind])


def _alike(a: str, b: str) -> int:
    """How many characters both start with."""
    return next((k for k, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _with_gaps(cues: Sequence[Cue], text: str) -> tuple[Cue, ...]:
    """The cues, each with what an edit put between two of its pieces or behind it: only white space is nobody's."""
    following = iter([*(piece.span.start for cue in cues for piece in cue.pieces), len(text)])
    next(following)
    return tuple(
        replace(cue, pieces=tuple(_up_to(piece, next(following), text) for piece in cue.pieces)) for cue in cues
    )


def _up_to(piece: Piece, end: int, text: str) -> Piece:
    between = text[piece.span.end : end].rstrip()
    return replace(piece, span=Span(piece.span.start, piece.span.end + len(between))) if between else piece


@dataclass(frozen=True)
class Result:
    """What ``clean`` did: the document before and after, every step between, and what is left.

    Attributes:
        source: the document as given.
        document: the document after all steps.
        steps: the ledger, in order: replaying it on the source gives the clean text.
        fixed: the findings that were mended.
        remaining: the findings that were not.
        files: the same for the file's text, where that is another than the document's: replaying it on the source's
            file gives the clean file, with cues and records that were dropped or made anew. None if not worked out.
    """

    source: Document
    document: Document
    steps: tuple[Step, ...] = ()
    fixed: tuple[Finding, ...] = ()
    remaining: tuple[Finding, ...] = ()
    files: tuple[Step, ...] | None = None

    @property
    def text(self) -> str:
        """The clean text."""
        return self.document.text

    @property
    def is_changed(self) -> bool:
        """Whether anything changed, in the text or in its file alone."""
        return bool(self.files or any(step.changes for step in self.steps))

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
        return "".join(_json(line) + "\n" for line in _ledger(self))


def _json(line: dict[str, Any]) -> str:
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(line, ensure_ascii=False))


def _ledger(result: Result) -> Iterator[dict[str, Any]]:
    head = {
        "transmend": LEDGER_VERSION,
        "name": result.source.name,
        "source_sha256": digest(result.source.text),
        "clean_sha256": digest(result.text),
        "steps": len(result.steps),
    }
    if result.files is not None:
        frame = result.source.origin.frame
        head["files"] = len(result.files)
        head["source_file_sha256"] = digest(frame)
        head["clean_file_sha256"] = digest(replay(result.files, frame))
    yield head
    for number, step in enumerate(result.steps):
        before = result.steps[:number]
        for change in step.changes:
            start, end = change.edit.span.start, change.edit.span.end
            yield {
                "step": number,
                "rule": change.rule,
                "reason": change.reason,
                "confidence": round(change.confidence, 4),
                "safety": str(change.safety),
                "source": _source(before, change.edit.span),
                "start": start,
                "end": end,
                "was": change.was,
                "text": change.edit.text,
            }
    for number, step in enumerate(result.files or ()):
        for change in step.changes:
            span = change.edit.span
            yield {"file": number, "start": span.start, "end": span.end, "was": change.was, "text": change.edit.text}


def _source(steps: Sequence[Step], span: Span) -> list[int]:
    """Where ``span`` came from: without what an earlier step removed at its ends."""
    start, end = span.start, span.end
    for step in reversed(steps):
        start, end = step.inverse.forward(start, after=start < end), step.inverse.forward(end)
    return [start, end]


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
class Track:
    """Steps from one text to another, which are known by their digests.

    Attributes:
        steps: the steps, in order.
        source_sha256: digest of the text they start from.
        clean_sha256: digest of the text they lead to.
    """

    steps: tuple[Step, ...]
    source_sha256: str
    clean_sha256: str

    def replay(self, text: str) -> str:
        """The text that the steps make of ``text``.

        Raises:
            LedgerError: if ``text`` is not what the steps were made for, or the ledger is damaged.
        """
        _same(text, self.source_sha256, "source", self.clean_sha256, "clean")
        return _sound(replay(self.steps, text), self.clean_sha256)

    def undo(self, text: str) -> str:
        """The text from which the steps led to ``text``.

        Raises:
            LedgerError: if ``text`` is not what the steps led to, or the ledger is damaged.
        """
        _same(text, self.clean_sha256, "clean", self.source_sha256, "source")
        return _sound(undo(self.steps, text), self.source_sha256)


@dataclass(frozen=True, slots=True)
class Ledger(Track):
    """A ledger read back from ``*.edits.jsonl``: the edits of a document's text.

    Attributes:
        file: what they made of the text of its file; the same steps where that is the document's text.
    """

    file: Track


def _same(text: str, wanted: str, what: str, other: str, other_what: str) -> None:
    got = digest(text)
    if got == other != wanted:
        raise LedgerError(f"this is the {other_what} text already: nothing to do")
    if got != wanted:
        raise LedgerError(
            f"the text is not the {what} text these edits belong to (SHA-256 {got[:12]}…, wanted {wanted[:12]}…): "
            "was it edited since?"
        )


def _sound(text: str, wanted: str) -> str:
    if digest(text) != wanted:
        raise LedgerError("the edits do not lead to the text they name: was the edits file changed or cut short?")
    return text


def parse_ledger(lines: str) -> Ledger:
    """Read what ``Result.edits_jsonl`` wrote.

    Raises:
        LedgerError: naming the line that cannot be read.
    """
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(lines.split("\n"), 1):
        if line.strip():
            try:
                rows.append(json.loads(line))
            except ValueError as error:
                raise LedgerError(f"line {number} of the edits is not JSON: {error}") from None
    if not rows or not isinstance(rows[0], dict) or rows[0].get("transmend") != LEDGER_VERSION:
        raise LedgerError('not a transmend edits file: its first line should hold "transmend": 1')
    try:
        head, rows = rows[0], rows[1:]
        text = Track(_steps(head["steps"], rows, "step"), head["source_sha256"], head["clean_sha256"])
        file = text
        if "files" in head:
            steps = _steps(head["files"], rows, "file")
            file = Track(steps, head["source_file_sha256"], head["clean_file_sha256"])
        return Ledger(text.steps, text.source_sha256, text.clean_sha256, file)
    except (KeyError, TypeError, ValueError) as error:
        raise LedgerError(f"the edits file lacks or garbles a field: {error!r}") from None


def _steps(count: int, rows: Sequence[dict[str, Any]], key: str) -> tuple[Step, ...]:
    """The steps whose number stands in ``key`` of the rows of their changes."""
    by_step: dict[int, list[Change]] = {number: [] for number in range(count)}
    for row in rows:
        if key in row or not {"step", "file"} & row.keys():
            by_step[row[key]].append(_change(row))
    return tuple(Step(tuple(changes)) for changes in by_step.values())


def _change(row: dict[str, Any]) -> Change:
    start, end, text, was = row["start"], row["end"], row["text"], row["was"]
    if not (isinstance(start, int) and isinstance(end, int) and isinstance(text, str) and isinstance(was, str)):
        raise TypeError(f"not an edit: {start!r}..{end!r}, {was!r} to {text!r}")
    edit = Edit(Span(start, end), text)
    if "file" in row:
        return file_change(edit, was)
    return Change(edit, was, row["rule"], row["reason"], row["confidence"], Safety(row["safety"]))


def file_change(edit: Edit, was: str) -> Change:
    """A change of the file's text: the reasons for it are with the document's."""
    return Change(edit, was, "", "", 1.0)
