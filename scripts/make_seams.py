"""Clean transcripts of held-out documents -> a benchmark of splice seams, half of it without any.

    python scripts/make_seams.py --data DIR --out seams.jsonl [--texts 400] [--split score|tune]

Each line is ``{"id", "text", "cuts", "kinds", "edges", "sampler", "marks", "noise"}``: ``cuts`` are the code points
before which text is missing, ``edges`` those of the ends ("left", "right") where a word is broken, or null where
nobody knows, ``marks`` says whether the text has case and punctuation, ``noise`` what else is wrong with it: ``none``,
``misheard`` words as recognisers mishear them, ``mistyped`` ones, or ``recognised`` where all of it is a recogniser's
own output.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer
from tokenizers.models import WordPiece

sys.path.insert(0, str(Path(__file__).parent))
from held_out import for_tuning, held_out
from misheard import Heard, confusions, misheard, mistyped, text_of
from misheard import records as recordings
from transmend.splice.byte_pairs import token_starts
from transmend.splice.cut import kind_of
from transmend.tagger.features import WORD, normal_form

NOT_SPEECH = re.compile(r"\[[^\]]*\]\([^)]*\)|\[[^\]]*\]|<[^>]*>|https?://\S+|[*`]")
MAX_DOCUMENT = 120_000
NOISE = {"none": 0.45, "misheard": 0.45, "mistyped": 0.1}
MISHEARD, MISTYPED = 0.05, 0.003  # at most, of the words
RECOGNISED = 0.15  # of the uncut texts

Pieces = list[tuple[int, int]]
Sampler = Callable[[str, random.Random], Pieces]


@dataclass(frozen=True)
class Sample:
    """A text, and where something is missing from it."""

    text: str
    cuts: tuple[int, ...]


# -- samplers: which pieces of a text are kept


def grid(text: str, rng: random.Random, head: float, windows: int, tail: float, budget: int) -> Pieces:
    """Head, equal windows spread over the middle, tail: shares of a budget in code points."""
    first, last = int(head * budget), int(tail * budget)
    width = (budget - first - last) // windows if windows else 0
    room = len(text) - first - last
    if room < 2 * width * windows or len(text) < 1.15 * budget:
        return [(0, len(text))]
    pieces = [(0, first)] if first else []
    stride = room / max(windows, 1)
    for number in range(windows):
        slack = stride - width
        start = first + int(number * stride + (rng.random() if rng.random() < 0.5 else 0.5) * slack)
        pieces.append((start, start + width))
    return [*pieces, (len(text) - last, len(text))] if last else pieces


def _budget(text: str, rng: random.Random) -> int:
    budget = rng.choice((2000, 3000, 4000, 6000, 7500, 8000, 10_000, 12_000, 14_500, 16_000, 20_000, 4096, 8192))
    return (
        min(budget, rng.randint(int(len(text) * 0.2), int(len(text) * 0.5)) // 10 * 10)
        if rng.random() < 0.9
        else budget
    )


def head_windows_tail(text: str, rng: random.Random) -> Pieces:
    """20 % head, six windows and the like."""
    head, tail = rng.choice((0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 1 / 3)), rng.choice((0.1, 0.15, 0.2, 0.25, 0.3, 1 / 3))
    return grid(text, rng, head, rng.randint(2, 10), tail, _budget(text, rng))


def uniform_windows(text: str, rng: random.Random) -> Pieces:
    """Equal windows from beginning to end."""
    windows = rng.randint(3, 12)
    return grid(text, rng, 1 / windows, windows - 2, 1 / windows, _budget(text, rng))


def head_tail(text: str, rng: random.Random) -> Pieces:
    """The beginning and the end: the middle is left out to fit a context window."""
    head = rng.choice((0.5, 0.5, 0.6, 0.7, 0.75, 0.8, 0.25, 1 / 3))
    return grid(text, rng, head, 0, 1 - head, _budget(text, rng))


def random_cuts(text: str, rng: random.Random) -> Pieces:
    """Cuts anywhere, pieces of any length: no grid."""
    pieces, at = [], 0
    while at < len(text):
        stop = at + max(300, int(rng.expovariate(1 / 2500)))
        pieces.append((at, min(stop, len(text))))
        at = stop + rng.randint(20, 4000)
    return pieces


def truncated(text: str, rng: random.Random) -> Pieces:
    """Cut to a context window from the left, the right or both: no seam, but ends in mid-word."""
    budget = min(_budget(text, rng), len(text) // 2)
    start = rng.choice((0, len(text) - budget, rng.randrange(len(text) - budget)))
    return [(start, start + budget)]


def counting(starts_of: Callable[[str], Sequence[int]], sampler: Sampler) -> Sampler:
    """The same sampler, counting in words or tokens."""

    def counted(text: str, rng: random.Random) -> Pieces:
        starts = list(starts_of(text))
        ends = [*starts, len(text)]
        return [(ends[a], ends[b]) for a, b in sampler("." * len(starts), rng)]

    return counted


def word_starts(text: str) -> list[int]:
    """Where words start, behind the space."""
    return [match.start() for match in re.finditer(r"\S+", text)]


def piece_starts(text: str) -> list[int]:
    """Where the word pieces of MiniLM start: another tokenizer than the one that transmend counts with."""
    pieces = _word_pieces()
    return [m.start() + a for m in WORD.finditer(text) for a, _ in pieces.encode(m.group().lower()).offsets]


@cache
def _word_pieces() -> Tokenizer:
    vocabulary = (files("transmend.tagger") / "data" / "vocab.txt").read_text(encoding="utf-8").split()
    table = {piece: row for row, piece in enumerate(vocabulary)}
    return Tokenizer(WordPiece(table, unk_token="[UNK]", max_input_chars_per_word=100))


def at_spaces(sampler: Sampler) -> Sampler:
    """The same sampler, careful not to cut words."""

    def careful(text: str, rng: random.Random) -> Pieces:
        def snap(place: int) -> int:
            return place if place in (0, len(text)) else text.rfind(" ", 0, place) + 1

        return [(snap(a), snap(b)) for a, b in sampler(text, rng) if snap(a) < snap(b)]

    return careful


SAMPLERS: dict[str, Sampler] = {
    "head-windows-tail": head_windows_tail,
    "uniform-windows": uniform_windows,
    "head-tail": head_tail,
    "random": random_cuts,
    "random-at-spaces": at_spaces(random_cuts),
    "grid-at-spaces": at_spaces(head_windows_tail),
    "grid-in-words": counting(word_starts, head_windows_tail),
    "grid-in-tokens": counting(lambda text: token_starts(text).tolist(), head_windows_tail),
    "grid-in-word-pieces": counting(piece_starts, head_windows_tail),
    "truncated": truncated,
}


# -- texts


def spoken(record: dict[str, Any]) -> str:
    """A document's words, with case and marks, on one line."""
    text = " ".join(turn["text"] for turn in record["turns"])
    return " ".join(NOT_SPEECH.sub(" ", text).split())[:MAX_DOCUMENT]


