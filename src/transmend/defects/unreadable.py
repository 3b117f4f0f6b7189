"""Characters that stand for nothing a person said: marks of text lost or damaged on its way here."""

from __future__ import annotations

import re
from collections.abc import Iterator

from transmend.document import Span
from transmend.finding import Finding
from transmend.rule import Phase, Rule
from transmend.view import View

#: What each sort is, in the order of the groups of ``UNREADABLE``.
KINDS = {
    "replacement": "replacement character",
    "control": "control character",
    "surrogate": "lone surrogate",
    "private": "private use character",
}
UNREADABLE = re.compile(
    r"(?P<replacement>\ufffd+)"
    r"|(?P<control>[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]+)"
    r"|(?P<surrogate>[\ud800-\udfff]+)"
    r"|(?P<private>[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]+)"
)
_SHOWN = 3


def unreadable_characters(view: View) -> Iterator[Finding]:
    """Characters show that text was lost or damaged before it came here.

    Why: a replacement character stands where a program could not read what was there, and a control or private
    use character where one was misread. The words around it are not what was said, and a model that
    reads them learns the damage.

    Example: ``a caf� au lait``. ``evidence["kind"]`` says which sort it is: replacement, control, surrogate
    or private. Characters of one sort side by side are one finding.

    Left alone: tabs, line ends, and invisible characters that belong in text, such as joiners and soft hyphens.

    Safety: no fix. What was there has to be fetched from where the text came from.
    """
    for match in UNREADABLE.finditer(view.text):
        kind = str(match.lastgroup)
        yield Finding(Span(*match.span()), _message(kind, match[0]), evidence={"kind": kind})


def _message(kind: str, found: str) -> str:
    """What was found, by number: the characters themselves are not fit to be shown."""
    codes = " ".join(f"U+{ord(character):04X}" for character in found[:_SHOWN])
    return f"{KINDS[kind]} {codes}" + (f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else "")


RULES = (Rule("SYS001", Phase.ENCODING, unreadable_characters),)
