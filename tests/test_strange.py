"""Text that no transcript looks like, but that stands in files: it takes no longer than any other, and stays whole."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from transmend import clean, memory
from transmend.memory import forget, remembered
from transmend.splice.byte_pairs import token_starts
from transmend.splice.evidence import read_words
from transmend.tagger.features import windows

SAID = "and so we went to the store and then we came back with all that we had bought there "
SIZE = 60_000

#: What took minutes or for ever: time that grew with the square of a run, or a measure that was no number.
STRANGE = {
    "a word without an end": SAID * 3 + "ab" * (SIZE // 2) + " " + SAID * 3,
    "a word of a few hundred letters": SAID * 3 + "ab" * 200 + " " + SAID * 3,
    "one sign": SAID * 3 + "*" * SIZE + " " + SAID * 3,
    "one sign within a word": SAID * 3 + "a" + "*" * SIZE + "b " + SAID * 3,
    "spaces": SAID * 3 + " " * SIZE + SAID * 3,
    "misread letters": SAID * 3 + "Ã©" * (SIZE // 8) + " " + SAID * 3,
    "a long word beside misread letters": SAID * 3 + "cafÃ© " + "a" * SIZE + " " + SAID * 3,
    "words that are keys": ("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo0" * 2 + "\n") * (SIZE // 73),
    "text without spaces": "我们今天讨论机器学习的问题" * (SIZE // 13),
}


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE)
def test_strange_text_is_done_in_time(text: str) -> None:
    """Each takes seconds, however long its runs are, and what was there can be had back."""
    began = time.perf_counter()
    result = clean(text)
    assert time.perf_counter() - began < 20
    assert result.undo() == text


def test_words_that_are_none_are_not_read() -> None:
    """What is longer than any word, or two glued, is not looked at for cuts."""
    assert read_words("so " + "a" * 100 + " yes").forms == ("so", "a" * 100, "yes")
    assert read_words("so " + "a" * 101 + " yes").forms == ("so", "yes")


def test_tokens_of_a_run_cover_it() -> None:
    """The tokens of a long run are those of its parts, one after the other."""
    starts = token_starts("ha" * 1000).tolist()
    assert starts == [part + start for part in range(0, 2000, 200) for start in token_starts("ha" * 100).tolist()]


def test_windows_of_long_words_move_on() -> None:
    """Where few words fit into a window, neighbours share half of them and no more."""
    rows = list(windows([range(12)] * 1000, 256, 32, -1))
    assert all(one.first + len(one.last) // 2 <= other.first for one, other in pairwise(rows))


def test_memory_holds_the_latest_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers are kept as long as their texts are no longer than so much together, and the last one always is."""
    monkeypatch.setattr(memory, "LETTERS", 10)
    asked: list[str] = []

    @remembered
    def shout(text: str) -> str:
        asked.append(text)
        return text.upper()

    for text in ("aaaa", "bbbb", "aaaa", "cccc", "aaaa", "bbbb", "d" * 30, "d" * 30):
        assert shout(text) == text.upper()
    assert asked == ["aaaa", "bbbb", "cccc", "bbbb", "d" * 30]
    forget()
    shout("d" * 30)
    assert asked[-2:] == ["d" * 30, "d" * 30]
