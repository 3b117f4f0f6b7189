"""Which language a text is in, as far as a rule needs to know before it trusts its word lists."""

from __future__ import annotations

import re
from functools import lru_cache


def word_set(listing: str) -> frozenset[str]:
    """The words of a listing, as a set: word lists in rules are read by people."""
    return frozenset(listing.split())


#: Frequent in English and rare or absent in the languages that share its letters: no "is", "we", "of" (Dutch).
ENGLISH = word_set(
    "the and to that it you with this for are have what they i my your can there not on do its it's i'm im you're "
    "youre we're that's thats don't dont but if about how know going gonna just from by or"
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")

#: How English counts: words that stand for figures, without "a" and "second", which mostly do not.
NUMBER_WORDS = word_set(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands "
    "million millions billion billions trillion point oh"
)

#: Sounds that carry no words, however drawn out: um, uhh, erm, hm, mm.
FILLER = r"(?:u+h+m*|u+m+|e+r+m*|h+m+|m{2,})"
#: Initials that many write with full stops, and we without.
INITIALS = word_set("am pm phd us uk dc la")
#: Words behind which a full stop need not end a sentence.
ABBREVIATIONS = INITIALS | word_set("etc eg ie mr mrs ms dr prof st vs inc approx no")
#: How units are written behind a number.
UNITS = {unit.lower(): unit for unit in word_set("km cm mm kg mg ml lb lbs oz mph kph Hz kHz MHz GHz kW MW kWh dB")}
#: Words that no English utterance ends in, not even a spoken one.
DANGLING = word_set(
    "the a an and of or my your our their every because than into onto whose gonna wanna gotta "
    "i'm im we're you're youre they're theyre i've ive we've weve you've youve they've theyve"
)

#: English speech has about a third of these words; German, French, Dutch and Polish have under a tenth.
ENOUGH = 0.15


def is_filler(form: str) -> bool:
    """Whether a word is a filler, whatever stands around it.

    >>> is_filler("Ummm"), is_filler("so")
    (True, False)
    """
    return re.fullmatch(FILLER, form, re.IGNORECASE) is not None


@lru_cache(maxsize=256)
def looks_english(text: str) -> bool:
    """Whether enough of the words are function words of English.

    >>> looks_english("so we want to see how the model is trained"), looks_english("es geht um die Wurst")
    (True, False)
    """
    words = [word.lower().replace("’", "'") for word in _WORD.findall(text)]
    return bool(words) and sum(word in ENGLISH for word in words) >= ENOUGH * len(words)
