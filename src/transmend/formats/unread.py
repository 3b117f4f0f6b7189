"""Files of a form that is not read: taken for plain text, their own signs would be mended like words."""

from __future__ import annotations

import re
from typing import NamedTuple

from transmend.errors import InputError

HEAD = 20_000  # code points that a kind is known by


class Kind(NamedTuple):
    """A kind of file that is not read.

    Attributes:
        name: what it is called.
        suffixes: file extensions that only it has.
        opening: matches how its text opens, after white space.
        advice: what to do instead.
    """

    name: str
    suffixes: tuple[str, ...]
    opening: re.Pattern[str]
    advice: str


_NEVER = re.compile(r"(?!)")
_CODE = (".py", ".js", ".ts", ".java", ".c", ".cpp", ".h", ".cs", ".go", ".rs", ".rb", ".php", ".sh", ".sql", ".css")
_LAY_OUT = "export it as SRT, WebVTT or plain text"
KINDS = (
    Kind("Praat TextGrid", (".textgrid",), re.compile(r'File type = "ooTextFile'), _LAY_OUT),
    Kind("ELAN", (".eaf",), re.compile(r"(?:<\?xml[^<>]*>\s*)?<ANNOTATION_DOCUMENT\b"), _LAY_OUT),
    Kind("CHAT transcript", (".cha",), re.compile(r"@(?:UTF8|Begin)[ \t]*\r?\n"), _LAY_OUT),
    Kind(
        "HTML",
        (".html", ".htm", ".xhtml"),
        re.compile(r"(?i)(?:<\?xml[^<>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*<(?:!doctype html|html|head|body)\b"),
        "save the page as text first",
    ),
    Kind("XML of an unknown kind", (".xml",), re.compile(r"<\?xml\b"), _LAY_OUT),
    Kind("YAML", (".yaml", ".yml"), re.compile(r"%YAML\b|---[ \t]*\r?\n[\w-]+:[ \t]"), "give its texts as JSON lines"),
    Kind(
        "source code",
        _CODE,
        re.compile(r"#!\s*/"),
        "give its texts as JSON lines",
    ),
    Kind("a configuration", (".toml", ".ini", ".cfg", ".conf"), _NEVER, "give its texts as JSON lines"),
)


def refuse(text: str, suffix: str) -> None:
    """Make sure that a text which looks like no format here has no form of its own.

    Arguments:
        text: the file's text.
        suffix: its extension, in lower case.

    Raises:
        InputError: naming the kind, and what to try.
    """
    head = text[:HEAD].lstrip()
    for kind in KINDS:
        if suffix in kind.suffixes or kind.opening.match(head):
            raise InputError(f"this is {kind.name}, which is not read: {kind.advice}, or take it as --format plain")
