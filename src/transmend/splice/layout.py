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
from enum import IntEnum
from functools import cache, lru_cache

import numpy as np

from transmend.lexicon.words import Floats, Integers

LOW, HIGH = -3.0, 9.0  # no single place may decide alone
MIN_UNITS = 300  # shorter texts are not sampled
MAX_WINDOWS = 16
SAMPLED = math.log(0.3)  # prior: a text was cut on a grid
SINGLE_ODDS = math.log(2)  # what a layout of one cut must reach
GRID_ODDS = math.log(4)  # one of several
LOOSE_ODDS = math.log(20)  # and one whose cuts may be off their places
RATE = 1 / 4000  # cuts per unit where there is no grid
SLACKS = (0, 4, 24, 80)  # how far off the grid a cut may be, when marks were deleted or words kept whole
SLACK_COST = (0.7, 2.5, 2.5, 3.5)
FIRM = (0, 3, 8)  # how far off a place may be once first place and width are fitted
FITTED = 4  # layouts with slack that are fitted
APART = 8  # windows are wider than this many times the slack
MIN_WIDTH = 40  # units of the narrowest window
MIN_LOOSE = 150  # of one whose ends may be off
ODD = 0.0003  # share of places that may look like cuts without lowering the evidence of all
EXPECTED = 0.7  # what the ratios of the other places average
TAIL_FORGIVEN = 0.02  # a cut nearer to the end than this share of the text is not expected
ROUND = (1, 10, 50, 100, 500)
BUDGETS = (1, 10, 50, 100, 256, 500)  # what people round budgets to, each as often
TRUNCATED = 0.15  # share of texts without windows that end where a budget does
HEAD_TAIL = 0.25  # share of samplers that keep a head and a tail only
LIKE = 30.0  # how much likelier a layout is with head and tail alike
CLEAR_ODDS = 6.0  # an exact layout this likely needs no loose ones beside it
#: What it says that a text is not as long as the pieces of a layout, by so many units.
OFF_LENGTH = np.array([0.0, -1.5, -1.5, -2.5])
UNCUT = math.log(0.1)  # one text of a file may be uncut
NAMED = 13.0  # what an exact layout and its budget may cost to name
TINY = 1e-6
#: Shares that people write down most.
SIMPLE = {0.0: 0.5, 0.1: 1.0, 0.2: 1.0, 0.25: 1.0, 0.3: 0.7, 0.4: 0.5, 0.5: 1.0, round(1 / 3, 9): 0.6, 0.15: 0.5}
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

    @property
    def likely(self) -> bool:
        """Whether the odds are enough; a wrong layout costs as many false cuts as it has places."""
        return self.score > (LOOSE_ODDS if self.slack else GRID_ODDS if len(self.places) > 1 else SINGLE_ODDS)


class _Rounding(IntEnum):
    """How shares become whole numbers."""

    PLACES = 0  # each place is rounded down
    PIECES = 1  # each piece is
    SHARED = 2  # head and tail are, and the windows share what is left


@dataclass(frozen=True, slots=True)
class _Share:
    """A layout as a person would write it down: shares of a budget."""

    head: float
    width: float
    windows: int
    tail: float

    @property
    def name(self) -> str:
        """The layout in words."""
        middle = f", {self.windows} windows of {self.width:.3g}" if self.windows else ""
        return f"head {self.head:.3g}{middle}, tail {self.tail:.3g}"

    @property
    def cuts(self) -> range:
        """How many windows are before each cut; there is none where head or tail is nothing."""
        return range(1 if self.head < TINY else 0, self.windows + (0 if self.tail < TINY else 1))


@cache
def _shares() -> tuple[tuple[_Share, ...], Floats]:
    """All layouts in simple shares with up to ``MAX_WINDOWS`` windows and what each costs to name, cheapest first."""
    simple = dict(SIMPLE)
    for base, weight in ((10, 0.3), (20, 0.25), (8, 0.25), (6, 0.25)):
        for k in range(1, base):
            simple.setdefault(round(k / base, 9), weight)
    found = [row for h, a in simple.items() for t, b in simple.items() for row in _rows(h, t, a * b)]
    for n in range(7, 21):
        found += [row for row in _rows(round(1 / n, 9), round(1 / n, 9), 0.1) if row[0].head not in simple]
    weights = np.array([weight for _, weight in found])
    two = np.array([not share.windows for share, _ in found])
    weights[two] *= HEAD_TAIL / weights[two].sum()
    weights[~two] *= (1 - HEAD_TAIL) / weights[~two].sum()
    order = np.argsort(-weights, kind="stable")
    return tuple(found[row][0] for row in order), -np.log(weights[order])


