"""Headings that name a shot, a target or a prompt: what banners and Markdown share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from transmend.document import Section, Span
from transmend.formats.base import Sniff, looks, stripped

#: What a heading may call a role. For each role the usual word comes first.
ROLES: dict[str, str] = {
    "shot": "shot",
    "example": "shot",
    "demo": "shot",
    "target": "target",
    "query": "target",
    "input": "target",
    "task": "target",
    "prompt": "prompt",
}

#: A whole heading: ``Shot: name``, ``Example 2``, ``Target``. Compile with ``re.IGNORECASE``.
LABEL = (
    rf"(?P<word>{'|'.join(ROLES)})(?:[ \t]+\#?(?P<number>\d+))?"
    r"(?:[ \t]*:[ \t]*(?P<name>[^\r\n]*?))?[ \t]*"
)

#: A line's end, or the text's.
EOL = r"(?:\r?\n|\Z)"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, from its first character to where the text under it starts.

    Attributes:
        word: the word in it that tells the role, in lower case.
        name: what follows the colon, else the number.
        span: its place, with its line end.
    """

    word: str
    name: str
    span: Span

    @property
    def role(self) -> str:
        """``shot``, ``target`` or ``prompt``."""
        return ROLES[self.word]


def headings(matches: Iterable[re.Match[str]]) -> list[Heading]:
    """The headings among ``matches`` of a pattern with ``LABEL`` in it.

    A bare ``Prompt`` is no heading, only ``Prompt 2`` or ``Prompt: name``.
    """
    found = [Heading(match["word"].lower(), _name(match), Span(match.start(), match.end())) for match in matches]
    return [heading for heading in found if heading.role != "prompt" or heading.name]


def one_word_per_role(found: list[Heading]) -> list[Heading]:
    """The headings with the usual word for their role; less usual ones count where that is never used."""
    seen = {heading.word for heading in found}
    words = {ROLES[word]: word for word in reversed(ROLES) if word in seen}
    return [heading for heading in found if words[heading.role] == heading.word]


def _name(match: re.Match[str]) -> str:
    return (match["name"] or match["number"] or "").strip()


def sections(text: str, found: list[Heading]) -> Iterator[Section]:
    """A section for each shot and target heading: down to the next heading or the end of ``text``.

    A ``Prompt`` heading belongs to no section; it says that a new prompt begins.
    """
    end = Heading("prompt", "", Span(len(text), len(text)))
    prompt = 0
    for heading, following in pairwise([*found, end]):
        if heading.role == "prompt":
            prompt += 1
            continue
        body = stripped(text, heading.span.end, following.span.start)
        outer = Span(heading.span.start, following.span.start)
        yield Section(body, heading.role, heading.name, prompt, outer)


def sniff_headings(text: str, found: list[Heading]) -> Sniff:
    """How much these headings make ``text`` a prompt file."""
    opens = bool(found) and not text[: found[0].span.start].strip()
    return looks((heading.role for heading in found), opens=opens)
