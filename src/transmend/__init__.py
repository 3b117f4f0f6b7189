"""Find and repair what is broken in transcripts, before they reach a prompt, a dataset or a reader."""

from __future__ import annotations

from transmend.document import Document, Section, Span
from transmend.edits import Result, Step
from transmend.errors import TransmendError
from transmend.finding import Edit, Finding, Fix, Safety
from transmend.formats import read, render
from transmend.pipeline import check, clean
from transmend.settings import Settings

__version__ = "0.1.0"
__all__ = [
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
    "read",
    "render",
]
