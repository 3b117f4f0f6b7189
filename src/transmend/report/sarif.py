"""``sarif``: the Static Analysis Results Interchange Format, version 2.1.0, for code hosts and viewers."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import transmend
from transmend.document import Document
from transmend.finding import Finding, Fix
from transmend.report.pages import markdown_page
from transmend.report.places import Place, Places
from transmend.report.survey import Checked, Failure, Survey
from transmend.rule import Rule

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
AROUND = 24  # characters on either side that tell one place from another


def sarif(survey: Survey) -> str:
    """One log with one run; regions are code points of the file as it was read."""
    rules = [survey.rules[code] for code, *_ in survey.totals if code in survey.rules]
    index = {rule.code: number for number, rule in enumerate(rules)}
    results = [result for checked in survey.checked for result in _results(checked, index)]
    run = {
        "tool": {"driver": _driver(rules)},
        "invocations": [_invocation(survey.failures)],
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def _driver(rules: list[Rule]) -> dict[str, Any]:
    return {"name": "transmend", "version": transmend.__version__, "rules": [_descriptor(rule) for rule in rules]}


def _descriptor(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "help": {"text": rule.page, "markdown": markdown_page(rule)},
        "defaultConfiguration": {"level": rule.severity.value},
    }


def _invocation(failures: tuple[Failure, ...]) -> dict[str, Any]:
    notes = [
        {
            "level": "error",
            "message": {"text": failure.message},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(failure.name)}}}],
        }
        for failure in failures
    ]
    return {"executionSuccessful": not failures, "toolExecutionNotifications": notes}


def _results(checked: Checked, index: dict[str, int]) -> Iterator[dict[str, Any]]:
    places, seen = Places(checked.document), Counter[str]()
    for finding in checked.findings:
        print_ = _fingerprint(checked.document, finding)
        seen[print_] += 1
        result = _result(checked.document, finding, places)
        if finding.rule in index:
            result["ruleIndex"] = index[finding.rule]
        result["partialFingerprints"] = {"transmend/v1": f"{print_}:{seen[print_]}"}
        yield result


def _result(document: Document, finding: Finding, places: Places) -> dict[str, Any]:
    location: dict[str, Any] = {"physicalLocation": _physical(document, places.of(finding))}
    if finding.section:
        location["logicalLocations"] = [{"name": finding.section}]
    result = {
        "ruleId": finding.rule,
        "level": finding.severity.value,
        "message": {"text": finding.message},
        "locations": [location],
        "properties": {"confidence": round(finding.confidence, 4), "evidence": dict(finding.evidence)},
    }
    # What stands quoted in its file cannot be replaced by the bare text.
    if finding.fix and finding.fix.edits and not document.origin.frame:
        result["fixes"] = [_fix(document, finding.fix, places)]
    return result


def _physical(document: Document, ends: tuple[Place, Place]) -> dict[str, Any]:
    return {"artifactLocation": {"uri": _uri(document.name)}, "region": _region(ends)}


def _region(ends: tuple[Place, Place]) -> dict[str, int]:
    start, end = ends
    return {
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
        "charOffset": start.offset,
        "charLength": end.offset - start.offset,
    }


def _fix(document: Document, fix: Fix, places: Places) -> dict[str, Any]:
    replacements = [
        {
            "deletedRegion": _region((places.at(edit.span.start), places.at(edit.span.end))),
            "insertedContent": {"text": edit.text},
        }
        for edit in fix.edits
    ]
    change = {"artifactLocation": {"uri": _uri(document.name)}, "replacements": replacements}
    return {"description": {"text": f"a fix that is {fix.safety.value}"}, "artifactChanges": [change]}


def _uri(name: str) -> str:
    path = Path(name)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def _fingerprint(document: Document, finding: Finding) -> str:
    """The same for the same words, wherever in the file they have moved."""
    around = document.text[max(0, finding.start - AROUND) : finding.end + AROUND][: 4 * AROUND]
    return sha256(f"{finding.rule}\0{around}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
