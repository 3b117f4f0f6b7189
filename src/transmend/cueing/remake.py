"""Cues made anew: which of them may share words, what is written, and that no word or time is lost."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from transmend import formats
from transmend.cueing.limits import GRAIN, Limits
from transmend.cueing.lines import line_starts
from transmend.cueing.plan import Range, Stretch
from transmend.cueing.words import Said, shown_until, words
from transmend.document import Cue, Document, Origin, Piece, Span
from transmend.elision import elisions
from transmend.formats import Caster, Made, Replacement
from transmend.formats.cues import JOINT, TURN

#: Words with more silence than this between them, in seconds, share no cue.
SILENCE = 2.0
#: A file is laid out until nothing changes, for shares of a cue's time change a little with the cue.
ROUNDS = 6

_TAG = re.compile(r"\[[^\[\]\n]{1,80}\]|\([^()\n]{1,80}\)")
_SONG = re.compile(r"[♪♫]")
_DASH = re.compile(r"^[ \t]*[-–—][ \t]*\w", re.MULTILINE)
_NAME = re.compile(r"[^\W_][\w.'’-]*(?: [^\W_(][\w.'’()-]*){0,4}: ")


@dataclass(frozen=True, slots=True)
class Remade:
    """A file with its cues laid out.

    Attributes:
        document: the document in the new file.
        files: for each round, what changed in the text of the file.
    """

    document: Document
    files: tuple[tuple[Replacement, ...], ...]


@dataclass(frozen=True, slots=True)
class _Way:
    """How cues are laid out.

    Attributes:
        limits: what a cue may be.
        whole: whether cues hold whole sentences.
        elision: what marks missing text.
        breaks: whether a cue has lines.
        lead: how many characters stand in front of a cue's words.
        caster: how the file's cues are made; None where another file is written.
        apart: whether a cue with a name in front is never joined with the one before.
    """

    limits: Limits
    whole: bool
    elision: str
    breaks: bool
    lead: Callable[[Cue], int]
    caster: Caster | None = None
    apart: bool = False


def remade(document: Document, limits: Limits, *, whole: bool, elision: str = "[…]") -> Remade:
    """The file of a document with its cues laid out anew; what need not change stays byte for byte.

    Arguments:
        document: the document, as read.
        limits: what a cue may be.
        whole: whether cues hold whole sentences.
        elision: what marks missing text: no cues are joined over it.

    Raises:
        InputError: if the format has no cues that can be made anew.
    """
    files: list[tuple[Replacement, ...]] = []
    source = document
    while len(files) < ROUNDS:
        caster = formats.caster(document)
        leads = {cue.key: len(caster.lead(cue.key)) for cue in document.cues}
        way = _Way(limits, whole, elision, caster.breaks, lambda cue, leads=leads: leads[cue.key], caster)  # type: ignore[misc]
        found = _once(source, document, way)
        if found is None:
            break
        document = found.document
        files += found.files
    return Remade(document, tuple(files))


def _once(source: Document, document: Document, way: _Way) -> Remade | None:
    """The file laid out once more; None if nothing changes.

    A name in front of the words is a speaker's if it is there more than once. Where a file would not say the same any
    more when read again, cues with a name are not joined with the one before; where that does not help, it stays.
    """
    for apart in (False, True):
        caster = formats.caster(document)
        changes = tuple(formats.cast(document, caster, _planned(document, replace(way, apart=apart))))
        if not changes:
            return None
        after = formats.reread(document, formats.spliced(document.origin.frame, changes))
        if _says_the_same(source, after):
            return Remade(after, (changes,))
    return None


def _says_the_same(was: Document, now: Document) -> bool:
    """Whether both have the same words, spoken by the same people, each word with the time it had.

    Words whose speaker is not told may get the one whose sentence they go on with.
    """
    if was.text.split() != now.text.split():
        return False
    before, after = words(was), words(now)
    voices = ((was.cues[a.cue].speaker, now.cues[b.cue].speaker) for a, b in zip(before, after, strict=True))
    if any(a not in ("", b) for a, b in voices):
        return False
    own = (pair for pair in zip(before, after, strict=True) if pair[0].piece is not None)
    return all(abs(a.begin - b.begin) < GRAIN for a, b in _first_of_pieces(own))


def _first_of_pieces(pairs: Iterable[tuple[Said, Said]]) -> Iterator[tuple[Said, Said]]:
    for _, group in groupby(pairs, key=lambda pair: pair[0].piece):
        yield next(group)


def laid_out(
    document: Document,
    limits: Limits,
    *,
    whole: bool,
    breaks: bool = True,
    named: bool = False,
    elision: str = "[…]",
) -> Document:
    """The document with its cues laid out anew, to be written in another format.

    Arguments:
        document: the document; without cues it stays as it is.
        limits: what a cue may be.
        whole: whether cues hold whole sentences.
        breaks: whether a cue has lines in the other format.
        named: whether names of speakers are put in front of the words there.
        elision: what marks missing text.
    """
    way = _Way(limits, whole, elision, breaks, lambda cue: len(cue.speaker) + 2 if named and cue.speaker else 0)
    cues = {cue.key: cue for cue in document.cues}
    said = words(document)
    starts = [word.span.start for word in said]
    parts: list[str] = []
    made: list[Cue] = []
    at = piece = 0
    for number, one in enumerate(_planned(document, way)):
        first = cues[one if isinstance(one, int) else one.keys[0]]
        joint = "" if not made else TURN if first.speaker and first.speaker != made[-1].speaker else JOINT
        at += len(joint)
        if isinstance(one, int):
            gaps = [first.span.start, *(p.span.end for p in first.pieces[:-1])]
            texts = [(document.text[a : p.span.end], p.begin, p.end) for a, p in zip(gaps, first.pieces, strict=True)]
            begin, end = first.begin, first.end
        else:
            found = said[bisect_left(starts, one.lines[0].start) : bisect_left(starts, one.lines[-1].end)]
            texts = list(_pieces(found, {line.start for line in one.lines[1:]}))
            begin, end = one.begin, one.end
        pieces = []
        for text, a, b in texts:
            pieces.append(Piece(Span(at, at + len(text)), a, b, piece))
            at, piece = at + len(text), piece + 1
        parts += [joint, *(text for text, _, _ in texts)]
        made.append(Cue(tuple(pieces), begin, end, first.speaker, number))
    text = "".join(parts) if made else document.text
    origin = Origin(extras=document.origin.extras)
    return replace(document, text=text, cues=tuple(made), origin=origin) if made else document


def _pieces(said: Sequence[Said], breaks: set[int]) -> Iterator[tuple[str, float | None, float | None]]:
    """The text of a cue in pieces with the times they have, each with the white space before it."""
    timed = any(word.piece is not None for word in said)
    place = 0
    for _, group in groupby(said, key=lambda word: (word.piece, word.cue) if timed else None):
        found = list(group)
        text = ""
        for word in found:
            text += ("\n" if word.span.start in breaks else " " if place else "") + word.text
            place += 1
        yield text, found[0].begin if timed else None, found[-1].end if timed else None


# --- who shares a cue with whom


def _planned(document: Document, way: _Way) -> Iterator[Made | int]:
    """The cues as they should be, in order: made anew, or by their keys as they are."""
    said = words(document)
    firsts = [word.cue for word in said]
    marks = elisions(document.text, way.elision)
    for numbers in _stretches(document, way, marks):
        part = said[bisect_left(firsts, numbers[0]) : bisect_left(firsts, numbers[-1] + 1)]
        cues = [document.cues[number] for number in numbers]
        if len(cues) == 1 and _stays(document, cues[0], way):
            yield cues[0].key
            continue
        stretch = _stretch(document, part, way, marks)
        now = set(stretch.now)
        for cue in stretch.cues():
            yield _made(document, stretch, cue, way, same=cue in now)


def _made(document: Document, stretch: Stretch, cue: Range, way: _Way, *, same: bool) -> Made | int:
    """A cue to be made; the key of one that is there and holds the limits, or cannot hold them."""
    said = stretch.words[cue[0] : cue[1]]
    old = document.cues[said[0].cue]
    lead = stretch.leads[cue[0]]
    if same:
        lines = [line.strip() for line in old.span.of(document.text).split("\n")]
        lengths = [len(word.text) for word in said]
        fits = way.limits.hold([" " * lead + lines[0], *lines[1:]])
        if fits or not way.breaks or way.limits.rows([lead + lengths[0], *lengths[1:]]) > way.limits.lines:
            return old.key
    starts = line_starts([word.text for word in said], way.limits, lead) if way.breaks else [0]
    if same and [line.split() for line in lines] == [
        [word.text for word in said[a:b]] for a, b in pairwise([*starts, len(said)])
    ]:
        return old.key  # it cannot be broken better
    spans = tuple(Span(said[a].span.start, said[b - 1].span.end) for a, b in pairwise([*starts, len(said)]))
    keys = tuple(dict.fromkeys(document.cues[word.cue].key for word in said))
    return Made(spans, said[0].begin, max(said[-1].end, said[0].begin), keys, same)


def _stretch(document: Document, said: Sequence[Said], way: _Way, marks: Sequence[Span]) -> Stretch:
    """What has to be known of the words of one speaker."""
    borders = [0, *(k for k, (a, b) in enumerate(pairwise(said), 1) if a.cue != b.cue)]
    voices = frozenset(k for k, word in enumerate(said) if k and word.text.startswith(">>"))
    ends = {mark.end for mark in marks}
    forced = frozenset(
        k for k, (a, b) in enumerate(pairwise(said), 1) if a.span.end in ends or b.begin - a.end > SILENCE
    )
    return Stretch(
        said,
        borders,
        voices | forced,
        voices,
        frozenset(_tied(document, said, set(borders), way)) - voices - forced,
        [way.lead(document.cues[word.cue]) for word in said],
        way.limits,
        way.whole,
    )


def _tied(document: Document, said: Sequence[Said], borders: set[int], way: _Way) -> Iterator[int]:
    """Words that never begin a cue: inside a tag, with the time of the one before, marks, and what would be a name."""
    start, end = said[0].span.start, said[-1].span.end
    inside = [Span(*match.span()) for match in _TAG.finditer(document.text, start, end)]
    starts = [tag.start for tag in inside]
    named = way.caster is not None and way.caster.named
    for k, (before, word) in enumerate(pairwise(said), 1):
        tag = inside[bisect_left(starts, word.span.start) - 1] if starts and starts[0] < word.span.start else None
        in_tag = tag is not None and word.span.start < tag.end
        in_piece = word.piece is not None and word.piece == before.piece
        is_mark = not any(map(str.isalnum, word.text)) and word.text[0] not in '[(-–—>♪«“"'
        is_name = named and k not in borders and _NAME.match(document.text, word.span.start, end) is not None
        if in_tag or in_piece or is_mark or is_name:
            yield k


def _stretches(document: Document, way: _Way, marks: Sequence[Span]) -> Iterator[list[int]]:
    """The cues, by place, in runs whose words may share cues."""
    until = shown_until(document)
    stay = [_stays(document, cue, way) for cue in document.cues]
    edges = {mark.start for mark in marks} | {mark.end for mark in marks}
    run: list[int] = []
    for number, cue in enumerate(document.cues):
        if run:
            before = document.cues[number - 1]
            if (
                stay[number]
                or stay[number - 1]
                or _is_turn(document, before, cue, way)
                or _are_apart(before, cue, until[number - 1])
                or _differ(document, before, cue, way)
                or {before.span.end, cue.span.start} & edges
            ):
                yield run
                run = []
        run.append(number)
    if run:
        yield run


def _stays(document: Document, cue: Cue, way: _Way) -> bool:
    """Whether a cue has to stay as it is: two people speak in it, it is sung, or its time or form is not known."""
    text = cue.span.of(document.text)
    if way.caster is not None and way.caster.look(cue.key) is None:
        return True
    if len(_DASH.findall(text)) > 1 or _SONG.search(text) or cue.end < cue.begin:
        return True
    record = document.origin.cues[cue.key] if document.origin.cues else Span(0, 0)
    return any(flaw.kind == "time" and record.start <= flaw.at < record.end for flaw in document.origin.flaws)


def _is_turn(document: Document, before: Cue, cue: Cue, way: _Way) -> bool:
    """Whether somebody else speaks: another name, ``>>`` or a dash; no name after one, unless a sentence goes on."""
    text, last = cue.span.of(document.text), before.span.of(document.text)
    if text.startswith(">>") or _DASH.match(text):
        return True
    if way.apart and cue.speaker and way.lead(cue):
        return True
    if cue.speaker == before.speaker:
        return False
    return bool(cue.speaker) or last.endswith((".", "?", "!", "…")) or text[:1].isupper()


def _are_apart(before: Cue, cue: Cue, until: float) -> bool:
    """Whether there is silence between two cues, or one lies within the other."""
    return cue.begin - until > SILENCE or cue.begin <= before.begin or cue.end < before.end


def _differ(document: Document, before: Cue, cue: Cue, way: _Way) -> bool:
    """Whether the file shows two cues in different ways, or has something between them."""
    caster = way.caster
    if caster is None:
        return False
    if caster.look(before.key) != caster.look(cue.key):
        return True
    a, b = caster.body(before.key), caster.body(cue.key)
    return b.start < a.end or not caster.gap(document.origin.frame[a.end : b.start])
