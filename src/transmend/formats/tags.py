"""Prompt files with XML-like tags: ``<shot name="…">…</shot>``, ``<target>…</target>``, perhaps in ``<prompt>``.

Only these tags are looked at, and only outside other sections; the rest may be any text, also unescaped ``<``.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from transmend.document import Document, Section, Span
from transmend.errors import InputError
from transmend.formats.base import Format, Sniff, Source, line_at, looks, numbered, stripped

_TAG = re.compile(
    r"""<(?P<close>/?)(?P<role>shot|target|prompt)(?P<attributes>(?:\s(?:[^<>"']|"[^"<]*"|'[^'<]*')*)?)(?P<empty>/?)>""",
    re.IGNORECASE,
)
_NAME = re.compile(r"""\sname\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))""", re.IGNORECASE)
_SPACE = re.compile(r"\s*")


def sniff(text: str) -> Sniff:
    """Sure where the text opens with a tag, or has both a shot and a target."""
    tags = [tag for tag in _TAG.finditer(text) if not tag["close"]]
    return looks((_role(tag) for tag in tags), opens=bool(tags) and not text[: tags[0].start()].strip())


def parse(source: Source) -> Document:
    """A section for each ``<shot>`` and ``<target>``; what stands outside them belongs to none.

    Raises:
        InputError: for a tag that is not closed, or that closes nothing.
    """
    return Document(source.text, source.name, numbered(_sections(source.text)))


def _sections(text: str) -> Iterator[Section]:
    """The sections; ``prompt`` changes at every ``<prompt>`` and ``</prompt>``."""
    opened: re.Match[str] | None = None
    prompt = 0
    for tag in _TAG.finditer(text):
        if opened is None and _role(tag) == "prompt":
            prompt += 1
        elif opened is None and not tag["close"] and _is_empty(tag):
            yield _section(text, tag, tag.end(), tag.end(), prompt)
        elif opened is None:
            opened = _opening(tag)
        elif _role(tag) == _role(opened):
            yield _section(text, opened, _closing(tag, opened).start(), tag.end(), prompt)
            opened = None
    if opened:
        raise _unclosed(opened, "the end of the file")


def _section(text: str, opened: re.Match[str], body_end: int, end: int, prompt: int) -> Section:
    space = _SPACE.match(text, end)
    outer = Span(opened.start(), space.end() if space else end)
    return Section(stripped(text, opened.end(), body_end), _role(opened), _name(opened), prompt, outer)


def _role(tag: re.Match[str]) -> str:
    return tag["role"].lower()


def _name(tag: re.Match[str]) -> str:
    name = _NAME.search(tag["attributes"].removesuffix("/"))
    return html.unescape(name[1] or name[2] or name[3] or "").strip() if name else ""


def _is_empty(tag: re.Match[str]) -> bool:
    return bool(tag["empty"]) or tag["attributes"].endswith("/")


def _opening(tag: re.Match[str]) -> re.Match[str]:
    if tag["close"]:
        line = line_at(tag.string, tag.start())
        raise InputError(f"line {line}: {tag[0]} closes nothing: open it before, or read the file as --format plain")
    return tag


def _closing(tag: re.Match[str], opened: re.Match[str]) -> re.Match[str]:
    if not tag["close"]:
        raise _unclosed(opened, f"the {tag[0]} of line {line_at(tag.string, tag.start())}")
    return tag


def _unclosed(opened: re.Match[str], before: str) -> InputError:
    line = line_at(opened.string, opened.start())
    return InputError(
        f"line {line}: {opened[0]} is not closed before {before}: "
        f"close it with </{opened['role']}>, or read the file as --format plain"
    )


FORMAT = Format("tags", (".xml",), sniff, parse)
