"""``full``: for people. Each finding with the text around it, frequent small ones counted by section."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from transmend.document import Document
from transmend.finding import Finding, Safety, Severity
from transmend.report.excerpt import excerpt, printable
from transmend.report.groups import Group, groups, listed
from transmend.report.paint import SEVERITY, paint
from transmend.report.places import Places
from transmend.report.survey import Checked, Survey

MENDED = {Safety.SAFE: "mended by fix", Safety.UNSAFE: "mended by fix --unsafe-fixes", Safety.DISPLAY: "no fix, a hint"}


def full(survey: Survey, *, colour: bool = False) -> str:
    """The report for people."""
    lines = [line for checked in survey.checked for line in _file(survey, checked, colour)]
    return "".join(f"{line}\n" for line in (*lines, *_totals(survey, colour)))


def _file(survey: Survey, checked: Checked, colour: bool) -> Iterator[str]:
    places = Places(checked.document)
    for finding in listed(survey, checked):
        yield from _finding(checked.document, finding, places, colour)
    for number, found in groups(survey, checked).items():
        section = checked.document.parts[number]
        label = section.label if checked.document.sections else "in this text"
        yield paint(f"{checked.document.name}:{places.at(section.span.start).line}: {printable(label)}", "bold", colour)
        yield from (f"  {_group(group, places)}" for group in found)
        yield ""


def _finding(document: Document, finding: Finding, places: Places, colour: bool) -> Iterator[str]:
    style = SEVERITY[finding.severity]
    where = paint(f"{document.name}:{places.of(finding)[0]}:", "bold", colour)
    what = paint(f"{finding.severity} {finding.rule}", style, colour)
    yield f"{where} {what} {finding.name}: {printable(finding.message)}"
    yield f"  {_facts(finding)}"
    shown = excerpt(document.text, finding.span)
    if shown.line.strip():
        yield f"    {shown.line}"
        yield f"    {paint(shown.carets, style, colour)}"
    yield ""


def _facts(finding: Finding) -> str:
    fix = f"{MENDED[finding.fix.safety]}" if finding.fix else "no fix"
    return ", ".join(filter(None, (printable(finding.section), f"confidence {finding.confidence:.2f}", fix)))


def _group(group: Group, places: Places) -> str:
    example = group.example
    return (
        f"{len(group.findings):6,} {example.rule} {example.name}, "
        f"such as {places.of(example)[0]}: {printable(example.message)}"
    )


def _totals(survey: Survey, colour: bool) -> Iterator[str]:
    """How many findings there are, by rule, and how many of them ``fix`` mends."""
    totals = survey.totals
    if not survey.checked:
        return
    files = _count(len(survey.checked), "file")
    if not totals:
        yield paint(f"Nothing found in {files}.", "green", colour)
        return
    severities = Counter(finding.severity for finding in survey.findings)
    kinds = ", ".join(_count(severities[s], s.value) for s in Severity if severities[s])
    yield paint(f"{_count(sum(n for *_, n in totals), 'finding')} in {files}: {kinds}", "bold", colour)
    width = max(len(name) for _, name, _ in totals)
    yield from (f"  {code:8}{name:{width}} {number:8,}" for code, name, number in totals)
    yield from _mendable(survey)


def _mendable(survey: Survey) -> Iterator[str]:
    fixes = Counter(finding.fix.safety for finding in survey.findings if finding.fix)
    if fixes[Safety.SAFE]:
        yield f"{fixes[Safety.SAFE]:,} can be mended with transmend fix."
    if fixes[Safety.UNSAFE]:
        yield f"{fixes[Safety.UNSAFE]:,} more with --unsafe-fixes, which may remove words."


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
