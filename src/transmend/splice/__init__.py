"""Where a text was cut and glued: candidates, layout of the sampler, and the two fused.

``evidence`` measures every place of a text, ``model`` turns the measurements into log-likelihood ratios,
``layout`` finds the regular places a sampler cut, ``decide`` fuses both into cuts, and ``complete`` finds
the whole word that a fragment was part of.
"""

from transmend.splice.complete import Completion, Shown
from transmend.splice.cut import ELISION, Cut, Kind, SeamProbabilities, kind_of
from transmend.splice.decide import find_cuts, find_edges

__all__ = [
    "ELISION",
    "Completion",
    "Cut",
    "Kind",
    "SeamProbabilities",
    "Shown",
    "find_cuts",
    "find_edges",
    "kind_of",
]
