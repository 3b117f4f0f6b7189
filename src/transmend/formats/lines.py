"""A line for each utterance or word: when it was said, or which recording it is, and then what.

Recognisers are trained and scored with such files (NIST's STM and CTM, Kaldi's ``text``); Audacity's label tracks are
like them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import starmap

from transmend.document import Document, Flaw, Origin, Section, Span
from transmend.errors import InputError
from transmend.formats import cues
from transmend.formats.base import Format, Sniff, Source, numbered, stripped
from transmend.formats.cues import Held, HeldCue
from transmend.formats.frame import Replacement, spliced
from transmend.formats.grouping import grouped
from transmend.formats.spelling import AS_IT_IS
from transmend.formats.subtitles import newline
from transmend.formats.word_entries import shares

HEAD = 100_000  # code points that a form is known by
FEWEST = 3  # lines of a form
ALIKE = 8  # how much longer than another an id may be
_TIME = r"\d+(?:\.\d+)?"
_LINE = re.compile(r"(?P<line>[^\r\n]*\S[^\r\n]*)(?:\r\n|\n|\r|\Z)")
_COMMENT = re.compile(r"\s*;;")
_BREAK = re.compile(r"\s*[\r\n]\s*")
_ON_ONE_LINE = replace(AS_IT_IS, write=partial(_BREAK.sub, " "))

#: ``text``, and either ``begin`` with ``end`` or ``length``, and perhaps ``name``, or ``id``.
STM = re.compile(
    rf"\S+[ \t]+\w+[ \t]+(?P<name>\S+)[ \t]+(?P<begin>{_TIME})[ \t]+(?P<end>{_TIME})[ \t]+"
    r"(?:<[^<>]*>[ \t]*)?(?P<text>.*)"
)
CTM = re.compile(
    rf"(?P<name>\S+)[ \t]+\w+[ \t]+(?P<begin>{_TIME})[ \t]+(?P<length>{_TIME})[ \t]+(?P<text>\S+)(?:[ \t]+{_TIME}.*)?"
)
LABELS = re.compile(r"(?P<begin>\d+\.\d+)\t(?P<end>\d+\.\d+)\t(?P<text>.*)")
#: ``84-121123-0000 GO DO YOU HEAR``, ``spk1_utt7 so``: no word has digits and a dash.
IDS = re.compile(r"(?P<id>(?=[\w./-]*\d)(?=\w[\w./]*[_-])[\w./-]{5,})[ \t]+(?P<text>.*)")


def sniff(line: re.Pattern[str], text: str) -> Sniff:
    """Sure where all lines are of the form, comments aside; ids are all different and about as long."""
    head = text if len(text) <= HEAD else text[: text.rfind("\n", 0, HEAD) + 1]
    found = [match for _, match in _lines(line, head)]
    whole = [match for match in found if match]
    if len(found) < FEWEST or len(whole) < len(found):
        return Sniff.NO
    ids = [match["id"] for match in whole if "id" in line.groupindex]
    alike = not ids or max(map(len, ids)) - min(map(len, ids)) <= ALIKE
    return Sniff.SURE if alike and len({*ids}) == len(ids) else Sniff.NO


def _lines(line: re.Pattern[str], text: str) -> Iterator[tuple[Span, re.Match[str] | None]]:
    """The lines that are neither blank nor a comment, with their ends, and those of the form as its match."""
    for found in _LINE.finditer(text):
        if not _COMMENT.match(found[0]):
            yield Span(*found.span()), line.fullmatch(text, *found.span("line"))


@dataclass(frozen=True, slots=True)
class _Said:
    """A line: where its text is, when it was said, and who said it, or in which recording."""

    slot: Span
    record: Span
    text: str
    begin: float
    end: float
    speaker: str

    @property
    def held(self) -> Held:
        """It as a word of a cue."""
        return Held(self.slot, self.record, self.begin, self.end, " ")


def _said(record: Span, match: re.Match[str]) -> _Said:
    told = match.groupdict()
    begin = float(told["begin"])
    end = begin + float(told["length"]) if "length" in told else float(told["end"])
    slot = Span(*match.span("text"))
    return _Said(slot, record, match["text"], begin, round(max(begin, end), 6), told.get("name") or "")


def timed(line: re.Pattern[str], source: Source, *, words: bool = False) -> Document:
    """A cue for each line, or for a group of lines that are ``words``; comments and other lines are left alone.

    Raises:
        InputError: if no line has times and text.
    """
    found = list(_lines(line, source.text))
    said = [_said(record, match) for record, match in found if match]
    groups = grouped(said) if words else ([one] for one in said)
    strays = [_stray(record.of(source.text), record.start) for record, match in found if not match]
    return cues.document(source, [_cue(group, words=words) for group in groups], _ON_ONE_LINE, strays)


def _cue(group: Sequence[_Said], *, words: bool) -> HeldCue:
    first, last = group[0], group[-1]
    pieces = tuple(one.held for one in group) if words else (Held(first.slot),)
    speaker = "" if words else first.speaker
    return HeldCue(pieces, first.begin, last.end, speaker, Span(first.record.start, last.record.end))


def _stray(line: str, at: int) -> Flaw:
    return Flaw("stray", f"the line {line.strip()[:60]!r} is not like the others", at)


def identified(line: re.Pattern[str], source: Source) -> Document:
    """A section for each line, named by its id; a line without an id is left alone.

    Raises:
        InputError: if no line has an id and a text.
    """
    found = [(record, match) for record, match in _lines(line, source.text) if match]
    if not found and source.text.strip():
        raise InputError("no line opens with the id of a recording: is this the format? --format names another")
    sections = (
        Section(stripped(source.text, *match.span("text")), name=match["id"], outer=record) for record, match in found
    )
    return Document(source.text, source.name, numbered(sections), Origin(flat=True))


def changes(document: Document) -> Iterator[Replacement]:
    """The lines whose text changed, and those that are gone."""
    return cues.changes(document, _ON_ONE_LINE)


def word_changes(document: Document) -> Iterator[Replacement]:
    """The same for lines of one word each: one that became several is as many lines, which share its time."""
    frame, records = document.origin.frame, document.origin.records
    pieces = {document.origin.slots[piece.key]: piece for cue in document.cues for piece in cue.pieces}
    for slot, said in changes(document):
        if len(words := said.split()) > 1:
            piece = pieces[slot]
            line, end = records[piece.key].of(frame).rstrip("\r\n"), newline(frame)
            times = shares(words, (piece.begin or 0.0, piece.end or 0.0))
            made = starmap(partial(_word, line), zip(words, times, strict=True))
            yield Span(records[piece.key].start, records[piece.key].start + len(line)), end.join(made)
        else:
            yield slot, said


def _word(line: str, word: str, times: tuple[float, float]) -> str:
    """A line for another word with its begin and end."""
    told = CTM.fullmatch(line)
    places = [Span(*told.span(name)) for name in ("begin", "length", "text")] if told else []
    return spliced(line, zip(places, (f"{times[0]:.2f}", f"{times[1] - times[0]:.2f}", word), strict=False))


FORMATS = (
    Format("stm", (".stm",), partial(sniff, STM), partial(timed, STM), changes),
    Format("ctm", (".ctm",), partial(sniff, CTM), partial(timed, CTM, words=True), word_changes),
    Format("labels", (".txt",), partial(sniff, LABELS), partial(timed, LABELS), changes),
    Format("utterances", (".txt", ".text"), partial(sniff, IDS), partial(identified, IDS)),
)
