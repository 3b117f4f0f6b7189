"""Prompt files with headings: banners (a line of ``#`` above and below) and Markdown.

Banner::

    ################
    Shot: full-stack
    ################
    the text

Markdown::

    ## Shot: full-stack
    the text

A heading counts if it starts with one of the role words of ``base.ROLES`` and a colon; in Markdown the bare
word will do as well, if the file has both shots and targets. Other headings are text.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex

from transmend.document import Document, Span
from transmend.formats.base import ROLE_WORDS, ROLES, Format, Part, own_text, sections

END = r"[ \t]*(?:\r\n|\n|\r|\Z)"
BANNER = regex.compile(
    rf"^(?P<bar>[#=*\-])(?P=bar){{2,}}{END}[ \t]*(?P<role>{ROLE_WORDS})[ \t]*:(?P<name>[^\r\n]*){END}(?P=bar){{3,}}{END}",
    regex.MULTILINE | regex.IGNORECASE,
)
MARKDOWN = regex.compile(
    rf"^ {{0,3}}#{{1,6}}[ \t]+(?P<role>{ROLE_WORDS})[ \t]*(?::(?P<name>[^\r\n]*?))?[ \t]*#*{END}",
    regex.MULTILINE | regex.IGNORECASE,
)


def _parts(text: str, found: list[regex.Match[str]]) -> Iterator[Part]:
    ends = [match.start() for match in found[1:]] + [len(text)]
    for match, end in zip(found, ends, strict=True):
        yield Part(match["role"], match["name"] or "", Span(match.end(), end), Span(match.start(), end))


def _banners(text: str) -> list[regex.Match[str]]:
    return list(BANNER.finditer(text))


def _markdown(text: str) -> list[regex.Match[str]]:
    found = list(MARKDOWN.finditer(text))
    roles = {ROLES[match["role"].lower()] for match in found}
    return found if len(roles) > 1 else [match for match in found if match["name"] is not None]


def parse_banner(text: str, text_key: str) -> Document:
    """A section for every banner; text before the first belongs to none."""
    return Document(text, sections=sections(text, _parts(text, _banners(text))))


def parse_markdown(text: str, text_key: str) -> Document:
    """A section for every heading with a role word; text before the first belongs to none."""
    return Document(text, sections=sections(text, _parts(text, _markdown(text))))


BANNERS = Format("banner", (), lambda text: 0.95 if _banners(text) else 0.0, parse_banner, own_text)
HEADINGS = Format("markdown", (".md",), lambda text: 0.8 if _markdown(text) else 0.0, parse_markdown, own_text)
