"""Measure what transmend finds and mends, on named data; print a table and write it as JSON.

    python scripts/evaluate.py --data DIR [--json FILE]
        [--only seed,gold,iwslt,partly,turns,paragraphs,speed,promises,seams]

DIR holds ``seed/prompts.txt``, ``gold/``, ``iwslt/`` and, for the benchmark of seams, ``corpora/`` and
``parallel/``. Paragraphs need the ``benchmark`` extra. ``make_seams`` and ``seam_scores`` say more of seams.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import resource
import statistics
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import iwslt as iwslt_files
import transmend
from transmend import score, splice
from transmend.edits import parse_ledger
from transmend.memory import forget
from transmend.restore.plan import ENDS
from transmend.tagger import rescorer, tagger

SEAM = "⟦SEAM⟧"
MARKS = ("PUN001", "PUN002", "PUN003")
MARKS_ONLY = transmend.Settings(select=("PUN", "CAS", "INN", "SEG"), seams="keep")


def seed(data: Path) -> dict[str, Any]:
    """Prompt rules and seams on the whole dump, and seams on each of its nine texts alone."""
    document = transmend.read(data / "seed" / "prompts.txt")
    findings = transmend.check(document, transmend.Settings(select=("EMP", "SHOT", "SEAM")))
    counts = Counter(f.rule for f in findings)
    truth = json.loads((data / "gold" / "seams.json").read_text())
    alone: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    seen = set()
    for section in document.sections:
        text, label = section.span.of(document.text), section.label
        if label not in truth or label in seen or not text:
            continue
        seen.add(label)
        wanted = set(truth[label]["cuts"])
        inside = {
            f.evidence["cut"] - section.span.start
            for f in findings
            if f.rule.startswith("SEAM") and section.span.start <= f.start < section.span.end
        }
        found = {f.evidence["cut"] for f in transmend.check(text, transmend.Settings(select=("SEAM",)))}
        for into, given in ((whole, inside), (alone, found)):
            into.update(exact=len(given & wanted), false=len(given - wanted), wanted=len(wanted))
    return {
        "findings of prompt rules": {k: v for k, v in sorted(counts.items()) if not k.startswith("SEAM")},
        "empty targets": counts["EMP001"],
        "repeated shots": counts["SHOT002"],
        "leaks": counts["SHOT003"],
        "seams, whole file": dict(whole),
        "seams, each text alone": dict(alone),
    }


def unmarked(gold: str, seam: str) -> str:
    """The source of a gold text: lower case, letters, digits and spaces; each seam replaced by ``seam``."""
    parts = ["".join(c for c in part if c.isalnum() or c.isspace()).lower() for part in gold.split(SEAM)]
    return seam.join(" ".join(f".{part}.".split())[1:-1] for part in parts)


def gold(data: Path) -> dict[str, Any]:
    """Marks on the hand-made gold: with its seams known, and found by transmend itself."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((data / "gold").glob("*.txt"))]
    known = score.total(
        score.compare(text, transmend.clean(unmarked(text, " […] "), MARKS_ONLY).text) for text in texts
    )
    mark = transmend.Settings(select=("PUN", "CAS", "INN", "SEG", "SEAM"))
    found = score.total(score.compare(text, transmend.clean(unmarked(text, ""), mark).text) for text in texts)
    return {"seams given": known.as_dict(), "seams found": found.as_dict()}


def iwslt(data: Path) -> dict[str, Any]:
    """IWSLT 2011 Ref and ASR, and TED's dev2012: micro F1 of the marks, F1 of sentence ends."""
    return {name: _iwslt_file(data, file) for name, file in iwslt_files.FILES.items()}


def _iwslt_file(data: Path, file: str) -> dict[str, dict[str, float]]:
    words = iwslt_files.read(data, file)
    settings = transmend.Settings(select=("PUN",), seams="keep")
    given = transmend.clean(iwslt_files.bare(words), settings).text
    return score.compare(iwslt_files.marked(words), given).as_dict()


