"""Captions measured: roll-up captions collapsed, broken files read, and how long ten hours take.

    python scripts/caption_scores.py --data DIR [--part rolling|broken|speed] [--documents 40] [--seeds 3]

DIR holds ``formats/``, samples of many formats, and ``corpora/*.jsonl.gz``.

rolling: held-out documents are made into captions that scroll (see ``make_rolling``), mended with the rules for
captions, and held against their words: ``left`` are duplicated words left, ``lost`` words that were said and are gone,
``moved`` words that no longer have the time at which they were first shown. The samples of ``formats/`` that scroll
have no such truth: theirs are the words of lines that are new in a cue that lasts.

broken: every sample is damaged in five ways, read as what it seems and as the format it was, checked with all rules
that need no tagger, edited and written. ``tracebacks`` counts everything raised but ``TransmendError``. The edits set a
capital and a full stop in every cue, or in every line of a text without cues: text is ``lost`` if the file written has
not every letter and digit of the damaged file, in order; case and the spelling of characters as entities aside.

speed: ``transmend check`` on a WebVTT file of ten hours with all rules that need no tagger, in a process of its own,
and the parsers of other libraries on the same file, as far as they are installed.
"""

from __future__ import annotations

import argparse
import html
import json
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rapidfuzz.distance import Levenshtein

sys.path.insert(0, str(Path(__file__).parent))
from make_rolling import WAYS, Rolling, Word, rolling
from make_seams import documents, lowered, spoken
from transmend import Document, Settings, Span, check, clean, formats
from transmend.edits import Change, Step, edited, fill
from transmend.errors import InputError, TransmendError
from transmend.finding import Edit
from transmend.formats.clock import stamp
from transmend.formats.encodings import decode

CAPTIONS = Settings(select=("CAP",))
#: Rules that ask the tagger, or look for places where text is missing, which asks it too.
WITH_TAGGER = "SEAM,SRC,TRN,PUN,CAS,INN,SEG,DIS003,DIS004,TERM"
WORDS = 1500  # of each document
HOURS, CUE = 10, 4.0


