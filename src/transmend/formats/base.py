"""What a format is, and how sections are made from headings.

How to add a format: write a module with a ``Format`` in it (how likely is a text of this format, text to
``Document``, ``Document`` to text) and name it in ``formats/__init__.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from transmend.document import Document, Section, Span

#: Words in headings and what they mean. A target ends a prompt.
ROLES = {
    "shot": "shot",
    "example": "shot",
    "demo": "shot",
    "demonstration": "shot",
    "target": "target",
    "query": "target",
    "task": "target",
    "input": "target",
}
ROLE_WORDS = "|".join(ROLES)


@dataclass(frozen=True, slots=True)
class Format:
    """How one form of file is read and written back.

    Attributes:
        name: what ``--format`` calls it.
        extensions: of files that are usually in it, with the dot.
        sniff: how sure, 0 to 1, a text is in it.
        parse: text and text key -> document, without name and encoding. Raises ``InputError``.
        render: document -> the file's text; everything that was not edited as it came.
    """

    name: str
    extensions: tuple[str, ...]
    sniff: Callable[[str], float]
    parse: Callable[[str, str], Document]
    render: Callable[[Document], str]


def own_text(document: Document) -> str:
    """Render a document whose text is the file's text."""
    return document.text


@dataclass(frozen=True, slots=True)
class Part:
    """Where a section was found: its heading's words, its body with white space, and all of it."""

    role: str
    name: str
    body: Span
    outer: Span


def sections(text: str, parts: Iterable[Part]) -> tuple[Section, ...]:
    """Number the parts by prompt and key, and trim their bodies."""
    out: list[Section] = []
    prompt = 0
    for key, part in enumerate(parts):
        role = ROLES.get(part.role.lower(), "text")
        if out and (out[-1].role == "target" or role == "text"):
            prompt += 1
        out.append(Section(trim(text, part.body), role, part.name.strip(), prompt, part.outer, key))
    return tuple(out)


def trim(text: str, body: Span) -> Span:
    """``body`` without the white space around its words; an empty one shrinks to its start."""
    inside = body.of(text)
    if not inside.strip():
        return Span(body.start, body.start)
    start = body.start + len(inside) - len(inside.lstrip())
    return Span(start, start + len(inside.strip()))
