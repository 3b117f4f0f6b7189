"""Evidence and layout fused: which places of a document were cut."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

import numpy as np

from transmend.document import Document, Section
from transmend.elision import elisions
from transmend.lexicon import default, default_pairs
from transmend.lexicon.words import Floats, Integers
from transmend.splice.byte_pairs import token_starts
from transmend.splice.cohesion import FAR, NEAR, cohesion, of_piece
from transmend.splice.cut import ELISION, Cut, Reader, kind_of
from transmend.splice.evidence import Places, Words, measure, read_words, unknown_around
from transmend.splice.language import whole_end, whole_start
from transmend.splice.layout import HIGH, Layout, infer, prepared
from transmend.splice.model import (
    Rows,
    apart,
    levelled,
    opinions,
    ratios,
    second_looks,
    suspects,
    with_second_look,
    with_tagger,
)

SUSPECTED = 5.2  # log-likelihood ratio above which a place is looked at again
DOUBTED = 3.0  # the same, in a text that may have a layout
RATE = 1 / 5000  # cuts per place in a text that was cut without a grid
SPLICED = math.log(0.05)  # prior: a text was cut without a grid
HIGHEST = 30.0  # log-likelihood ratio that counts
SURE = 0.85  # probability, near the place, that a cut without a grid needs
LIKELY = 0.5  # what it needs in a text that nobody would take for whole
CERTAIN = 0.999999  # probability that such a text was spliced
EXACT = 0.75  # how many of the cuts found without a grid are at the very place: fitted
STRICT = 12.0  # log-likelihood ratio of a cut beside a grid, or in a text already mended
FRAGMENT = 0.5  # probability of being a whole word, below which a piece is a fragment
LEAST_WHOLE = 1e-3  # nobody is surer than this
SPACED = re.compile(r"\S+")
#: What it costs to count in these units.
RULERS = {"code points": 0.0, "letters": 1.5, "words": 3.0, "tokens": 3.0, "code points, words kept whole": 6.0}
COUNTED = ("words", "tokens")  # nothing that is deleted moves these
SETTLED = 8.0  # log-odds: a layout this likely is not counted anew in other units
DOUBTFUL = -3.0  # log-odds of a layout above which more places are looked at
AT_SPACE = 1.5  # how much likelier a cut before a word is by a sampler that keeps words whole
CLEAR = 0.4  # share of its slack that the chosen place must hold
SHARPNESS = 0.7  # of the evidence within a slack, where neighbouring places look alike: fitted to be as sure as right
EDGE_WORDS = 30  # shorter texts do not show their language
EDGE_PRIOR = 4.3  # log-odds against a broken first or last word; 3 of them since texts seldom end so, 1.3 are fitted
MAX_UNKNOWN = math.log(0.3)  # beyond this share of unknown words it is another language


@dataclass(frozen=True, slots=True, eq=False)
class _Reading:
    """One text with the evidence at all its places."""

    words: Words
    places: Places
    ratios: Floats
    mended: bool


@dataclass(frozen=True, slots=True)
class _Choice:
    """A place chosen as a cut, by its row."""

    row: int
    at: int
    confidence: float
    layout: str


def find_cuts(document: Document, elision: str = ELISION, reader: Reader | None = None) -> tuple[Cut, ...]:
    """The splice cuts of all sections, in order of place.

    Sections with the same text are looked at once. Text that already holds an elision mark was mended before:
    its offsets are no longer the sampler's, so no layout is looked for in it.

    Arguments:
        document: the document.
        elision: the mark that stands for missing text.
        reader: trained models to ask, if there are any.
    """
    spans = [sampled(document.text, section) for section in document.parts]
    found = _cuts_of([*dict.fromkeys(document.text[a:b] for a, b in spans)], elision, reader)
    cuts = (_moved(cut, a) for a, b in spans for cut in found.get(document.text[a:b], ()))
    return tuple(sorted(cuts, key=lambda cut: cut.at))


def cut_at(text: str, at: int, elision: str = ELISION, reader: Reader | None = None) -> Cut:
    """A cut whose place is known, with what stands beside it judged.

    Arguments:
        text: a text of at least one word.
        at: the code point before which text is missing.
        elision: the mark that stands for missing text.
        reader: trained models to ask, if there are any.
    """
    reading = _read(text, elision)
    row = min(int(np.searchsorted(reading.places.at, at)), len(reading.ratios) - 1)
    return _cut(text, reading, _Choice(row, at, 1.0, ""), reader)


def sampled(text: str, section: Section) -> tuple[int, int]:
    """Where a section's text was as its sampler wrote it: with the spaces around it, without line ends."""
    start, end = section.span.start, section.span.end
    while start < end and text[start] in "\r\n":
        start += 1
    while end > start and text[end - 1] in "\r\n":
        end -= 1
    while start > section.outer.start and text[start - 1] == " ":
        start -= 1
    while end < section.outer.end and text[end] == " ":
        end += 1
    return start, end