def lowered(text: str) -> str:
    """As captions come: lower case, no marks; ``don't`` becomes ``dont``."""
    words = (normal_form(w) for w in re.split(r"[\s\-–—]+", text))
    return " ".join(w for w in words if w)


def joined(text: str, pieces: Pieces) -> Sample:
    """The pieces glued, nothing between; pieces that touch leave no cut."""
    out, cuts, end = [], [], None
    for start, stop in pieces:
        if end is not None and start != end and out:
            cuts.append(sum(map(len, out)))
        out.append(text[start:stop])
        end = stop
    return Sample("".join(out), tuple(cuts))


def lowered_after(sample: Sample) -> Sample:
    """A sample normalised after it was cut: marks go, so the cuts are no longer on the grid."""
    out, cuts = "", []
    for start, stop in pairwise([0, *sample.cuts, len(sample.text)]):
        if start:
            cuts.append(len(out))
        piece = sample.text[start:stop]
        space = [" " if piece[:1].isspace() else "", " " if piece[-1:].isspace() else ""]
        out += (space[0] if not out.endswith(" ") else "") + lowered(piece) + space[1]
    return Sample(out, tuple(cuts))


def two_talks(one: str, other: str, rng: random.Random) -> Sample:
    """Excerpts of two talks in turn, cut anywhere: what a shuffled buffer or a wrong offset gives."""
    parts = []
    for number in range(rng.randint(2, 5)):
        text, length = (one, other)[number % 2], rng.randint(1500, 5000)
        start = rng.randrange(max(1, len(text) - length))
        parts.append(text[start : start + length])
    cuts = list(accumulate(map(len, parts)))[:-1]
    return Sample("".join(parts), tuple(cuts))


@dataclass(frozen=True)
class Joint:
    """A cut, and whether the words left and right of it are broken."""

    at: int
    left: bool
    right: bool


def spliced(
    text: str, other: str, rng: random.Random, *, piece: float, gap: int, at_spaces: float, two_talks: float
) -> tuple[str, list[Joint]]:
    """A text with many pieces cut out, to learn from: what models are trained and weights fitted on.

    Arguments:
        text: the text.
        other: another, a piece of which stands between now and then.
        rng: source of randomness.
        piece: mean code points between cuts.
        gap: code points left out at a cut, at most.
        at_spaces: probability of a text cut at spaces only.
        two_talks: share of the cuts that the other text follows.
    """
    spaces = rng.random() < at_spaces
    out, cuts, source, at, back, broken = "", [], text, 0, 0, False
    while True:
        stop = _place(source, at + max(60, int(rng.expovariate(1 / piece))), spaces)
        if out:
            cuts.append(Joint(len(out), broken, _inside(source, at)))
        out, broken = out + source[at:stop], _inside(source, stop)
        if stop >= len(source) - 100:
            return out, cuts
        if source is text and len(other) > 4000 and rng.random() < two_talks:
            source, back, at = other, stop, _place(other, rng.randrange(len(other) - 3000), spaces)
        else:
            if source is other:
                source, stop = text, back
            at = _place(source, stop + rng.randint(10, rng.choice((300, gap))), spaces)
            if at >= len(source) - 100:
                return out, cuts


