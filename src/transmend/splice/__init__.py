"""Where a text was cut and glued: candidates, layout of the sampler, and the two fused.

``evidence`` measures every place of a text and ``cohesion`` what its two sides have to do with each other, ``model``
turns the measurements into log-likelihood ratios,
``layout`` finds the regular places a sampler cut, and ``decide`` fuses both into cuts. ``align`` and ``source``
find cuts in full transcripts. ``complete`` finds the whole word that a fragment was part of, and ``witness`` asks
everything that may know what is missing.
"""

from transmend.splice.complete import Completion, Shown
from transmend.splice.cut import ELISION, Cut, Kind, Reader, kind_of
from transmend.splice.decide import cut_at, find_cuts, find_edges
from transmend.splice.source import Aligned, Source, Sources, merged, read_sources
from transmend.splice.witness import Missing, Witnesses

__all__ = [
    "ELISION",
    "Aligned",
    "Completion",
    "Cut",
    "Kind",
    "Missing",
    "Reader",
    "Shown",
    "Source",
    "Sources",
    "Witnesses",
    "cut_at",
    "find_cuts",
    "find_edges",
    "kind_of",
    "merged",
    "read_sources",
]
