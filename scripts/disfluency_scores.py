"""How well disfluency is found and dropped, against what people dropped and noted by hand.

    python scripts/disfluency_scores.py --data DIR [--all] [--show 20]

DIR holds ``parallel/rev16_verbatim_nonverbatim.jsonl.gz`` (verbatim speech and the same lightly edited) and ``gold/``.
Of Rev 16 the three held-out episodes are scored: words our fixes drop against words the editor dropped.
"""

from __future__ import annotations

import argparse
import gzip
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rapidfuzz.distance import Levenshtein

import transmend
from evaluate import unmarked
from transmend.restore.words import Passage, segments
from transmend.score import Score
from transmend.tagger.features import normal_form

RULES = ("DIS", "LOOP")
CONFIG = Path(__file__).parent / "tagger" / "config.toml"


def words(turns: list[dict[str, Any]]) -> str:
    """What was said, on one line."""
    return " ".join(" ".join(turn["text"] for turn in turns).split())


def forms(text: str) -> list[str]:
    """The normal forms of the words of a text."""
    return [w.form for part in segments(Passage(text)) for w in part]


def gone(before: list[str], after: list[str]) -> tuple[set[int], set[int]]:
    """The words of ``before`` that ``after`` lacks, and those it has in another form, of which nothing is known."""
    dropped: set[int] = set()
    replaced: set[int] = set()
    for op in Levenshtein.opcodes(before, after):
        if op.tag == "delete":
            dropped.update(range(op.src_start, op.src_end))
        elif op.tag == "replace":
            replaced.update(range(op.src_start, op.src_end))
    return dropped, replaced


def episodes(data: Path, every: bool) -> Iterator[dict[str, Any]]:
    """The held-out episodes of Rev 16, or all of them."""
    held_out = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["data"]["held_out_shows"]
    path = data / "parallel" / "rev16_verbatim_nonverbatim.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            if every or record["id"] in held_out:
                yield record


def rev16(data: Path, preset: str, plain: bool, every: bool, show: int) -> Score:
    """Words dropped under a preset, with the marks the text has or without any."""
    score = Score(0, 0, 0)
    settings = transmend.Settings(preset=preset, select=RULES, seams="keep")
    for record in episodes(data, every):
        text = words(record["raw"])
        if plain:
            text = " ".join(filter(None, map(normal_form, text.replace("-", " ").split())))
        said = forms(text)
        wanted, unknown = gone(said, forms(words(record["ref"])))
        given = gone(said, forms(transmend.clean(text, settings).text))[0] - unknown
        score += Score(len(wanted & given), len(given), len(wanted))
        for kind, places in (("false", given - wanted), ("missed", wanted - given)):
            for at in sorted(places)[:show]:
                print(
                    f"  {kind:6} {' '.join(said[max(0, at - 6) : at])} [{said[at]}] {' '.join(said[at + 1 : at + 7])}"
                )
    return score


def gold(data: Path, rules: tuple[str, ...]) -> tuple[Score, Score]:
    """Repeats noted by hand: all of our findings, and recall of the entries without a note."""
    pure, findings = Score(0, 0, 0), Score(0, 0, 0)
    for path in sorted((data / "gold").glob("*.txt")):
        text = unmarked(path.read_text(encoding="utf-8"), "")
        entries = [
            json.loads(line) for line in path.with_suffix(".defects.jsonl").read_text(encoding="utf-8").splitlines()
        ]
        places = []
        for entry in entries:
            if entry["kind"] == "repeat":
                start = text.find(entry["context"])
                start = text.find(entry["wrong"], max(start, 0))
                places.append((start, start + len(entry["wrong"]), "note" in entry))
        found = [f for f in transmend.check(text, transmend.Settings(select=rules)) if f.rule.startswith(rules)]
        hit = [any(a < f.end and f.start < b for f in found) for a, b, _ in places]
        right = sum(any(a < f.end and f.start < b for a, b, _ in places) for f in found)
        findings += Score(right, len(found), len(places))
        wanted = [h for h, (_, _, note) in zip(hit, places, strict=True) if not note]
        pure += Score(sum(wanted), 0, len(wanted))
    return findings, pure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--all", action="store_true", help="all episodes, also those trained on")
    parser.add_argument("--show", type=int, default=0, help="print so many false and missed words of each episode")
    arguments = parser.parse_args()
    for preset in ("clean", "readable"):
        for plain in (False, True):
            one = rev16(arguments.data, preset, plain, arguments.all, arguments.show)
            form = "no marks" if plain else "as typed"
            print(f"Rev 16, {preset}, {form}: precision {one.precision:.3f} recall {one.recall:.3f} F1 {one.f1:.3f}")
    for rules in (("DIS001",), ("DIS001", "DIS003", "DIS005")):
        findings, pure = gold(arguments.data, rules)
        print(
            f"gold repeats, {'+'.join(rules)}: precision {findings.precision:.3f},",
            f"recall of those without a note {pure.recall:.3f}",
        )


if __name__ == "__main__":
    main()
