"""Where paragraphs start: the likeliest places that leave paragraphs of three to eight sentences.

How likely a paragraph starts at a sentence is a weighed sum of four things: what the tagger says; how far the subject
changes there (the dip of lexical cohesion of TextTiling, Hearst 1997, with words weighed by how rare they are); whether
the sentence hangs on the one before it ("and", "because", "it"); and whether it or the one before it is too short to
start or end a paragraph. ``scripts/fit_paragraphs.py`` fits the weights.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from transmend import lexicon
from transmend.language import word_set

if TYPE_CHECKING:
    from transmend.restore.plan import Planned

SHORTEST, LONGEST = 3, 8

AROUND = 100  # words on either side of a gap whose subjects are compared
COMMON = 6.5  # words whose share is above e to the minus this say nothing about the subject
UNKNOWN = 13.0  # what a word that is in no table weighs, before that is taken off
DIP = 3  # sentences on either side among which cohesion is lowest at a change of subject
SHORT = 6  # words: "Okay." neither ends nor starts a paragraph
LINKS = word_set("and but because or it its that thats this he she they them which these those")

CERTAIN = 1e-4  # the tagger is never surer than this


class Evidence(NamedTuple):
    """What speaks for a paragraph start at a sentence, or the weights of it."""

    tagger: float
    dip: float
    link: float
    short: float


#: Printed by ``scripts/fit_paragraphs.py``. The bias makes up for the limits on length, which cost some good places.
WEIGHTS = Evidence(tagger=0.784, dip=2.681, link=-0.203, short=-0.191)
CONSTANT = -0.123
BIAS = 1.25


def paragraph_starts(plan: list[Planned]) -> list[Planned]:
    """``plan`` with new paragraph starts in every block that is too long; existing breaks stay."""
    out = list(plan)
    first = 0
    for i, planned in enumerate(plan):
        if i + 1 == len(plan) or _breaks(planned.word.gap) or planned.word.turn:
            for start, probability in _split(plan[first : i + 1]):
                out[first + start] = out[first + start]._replace(paragraph=True, paragraph_probability=probability)
            first = i + 1
    return out


def _breaks(gap: str) -> bool:
    return gap.replace("\r", "").count("\n") >= 2


def _split(block: Sequence[Planned]) -> list[tuple[int, float]]:
    """Words of ``block`` at which a paragraph should start and how likely each is; none if the block is short."""
    starts = sentence_starts(block)
    if len(starts) <= LONGEST:
        return []
    odds = [log_odds(evidence) for evidence in evidences(block, starts)]
    chosen = best_breaks([odd + BIAS for odd in odds])
    return [(starts[k], 1 / (1 + math.exp(-odds[k]))) for k in chosen]


def sentence_starts(block: Sequence[Planned]) -> list[int]:
    """The words of a block that start a sentence."""
    return [i for i, planned in enumerate(block) if i == 0 or planned.starts]


def log_odds(evidence: Evidence) -> float:
    """Of a paragraph start, before the limits on length."""
    return CONSTANT + sum(w * e for w, e in zip(WEIGHTS, evidence, strict=True))


def evidences(block: Sequence[Planned], starts: Sequence[int]) -> list[Evidence]:
    """The evidence at each sentence; the first one, which needs none, has it too."""
    cohesion = _cohesion([planned.word.form for planned in block], starts)
    edges = [*starts, len(block)]
    out = []
    for k, start in enumerate(starts):
        p = min(max(block[start].paragraph_probability, CERTAIN), 1 - CERTAIN)
        before, after = cohesion[max(k - DIP, min(k, 1)) : k + 1], cohesion[k : k + DIP + 1]
        short = (start - edges[max(k - 1, 0)] < SHORT) + (edges[k + 1] - start < SHORT)
        link = block[start].word.form in LINKS
        out.append(Evidence(math.log(p / (1 - p)), max(before) + max(after) - 2 * cohesion[k], link, short))
    return out


def _cohesion(forms: Sequence[str], starts: Sequence[int]) -> list[float]:
    """For each gap before a sentence how much the words on both sides have in common: a cosine, 0 to 1."""
    weights = [_weight(form) for form in forms]
    content = [i for i, weight in enumerate(weights) if weight]
    out = []
    for start in starts:
        low, middle, high = (bisect_left(content, at) for at in (start - AROUND, start, start + AROUND))
        left = {forms[i]: weights[i] ** 2 for i in content[low:middle]}
        right = {forms[i]: weights[i] ** 2 for i in content[middle:high]}
        common = sum(square for form, square in left.items() if form in right)
        whole = math.sqrt(sum(left.values()) * sum(right.values()))
        out.append(common / whole if whole else 0.0)
    return out


def _weight(form: str) -> float:
    """How much a word says about the subject: its rarity."""
    known = lexicon.default()
    rank = known.rank(form)
    return max(0.0, (UNKNOWN if rank < 0 else -float(known.logs[rank])) - COMMON)


def best_breaks(gains: Sequence[float]) -> list[int]:
    """Sentences that start a paragraph: the set of the greatest gain with three to eight sentences between them."""
    n = len(gains)
    best = [-math.inf] * (n + 1)
    best[0], back = 0.0, [0] * (n + 1)
    for end in range(SHORTEST, n + 1):
        for start in range(max(0, end - LONGEST), end - SHORTEST + 1):
            score = best[start] + (gains[start] if start else 0.0)
            if score > best[end]:
                best[end], back[end] = score, start
    breaks, at = [], n
    while back[at]:
        at = back[at]
        breaks.append(at)
    return breaks[::-1]
