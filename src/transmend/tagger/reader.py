"""Both models as ``transmend.splice`` asks them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from transmend.tagger import rescorer, tagger
from transmend.tagger.rescorer import Spot
from transmend.tagger.tagger import Floats


class Reader:
    """The models that ship with transmend, loaded when they are asked."""

    def seams(self, texts: Sequence[Sequence[str]]) -> list[Floats]:
        """For each word of each text the tagger's probability of no cut, one inside it, one before it."""
        return [tags.seam for tags in tagger.default().predict_all(texts)]

    def look_again(self, text: Sequence[str], spots: Sequence[tuple[int, int]]) -> npt.NDArray[np.float64]:
        """For each spot the rescorer's log-odds of a cut, and of a broken word left and right of it."""
        if not spots:
            return np.zeros((0, len(rescorer.HEADS)))
        return rescorer.default().log_odds(text, [Spot(*spot) for spot in spots])
