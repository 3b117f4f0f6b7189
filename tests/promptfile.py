"""Prompt files for tests, made from their sections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from transmend import Document, Section, Span


def prompt_file(sections: Iterable[Sequence[str]], name: str = "prompts.md") -> Document:
    """A document with a heading and a text for each ``(role, name, text)``, as a prompt file has them."""
    text, found, prompt = "", [], 0
    for role, label, body in sections:
        start = len(text)
        text += f"## {role.title()}: {label}\n\n"
        span = Span(len(text), len(text) + len(body.strip()))
        text += f"{body}\n\n" if body else ""
        found.append(Section(span, role, label, prompt, Span(start, len(text)), len(found)))
        prompt += role == "target"
    return Document(text, name, tuple(found))


def sections_of(document: Document) -> list[list[str]]:
    """Role, name and text of every section: what ``prompt_file`` was made from."""
    return [[s.role, s.name, s.span.of(document.text)] for s in document.sections]
