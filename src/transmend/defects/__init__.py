"""One file per way a transcript is broken, detector and repairer side by side.

A new rule is a function that yields findings, perhaps one that mends them, and a line in its file's
``RULES``; a new file is a name in the import and a line in ``RULES`` below.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

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
    spacing,
    spelt_numbers,
    terms,
    unfinished,
    unreadable,
)
from transmend.errors import SettingsError
from transmend.rule import Rule
from transmend.settings import Settings

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
    *spacing.RULES,
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


def selected(settings: Settings) -> list[Rule]:
    """The rules that ``settings`` ask for.

    Raises:
        SettingsError: if no rule has a code or prefix that they name.
    """
    codes = [rule.code for rule in RULES]
    for prefix in (*settings.select, *settings.ignore):
        if not any(code.startswith(prefix) for code in codes):
            raise SettingsError(f"no rule code starts with {prefix!r}{_near(prefix, codes)}")
    return [rule for rule in RULES if settings.uses(rule.code)]


def _near(prefix: str, codes: Sequence[str]) -> str:
    families = dict.fromkeys(code.rstrip("0123456789") for code in codes)
    near = get_close_matches(prefix, [*families, *codes], 1, 0.5)
    return f"; did you mean {near[0]!r}?" if near else f" (families: {', '.join(families)})"
