"""What a term is, and how forms are compared: by their letters and digits alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_PLAIN = re.compile(r"[\w\s./&'’-]+")


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a glossary.

    Attributes:
        write: how it is written, such as ``KV cache``.
        heard: what recognisers write instead, such as ``k v cash``.
        beside: words of which one must be near for a heard form to count; empty: none need be.
        scope: patterns of names of documents or sections in which the term holds, such as ``ml-*``; empty: all.
        field: the built-in field it belongs to; empty for a user's own.
    """

    write: str
    heard: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    field: str = ""

    @property
    def key(self) -> str:
        """The letters of the written form; empty where they do not tell it, as in ``C++``."""
        return key(self.write) if _PLAIN.fullmatch(self.write) else ""


def key(text: str) -> str:
    """The letters and digits of ``text``, case folded.

    >>> key("Node.js"), key("KV cache")
    ('nodejs', 'kvcache')
    """
    if text.isascii() and text.isalnum():
        return text.lower()
    return "".join(filter(str.isalnum, text.casefold()))


def parts(text: str) -> tuple[str, ...]:
    """The words of ``text``, case folded, without apostrophes.

    >>> parts("Weights & Biases"), parts("don't")
    (('weights', 'biases'), ('dont',))
    """
    return tuple(key(word) for word in _WORD.findall(text))
