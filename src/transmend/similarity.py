"""How alike two texts are: the same letters, nearly the same words, or a passage in common; and how alike two words.

The only module that imports rapidfuzz. Everything here compares words in lower case and without marks, so
that case, punctuation and spacing never make two texts different.
"""

from __future__ import annotations

import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import nsmallest
from typing import Literal

import numpy as np
import numpy.typing as npt
import regex
from rapidfuzz import process
from rapidfuzz.distance import Indel, Levenshtein

from transmend.document import Span
from transmend.memory import remembered

Kind = Literal["exact", "normalised", "near", "different"]

#: Two texts of at least so many words are near-duplicates when so much of their words is the same, in order.
NEAR = 0.9
NEAR_WORDS = 20

#: Word n-grams that two texts share only when one was copied: the usual length in leak detection.
SHINGLE = 13

#: A text of fewer words than this is so common that only a text equal to it counts as sharing it.
FEWEST_WORDS = 5

#: Near-duplicates are looked for among texts that share one of this many smallest hashes of short n-grams.
SKETCH_SIZE, SKETCH_SHINGLE = 64, 5

#: Letters by which a misheard word may be longer or shorter.
DRIFT = 3
#: Letters by which a copy may be longer than what it is a copy of.
SLACK = 24

_NOWHERE = Span(0, 0)

# Scripts without spaces count letter by letter: their n-grams are shorter but as telling.
_WORD = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]\p{M}*|[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*"
)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two texts are: the kind, and the share of words in common and in order, 0 to 1."""

    kind: Kind
    similarity: float


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two texts share.

    Attributes:
        containment: the share of the shorter text's n-grams that the other text has too, 0 to 1.
        words: length in words of the longest passage in common.
        one: where that passage is in the first text.
        other: where it is in the second.
    """

    containment: float = 0.0
    words: int = 0
    one: Span = _NOWHERE
    other: Span = _NOWHERE


@dataclass(frozen=True, slots=True)
class Division:
    """A piece of text as the end of one text and the start of another.

    Attributes:
        at: how much of the piece belongs to the first.
        onward: how much of the first text that covers.
        back: how much of the end of the second text the rest covers.
        distance: letters that differ.
    """

    at: int
    onward: int
    back: int
    distance: int


@remembered
def words(text: str) -> tuple[str, ...]:
    """The words of ``text`` in lower case and without marks.

    >>> words("Don't stop: 3 fine-tuning runs!")
    ('dont', 'stop', '3', 'fine', 'tuning', 'runs')
    """
    return tuple(word.casefold().replace("'", "").replace("’", "") for word in _WORD.findall(text))


def letters(text: str) -> str:
    """The letters and digits of ``text`` in lower case; texts with neither stand for themselves."""
    return "".join(words(text)) or text.strip()


def likeness(one: str, other: str) -> Likeness:
    """How alike two texts are.

    >>> likeness("Hello, world.", "hello   world")
    Likeness(kind='normalised', similarity=1.0)
    """
    if one == other:
        return Likeness("exact", 1.0)
    if letters(one) == letters(other):
        return Likeness("normalised", 1.0)
    similarity = round(Indel.normalized_similarity(words(one), words(other)), 4)
    return Likeness("near" if _near(one, other) else "different", similarity)


def spelling(one: str, other: str) -> float:
    """How alike two words are spelt: 1 less the share of letters to insert, delete or replace.

    >>> spelling("metrix", "matrix") > 0.8, spelling("cat", "dog")
    (True, 0.0)
    """
    return float(Levenshtein.normalized_similarity(one, other))


def closest(form: str, forms: Sequence[str], least: float) -> list[tuple[str, float]]:
    """The few of ``forms`` spelt most like ``form``, best first, with how alike they are: at least ``least``."""
    found = process.extract(form, forms, scorer=Levenshtein.normalized_similarity, score_cutoff=least, limit=5)
    return [(other, score) for other, score, _ in found]


def _near(one: str, other: str) -> bool:
    few = min(len(words(one)), len(words(other)))
    return few >= NEAR_WORDS and Indel.normalized_similarity(words(one), words(other), score_cutoff=NEAR) > 0


@lru_cache(maxsize=4)
def groups(texts: tuple[str, ...]) -> tuple[int, ...]:
    """For each text the place of the first one that it repeats, which is its own where it repeats none.

    Each text is held against the first of a group and never against a later copy: a chain of small
    differences must not join two texts that are not alike.

    >>> groups(("One two.", "three", "one two", "three"))
    (0, 1, 0, 1)
    """
    firsts: list[int] = []
    by_letters: dict[str, int] = {}
    by_hash: defaultdict[int, list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        first = by_letters.get(letters(text))
        if first is None:
            sketch = _sketch(text)
            rivals = sorted({k for h in sketch for k in by_hash[h]})
            first = by_letters[letters(text)] = next((k for k in rivals if _near(texts[k], text)), place)
            if first == place:
                for h in sketch:
                    by_hash[h].append(place)
        firsts.append(first)
    return tuple(firsts)


def _sketch(text: str) -> list[int]:
    """The smallest hashes of its short n-grams: two texts that share many n-grams share some of these."""
    return nsmallest(SKETCH_SIZE, {zlib.crc32(s.encode("utf-8", "replace")) for s in _ngrams(text, SKETCH_SHINGLE)})


def _ngrams(text: str, size: int) -> Iterator[str]:
    each = words(text)
    return (" ".join(each[k : k + size]) for k in range(len(each) - size + 1))


@remembered
def shingles(text: str, size: int = SHINGLE) -> frozenset[str]:
    """All runs of ``size`` words in ``text``."""
    return frozenset(_ngrams(text, size))


def boilerplate(texts: Sequence[str]) -> frozenset[str]:
    """Word n-grams that most of at least four different texts have: an instruction, not content."""
    if len(texts) < 4:
        return frozenset()
    counts = Counter(shingle for text in texts for shingle in shingles(text))
    return frozenset(shingle for shingle, count in counts.items() if count > len(texts) / 2)


def runs_in_common(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int, int]]:
    """The words that two texts have in common and in order, as runs: where in each, and how many.

    >>> runs_in_common("a b c d e".split(), "b c x e".split())
    [(1, 0, 2), (4, 3, 1)]
    """
    return [
        (op.src_start, op.dest_start, op.src_end - op.src_start)
        for op in Indel.opcodes(one, other)
        if op.tag == "equal"
    ]