def main() -> int:
    """Print the parts asked for; 1 if a traceback or a loss was seen."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with formats/ and corpora/")
    parser.add_argument("--part", choices=("rolling", "broken", "speed"), action="append")
    parser.add_argument("--documents", type=int, default=40, help="held-out documents to make scrolling captions of")
    parser.add_argument("--seeds", type=int, default=3, help="how often each sample is damaged in each way")
    asked = parser.parse_args()
    parts = asked.part or ["rolling", "broken", "speed"]
    bad = 0
    if "rolling" in parts:
        bad += score_rolling(asked.data, asked.documents)
    if "broken" in parts:
        bad += score_broken(asked.data / "formats", asked.seeds)
    if "speed" in parts:
        score_speed(asked.data)
    return 1 if bad else 0


# --- captions that scroll --------------------------------------------------------------------------------------------


def score_rolling(data: Path, limit: int) -> int:
    """Print a line for each way of scrolling, and for each sample that scrolls."""
    print(f"{'roll-up captions':<34}{'words':>9}{'shown':>9}{'left':>7}{'lost':>7}{'moved':>7}")
    total: Counter[str] = Counter()
    for way in WAYS:
        counts: Counter[str] = Counter()
        for number, words in enumerate(_talks(data, limit)):
            counts += _judged(rolling(words, way, random.Random(f"{way}:{number}")))
        total += counts
        print(_row(way, counts))
    for path in sorted((data / "formats").glob("*rolling.*")):
        document = formats.read(path)
        if document.cues:
            truth = tuple(_new_words(document))
            counts = _judged(Rolling(path.name, document.origin.format, path.read_text("utf-8"), truth))
            total += counts
            print(_row(path.name, counts))
    print(_row("all", total))
    print(f"duplicated words left: {total['left'] / total['words']:.4%}; real words lost: {total['lost']}")
    return total["lost"] + total["moved"]


def _talks(data: Path, limit: int) -> Iterator[list[str]]:
    records = list(documents(data, "score"))
    random.Random(5).shuffle(records)
    for record in records[:limit]:
        yield lowered(spoken(record)).split()[:WORDS]


def _row(name: str, counts: Counter[str]) -> str:
    return f"{name:<34}" + "".join(
        f"{counts[key]:>{width}}" for key, width in (("words", 9), ("shown", 9), ("left", 7), ("lost", 7), ("moved", 7))
    )


def _judged(made: Rolling) -> Counter[str]:
    document = formats.parse(made.text.encode(), format=made.format)
    after = clean(document, CAPTIONS).document
    again = formats.parse(formats.render(after), format=made.format)
    now = list(_words(again))
    counts = Counter(words=len(made.truth), shown=len(list(_words(document))))
    for op in Levenshtein.opcodes([word.text for word in made.truth], [word.text for word in now]):
        if op.tag == "equal":
            pairs = zip(made.truth[op.src_start : op.src_end], now[op.dest_start : op.dest_end], strict=True)
            counts["moved"] += sum(abs(a.begin - b.begin) > 0.0015 for a, b in pairs)
        else:
            counts["lost"] += op.src_end - op.src_start
            counts["left"] += op.dest_end - op.dest_start
    return counts


def _words(document: Document) -> Iterator[Word]:
    """The words of a document, each with its own time or that of its cue."""
    for cue in document.cues:
        for piece in cue.pieces:
            begin = cue.begin if piece.begin is None else piece.begin
            yield from (Word(text, begin) for text in piece.span.of(document.text).split())


def _new_words(document: Document) -> Iterator[Word]:
    """The words of the last line of each cue that lasts, and of all lines of the first."""
    for cue in document.cues:
        if cue.end - cue.begin > 0.05:
            start = cue.span.start if cue is document.cues[0] else document.text.rfind("\n", 0, cue.span.end) + 1
            for piece in cue.pieces:
                begin = cue.begin if piece.begin is None else piece.begin
                said = document.text[max(piece.span.start, start) : piece.span.end]
                yield from (Word(text, begin) for text in said.split())


# --- files that are broken -------------------------------------------------------------------------------------------


def _cut_short(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data) // 10, len(data))]


def _flipped(data: bytes, rng: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(max(1, len(data) // 2000)):
        out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def _lines_deleted(data: bytes, rng: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    return b"".join(line for line in lines if rng.random() > 0.05)


def _lines_doubled(data: bytes, rng: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    return b"".join(line * (2 if rng.random() < 0.05 else 1) for line in lines)


def _brackets_removed(data: bytes, rng: random.Random) -> bytes:
    return re.sub(rb"[\[\](){}<>]", lambda match: b"" if rng.random() < 0.03 else match[0], data)


DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _cut_short,
    _flipped,
    _lines_deleted,
    _lines_doubled,
    _brackets_removed,
)


def score_broken(folder: Path, seeds: int) -> int:
    """Print how often each kind of damage was read, refused, raised something else, or lost text."""
    counts: dict[str, Counter[str]] = {damage.__name__: Counter() for damage in DAMAGES}
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        data = path.read_bytes()
        try:
            form = formats.parse(data, path.name).origin.format
        except InputError:  # whole, too: it is no transcript
            continue
        for damage in DAMAGES:
            for seed in range(seeds):
                broken = damage(data, random.Random(f"{path.name}:{damage.__name__}:{seed}"))
                for how in (None, form):
                    what = _outcome(broken, path.name, how)
                    counts[damage.__name__][what] += 1
                    if what in ("traceback", "lost"):
                        print(f"{what}: {path.name}, {damage.__name__}, seed {seed}, read as {how or 'what it seems'}")
    print(f"\n{'broken files':<34}{'files':>9}{'read':>9}{'refused':>9}{'tracebacks':>12}{'lost text':>11}")
    for name, seen in counts.items():
        row = (seen.total(), seen["read"], seen["refused"], seen["traceback"], seen["lost"])
        print(f"{name[1:].replace('_', ' '):<34}{row[0]:>9}{row[1]:>9}{row[2]:>9}{row[3]:>12}{row[4]:>11}")
    return sum(seen["traceback"] + seen["lost"] for seen in counts.values())


def _outcome(data: bytes, name: str, form: str | None) -> str:
    try:
        document = formats.parse(data, name, form)
        check(document, Settings(ignore=tuple(WITH_TAGGER.split(","))))
        written = formats.render(_edited(document))
    except InputError:
        return "refused"
    except TransmendError as error:
        print(f"{name}: {error}")
        return "refused"
    except Exception as error:  # what is counted here
        print(f"{name}: {error!r}")
        return "traceback"
    before, after = (_letters(html.unescape(decode(text)[0])) for text in (data, written))
    return "read" if before == after else "lost"


def _edited(document: Document) -> Document:
    """The document with a capital at the start of every cue or line and a full stop at its end."""
    spans = [cue.span for cue in document.cues] or [Span(*m.span()) for m in re.finditer(r"[^\r\n]+", document.text)]
    if document.origin.frame and not document.cues:
        spans = [section.span for section in document.sections if len(section.span)]
    edits = [Edit(Span(s.start, s.start + 1), document.text[s.start].swapcase()) for s in spans]
    edits += [Edit(Span(s.end, s.end), ".") for s in spans]
    changes = tuple(Change(edit, "", "TST001", "", 1.0) for edit in sorted(edits))
    return edited(document, fill(Step(changes), document.text))


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


# --- ten hours -------------------------------------------------------------------------------------------------------

_CHILD = """
import json, re, sys, time
wall, cpu = time.perf_counter(), time.process_time()
{work}
peak = int(re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read())[1]) / 1024
print(json.dumps([time.perf_counter() - wall, time.process_time() - cpu, peak]), file=sys.stderr)
"""
_CHECK = """
from transmend.cli import main
sys.argv = ["transmend", "check", "--ignore", {rules!r}, "--output-format", "concise", {path!r}]
try:
    main()
