"""``json``: one document with all findings, totals, and the files that could not be read."""

from __future__ import annotations

import json

from transmend.report.records import records
from transmend.report.survey import Survey

VERSION = 1


def json_document(survey: Survey) -> str:
    """One JSON object, also where nothing was found or read."""
    whole = {
        "version": VERSION,
        "files": [checked.document.name for checked in survey.checked],
        "findings": [record for checked in survey.checked for record in records(checked)],
        "totals": {code: number for code, _, number in survey.totals},
        "errors": [{"file": failure.name, "message": failure.message} for failure in survey.failures],
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"
