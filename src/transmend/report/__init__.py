"""What was found, told to people and to programs: one file per form, each a function from a ``Survey`` to text.

How to add a form: write the function in a file of its own and name it in ``REPORTS``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from transmend.report.concise import concise
from transmend.report.full import full
from transmend.report.github import github
from transmend.report.json_document import json_document
from transmend.report.json_lines import json_lines
from transmend.report.sarif import sarif
from transmend.report.survey import Checked, Failure, Survey

Report = Callable[[Survey], str]

#: What ``--output-format`` calls it -> the report.
REPORTS: Mapping[str, Report] = {
    "full": full,
    "concise": concise,
    "json": json_document,
    "jsonl": json_lines,
    "sarif": sarif,
    "github": github,
}

__all__ = ["REPORTS", "Checked", "Failure", "Report", "Survey", "full"]
