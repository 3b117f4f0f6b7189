"""Words with times made into cues, where a file has nothing but words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

#: Cues have at most so many words, and end at a pause of so many seconds, or behind a sentence of so many words.
MOST_WORDS, PAUSE, FEWEST_WORDS = 24, 1.0, 8
CLOSING_MARK = re.compile(r"[.,?!;:%…。、？！]+(?:\s|\Z)")
_SENTENCE_END = re.compile(r"[.?!…]\Z")


class Word(Protocol):
    """A word, or marks: what it says, when, and who says it."""

    @property
    def text(self) -> str: ...

    @property
    def begin(self) -> float | None: ...

    @property
    def end(self) -> float | None: ...

    @property
    def speaker(self) -> str: ...


W = TypeVar("W", bound=Word)


def grouped(words: Iterable[W]) -> Iterator[list[W]]:
    """The words in groups for cues: by speaker, pause, sentence and length. A closing mark stays with its word."""
    group: list[W] = []
    for word in words:
        if group and not CLOSING_MARK.match(word.text) and _ends(group, word):
            yield group
            group = []
        group.append(word)
    if group:
        yield group


def _ends(group: Sequence[W], word: W) -> bool:
    last = next((w for w in reversed(group) if w.end is not None), None)
    paused = False
    if last is not None and word.begin is not None:
        paused = word.begin - (last.end or 0.0) > PAUSE or word.begin < (last.begin or 0.0)  # or another track
    ended = len(group) >= FEWEST_WORDS and _SENTENCE_END.search(group[-1].text.rstrip()) is not None
    return word.speaker != group[0].speaker or paused or ended or len(group) >= MOST_WORDS
