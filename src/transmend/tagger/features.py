"""What the tagger sees: words, their normal forms, and the word pieces of a window.

The same code serves training and inference, so that a model never meets features
it was not trained on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import regex
from tokenizers import Tokenizer
from tokenizers.models import WordPiece

#: Label sets, in the order of the model's output columns.
MARKS = ("", ",", ".", "?")
CASES = ("lower", "title", "upper", "mixed")
INNERS = ("none", "apostrophe-1", "apostrophe-2", "apostrophe-end", "form")
PARAGRAPHS = ("inside", "start")
SEAMS = ("none", "inside", "before")
DISFLUENCIES = ("kept", "dropped")
HEADS = {
    "mark": len(MARKS),
    "case": len(CASES),
    "inner": len(INNERS),
    "paragraph": len(PARAGRAPHS),
    "seam": len(SEAMS),
    "disfluency": len(DISFLUENCIES),
}

#: A word: letters and digits, with marks inside it (``don't``, ``fine-tuning``, ``Node.js``).
WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+(?:['’\-.‐‑@:/&+_]+[\p{L}\p{M}\p{N}]+)*+")
NOT_LETTER = regex.compile(r"[^\p{L}\p{M}\p{N}]+")

CLS, UNKNOWN, PADDING = "[CLS]", "[UNK]", "[PAD]"
MAX_PIECES = 12  # of one word: longer ones keep their first pieces


def normal_form(word: str) -> str:
    """``word`` as a normaliser leaves it: lower case, letters and digits only.

    >>> normal_form("Node.js"), normal_form("Don't")
    ('nodejs', 'dont')
    """
    if word.isascii() and word.isalnum():
        return word.lower()
    return NOT_LETTER.sub("", word).lower()


class Pieces:
    """Splits normal forms into the model's word pieces.

    Arguments:
        vocabulary: the pieces in the order of the model's embedding rows.
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        table = {piece: row for row, piece in enumerate(vocabulary)}
        self.cls, self.padding = table[CLS], table[PADDING]
        self._unknown = table[UNKNOWN]
        self._model = Tokenizer(WordPiece(table, unk_token=UNKNOWN, max_input_chars_per_word=100))
        self._known: dict[str, tuple[int, ...]] = {}

    def of(self, form: str) -> tuple[int, ...]:
        """The pieces of one normal form, at least one and at most ``MAX_PIECES``."""
        pieces = self._known.get(form)
        if pieces is None:
            ids = self._model.encode(form).ids[:MAX_PIECES] if form else []
            pieces = tuple(ids) or (self._unknown,)
            if len(self._known) < 200_000:
                self._known[form] = pieces
        return pieces


class Window(NamedTuple):
    """One row of model input.

    ``pieces`` starts with ``[CLS]``; ``last[k]`` is the column of the last piece of the word
    ``first + k``, where the labels of that word are read.
    """

    pieces: list[int]
    first: int
    last: list[int]


def windows(words: Sequence[Sequence[int]], length: int, overlap: int, cls: int) -> Iterable[Window]:
    """Cut a document's words into windows of at most ``length`` pieces.

    Neighbouring windows share at least ``overlap`` words where the text is long enough, or half of their words where
    these are so long that few fit.
    """
    first = 0
    while first < len(words):
        row, last, at = [cls], [], first
        while at < len(words) and len(row) + len(words[at]) <= length:
            row.extend(words[at])
            last.append(len(row) - 1)
            at += 1
        yield Window(row, first, last)
        if at >= len(words):
            return
        first = max(at - min(overlap, (at - first) // 2), first + 1)
