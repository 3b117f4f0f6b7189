"""What a report is made from: what was looked at, what was found, and what could not be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from transmend.document import Document
from transmend.finding import Finding
from transmend.rule import Rule


@dataclass(frozen=True, slots=True)
class Checked:
    """A document and what was found in it, by place."""

    document: Document
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be checked, and why."""

    name: str
    message: str


@dataclass(frozen=True, slots=True)
class Survey:
    """All that one run has to report.

    Attributes:
        checked: the documents looked at, in the order given.
        failures: the files that could not be.
        rules: by code, the rules that findings may name.
    """

    checked: tuple[Checked, ...]
    failures: tuple[Failure, ...] = ()
    rules: Mapping[str, Rule] = field(default_factory=dict, hash=False)

    @property
    def findings(self) -> Iterator[Finding]:
        """The findings of all documents."""
        return (finding for one in self.checked for finding in one.findings)

    @property
    def totals(self) -> list[tuple[str, str, int]]:
        """Code, name and number of findings of every rule that found something, by code."""
        counts = Counter((finding.rule, finding.name) for finding in self.findings)
        return [(code, name, counts[code, name]) for code, name in sorted(counts)]

    def is_grouped(self, finding: Finding) -> bool:
        """Whether people are told how many findings of its rule there are, instead of each."""
        rule = self.rules.get(finding.rule)
        return rule is not None and rule.grouped
