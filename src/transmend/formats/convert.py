"""From one format with times to another: times kept, speakers and word times where the other has a place for them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import PurePath
from typing import Any

from transmend.document import Cue, Document, Piece
from transmend.errors import InputError, SettingsError
from transmend.formats.clock import stamp

#: Seconds that a cue without an end is shown for each character, and at least.
PER_CHARACTER, LEAST = 0.06, 1.0


@dataclass(frozen=True, slots=True)
class Target:
    """A format that can be written from any other.

    Attributes:
        write: the text of a file with this document in it.
        holds: what it has a place for: ``times``, ``speakers``, ``word times``.
        suffixes: file extensions that stand for it.
        timed: whether it is nothing without times.
    """

    write: Callable[[Document], str]
    holds: frozenset[str]
    suffixes: tuple[str, ...]
    timed: bool = True


@dataclass(frozen=True, slots=True)
class Conversion:
    """A document in another format.

    Attributes:
        text: the file's text.
        losses: what it has no place for, such as ``word times``.
    """

    text: str
    losses: tuple[str, ...]


def convert(document: Document | str, to: str) -> Conversion:
    """The document in the format ``to``, one of ``TARGETS``.

    Inline styles, positions, ids and notes do not come along; ``losses`` says so.

    Raises:
        SettingsError: if there is no such format to write.
        InputError: if the format needs times and the document has none.
    """
    if to not in TARGETS:
        raise SettingsError(f"{to!r} cannot be written from another format (these can: {', '.join(TARGETS)})")
    document, target = Document.of(document), TARGETS[to]
    if target.timed and not document.cues:
        name = document.name or "the text"
        raise InputError(f"{name} has no times, which {to} needs: convert it to plain or jsonl")
    return Conversion(target.write(document), tuple(what for what in _has(document) if what not in target.holds))


def target_for(path: str) -> str | None:
    """The format that the extension of ``path`` stands for, if any."""
    suffix = PurePath(path).suffix.lower()
    return next((name for name, target in TARGETS.items() if suffix in target.suffixes), None)


def _has(document: Document) -> Iterator[str]:
    """What the document has besides its words."""
    if document.cues:
        yield "times"
    if any(cue.speaker for cue in document.cues):
        yield "speakers"
    if any(cue.words for cue in document.cues):
        yield "word times"
    if any(section.name for section in document.sections):
        yield "names"
    yield from document.origin.extras


# --- the writers -----------------------------------------------------------------------------------------------------


def _srt(document: Document) -> str:
    return "".join(
        f"{number}\n{stamp(cue.begin, ',')} --> {stamp(_end(document, cue), ',')}\n{_named(document, cue)}\n\n"
        for number, cue in enumerate(document.cues, 1)
    )


def _vtt(document: Document) -> str:
    return "WEBVTT\n\n" + "".join(
        f"{stamp(cue.begin)} --> {stamp(_end(document, cue))}\n{_voiced(document, cue)}\n\n" for cue in document.cues
    )


def _plain(document: Document) -> str:
    """A paragraph for each speaker's turn, or the text as it is where there are no cues."""
    if not document.cues:
        return document.text
    turns = []
    for speaker, cues in groupby(document.cues, key=lambda cue: cue.speaker):
        said = " ".join(" ".join(_lines(document, cue).split("\n")) for cue in cues)
        turns.append(f"{speaker}: {said}\n" if speaker else f"{said}\n")
    return "\n".join(turns)


def _jsonl(document: Document) -> str:
    rows = map(_row, _cue_rows(document)) if document.cues else map(_row, _section_rows(document))
    return "".join(rows)


def _whisper(document: Document) -> str:
    segments = [{"id": number, **row} for number, row in enumerate(_cue_rows(document))]
    whole = {"text": " ".join(row["text"] for row in segments), "segments": segments}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _cue_rows(document: Document) -> Iterator[dict[str, Any]]:
    for cue in document.cues:
        row: dict[str, Any] = {"start": cue.begin, "end": cue.end, "text": cue.span.of(document.text)}
        if cue.speaker:
            row["speaker"] = cue.speaker
        if cue.words:
            row["words"] = [
                {"word": text, "start": word.begin, "end": word.end}
                for (begin, text), word in zip(_timed(document, cue), _in_time(cue), strict=True)
                if begin is not None
            ]
        yield row


def _in_time(cue: Cue) -> list[Piece]:
    """The first piece, and all others with a time: where the parts that ``_timed`` gives start."""
    return [cue.pieces[0], *(piece for piece in cue.pieces[1:] if piece.begin is not None and len(piece.span))]


def _section_rows(document: Document) -> Iterator[dict[str, Any]]:
    for part in document.parts:
        yield {"role": part.role, "name": part.name, "text": part.span.of(document.text)}


def _row(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False).translate(_LINE_ENDS) + "\n"


_LINE_ENDS = {code: f"\\u{code:04x}" for code in (0x85, 0x2028, 0x2029)}


def _end(document: Document, cue: Cue) -> float:
    """When the cue ends; one of which the file does not say it is shown as long as it takes to read."""
    shown = max(LEAST, PER_CHARACTER * len(cue.span.of(document.text)))
    return cue.end if cue.end > cue.begin else cue.begin + shown


def _lines(document: Document, cue: Cue) -> str:
    """The cue's text without blank lines, which would end it."""
    return re.sub(r"\s*\n\s*", "\n", cue.span.of(document.text))


def _named(document: Document, cue: Cue) -> str:
    return f"{cue.speaker}: {_lines(document, cue)}" if cue.speaker else _lines(document, cue)


def _voiced(document: Document, cue: Cue) -> str:
    """The cue with its voice tag, and with the time of each word before it."""
    out = [f"<v {_escaped(cue.speaker)}>" if cue.speaker else ""]
    for begin, text in _timed(document, cue):
        said = _escaped(re.sub(r"\s*\n\s*", "\n", text))
        inside = begin is not None and cue.begin < begin < cue.end
        out.append(f"<{stamp(begin or 0.0)}><c>{said}</c>" if inside else said)
    return "".join(out)


def _timed(document: Document, cue: Cue) -> Iterator[tuple[float | None, str]]:
    """The text of the cue in parts: each with the white space before it, and with marks that have no time."""
    at, begin = cue.span.start, cue.pieces[0].begin
    for before, piece in pairwise(cue.pieces):
        if piece.begin is not None and len(piece.span):
            yield begin, document.text[at : before.span.end]
            at, begin = before.span.end, piece.begin
    yield begin, document.text[at : cue.span.end]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


_ALL = frozenset({"times", "speakers", "word times"})

#: What can be written from any format with times, by name.
TARGETS: Mapping[str, Target] = {
    "srt": Target(_srt, frozenset({"times", "speakers"}), (".srt",)),
    "vtt": Target(_vtt, _ALL, (".vtt",)),
    "whisper": Target(_whisper, _ALL, (".json",)),
    "jsonl": Target(_jsonl, _ALL | {"names"}, (".jsonl", ".ndjson"), timed=False),
    "plain": Target(_plain, frozenset({"speakers"}), (".txt", ".text"), timed=False),
}
