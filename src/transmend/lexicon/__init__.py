"""Which strings are words, how common they are, what follows what, and how a glued string splits.

Every form here is a *normal form*: lower case, letters and digits only (``transmend.tagger.features``).
The tables are counted by ``scripts/build_lexicon.py`` and loaded when first asked for.
"""

from transmend.lexicon.pairs import Pairs, default_pairs
from transmend.lexicon.words import ALPHABET, CHARACTERS, STEP, Lexicon, Split, default

__all__ = ["ALPHABET", "CHARACTERS", "STEP", "Lexicon", "Pairs", "Split", "default", "default_pairs"]
