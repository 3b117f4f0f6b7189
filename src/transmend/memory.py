"""Answers that are remembered: ``clean`` looks at every text twice, and shots repeat.

The only module that imports cachetools.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping, Sequence
from functools import wraps
from threading import Lock
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar

from cachetools import LRUCache, cached

P = ParamSpec("P")
T = TypeVar("T")
Given = TypeVar("Given", bound=Sequence[Any])

#: How many letters of text each function's answers are kept for: some twenty hours of speech.
LETTERS = 1_000_000

_forgetting: list[Callable[[], None]] = []


class _Answer(NamedTuple):
    value: Any
    letters: int


def remembered(function: Callable[Concatenate[Given, P], T]) -> Callable[Concatenate[Given, P], T]:
    """Keep a function's latest answers, safe to share between threads.

    Its arguments are hashable, the first is a text or a sequence of texts. Answers grow with it, and
    ``functools.lru_cache``, which counts them, would fill the memory with what is known of a folder of long talks.

    >>> remembered(sorted)(("two", "one"))
    ['one', 'two']
    """

    @cached(latest(lambda answer: answer.letters, LETTERS), lock=Lock())
    def answer(given: Given, /, *args: P.args, **kwargs: P.kwargs) -> _Answer:
        letters = len(given) if isinstance(given, str) else sum(map(len, given))
        return _Answer(function(given, *args, **kwargs), letters)

    @wraps(function)
    def value(given: Given, /, *args: P.args, **kwargs: P.kwargs) -> T:
        found: T = answer(given, *args, **kwargs).value
        return found

    _forgetting.append(answer.cache_clear)
    return value


def forget() -> None:
    """Forget all answers of all functions, as if nothing had been asked."""
    for clear in _forgetting:
        clear()


def latest(size: Callable[[Any], int], most: int) -> MutableMapping[Any, Any]:
    """A mapping that keeps what was used last; a value larger than ``most`` is kept alone.

    Arguments:
        size: how large a value is.
        most: how large all of them may be.

    >>> kept = latest(len, most=5)
    >>> kept.update(a="one", b="two", c="three and more")
    >>> list(kept)
    ['c']
    """
    return LRUCache(most, lambda value: min(max(size(value), 1), most))
