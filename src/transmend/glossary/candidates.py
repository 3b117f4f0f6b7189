"""Words of texts that a glossary could start from."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from transmend.glossary.match import is_strange, tokens
from transmend.glossary.terms import Term, key
from transmend.glossary.variants import pairs


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word that may be a term.

    Attributes:
        write: the word, as it is mostly written.
        times: how often it is said.
        variants: words spelt almost like it, with how often each is said.
    """

    write: str
    times: int
    variants: tuple[tuple[str, int], ...] = ()

    @property
    def total(self) -> int:
        """How often the word and its variants are said."""
        return self.times + sum(times for _, times in self.variants)


def candidates(texts: Iterable[str], own: tuple[Term, ...] = (), least: int = 2) -> list[Candidate]:
    """Unknown words of the texts, and words that unknown ones are variants of; the most said first.

    Arguments:
        texts: whole texts of documents.
        own: terms already known, which are left out unless they have variants here.
        least: the least times that a word and its variants are said together.
    """
    ways: dict[str, Counter[str]] = {}
    for text in texts:
        for token in tokens(text):
            ways.setdefault(token.form, Counter())[text[token.start : token.end]] += 1
    times = Counter({form: way.total() for form, way in ways.items()})
    preferred = pairs(times, own)
    listed = {key(form) for term in own for form in (term.write, *term.heard)}
    groups: dict[str, list[str]] = {
        form: []
        for form in times
        if len(form) > 2 and form not in preferred and form not in listed and not form.isdigit() and is_strange(form)
    }
    for form, (other, _) in preferred.items():
        if form not in listed:
            groups.setdefault(_last(other, preferred), []).append(form)
    surface = {form: way.most_common(1)[0][0] for form, way in ways.items()}
    found = [
        Candidate(
            surface[form], times[form], tuple((surface[v], times[v]) for v in sorted(alike, key=lambda v: -times[v]))
        )
        for form, alike in groups.items()
    ]
    return sorted((c for c in found if c.total >= least), key=lambda c: (-c.total, c.write))


def _last(form: str, preferred: dict[str, tuple[str, tuple[int, int]]]) -> str:
    """Where a chain of preferences ends; each leads to a form that is said more, or to a term."""
    seen = {form}
    while form in preferred and preferred[form][0] not in seen:
        form = preferred[form][0]
        seen.add(form)
    return form


def as_toml(found: Sequence[Candidate], names: Sequence[str]) -> str:
    """Candidates as a glossary file.

    >>> print(as_toml([Candidate("mistral", 9, (("mistal", 3),)), Candidate("kubelet", 2)], ["talk.txt"]), end="")
    # Candidates for a glossary, from talk.txt. Read it through: write the terms right, drop what is no term.
    <BLANKLINE>
    [terms]
    "mistral" = ["mistal"] # 9; 3
    "kubelet" = [] # 2
    """
    lines = [
        f"# Candidates for a glossary, from {', '.join(names)}. Read it through: write the terms right, drop what is "
        "no term.".replace("\n", " "),
        "",
        "[terms]",
    ]
    for one in found:
        heard = ", ".join(json.dumps(form, ensure_ascii=False) for form, _ in one.variants)
        counts = "; ".join([str(one.times), *([", ".join(str(n) for _, n in one.variants)] if one.variants else [])])
        lines.append(f"{json.dumps(one.write, ensure_ascii=False)} = [{heard}] # {counts}")
    return "\n".join(lines) + "\n"
