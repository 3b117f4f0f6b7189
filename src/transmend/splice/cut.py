"""What a cut is, and which kind of cut a place would be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from transmend.lexicon import default
from transmend.tagger.features import normal_form

Kind = Literal["hard", "soft", "masked"]

#: Normal forms of the words of each text -> for each word the probability of no cut, one inside it, one before it.
SeamProbabilities = Callable[[Sequence[Sequence[str]]], Sequence[npt.NDArray[np.float32]]]

#: What marks missing text by default: ``Settings.elision``.
ELISION = "[…]"


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
    """

    at: int
    kind: Kind
    confidence: float
    left: str = ""
    right: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict, hash=False)


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
