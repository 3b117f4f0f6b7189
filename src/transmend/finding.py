"""What can be said about a document: findings, the fixes they offer, and what was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from transmend.document import Span


class Safety(StrEnum):
    """What a fix may cost.

    ``SAFE`` fixes keep every letter and digit, or were asked for by name; ``UNSAFE`` ones remove or
    change words and need ``--unsafe-fixes``; ``DISPLAY`` ones are only ever shown.
    """

    SAFE = "safe"
    UNSAFE = "unsafe"
    DISPLAY = "display-only"


class Severity(StrEnum):
    """How much a finding matters: reports sort and colour by it."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace the characters of ``span`` by ``text``: the smallest change."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A way to mend a finding: edits that belong together, applied all or not at all."""

    edits: tuple[Edit, ...]
    safety: Safety = Safety.SAFE


@dataclass(frozen=True, slots=True)
class Finding:
    """A claim that a part of a document is broken.

    Attributes:
        span: where; code points in ``Document.text``. Empty spans are places between characters.
        message: one line for a person.
        confidence: probability, 0 to 1, that the claim is true.
        section: label of the section it lies in, or "".
        evidence: what the claim rests on, JSON-compatible; a seam has ``cut``, the offset of the cut.
        severity: how much it matters.
        rule: the rule's code, such as ``SEAM001``; stamped by the rule, as ``name`` is.
        name: the rule's name, such as ``hard-seam``.
        fix: the fix on offer, if there is one.
    """

    span: Span
    message: str
    confidence: float = 1.0
    section: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict, hash=False)
    severity: Severity = Severity.WARNING
    rule: str = ""
    name: str = ""
    fix: Fix | None = None

    @property
    def start(self) -> int:
        """First code point of the span."""
        return self.span.start

    @property
    def end(self) -> int:
        """Code point after the span."""
        return self.span.end
