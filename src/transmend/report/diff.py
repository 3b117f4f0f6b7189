"""What a cleaning changed, as a unified diff that can be read although a transcript may be one long line.

Both texts are broken at the same words, which the ledger knows, so nothing has to be guessed. The place in a hunk's
head is line and column in the file, as in every other report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from transmend.document import Document
from transmend.edits import Result
from transmend.report.excerpt import printable
from transmend.report.paint import paint
from transmend.report.places import Places

WIDTH = 100  # characters of a line
CONTEXT = 1  # unchanged lines shown around a change

_SHORT = f"[^\\n]{{1,{WIDTH}}}"
_BREAK = re.compile(rf"(?:{_SHORT})?\n|{_SHORT}\Z|{_SHORT}[ \t]+|{_SHORT}")
_WORD = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, slots=True)
class _Line:
    """A piece of the source and what became of it."""

    start: int
    was: str
    now: str

    @property
    def changed(self) -> bool:
        return self.was != self.now


def unified(result: Result, *, colour: bool = False) -> Iterator[str]:
    """The changes with ``-`` and ``+`` lines, a hunk for each run of changed lines."""
    yield from _diff(result, colour)


def by_words(result: Result, *, colour: bool = False) -> Iterator[str]:
    """The changes inside the lines: ``[-was-]`` and ``{+now+}``."""
    yield from _diff(result, colour, words=True)


def _diff(result: Result, colour: bool, words: bool = False) -> Iterator[str]:
    hunks = list(_hunks(_lines(result)))
    if not hunks:
        return
    name = result.source.name or "text"
    yield paint(f"--- {name}", "bold", colour)
    yield paint(f"+++ {name} (mended)", "bold", colour)
    places = Places(result.source)
    for hunk in hunks:
        yield paint(_head(result.source, places, hunk[0].start), "cyan", colour)
        yield from _in_words(hunk, colour) if words else _in_lines(hunk, colour)


def _lines(result: Result) -> list[_Line]:
    """The source broken into lines, each with what became of it."""
    source = result.source.text
    ends = [match.end() for match in _BREAK.finditer(source)]
    now_ends = [result.to_clean(end) for end in ends[:-1]] + [len(result.text)]
    out, was_at, now_at = [], 0, 0
    for end, now_end in zip(ends, now_ends, strict=True) if ends else ((0, len(result.text)),):
        out.append(_Line(was_at, source[was_at:end], result.text[now_at:now_end]))
        was_at, now_at = end, now_end
    return out


def _hunks(lines: Sequence[_Line]) -> Iterator[list[_Line]]:
    """Runs of changed lines with some unchanged ones around; runs that meet are one."""
    changed = [number for number, line in enumerate(lines) if line.changed]
    starts = [n for before, n in pairwise([-2 * len(lines) - 2, *changed]) if n - before > 2 * CONTEXT + 1]
    for first, following in pairwise([*starts, len(lines) + 2 * CONTEXT + 1]):
        last = max(n for n in changed if first <= n < following)
        yield list(lines[max(0, first - CONTEXT) : last + CONTEXT + 1])


def _head(source: Document, places: Places, start: int) -> str:
    label = next((s.label for s in reversed(source.sections) if s.outer.start <= start), "")
    return f"@@ {places.at(start)} @@ {printable(label)}".rstrip()


def _in_lines(hunk: Sequence[_Line], colour: bool) -> Iterator[str]:
    for line in hunk:
        if line.changed:
            yield from (paint(f"-{text}", "red", colour) for text in _shown(line.was))
            yield from (paint(f"+{text}", "green", colour) for text in _shown(line.now))
        else:
            yield from (f" {text}" for text in _shown(line.was))


def _in_words(hunk: Sequence[_Line], colour: bool) -> Iterator[str]:
    for line in hunk:
        yield from (f" {text}" for text in _text_lines(_marked(line, colour)))


def _marked(line: _Line, colour: bool) -> str:
    was, now = _WORD.findall(_safe(line.was)), _WORD.findall(_safe(line.now))
    out = []
    for what, a, b, c, d in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        old, new = "".join(was[a:b]), "".join(now[c:d])
        if what == "equal":
            out.append(old)
            continue
        out += [paint(f"[-{old}-]", "red", colour)] if old else []
        out += [paint(f"{{+{new}+}}", "green", colour)] if new else []
    return "".join(out)


def _shown(text: str) -> list[str]:
    return _text_lines(_safe(text))


def _safe(text: str) -> str:
    return "\n".join(map(printable, text.split("\n")))


def _text_lines(text: str) -> list[str]:
    """The lines of ``text``; a line end that ends it starts no new one, white space before one is not shown."""
    return [line.rstrip() for line in text.split("\n")[: -1 if text.endswith("\n") else None]] if text else []
