"""Documents made of cues: words with times, in the frame of their file.

``Document.text`` is what is said in the cues, a line break between two, so that sentences run on over their borders,
and a blank line where somebody else begins to speak;
``changes`` puts the text of changed pieces back into the frame. White space between cues is nobody's: a paragraph break
there is not written, for in most formats a blank line would end the cue.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from transmend.document import Cue, Document, Flaw, Origin, Piece, Span
from transmend.errors import InputError
from transmend.formats.base import Source
from transmend.formats.frame import Replacement, merged
from transmend.formats.spelling import Spelling

JOINT, TURN = "\n", "\n\n"


@dataclass(frozen=True, slots=True)
class Held:
    """A piece of a cue as it stands in the frame.

    Attributes:
        slot: its text.
        record: what goes when it has no text any more; by default the slot.
        begin: its own time in seconds, or None.
        end: until when.
        joint: what stands before it in the document's text and in no slot.
    """

    slot: Span
    record: Span | None = None
    begin: float | None = None
    end: float | None = None
    joint: str = ""


@dataclass(frozen=True, slots=True)
class HeldCue:
    """A cue as it stands in the frame.

    Attributes:
        pieces: its parts in order.
        begin: when it starts, in seconds.
        end: when it ends.
        speaker: who says it, or "".
        record: what goes when it is dropped.
        header: where the file tells its times, if a cue without text is a flaw.
    """

    pieces: tuple[Held, ...]
    begin: float
    end: float
    speaker: str
    record: Span
    header: Span | None = None


def document(
    source: Source,
    found: Iterable[HeldCue],
    spelling: Spelling,
    flaws: Iterable[Flaw] = (),
    extras: Iterable[str] = (),
    *,
    empty: bool = False,
) -> Document:
    """The document of these cues, in this order, in the frame ``source.text``.

    Arguments:
        source: the file.
        found: its cues; those without text are left in the frame.
        spelling: how the frame spells the text of a piece.
        flaws: what could not be read.
        extras: what the file holds besides.
        empty: whether a file that is not blank may be without cues.

    Raises:
        InputError: if there are no cues although there should be.
    """
    cues = [_with_words(source.text, cue, spelling) for cue in found]
    held = [cue for cue in cues if cue.pieces]
    told = tuple(sorted([*flaws, *_wordless(source.text, cues)], key=lambda flaw: flaw.at))
    if not held and source.text.strip() and not empty:
        raise InputError(_nothing(told))
    text, laid_out = _laid_out(source.text, held, spelling)
    pieces = [piece for cue in held for piece in cue.pieces]
    origin = Origin(
        frame=source.text,
        slots=tuple(piece.slot for piece in pieces),
        records=tuple(piece.record or piece.slot for piece in pieces),
        cues=tuple(cue.record for cue in held),
        units=spelling.units,
        flaws=told,
        extras=tuple(extras),
    )
    return Document(text, source.name, cues=laid_out, origin=origin)


def _nothing(flaws: Sequence[Flaw]) -> str:
    why = f" ({flaws[0].message})" if flaws else ""
    return f"there is no cue with a time and a text in it{why}: is this the format? --format names another"


def _wordless(frame: str, cues: Iterable[HeldCue]) -> Iterator[Flaw]:
    for cue in cues:
        if not cue.pieces and cue.header is not None:
            shown = " ".join(cue.header.of(frame).split())
            yield Flaw("text", f"the cue of {shown[:60]!r} has no text", cue.header.start)


def _with_words(frame: str, cue: HeldCue, spelling: Spelling) -> HeldCue:
    """The cue without the white space around it, and without pieces that hold nothing."""
    pieces = [piece for piece in cue.pieces if len(piece.slot)]
    while pieces and not spelling.text(pieces[0].slot.of(frame)).strip():
        pieces.pop(0)
    while pieces and not spelling.text(pieces[-1].slot.of(frame)).strip():
        pieces.pop()
    if pieces:
        pieces[0] = replace(pieces[0], slot=_inner(frame, pieces[0].slot, spelling, left=True), joint="")
        pieces[-1] = replace(pieces[-1], slot=_inner(frame, pieces[-1].slot, spelling, left=False))
    return replace(cue, pieces=tuple(pieces))


def _inner(frame: str, slot: Span, spelling: Spelling, *, left: bool) -> Span:
    """``slot`` without the white space at one end."""
    if not left:
        raw = slot.of(frame)
        specials = list(spelling.special.finditer(raw))
        unit = spelling.units.match(raw, specials[-1].start()) if specials else None
        if raw[unit.end() if unit else 0 :].strip():  # as nearly always: nothing at the end has to be read
            return Span(slot.start, slot.start + len(raw.rstrip()))
    bare = (u for u in spelling.units.finditer(frame, slot.start, slot.end) if not spelling.read(u[0]).isspace())
    return Span(next(bare).start(), slot.end) if left else Span(slot.start, list(bare)[-1].end())


def _laid_out(frame: str, held: Sequence[HeldCue], spelling: Spelling) -> tuple[str, tuple[Cue, ...]]:
    out: list[str] = []
    cues: list[Cue] = []
    at = key = 0
    for number, cue in enumerate(held):
        pieces = []
        for k, piece in enumerate(cue.pieces):
            joint = piece.joint if k else _between(held[number - 1], cue) if number else ""
            text = spelling.text(piece.slot.of(frame))
            out += joint, text
            at += len(joint)
            pieces.append(Piece(Span(at, at + len(text)), piece.begin, piece.end, key))
            at += len(text)
            key += 1
        cues.append(Cue(tuple(pieces), cue.begin, cue.end, cue.speaker, number))
    return "".join(out), tuple(cues)


def _between(before: HeldCue, cue: HeldCue) -> str:
    """What parts two cues in the document's text: where no speaker is named it may well be the one before."""
    return TURN if cue.speaker and cue.speaker != before.speaker else JOINT


def changes(document: Document, spelling: Spelling) -> Iterator[Replacement]:
    """What changes in the frame: the pieces whose text changed; those, and cues, that have none left are taken out."""
    yield from dropped_cues(document)
    yield from _changed(document, spelling)


def dropped_cues(document: Document) -> Iterator[Replacement]:
    """What of the frame goes because its cue is gone."""
    kept = {cue.key for cue in document.cues}
    for hole in merged(record for key, record in enumerate(document.origin.cues) if key not in kept):
        yield hole, ""


def _changed(document: Document, spelling: Spelling) -> Iterator[Replacement]:
    origin = document.origin
    for cue in document.cues:
        for piece in cue.pieces:
            slot, now = origin.slots[piece.key], piece.span.of(document.text)
            raw = slot.of(origin.frame)
            if not now and raw:
                yield origin.records[piece.key], ""
            elif spelling.text(raw) != now:
                yield slot, spelling.respelled(raw, now)
