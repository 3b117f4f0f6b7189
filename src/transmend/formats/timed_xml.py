"""XML captions: TTML and its kin (DFXP, IMSC, Premiere), and YouTube's timed text, old and new (srv1, srv3).

Looked at by tags alone, so that a file that breaks off or is not quite XML is still read.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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

_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_BREAKS = r"\s*<(?:\w+:)?br\b[^<>]*>\s*"
_TWICE = (
    r"&amp;(?:\#\d{1,7}|[A-Za-z][A-Za-z0-9]{1,30});|&(?:\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});"
)
_TAG = re.compile(r"<!--[\s\S]*?-->|<(?!(?:\w+:)?br\b)[^<>]*>|&lt;/?(?:[bius]|font)\b[^<>&]*(?:&gt;|>)")

_SPAN = re.compile(r"<(?:\w+:)?span\b([^<>]*)>")


@dataclass(frozen=True, slots=True)
class Dialect:
    """One kind of XML captions.

    Attributes:
        name: the format's name.
        suffixes: of its files.
        root: matches the tag that the file opens with.
        element: the tag of a cue.
        begin: the attribute with its begin.
        end: the attribute with its end, or "".
        length: the attribute with how long it lasts.
        tick: how many seconds a bare number is.
        collapses: whether a line break in the text is no more than a space.
    """

    name: str
    suffixes: tuple[str, ...]
    root: re.Pattern[str]
    element: str
    begin: str
    end: str
    length: str
    tick: float = 1.0
    collapses: bool = False


_PROLOGUE = r"\A\s*(?:<\?xml[^<>]*>\s*|<!--[\s\S]*?-->\s*|<!DOCTYPE[^<>]*>\s*)*"
DIALECTS = (
    Dialect(
        "ttml",
        (".ttml", ".dfxp", ".xml"),
        re.compile(_PROLOGUE + r"<(?:\w+:)?tt\b"),
        "p",
        "begin",
        "end",
        "dur",
        collapses=True,
    ),
    Dialect("srv3", (".srv3", ".xml"), re.compile(_PROLOGUE + r"<timedtext\b"), "p", "t", "", "d", 0.001),
    Dialect("srv1", (".srv1", ".xml"), re.compile(_PROLOGUE + r"<transcript\b"), "text", "start", "", "dur"),
)


def sniff(dialect: Dialect, text: str) -> Sniff:
    """Sure where the file opens with the dialect's own tag."""
    return Sniff.SURE if dialect.root.match(text) else Sniff.NO


def parse(dialect: Dialect, source: Source) -> Document:
    """A cue for each element with times.

    Raises:
        InputError: if no element has times and text.
    """
    flaws: list[Flaw] = []
    found = list(_cues(dialect, source.text, flaws))
    extras = ["styles", "positions"] if re.search(r"<(?:\w+:)?(?:styl|region|ws|wp|pen)", source.text) else []
    bare = not found and not flaws and sniff(dialect, source.text) is Sniff.SURE
    return cues.document(source, found, _spelling(dialect), flaws, extras, empty=bare)


