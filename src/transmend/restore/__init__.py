"""What a careful editor would write: the tagger's opinion made into marks, case, inner forms and paragraphs."""

from __future__ import annotations

from transmend.restore.plan import Planned, plan_sections

__all__ = ["Planned", "plan_sections"]
