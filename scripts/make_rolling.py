"""Make captions that scroll from words whose times are known, as YouTube's automatic ones do and programs rewrite them.

Each made file comes with its truth: every word, once, with the time at which it was first shown.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from transmend.formats.clock import stamp

WIDTH = 36  # characters of a line
CARRIER = 0.01  # seconds that a line is shown alone, before the next one pushes it up
#: Said again on purpose: whoever removes repeats must not remove these.
SAID_AGAIN = (
    "thank you thank you",
    "no no no",
    "yes",
    "very very very",
    "go go go go",
    "thank you",
    "bye bye",
    "so so",
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word and when it was said, in seconds."""

    text: str
    begin: float


@dataclass(frozen=True, slots=True)
class Rolling:
    """A file that scrolls, and what is said in it.

    Attributes:
        name: how it was made.
        format: ``vtt`` or ``srt``.
        text: the file.
        truth: its words, each with the time at which it is first shown.
    """

    name: str
    format: str
    text: str
    truth: tuple[Word, ...]


Line = Sequence[Word]
#: A cue: begin, end, its lines; of those that are new the words may be written with their times.
Cue = tuple[float, float, list[tuple[Line, bool]]]


def timed(words: Sequence[str], rng: random.Random) -> list[list[Word]]:
    """Lines of words with times, with real repeats among them: inside lines, across their ends and as whole lines."""
    lines: list[list[Word]] = [[]]
    now = 1.0
    queue = list(words)[::-1]
    while queue:
        if rng.random() < 0.02:
            again = rng.choice(SAID_AGAIN).split()
            if rng.random() < 0.5:  # a line of its own, which is said again as the next one
                for _ in range(rng.choice((1, 2, 3))):
                    lines += [[], []]
                    for word in again:
                        lines[-2].append(Word(word, now))
                        now = round(now + 0.3, 3)
            else:
                queue += again[::-1]
        word = queue.pop()
        if sum(len(w.text) + 1 for w in lines[-1]) + len(word) > WIDTH:
            lines.append([])
        lines[-1].append(Word(word, now))
        now = round(now + rng.choice((0.16, 0.24, 0.3, 0.45)) + (1.5 if rng.random() < 0.02 else 0.0), 3)
    return [line for line in lines if line]


def two_lines(lines: Sequence[Line]) -> Iterator[Cue]:
    """YouTube's scroll: the line before and the new one, then the new one alone for 10 ms."""
    before: Line = ()
    for line, begin, end in _shown(lines):
        yield begin, end, [(before, False), (line, True)]
        yield end, end + CARRIER, [(line, False), ((), False)]
        before = line


def no_carriers(lines: Sequence[Line]) -> Iterator[Cue]:
    """The same without the cues of 10 ms."""
    before: Line = ()
    for line, begin, end in _shown(lines):
        yield begin, end + CARRIER, [(before, False), (line, True)]
        before = line


def one_line(lines: Sequence[Line]) -> Iterator[Cue]:
    """Both lines as one, which makes a chain: each cue starts with what the one before it ended with."""
    before: Line = ()
    for line, begin, end in _shown(lines):
        yield begin, end + CARRIER, [([*before, *line], False)]
        before = line


def one_line_with_carriers(lines: Sequence[Line]) -> Iterator[Cue]:
    """The same with the cues of 10 ms."""
    before: Line = ()
    for line, begin, end in _shown(lines):
        yield begin, end, [([*before, *line], False)]
        yield end, end + CARRIER, [(line, False)]
        before = line


def growing(lines: Sequence[Line]) -> Iterator[Cue]:
    """Live captions: a line grows by a few words from cue to cue, and then the next one starts."""
    for line, _, end in _shown(lines):
        stops = [*range(1, len(line), 2), len(line)]
        for k, stop in enumerate(stops):
            begin = line[stops[k - 1] if k else 0].begin
            until = line[stop].begin if stop < len(line) else end
            yield begin, until, [(line[:stop], False)]


WAYS: dict[str, tuple[str, Callable[[Sequence[Line]], Iterator[Cue]]]] = {
    "vtt, word times": ("vtt", two_lines),
    "vtt, no word times": ("vtt", two_lines),
    "vtt, word times, no carriers": ("vtt", no_carriers),
    "vtt, no word times, no carriers": ("vtt", no_carriers),
    "srt": ("srt", two_lines),
    "srt, no carriers": ("srt", no_carriers),
    "srt, suffix chain": ("srt", one_line),
    "srt, suffix chain and carriers": ("srt", one_line_with_carriers),
    "srt, growing": ("srt", growing),
}


def rolling(words: Sequence[str], way: str, rng: random.Random) -> Rolling:
    """These words in captions that scroll in one of ``WAYS``."""
    format_, make = WAYS[way]
    lines = timed(words, rng)
    with_times = "word times" in way and "no word" not in way
    cues = list(make(lines))
    first = _first_shown(cues)
    truth = tuple(Word(w.text, w.begin if with_times else first[id(w)]) for line in lines for w in line)
    text = _vtt(cues, with_times) if format_ == "vtt" else _srt(cues)
    return Rolling(way, format_, text, truth)


def _first_shown(cues: Sequence[Cue]) -> dict[int, float]:
    first: dict[int, float] = {}
    for begin, _, shown in cues:
        for line, _ in shown:
            for word in line:
                first.setdefault(id(word), begin)
    return first


def _shown(lines: Sequence[Line]) -> Iterator[tuple[Line, float, float]]:
    """Each line with the begin and end of its cue; the next begins 10 ms after."""
    starts = [line[0].begin for line in lines]
    for line, (begin, following) in zip(lines, pairwise([*starts, starts[-1] + 5.0]), strict=True):
        yield line, begin, round(following - CARRIER, 3)


def _vtt(cues: Sequence[Cue], with_times: bool) -> str:
    out = ["WEBVTT\nKind: captions\nLanguage: en\n"]
    for begin, end, shown in cues:
        lines = [_with_times(line) if new and with_times else _said(line) for line, new in shown]
        body = "\n".join(line or " " for line in lines)
        out.append(f"\n{stamp(begin)} --> {stamp(end)} align:start position:0%\n{body}\n")
    return "".join(out)


def _srt(cues: Sequence[Cue]) -> str:
    out = []
    for number, (begin, end, shown) in enumerate(cues, 1):
        body = "\n".join(_said(line) for line, _ in shown if line)
        out.append(f"{number}\n{stamp(begin, ',')} --> {stamp(end, ',')}\n{body}\n\n")
    return "".join(out)


def _said(line: Line) -> str:
    return " ".join(word.text for word in line)


def _with_times(line: Line) -> str:
    return line[0].text + "".join(f"<{stamp(word.begin)}><c> {word.text}</c>" for word in line[1:])
