"""The IWSLT 2011 and 2012 benchmark files, read as the texts that ``transmend.score`` compares.

A line is ``token<TAB>label``, or ``Token<TAB>token<TAB>label<TAB>start`` in those with case. The tokens ``i 'm`` and
``do n't`` are one word each, as a transcript has it; the word's mark is that of its last part.
"""

from __future__ import annotations

import gzip
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

FILES = {"Ref": "test2011", "ASR": "test2011asr", "dev2012": "dev2012"}
MARKS = {"COMMA": ",", "PERIOD": ".", "QUESTION": "?"}
UNALIGNED = "?"  # stands for a case or paragraph that the rebuilt files do not know
GAP = 20  # so many unaligned tokens in a row are a passage whose paragraphs nobody knows


@dataclass(frozen=True)
class Word:
    """One word: as spoken, as written, the mark after it, and whether a paragraph starts at it."""

    text: str
    cased: str
    mark: str
    paragraph: bool = False

    @property
    def bare(self) -> str:
        """Letters and digits alone; tokens that have none are a hyphen."""
        return "".join(filter(str.isalnum, self.text)) or "-"


def read(data: Path, name: str) -> list[Word]:
    """The words of ``iwslt/NAME.gz`` in a data folder."""
    return list(_words(_rows(data / "iwslt" / f"{name}.gz")))


def read_paragraphs(data: Path, name: str, least: int = 300) -> list[list[Word]]:
    """The passages of ``iwslt/NAME.cased.gz`` whose paragraphs are known, of at least so many words."""
    rows = _rows(data / "iwslt" / f"{name}.cased.gz")
    passages: list[list[list[str]]] = [[]]
    for unknown, run in itertools.groupby(rows, key=lambda row: row[3] == UNALIGNED):
        tokens = list(run)
        if unknown and len(tokens) >= GAP:
            passages.append([])
        else:
            passages[-1] += tokens
    return [words for words in map(list, map(_words, passages)) if len(words) >= least]


def _rows(path: Path) -> Iterator[list[str]]:
    lines = gzip.decompress(path.read_bytes()).decode("utf-8").split("\n")
    return (line.split("\t") for line in lines if line)


def _words(rows: Iterable[list[str]]) -> Iterator[Word]:
    last: Word | None = None
    for row in rows:
        cased, token, label, start = row if len(row) == 4 else (row[0], row[0], row[1], "")
        mark = MARKS.get(label, "")
        cased = token if cased == UNALIGNED else cased
        if last and (token.startswith("'") or token == "n't"):
            last = Word(last.text + token, last.cased + cased, mark, last.paragraph)
            continue
        if last:
            yield last
        last = Word(token, cased, mark, start == "P")
    if last:
        yield last


def bare(words: Iterable[Word]) -> str:
    """The text as a recogniser gives it: lower case, no marks, no apostrophes."""
    return " ".join(word.bare for word in words)


def marked(words: Iterable[Word]) -> str:
    """The same with its marks, to score against."""
    return " ".join(word.bare + word.mark for word in words)