def _moved(cut: Cut, by: int) -> Cut:
    return Cut(cut.at + by, cut.kind, cut.confidence, cut.left, cut.right, cut.evidence)


def _cuts_of(texts: Sequence[str], elision: str, reader: Reader | None) -> dict[str, list[Cut]]:
    """The cuts of distinct texts of one file."""
    read = {text: _read(text, elision) for text in texts if _is_known(_words(text, elision))}
    readings, grids = _looked_again([*read.values()], reader)
    return {
        text: [_cut(text, reading, choice, reader) for choice in _choose(reading, grid)]
        for text, reading, grid in zip(read, readings, grids, strict=True)
    }


def _words(text: str, elision: str) -> Words:
    return read_words(text, elisions(text, elision))


def _is_known(words: Words) -> bool:
    """Whether there are words, of a language that is known."""
    return bool(words.forms) and unknown_around(words.forms, default()) < MAX_UNKNOWN


@lru_cache(maxsize=4)  # cuts that are known are asked for one by one
def _read(text: str, elision: str) -> _Reading:
    words = _words(text, elision)
    places = measure(words, default(), default_pairs())
    return _Reading(words, places, ratios(places), bool(words.breaks))


def _told(readings: Sequence[_Reading], reader: Reader) -> list[Rows]:
    """For each text what the tagger says of its places, which it is asked of each piece between missing text."""
    pieces = [list(reading.words.pieces()) for reading in readings]
    answers = iter(reader.seams([piece for each in pieces for piece in each]))
    said = [np.concatenate(list(islice(answers, len(each)))) for each in pieces]
    return [opinions(r.ratios, opinion, r.places) for r, opinion in zip(readings, said, strict=True)]


def _looked_again(
    readings: Sequence[_Reading], reader: Reader | None
) -> tuple[Sequence[_Reading], Sequence[_Grid | None]]:
    """The texts with the tagger's opinion weighed in and their likeliest places looked at again, and their layouts.

    Where a layout is in doubt more places are: most cuts of a grid show a little, few show well.
    """
    if reader is None:
        return readings, [grid for grid, _ in _layouts(readings)]
    told = _told(readings, reader)
    closer = [_closer(reading, its, SUSPECTED, reader) for reading, its in zip(readings, told, strict=True)]
    layouts = _layouts(closer)
    doubtful = [k for k, (_, odds) in enumerate(layouts) if DOUBTFUL < odds < SETTLED]
    for k in doubtful:
        closer[k] = _closer(readings[k], told[k], DOUBTED, reader)
    return closer, [grid for grid, _ in (_layouts(closer) if doubtful else layouts)]


def _closer(reading: _Reading, told: Rows, least: float, reader: Reader) -> _Reading:
    """A text with the tagger's opinion weighed in, and with its places above ``least`` looked at again."""
    places, fused = reading.places, with_tagger(reading.ratios, told)
    found = suspects(places, fused, cohesion(reading.words, default()), least, reading.words.breaks)
    looks = second_looks(found, _asked(reading, reader, found.spots), fused, told, places)
    return replace(reading, ratios=with_second_look(fused, found, looks))


def _asked(reading: _Reading, reader: Reader, spots: Sequence[tuple[int, int]]) -> Floats:
    """What the reader says of places in order, each in its piece between marks of missing text."""
    answers, first = [np.zeros((0, 3))], 0
    for piece in reading.words.pieces():
        here = [(word - first, letters) for word, letters in spots if first <= word < first + len(piece)]
        answers.append(reader.look_again(piece, here))
        first += len(piece)
    return np.concatenate(answers)


