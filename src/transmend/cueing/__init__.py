"""Cues laid out anew: whole sentences in each, or lines and times within the limits of the guides.

``words`` gives each word its time, ``plan`` decides which words share a cue, ``lines`` breaks it into lines, and
``remake`` writes the cues: as a document for other formats, or into the file they came from.
"""

from __future__ import annotations

from transmend.cueing.limits import Limits
from transmend.cueing.remake import Remade, laid_out, remade

__all__ = ["Limits", "Remade", "laid_out", "remade"]
