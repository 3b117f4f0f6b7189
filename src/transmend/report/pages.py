"""The page of a rule, for ``explain``, for ``rules`` and for SARIF viewers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from transmend.errors import SettingsError
from transmend.rule import Rule

_SAFETY = re.compile(r"^Safety: (safe|unsafe|display-only)\b", re.MULTILINE)
_LEAD = re.compile(r"^(Why|Example|Left alone|Safety):", re.MULTILINE)


def find_rule(rules: Sequence[Rule], wanted: str) -> Rule:
    """The rule with a code or name, in any case.

    Raises:
        SettingsError: if there is none, naming the nearest one.
    """
    known = {rule.code.lower(): rule for rule in rules} | {rule.name: rule for rule in rules}
    if (rule := known.get(wanted.lower())) is not None:
        return rule
    near = get_close_matches(wanted.lower(), known, 1, 0.5)
    hint = f"did you mean {_as_written(near[0])!r}?" if near else "transmend rules lists them all"
    raise SettingsError(f"there is no rule {wanted!r}; {hint}")


def _as_written(key: str) -> str:
    return key.upper() if key[-1].isdigit() else key


def safety(rule: Rule) -> str:
    """What its fix may cost, as its page declares: ``safe``, ``unsafe``, ``display-only``; ``none`` without a fix."""
    declared = _SAFETY.search(rule.page)
    return declared[1] if declared and rule.repairer is not None else "none"


def facts(rule: Rule) -> dict[str, str]:
    """What a list of rules says of one."""
    return {
        "code": rule.code,
        "name": rule.name,
        "summary": rule.summary,
        "phase": rule.phase.name.lower(),
        "severity": rule.severity.value,
        "fix": safety(rule),
    }


def plain_page(rule: Rule) -> str:
    """The page for a terminal."""
    return f"{rule.code} {rule.name}\n\n{rule.page.replace('``', '`')}\n\n{_line(rule)}\n"


def markdown_page(rule: Rule) -> str:
    """The page in Markdown."""
    body = _LEAD.sub(r"**\1:**", rule.page.replace("``", "`"))
    return f"# {rule.code} {rule.name}\n\n{body}\n\n{_line(rule)}\n"


def _line(rule: Rule) -> str:
    return f"Phase: {rule.phase.name.lower()}. Severity: {rule.severity.value}. Fix: {safety(rule)}."