def _place(text: str, at: int, spaces: bool) -> int:
    return text.rfind(" ", 0, at) + 1 if spaces and 0 < at < len(text) else min(at, len(text))


def _inside(text: str, at: int) -> bool:
    return 0 < at < len(text) and not text[at - 1].isspace() and not text[at].isspace()


def broken_ends(sample: Sample, whole: str) -> list[str]:
    """Which ends of a sample are in the middle of a word of the text it is from."""
    text, ends = sample.text, []
    start = whole.find(text[:80])
    if start > 0 and whole[start - 1].isalnum() and text[0].isalnum():
        ends.append("left")
    end = whole.find(text[-80:]) + len(text[-80:])
    if end < len(whole) and whole[end].isalnum() and text[-1].isalnum():
        ends.append("right")
    return ends


def make(record: dict[str, Any], rng: random.Random, other: dict[str, Any], heard: Heard) -> dict[str, Any]:
    """One line of the benchmark; ``other`` is another talk, for samplers that mix two."""
    text, marks = spoken(record), rng.random() < 0.35
    noise = rng.choices([*NOISE], [*NOISE.values()])[0]
    text = noisy(text, rng, noise, heard)
    name = (
        "none" if rng.random() < 0.5 else rng.choice([*SAMPLERS, "head-windows-tail", "normalised-after", "two-talks"])
    )
    if not marks and name != "normalised-after":
        text = lowered(text)
    if name == "none":
        start = text.find(" ", rng.randrange(max(1, len(text) - 20_000))) + 1
        sample = Sample(text[start : start + 20_000], ())
    elif name == "normalised-after":
        sample, marks = lowered_after(joined(text, head_windows_tail(text, rng))), False
    elif name == "two-talks":
        second = noisy(spoken(other), rng, noise, heard)
        sample = two_talks(text, second if marks else lowered(second), rng)
    else:
        sample = joined(text, SAMPLERS[name](text, rng))
        name = name if sample.cuts or name == "truncated" else "none"
    return {
        "id": record["id"],
        "text": sample.text,
        "cuts": list(sample.cuts),
        "kinds": [kind_of(sample.text, cut) for cut in sample.cuts],
        "edges": broken_ends(sample, text) if name in ("none", "truncated") else None,
        "sampler": name,
        "marks": marks,
        "noise": noise,
    }


def noisy(text: str, rng: random.Random, noise: str, heard: Heard) -> str:
    """The text with some of its words misheard or mistyped."""
    if noise == "misheard":
        return misheard(text, rng, heard, rng.uniform(0, MISHEARD))
    return mistyped(text, rng, rng.uniform(0, MISTYPED)) if noise == "mistyped" else text


def recognised(record: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """A line of the benchmark that is a recogniser's own output, in lower case, uncut."""
    whole = lowered(text_of(record["raw"]))
    start = whole.find(" ", rng.randrange(max(1, len(whole) - 20_000))) + 1
    text = whole[start : start + 20_000]
    known: dict[str, Any] = {"cuts": [], "kinds": [], "edges": broken_ends(Sample(text, ()), whole)}
    return {"id": record["id"], "text": text, **known, "sampler": "none", "marks": False, "noise": "recognised"}


def documents(data: Path, split: str) -> Iterator[dict[str, Any]]:
    """The held-out documents of a split that are long enough."""
    for path in sorted((data / "corpora").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                identity = json.loads(line[: line.index(",")] + "}")["id"]
                if held_out(identity) and for_tuning(identity) == (split == "tune"):
                    record = json.loads(line)
                    if sum(len(t["text"]) for t in record["turns"]) > 6000:
                        yield record


def benchmark(data: Path, texts: int, split: str) -> Iterator[dict[str, Any]]:
    """``texts`` lines, each document used about equally often."""
    records = list(documents(data, split))
    heard, raw = confusions(data, split), list(recordings(data, split))
    random.Random(7).shuffle(records)
    random.Random(7).shuffle(raw)
    for number in range(texts):
        record, other = (records[k % len(records)] for k in (number, 7 * number + 3))
        rng = random.Random(f"{split}:{number}")
        if rng.random() < RECOGNISED / 2:
            yield recognised(raw[number % len(raw)], rng)
        else:
            yield make(record, rng, other, heard)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds corpora/*.jsonl.gz")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--texts", type=int, default=400)
    parser.add_argument("--split", choices=("score", "tune"), default="score")
    arguments = parser.parse_args()
    with arguments.out.open("w", encoding="utf-8") as out:
        for line in benchmark(arguments.data, arguments.texts, arguments.split):
            out.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
