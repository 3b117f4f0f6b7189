"""One file per way a transcript is broken, detector and repairer side by side.

A new rule is a function that yields findings, perhaps one that mends them, and a line in its file's
``RULES``; a new file is a name in the import and a line in ``RULES`` below.
"""

from __future__ import annotations

from transmend.defects import (
    caption_tokens,
    captions,
    case,
    cue_limits,
    empty,
    encoding,
    identifiers,
    inner_forms,
    languages,
    loops,
    numbers,
    overlaps,
    paragraphs,
    punctuation,
    repeats,
    restarts,
    rolling,
    seams,
    shot_forms,
    shots,
    spelt_numbers,
    terms,
    unfinished,
    unreadable,
)
from transmend.rule import Rule

RULES: tuple[Rule, ...] = (
    *unreadable.RULES,
    *encoding.RULES,
    *captions.RULES,
    *rolling.RULES,
    *caption_tokens.RULES,
    *empty.RULES,
    *shots.RULES,
    *shot_forms.RULES,
    *repeats.RULES,
    *restarts.RULES,
    *loops.RULES,
    *numbers.RULES,
    *spelt_numbers.RULES,
    *identifiers.RULES,
    *terms.RULES,
    *seams.RULES,
    *unfinished.RULES,
    *overlaps.RULES,
    *languages.RULES,
    *punctuation.RULES,
    *case.RULES,
    *inner_forms.RULES,
    *paragraphs.RULES,
    *cue_limits.RULES,
)
