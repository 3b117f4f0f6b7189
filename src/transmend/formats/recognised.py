"""Reading and writing the JSON of speech engines, as ``engines`` tells where things are."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby

from transmend.document import Document, Flaw, Span
from transmend.formats import cues
from transmend.formats.base import Format, Sniff, Source
from transmend.formats.clock import seconds
from transmend.formats.copies import Change, changes, followed
from transmend.formats.cues import Held, HeldCue
from transmend.formats.engines import ENGINES, Engine
from transmend.formats.frame import Replacement, merged
from transmend.formats.grouping import CLOSING_MARK, grouped
from transmend.formats.json_tree import Node, spelling, tree
from transmend.formats.scan import is_line_of_its_own, with_comma
from transmend.formats.segments import SegmentCaster
from transmend.formats.spelling import Spelling
from transmend.formats.word_entries import ending, entries, parted

_HEAD = 60_000


def sniff(engine: Engine, text: str) -> Sniff:
    """Sure where the text is JSON with the engine's signs, and with those of none before it."""
    head = text[:_HEAD]
    if not re.match(r"\s*[\[{]", head) or (is_line_of_its_own(head) and "\n" in text.strip()):
        return Sniff.NO
    known = next((e for e in ENGINES if e.opens(head)), None)
    return Sniff.SURE if known is engine else Sniff.NO


@dataclass(frozen=True, slots=True)
class Spoken:
    """A word or a stretch of text, with what the file says about it."""

    node: Node
    slot: Span
    text: str
    begin: float | None
    end: float | None
    speaker: str
    joint: str = ""


def parse(engine: Engine, source: Source) -> Document:
    """A cue for each segment, event or result, or for a group of words where the file has words alone.

    A file that breaks off is read up to there.

    Raises:
        InputError: if there are no words with times in it.
    """
    whole = tree(source.text)
    found = [_clipped(cue, whole.end) for cue in _cues(engine, whole.root)] if whole.root else []
    flaws = [*whole.flaws, *_untimed(engine, whole.root)]
    return cues.document(source, found, spelling(source.text, source.encoding), flaws)


def _clipped(cue: HeldCue, end: int) -> HeldCue:
    """The cue without the brackets that a file which breaks off lacks."""
    return cue if cue.record.end <= end else replace(cue, record=Span(cue.record.start, end))


def _untimed(engine: Engine, root: Node | None) -> Iterator[Flaw]:
    if root is not None and engine.cues:
        for node in _segments(engine, root):
            if node.first(*engine.text) and not node.first(*engine.begin) and not _words(engine, node):
                yield Flaw("time", "there is no time for this text", node.span.start)


def _cues(engine: Engine, root: Node) -> Iterator[HeldCue]:
    turns = _turns(engine, root)
    if not engine.cues:
        words = _joined(_told(_words(engine, root), turns))
        made = [_cue(group, None, None, _whole(group)) for group in grouped(words)]
        parallel = len(list(root.walk(engine.tracks))) > 1 if engine.tracks else False
        yield from sorted(made, key=lambda cue: cue.begin) if parallel else made
        return
    before = 0.0
    segments = _once(_segments(engine, root))
    joint = _joint([word for node in segments for word in _words(engine, node)])
    for node in segments:
        whole = _spoken(engine, node)
        words = _told(_words(engine, node), turns) or ([replace(whole, begin=None, end=None)] if whole else [])
        begin, end = _times(engine, node)
        if not words or (not engine.copies and not "".join(word.text for word in words).strip()):
            continue
        if len({word.speaker for word in words if word.speaker}) > 1 and turns:
            parts = [_cue(part, None, None, _whole(part)) for part in _by_speaker(_joined(words, joint))]
            before = parts[-1].end
            yield from parts
            continue
        cue = _cue(_offset(engine, _joined(words, joint), begin), begin, end, node.record, before)
        before = cue.end
        yield replace(cue, speaker=cue.speaker or _speaker(engine, node))


def _turns(engine: Engine, root: Node) -> list[tuple[float, float, str]]:
    """Who speaks from when to when, in order, where the file says so apart from its words."""
    for path in engine.turns:
        found = []
        for node in root.walk(path):
            begin, end = (
                _time(node.first(*names), engine.tick) for names in (("start_time", "from"), ("end_time", "to"))
            )
            name = node.first("speaker_label", "speaker")
            if begin is not None and end is not None and name is not None and isinstance(name.value, str):
                found.append((begin, end, name.value.strip()))
        if found:
            return sorted(found)
    return []


def _told(words: list[Spoken], turns: Sequence[tuple[float, float, str]]) -> list[Spoken]:
    """The words, those that do not say who speaks with who does then, or did last; a mark with its word's speaker."""
    if not turns:
        return words
    out: list[Spoken] = []
    for word in words:
        speaker = word.speaker
        if not speaker and word.begin is not None:
            k = bisect_right(turns, (word.begin + 1e-3, 0.0, "")) - 1
            speaker = turns[max(k, 0)][2]
        out.append(replace(word, speaker=speaker or (out[-1].speaker if out else "")))
    return out


def _by_speaker(words: Sequence[Spoken]) -> Iterator[list[Spoken]]:
    yield from (list(group) for _, group in groupby(words, key=lambda word: word.speaker))


def _segments(engine: Engine, root: Node) -> list[Node]:
    return next((found for path in engine.cues if (found := list(root.walk(path)))), [])


def _once(segments: list[Node]) -> list[Node]:
    """The segments without Google's last result with speakers, which has no transcript and says all once more."""
    with_text = [node for node in segments if (text := node.fields.get("transcript")) and str(text.value).strip()]
    return with_text or segments


