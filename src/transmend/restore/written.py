"""How one word should be written: every way it may be, weighed by the tagger and the table of written forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from transmend.lexicon.forms import written_forms

LOWER, TITLE, UPPER, MIXED = range(4)
NONE, BEFORE_LAST, BEFORE_LAST_TWO, _AT_END, FORM = range(5)

#: An apostrophe goes only before these endings.
ENDINGS: Mapping[int, tuple[str, ...]] = {BEFORE_LAST: ("s", "t", "d", "m"), BEFORE_LAST_TWO: ("re", "ve", "ll")}


@dataclass(frozen=True, slots=True)
class Way:
    """One way of writing a word, and its probability among all ways considered."""

    text: str
    probability: float


def best_way(form: str, case: Sequence[float], inner: Sequence[float]) -> Way:
    """The likeliest way of writing a word that is not at a sentence start.

    Arguments:
        form: its normal form; every way has just these letters and digits.
        case: probabilities as in ``features.CASES``.
        inner: probabilities as in ``features.INNERS``.
    """
    scores: dict[str, float] = {}
    for text, c, i in _plain_ways(form):
        scores[text] = scores.get(text, 0.0) + case[c] * inner[i]
    known = written_forms().get(form, ())
    total = sum(n for _, n in known)
    for text, n in known:
        c, i = case_class(text), FORM if len(text) > len(form) else NONE
        weight = n / total
        scores[text] = max(scores.get(text, 0.0), case[c] * inner[i] * weight)
        # `Node.js` starts a sentence or a title as it is, and a tagger unsure of the capitals inside says title
        if c == MIXED:
            scores[text] += (case[TITLE] + case[UPPER]) * inner[i] * weight
    best = max(scores, key=scores.__getitem__)
    return Way(best, scores[best] / (sum(scores.values()) or 1.0))


@lru_cache(maxsize=1 << 15)
def _plain_ways(form: str) -> tuple[tuple[str, int, int], ...]:
    """The ways that need no table, each with its case and inner form."""
    ways: list[tuple[str, int, int]] = []
    for inner in (NONE, *ENDINGS):
        if inner and not (len(form) > inner and form.endswith(ENDINGS[inner])):
            continue
        text = form if not inner else f"{form[:-inner]}'{form[-inner:]}"
        ways += [(text, LOWER, inner), (capitalised(text), TITLE, inner), (shouted(text), UPPER, inner)]
    return tuple(ways)


def case_class(text: str) -> int:
    """Which of ``features.CASES`` a written word has."""
    if text == text.lower():
        return LOWER
    if text == text.upper() and sum(map(str.isalpha, text)) > 1:
        return UPPER
    return TITLE if text == capitalised(text.lower()) else MIXED


def capitalised(text: str) -> str:
    """``text`` with its first letter in upper case, where that keeps the number of characters."""
    for at, letter in enumerate(text):
        if letter.isalpha():
            upper = letter.upper()
            return text[:at] + upper + text[at + 1 :] if len(upper) == 1 else text
        if letter.isdigit():
            return text
    return text


def shouted(text: str) -> str:
    """``text`` in upper case letter by letter, where that keeps the number of characters."""
    return "".join(c.upper() if len(c.upper()) == 1 else c for c in text)


def lowered(text: str) -> str:
    """``text`` in lower case letter by letter, where that keeps the number of characters."""
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