def partly(data: Path) -> dict[str, Any]:
    """Text that has its marks and case in parts: TED's dev2012 with every other run of so many words bare.

    F1 of sentence ends in the bare runs, and changes to the others in 1,000 words, most of which are not wanted; beside
    them those to text that has marks throughout.
    """
    words = [word for passage in iwslt_files.read_paragraphs(data, "dev2012") for word in passage]
    runs = {f"runs of {size} words": _in_runs(words, size) for size in (40, 80, 160)}
    return {"marked throughout": _in_runs(words, len(words)), **runs}


def _in_runs(words: list[iwslt_files.Word], size: int) -> dict[str, float]:
    bare = [at // size % 2 == 1 for at in range(len(words))]
    written = [word.cased + word.mark for word in words]
    given = [word.bare if is_bare else own for word, own, is_bare in zip(words, written, bare, strict=True)]
    found = transmend.clean(" ".join(given), transmend.Settings(select=("CAS", *MARKS), seams="keep")).text.split(" ")
    counts: Counter[str] = Counter()
    for word, own, now, is_bare in zip(words, written, found, bare, strict=True):
        wanted, ends = word.mark in ENDS, now[-1:] in ENDS
        if is_bare:
            counts.update(right=wanted and ends, false=ends and not wanted, missed=wanted and not ends)
        else:
            counts.update(whole=1, changed=own != now)
    found_and_wanted = 2 * counts["right"] + counts["false"] + counts["missed"]
    return {
        "sentence ends": round(2 * counts["right"] / found_and_wanted, 4) if found_and_wanted else 1.0,
        "changed in 1,000": round(1000 * counts["changed"] / counts["whole"], 2),
    }


def turns(data: Path, talks: int = 24, length: int = 40) -> dict[str, Any]:
    """Held-out talks of several people, bare, a line for each turn with who speaks in front of it."""
    from make_seams import documents

    each = [record["turns"] for record in documents(data, "score")]
    each = [told for told in each if len(told) >= length and len({turn["speaker"] for turn in told}) > 1]
    return score.total(_named(told[:length]) for told in each[:: len(each) // talks][:talks]).as_dict()


def _named(told: list[dict[str, str]]) -> score.Scores:
    from make_seams import NOT_SPEECH, lowered

    said = [(turn["speaker"] or "Speaker", " ".join(NOT_SPEECH.sub(" ", turn["text"]).split())) for turn in told]
    said = [(re.sub(r"[^\w ]", "", name).strip(), text) for name, text in said if lowered(text)]
    in_lines = replace(MARKS_ONLY, paragraphs=False)
    given = transmend.clean("\n".join(f"{name}: {lowered(text)}" for name, text in said), in_lines).text
    return score.compare(
        "\n".join(text for _, text in said), "\n".join(line.partition(": ")[2] for line in given.split("\n"))
    )


def paragraphs(data: Path) -> dict[str, Any]:
    """Paragraphs of bare text against the gold's, piece by piece between its seams, and against TED's own."""
    try:
        import segmentation
    except ImportError:
        return {"left out": "segeval is not installed: pip install '.[benchmark]'"}

    def against(wanted: str, given: str) -> tuple[segmentation.Reference, list[int]]:
        return segmentation.Reference.of(wanted), segmentation.places(given)

    on_gold = []
    for path in sorted((data / "gold").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        given = transmend.clean(unmarked(text, f" {MARKS_ONLY.elision} "), MARKS_ONLY).text
        pieces = zip(text.split(SEAM), given.split(MARKS_ONLY.elision), strict=True)
        on_gold += [against(wanted.strip(), piece.strip()) for wanted, piece in pieces]
    on_ted = []
    for words in iwslt_files.read_paragraphs(data, "dev2012"):
        wanted = "".join(("\n\n" if word.paragraph else " ") + word.bare + word.mark for word in words)
        on_ted.append(against(wanted.strip(), transmend.clean(iwslt_files.bare(words), MARKS_ONLY).text))
    return {"gold, seams given": segmentation.compare(on_gold), "TED (dev2012)": segmentation.compare(on_ted)}


def speed(data: Path) -> dict[str, Any]:
    """``clean`` on the whole seed, model load apart, and what seams cost: there, and in talks that nobody cut."""
    document = transmend.read(data / "seed" / "prompts.txt")
    transmend.clean("load the model first")
    seconds = _seconds(document)
    return {
        "words": len(document.text.split()),
        "seconds": round(seconds, 2),
        "words per second": round(len(document.text.split()) / seconds),
        "peak memory MB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "seams cost, seed": round(_cost_of_seams(document), 2),
        "seams cost, uncut": round(statistics.median(map(_cost_of_seams, _talks(data))), 2),
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
    }


def _talks(data: Path) -> list[transmend.Document]:
    """Eight stretches of 3,000 words of TED."""
    words = iwslt_files.read(data, "dev2012")
    return [transmend.Document(iwslt_files.bare(words[at : at + 3000])) for at in range(0, 24_000, 3000)]


def _cost_of_seams(document: transmend.Document) -> float:
    """How much longer ``clean`` takes than if no cut was ever looked for, once what is known of words is warm for both:
    by the least of three runs each, in turn, for a single one may take half as long again.

    To ignore the rules would not do: no sentence crosses a cut, whether it is reported or not.
    """
    _seconds(document)
    with_seams, without = [], []
    for _ in range(3):
        with_seams.append(_seconds(document))
        # no sentence crosses broken ends either
        with mock.patch.multiple(splice, find_cuts=lambda *_: (), find_edges=lambda *_: ()):
            without.append(_seconds(document, "SEAM", "TRN"))
    return min(with_seams) / min(without) - 1


def _seconds(document: transmend.Document, *ignored: str) -> float:
    """How long ``clean`` takes with the models loaded and nothing remembered of the document but what is known of its
    words, and what a few other rules found in it.
    """
    forget()
    for model in (tagger.default, rescorer.default):
        model.cache_clear()
    tagger.default()
    rescorer.default()
    began = time.perf_counter()
    transmend.clean(document, transmend.Settings(ignore=ignored))
    return time.perf_counter() - began


def seams(data: Path, texts: int = 300) -> dict[str, Any]:
    """Cuts found in held-out documents that samplers cut, or did not (``make_seams``, ``seam_scores``)."""
    from make_seams import benchmark
    from seam_scores import score_benchmark
    from transmend.tagger.reader import Reader

    return score_benchmark(benchmark(data, texts, "score"), Reader())


def promises(data: Path) -> dict[str, Any]:
    """Undo, replay, the ledger, the fixed point and letters kept, on every text at hand."""
    documents = [transmend.read(data / "seed" / "prompts.txt")]
    documents += [transmend.Document(p.read_text(encoding="utf-8")) for p in sorted((data / "gold").glob("*.txt"))]
    kept: Counter[str] = Counter()
    for document in documents:
        for preset in ("verbatim", "clean"):
            settings = transmend.Settings(preset=preset)
            result = transmend.clean(document, settings)
            ledger = parse_ledger(result.edits_jsonl())
            kept["texts"] += 1
            kept["undone"] += result.undo() == document.text
            kept["replayed"] += result.replay() == result.text
            kept["undone from the ledger"] += ledger.undo(result.text) == document.text
            kept["settled"] += transmend.clean(result.document, settings).text == result.text
            if preset == "verbatim":
                kept["letters kept by verbatim"] += _letters(result.text) == _letters(document.text)
    return dict(kept)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).lower()


PARTS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "seed": seed,
    "gold": gold,
    "iwslt": iwslt,
    "partly": partly,
    "turns": turns,
    "paragraphs": paragraphs,
    "speed": speed,
    "promises": promises,
    "seams": seams,
}


def show(figures: dict[str, Any], indent: str = "") -> None:
    """Print nested figures, one line each."""
    for name, value in figures.items():
        if isinstance(value, dict) and any(isinstance(v, dict) for v in value.values()):
            print(f"{indent}{name}")
            show(value, indent + "  ")
        elif isinstance(value, dict):
            print(f"{indent}{name:28} " + "  ".join(f"{k} {v}" for k, v in value.items()))
        else:
            print(f"{indent}{name:28} {value}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    parser.add_argument("--only", default=",".join(PARTS), help=f"some of {','.join(PARTS)}")
    arguments = parser.parse_args()
    figures = {}
    for name in arguments.only.split(","):
        figures[name] = PARTS[name](arguments.data)
        print(f"== {name}")
        show(figures[name], "  ")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
