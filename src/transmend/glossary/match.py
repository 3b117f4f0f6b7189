"""Where a text has a term otherwise than it is written: as it is heard, spaced, spelt or sounds.

What keeps ordinary words from being taken for terms:

- a built-in field counts only in a section that shows it: several of its terms stand there as they are written;
- what is written as some term is written stays, whatever its field;
- a likeness in spelling or sound needs a word that the lexicon does not know, or words never seen side by side;
- common words are never part of it, and neither are known words with an ending.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from transmend import lexicon
from transmend.glossary.fields import built_in
from transmend.glossary.sound import sound, starts_alike
from transmend.glossary.terms import Term, key, parts
from transmend.similarity import closest, spelling

How = Literal["written", "heard", "spaced", "spelt", "sounds"]

#: A field is shown by so many different terms of it, said so often together, and for so large a share of the words.
SHOWN_TERMS, SHOWN_TIMES, SHOWN_SHARE = 3, 5, 0.001

#: Logarithms of shares of words: commoner ones are never part of a likeness; rare ones; hardly ever said ones.
COMMON, RARE, SELDOM = -9.0, -11.0, -13.0

#: The longest run of words that may be like a term without being listed.
LONGEST_ALIKE = 3

#: Two words spelt so much alike are the same, misheard.
SAME = 0.8

#: How near a word of ``beside`` must be, in words.
NEAR = 4

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_JOINS = frozenset(" \t-./")
_ENDINGS = (
    "s",
    "es",
    "ed",
    "d",
    "ing",
    "er",
    "ers",
    "or",
    "ors",
    "ly",
    "able",
    "ness",
    "ish",
    "y",
    "ism",
    "ist",
    "ists",
)


@dataclass(frozen=True, slots=True)
class Match:
    """A term where a text has it: code points, how it was found, and how alike it is, 0 to 1."""

    start: int
    end: int
    term: Term
    how: How
    score: float


class Token(NamedTuple):
    """A word of the text; ``joins`` says whether the next one may belong to the same term."""

    start: int
    end: int
    form: str
    joins: bool


def tokens(text: str) -> tuple[Token, ...]:
    """The words of a text."""
    places = [match.span() for match in _TOKEN.finditer(text)]
    joins = [text[end:start] in _JOINS for (_, end), (start, _) in pairwise(places)]
    return tuple(Token(a, b, key(text[a:b]), j) for (a, b), j in zip(places, [*joins, False], strict=False))


@lru_cache(maxsize=1 << 16)
def is_common(form: str) -> bool:
    """Whether a word is so common that it is never part of a likeness."""
    return lexicon.default().logp(form) > COMMON


@lru_cache(maxsize=1 << 16)
def is_strange(form: str) -> bool:
    """Whether a word is unknown, and no known word with an ending; or letters that are no word.

    >>> is_strange("metrix"), is_strange("matrix"), is_strange("kubernetesy"), is_strange("k")
    (True, False, False, True)
    """
    words = lexicon.default()
    if len(form) < 3:
        return form not in ("a", "i") and (len(form) == 1 or words.logp(form) < RARE)
    return form not in words and not any(
        form.endswith(ending) and len(form) - len(ending) > 2 and form[: -len(ending)] in words for ending in _ENDINGS
    )


class Index:
    """Terms by the forms under which they may be found."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self.written: defaultdict[str, list[Term]] = defaultdict(list)
        self.heard: defaultdict[str, list[Term]] = defaultdict(list)
        self.like: defaultdict[str, list[Term]] = defaultdict(list)
        for term in terms:
            if term.key:
                self.written[term.key].append(term)
                self._liken(term.key, term)
            for form in term.heard:
                self.heard[key(form)].append(term)
                if not term.beside:
                    self._liken(key(form), term)
        self.begins = {form[:k] for form in (*self.written, *self.heard) for k in range(1, len(form) + 1)}
        self.several = [(term, parts(term.write)) for terms in self.written.values() for term in terms]
        self.several = [(term, words) for term, words in self.several if 1 < len(words) <= LONGEST_ALIKE]
        self.likes = list(self.like)
        self._long_parts = sorted({part for _, words in self.several for part in words if len(part) > 3})
        self._is_part: dict[str, bool] = {}
        self.by_sound: defaultdict[str, list[str]] = defaultdict(list)
        for form in self.written:
            if len(sound(form)) > 2:
                self.by_sound[sound(form)].append(form)
        self._closest: dict[str, list[tuple[str, float]]] = {}

    def _liken(self, form: str, term: Term) -> None:
        if len(form) > 2 and form.isalpha() and term not in self.like[form]:
            self.like[form].append(term)

    def closest(self, form: str) -> list[tuple[str, float]]:
        """The forms spelt most like ``form``."""
        if form not in self._closest:
            self._closest[form] = closest(form, self.likes, 0.7)
        return self._closest[form]

    def is_part(self, word: str) -> bool:
        """Whether a word is nearly a long word of some term of several."""
        if word not in self._is_part:
            self._is_part[word] = bool(closest(word, self._long_parts, SAME))
        return self._is_part[word]