def divide(gap: str, before: str, after: str, most: int) -> tuple[int, int] | None:
    """Where ``gap`` is best divided so that it starts like ``after`` and ends like ``before``.

    Either may stop short of, or go beyond, the other's length.

    Returns:
        The place, and how many letters differ there; nothing where these are more than ``most``.

    >>> divide("vale", "cache", "value", 1), divide("valie", "cache", "value", 1), divide("valie", "cache", "value", 0)
    ((3, 0), (3, 1), None)
    """
    costs = _starting(gap, after, most) + _starting(gap[::-1], before[::-1], most)[::-1]
    place = int(costs.argmin())
    return (place, int(costs[place])) if costs[place] <= most else None


def _starting(text: str, other: str, most: int) -> npt.NDArray[np.int64]:
    """For each length of a beginning of ``text`` the edit distance to the beginning of ``other`` nearest to it.

    A longer beginning is never nearer: from where it is more than ``most`` on, all is.
    """
    letters = np.array([ord(letter) for letter in other[: len(text) + SLACK]], np.int64)
    differs = {letter: letters != ord(letter) for letter in set(text)}
    steps = np.arange(len(letters) + 1)
    row, nearest = steps.copy(), np.full(len(text) + 1, most + 1)
    nearest[0] = 0
    for length, letter in enumerate(text, 1):
        changed = row[:-1] + differs[letter]
        row += 1
        np.minimum(row[1:], changed, out=row[1:])
        row -= steps
        np.minimum.accumulate(row, out=row)
        row += steps
        nearest[length] = row.min()
        if nearest[length] > most:
            break
    return nearest


def overlap(one: str, other: str, common: frozenset[str] = frozenset()) -> Overlap:
    """What two texts share, leaving out the n-grams in ``common``.

    The n-grams have ``SHINGLE`` words, or as many as the shorter text has. So a short text counts as shared
    when the other has it from end to end, and a very short one when the other is nothing else.
    """
    size = min(SHINGLE, len(words(one)), len(words(other)))
    if size < FEWEST_WORDS and letters(one) != letters(other):
        return Overlap()
    if not size:
        return Overlap()
    mine, theirs = shingles(one, size) - common, shingles(other, size) - common
    shared = mine & theirs
    if not shared:
        return Overlap()
    return Overlap(round(len(shared) / min(len(mine), len(theirs)), 4), *_longest_run(one, other, size, shared))


def _longest_run(one: str, other: str, size: int, shared: frozenset[str]) -> tuple[int, Span, Span]:
    """Length in words of the longest run of ``shared`` n-grams, and its place in both texts."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for at, shingle in enumerate(_ngrams(one, size)):
        if shingle in shared:
            places[shingle].append(at)
    best, ends, before = 0, (0, 0), dict[int, int]()
    for at, shingle in enumerate(_ngrams(other, size)):
        now = {k: before.get(k - 1, 0) + 1 for k in places.get(shingle, ())}
        for k, length in now.items():
            if length > best:
                best, ends = length, (k, at)
        before = now
    count = best + size - 1
    return count, _place(one, ends[0] + size, count), _place(other, ends[1] + size, count)


def _place(text: str, end: int, count: int) -> Span:
    """Where the ``count`` words before word number ``end`` stand in ``text``."""
    spans = [match.span() for match in _WORD.finditer(text)]
    return Span(spans[end - count][0], spans[end - 1][1])


def divided(piece: str, onward: str, back: str) -> Division:
    """``piece`` as the first letters of ``onward`` and the last letters of ``back``, where they fit best.

    >>> divided("nizmhis", "nismworks", "andthis")
    Division(at=4, onward=4, back=3, distance=1)
    """
    ways = []
    for at in range(len(piece) + 1):
        first, size = _fit(piece[:at], onward)
        second, rest = _fit(piece[at:][::-1], back[::-1])
        ways.append(Division(at, size, rest, first + second))
    return min(ways, key=lambda way: way.distance)


def _fit(piece: str, text: str) -> tuple[int, int]:
    """The least distance of ``piece`` to a start of ``text``, and how long that is."""
    sizes = range(max(0, min(len(piece), len(text)) - DRIFT), min(len(piece) + DRIFT, len(text)) + 1)
    return min((Levenshtein.distance(piece, text[:n]), abs(n - len(piece)), n) for n in sizes)[::2]
