"""Glossaries as files.

TOML: ``words`` lists written forms; ``[terms]`` gives heard forms, as a list or in a table with more::

    words = ["Mistral", "softmax"]

    [terms]
    "KV cache" = ["k v cash", "kb cache"]
    LoRA = { heard = ["laura"], beside = ["adapter", "rank"], scope = ["ml-*"] }

CSV: a column ``write``, and any of ``heard``, ``beside`` and ``scope``, each with several forms between bars::

    write,heard,scope
    KV cache,k v cash|kb cache,ml-*
"""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from transmend.errors import InputError
from transmend.glossary.terms import Term, key

_LISTS = ("heard", "beside", "scope")


def load(paths: Sequence[str]) -> tuple[Term, ...]:
    """The terms of all glossary files, in order; of two for one written form the first holds.

    Raises:
        InputError: if a file cannot be read, is neither TOML nor CSV, or has something that is no term.
    """
    found: dict[str, Term] = {}
    for path in paths:
        try:
            changed = Path(path).stat().st_mtime_ns
        except OSError as error:
            raise InputError(f"{path}: cannot read the glossary: {error.strerror or error}") from None
        for term in _read(path, changed):
            found.setdefault(term.write, term)
    return tuple(found.values())


@lru_cache(maxsize=16)
def _read(path: str, changed: int) -> tuple[Term, ...]:
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot read the glossary: {error}") from None
    return parse(text, path)


def parse(text: str, name: str, field: str = "") -> tuple[Term, ...]:
    """The terms in the text of a glossary; CSV if its ``name`` ends in ``.csv``, else TOML.

    Raises:
        InputError: naming the file and what in it is wrong.
    """
    if name.lower().endswith(".csv"):
        return tuple(_from_csv(text, name))
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{name}: not TOML: {error} (a glossary in CSV has a name that ends in .csv)") from None
    return tuple(_from_toml(table, name, field))


def _from_toml(table: Mapping[str, Any], name: str, field: str) -> Iterator[Term]:
    unknown = set(table) - {"words", "terms", "field"}
    if unknown:
        raise InputError(f"{name}: unknown key {min(unknown)!r}: a glossary has words and [terms]")
    terms = table.get("terms", {})
    if not isinstance(terms, dict):
        raise InputError(f"{name}: terms is a table, [terms], not {terms!r}")
    for write in dict.fromkeys(_strings(table.get("words", []), f"{name}: words")):
        if write not in terms:
            yield _term(name, write, {}, field)
    for write, given in terms.items():
        more = given if isinstance(given, dict) else {"heard": given}
        wrong = set(more) - set(_LISTS)
        if wrong:
            raise InputError(f"{name}: {write}: unknown key {min(wrong)!r} (known: {', '.join(_LISTS)})")
        yield _term(name, write, {k: _strings(v, f"{name}: {write}: {k}") for k, v in more.items()}, field)


def _strings(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise InputError(f"{where} is a list of forms in quotes, not {value!r}")
    return tuple(value)


def _from_csv(text: str, name: str) -> Iterator[Term]:
    rows = csv.DictReader(io.StringIO(text, newline=""), skipinitialspace=True)
    columns = [column.strip().lower() for column in rows.fieldnames or ()]
    if "write" not in columns or not set(columns) <= {"write", *_LISTS}:
        raise InputError(f"{name}: its first line names the columns, write and any of {', '.join(_LISTS)}")
    rows.fieldnames = columns
    try:
        for row in rows:
            if None in row:
                raise InputError(f"{name}: line {rows.line_num} has more columns than the first line")
            cells = {k: tuple(c.strip() for c in (row[k] or "").split("|") if c.strip()) for k in _LISTS if k in row}
            if (row["write"] or "").strip() or any(cells.values()):
                yield _term(f"{name}: line {rows.line_num}", (row["write"] or "").strip(), cells, "")
    except csv.Error as error:
        raise InputError(f"{name}: line {rows.line_num}: {error}") from None


def _term(where: str, write: str, lists: Mapping[str, tuple[str, ...]], field: str) -> Term:
    if not write.strip() or "\n" in write or not any(map(str.isalnum, write)):
        raise InputError(f"{where}: a written form has letters or digits, on one line, not {write!r}")
    heard = lists.get("heard", ())
    empty = next((form for form in heard if not key(form)), None)
    if empty is not None:
        raise InputError(f"{where}: {write}: a heard form has letters or digits, not {empty!r}")
    return Term(write, heard, lists.get("beside", ()), lists.get("scope", ()), field)
