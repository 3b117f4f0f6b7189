"""How a word sounds. The only module that imports jellyfish."""

from __future__ import annotations

from functools import lru_cache

#: Letters that recognisers take for one another at the start of a word.
_ALIKE = ("ckqgx", "bpvf", "dt", "gj", "mn", "szcx", "ie", "uoa", "wv", "iy")


@lru_cache(maxsize=1 << 14)
def sound(form: str) -> str:
    """The Metaphone key of a word in English.

    >>> sound("metrix") == sound("matrix"), sound("softmarx")
    (True, 'SFTMRKS')
    """
    from jellyfish import metaphone

    return metaphone(form)


def starts_alike(one: str, other: str) -> bool:
    """Whether two words start with letters that sound alike.

    >>> starts_alike("cy", "kv"), starts_alike("by", "kv")
    (True, False)
    """
    a, b = one[:1], other[:1]
    return a == b or any(a in group and b in group for group in _ALIKE)
