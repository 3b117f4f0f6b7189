"""Thousands of small findings told as counts: one group for each rule and section."""

from __future__ import annotations

from dataclasses import dataclass

from transmend.finding import Finding
from transmend.report.survey import Checked, Survey


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one rule in one section, by place.

    Attributes:
        findings: at least one.
    """

    findings: tuple[Finding, ...]

    @property
    def example(self) -> Finding:
        """The first and surest of them."""
        return max(self.findings, key=lambda finding: finding.confidence)


def listed(survey: Survey, checked: Checked) -> list[Finding]:
    """The findings to be told one by one."""
    return [finding for finding in checked.findings if not survey.is_grouped(finding)]


def groups(survey: Survey, checked: Checked) -> dict[int, list[Group]]:
    """The groups of each section, by its number; sections and, within one, rules in order."""
    found: dict[tuple[int, str], list[Finding]] = {}
    starts = [section.outer.start for section in checked.document.parts]
    number = 0
    for finding in checked.findings:  # by place, so the section's number only grows
        while number + 1 < len(starts) and starts[number + 1] <= finding.start:
            number += 1
        if survey.is_grouped(finding):
            found.setdefault((number, finding.rule), []).append(finding)
    by_section: dict[int, list[Group]] = {}
    for (section, _), findings in sorted(found.items()):
        by_section.setdefault(section, []).append(Group(tuple(findings)))
    return by_section