# -- layouts, over every ruler


@dataclass(frozen=True, slots=True, eq=False)
class _Ruler:
    """The units in which a sampler may have counted: for each the evidence before it, its row and its offset.

    The last unit is the end of the text, where nothing is cut.
    """

    name: str
    evidence: Floats
    rows: Integers
    at: Integers


def _ruler(reading: _Reading, name: str) -> _Ruler:
    """The evidence counted in code points, letters with single spaces, words as samplers part them, or tokens."""
    places, values, length = reading.places, reading.ratios, len(reading.words.text)
    rows = np.arange(len(values))
    start = np.flatnonzero(places.letters == 0)
    if name == "letters" and length > len(rows) - 1:  # in lower case with single spaces they are the code points
        return _Ruler(name, *_with_end(values, rows, places.at))
    if name == "words":
        at = np.array([match.start() for match in SPACED.finditer(reading.words.text)])
        first = start[np.minimum(np.searchsorted(places.at[start], at), len(start) - 1)]
        has_letters = (places.at[first] >= at) & (places.at[first] < np.append(at[1:], length))
        return _Ruler(name, *_with_end(np.where(has_letters, values[first], -np.inf), first, at))
    if name == "tokens":
        at = token_starts(reading.words.text)
        # a token brings its space, and what the words say stands at the place behind that
        said = at + np.array([reading.words.text[start] == " " for start in at.tolist()])
        first = np.clip(np.searchsorted(places.at, said), 0, len(rows) - 1)
        return _Ruler(name, *_with_end(np.where(places.at[first] == said, values[first], -np.inf), first, at))
    offsets = np.arange(length + 1)
    owner = np.clip(np.searchsorted(places.at, offsets), 0, len(rows) - 1)
    if name == "code points, words kept whole":
        careful = np.full(length + 1, -np.inf)
        careful[places.at[start]] = values[start] + AT_SPACE
        return _Ruler(name, careful, owner, offsets)
    between = places.at[owner] != offsets
    evidence = values[owner]
    evidence[between] = np.maximum(evidence, values[np.maximum(owner - 1, 0)])[between]
    return _Ruler("code points", evidence, owner, offsets)


def _with_end(evidence: Floats, rows: Integers, at: Integers) -> tuple[Floats, Integers, Integers]:
    return np.append(evidence, -np.inf), np.append(rows, 0), np.append(at, at[-1:])


class _Grid(NamedTuple):
    """A layout, and the units it is counted in."""

    ruler: _Ruler
    layout: Layout


def _layouts(readings: Sequence[_Reading]) -> list[tuple[_Grid | None, float]]:
    """For each text the layout that explains most, if one is likely, and the log-odds of the likeliest of all.

    All texts are of one file, and have one ruler.
    """
    best: list[_Grid | None] = [None] * len(readings)
    odds = [-math.inf] * len(readings)
    where = [k for k, reading in enumerate(readings) if not reading.mended]
    flat = [replace(readings[k], ratios=levelled(readings[k].places, readings[k].ratios, HIGH)) for k in where]
    for name, cost in RULERS.items():
        if all(odds[k] > SETTLED for k in where):
            break
        rulers = [_ruler(reading, name) for reading in flat]
        if name != "code points" and all(r.name == "code points" for r in rulers):
            continue
        layouts = infer([r.evidence for r in rulers], loose=name not in COUNTED)
        for k, ruler, layout in zip(where, rulers, layouts, strict=True):
            if layout is not None:
                odds[k] = max(odds[k], layout.score - cost)
                old = best[k]
                if layout.likely and layout.score > cost + (old.layout.score if old else 0.0):
                    best[k] = _Grid(ruler, layout)
    return list(zip(best, odds, strict=True))


# -- choice of places


def _choose(reading: _Reading, found: _Grid | None) -> list[_Choice]:
    if found is None:
        return _strict(reading, []) if reading.mended else _scattered(reading)
    ruler, layout = found
    on_grid = [choice for unit in layout.places if (choice := _slot(ruler, layout, unit)) is not None]
    return sorted([*on_grid, *_strict(reading, on_grid)], key=lambda c: c.at)


