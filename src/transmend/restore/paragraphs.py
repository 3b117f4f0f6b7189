"""Where paragraphs start: the likeliest places that leave paragraphs of three to eight sentences."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transmend.restore.plan import Planned

SHORTEST, LONGEST = 3, 8
#: Long sentences fill a paragraph sooner.
MOST_WORDS = 160


def paragraph_starts(plan: list[Planned]) -> list[Planned]:
    """``plan`` with new paragraph starts in every block that is too long; existing breaks stay."""
    out = list(plan)
    first = 0
    for i, planned in enumerate(plan):
        if i + 1 == len(plan) or _breaks(planned.word.gap):
            for start in _split(plan[first : i + 1]):
                out[first + start] = out[first + start]._replace(paragraph=True)
            first = i + 1
    return out


def _breaks(gap: str) -> bool:
    return gap.replace("\r", "").count("\n") >= 2


def _split(block: Sequence[Planned]) -> list[int]:
    """Words of ``block`` at which a paragraph should start, none if it is short enough."""
    starts = [i for i, planned in enumerate(block) if i == 0 or planned.starts]
    if len(starts) <= LONGEST:
        return []
    return [starts[k] for k in _best_breaks([block[i].paragraph_probability for i in starts])]


def _best_breaks(probabilities: Sequence[float]) -> list[int]:
    """Sentences that start a paragraph: the likeliest set with three to eight sentences between them."""
    n = len(probabilities)
    gain = [math.log(min(max(p, 1e-4), 0.9999)) - math.log(1 - min(max(p, 1e-4), 0.9999)) for p in probabilities]
    best = [-math.inf] * (n + 1)
    best[0], back = 0.0, [0] * (n + 1)
    for end in range(SHORTEST, n + 1):
        for start in range(max(0, end - LONGEST), end - SHORTEST + 1):
            score = best[start] + (gain[start] if start else 0.0)
            if score > best[end]:
                best[end], back[end] = score, start
    breaks, at = [], n
    while back[at]:
        at = back[at]
        breaks.append(at)
    return breaks[::-1]
