"""Where a sampler cut: layouts that explain the evidence of all places of a text at once.

Samplers cut at regular places: a head, some windows, a tail, in shares of a budget or in round numbers. A
layout is judged by the sum of the log-likelihood ratios at *all* the places it says were cut, so it pays for
each place that looks whole, less what it costs to name it among all layouts. Nothing here sees a word: the
evidence is an array over the units of a text, and a unit may be a code point, a letter or a word.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from transmend.lexicon.words import Floats, Integers

LOW, HIGH = -3.5, 9.0  # no single place may decide alone
MIN_UNITS = 300  # shorter texts are not sampled
MAX_WINDOWS = 16
SAMPLED = math.log(0.2)  # prior: a text was cut on a grid
GRID_ODDS = math.log(20)  # what a layout must reach
RATE = 1 / 4000  # cuts per unit where there is no grid
SLACKS = (0, 4, 24, 80)  # how far off the grid a cut may be, when marks were deleted or words kept whole
SLACK_COST = (0.2, 2.5, 4.0, 5.0)
APART = 8  # windows are wider than this many times the slack
MIN_WIDTH = 40  # units of the narrowest window
ODD = 0.002  # share of places that may look like cuts without lowering the evidence of all
EXPECTED = 0.7  # what the ratios of the other places average
TAIL_FORGIVEN = 0.02  # a cut nearer to the end than this share of the text is not expected
ROUND = (1, 10, 50, 100, 500)
LIKE = 30.0  # how much likelier a layout is with head and tail alike
STRONG = 2.0
CANDIDATES = 28


@dataclass(frozen=True, slots=True)
class Layout:
    """A set of places a sampler cut.

    Attributes:
        places: the units before which text is missing.
        slack: how many units off a cut may be.
        score: log-odds against no layout.
        name: the layout in words, for the evidence of a finding.
    """

    places: tuple[int, ...]
    slack: int
    score: float
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class _Shares:
    """Layouts as shares of a budget: one row each, padded with 2."""

    cuts: Floats
    head: Floats
    width: Floats
    tail: Floats
    windows: Integers
    cost: Floats

    def name(self, row: int) -> str:
        head, width, tail, n = self.head[row], self.width[row], self.tail[row], self.windows[row]
        return f"head {head:.3g}, {n} windows of {width:.3g}, tail {tail:.3g}" if n else f"head {head:.3g}, tail {tail:.3g}"


@cache
def _shares() -> _Shares:
    """All layouts that a person would write down: simple shares, up to ``MAX_WINDOWS`` windows."""
    simple = {k / 10: 1.0 for k in range(10)}
    for base, weight in ((20, 0.4), (8, 0.3), (6, 0.3), (12, 0.1), (3, 0.5), (100 / 3, 0.0)):
        for k in range(1, int(base)):
            simple.setdefault(round(k / base, 9), weight)
    for n in range(7, 21):
        simple.setdefault(round(1 / n, 9), 0.1)
    rows = [row for h, a in simple.items() for t, b in simple.items() if a and b for row in _rows(h, t, a * b)]
    weights = np.array([row[-1] for row in rows])
    cuts = np.full((len(rows), MAX_WINDOWS + 1), 2.0)
    for k, (head, width, tail, n, _) in enumerate(rows):
        places = [head + i * width for i in range(n + 1)] if n else [head]
        places = [p for p in places if 1e-9 < p < 1 - 1e-9]
        cuts[k, : len(places)] = places
    head, width, tail = (np.array([row[i] for row in rows]) for i in range(3))
    n = np.array([row[3] for row in rows])
    return _Shares(cuts, head, width, tail, n, -np.log(weights / weights.sum()))


def _rows(head: float, tail: float, weight: float) -> Iterator[tuple[float, float, float, int, float]]:
    middle = 1 - head - tail
    if abs(middle) < 1e-9:
        yield head, 0.0, tail, 0, weight * 3
    elif middle > 0.04:
        for n in range(1, MAX_WINDOWS + 1):
            even = abs(middle / n * 20 % 1) < 1e-6 or abs(middle / n - head) < 1e-6
            if n > 1 or head or tail:
                alike = LIKE if abs(head - tail) < 1e-9 else 1.0
                yield head, middle / n, tail, n, weight * alike * (2.0 if even else 0.5) / (n + 2)


def smoothed(evidence: Floats, slack: int) -> Floats:
    """Evidence for a cut at a place or up to ``slack`` units off: the mean of the ratios, as a logarithm."""
    if not slack:
        return evidence
    ratios = np.exp(evidence)
    sums = np.concatenate([[0.0], np.cumsum(ratios)])
    at = np.arange(len(evidence))
    low, high = np.maximum(at - slack, 0), np.minimum(at + slack + 1, len(evidence))
    means: Floats = np.log(np.maximum(sums[high] - sums[low], 1e-9) / (2 * slack + 1))
    return means


def prepared(evidence: Floats) -> Floats:
    """Evidence clipped, and less what cuts without any layout would explain as well.

    A ratio averages one over places without a cut; in a text full of odd words it averages more, and all of
    it is lowered by as much. The highest ones, which may be cuts, do not count for that.
    """
    clipped = np.clip(np.where(np.isfinite(evidence), evidence, LOW), LOW, HIGH)
    usual = np.sort(np.exp(clipped))[: max(1, int(len(clipped) * (1 - ODD)) - 20)]
    clipped = clipped - max(0.0, math.log(usual.mean() / EXPECTED))
    lowered: Floats = clipped - np.log1p(RATE * np.exp(clipped))
    return lowered


def budgets(length: int, others: Sequence[int]) -> list[tuple[int, float]]:
    """Budgets a text of this length may have been cut to, with the logarithm of their prior.

    Mostly the length itself; a source that ended early leaves the text short of a round budget.
    """
    step = 500 if length > 4000 else 100
    early = {b for b in range(-(-length // step) * step, int(length * 1.25), step)}
    early |= {other for other in others if length < other <= 1.25 * length}
    early |= {-(-length // 100) * 100, -(-length // 50) * 50, -(-length // 10) * 10}
    early.discard(length)
    return [(length, math.log(0.8)), *((b, math.log(0.2 / len(early))) for b in sorted(early))]


def infer(evidences: Sequence[Floats]) -> list[Layout | None]:
    """The layout of each text of a file, or None where none is likely.

    Arguments:
        evidences: for each text an array of log-likelihood ratios, one for the place before each unit and
            one for the end.
    """
    ready = [prepared(e) for e in evidences]
    lengths = [len(e) - 1 for e in evidences]
    found: list[Layout | None] = [None] * len(ready)
    long = [k for k in range(len(ready)) if lengths[k] >= MIN_UNITS]
    if not long:
        return found
    tables = {k: _score_shares(ready[k], lengths) for k in long}
    pooled = _pool([tables[k][0] for k in long])
    for k in long:
        own = _best_share(ready[k], tables[k], pooled - np.maximum(tables[k][0], math.log(0.1)) if len(long) > 1 else None)
        options = [own, _progression(ready[k])]
        best = max((o for o in options if o), key=lambda o: o.score, default=None)
        found[k] = best if best and best.score > GRID_ODDS else None
    return found


def _pool(scores: Sequence[Floats]) -> Floats:
    """What all texts of a file say about each layout; a text may also be uncut."""
    total = np.zeros_like(scores[0])
    for score in scores:
        total += np.maximum(score, math.log(0.1))
    return total


def _score_shares(evidence: Floats, lengths: Sequence[int]) -> tuple[Floats, Integers, Integers]:
    """For each layout in shares its best score over budgets and slacks, and which they were."""
    shares = _shares()
    length = len(evidence) - 1
    options = budgets(length, lengths)
    best = np.full(len(shares.cost), -np.inf)
    which_budget = np.zeros(len(best), np.int64)
    which_slack = np.zeros(len(best), np.int64)
    for slack_index, (slack, cost) in enumerate(zip(SLACKS, SLACK_COST, strict=True)):
        padded = np.append(smoothed(evidence, slack), 0.0)
        for budget, prior in options if slack < 10 else options[:1]:
            places = _rounded(shares.cuts, budget)
            places[places > length * (1 - TAIL_FORGIVEN)] = length + 1
            score = padded[places].sum(axis=1) + prior - cost
            narrow = (shares.windows > 0) & (shares.width * budget < max(MIN_WIDTH, APART * slack))
            score[narrow | ((places <= length).sum(axis=1) == 0)] = -np.inf
            better = score > best
            best[better], which_budget[better], which_slack[better] = score[better], budget, slack_index
    return best, which_budget, which_slack


def _rounded(cuts: Floats, budget: int) -> Integers:
    return np.floor(cuts * budget + 1e-6).astype(np.int64)


def _best_share(evidence: Floats, table: tuple[Floats, Integers, Integers], others: Floats | None) -> Layout | None:
    shares = _shares()
    score, budget, slack = table
    total = score - shares.cost + (0.0 if others is None else others)
    row = int(total.argmax())
    odds = float(total[row]) + SAMPLED
    if score[row] < 0:
        return None
    length = len(evidence) - 1
    places = _rounded(shares.cuts[row], int(budget[row]))
    places = places[places <= length * (1 - TAIL_FORGIVEN)]
    name = f"{shares.name(row)} of {budget[row]}"
    return _sharpened(evidence, Layout(tuple(places.tolist()), SLACKS[slack[row]], odds, name))


def _sharpened(evidence: Floats, layout: Layout) -> Layout:
    """A layout with slack made exact, where one near it with whole numbers explains more."""
    if not layout.slack or len(layout.places) < 3:
        return layout
    first, last, n = layout.places[0], layout.places[-1], len(layout.places) - 1
    width = (last - first) / n
    reach = min(layout.slack, 24)
    starts = np.arange(first - reach, first + reach + 1)
    widths = np.arange(math.floor(width - reach / n) - 1, math.ceil(width + reach / n) + 2)
    places = starts[:, None, None] + widths[None, :, None] * np.arange(n + 1)
    inside = ((places > 0) & (places < len(evidence))).all(axis=2)
    scores = np.where(inside, evidence[np.clip(places, 0, len(evidence) - 1)].sum(axis=2), -np.inf)
    a, b = np.unravel_index(int(scores.argmax()), scores.shape)
    soft = smoothed(evidence, layout.slack)[list(layout.places)].sum()
    gain = float(scores[a, b]) - math.log(scores.size) - float(soft)
    if gain < 0:
        return layout
    exact = tuple(places[a, b].tolist())
    return Layout(exact, 0, layout.score + gain, layout.name)


def _cost_of_number(x: int, limit: int) -> float:
    """What it costs to name a number below ``limit``: round ones are cheaper."""
    return -math.log(sum(q / limit for q in ROUND if x % q == 0) / len(ROUND))


def _progression(evidence: Floats) -> Layout | None:
    """The best run of equal windows in whole numbers through at least two strong places."""
    length = len(evidence) - 1
    strong = np.argsort(-evidence)[: CANDIDATES * 3]
    strong = np.sort([s for s in strong if evidence[s] > STRONG and 0 < s < length][:CANDIDATES])
    best: Layout | None = None
    for width, rest in sorted(_steps(strong.tolist(), length)):
        places = np.arange(rest, length, width)
        places = places[(places > 0) & (places < length * (1 - TAIL_FORGIVEN))]
        gain = evidence[places]
        run = _best_run(gain)
        if run is None or run[1] - run[0] < 3:
            continue
        first = int(places[run[0]])
        score = float(gain[run[0] : run[1]].sum()) - _cost_of_number(first, length) - _cost_of_number(width, length // 2)
        score += SAMPLED - math.log(2 * MAX_WINDOWS)
        if best is None or score > best.score:
            chosen = tuple(places[run[0] : run[1]].tolist())
            best = Layout(chosen, 0, score, f"head {first}, then windows of {width}")
    return best


def _steps(strong: Sequence[int], length: int) -> set[tuple[int, int]]:
    """Widths and remainders of progressions through two strong places."""
    steps = set()
    for k, a in enumerate(strong):
        for b in strong[k + 1 :]:
            for n in range(1, MAX_WINDOWS):
                if (b - a) % n == 0 and (b - a) // n >= max(40, length // 40):
                    width = (b - a) // n
                    steps.add((width, a % width))
    return steps


def _best_run(gain: npt.NDArray[np.floating]) -> tuple[int, int] | None:
    """The contiguous run with the greatest sum."""
    best, run, total, start = 0.0, None, 0.0, 0
    for k, g in enumerate(gain.tolist()):
        if total <= 0:
            total, start = 0.0, k
        total += g
        if total > best:
            best, run = total, (start, k + 1)
    return run
