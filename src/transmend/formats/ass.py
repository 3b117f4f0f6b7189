"""Advanced SubStation Alpha, and SSA before it: each cue a line ``Dialogue: `` with fields; the last is the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial

from transmend.document import Document, Flaw, Span
from transmend.formats import cues
from transmend.formats.base import Format, Sniff, Source, stripped
from transmend.formats.casting import Caster, MarkupCaster, Mould
from transmend.formats.clock import like, seconds
from transmend.formats.cues import HeldCue
from transmend.formats.frame import Replacement
from transmend.formats.markup import Markup, pieces, spelling
from transmend.formats.spelling import Spelling
from transmend.formats.subtitles import Line, lines, newline

_FIELDS = ("layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text")
_TAG = re.compile(r"\{[^{}\r\n]*\}")
#: Karaoke: how long the text behind the tag lasts, in hundredths of a second; ``kt`` says when it starts in its cue.
_KARAOKE = re.compile(r"\\(kt|k[fo]?|K)[ \t]*(\d+(?:\.\d+)?)")
_DRAWING = re.compile(r"\{[^{}]*\\p[1-9]")


def sniff(text: str) -> Sniff:
    """Sure where the text opens with ``[Script Info]`` or has lines of dialogue under ``[Events]``."""
    opens = re.match(r"\s*\[(?:Script Info|V4\+? Styles)\]", text, re.IGNORECASE)
    events = re.search(r"^\[Events\][^\[]*?^Dialogue:", text[:200_000], re.MULTILINE | re.IGNORECASE)
    return Sniff.SURE if opens or events else Sniff.NO


def parse(source: Source) -> Document:
    """A cue for each line of dialogue, spoken by who its name field says; drawings are left alone.

    Karaoke tags are the times of the words behind them. A word that is dropped leaves its tag, for the times of the
    others are counted from it.

    Raises:
        InputError: if no line of dialogue has any text.
    """
    flaws: list[Flaw] = []
    found = list(_cues(source.text, flaws))
    extras = ["styles", "positions"]
    bare = not found and not flaws and sniff(source.text) is Sniff.SURE
    return cues.document(source, found, _spelling(), flaws, extras, empty=bare)


def _cues(text: str, flaws: list[Flaw]) -> Iterator[HeldCue]:
    fields: Sequence[str] = _FIELDS
    events, before = False, 0.0
    for line in lines(text):
        head, _, rest = line.text.partition(":")
        word = head.strip().lower()
        if word.startswith("["):
            events = word.startswith("[events")
        elif word == "format" and events:
            fields = [name.strip().lower() for name in rest.split(",")]
        elif word == "dialogue" and not _DRAWING.search(line.text):
            values = rest.split(",", len(fields) - 1)
            named = dict(zip(fields, map(str.strip, values), strict=False))
            begin, end = seconds(named.get("start", "")), seconds(named.get("end", ""))
            if begin is None or end is None or len(values) < len(fields):
                flaws.append(Flaw("time", f"the times in {line.text[:60]!r} cannot be read", line.start))
                begin = end = before
            yield _cue(text, line, values[-1], begin, end, named.get("name", "") or named.get("actor", ""))
            before = end


def _cue(text: str, line: Line, said: str, begin: float, end: float, speaker: str) -> HeldCue:
    after = min(line.end + len("\r\n" if text.startswith("\r\n", line.end) else "\n"), len(text))
    start = line.end - len(said)
    times = _karaoke(said, begin)
    parts = pieces(text, Span(start, line.end), Markup(_TAG, lambda tag, begin: next(times)), begin, end)
    return HeldCue(parts, begin, end, speaker, Span(line.start, after), Span(line.start, line.end))


def _karaoke(said: str, begin: float) -> Iterator[float | None]:
    """For each tag when the text behind it is sung; None where the tag has no karaoke.

    >>> list(_karaoke(r"{\\k20}so {\\i1\\kf50}we {\\i0}all {\\k10\\k30}went", 2.0))
    [2.0, 2.2, None, 2.8]
    """
    now = begin
    for tag in _TAG.finditer(said):
        start = None
        for kind, value in _KARAOKE.findall(tag[0]):
            if kind == "kt":
                now = begin + float(value) / 100
            else:
                start, now = round(now, 3), now + float(value) / 100
        yield start


def _spelling() -> Spelling:
    return spelling(r"\N", r"\\[Nn]|\r?\n", entity=r"\\h", escaped=False)


def changes(document: Document) -> Iterator[Replacement]:
    """The file with the text of changed cues replaced; tags in braces stay before their words."""
    return cues.changes(document, _spelling())


_FORMAT_LINE = re.compile(r"^Format:(.*)$", re.MULTILINE | re.IGNORECASE)
#: Karaoke, and what moves or fades with time.
_MOVING = re.compile(r"\\(?:[kK]|t\(|move|fade?\()")


def _mould(names: Sequence[str], frame: str, record: Span) -> Mould | None:
    """The fields of a line of dialogue; the text is the last."""
    body = stripped(frame, record.start, record.end)
    at = frame.index(":", body.start) + 1
    found: dict[str, Span] = {}
    for name in names[:-1]:
        comma = frame.find(",", at, body.end)
        if comma < 0:
            return None
        found[name] = stripped(frame, at, comma)
        at = comma + 1
    if "start" not in found or "end" not in found:
        return None
    return Mould(body, stripped(frame, at, body.end), found["start"], found["end"])


def caster(document: Document) -> Caster:
    """Lines of dialogue keep their style, layer and margins; tags in braces hold on in each part of a line."""
    frame = document.origin.frame
    events = re.search(r"^\[Events\]", frame, re.MULTILINE | re.IGNORECASE)
    told = _FORMAT_LINE.search(frame, events.end()) if events else None
    fields = [name.strip().lower() for name in told[1].split(",")] if told else list(_FIELDS)
    return MarkupCaster(
        document,
        _spelling(),
        partial(_mould, fields),
        like,
        _TAG,
        newline=r"\N",
        joint=newline(frame),
        sticky=_TAG,
        reset=r"{\r}",
        moving=_MOVING,
    )


FORMAT = Format("ass", (".ass", ".ssa"), sniff, parse, changes, caster)
