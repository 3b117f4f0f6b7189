"""The glossaries that ship with transmend, one a field."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from transmend.glossary.files import parse
from transmend.glossary.terms import Term

FIELDS = ("machine learning", "web", "databases", "networking")


@cache
def built_in() -> tuple[Term, ...]:
    """The terms of all fields."""
    data = files("transmend.glossary") / "data"
    names = [(field, f"{field.replace(' ', '_')}.toml") for field in FIELDS]
    return tuple(
        term for field, name in names for term in parse((data / name).read_text(encoding="utf-8"), name, field)
    )
