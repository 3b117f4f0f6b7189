"""Terms that one section spells in two ways."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Set
from dataclasses import dataclass
from functools import lru_cache

from transmend import lexicon
from transmend.glossary.match import Token, index, is_inflected, is_strange, tokens
from transmend.glossary.sound import sound, starts_alike
from transmend.glossary.terms import Term
from transmend.similarity import closest

#: Names of letters that sound alike: a recogniser that hears one writes the other.
_RHYMES = ("bcdegptvz", "ajk", "fs", "mn", "iy", "quw")

#: A known word this rare may be the form that others are variants of; commoner ones are other words.
SELDOM = -12.0


@dataclass(frozen=True, slots=True)
class Variant:
    """A word that is spelt otherwise elsewhere.

    Attributes:
        start, end: its code points.
        write: the form to prefer.
        times: how often this form is said, and the other.
        known: whether the preferred form is in a glossary.
    """

    start: int
    end: int
    write: str
    times: tuple[int, int]
    known: bool


@lru_cache(maxsize=64)
def variants(text: str, own: tuple[Term, ...] = ()) -> tuple[Variant, ...]:
    """Every word of a section's text that is another word of it in a rarer or unknown spelling, in order."""
    said = tokens(text)
    preferred = pairs(Counter(token.form for token in said), own)
    surfaces, written = surfaces_of(text, said, {other for other, _ in preferred.values()}), index(own).written
    found = []
    for token in said:
        if token.form in preferred:
            other, times = preferred[token.form]
            write = written[other][0].write if other in written else surfaces[other]
            found.append(Variant(token.start, token.end, write, times, other in written))
    return tuple(found)


def pairs(times: Counter[str], own: tuple[Term, ...]) -> dict[str, tuple[str, tuple[int, int]]]:
    """For each form that is a variant, the form to prefer and how often each is said."""
    words, written = lexicon.default(), index(own).written
    odd = [form for form in times if len(form) > 2 and not form.isdigit() and form not in written and is_strange(form)]
    whole = [f for f in times if len(f) > 2 and (f in written or f not in words or words.logp(f) < SELDOM)]
    found: dict[str, tuple[str, tuple[int, int]]] = {}
    for form in odd:
        for other, score in closest(form, whole, 0.6):
            enough = times[other] >= 2 * times[form] or other in written
            if other != form and enough and _is_same(form, other, score, times[other]):
                found[form] = other, (times[form], times[other])
                break
    return found


def _is_same(form: str, other: str, score: float, times: int) -> bool:
    """Whether two forms are one word in two spellings."""
    if re.sub(r"\D", "", form) != re.sub(r"\D", "", other) or is_inflected(form, other):
        return False
    longest = max(len(form), len(other))
    letters = round((1 - score) * longest)
    if longest < 5:
        name = times > 2 and is_strange(other) and len(form) == len(other)
        return name and letters == 1 and _rhyme(form, other)
    if not starts_alike(form, other):
        return False
    same_sound = sound(form) == sound(other) or sorted(form) == sorted(other)
    return letters == 1 or (letters == 2 and same_sound)


def _rhyme(one: str, other: str) -> bool:
    """Whether two short forms differ in a letter whose names rhyme, as in ``bm2`` and ``pm2``."""
    differ = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    return all(any(a in group and b in group for group in _RHYMES) for a, b in differ)


def surfaces_of(text: str, said: Iterable[Token], forms: Set[str]) -> dict[str, str]:
    """For each of some forms the way it is mostly written."""
    ways: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for token in said:
        if token.form in forms:
            ways[token.form][text[token.start : token.end]] += 1
    return {form: way.most_common(1)[0][0] for form, way in ways.items()}
