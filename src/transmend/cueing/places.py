"""How good a place between two words is for a break, in a line or between cues.

The order is that of the guides for subtitles: behind a mark; before a conjunction; before a preposition; elsewhere, but
not behind an article, a preposition or another word that belongs to the next one.
"""

from __future__ import annotations

import re

from transmend.language import ABBREVIATIONS, word_set

SENTENCE, CLAUSE, CONJUNCTION, PREPOSITION, ELSEWHERE, TORN = 0.0, 6.0, 12.0, 15.0, 25.0, 45.0

_END = re.compile(r"[.?!…。？！][\"'”’»)\]]*\Z")
_CLAUSE = re.compile(r"[,;:–—、，][\"'”’»)\]]*\Z")
_INITIAL = re.compile(r"(?:[^\W\d_]\.)+\Z")
_BARE = re.compile(r"^\W+|\W+$")
_OPENING = '[({♪«“"–—-'

# English, and only that: in other languages marks and pauses decide.
_CONJUNCTIONS = word_set(
    "and but or nor so yet because although though while whereas if unless until since when whenever where wherever "
    "that which who whom whose as than whether before after"
)
_PREPOSITIONS = word_set(
    "about above across against along among around at behind below beneath beside between beyond by down during "
    "except for from in inside into like near of off on onto out outside over past through throughout to toward "
    "towards under up upon via with within without"
)
_TIED = word_set(
    "a an the this these those my your his her its our their some any each every no very too more most i you he she "
    "it we they am is are was were be been being have has had do does did will would shall should can could may might "
    "must not don't doesn't didn't can't won't i'm you're we're they're it's that's there's mr mrs ms dr prof"
)


def cost(before: str, after: str) -> float:
    """What a break between two words costs.

    >>> [cost(*pair.split()) for pair in ("went. So", "went, so", "went and", "went to", "we went", "the store")]
    [0.0, 6.0, 12.0, 15.0, 45.0, 45.0]
    """
    if ends_sentence(before, after):
        return SENTENCE
    if _CLAUSE.search(before) or after[0] in _OPENING or before[-1] in ")]":
        return CLAUSE
    word, following = _bare(before), _bare(after)
    if word in _TIED or word in _PREPOSITIONS or word in _CONJUNCTIONS:
        return TORN
    if following in _CONJUNCTIONS:
        return CONJUNCTION
    return PREPOSITION if following in _PREPOSITIONS else ELSEWHERE


def _bare(word: str) -> str:
    return _BARE.sub("", word.casefold().replace("’", "'"))


def ends_sentence(before: str, after: str) -> bool:
    """Whether a sentence ends between two words.

    >>> ends_sentence("went.", "So"), ends_sentence("Mr.", "Smith"), ends_sentence("J.", "Smith")
    (True, False, False)
    >>> ends_sentence("wait...", "so"), ends_sentence("[Music]", "So")
    (False, True)
    """
    if before[-1] == "]" and after[:1].isupper():
        return True
    if not _END.search(before) or after[:1].islower():
        return False
    return _bare(before) not in ABBREVIATIONS - {"no"} and not _INITIAL.fullmatch(before)
