"""Lay out the cues of every caption file in DIR/formats, and print what comes of it.

python scripts/cue_scores.py --data DIR [--mended]

For each file, as it is and after ``--cues lines`` and ``--cues sentences``: its cues, the share of them within all
limits, the share of them within the limits but for the reading speed, the share of them that end where a sentence
ends, by the marks in the file, and the share of sentences that fit into a cue but stand in several. Then how many
words were moved in time, lost or given to somebody else (0), and whether the edits lead back to the file byte for
byte. Files of recognisers are converted to WebVTT with the same options.

``--mended`` mends the files first, for without marks there are no sentences.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from transmend import Document, Settings, clean
from transmend.cueing import Limits, laid_out
from transmend.cueing.places import ends_sentence
from transmend.cueing.remake import SILENCE
from transmend.cueing.words import Said, shown_until, words
from transmend.edits import parse_ledger
from transmend.errors import InputError
from transmend.formats import FORMATS, convert, has_lines, parse, read, render

LIMITS = Limits.of(Settings())


class Shares(NamedTuple):
    """Counts of cues: all, those within the limits, those within all but the speed, those that end a sentence; and of
    sentences that fit into a cue: those in several, and all."""

    cues: int
    within: int
    fitting: int
    ending: int
    torn: int
    sentences: int

    def told(self) -> str:
        """The counts as shares."""
        shares = [*(count / max(self.cues, 1) for count in self[1:4]), self.torn / max(self.sentences, 1)]
        return f"{self.cues:5} " + " ".join(f"{share:6.1%}" for share in shares)


def main() -> int:
    """Print the table; 1 if a word was lost or moved, or a file does not come back."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the folder formats")
    parser.add_argument("--mended", action="store_true", help="mend the files first")
    options = parser.parse_args()
    print(f"{'file':34} {'cues':9} {'number':>6} {'within':>6} {'fit':>6} {'ends':>6} {'torn':>6}  moved lost back")
    totals: dict[str, list[Shares]] = {}
    wrong = 0
    for path in sorted(path for path in (options.data / "formats").iterdir() if path.is_file()):
        try:
            document = read(path)
        except InputError:
            continue
        if document.cues:
            for mode, shares, faults in _rows(document, options.mended):
                totals.setdefault(mode, []).append(shares)
                wrong += any(faults)
                print(f"{path.name[:34]:34} {mode:9} {shares.told()}  " + "{:5} {:4} {}".format(*_shown(faults)))
    for mode, found in totals.items():
        print(f"{'all':34} {mode:9} {Shares(*map(sum, zip(*found, strict=True))).told()}")
    return 1 if wrong else 0


def _shown(faults: tuple[int, int, bool]) -> tuple[int, int, str]:
    return faults[0], faults[1], "NO" if faults[2] else "same"


def _rows(document: Document, mended: bool) -> Iterator[tuple[str, Shares, tuple[int, int, bool]]]:
    select = () if mended else ("CAP012", "CAP013")
    if mended:
        document = parse(render(clean(document).document), document.name, document.origin.format)
    yield "as it is", _shares(document), (0, 0, False)
    for mode in ("lines", "sentences"):
        if FORMATS[document.origin.format].caster is None:
            made = laid_out(document, LIMITS, whole=mode == "sentences")
            again = parse(convert(made, "vtt").text.encode(), format="vtt")
            yield mode, _shares(again), (_moved(document, made), _lost(document, made), False)
            continue
        result = clean(document, Settings(cues=mode, select=select or ("CAP012", "CAP013")))
        again = parse(render(result.document), document.name, document.origin.format)
        back = parse_ledger(result.edits_jsonl()).file.undo(render(again).decode(again.origin.encoding))
        yield mode, _shares(again), (_moved(document, again), _lost(document, again), back != document.origin.frame)


def _shares(document: Document) -> Shares:
    within = fitting = ending = 0
    for number, (cue, end) in enumerate(zip(document.cues, shown_until(document), strict=True)):
        text, seconds = cue.span.of(document.text), end - cue.begin
        lines = [line.strip() for line in text.split("\n")]
        fits = LIMITS.hold(lines) if has_lines(document) else LIMITS.rows([len(w) for w in text.split()]) <= 2
        fits = fits and not LIMITS.is_short(seconds) and not LIMITS.is_long(seconds)
        fitting += fits
        within += fits and not LIMITS.is_fast(len(text), seconds)
        following = document.cues[number + 1].span.of(document.text).split() if number + 1 < len(document.cues) else []
        ending += ends_sentence(text.split()[-1], following[0] if following else "A")
    return Shares(len(document.cues), within, fitting, ending, *_torn(document))


def _torn(document: Document) -> tuple[int, int]:
    """How many sentences that fit into a cue stand in several, and how many fit."""
    torn = fit = 0
    sentence: list[Said] = []
    said = words(document)
    for word, following in zip(said, [*said[1:], None], strict=True):
        sentence.append(word)
        if following is None or ends_sentence(word.text, following.text) or following.begin - word.end > SILENCE:
            fits = LIMITS.rows([len(w.text) for w in sentence]) <= LIMITS.lines
            fit += fits
            torn += fits and len({w.cue for w in sentence}) > 1
            sentence = []
    return torn, fit


def _moved(before: Document, after: Document) -> int:
    """How many words that have a time in the file have another one now."""
    pairs = zip(words(before), words(after), strict=False)
    return sum(a.piece is not None and abs(a.begin - b.begin) > 0.002 for a, b in pairs)


def _lost(before: Document, after: Document) -> int:
    """How many words are not where they were in the order of words, or somebody else's."""
    a, b = words(before), words(after)
    pairs = zip(a, b, strict=False)
    wrong = (x.text != y.text or before.cues[x.cue].speaker not in ("", after.cues[y.cue].speaker) for x, y in pairs)
    return abs(len(a) - len(b)) + sum(wrong)


if __name__ == "__main__":
    sys.exit(main())