def _cues(dialect: Dialect, text: str, flaws: list[Flaw]) -> Iterator[HeldCue]:
    name = rf"(?:\w+:)?{dialect.element}"
    opening = re.compile(rf"<{name}(?=[\s/>])((?:\"[^\"<]*\"|'[^'<]*'|[^<>\"'])*)>")
    closing = re.compile(rf"</{name}\s*>|(?=<{name}[\s/>])|\Z")
    rates, names = _frame_rate(text), _agents(text)
    text = re.sub(r"<!--[\s\S]*?-->", lambda comment: " " * len(comment[0]), text)
    before = 0.0
    for tag in opening.finditer(text):
        if tag[1].endswith("/"):
            continue
        close = closing.search(text, tag.end())
        end_of_text = close.start() if close else len(text)
        if close is None or not close[0]:
            flaws.append(Flaw("end", f"{tag[0][:60]} is not closed", tag.start()))
        attributes = _attributes(tag[1])
        begin, end = _times(dialect, attributes, rates)
        if begin is None:
            begin, end = _spanned(dialect, text[tag.end() : end_of_text], rates)
        if begin is None or end is None:
            if text[tag.end() : end_of_text].strip():
                flaws.append(Flaw("time", f"the times in {tag[0][:60]!r} cannot be read", tag.start()))
            begin = end = before if begin is None else begin
        markup = Markup(
            _TAG, partial(_word_time, dialect, end, rates), re.compile(r"<s\b[^<>]*>\Z"), re.compile("</s>")
        )
        parts = pieces(text, Span(tag.end(), end_of_text), markup, begin, end)
        record = Span(tag.start(), close.end() if close else end_of_text)
        header = None if dialect.name == "srv3" and "a" in attributes else Span(tag.start(), tag.end())
        agent = attributes.get("agent", "")
        yield HeldCue(parts, begin, end, names.get(agent, agent), record, header)
        before = end


def _attributes(inside: str) -> Mapping[str, str]:
    """The attributes of a tag, by their names without prefix."""
    return {
        match[1].rpartition(":")[2]: html.unescape(match[2] if match[2] is not None else match[3])
        for match in _ATTRIBUTE.finditer(inside)
    }


def _times(dialect: Dialect, attributes: Mapping[str, str], rate: float) -> tuple[float | None, float | None]:
    begin = _time(dialect, attributes.get(dialect.begin, ""), rate)
    end = _time(dialect, attributes.get(dialect.end, ""), rate) if dialect.end else None
    length = _time(dialect, attributes.get(dialect.length, ""), rate)
    if end is None and begin is not None:
        end = begin if length is None else round(begin + length, 6)
    return begin, end


def _time(dialect: Dialect, value: str, rate: float) -> float | None:
    """A time; in TTML it may count frames (``00:00:01:12``, ``30f``)."""
    if (frames := re.fullmatch(r"(\d+:\d\d:\d\d):(\d+)", value)) is not None:
        whole = seconds(frames[1])
        return None if whole is None else round(whole + int(frames[2]) / rate, 6)
    if (frames := re.fullmatch(r"(\d+(?:\.\d+)?)f", value)) is not None:
        return round(float(frames[1]) / rate, 6)
    if (ticks := re.fullmatch(r"(\d+)t", value)) is not None:
        return round(int(ticks[1]) / 10_000_000, 6)
    time = seconds(value)
    return None if time is None else round(time * dialect.tick, 6)


def _frame_rate(text: str) -> float:
    found = re.search(r"frameRate\s*=\s*[\"'](\d+)", text)
    return float(found[1]) if found and int(found[1]) else 30.0


def _agents(text: str) -> dict[str, str]:
    """Names of the speakers by id: ``<ttm:agent xml:id="a"><ttm:name>Ann</ttm:name></ttm:agent>``."""
    agent = re.compile(r"<(?:\w+:)?agent\b([^<>]*)>\s*<(?:\w+:)?name\b[^<>]*>([^<]*)<")
    return {_attributes(m[1]).get("id", ""): html.unescape(m[2]).strip() for m in agent.finditer(text)}


def _spanned(dialect: Dialect, inside: str, rate: float) -> tuple[float | None, float | None]:
    """The times of an element that has none, by those of the spans in it."""
    times = [_times(dialect, _attributes(span), rate) for span in _SPAN.findall(inside)]
    begins, ends = [begin for begin, _ in times if begin is not None], [end for _, end in times if end is not None]
    return (min(begins), max(ends)) if begins and ends else (None, None)


