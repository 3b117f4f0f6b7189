"""Read and write back every file in a folder: its format, its cues, and whether it comes back byte for byte.

``--mend`` cleans each file with cues as well: whether the mended file, read again, says the mended text, whether any
word's time moved, and whether a cue that was not touched changed a byte.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from transmend import Cue, Document, clean
from transmend.errors import InputError
from transmend.formats import parse, render


def main() -> int:
    """Print the table; 1 if a file does not come back as it was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the files")
    parser.add_argument("--mend", action="store_true", help="clean them too")
    options = parser.parse_args()
    files = sorted(path for path in options.data.rglob("*") if path.is_file())
    rows = [_row(path, options.mend) for path in files]
    widths = [max(len(row[k]) for row in rows) for k in range(4)]
    for row in rows:
        print("  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), *row[4:]]).rstrip())
    return 1 if any("NO" in row for row in rows) else 0


def _row(path: Path, mend: bool) -> list[str]:
    data = path.read_bytes()
    try:
        document = parse(data, path.name)
    except InputError as error:
        return [path.name, "refused", "", "", str(error)]
    same = "same" if render(document) == data else "NO"
    flaws = f"{len(document.origin.flaws)} flaws" if document.origin.flaws else ""
    mended = list(_mended(document)) if mend and document.cues else []
    return [path.name, document.origin.format, f"{len(document.cues)} cues", same, flaws, *mended]


def _mended(document: Document) -> Iterator[str]:
    result = clean(document)
    again = parse(render(result.document), document.name, document.origin.format)
    yield f"{len(result.changes)} edits"
    yield "text same" if again.text == result.text else "text NO"
    by_key = {cue.key: cue for cue in document.cues}
    pairs = [(by_key[cue.key], now) for cue, now in zip(result.document.cues, again.cues, strict=True)]
    yield f"{len(document.cues) - len(pairs)} cues dropped"
    yield f"{sum(_moved(was, now) for was, now in pairs)} times moved"
    touched = 0
    for was, now in pairs:
        before = document.origin.cues[was.key].of(document.origin.frame)
        after = again.origin.cues[now.key].of(again.origin.frame)
        touched += was.span.of(document.text) == now.span.of(again.text) and before != after
    yield f"{touched} other cues changed"


def _moved(was: Cue, now: Cue) -> int:
    """How many times of a cue and its words are not what they were."""
    times = {(word.begin, word.end) for word in was.words}
    moved = sum((word.begin, word.end) not in times for word in now.words)
    return moved + ((was.begin, was.end) != (now.begin, now.end))


if __name__ == "__main__":
    sys.exit(main())
