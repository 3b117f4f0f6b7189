"""Words misheard as recognisers mishear them, counted from speech that was both recognised and typed by people."""

from __future__ import annotations

import gzip
import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from held_out import for_tuning
from transmend.tagger.features import WORD, normal_form

PARALLEL = ("earnings21", "bitcointranscripts_asr_reviewed")
ALONE = 2  # words on both sides that were heard right, so that the two texts are aligned
LONGEST = 3  # words that one is heard as
LIKE = 45  # how alike both must be, of 100: else it is another sentence

#: For each word what recognisers heard instead, as often as they did; "" where they heard nothing.
Heard = Mapping[str, list[str]]


def records(data: Path, split: str) -> Iterator[dict[str, Any]]:
    """The recordings of a split (``tune`` or ``score``) with what was recognised (``raw``) and said (``ref``)."""
    for name in PARALLEL:
        with gzip.open(data / "parallel" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                recording = "/".join(record["id"].split("/")[:2]) if name == "earnings21" else record["id"]
                if for_tuning(recording) == (split == "tune"):
                    yield record


def text_of(turns: list[dict[str, str]]) -> str:
    """The text of all turns on one line."""
    return " ".join(" ".join(turn["text"] for turn in turns).split())


def confusions(data: Path, split: str, every: int = 5) -> Heard:
    """Single words and what was heard for them, from every ``every``-th recording of a split."""
    heard: dict[str, list[str]] = defaultdict(list)
    for number, record in enumerate(records(data, split)):
        if number % every == 0:
            for said, got in _substitutions(text_of(record["ref"]), text_of(record["raw"])):
                heard[said].append(got)
    return heard


def _substitutions(said: str, got: str) -> Iterator[tuple[str, str]]:
    a, b = ([normal_form(m.group()) for m in WORD.finditer(text)] for text in (said, got))
    ops = list(Levenshtein.opcodes(a, b))
    for before, op, after in zip(ops, ops[1:], ops[2:], strict=False):
        aligned = all(o.tag == "equal" and o.src_end - o.src_start >= ALONE for o in (before, after))
        if aligned and op.src_end - op.src_start == 1 and op.dest_end - op.dest_start <= LONGEST:
            word, instead = a[op.src_start], " ".join(b[op.dest_start : op.dest_end])
            if not instead or fuzz.ratio(word, instead.replace(" ", "")) >= LIKE:
                yield word, instead


def misheard(text: str, rng: random.Random, heard: Heard, rate: float) -> str:
    """A text in which words at about ``rate`` are heard as recognisers heard them; case and marks stay."""
    words = text.split(" ")
    for k, word in enumerate(words):
        form = normal_form(word)
        if form in heard and rng.random() < rate:
            core = WORD.search(word)
            instead = rng.choice(heard[form])
            if core and core.group()[:1].isupper():
                instead = instead[:1].upper() + instead[1:]
            words[k] = word[: core.start()] + instead + word[core.end() :] if core else instead
    return " ".join(word for word in words if word)


def mistyped(text: str, rng: random.Random, rate: float) -> str:
    """A text in which words at ``rate`` have a letter lost, changed or doubled, as people type."""
    words = text.split(" ")
    for k, word in enumerate(words):
        if rng.random() < rate and len(word) > 2 and word.isalnum():
            at, letter = rng.randrange(len(word)), rng.choice("etaoinsrhldcumfpgwybvk")
            ways = (word[:at] + word[at + 1 :], word[:at] + letter + word[at + 1 :], word[:at] + word[at] + word[at:])
            words[k] = rng.choice((*ways, word[:-1]))
    return " ".join(words)