@lru_cache(maxsize=4)
def index(own: tuple[Term, ...]) -> Index:
    """The user's own terms and those of all fields."""
    return Index((*own, *built_in()))


@lru_cache(maxsize=64)
def find(text: str, own: tuple[Term, ...] = (), names: tuple[str, ...] = ()) -> tuple[Match, ...]:
    """Every term that a text has otherwise than it is written, in order, not overlapping.

    Arguments:
        text: the text of a section.
        own: the user's terms, beside those of the built-in fields.
        names: names of document and section, which the scope of a term is held against.
    """
    return tuple(_Search(text, index(own), names).matches())


@lru_cache(maxsize=64)
def shown_fields(text: str) -> frozenset[str]:
    """The built-in fields that the text of a section shows."""
    return _Search(text, index(()), ()).fields


class _Search:
    """One section, searched."""

    def __init__(self, text: str, terms: Index, names: tuple[str, ...]) -> None:
        self.text, self.index, self.names = text, terms, names
        self.tokens = tokens(text)
        self.words = lexicon.default()
        self.starts = [token.start for token in self.tokens]
        self.written = list(self._written())
        self.said = Counter(match.term.key for match in self.written)
        self.kept = self._places(self.written)

    # --- what is right already, and what it says of the field

    def _written(self) -> Iterator[Match]:
        for first, last, form in self._windows:
            for term in self.index.written.get(form, ())[:1]:
                words = tuple(token.form for token in self.tokens[first:last])
                if last - first == 1 or words == parts(term.write):
                    yield Match(self.tokens[first].start, self.tokens[last - 1].end, term, "written", 1.0)

    @cached_property
    def fields(self) -> frozenset[str]:
        """The fields of which enough terms stand here as they are written."""
        times: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for match in self.written:
            for term in self.index.written[match.term.key]:
                if term.field and self._is_telling(term):
                    times[term.field][term.key] += 1
        enough = max(SHOWN_TIMES, SHOWN_SHARE * len(self.tokens))
        return frozenset(f for f, c in times.items() if len(c) >= SHOWN_TERMS and c.total() >= enough)

    def _is_telling(self, term: Term) -> bool:
        """Whether a term is not also an everyday word."""
        return len(parts(term.write)) > 1 or self.words.logp(term.key) < RARE

    def _holds(self, term: Term) -> bool:
        if term.field:
            named = self._is_telling(term) or term.write != term.write.lower()
            return term.field in self.fields or (named and self.said[term.key] > 1)
        return not term.scope or any(fnmatchcase(name, pattern) for name in self.names for pattern in term.scope)

    # --- what is not

    def matches(self) -> list[Match]:
        """All matches; where two overlap the longer form wins, then the one more alike."""
        found = [*self._exact()]
        taken = self._places(found)
        found += (match for match in self._alike() if taken.isdisjoint(self._places([match])))
        best: list[Match] = []
        taken = set()
        for match in sorted(found, key=lambda m: (m.start - m.end, -m.score, m.start)):
            places = self._places([match])
            if taken.isdisjoint(places):
                taken |= places
                best.append(match)
        return sorted(best, key=lambda m: m.start)

    @cached_property
    def _windows(self) -> list[tuple[int, int, str]]:
        """Every run of words with the letters of some form: first token, the one after the last, the letters."""
        begins, written, heard = self.index.begins, self.index.written, self.index.heard
        found = []
        for first, token in enumerate(self.tokens):
            form, last = token.form, first + 1
            while form in begins:
                if form in written or form in heard:
                    found.append((first, last, form))
                if last == len(self.tokens) or not self.tokens[last - 1].joins:
                    break
                form += self.tokens[last].form
                last += 1
        return found

    def _runs(self) -> Iterator[tuple[int, int]]:
        """Every run of a few words that may be like a term: first token, the one after the last.

        Not all of them are written as some term is, and none is common where there are several.
        """
        common = [is_common(token.form) for token in self.tokens]
        for first in range(len(self.tokens)):
            for last in range(first + 1, min(first + LONGEST_ALIKE, len(self.tokens)) + 1):
                if last > first + 1 and (common[first] or common[last - 1]):
                    break
                if not self.kept.issuperset(range(first, last)):
                    yield first, last
                if not self.tokens[last - 1].joins:
                    break

    def _places(self, matches: Iterable[Match]) -> set[int]:
        """The tokens that matches cover."""
        covered: set[int] = set()
        for match in matches:
            covered.update(range(bisect_left(self.starts, match.start), bisect_left(self.starts, match.end)))
        return covered

    def _exact(self) -> Iterator[Match]:
        for first, last, form in self._windows:
            heard = self.index.heard.get(form, ())
            for term in (*heard, *(t for t in self.index.written.get(form, ()) if t not in heard)):
                how = self._how(term, first, last, form, term in heard)
                if how and self._holds(term):
                    yield Match(self.tokens[first].start, self.tokens[last - 1].end, term, how, 1.0)
                    break

    def _how(self, term: Term, first: int, last: int, form: str, heard: bool) -> How | None:
        """How a window with just the letters of a term, or of a heard form, differs from the term."""
        words = tuple(token.form for token in self.tokens[first:last])
        if form == term.key:
            if not term.field:
                slice_ = self.text[self.tokens[first].start : self.tokens[last - 1].end]
                return None if slice_ == term.write else "spaced"
            if len(words) == 1 or words == parts(term.write) or "".join(parts(term.write)) != form:
                return None
            return "spaced" if heard or any(len(word) == 1 and word not in "ai" for word in words) else None
        if term.field and self.kept.issuperset(range(first, last)):
            return None
        known = not term.beside or (term, form) in self.confirmed
        return "heard" if known or self._is_beside(term, first, last) else None

    @cached_property
    def confirmed(self) -> set[tuple[Term, str]]:
        """Heard forms so rare as words that one beside the right word speaks for all others."""
        return {
            (term, form)
            for first, last, form in self._windows
            for term in self.index.heard.get(form, ())
            if term.beside and self.words.logp(form) < SELDOM and self._is_beside(term, first, last)
        }

    def _is_beside(self, term: Term, first: int, last: int) -> bool:
        around = (*self.tokens[max(0, first - NEAR) : first], *self.tokens[last : last + NEAR])
        return not {token.form for token in around}.isdisjoint(map(key, term.beside))

    # --- what is only alike

    def _alike(self) -> Iterator[Match]:
        for first, last in self._runs():
            words = [token.form for token in self.tokens[first:last]]
            found = self._one_word(words[0]) if len(words) == 1 else self._several(words)
            if found is not None:
                term, how, score = found
                yield Match(self.tokens[first].start, self.tokens[last - 1].end, term, how, score)

    def _is_strange(self, form: str) -> bool:
        """Whether a word is strange, and no term either."""
        return form not in self.index.written and is_strange(form)

    def _one_word(self, form: str) -> tuple[Term, How, float] | None:
        if len(form) < 3 or not form.isalpha() or not self._is_strange(form):
            return None
        for other, score in self.index.closest(form):
            letters = round((1 - score) * max(len(form), len(other)))
            few = letters <= (1 if max(len(form), len(other)) < 10 else 2)
            if few and starts_alike(form, other) and not is_inflected(form, other):
                for term in self._holding(other):
                    if len(form) > 4 or self.said[term.key] > 1:
                        return term, "spelt", score
        for other in self.index.by_sound.get(sound(form), ()):
            score = spelling(form, other)
            if score >= 0.4 and not is_inflected(form, other):
                for term in self._holding(other):
                    if self.said[term.key]:
                        return term, "sounds", score
        return None

    def _several(self, words: Sequence[str]) -> tuple[Term, How, float] | None:
        form = "".join(words)
        if len(form) < 5 or not form.isalpha():
            return None
        strange = any(map(self._is_strange, words))
        if not strange and (len(form) < 7 or self._is_usual(words)):
            return None
        for other, score in self.index.closest(form):
            how: How | None = "spaced" if form == other and strange else None
            if starts_alike(form, other) and other not in form and not is_inflected(form, other):
                how = _how_alike(form, other, score, strange, all(map(self._is_strange, words)))
            for term in self._holding(other) if how else ():
                if how and (form == other or not self._has_part(words, form, strange, term)):
                    return term, how, score
        return self._aligned(words) if strange else None

    def _has_part(self, words: Sequence[str], form: str, strange: bool, term: Term) -> bool:
        """Whether a window holds the term itself, or known words share one with it: then the others were meant."""
        return bool(term.key and term.key in form) or not (strange or set(words).isdisjoint(parts(term.write)))

    def _is_usual(self, words: Sequence[str]) -> bool:
        """Whether any two known words were counted side by side, or none of them is rare."""
        pairs = lexicon.default_pairs()
        seen = any(pairs.seen(a, b) for a, b in pairwise(words))
        return seen or min(map(self.words.logp, words)) > RARE

    def _aligned(self, words: Sequence[str]) -> tuple[Term, How, float] | None:
        """A term of as many words, of which one is nearly the same and the others are short and sound alike."""
        if not any(map(self.index.is_part, words)):
            return None
        fitting = (term for term, written in self.index.several if _fits(words, written) and self._holds(term))
        return next(((term, "sounds", 0.75) for term in fitting), None)

    def _holding(self, form: str) -> Iterator[Term]:
        return (term for term in self.index.like.get(form, self.index.written.get(form, ())) if self._holds(term))


def _how_alike(form: str, other: str, score: float, strange: bool, all_strange: bool) -> How | None:
    """How a window is like a term: in spelling where a word of it is unknown, or in sound; less if none is known."""
    if strange and score >= (0.7 if all_strange else 0.8) and len(form) > (4 if all_strange else 5):
        return "spelt"
    alike = spelling(sound(form), sound(other))
    return "sounds" if alike >= 0.85 and len(sound(other)) > 4 else None


def _fits(words: Sequence[str], written: Sequence[str]) -> bool:
    anchored = False
    if len(words) != len(written):
        return False
    for word, part in zip(words, written, strict=True):
        if len(part) > 3 and spelling(word, part) >= SAME:
            anchored = True
        elif not (len(word) < 3 and len(part) < 4 and starts_alike(word, part)):
            return False
    return anchored


def is_inflected(one: str, other: str) -> bool:
    """Whether two forms are one word with and without an ending, or one begins the other."""
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and (long[len(short) :] in _ENDINGS or len(long) - len(short) > 1)
