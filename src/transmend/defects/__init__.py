"""One file per way a transcript is broken, detector and repairer side by side.

A new rule is a function that yields findings, perhaps one that mends them, and a line in its file's
``RULES``; a new file is a name in the import and a line in ``RULES`` below.
"""

from __future__ import annotations

from transmend.defects import (
    case,
    empty,
    inner_forms,
    paragraphs,
    punctuation,
    repeats,
    restarts,
    seams,
    shot_forms,
    shots,
    unreadable,
)
from transmend.rule import Rule

RULES: tuple[Rule, ...] = (
    *unreadable.RULES,
    *empty.RULES,
    *shots.RULES,
    *shot_forms.RULES,
    *repeats.RULES,
    *restarts.RULES,
    *seams.RULES,
    *punctuation.RULES,
    *case.RULES,
    *inner_forms.RULES,
    *paragraphs.RULES,
)