def _slot(ruler: _Ruler, layout: Layout, unit: int) -> _Choice | None:
    """The cut at one place of a layout: exact, or the best place within its slack."""
    name = f"{layout.name} {ruler.name}"
    odds = 1 / (1 + math.exp(-min(layout.score, 30.0)))
    if not layout.slack:
        return _Choice(int(ruler.rows[unit]), int(ruler.at[unit]), round(odds * 0.995, 4), name)
    low, high = max(unit - layout.slack, 1), min(unit + layout.slack + 1, len(ruler.evidence) - 1)
    if low >= high:
        return None
    around = np.exp(SHARPNESS * prepared(ruler.evidence[low:high]))
    best = int(around.argmax())
    share = float(around[best] / around.sum())
    if share < CLEAR:
        return None
    return _Choice(int(ruler.rows[low + best]), int(ruler.at[low + best]), round(odds * share, 4), name)


def _scattered(reading: _Reading) -> list[_Choice]:
    """Cuts without a layout, the surest first: many likely ones make each likelier, and less is asked of each."""
    words, places = reading.words, reading.places
    found = _with_sides(reading, 0, len(words.forms))[1]
    gains = np.log1p(RATE * np.expm1(found))
    spliced = 1 / (1 + math.exp(-float(np.clip(gains.sum() + SPLICED, -30, 30))))
    least = SURE if spliced < CERTAIN else LIKELY
    found[(places.at == 0) | (places.at == len(words.text))] = -np.inf
    choices: list[_Choice] = []
    while True:
        row = int(found.argmax())
        odds = RATE * math.exp(found[row])
        confidence = spliced * odds / (1 + odds)
        if not confidence > least:
            return sorted(choices, key=lambda c: c.at)
        choices.append(_Choice(row, int(places.at[row]), round(EXACT * confidence, 4), ""))
        _part(reading, found, [int(places.word[choice.row]) for choice in choices])


def _part(reading: _Reading, ratios: Floats, cuts: Sequence[int]) -> None:
    """Measure anew the sides of places near the last of the cuts, each within the part of the text that it is in now.

    That places near a cut have sides that are strange to each other is explained by the cut.
    """
    word, others = cuts[-1], [0, *cuts[:-1], len(reading.words.forms)]
    first = max(max(cut for cut in others if cut <= word), word - NEAR - FAR)
    last = min(min(cut for cut in others if cut >= word), word + NEAR + FAR)
    for part in ((first, word), (word, last)):
        rows, anew = _with_sides(reading, *part)
        away = np.abs(reading.places.word[rows] - word)
        taken = np.isneginf(ratios[rows]) | (away <= 1)
        ratios[rows] = np.where(taken, -np.inf, np.where(away <= NEAR, anew, ratios[rows]))


def _with_sides(reading: _Reading, first: int, last: int) -> tuple[slice, Floats]:
    """The rows of some words, and their ratios with what their sides among these words have to do with each other."""
    rows, places = reading.places.of_words(first, last)
    ratios = reading.ratios[rows]
    together = of_piece(reading.words.forms[first:last], default())
    return rows, np.minimum(ratios + apart(ratios, together, places), HIGHEST)


def _strict(reading: _Reading, taken: Sequence[_Choice]) -> list[_Choice]:
    """Places with overwhelming evidence, the surest of neighbouring words alone, none beside those taken."""
    used = {int(reading.places.word[c.row]) + d for c in taken for d in (-1, 0, 1)}
    confidence = 1 / (1 + np.exp(STRICT - reading.ratios))
    choices = []
    sure = np.flatnonzero(confidence > SURE)
    for row in sure[np.argsort(-confidence[sure], kind="stable")].tolist():
        word = int(reading.places.word[row])
        at = int(reading.places.at[row])
        if word not in used and 0 < at < len(reading.words.text):
            used.update((word - 1, word, word + 1))
            choices.append(_Choice(row, at, round(float(confidence[row]), 4), ""))
    return sorted(choices, key=lambda c: c.at)


# -- a choice as a cut


def _cut(text: str, reading: _Reading, choice: _Choice, reader: Reader | None) -> Cut:
    left, right, whole_left, whole_right = _sides(reading, choice, reader)
    evidence = {
        "log_ratio": round(float(reading.ratios[choice.row]), 2),
        "layout": choice.layout,
        "left_whole": round(whole_left, 3),
        "right_whole": round(whole_right, 3),
    }
    kind = kind_of(text, choice.at)
    if kind == "soft" and (left or right):
        kind = "hard"
    return Cut(choice.at, kind, choice.confidence, left, right, evidence)


