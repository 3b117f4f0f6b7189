"""What a careful editor would write: the tagger's opinion made into marks, case, inner forms and paragraphs."""

from __future__ import annotations

from transmend.restore.foreign import foreign
from transmend.restore.plan import Planned, plan_sections
from transmend.restore.unfinished import Unfinished, unfinished

__all__ = ["Planned", "Unfinished", "foreign", "plan_sections", "unfinished"]
