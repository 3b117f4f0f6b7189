"""transmend and other systems on the same text in the same run: sentence ends, marks, case, glued words, speed.

    python scripts/benchmark.py --data DIR [--json FILE] [--only marks,speed] [--nnsplit FILE] [--sat NAME]

DIR holds ``iwslt/``. What installs with ``pip install ".[benchmark]"`` is run; wtpsplit, punctuators and
deepmultilingualpunctuation are run where they and their weights are at hand. Who is missing is named in a line. Figures
that others published (``published.toml``) are printed last and were not measured here.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
import tomllib
from collections.abc import Callable, Iterable, Mapping
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import iwslt
from peers import SAT, AbsentError, Peer, Run, peers, transmend_marks, transmend_whole
from transmend import lexicon, score
from transmend.errors import InputError

PARTS = "marks,case,glued,speed"
MARKS = ("marks", "comma", "period", "question", "sentence ends")
CASE = "case, no sentence start in either"
PUNCTUATION = ".?"
GLUED, SEED = 1000, 1
LONG = 6  # letters of a whole word that a splitter might split

#: Texts are given in passages of so many words: some peers take time in the square of the length.
PASSAGE = 3000

MARKS_ALONE = Peer("transmend, marks", "marks", transmend_marks)
WHOLE = Peer("transmend, whole clean", "marks", transmend_whole)

Row = dict[str, float | str]


def started(some: Iterable[Peer]) -> tuple[dict[Peer, Run], dict[str, str]]:
    """The peers that run here, and why the others do not."""
    running, absent = {}, {}
    for peer in some:
        try:
            running[peer] = peer.start()
        except AbsentError as error:
            absent[peer.name] = str(error)
    return running, absent


def in_passages(run: Run, words: list[iwslt.Word]) -> str:
    """What a system makes of a text, given to it passage by passage."""
    return " ".join(run(iwslt.bare(words[at : at + PASSAGE])) for at in range(0, len(words), PASSAGE))


def scored(reference: str, given: str, names: Iterable[str]) -> Row:
    """F1 of each figure; a system that loses letters cannot be scored, and says so."""
    try:
        parts = score.compare(reference, given).parts
    except InputError:
        return {"not scored": "it lost or changed letters"}
    return {name: round(parts[name].f1, 4) for name in names}


def marks(data: Path, file: str, systems: Mapping[Peer, Run]) -> dict[str, Row]:
    """Marks and sentence ends of lower-case text without marks. Segmenters give sentence ends alone."""
    words = iwslt.read(data, file)
    reference = iwslt.marked(words)
    return {
        peer.name: scored(reference, in_passages(run, words), MARKS if peer.gives == "marks" else MARKS[-1:])
        for peer, run in systems.items()
        if peer.gives != "case" and peer is not WHOLE
    }


def case(data: Path, systems: Mapping[Peer, Run]) -> dict[str, Row]:
    """Capitals that are neither at a sentence start nor in "I", with the sentences given and not.

    Apostrophes stay in this text, since the peers were made for text that has them.
    """
    words = iwslt.read(data, "test2011.cased")
    reference = " ".join(word.cased + word.mark for word in words)
    lines = " ".join(w.text + w.mark + ("\n" if w.mark and w.mark in PUNCTUATION else "") for w in words)
    texts = {"sentences given": lines.replace("\n ", "\n"), "no marks at all": " ".join(word.text for word in words)}
    return {
        peer.name: {name: scored(reference, run(text), (CASE,)).get(CASE, "") for name, text in texts.items()}
        for peer, run in systems.items()
        if peer.gives == "case" or peer is WHOLE
    }


def glued(data: Path) -> dict[str, Row]:
    """Two words written as one, and whole words that must stay whole."""
    rng = random.Random(SEED)
    forms = [word.bare for word in iwslt.read(data, "dev2012")]
    pairs = [(a, b) for a, b in pairwise(forms) if min(len(a), len(b)) > 1]
    pairs = rng.sample(sorted(set(pairs)), GLUED)
    whole = rng.sample(sorted({form for form in forms if len(form) >= LONG}), GLUED)
    known = lexicon.default()

    def ours(form: str) -> list[str]:
        split = None if form in known else known.split(form)
        return [split.left, split.right] if split and split.score > 0 else [form]

    splitters: dict[str, Callable[[str], list[str]]] = {"transmend lexicon": ours}
    try:
        import wordsegment

        wordsegment.load()
        splitters["wordsegment"] = wordsegment.segment
    except ImportError:
        pass
    rows: dict[str, Row] = {}
    for name, split in splitters.items():
        began = time.perf_counter()
        right = sum(split(a + b) == [a, b] for a, b in pairs)
        kept = sum(split(form) == [form] for form in whole)
        took = time.perf_counter() - began
        each = round(2 * GLUED / took)
        rows[name] = {"pairs split": right / GLUED, "whole words kept": kept / GLUED, "words per second": each}
    return rows


def speed(data: Path, systems: Mapping[Peer, Run], rounds: int) -> dict[str, Row]:
    """Words per second of all systems in turn, and how many times as fast as transmend's marks each is.

    Every run starts one word later than the one before it, so that nobody is served from memory.
    """
    words = iwslt.read(data, "test2011")
    seconds: dict[str, list[float]] = {peer.name: [] for peer in systems}
    later = count()
    for _ in range(rounds):
        for peer, run in systems.items():
            some = words[next(later) :]
            began = time.perf_counter()
            in_passages(run, some)
            seconds[peer.name].append(time.perf_counter() - began)
    base = seconds[MARKS_ALONE.name]
    rows: dict[str, Row] = {}
    for name, took in seconds.items():
        ratios = sorted(ours / theirs for ours, theirs in zip(base, took, strict=True))
        rows[name] = {
            "words per second": round(len(words) / statistics.median(took)),
            "times transmend": round(statistics.median(ratios), 2),
            "from": round(ratios[0], 2),
            "to": round(ratios[-1], 2),
        }
    return rows


def published() -> list[dict[str, Any]]:
    figures: list[dict[str, Any]] = tomllib.loads(
        Path(__file__).with_name("published.toml").read_text(encoding="utf-8")
    )["figure"]
    return figures


def show(title: str, rows: Mapping[str, Row]) -> None:
    """One table in Markdown."""
    columns = list(dict.fromkeys(name for row in rows.values() for name in row))
    print(f"\n{title}\n\n| system | {' | '.join(columns)} |\n|{'---|' * (len(columns) + 1)}")
    for name, row in rows.items():
        print(f"| {name} | {' | '.join(_cell(row.get(column, '')) for column in columns)} |", flush=True)


def _cell(value: float | str) -> str:
    return f"{value:.3f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    parser.add_argument("--only", default=PARTS, help=f"some of {PARTS}")
    parser.add_argument("--rounds", type=int, default=5, help="of the comparison of speed")
    parser.add_argument("--nnsplit", type=Path, help="nnsplit's models/en/model.onnx")
    parser.add_argument("--sat", default=SAT, help="name or folder of wtpsplit's model")
    given = parser.parse_args()
    running, absent = started([MARKS_ALONE, WHOLE, *peers(given.nnsplit, given.sat)])
    for name, why in absent.items():
        print(f"{name}: {why}")
    only = given.only.split(",")
    figures: dict[str, Any] = {"absent": absent, "published": published()}
    if "marks" in only:
        figures["marks"] = {name: marks(given.data, file, running) for name, file in iwslt.FILES.items()}
        for name, rows in figures["marks"].items():
            show(f"{name}: F1 on lower-case text without marks", rows)
    if "case" in only:
        figures["case"] = case(given.data, running)
        show("Case, IWSLT 2011 Ref: F1 of capitals neither sentence-initial nor I", figures["case"])
    if "glued" in only:
        figures["glued"] = glued(given.data)
        show(f"Words of dev2012: {GLUED} pairs glued, {GLUED} whole words", figures["glued"])
    if "speed" in only:
        figures["speed"] = speed(given.data, running, given.rounds)
        show(f"Speed on IWSLT 2011 Ref, {given.rounds} rounds in turn", figures["speed"])
    print("\nPublished by others, not measured here")
    for figure in figures["published"]:
        rows = {name: {"F1": percent / 100} for name, percent in figure["rows"]}
        show(f"{figure['test']}: {figure['note']} ({figure['source']})", rows)
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