def _sides(reading: _Reading, choice: _Choice, reader: Reader | None) -> tuple[str, str, float, float]:
    """The fragments beside a cut, and how likely each piece is a whole word as it stands."""
    text, at = reading.words.text, choice.at
    left, right = text[:at].rsplit(None, 1)[-1:], text[at:].split(None, 1)[:1]
    place = int(reading.places.word[choice.row]), int(reading.places.letters[choice.row])
    looks_left, looks_right = _broken(reading, *place, reader) if reader else (None, None)
    whole_left = whole_right = 1.0
    if left and not text[at - 1].isspace():
        whole_left = _agreed(_whole(reading.words, *place, left=True), looks_left)
    if right and not text[at].isspace():
        whole_right = _agreed(_whole(reading.words, *place, left=False), looks_right)
    return (
        left[0] if whole_left < FRAGMENT else "",
        right[0] if whole_right < FRAGMENT else "",
        whole_left,
        whole_right,
    )


def _broken(reading: _Reading, word: int, letters: int, reader: Reader) -> tuple[float | None, float | None]:
    """The reader's log-odds of a broken word left and right of a place; nothing at the ends of a text."""
    if letters == len(reading.words.forms[word]):
        word, letters = word + 1, 0
    if not letters and (word in (0, len(reading.words.forms)) or word in reading.words.breaks):
        return None, None
    _, left, right = _asked(reading, reader, [(word, letters)])[0].tolist()
    return left, right


def _agreed(whole: float, broken: float | None) -> float:
    """P(a piece is a whole word) by the words that people say and, as much, by the reader."""
    if broken is None:
        return whole
    return 1 / (1 + math.exp((broken - _log_odds(whole)) / 2))


def _log_odds(whole: float) -> float:
    """Of a probability of being whole; nobody is surer than ``LEAST_WHOLE``."""
    said = min(max(whole, LEAST_WHOLE), 1 - LEAST_WHOLE)
    return math.log(said / (1 - said))


def _whole(words: Words, word: int, letters: int, left: bool) -> float:
    """P(the piece of a word left, or right, of a cut is a whole word) among all words that start, or end, like it."""
    forms, form = words.forms, words.forms[word]
    before = forms[word - 1] if word else ""
    after = forms[word + 1] if word + 1 < len(forms) else ""
    return whole_start(form[:letters], before) if left else whole_end(form[letters:], after)


# -- the ends of a text


def find_edges(document: Document, elision: str = ELISION) -> tuple[Cut, ...]:
    """Words broken off at the very end of a section, or broken in at its start.

    A mark after the last word, or a capital on the first, says that nothing is missing. Sections of a few
    words are not judged.
    """
    spans = [sampled(document.text, section) for section in document.parts]
    found = {document.text[a:b]: _edges_of(document.text[a:b], elision) for a, b in set(spans)}
    return tuple(_moved(cut, a) for a, b in spans for cut in found[document.text[a:b]])


def _edges_of(text: str, elision: str) -> list[Cut]:
    words = _words(text, elision)
    if len(words.forms) < EDGE_WORDS or not _is_known(words):
        return []
    cuts, start, end = [], words.letters[0][0], words.letters[-1][-1]
    if not text[:start].strip() and not text[start].isupper():
        whole = _whole(words, 0, 0, left=False)
        cuts.append(_edge(start, whole, right=text[start : words.letters[0][-1]]))
    if not text[end:].strip():
        whole = _whole(words, len(words.forms) - 1, len(words.forms[-1]), left=True)
        cuts.append(_edge(end, whole, left=text[words.letters[-1][0] : end]))
    return [cut for cut in cuts if cut is not None]


def _edge(at: int, whole: float, left: str = "", right: str = "") -> Cut | None:
    broken = 1 / (1 + math.exp(EDGE_PRIOR + _log_odds(whole)))
    if broken < FRAGMENT:
        return None
    evidence = {"left_whole" if left else "right_whole": round(whole, 3)}
    return Cut(at, "hard", round(broken, 4), left, right, evidence)