def _rows(head: float, tail: float, weight: float) -> Iterator[tuple[_Share, float]]:
    middle = 1 - head - tail
    if abs(middle) < TINY:
        yield _Share(head, 0.0, 0, tail), weight * (5.0 if head == 0.5 else 1.0)
    elif middle > 0.04:
        for n in range(1, MAX_WINDOWS + 1):
            even = abs(middle / n * 20 % 1) < TINY or abs(middle / n - head) < TINY
            if n > 1 or (head and tail):
                alike = LIKE if abs(head - tail) < TINY else 1.0
                yield _Share(head, middle / n, n, tail), weight * alike * (2.0 if even else 0.5) / (n + 2)


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """The places of all layouts for one budget, one after the other, and how long the text of each layout is."""

    places: Integers
    length: Integers


@lru_cache(maxsize=1)  # every slack asks for the same
def _table(budget: int, rounding: _Rounding, count: int) -> _Table:
    """The table of the first ``count`` layouts."""
    shapes = _shapes()
    stop = shapes.starts[count]
    if rounding is _Rounding.PLACES:
        return _Table(_floor(shapes.place[:stop] * budget), np.full(count, budget))
    head, width, tail = (_floor(share[:count] * budget) for share in (shapes.head, shapes.width, shapes.tail))
    if rounding is _Rounding.SHARED:
        width = np.where(width > 0, (budget - head - tail) // shapes.windows[:count], 0)
    owner = shapes.owner[:stop]
    places = head[owner] + shapes.step[:stop] * width[owner]
    return _Table(places, head + shapes.windows[:count] * width + tail)


def _floor(values: Floats) -> Integers:
    return (values + TINY).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class _Shapes:
    """All layouts as arrays, and all their places one after the other, as shares of a budget."""

    head: Floats
    width: Floats
    tail: Floats
    windows: Integers  # at least one
    owner: Integers
    step: Integers
    place: Floats
    starts: Integers  # and the end of the last


@cache
def _shapes() -> _Shapes:
    shares, _ = _shares()
    sizes = np.array([len(share.cuts) for share in shares])
    starts = np.append(0, np.cumsum(sizes))
    owner = np.repeat(np.arange(len(shares)), sizes)
    step = np.concatenate([share.cuts for share in shares])
    head, width, tail = (np.array([getattr(share, name) for share in shares]) for name in ("head", "width", "tail"))
    windows = np.array([max(1, share.windows) for share in shares])
    return _Shapes(head, width, tail, windows, owner, step, head[owner] + step * width[owner], starts)


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


class _Softened(dict[int, Floats]):
    """The evidence of one text, smoothed once by each slack that is asked for."""

    def __init__(self, evidence: Floats) -> None:
        super().__init__({0: evidence})

    def __missing__(self, slack: int) -> Floats:
        self[slack] = smoothed(self[0], slack)
        return self[slack]


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

    Mostly the length itself, or a round number just above it where pieces were rounded down; a source that
    ended early leaves the text further below its budget.
    """
    near = {-(-length // q) * q for q in BUDGETS}
    near = {b for b in near if length < b and _is_near(b, length)}
    step = 500 if length > 4000 else 100
    early = set(range(-(-length // step) * step, int(length * 1.25), step))
    early |= {other for other in others if length < other <= 1.25 * length}
    early |= {-(-length // 100) * 100, -(-length // 50) * 50}
    early -= {length, *near}
    return [
        (length, math.log(0.65) + _roundness(length)),
        *((b, math.log(0.5 / len(near))) for b in sorted(near)),
        *((b, math.log(0.15 / len(early))) for b in sorted(early)),
    ]


def _roundness(length: int) -> float:
    """What it says for a sampler that a text is as long as people set budgets, or against it that it is not.

    Less than nothing else would make it so: texts are cut to a budget without any window, too.
    """
    likelier = sum(q for q in BUDGETS if length % q == 0) / len(BUDGETS)
    return math.log(likelier / (1 - TRUNCATED + TRUNCATED * likelier))


def infer(evidences: Sequence[Floats], loose: bool = True) -> list[Layout | None]:
    """The best layout of each text of a file, a likely one if there is one, or None where there is none at all.

    Arguments:
        evidences: for each text an array of log-likelihood ratios, one for the place before each unit and
            one for the end.
        loose: whether cuts may be a little off their places.
    """
    ready = [_Softened(prepared(e)) for e in evidences]
    lengths = [len(e) - 1 for e in evidences]
    found: list[Layout | None] = [None] * len(ready)
    long = [k for k in range(len(ready)) if lengths[k] >= MIN_UNITS]
    if not long:
        return found
    tables = {k: _score_shares(ready[k], lengths, SLACKS if loose else SLACKS[:1]) for k in long}
    pooled = _pool([tables[k].score for k in long])
    for k in long:
        others = pooled - np.maximum(tables[k].score, UNCUT) if len(long) > 1 else None
        own = _best_share(ready[k], tables[k], others)
        options = [own, _progression(ready[k][0])]
        found[k] = max(filter(None, options), key=lambda o: (o.likely, o.score), default=None)
    return found


def _pool(scores: Sequence[Floats]) -> Floats:
    """What all texts of a file say about each layout; a text may also be uncut."""
    total = np.zeros_like(scores[0])
    for score in scores:
        total += np.maximum(score, UNCUT)
    return total


@dataclass(frozen=True, slots=True, eq=False)
class _Scores:
    """For each layout in shares its best score in one text, and the budget, slack and rounding that gave it."""

    score: Floats
    budget: Integers
    slack: Integers
    rounding: Integers


def _score_shares(evidence: _Softened, lengths: Sequence[int], slacks: Sequence[int]) -> _Scores:
    length, shapes = len(evidence[0]) - 1, _shapes()
    size, end = len(shapes.head), math.floor(length * (1 - TAIL_FORGIVEN))
    options = budgets(length, lengths)
    soft = {slack: np.zeros(max(budget for budget, _ in options) + 1) for slack in slacks}
    for slack, values in soft.items():
        values[: end + 1] = evidence[slack][: end + 1]
    best = _Scores(np.full(size, -np.inf), np.zeros(size, int), np.zeros(size, int), np.zeros(size, int))
    for slack, budget, rounding, prior in _ways(options, length, slacks):
        count = size if slack else int(np.searchsorted(_shares()[1], NAMED + prior))
        if not count:
            continue
        table, starts, width = _table(budget, rounding, count), shapes.starts[:count], shapes.width[:count]
        score = np.add.reduceat(soft[slack][table.places], starts) + prior
        if _is_near(budget, length):
            score += OFF_LENGTH[np.minimum(np.abs(table.length - length), len(OFF_LENGTH) - 1)]
        least = max(MIN_LOOSE, APART * slack) if slack else MIN_WIDTH
        narrow = (width > 0) & (width * budget < least)
        score[narrow | (table.places[starts] > end)] = -np.inf
        better = np.flatnonzero(score > best.score[:count])
        best.score[better], best.budget[better] = score[better], budget
        best.slack[better], best.rounding[better] = slack, rounding
    return best


def _ways(
    options: Sequence[tuple[int, float]], length: int, slacks: Sequence[int]
) -> Iterator[tuple[int, int, _Rounding, float]]:
    """Each slack, budget and rounding that shares may be meant in, and the logarithm of its prior."""
    for slack, cost in zip(slacks, SLACK_COST, strict=False):
        for budget, prior in options[:1] if slack else options:
            exact = not slack and _is_near(budget, length)
            for rounding in _Rounding if exact else (_Rounding.PLACES,):
                yield slack, budget, rounding, prior - cost


def _is_near(budget: int, length: int) -> bool:
    """Whether a text can be that much shorter than its budget because its pieces were rounded down."""
    return budget <= length + 2 * MAX_WINDOWS


def _best_share(evidence: _Softened, scores: _Scores, others: Floats | None) -> Layout | None:
    """The best layout in shares, exact if one is likely enough, else the best of the loose ones once fitted."""
    total = scores.score - _shares()[1] + SAMPLED + (0.0 if others is None else others)
    exact = np.where(scores.slack == 0, total, -np.inf)
    rows = {int(exact.argmax())}
    if exact.max() < CLEAR_ODDS:
        loose = np.where(scores.slack > 0, total, -np.inf)
        rows |= set(np.argsort(-loose)[:FITTED].tolist())
    found = [_share(evidence, scores, row, float(total[row])) for row in sorted(rows) if np.isfinite(total[row])]
    return max(found, key=lambda one: one.score, default=None)


def _share(evidence: _Softened, scores: _Scores, row: int, odds: float) -> Layout:
    """One layout in shares, fitted to the text."""
    share, budget = _shares()[0][row], int(scores.budget[row])
    end = (len(evidence[0]) - 1) * (1 - TAIL_FORGIVEN)
    start = int(_shapes().starts[row])
    table = _table(budget, _Rounding(int(scores.rounding[row])), row + 1)
    places = tuple(p for p in table.places[start:].tolist() if p <= end)
    return _sharpened(evidence, Layout(places, int(scores.slack[row]), odds, f"{share.name} of {budget}"))


def _sharpened(evidence: _Softened, layout: Layout) -> Layout:
    """A layout with slack on firmer ground: a first place and a width in whole numbers that explain more."""
    if not layout.slack or len(layout.places) < 3:
        return layout
    first, last, n = layout.places[0], layout.places[-1], len(layout.places) - 1
    width = (last - first) / n
    reach = layout.slack
    starts = np.arange(first - reach, first + reach + 1)
    widths = np.arange(math.floor(width - reach / n) - 1, math.ceil(width + reach / n) + 2)
    places = starts[:, None, None] + widths[None, :, None] * np.arange(n + 1)
    units = len(evidence[0])
    inside = ((places > 0) & (places < units)).all(axis=2)
    within = np.clip(places, 0, units - 1)
    best = layout
    soft = float(evidence[layout.slack][list(layout.places)].sum())
    for slack in FIRM:
        scores = np.where(inside, evidence[slack][within].sum(axis=2), -np.inf)
        a, b = np.unravel_index(int(scores.argmax()), scores.shape)
        gain = float(scores[a, b]) - math.log(scores.size / (2 * slack + 1) ** 2 * len(FIRM)) - soft
        if layout.score + gain > best.score:
            best = Layout(tuple(places[a, b].tolist()), slack, layout.score + gain, layout.name)
    return best


def _cost_of_number(x: Integers, limit: int) -> Floats:
    """What it costs to name a number below ``limit``: round ones are cheaper."""
    costs: Floats = -np.log(sum((x % q == 0) * q / limit for q in ROUND) / len(ROUND))
    return costs


def _progression(evidence: Floats) -> Layout | None:
    """The best run of equal windows in whole numbers through at least two strong places."""
    length = len(evidence) - 1
    strong = np.argsort(-evidence)[: CANDIDATES * 3]
    strong = np.sort(strong[(evidence[strong] > STRONG) & (strong > 0) & (strong < length)][:CANDIDATES])
    widths, starts = _steps(strong, length)
    if not len(widths):
        return None
    first, last, gain = _best_runs(evidence[: math.ceil(length * (1 - TAIL_FORGIVEN))], widths, starts)
    places = starts + first * widths
    named = math.log(2 * MAX_WINDOWS) + _cost_of_number(widths, length // 2) + _cost_of_number(places, length)
    score = gain + SAMPLED - named
    score[last - first < 2] = -np.inf
    best = int(score.argmax())
    chosen = range(places[best], places[best] + (last - first)[best] * widths[best] + 1, widths[best])
    name = f"head {places[best]}, then windows of {widths[best]}"
    return Layout(tuple(chosen), 0, float(score[best]), name) if score[best] > -np.inf else None


def _steps(strong: Integers, length: int) -> tuple[Integers, Integers]:
    """Widths and first places of progressions through two strong places."""
    one, other = np.triu_indices(len(strong), 1)
    apart = (strong[other] - strong[one])[:, None]
    windows = np.arange(1, MAX_WINDOWS)
    pair, n = np.nonzero((apart % windows == 0) & (apart // windows >= max(MIN_WIDTH, length // 40)))
    widths = apart[pair, 0] // windows[n]
    widths, rests = np.divmod(np.unique(widths * length + strong[one[pair]] % widths), length)
    return widths, np.where(rests == 0, widths, rests)


def _best_runs(evidence: Floats, widths: Integers, starts: Integers) -> tuple[Integers, Integers, Floats]:
    """For each progression the contiguous steps with the greatest sum: the first, the last, and the sum (Kadane's)."""
    most = len(evidence) // int(widths.min()) + 1
    places = starts[:, None] + widths[:, None] * np.arange(most)
    padded = np.append(evidence, -np.inf)
    sums = np.cumsum(padded[np.minimum(places, len(evidence))], axis=1)
    before = np.concatenate([np.zeros((len(sums), 1)), sums[:, :-1]], axis=1)
    least = np.minimum.accumulate(np.where(np.isfinite(before), before, np.inf), axis=1)
    gains = sums - least
    last = gains.argmax(axis=1)
    rows = np.arange(len(sums))
    first = (before == least[rows, last][:, None]).argmax(axis=1)
    return first, last, gains[rows, last]
