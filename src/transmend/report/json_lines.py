"""``jsonl``: one JSON object a line for each finding, to stream and filter."""

from __future__ import annotations

import json

from transmend.report.records import records
from transmend.report.survey import Survey


def json_lines(survey: Survey) -> str:
    """A line for each finding, with the same keys as in ``json``; ASCII, so that no line breaks inside."""
    return "".join(json.dumps(record) + "\n" for checked in survey.checked for record in records(checked))
