"""``concise``: one line for each finding, to read, count and grep."""

from __future__ import annotations

from collections.abc import Iterator

from transmend.report.excerpt import printable
from transmend.report.places import Places
from transmend.report.survey import Checked, Survey


def concise(survey: Survey) -> str:
    """``file:line:column: CODE message [confidence]``, a line each."""
    return "".join(f"{line}\n" for checked in survey.checked for line in _lines(checked))


def _lines(checked: Checked) -> Iterator[str]:
    places = Places(checked.document)
    for found in checked.findings:
        where = f"{checked.document.name}:{places.of(found)[0]}"
        yield f"{where}: {found.rule} {printable(found.message)} [{found.confidence:.2f}]"
