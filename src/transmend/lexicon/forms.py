"""How words with inner marks or mixed case are written: ``nodejs`` -> ``Node.js``, with counts."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def written_forms() -> dict[str, tuple[tuple[str, int], ...]]:
    """Normal form -> ways it is written, each with the number of documents that write it so."""
    lines = (files("transmend.lexicon") / "data" / "forms.tsv").read_text(encoding="utf-8").splitlines()
    table = {}
    for line in lines:
        form, *ways = line.split("\t")
        table[form] = tuple((way, int(n)) for way, _, n in (w.rpartition(" ") for w in ways))
    return table
