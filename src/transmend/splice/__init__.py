"""Where a text was cut and glued: candidates, layout of the sampler, and the two fused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from transmend.document import Document

Kind = Literal["hard", "soft", "masked"]


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


def find_cuts(document: Document) -> tuple[Cut, ...]:
    """The splice cuts of all sections, in order of place."""
    return ()
