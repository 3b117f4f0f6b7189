"""How a file writes the characters of a text: entities, escapes, line breaks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher

_TOKEN = re.compile(r"\s*\S+|\s+")


@dataclass(frozen=True, slots=True)
class Spelling:
    """How to get from the file's characters to the text's and back.

    Attributes:
        units: matches what stands for one character of the text; every character of the file is in one. Where nothing
            ``special`` starts, it is the character itself.
        read: the character that a unit stands for.
        write: the file's characters for some text.
        special: what makes ``read`` necessary: without it the file's characters are the text's.
    """

    units: re.Pattern[str]
    read: Callable[[str], str]
    write: Callable[[str], str]
    special: re.Pattern[str]

    def text(self, raw: str) -> str:
        """What ``raw`` says."""
        out: list[str] = []
        at = 0
        while (special := self.special.search(raw, at)) and (unit := self.units.match(raw, special.start())):
            out += raw[at : special.start()], self.read(unit[0])
            at = unit.end()
        return "".join([*out, raw[at:]]) if at else raw

    def respelled(self, raw: str, now: str) -> str:
        """``raw`` so that it says ``now``; words that it says already stay spelled as they are."""
        was = self.text(raw)
        if was == now:
            return raw
        if self.write(was) == raw:
            return self.write(now)
        old, new = _tokens(was), _tokens(now)
        spelled = self._tokens(raw, old)
        out: list[str] = []
        for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            out += spelled[a:b] if what == "equal" else [self.write("".join(new[c:d]))]
        return "".join(out)

    def _tokens(self, raw: str, tokens: list[str]) -> list[str]:
        """``raw`` in the pieces that say ``tokens``."""
        units = iter(self.units.findall(raw))
        out = []
        for token in tokens:
            said, spelled = "", ""
            while len(said) < len(token):
                unit = next(units)
                said += self.read(unit)
                spelled += unit
            out.append(spelled)
        return out


#: Where the file's characters are the text's.
AS_IT_IS = Spelling(re.compile(r"[\s\S]"), str, str, re.compile(r"(?!)"))


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)
