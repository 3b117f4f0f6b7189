"""Repetition loops: a recogniser that got stuck says one phrase over and over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from transmend.document import Span
from transmend.finding import Edit, Finding, Fix, Safety
from transmend.language import NUMBER_WORDS, word_set
from transmend.rule import Phase, Rule
from transmend.tokens import inside
from transmend.view import View

#: The longest phrase that is looked for, in words.
LONGEST = 12

#: A phrase said so often in a row is a loop, whatever its length.
TIMES = 4

#: So many words of three copies are a loop too: nobody says eight words three times over.
MANY_WORDS = 24

#: One word alone: stutters and emphasis go further than phrases do.
TIMES_ALONE = 6

#: A call, a laugh or a refrain word: people do say it many times.
TIMES_CALLED = 24
CALLED = word_set(
    "no nope yes yeah yep yup oh ah ha hey hi hello bye night so really very much many more most far long way well "
    "wait go come now then there right okay ok sure please never ever again too super big blah bla knock tick beep "
    "la na da dum boo yo cha choo chop hear hush shh haha hahaha hehe doo ooh aah whoa wow run stop up down on and row "
    "et cetera"
)

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_NOTES = re.compile(r"[♪♫♬♩🎵🎶]|[\[(](?:music|singing|song|chant\w*|cheer\w*)\b", re.IGNORECASE)
_NEAR_NOTES = 80  # characters


@dataclass(frozen=True, slots=True)
class Loop:
    """Words ``start`` to ``end`` of a text are one phrase of ``period`` words, over and over."""

    start: int
    end: int
    period: int

    @property
    def times(self) -> int:
        """How many whole copies there are."""
        return (self.end - self.start) // self.period


def repetition_loop(view: View) -> Iterator[Finding]:
    """A phrase is repeated as no speaker would: the recogniser got stuck.

    Why: over silence and music a recogniser goes on with what it said last. Nobody said it, and a model that
    learns from the text, or reads it, is pulled into the same loop.

    Example: ``thank you thank you thank you thank you thank you`` becomes ``thank you``. A phrase of two to
    twelve words counts from four copies in a row, or three if they make 24 words; a single word from six.

    Left alone: figures and counting (``one two one two``), words that are called out or laughed
    (``no no no no``, ``ha ha ha``) up to two dozen times, and what stands beside music notes or ``[singing]``.

    Safety: unsafe, and safe where ``disfluencies`` asks for more than ``keep``. One copy stays, with the marks after
    the last; the others go.
    """
    for section in view.parts:
        found = list(_WORD.finditer(view.text, section.span.start, section.span.end))
        words = [_form(view, match) for match in found] if view.tokens else [match[0].casefold() for match in found]
        for loop in loops(words):
            phrase = words[loop.start : loop.start + loop.period]
            span = Span(found[loop.start].start(), found[loop.start + loop.times * loop.period - 1].end())
            if _is_stuck(phrase, loop.times) and not _is_sung(view.text, span):
                said = " ".join(phrase)
                evidence = {
                    "repeated": said,
                    "times": loop.times,
                    "copy_ends": found[loop.start + loop.period - 1].end(),
                }
                confidence = 0.98 if loop.times > TIMES else 0.9
                yield Finding(span, f"'{said}' is said {loop.times} times in a row", confidence, evidence=evidence)


def loops(words: Sequence[str]) -> Iterator[Loop]:
    """Every run of at least three copies of a phrase, the shortest phrase that explains it, in order.

    >>> [(loop.period, loop.times) for loop in loops("a b c b c b c b d d d".split())]
    [(2, 3), (1, 3)]
    """
    numbers: dict[str, int] = {}
    said = np.array([numbers.setdefault(word, len(numbers)) for word in words])
    found: list[Loop] = []
    for period in range(1, LONGEST + 1):
        for start, end in _runs(said[period:] == said[:-period]):
            if end - start >= 2 * period and not any(f.start <= start and end + period <= f.end for f in found):
                found.append(Loop(start, end + period, period))
    taken = 0
    for loop in sorted(found, key=lambda f: (f.start, f.period)):
        if loop.start >= taken:
            taken = loop.end
            yield loop


def _runs(same: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where ``same`` holds without a gap: first place and the one after the last."""
    edges = np.flatnonzero(np.diff(same.astype(np.int8), prepend=0, append=0)).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


def _is_stuck(phrase: Sequence[str], times: int) -> bool:
    """Whether a phrase was said too often to be meant."""
    if any(word in NUMBER_WORDS or any(map(str.isdigit, word)) for word in phrase):
        return False
    if all(word in CALLED or len(word) == 1 for word in phrase):
        return times * len(phrase) >= TIMES_CALLED
    if len(phrase) == 1:
        return times >= TIMES_ALONE
    return times >= TIMES or times * len(phrase) >= MANY_WORDS


def _form(view: View, match: re.Match[str]) -> str:
    """The word as it is compared; one in a sound tag is like no other."""
    in_tag = inside(view.tokens, Span(*match.span()))
    return f"[{match.start()}]" if in_tag else match[0].casefold()


def _is_sung(text: str, span: Span) -> bool:
    return _NOTES.search(text, max(0, span.start - _NEAR_NOTES), span.end + _NEAR_NOTES) is not None


def keep_one(view: View, finding: Finding) -> Fix:
    """Keep the first copy and what follows the last."""
    safety = Safety.UNSAFE if view.settings.disfluencies == "keep" else Safety.SAFE
    return Fix((Edit(Span(finding.evidence["copy_ends"], finding.end), ""),), safety)


RULES = (Rule("LOOP001", Phase.WORDS, repetition_loop, keep_one),)
