"""Count how words are written in the corpora -> the table of written forms that ships.

    python scripts/build_forms.py --data DIR [--out src/transmend/lexicon/data/forms.tsv]

A line holds a normal form, then its written forms with their counts: ``nodejs<TAB>Node.js 812``. Only words
that are written with inner hyphens or dots, or in mixed case, need one.
"""

from __future__ import annotations

import argparse
import collections
import gzip
import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).with_name("tagger")))
from labels import ANNOTATION, DASH, case_label, inner_label

from transmend.tagger.features import WORD, normal_form

MIXED, FORM = 3, 4
ENOUGH = 4  # documents
SHARE = 0.05  # of all writings of the word
#: ``Ph.D``, ``a.k.a``: the full stop that belongs behind is no part of a word, so where people write them without
#: stops as well, so do we.
INITIALS = re.compile(r"(?!e\.g|i\.e)(?:[A-Za-z]{1,2}\.)+[A-Za-z]{1,2}")


def count(paths: list[Path]) -> dict[str, collections.Counter[str]]:
    """For each normal form, in how many documents each way of writing it occurs."""
    seen: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                for word in written(json.loads(line)):
                    seen[normal_form(word)][word] += 1
    return seen


def written(record: dict[str, list[dict[str, str]]]) -> set[str]:
    """The words of one document as written, without those that a sentence start may have capitalised."""
    words = set()
    for turn in record["turns"]:
        text = DASH.sub(", ", ANNOTATION.sub(" ", turn["text"].replace("’", "'")))
        for match in WORD.finditer(text):
            before = text[: match.start()].rstrip("\"' ")[-1:]
            if before.isalnum() or before == ",":
                words.add(match.group())
    return words


def keep(forms: collections.Counter[str]) -> list[tuple[str, int]]:
    """The written forms worth a place in the table, most common first; none where plain ones are enough."""
    total = sum(forms.values())
    plain = sum(n for w, n in forms.items() if not INITIALS.fullmatch(w))
    kept = [
        (w, n)
        for w, n in sorted(forms.items(), key=lambda item: (-item[1], len(item[0]), item[0]))
        if n >= ENOUGH
        and not (INITIALS.fullmatch(w) and plain >= total / 2)
        and n >= SHARE * total
        and "'" not in w
        and not re.search(r"\d[^\w]\d|[/@:&+_]|\.$", w)
    ]
    special = any(inner_label(w) == FORM or case_label(w) == MIXED for w, _ in kept)
    return kept[:4] if special else []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds corpora/*.jsonl.gz")
    parser.add_argument("--out", type=Path, default=Path("src/transmend/lexicon/data/forms.tsv"))
    arguments = parser.parse_args()
    table = {form: keep(ways) for form, ways in count(sorted((arguments.data / "corpora").glob("*.gz"))).items()}
    lines = [
        form + "\t" + "\t".join(f"{way} {n}" for way, n in ways)
        for form, ways in sorted(table.items())
        if ways and len(form) > 1 and not form.isdigit()
    ]
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{arguments.out}: {len(lines)} words, {arguments.out.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
