"""How well seams are mended: fragments completed, and text restored from its source.

    python scripts/completion_scores.py --data DIR [--texts 240] [--split score|tune] [--curve]

Held-out documents are cut by the samplers of ``make_seams`` and their cuts given, so that only the mending is
scored. A fragment is any piece of a word at a cut. ``offered`` is the share of fragments that were completed; a piece
that is a whole word counts as wrong if it is completed. With the source, cuts have to be found as well; a cut is
``restored`` if the text across it is the original's, character for character, and ``exact`` if it is found at the
very place, also where cutting a few letters further would have given the same text.

Sources are ``same`` as the text that was sampled (with its misheard words), or ``edited``: with the case and marks
that the sampled text lost, and without its misheard words.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from make_seams import SAMPLERS, documents, joined, lowered, spoken
from misheard import mistyped
from transmend.document import Document
from transmend.splice import Completion, Cut, Sources, Witnesses, complete, cut_at
from transmend.splice.cut import word_around
from transmend.tagger.features import normal_form
from transmend.tagger.reader import Reader

ORIGINS = ("source", "section", "document", "lexicon")


@dataclass(frozen=True)
class Excerpt:
    """A sampled text.

    Attributes:
        text: the pieces, glued.
        cuts: where.
        joints: for each cut where its left piece ends and its right one starts in ``whole``.
        whole: the text they are from.
        edited: the same with case and marks, and nothing misheard.
        sampler: which sampler cut it.
    """

    text: str
    cuts: tuple[int, ...]
    joints: tuple[tuple[int, int], ...]
    whole: str
    edited: str
    sampler: str


def excerpts(data: Path, texts: int, split: str) -> Iterator[Excerpt]:
    """Held-out documents, each sampled: a third with marks, the others in lower case; half with misheard words."""
    records = list(documents(data, split))
    random.Random(5).shuffle(records)
    names = sorted(SAMPLERS)
    for number in range(texts):
        rng, name = random.Random(f"complete:{split}:{number}"), names[number % len(names)]
        edited = spoken(records[number % len(records)])
        whole = mistyped(edited, rng, rng.uniform(0, 0.006)) if rng.random() < 0.5 else edited
        whole = lowered(whole) if rng.random() < 0.65 else whole
        pieces = SAMPLERS[name](whole, rng)
        sample = joined(whole, pieces)
        joints = tuple((a[1], b[0]) for a, b in pairwise(pieces) if a[1] != b[0])
        yield Excerpt(sample.text, sample.cuts, joints, whole, edited, name)


def truths(excerpt: Excerpt, number: int) -> dict[str, str]:
    """For each side of a cut the word that is broken there, as a normal form, or "" where none is."""
    sides = zip(("left", "right"), excerpt.joints[number], strict=True)
    words = {side: word_around(excerpt.whole, at) for side, at in sides}
    return {side: normal_form(word.of(excerpt.whole)) if word else "" for side, word in words.items()}


def score_words(excerpt: Excerpt, cuts: Sequence[Cut], sources: Sources | None) -> Counter[str]:
    """Counts of fragments, and of words offered and right, by origin."""
    counts: Counter[str] = Counter()
    witnesses = Witnesses(Document(excerpt.text), cuts, sources=sources)
    for number, cut in enumerate(cuts):
        truth = truths(excerpt, number)
        counts["fragments"] += sum(map(bool, truth.values()))
        for side, word in witnesses.completions(cut).items():
            counts.update({f"{word.origin} offered": 1, f"{word.origin} right": word.word == truth[side]})
    return counts


def score_source(excerpt: Excerpt, source: str) -> Counter[str]:
    """Counts of cuts, of those found, and of those across which the original text is restored."""
    document, sources = Document(excerpt.text), Sources.of([Document(source, "talk.txt")])
    found = sources.align(document, document.parts[0], "[…]").cuts
    witnesses = Witnesses(document, found, sources=sources)
    counts = Counter(cuts=len(excerpt.cuts), found=len(found))
    for at, (start, stop) in zip(excerpt.cuts, excerpt.joints, strict=True):
        cut = min(found, key=lambda one: abs(one.at - at), default=None)
        missing = witnesses.missing(cut) if cut else None
        if cut is None or missing is None:
            continue
        low, high = max(0, min(at, cut.at) - 200), min(len(excerpt.text), max(at, cut.at) + 200)
        gap = witnesses.sides(cut).gap
        got = excerpt.text[low : gap.start] + missing.text + excerpt.text[gap.end : high]
        want = excerpt.text[low:at] + excerpt.whole[start:stop] + excerpt.text[at:high]
        counts.update(restored=got == want, exact=cut.at == at)
    return counts


def table(counts: Counter[str]) -> str:
    """Offered and right, by origin and in all."""
    fragments = max(1, counts["fragments"])
    lines = [f"{counts['fragments']} fragments"]
    for origin in (*ORIGINS, "all"):
        names = ORIGINS if origin == "all" else (origin,)
        offered, right = (sum(counts[f"{name} {what}"] for name in names) for what in ("offered", "right"))
        if offered:
            lines.append(f"  {origin:9} offered {offered / fragments:6.1%} ({offered}), right {right / offered:7.2%}")
    return "\n".join(lines)


def curve(rows: list[tuple[float, bool]], fragments: int) -> str:
    """For each threshold what share of words is right, and how many are offered."""
    lines = ["threshold  offered    right"]
    for least in (0.8, 0.85, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99):
        kept = [right for confidence, right in rows if confidence >= least]
        lines.append(f"{least:9} {len(kept) / fragments:8.1%} {sum(kept) / max(1, len(kept)):8.2%}")
    return "\n".join(lines)


def offers(excerpt: Excerpt, cuts: Sequence[Cut]) -> Iterator[tuple[float, bool]]:
    """Confidence of every word offered without sources, and whether it is right."""
    witnesses = Witnesses(Document(excerpt.text), cuts)
    for number, cut in enumerate(cuts):
        found: dict[str, Completion] = witnesses.completions(cut)
        yield from ((word.confidence, word.word == truths(excerpt, number)[side]) for side, word in found.items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds corpora/*.jsonl.gz")
    parser.add_argument("--texts", type=int, default=240)
    parser.add_argument("--split", choices=("score", "tune"), default="score")
    parser.add_argument("--curve", action="store_true", help="what other thresholds than the shipped one would give")
    arguments = parser.parse_args()
    alone: Counter[str] = Counter()
    sourced: dict[str, Counter[str]] = {"same": Counter(), "edited": Counter()}
    restored: dict[str, Counter[str]] = {"same": Counter(), "edited": Counter()}
    rows: list[tuple[float, bool]] = []
    reader = Reader()
    if arguments.curve:
        complete.CLEAR = 0.5
    for excerpt in excerpts(arguments.data, arguments.texts, arguments.split):
        cuts: list[Any] = [cut_at(excerpt.text, at, reader=reader) for at in excerpt.cuts]
        alone += score_words(excerpt, cuts, None)
        rows += offers(excerpt, cuts) if arguments.curve else ()
        for name, source in () if arguments.curve else (("same", excerpt.whole), ("edited", excerpt.edited)):
            sourced[name] += score_words(excerpt, cuts, Sources.of([Document(source)]))
            restored[name] += score_source(excerpt, source)
    if arguments.curve:
        print(curve(rows, alone["fragments"]))
        return
    print("without a source:", table(alone))
    for name in sourced:
        counts = restored[name]
        print(f"with the source, {name}:", table(sourced[name]))
        kinds = ("exact", "restored") if name == "same" else ("exact",)
        shares = ", ".join(f"{what} {counts[what] / max(1, counts['cuts']):.2%}" for what in kinds)
        print(f"  {counts['cuts']} cuts, {counts['found']} found; {shares}")


if __name__ == "__main__":
    main()
