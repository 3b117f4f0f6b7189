"""How well excerpts are cut: how many of their pieces begin and end at a sentence, and whether any seam is found.

    python scripts/excerpt_scores.py --data DIR [--texts 20]

Held-out documents, as they are and in lower case without marks, are sampled to the budgets of the seed. A sentence ends
where the edited text has a full stop, a question mark or an exclamation mark. The same pieces cut anywhere, as the
seed's sampler cut them, are scored beside it.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import accumulate
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from make_seams import documents, grid, lowered, spoken
from transmend import Settings, Span, check, excerpt
from transmend.tagger.features import normal_form

BUDGETS = (8000, 14_500)
LENGTH = 40_000  # of a text
SEAMS = Settings(select=("SEAM", "TRN"))
SENTENCE_END = re.compile(r"[.?!…][\"'”’)\]]*(?=\s)")


def letters_before(text: str) -> list[int]:
    """For each place of a text how many letters and digits are before it."""
    return [0, *accumulate(bool(normal_form(character)) for character in text)]


def edges(text: str, kept: Iterable[Span], ends: set[int]) -> Counter[str]:
    """How many edges of pieces there are inside a text, and how many of them are at the end of a sentence."""
    before = letters_before(text)
    found = [before[place] for span in kept for place in (span.start, span.end)]
    inside = [place for place in found if 0 < place < before[-1]]
    return Counter(edges=len(inside), sentence=sum(place in ends for place in inside))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds corpora/*.jsonl.gz")
    parser.add_argument("--texts", type=int, default=20)
    arguments = parser.parse_args()
    records = list(documents(arguments.data, "score"))
    random.Random(7).shuffle(records)
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for record in records[: arguments.texts]:
        edited = spoken(record)[:LENGTH].rsplit(". ", 1)[0] + "."
        before = letters_before(edited)
        ends = {before[match.start()] for match in SENTENCE_END.finditer(edited)}
        for name, text in (("with marks", edited), ("lower case", lowered(edited))):
            for budget in (budget for budget in BUDGETS if len(text) > 1.5 * budget):
                started = time.perf_counter()
                made = excerpt(text, budget)
                row = rows[name]
                row["milliseconds"] += int(1000 * (time.perf_counter() - started))
                row += edges(text, made.kept, ends)
                row.update(texts=1, size=len(made.text), budget=budget, source=len(text))
                for finding in check(made.text, SEAMS):
                    row["seams"] += 1
                    print(f"  {record['id']} {finding.rule} at {finding.start}: {finding.message}")
                anywhere = [Span(*piece) for piece in grid(text, random.Random(0), 0.2, 6, 0.2, budget)]
                rows[f"{name}, cut anywhere"] += edges(text, anywhere, ends)
    for name, row in rows.items():
        print(f"{name}: {row['edges']} edges, {row['sentence'] / row['edges']:.3f} at a sentence end", end="")
        if row["texts"]:
            used, speed = row["size"] / row["budget"], row["source"] / row["milliseconds"]
            print(f"; {row['texts']} excerpts, {used:.3f} of the budget used, {row['seams']} seams", end="")
            print(f"; {speed:.0f} code points a millisecond", end="")
        print()


if __name__ == "__main__":
    main()
