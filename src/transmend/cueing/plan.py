"""Which words go into which cue: the cheapest way, found word by word.

A way costs what its cues break of the limits and what its borders tear apart. Borders that are there already cost
less than others, so that cues nobody has to touch stay as they are, and what was laid out once is not laid out anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

from transmend.cueing.limits import Limits
from transmend.cueing.places import cost, ends_sentence
from transmend.cueing.words import Said

#: What a line too many costs; a cue of parts of two sentences; a sentence in two cues that fits into one.
OVERFULL, MIXED, PARTED = 10_000.0, 5_000.0, 3_000.0
#: What a cue costs that is shown for twice the longest time; for no time; a character that nobody has time to read.
LONG, SHORT, FAST = 40.0, 60.0, 0.6
#: What every cue costs; a border that is there already gains as much, or more if all is well on both sides of it.
CUE, WELL = 10.0, 60.0
#: A second of silence is worth so much at a border, and a cue that is not full costs so much at most.
PAUSE, LOOSE = 10.0, 3.0
#: Cues are made anew only if that mends so much.
GAIN = 5.0

Range = tuple[int, int]


@dataclass(frozen=True)
class Stretch:
    """Words of one speaker that may share cues.

    Attributes:
        words: the words.
        borders: which of them begin a cue now.
        forced: which of them have to begin one when cues are made anew.
        voices: those of them at which somebody else begins to speak.
        tied: which of them must not begin one.
        leads: how many characters stand in front of each if it begins one, such as those of a name.
        limits: what a cue may be.
        whole: whether cues are to hold whole sentences.
    """

    words: Sequence[Said]
    borders: Sequence[int]
    forced: frozenset[int]
    voices: frozenset[int]
    tied: frozenset[int]
    leads: Sequence[int]
    limits: Limits
    whole: bool

    @cached_property
    def now(self) -> list[Range]:
        """The cues as they are."""
        return list(pairwise([*self.borders, len(self.words)]))

    @cached_property
    def _costs(self) -> list[float]:
        """What a break in front of each word costs."""
        return [0.0, *(cost(a.text, b.text) for a, b in pairwise(self.words))]

    @cached_property
    def _sentences(self) -> list[int]:
        """For each word the number of its sentence."""
        starts = (k in self.forced or ends_sentence(a.text, b.text) for k, (a, b) in enumerate(pairwise(self.words), 1))
        return list(accumulate(starts, initial=0))

    @cached_property
    def _spans(self) -> dict[int, Range]:
        """Where each sentence is."""
        spans: dict[int, Range] = {}
        for place, number in enumerate(self._sentences):
            spans[number] = (spans.get(number, (place, 0))[0], place + 1)
        return spans

    @cached_property
    def _fits(self) -> dict[int, bool]:
        """Whether each sentence fits into one cue."""
        return {n: self._rows(span) <= self.limits.lines and not self._is_long(span) for n, span in self._spans.items()}

    @cached_property
    def _ends(self) -> list[int]:
        """How many characters there are up to the end of each word, a space behind each."""
        return list(accumulate((len(word.text) + 1 for word in self.words), initial=0))

    def _characters(self, cue: Range) -> int:
        return self.leads[cue[0]] + self._ends[cue[1]] - self._ends[cue[0]] - 1

    def _seconds(self, cue: Range) -> float:
        return self.words[cue[1] - 1].end - self.words[cue[0]].begin

    def _rows(self, cue: Range) -> int:
        lengths = [len(word.text) for word in self.words[cue[0] : cue[1]]]
        lengths[0] += self.leads[cue[0]]
        return self.limits.rows(lengths)

    def _is_long(self, cue: Range) -> bool:
        return self.limits.is_long(self._seconds(cue))

    # --- what is wrong

    def _wrong(self, cue: Range, rows: int) -> float:
        """What the cue breaks of the limits, and of its sentences."""
        limits, seconds, characters = self.limits, self._seconds(cue), self._characters(cue)
        wrong = OVERFULL * max(0, rows - limits.lines)
        if limits.is_long(seconds):
            wrong += LONG * (seconds / limits.longest - 1)
        if limits.is_short(seconds):
            wrong += SHORT * (1 - seconds / limits.shortest)
        if limits.is_fast(characters, seconds):
            excess = characters / (limits.reading_speed * seconds) - 1 if seconds > 0 else 1.0
            wrong += FAST * characters * min(1.0, excess)
        return wrong + (self._torn(cue) if self.whole else 0.0)

    def _torn(self, cue: Range) -> float:
        first, last = self._sentences[cue[0]], self._sentences[cue[1] - 1]
        if self._spans[first][0] == cue[0] and self._spans[last][1] == cue[1]:
            return 0.0
        if first != last:
            return MIXED
        return PARTED if self._fits[first] else 0.0

    def _is_well(self, cue: Range) -> bool:
        """Whether a cue could stay as it is, were it not too fast: for that is mended in others, if at all."""
        seconds = self._seconds(cue)
        if self._rows(cue) > self.limits.lines or self._is_long(cue) or self.limits.is_short(seconds):
            return False
        if any(start in self.voices for start in range(cue[0] + 1, cue[1])):
            return False
        edges = self._sentences[cue[0]], self._sentences[cue[1] - 1]
        return not self.whole or (self._spans[edges[0]][0], self._spans[edges[1]][1]) == cue

    def _is_fast(self, cue: Range) -> bool:
        return self.limits.is_fast(self._characters(cue), self._seconds(cue))

    def cues(self) -> list[Range]:
        """The words of each cue, as they should be: as they are, if that is well or cannot be mended."""
        if all(self._is_well(cue) and not self._is_fast(cue) for cue in self.now):
            return self.now
        made = self._cheapest()
        return made if self._faults(made) <= self._faults(self.now) - GAIN else self.now

    def _faults(self, cues: Sequence[Range]) -> float:
        """All that is wrong with these cues."""
        wrong = sum(self._wrong(cue, self._rows(cue)) for cue in cues)
        wrong += sum(MIXED for start, stop in cues if any(k in self.voices for k in range(start + 1, stop)))
        if self.whole:
            wrong += sum(self._costs[start] for start, _ in cues[1:] if start not in self.forced)
        return wrong

    # --- the cheapest way

    def _cheapest(self) -> list[Range]:
        best: list[float] = [0.0, *([float("inf")] * len(self.words))]
        before = [0] * (len(self.words) + 1)
        gains = self._gains()
        for start in range(len(self.words)):
            if (start in self.tied and start) or best[start] == float("inf"):
                continue
            at = best[start] + self._border(start, gains)
            for stop, rows in self._stops(start):
                price = at + self._wrong((start, stop), rows) + CUE + self._loose((start, stop))
                if price < best[stop]:
                    best[stop], before[stop] = price, start
        stops = [len(self.words)]
        while stops[-1]:
            stops.append(before[stops[-1]])
        return list(pairwise(stops[::-1]))

    def _gains(self) -> dict[int, float]:
        """What each border that is there gains."""
        well = [self._is_well(cue) for cue in self.now]
        return {cue[0]: WELL if a and b else CUE for (a, b), cue in zip(pairwise(well), self.now[1:], strict=True)}

    def _border(self, start: int, gains: dict[int, float]) -> float:
        """What a border in front of the word ``start`` costs."""
        if not start or start in self.forced:
            return 0.0
        silence = self.words[start].begin - self.words[start - 1].end
        return self._costs[start] - PAUSE * min(max(silence, 0.0), 1.0) - gains.get(start, 0.0)

    def _stops(self, start: int) -> Iterator[tuple[int, int]]:
        """Where a cue may end that begins with the word ``start``, and how many lines it needs then."""
        limits = self.limits
        rows, at = 0, limits.line_length
        for stop in range(start + 1, len(self.words) + 1):
            length = len(self.words[stop - 1].text) + (self.leads[start] if stop == start + 1 else 0)
            if at + 1 + length > limits.line_length:
                rows, at = rows + 1 + (length > limits.line_length), length
            else:
                at += 1 + length
            may_end = stop == len(self.words) or stop in self.forced or stop not in self.tied
            if may_end:
                yield stop, rows
            if (may_end and rows > limits.lines) or stop in self.forced:
                return

    def _loose(self, cue: Range) -> float:
        room = self.limits.line_length * self.limits.lines
        return LOOSE * max(0.0, 1 - self._characters(cue) / room) ** 2
