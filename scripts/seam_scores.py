"""How well seams are found: on a benchmark of ``make_seams`` and on the seed.

python scripts/seam_scores.py --benchmark seams.jsonl
python scripts/seam_scores.py --prompts fixtures/seed/prompts.txt --truth DIR/gold/seams.json
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from transmend.document import Document, Section, Span
from transmend.splice import Cut, Reader, find_cuts, find_edges


def token(text: str, at: int) -> tuple[int, int]:
    """The token around a place with the spaces beside it: where a cut is found even if a little off."""
    start = end = at
    while start and text[start - 1].isspace():
        start -= 1
    while start and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and text[end].isspace():
        end += 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return start, end


def score_text(text: str, truth: Sequence[int], found: Sequence[int]) -> Counter[str]:
    """Counts for one text: true, found, exact, within 8 code points, within the token."""
    exact = len(set(truth) & set(found))
    near = _matched(truth, found, lambda t, f: abs(t - f) <= 8)
    spans = {t: token(text, t) for t in truth}
    by_token = _matched(truth, found, lambda t, f: spans[t][0] <= f <= spans[t][1])
    return Counter(true=len(truth), found=len(found), exact=exact, near=near, token=by_token)


def _matched(truth: Sequence[int], found: Sequence[int], close: Any) -> int:
    left, hits = list(found), 0
    for t in truth:
        match = min((f for f in left if close(t, f)), key=lambda f: abs(t - f), default=None)
        if match is not None:
            left.remove(match)
            hits += 1
    return hits


def f1(counts: Mapping[str, int], by: str) -> float:
    """F1 where a cut counts as found ``by`` exact, near or token."""
    return 2 * counts[by] / max(1, counts["true"] + counts["found"])


def score_benchmark(lines: Iterable[Mapping[str, Any]], reader: Reader | None = None) -> dict[str, Any]:
    """Scores per sampler and kind, and false seams per 100,000 words of uncut text."""
    by_sampler: dict[str, Counter[str]] = defaultdict(Counter)
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    words = {True: 0, False: 0}
    false = {True: 0, False: 0}
    ends: Counter[str] = Counter()
    claims: list[tuple[float, bool]] = []
    for line in lines:
        text, truth = line["text"], line["cuts"]
        cuts = find_cuts(Document(text), reader=reader)
        found = [c.at for c in cuts]
        claims += [(c.confidence, c.at in truth) for c in cuts]
        if line["edges"] is not None:
            broken = {"left" if cut.right else "right" for cut in find_edges(Document(text))}
            ends += Counter(true=len(line["edges"]), found=len(broken), right=len(broken & set(line["edges"])))
        name = line["sampler"] + (" (marks)" if line["marks"] else "")
        by_sampler[name] += score_text(text, truth, found)
        for at, kind in zip(truth, line["kinds"], strict=True):
            one = score_text(text, [at], found)
            kinds[f"{name}: {kind}"] += Counter(true=1, exact=one["exact"], token=one["token"])
        if not truth:
            words[line["marks"]] += len(text.split())
            false[line["marks"]] += len(found)
    return {
        "samplers": {k: summary(v) for k, v in sorted(by_sampler.items()) if v["true"]},
        "kinds": {k: {"true": v["true"], **_recall(v)} for k, v in sorted(kinds.items())},
        "uncut": {
            "marks" if m else "lower": {
                "words": words[m],
                "false": false[m],
                "per_100k": 1e5 * false[m] / max(1, words[m]),
            }
            for m in words
        },
        "broken ends": {"all": dict(ends)},
        "confidence of exact offsets": reliability(claims),
    }


def _recall(counts: Mapping[str, int]) -> dict[str, float]:
    return {f"recall_{by}": round(counts[by] / max(1, counts["true"]), 3) for by in ("exact", "token")}


def summary(counts: Mapping[str, int]) -> dict[str, Any]:
    """The figures of one row."""
    out: dict[str, Any] = {"true": counts["true"], "found": counts["found"]}
    for by in ("exact", "near", "token"):
        out[f"precision_{by}"] = round(counts[by] / max(1, counts["found"]), 3)
        out[f"recall_{by}"] = round(counts[by] / max(1, counts["true"]), 3)
        out[f"f1_{by}"] = round(f1(counts, by), 3)
    return out


def reliability(claims: Sequence[tuple[float, bool]]) -> dict[str, dict[str, float]]:
    """What confidences said and what was so, in five bins."""
    table = {}
    for low in (0.0, 0.5, 0.7, 0.9, 0.99):
        high = min(h for h in (0.5, 0.7, 0.9, 0.99, 1.01) if h > low)
        inside = [claim for claim in claims if low <= claim[0] < high]
        if inside:
            said, was = (sum(column) / len(inside) for column in zip(*inside, strict=True))
            table[f"from {low}"] = {"said": round(said, 3), "was": round(was, 3), "cuts": len(inside)}
    return table


def score_seed(text: str, truth: Mapping[str, Mapping[str, Any]], reader: Reader | None = None) -> dict[str, Any]:
    """The seed: cuts at the exact code point and false ones, with the file as one document and text by text."""
    sections = banner_sections(text)
    named = {f"{s.role.title()}: {s.name}": s for s in sections}
    started = time.perf_counter()
    whole = find_cuts(Document(text, sections=tuple(sections)), reader=reader)
    seconds = time.perf_counter() - started
    out: dict[str, Counter[str]] = {"whole": Counter(), "alone": Counter()}
    for label, row in truth.items():
        span = named[label].span
        here = [c.at - span.start for c in whole if span.start <= c.at < span.end]
        alone = [c.at for c in find_cuts(Document(span.of(text)), reader=reader)]
        for name, found in (("whole", here), ("alone", alone)):
            exact = len(set(found) & set(row["cuts"]))
            out[name].update(true=len(row["cuts"]), exact=exact, false=len(found) - exact)
    return {"whole": {"seconds": round(seconds, 2), **out["whole"]}, "alone": dict(out["alone"])}


def banner_sections(text: str) -> list[Section]:
    """The non-empty sections of a prompt file with banner headings."""
    sections: list[Section] = []
    lines, at = text.split("\n"), 0
    role = name = ""
    for line in lines:
        if line.startswith(("Shot: ", "Target: ")):
            role, name = line.split(": ", 1)
        elif line.strip() and not line.startswith("#"):
            span = Span(at, at + len(line))
            sections.append(Section(span, role.lower(), name, outer=span, key=len(sections)))
        at += len(line) + 1
    return sections


def misses(line: Mapping[str, Any], cuts: Sequence[Cut]) -> list[str]:
    """What was missed and what is false, with context, for a look by eye."""
    text, found = line["text"], {c.at: c for c in cuts}
    rows = [f"  miss  {_context(text, t)}" for t in line["cuts"] if t not in found]
    return rows + [
        f"  false {_context(text, a)} {c.confidence} {dict(c.evidence)}"
        for a, c in found.items()
        if a not in line["cuts"]
    ]


def _context(text: str, at: int) -> str:
    return f"{text[max(0, at - 30) : at]}|{text[at : at + 30]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--benchmark", type=Path)
    parser.add_argument("--prompts", type=Path)
    parser.add_argument("--truth", type=Path)
    parser.add_argument("--models", action="store_true", help="weigh in what the shipped models say")
    parser.add_argument("--show", type=int, default=0, help="print the misses of this many texts")
    arguments = parser.parse_args()
    reader: Reader | None = None
    if arguments.models:
        from transmend.tagger.reader import Reader as Models

        reader = Models()
    if arguments.prompts:
        truth = json.loads(arguments.truth.read_text(encoding="utf-8"))
        print(json.dumps(score_seed(arguments.prompts.read_text(encoding="utf-8"), truth, reader), indent=1))
    if arguments.benchmark:
        lines = [json.loads(line) for line in arguments.benchmark.read_text(encoding="utf-8").splitlines()]
        for group, rows in score_benchmark(lines, reader).items():
            print(group)
            for name, row in rows.items():
                print(f"  {name:36}", row)
        for line in lines[: arguments.show]:
            print(
                line["id"], line["sampler"], line["marks"], *misses(line, find_cuts(Document(line["text"]))), sep="\n"
            )


if __name__ == "__main__":
    main()
