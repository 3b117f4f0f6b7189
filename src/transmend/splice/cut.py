"""What a cut is, and which kind of cut a place would be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt
import regex

from transmend.document import Span
from transmend.lexicon import default
from transmend.tagger.features import WORD, normal_form

Kind = Literal["hard", "soft", "masked"]

#: What marks missing text by default: ``Settings.elision``.
ELISION = "[…]"

LONGEST = 60  # letters of a word

#: A word, or a part of one between hyphens.
PART = regex.compile(WORD.pattern.replace(r"\-", "").replace("‐‑", ""))


class Reader(Protocol):
    """What trained models think of texts, given as normal forms of their words."""

    def seams(self, texts: Sequence[Sequence[str]]) -> Sequence[npt.NDArray[np.float32]]:
        """For each word of each text the probability of no cut, one inside it, one before it."""

    def look_again(self, text: Sequence[str], spots: Sequence[tuple[int, int]]) -> npt.NDArray[np.float64]:
        """For each spot, a word and how many of its letters are left of it, three log-odds.

        Of a cut, among places that look like one, and of a broken word left and right of it, if it is one.
        """


@dataclass(frozen=True, slots=True)
class Place:
    """Where the text on one side of a cut stands in another text, which knows how it goes on.

    Attributes:
        origin: ``source`` or ``section``: what the other text is.
        name: how messages call it.
        text: the other text; offsets are its code points.
        edge: the end of the letter before the cut, or the start of the letter behind it.
        at: where the characters go on, before the cut, or start, behind it: ``edge`` with the marks beside it.
        parts: whether the document has the parts of hyphenated words as words of their own.
    """

    origin: str
    name: str
    text: str
    edge: int
    at: int
    parts: bool = False

    @property
    def word(self) -> Span | None:
        """The word that this place is inside of, if it is inside one."""
        return word_around(self.text, self.at, parts=self.parts)


@dataclass(frozen=True, slots=True)
class Sides:
    """What other texts have on both sides of a cut.

    Attributes:
        gap: from the letter before the cut to the letter behind it, in the document.
        left: where the text before the cut is.
        right: where the text behind it is.
    """

    gap: Span
    left: Place | None = None
    right: Place | None = None

    @property
    def same(self) -> bool:
        """Whether both are in one text."""
        return bool(self.left and self.right and (self.left.name, self.left.text) == (self.right.name, self.right.text))


@dataclass(frozen=True, slots=True)
class Cut:
    """One splice: text is missing at a place, and nothing says so.

    Attributes:
        at: the code point of ``Document.text`` before which text is missing.
        kind: ``hard`` inside or at the edge of a broken word, ``soft`` between whole words,
            ``masked`` where the glued token happens to be a word itself.
        confidence: probability, 0 to 1, that text is missing exactly here.
        left: the word fragment that ends at the cut, or "".
        right: the word fragment that starts at the cut, or "".
        evidence: what it rests on, JSON-compatible.
        sides: what the full transcript has there, where one showed the cut.
    """

    at: int
    kind: Kind
    confidence: float
    left: str = ""
    right: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict, hash=False)
    sides: Sides | None = field(default=None, compare=False, repr=False)


def word_around(text: str, at: int, *, parts: bool = False) -> Span | None:
    """The word that the place ``at`` is inside of: letters of it stand on both sides.

    With ``parts``, the part of a hyphenated word.

    >>> word_around("a dashboard here", 10), word_around("a dashboard here", 11)
    (Span(start=2, end=11), None)
    >>> word_around("a two-part one", 8), word_around("a two-part one", 8, parts=True)
    (Span(start=2, end=10), Span(start=6, end=10))
    """
    start = end = at
    while start and at - start < LONGEST and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and end - at < LONGEST and not text[end].isspace():
        end += 1
    for match in (PART if parts else WORD).finditer(text, start, end):
        if match.start() < at < match.end():
            return Span(match.start(), match.end())
    return None


def kind_of(text: str, at: int) -> Kind:
    """What kind of cut the place ``at`` would be, from the text alone.

    >>> kind_of("works withhis will", 10), kind_of("this dashboar one", 13), kind_of("storage you function", 12)
    ('hard', 'hard', 'soft')
    """
    known = default()
    before, after = text[:at].rsplit(None, 1), text[at:].split(None, 1)
    left, right = normal_form(before[-1]) if before else "", normal_form(after[0]) if after else ""
    if at and not text[at - 1].isspace() and not text[at : at + 1].isspace() and left and right:
        return "masked" if left + right in known else "hard"
    return "soft" if all(not side or side in known for side in (left, right)) else "hard"
