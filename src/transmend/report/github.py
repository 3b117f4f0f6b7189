"""``github``: workflow commands that GitHub shows as annotations."""

from __future__ import annotations

from collections.abc import Iterator

from transmend.document import Document
from transmend.finding import Finding, Severity
from transmend.report.groups import Group, groups, listed
from transmend.report.places import Places
from transmend.report.survey import Checked, Survey

COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def github(survey: Survey) -> str:
    """An annotation for each finding; findings of frequent small kinds are counted, for GitHub shows only a few."""
    failures = (_command("error", {"file": f.name, "title": "transmend"}, f.message) for f in survey.failures)
    lines = (line for checked in survey.checked for line in _file(survey, checked))
    return "".join(f"{line}\n" for line in (*failures, *lines))


def _file(survey: Survey, checked: Checked) -> Iterator[str]:
    places = Places(checked.document)
    for finding in listed(survey, checked):
        yield _annotation(checked.document, finding, places, finding.message)
    for found in groups(survey, checked).values():
        for group in found:
            yield _annotation(checked.document, group.example, places, _counted(group))


def _counted(group: Group) -> str:
    where = f" in {group.example.section}" if group.example.section else ""
    return f"{len(group.findings):,} findings{where}, such as: {group.example.message}"


def _annotation(document: Document, finding: Finding, places: Places, message: str) -> str:
    start, end = places.of(finding)
    properties: dict[str, str | int] = {"file": document.name, "line": start.line, "endLine": end.line}
    if start.line == end.line:  # GitHub ignores columns otherwise
        properties |= {"col": start.column, "endColumn": max(start.column, end.column)}
    properties["title"] = f"{finding.rule} {finding.name}"
    return _command(COMMANDS[finding.severity], properties, message)


def _command(name: str, properties: dict[str, str | int], message: str) -> str:
    told = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{name} {told}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
