"""Prompt files for tests, made from their sections."""

from __future__ import annotations

import re
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


def read_banners(text: str) -> Document:
    """The document of a prompt file whose headings stand between lines of ``#``."""
    heads = list(re.finditer(r"^#{5,}\n(Shot|Target): (.*)\n#{5,}\n", text, re.MULTILINE))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    found, prompt = [], 0
    for head, end in zip(heads, ends, strict=True):
        body = text[head.end() : end]
        start = head.end() + len(body) - len(body.lstrip()) if body.strip() else head.end()
        span = Span(start, start + len(body.strip()))
        found.append(Section(span, head[1].lower(), head[2], prompt, Span(head.start(), end), len(found)))
        prompt += head[1] == "Target"
    return Document(text, "prompts.txt", tuple(found))
