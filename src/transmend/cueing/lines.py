"""Breaking the words of a cue into lines."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from transmend.cueing.limits import Limits
from transmend.cueing.places import cost

#: What a character costs that is in one line and not in the other, and one that is over the length.
UNEVEN, OVER = 0.5, 1000.0


def line_starts(words: Sequence[str], limits: Limits, lead: int = 0) -> list[int]:
    """Which words begin a line: the fewest lines, broken at the best places, of about one length.

    Arguments:
        words: the words of the cue.
        limits: how long a line may be, and how many there may be.
        lead: characters in front of the first word.

    >>> line_starts("and this is why we went to the store last night".split(), Limits())
    [0, 6]
    """
    lengths = [len(word) for word in words]
    if lengths:
        lengths[0] += lead
    rows = min(max(limits.rows(lengths), 1), max(len(words), 1))
    even = (sum(lengths) + len(lengths) - rows) / rows
    costs = [0.0, *(cost(a, b) for a, b in pairwise(words))]

    @cache
    def best(start: int, left: int) -> tuple[float, tuple[int, ...]]:
        """The best lines from the word ``start`` on, so many of them."""
        found = []
        ends = [len(words)] if left == 1 else range(start + 1, len(words) - left + 2)
        for end in ends:
            length = sum(lengths[start:end]) + end - start - 1
            worth = UNEVEN * abs(length - even) + OVER * max(0, length - limits.line_length)
            behind, rest = best(end, left - 1) if left > 1 else (0.0, ())
            found.append((worth + (costs[end] if left > 1 else 0.0) + behind, (start, *rest)))
        return min(found)

    return list(best(0, rows)[1]) if words else []