def _word_time(dialect: Dialect, end: float, rate: float, tag: str, begin: float) -> float | None:
    """When the word behind a tag is said: a tag ``<s>`` of srv3, or a span with a time in TTML.

    TTML counts it from the begin of the cue; some programs write the time in the whole, which is told by being too
    late in the cue.
    """
    if dialect.name == "srv3" and re.match(r"<s[\s>]", tag):
        offset = seconds(_attributes(tag).get("t", "0"))
        return None if offset is None else round(begin + offset * dialect.tick, 6)
    if dialect.name == "ttml" and (span := _SPAN.match(tag)) is not None:
        time = _time(dialect, _attributes(span[1]).get(dialect.begin, ""), rate)
        if time is not None:
            return time if begin <= time <= end < begin + time else round(begin + time, 6)
    return None


def _spelling(dialect: Dialect) -> Spelling:
    if dialect.collapses:
        return spelling("<br/>", _BREAKS, entity=_TWICE)
    return spelling("\n", rf"{_BREAKS}|[ \t]*(?:\r?\n[ \t]*)+", entity=_TWICE)


def changes(dialect: Dialect, document: Document) -> Iterator[Replacement]:
    """The file with the text of changed cues replaced."""
    return cues.changes(document, _spelling(dialect))


_FILLER = re.compile(r"(?:\s|<p\b[^<>]*\ba=[^<>]*>\s*</p>)*")
_WORD_TAG = re.compile(r"<s\b[^<>]*>")
_OFFSET = re.compile(r"""(\s+t\s*=\s*["'])([\d.]+)(["'])""")


def _mould(dialect: Dialect, frame: str, record: Span) -> Mould | None:
    """The times in the tag, its id, and what is between it and the one that closes it."""
    opening = re.compile(r"<[\w:]+((?:\"[^\"<]*\"|'[^'<]*'|[^<>\"'])*)>").match(frame, record.start, record.end)
    closing = frame.rfind("</", record.start, record.end)
    if opening is None or closing < opening.end():
        return None
    found: dict[str, re.Match[str]] = {}
    for attribute in _ATTRIBUTE.finditer(frame, *opening.span(1)):
        found[attribute[1].rpartition(":")[2]] = attribute
    begin, end, length = (found.get(name) for name in (dialect.begin, dialect.end, dialect.length))
    until = end or length
    if begin is None or until is None:
        return None
    name = found.get("id")
    number = Span(name.start() - frame[name.start() - 1].isspace(), name.end()) if name else None
    payload = stripped(frame, opening.end(), closing)
    return Mould(record, payload, _value(begin), _value(until), number, _value(name) if name else None, end is None)


def _value(attribute: re.Match[str]) -> Span:
    return Span(*attribute.span(2 if attribute[2] is not None else 3))


def _stamp(dialect: Dialect, written: str, time: float) -> str | None:
    if dialect.tick != 1.0:
        return str(round(time / dialect.tick)) if written.isdecimal() else None
    return like(written, time)


def _shifted(dialect: Dialect, raw: str, by: float) -> str:
    """The words with their times, which count from the start of the cue, as much later."""

    def later(tag: re.Match[str]) -> str:
        told = _OFFSET.search(tag[0])
        offset = max(0, round((float(told[2]) if told else 0.0) + by / dialect.tick))
        bare = _OFFSET.sub("", tag[0], 1)
        return re.sub(r"^<s", f'<s t="{offset}"', bare) if offset else bare

    return _WORD_TAG.sub(later, raw)


def caster(dialect: Dialect, document: Document) -> Caster:
    """Elements keep their attributes; a part of one has no id, for two must not have the same."""
    return MarkupCaster(
        document,
        _spelling(dialect),
        partial(_mould, dialect),
        partial(_stamp, dialect),
        _TAG,
        newline="<br/>" if dialect.collapses else "\n",
        joint="\n",
        filler=_FILLER if dialect.name == "srv3" else re.compile(r"\s*"),
        shifted=partial(_shifted, dialect) if dialect.name == "srv3" else None,
    )


def _format(d: Dialect) -> Format:
    return Format(d.name, d.suffixes, partial(sniff, d), partial(parse, d), partial(changes, d), partial(caster, d))


FORMATS = tuple(map(_format, DIALECTS))
