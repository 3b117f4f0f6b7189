"""Find and repair what is broken in transcripts, before they reach a prompt, a dataset or a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from transmend.document import Cue, Document, Section, Span
from transmend.edits import Result, Step
from transmend.errors import TransmendError
from transmend.finding import Edit, Finding, Fix, Safety
from transmend.formats import convert, read, render
from transmend.settings import Settings

if TYPE_CHECKING:
    from transmend.pipeline import check, clean

__version__ = "0.1.0"
__all__ = [
    "Cue",
    "Document",
    "Edit",
    "Finding",
    "Fix",
    "Result",
    "Safety",
    "Section",
    "Settings",
    "Span",
    "Step",
    "TransmendError",
    "check",
    "clean",
    "convert",
    "read",
    "render",
]


def __getattr__(name: str) -> Any:
    """``check`` and ``clean``, imported when first asked for: they bring the rules, and those numpy and more."""
    if name not in ("check", "clean"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from transmend import pipeline

    return getattr(pipeline, name)
