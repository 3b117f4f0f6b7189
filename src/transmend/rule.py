"""What a rule is: a code, a phase, a function that looks, and perhaps one that mends."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum

from transmend.finding import Finding, Fix, Severity
from transmend.tokens import parts
from transmend.view import View

Detector = Callable[[View], Iterable[Finding]]
Repairer = Callable[[View, Finding], Fix | None]


class Phase(IntEnum):
    """The order in which defects are mended: each phase sees the text the one before it left."""

    ENCODING = 0
    PROMPT = 1
    SHOTS = 2
    SEAMS = 3
    WORDS = 4
    MARKS = 5
    PARAGRAPHS = 6
    CUES = 7


@dataclass(frozen=True, slots=True)
class Rule:
    """One way a transcript is broken.

    Attributes:
        code: its stable code, family and number; never reused.
        phase: when it is mended.
        detector: looks and yields findings; its name is the rule's name, its docstring the rule's page.
        repairer: makes the fix of a finding, or None where there is none under these settings.
        severity: of its findings, unless a finding says otherwise.
        grouped: whether a report for people counts its findings instead of listing them.
        reads_tokens: whether it looks at caption tokens. Of other rules that mend words and marks, what they find
            in one, or in a part of one, is no finding.
    """

    code: str
    phase: Phase
    detector: Detector
    repairer: Repairer | None = None
    severity: Severity = Severity.WARNING
    grouped: bool = False
    reads_tokens: bool = False

    @property
    def name(self) -> str:
        """The detector's name with hyphens, such as ``hard-seam``."""
        return self.detector.__name__.replace("_", "-")

    @property
    def page(self) -> str:
        """The rule's page: what it finds, why it matters, what is left alone, how safe the fix is."""
        return inspect.getdoc(self.detector) or ""

    @property
    def summary(self) -> str:
        """First line of the page."""
        return self.page.split("\n", 1)[0]

    def look(self, view: View) -> Iterator[Finding]:
        """The findings of this rule, stamped with its code and name, each with its fix."""
        tokens = () if self.reads_tokens or self.phase < Phase.SEAMS else view.tokens
        name = self.name
        for found in self.detector(view):
            if tokens and parts(tokens, found.span):
                continue
            severity = self.severity if found.severity is Severity.WARNING else found.severity
            section = found.section or view.label_at(found.span)
            fix = self.repairer(view, found) if self.repairer and found.fix is None else found.fix
            if fix is not None and tokens:  # such as the capital of a word that starts a sentence now
                edits = tuple(edit for edit in fix.edits if not parts(tokens, edit.span))
                fix = replace(fix, edits=edits) if edits else None
            yield replace(found, rule=self.code, name=name, section=section, severity=severity, fix=fix)
