"""What stands in texts and is no speech: code, addresses, tables, markup, placeholders of prompts, names of speakers.

A letter changed there breaks a program, a link or a template. Nothing here is a matter of taste: all are told by signs
that no transcript has in its words.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

from transmend.document import Span

#: Without one of these there is nothing to look for.
_SIGN = re.compile(r"[`~@|<{/\\#$)]|\[INST|www\.|\d[a-f]|[a-f]\d")
_URL = r"(?:[a-z][a-z\d+.-]{1,15}://|www\.)[^\s<>\"`\\]+"
_MAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_PATH = r"(?:[\w-]+(?:\.[\w-]+)+|~|\.{1,2}|[A-Za-z]:(?=[\\/])|(?<![^\s(\[\"'=])(?=/[\w.-]+/))(?:[/\\][\w.~%+=&?\#-]*)+"
#: In the order in which they are tried at a place. In ``target`` are Markdown's links.
_VERBATIM = re.compile(
    r"(?P<block>^[ \t]*(?P<fence>`{3,}|~{3,})[^\n`]*\n(?:.*\n)*?[ \t]*(?P=fence)[`~]*[ \t]*$"
    r"|^[ \t]*\|.*\|[ \t]*(?:\n[ \t]*\|.*\|[ \t]*)*$|^\#{1,6}[ \t]+(?!\w+:[ \t]*\S)\S.*$)"
    r"|(?P<code>(?<![\w`])(?P<ticks>`+)(?![`\s])[^\n]{1,300}?(?<![`\s])(?P=ticks)(?![\w`])"
    r"|\{\{[^{}\n]{1,80}\}\}|\$?\{[A-Za-z_][\w.]{0,60}\}|\{(?=\s*[\"'])(?:[^{}]|\{(?:[^{}]|\{[^{}]*+\})*+\})*+\}"
    r"|\$\$[^$]{1,400}\$\$|(?<![\w$])\$(?=[^\s\d$])[^$\n]{1,200}(?<=\S)\$(?![\w$])"
    r"|(?<!\w)(?=[a-f]*\d)(?=\d*[a-f])[\da-f]{7,64}(?!\w))"
    r"|(?P<target>(?<=\])\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:[ ]\"[^\"\n]*\")?\))"
    rf"|(?P<address>(?<![\w@/.+-])(?:{_URL}|{_MAIL}|{_PATH}|[ur]/\w+)|(?<![\w@#&/])[@#][^\W\d]\w+)"
    r"|(?P<template><\|(?:im_start|start_header_id)\|>[ ]?\w+(?:<\|end_header_id\|>)?|<\|[\w ]{1,40}\|>"
    r"|\[/?INST\]|<</?SYS>>)"
    r"|(?P<markup>^[ \t]*\(?[a-z\d]{1,2}\)(?=[ \t])"
    r"|(?<![\w)])</?[A-Za-z][\w:.-]*(?:\s+[\w:.-]+(?:=(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>]+))?)*\s*/?>)",
    re.MULTILINE | re.IGNORECASE,
)
#: Who speaks, in front of what is said: ``Ann: so``, ``**Host:** so``, ``Q. so``.
_LABEL = re.compile(
    r"^[ \t]*(?P<label>(?:\#{1,6}[ ])?(?P<bold>\*\*|__|\*|_)?(?P<who>[^\W\d_][\w.'’-]*(?:[ ][\w.'’()-]+){0,3})"
    r"(?:(?P=bold)?[ ]?:|:(?P=bold))|(?P<letter>[QA])\.)(?=[ \t]|$)",
    re.MULTILINE,
)
#: What speakers are called, so that one is known where he speaks once.
_ROLES = re.compile(
    r"(?i:user|assistant|system|human|ai|bot|model|interview(?:er|ee)|respondent|host|guest|moderator|narrator|caller|"
    r"agent|customer|doctor|patient|student|teacher|operator|audience|q|a|"
    r"question|answer|instruction|response|input|output|"
    r"(?:unknown )?(?:speaker|participant)(?:[ _]?\w{1,3})?)"
)
_LINE = re.compile(r"\S.*")
_CLOSING = ".,;:!?'\"*_~…”’"


def find(text: str) -> Iterator[tuple[Span, str]]:
    """The places of ``text`` to be left alone, in order, each with its kind.

    A ``block`` is code, a table or a heading on lines of its own, ``markup`` a tag or the sign of an item in a list,
    ``target`` where a link leads, a ``template`` a mark of a chat's form (``<|im_start|>user``, ``[INST]``). ``code``
    (a formula, a hash as well) and an ``address`` (a URL, an e-mail address, a path, a handle) are said as words of a
    sentence. A ``label`` is the name of a speaker at the start of a line, if he speaks twice, is called by a role, or
    most lines have one.

    >>> text = "see `dont()` or https://a.io/im, and mail me@x.org"
    >>> [(span.of(text), kind) for span, kind in find(text)]
    [('`dont()`', 'code'), ('https://a.io/im', 'address'), ('me@x.org', 'address')]
    """
    found = list(_signed(text)) if _SIGN.search(text) else []
    taken = [span for span, _ in found]
    labels = [(span, "label") for span in _labels(text) if not overlaps(taken, span)]
    yield from sorted([*found, *labels]) if labels else found


def overlaps(spans: Sequence[Span], span: Span) -> bool:
    """Whether ``span`` shares code points with one of some that stand in order and apart."""
    k = bisect_left(spans, span.end, key=lambda other: other.start) - 1
    return k >= 0 and spans[k].end > span.start


def _signed(text: str) -> Iterator[tuple[Span, str]]:
    for match in _VERBATIM.finditer(text):
        kind, (start, end) = match.lastgroup or "", match.span()
        if kind == "address":
            end = _end(text, start, end)
        if end > start:
            yield Span(start, end), kind


def _labels(text: str) -> Iterator[Span]:
    found = list(_LABEL.finditer(text))
    if len(found) < 2:
        return
    names = [(match["who"] or match["letter"]).casefold() for match in found]
    times, mostly = Counter(names), len(found) > max(2, len(_LINE.findall(text)) / 2)
    told = [m for m, name in zip(found, names, strict=True) if mostly or times[name] > 1 or _ROLES.fullmatch(name)]
    if len(told) > 1:
        yield from (Span(*match.span("label")) for match in told)


def _end(text: str, start: int, end: int) -> int:
    """The end of an address without the marks that belong to the sentence, or to brackets around it."""
    while end > start and (text[end - 1] in _CLOSING or (text[end - 1] in ")]}" and not _opens(text[start:end]))):
        end -= 1
    return end


def _opens(address: str) -> bool:
    """Whether the bracket at its end was opened in it."""
    closing = address[-1]
    return address.count("([{"[")]}".index(closing)]) >= address.count(closing)
