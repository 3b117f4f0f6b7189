"""A prompt file as a sequence of prompts: shots, then the target that ends the prompt."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from transmend.document import Document, Section, Span
from transmend.finding import Edit


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt of a file.

    Attributes:
        shots: its solved examples, in order.
        target: what is to be solved; None where there is none.
    """

    shots: tuple[Section, ...]
    target: Section | None

    @property
    def sections(self) -> tuple[Section, ...]:
        """Its shots and its target."""
        return self.shots if self.target is None else (*self.shots, self.target)


def prompts(document: Document) -> tuple[Prompt, ...]:
    """The prompts of a file: each ends after its target, or before a shot of another prompt.

    A target belongs to the shots before it even if ``Section.prompt``, which says how the file was read, differs:
    shots whose own target was dropped are there for the next one.
    """
    found: list[Prompt] = []
    shots: list[Section] = []
    for section in document.sections:
        if section.role == "shot":
            if shots and shots[-1].prompt != section.prompt:
                found.append(Prompt(tuple(shots), None))
                shots = []
            shots.append(section)
        elif section.role == "target":
            found.append(Prompt(tuple(shots), section))
            shots = []
    if shots:
        found.append(Prompt(tuple(shots), None))
    return tuple(found)


def section_with(document: Document, span: Span) -> Section:
    """The section whose text is at ``span``."""
    parts = document.parts
    return parts[bisect_left(parts, span, key=lambda section: section.span)]


def drop(*sections: Section) -> tuple[Edit, ...]:
    """The edits that remove ``sections`` with their headings."""
    return tuple(Edit(section.outer if len(section.outer) else section.span, "") for section in sections)
