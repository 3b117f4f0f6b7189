"""A finding as a plain table, for the JSON reports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from transmend.finding import Finding, Fix
from transmend.report.places import Places
from transmend.report.survey import Checked

LONGEST = 200  # characters of the broken text that are quoted


def records(checked: Checked) -> Iterator[dict[str, Any]]:
    """Each finding of a document: what, where, how sure, why and how to mend it.

    ``start`` and ``end`` are code points in ``Document.text``; lines and columns are those of the file, from 1.
    """
    places = Places(checked.document)
    for finding in checked.findings:
        yield _record(checked, finding, places)


def _record(checked: Checked, finding: Finding, places: Places) -> dict[str, Any]:
    start, end = places.of(finding)
    return {
        "rule": finding.rule,
        "name": finding.name,
        "severity": finding.severity.value,
        "message": finding.message,
        "confidence": round(finding.confidence, 4),
        "file": checked.document.name,
        "section": finding.section,
        "start": finding.start,
        "end": finding.end,
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
        "match": finding.span.of(checked.document.text)[:LONGEST],
        "evidence": dict(finding.evidence),
        "fix": _fix(finding.fix) if finding.fix else None,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    edits = [{"start": e.span.start, "end": e.span.end, "text": e.text} for e in fix.edits]
    return {"safety": fix.safety.value, "edits": edits}