except SystemExit:
    pass
assert "onnxruntime" not in sys.modules, "a rule asked the tagger"
"""
PEERS = {
    "pysubs2": "import pysubs2\npysubs2.load({path!r})",
    "webvtt": "import webvtt\nwebvtt.read({path!r})",
}


def score_speed(data: Path) -> None:
    """Print seconds and memory of the check, and of what other libraries need to read the same file."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "talk.vtt")
        Path(path).write_text(_long_captions(data), encoding="utf-8")
        print(f"\n{HOURS} hours of WebVTT, {Path(path).stat().st_size / 1e6:.1f} MB")
        print(f"{'':<34}{'wall s':>9}{'CPU s':>9}{'MB':>9}")
        own = _measured("transmend check, no tagger", _CHECK.format(rules=WITH_TAGGER, path=path))
        for name, work in PEERS.items():
            peer = _measured(f"{name}, reading alone", work.format(path=path))
            if own and peer:
                print(
                    f"{'  ours / theirs':<34}{own[0] / peer[0]:>9.2f}{own[1] / peer[1]:>9.2f}{own[2] / peer[2]:>9.2f}"
                )


def _measured(name: str, work: str) -> list[float] | None:
    """The best of three processes: wall and CPU seconds with all imports, and peak memory in MB."""
    runs = []
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", _CHILD.format(work=work)], capture_output=True, text=True)
        if done.returncode:
            why = done.stderr.strip().splitlines()[-1]
            print(f"{name:<34}{'not installed' if why.startswith('ModuleNotFoundError') else why}")
            return None
        runs.append([float(value) for value in json.loads(done.stderr.strip().splitlines()[-1])])
    best = [min(values) for values in zip(*runs, strict=True)]
    print(f"{name:<34}{best[0]:>9.2f}{best[1]:>9.2f}{best[2]:>9.0f}")
    return best


def _long_captions(data: Path) -> str:
    """Held-out speech, ten words in two lines every four seconds."""
    words: list[str] = []
    needed = round(HOURS * 3600 / CUE) * 10
    for record in documents(data, "score"):
        words += spoken(record).split()
        if len(words) >= needed:
            break
    return "WEBVTT\n" + "".join(_cue(k, words[10 * k : 10 * k + 10]) for k in range(min(needed, len(words)) // 10))


def _cue(number: int, words: Sequence[str]) -> str:
    begin, said = number * CUE, [" ".join(words[:5]), " ".join(words[5:])]
    return f"\n{stamp(begin)} --> {stamp(begin + CUE)}\n" + "\n".join(said).replace("-->", "->") + "\n"


if __name__ == "__main__":
    sys.exit(main())