def _words(engine: Engine, node: Node) -> list[Spoken]:
    for path in engine.words:
        if words := [word for n in node.walk(path) if (word := _spoken(engine, n)) is not None]:
            return words
    return []


def _spoken(engine: Engine, node: Node) -> Spoken | None:
    text = node.first(*engine.text)
    if text is None or not text.is_string or not str(text.value):
        return None
    begin, end = _times(engine, node)
    return Spoken(node, text.inside, str(text.value), begin, end, _speaker(engine, node))


def _times(engine: Engine, node: Node) -> tuple[float | None, float | None]:
    begin, end = _time(node.first(*engine.begin), engine.tick), _time(node.first(*engine.end), engine.tick)
    length = _time(node.first(*engine.length), engine.tick)
    if end is None and begin is not None and length is not None:
        end = round(begin + length, 6)
    return begin, end


def _time(node: Node | None, tick: float) -> float | None:
    """A time as a number, a string such as ``12.5s``, or ``{"seconds": …, "nanos": …}``."""
    if node is None:
        return None
    value = node.value
    if isinstance(value, dict):
        parts = seconds(str(value.get("seconds") or 0)), seconds(str(value.get("nanos") or 0))
        return None if None in parts else round((parts[0] or 0.0) + (parts[1] or 0.0) / 1e9, 6)
    time = seconds(value) if isinstance(value, str) else None
    return None if time is None else round(time * tick, 6)


def _speaker(engine: Engine, node: Node) -> str:
    found = node.first(*engine.speaker)
    return found.value.strip() if found is not None and isinstance(found.value, str) else ""


def _joint(words: Sequence[Spoken]) -> str:
    """What parts two words: nothing if they bring their own spaces, else a space."""
    return "" if any(word.text[:1].isspace() or word.text[-1:].isspace() for word in words) else " "


def _joined(words: Sequence[Spoken], joint: str | None = None) -> list[Spoken]:
    joint = _joint(words) if joint is None else joint
    return [replace(w, joint="" if joint and CLOSING_MARK.match(w.text) else joint) for w in words]


def _offset(engine: Engine, words: list[Spoken], begin: float | None) -> list[Spoken]:
    """The words with times of their own where the file gives them after the cue's."""
    if not engine.offset or begin is None or not any(w.node.first(engine.offset) for w in words):
        return words
    after = [_time(word.node.first(engine.offset), engine.tick) or 0.0 for word in words]
    return [replace(word, begin=round(begin + time, 6)) for word, time in zip(words, after, strict=True)]


def _whole(group: Sequence[Spoken]) -> Span:
    return Span(group[0].node.record.start, group[-1].node.record.end)


def _cue(words: Sequence[Spoken], begin: float | None, end: float | None, record: Span, before: float = 0.0) -> HeldCue:
    timed = [word.begin for word in words if word.begin is not None]
    start = begin if begin is not None else timed[0] if timed else before
    until = end if end is not None else next((w.end for w in reversed(words) if w.end is not None), start)
    pieces = []
    for number, word in enumerate(words):
        own = word.end
        if own is None and word.begin is not None:
            own = next((w.begin for w in words[number + 1 :] if w.begin is not None), until)
        pieces.append(Held(word.slot, word.node.record, word.begin, own, word.joint))
    speaker = next((word.speaker for word in words if word.speaker), "")
    return HeldCue(tuple(pieces), start, until, speaker, record)


# --- writing ---------------------------------------------------------------------------------------------------------


def file_changes(engine: Engine, document: Document) -> Iterator[Replacement]:
    """What changes in the file: changed words wherever it holds them.

    A word that became two shares its time out by length; one that is gone takes its entry along.
    """
    origin = document.origin
    was = parse(engine, Source(origin.frame, encoding=origin.encoding))
    said = tuple(changes(was, document))
    root = None if all(word.was == word.now for word in said) else tree(origin.frame).root
    if root is None:
        return
    spell = spelling(origin.frame, origin.encoding)
    written = [*_dropped(document, said), *_written(engine, document, root, said, spell)]
    slots = sorted(slot.start for slot in origin.slots)
    said = tuple(sorted(said, key=lambda word: origin.slots[word.key].start))
    for path in (*engine.copies, *engine.bare):
        written += followed(root, path, said, slots, spell, bare=path in engine.bare)
    yield from _with_commas(origin.frame, written)


def _dropped(document: Document, said: Sequence[Change]) -> Iterator[Replacement]:
    yield from cues.dropped_cues(document)
    yield from ((document.origin.records[word.key], "") for word in said if word.was and not word.now)


def _written(
    engine: Engine, document: Document, root: Node, said: Sequence[Change], spell: Spelling
) -> Iterator[Replacement]:
    origin = document.origin
    for word in said:
        if word.now and word.now != word.was:
            slot, record = origin.slots[word.key], origin.records[word.key]
            parts = parted(word.was, word.now) if word.begin is not None and engine.end else ()
            if len(parts) > 1 and word.end is not None:
                yield entries(engine, root.text, record, slot, parts, (word.begin or 0.0, word.end), spell)
            else:
                yield slot, spell.respelled(slot.of(origin.frame), word.now)
                if word.grown and word.end is not None:
                    yield from ending(engine, root.text, record, word.end)


def _with_commas(frame: str, written: Sequence[Replacement]) -> Iterator[Replacement]:
    """The replacements; where the last of a list goes, the comma before it goes too."""
    yield from (change for change in written if change[1])
    yield from ((with_comma(frame, hole), "") for hole in merged(span for span, text in written if not text))


def _format(engine: Engine) -> Format:
    functions = partial(sniff, engine), partial(parse, engine), partial(file_changes, engine)
    caster = partial(SegmentCaster, engine) if engine.recast else None
    return Format(engine.name, (".json",), *functions, caster)


FORMATS = tuple(map(_format, ENGINES))
