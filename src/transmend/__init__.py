"""Find and repair what is broken in transcripts, before they reach a prompt, a dataset or a reader."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from transmend.document import Cue, Document, Section, Span
from transmend.edits import Result, Step
from transmend.errors import TransmendError
from transmend.finding import Edit, Finding, Fix, Safety
from transmend.formats import convert, read, render
from transmend.settings import Settings

if TYPE_CHECKING:
    from transmend.pipeline import check, clean
    from transmend.sampling import Excerpt, Layout, excerpt

__version__ = "0.1.0"
__all__ = [
    "Cue",
    "Document",
    "Edit",
    "Excerpt",
    "Finding",
    "Fix",
    "Layout",
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
    "excerpt",
    "read",
    "render",
]


#: Imported when first asked for: they bring numpy and more.
_LAZY = {
    "check": "pipeline",
    "clean": "pipeline",
    "excerpt": "sampling",
    "Excerpt": "sampling",
    "Layout": "sampling",
}


def __getattr__(name: str) -> Any:
    """What brings the rules or the tagger, imported when first asked for."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"transmend.{_LAZY[name]}"), name)
