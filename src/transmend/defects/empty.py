"""Sections without text: empty ones, and ones that still hold a placeholder."""

from __future__ import annotations

import re
from collections.abc import Iterator

from transmend.document import Section
from transmend.finding import Finding, Fix, Safety, Severity
from transmend.prompt import drop, prompts, section_with
from transmend.rule import Phase, Rule
from transmend.view import View

# What the words in a slot or note are about, as in "[transcript here]" but not in "[music]".
_ABOUT = (
    r"\b(?:transcripts?|text|inputs?|outputs?|content|documents?|examples?|shots?|targets?|captions?|subtitles?|"
    r"insert|paste|here|your|placeholder|todo|tbd|fill|completion|answer|question)\b"
)
_LABEL = r"(?:[\w -]{1,30}:\s*)?"

#: What a section holds when nobody filled it in: kind, confidence, pattern for the whole of it.
PLACEHOLDERS = tuple(
    (kind, confidence, re.compile(pattern, re.IGNORECASE))
    for kind, confidence, pattern in (
        ("template slot", 0.99, _LABEL + r"(?:\{[\w.| -]{0,40}\}|\{\{[\w.| -]{0,40}\}\}|\$\{[\w.| -]{0,40}\})"),
        ("template slot", 0.99, _LABEL + r"(?:%s|%\(\w{1,40}\)s|%\w{2,40}%)"),
        ("template slot", 0.99, rf"[\[<(](?=[^\[\]<>()]*{_ABOUT})[^\[\]<>()]{{1,60}}[\])>]"),
        ("template slot", 0.95, r"[\[<(][\s_.…?*-]*[\])>]"),
        (
            "note to self",
            0.95,
            r"(?:to ?do|tbd|tba|fixme|xxx+|wip|placeholder|coming soon)(?:[.!]*|\s*[:–-][^\n]{0,80})",
        ),
        ("note to self", 0.95, rf"(?:(?:insert|paste|put|enter)\s)?(?:(?:the|your)\s)?{_ABOUT}(?:\sgoes)?\shere[.:!]*"),
        ("note to self", 0.95, rf"(?:insert|paste)\s(?:(?:the|your)\s)?{_ABOUT}[.:!]*"),
        ("missing value", 0.9, r"n/a|none|null|nil|nan|undefined"),
        ("missing value", 0.9, r"\(?(?:empty|missing|not available|no (?:transcript|text|data))\)?\.?"),
        ("filler text", 0.99, r"lorem ipsum\b[^\0]*"),
        ("marks only", 0.9, r"[\s_.…?*~=-]+"),
    )
)
_QUOTES = "\"'`“”‘’*"


def empty_section(view: View) -> Iterator[Finding]:
    """A shot, target or record has a heading and no text.

    Why: a template that was rendered with a missing value asks the model about nothing, and the model
    answers all the same.

    Example: a file whose last lines are ``Target: zig`` and nothing under it. White space is nothing too.

    Left alone: the fix leaves a file in which no target at all has text, for that is a template. Where the
    next prompt has no shots of its own, only the target goes and the shots stay for it.

    Safety: unsafe. An empty target goes with the whole of its prompt, an empty shot alone.
    """
    for section in view.parts:
        if _is_empty(view, section):
            yield Finding(section.span, f"{section.label} is empty", section=_label(view, section))


def placeholder_section(view: View) -> Iterator[Finding]:
    """A shot, target or record holds a placeholder in place of its text.

    Why: ``{transcript}`` in a finished prompt means that a step was left out. It is as bad as an empty
    section and harder to see.

    Example: a target that is no more than ``{{ text }}``, ``<transcript>``, ``[transcript here]``, ``TODO``,
    ``N/A``, ``...`` or ``lorem ipsum dolor``. ``evidence["kind"]`` says which sort it is.

    Left alone: placeholders inside other text, which may well be what the text is about, and sound
    tags such as ``[music]``. The fix leaves what that of an empty section leaves.

    Safety: unsafe. A placeholder target goes with the whole of its prompt, a placeholder shot alone.
    """
    for section in view.parts:
        text = section.span.of(view.text).strip()
        if (known := _placeholder(text)) is not None:
            kind, confidence = known
            message = f"{section.label} holds only {text if len(text) <= 40 else text[:39] + '…'!r}"
            yield Finding(section.span, message, confidence, _label(view, section), {"kind": kind})


def _is_empty(view: View, section: Section) -> bool:
    return not section.span.of(view.text).strip()


def _label(view: View, section: Section) -> str:
    return section.label if view.document.sections else ""


def _placeholder(text: str) -> tuple[str, float] | None:
    """The kind of placeholder that ``text`` is, and how sure that is."""
    if not text or len(text) > 2000:
        return None
    bare = text.strip(_QUOTES).strip() or text
    return next(((kind, sure) for kind, sure, pattern in PLACEHOLDERS if pattern.fullmatch(bare)), None)


def drop_section(view: View, finding: Finding) -> Fix | None:
    """Drop the section; if it is a target, its whole prompt."""
    if not any(_is_filled(view, section) for section in view.document.sections if section.role != "shot"):
        return None
    section = section_with(view.document, finding.span)
    if section.role != "target":
        return Fix(drop(section), Safety.UNSAFE)
    each = prompts(view.document)
    number = next(k for k, prompt in enumerate(each) if prompt.target == section)
    if number + 1 < len(each) and not each[number + 1].shots:
        return Fix(drop(section), Safety.UNSAFE)
    return Fix(drop(*each[number].sections), Safety.UNSAFE)


def _is_filled(view: View, section: Section) -> bool:
    text = section.span.of(view.text).strip()
    return bool(text) and _placeholder(text) is None


RULES = (
    Rule("EMP001", Phase.PROMPT, empty_section, drop_section, Severity.ERROR),
    Rule("EMP002", Phase.PROMPT, placeholder_section, drop_section, Severity.ERROR),
)
