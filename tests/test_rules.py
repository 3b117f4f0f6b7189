"""Every rule on its cases, and all rules held to the promises of the house.

The cases of a rule are data, in ``fixtures/defects/<rule-name>.toml``:

``[[change]]``  mended exactly so: ``text`` and ``want``
``[[find]]``    reported exactly so: ``text`` and ``spans``, the characters of each finding in order; ``labels``,
                the section of each, and ``kinds``, each one's ``evidence["kind"]``, if they matter
``[[keep]]``    no finding, and byte for byte as it was: ``text``
``[[fail]]``    a known failure: any of the above that does not hold yet; the test fails once it does

Each may have a ``label``, a table ``settings``, a ``format`` that ``text`` is in, a list ``sources`` of full
transcripts, and in place of ``text`` a list ``sections`` of ``[role, name, text]``; ``want`` is such a list then. With
a ``format``, ``want`` is the file written back, and ``lines`` are the lines of the file that findings name. Only the
rule itself runs, unless ``settings`` selects others.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from promptfile import prompt_file, sections_of
from transmend import Document, Result, Settings, check, clean, formats
from transmend.defects import RULES
from transmend.edits import parse_ledger
from transmend.elision import elisions
from transmend.finding import Finding, Safety
from transmend.language import word_set
from transmend.rule import Rule
from transmend.view import View

ROOT = Path(__file__).parent.parent
CASES = ROOT / "fixtures" / "defects"
FAMILIES = word_set("EMP SHOT SEAM SRC TRN PUN CAS INN SEG DIS SYS CAP LOOP NUM IDN TERM ENC LANG")
KINDS = ("change", "find", "keep", "fail")

#: All that can be asked for at once: every phase has something to do.
BOLD = {
    "unsafe": True,
    "shots": "once",
    "seams": "drop",
    "disfluencies": "restarts",
    "numbers": "digits",
    "tokens": ("sound=drop", "music=neutral", "speaker=neutral", "masked=neutral", "unclear=drop", "tag=drop"),
}


@dataclass(frozen=True)
class Case:
    """One case of one rule, as its fixture file has it."""

    rule: Rule
    kind: str
    table: dict[str, Any]

    @property
    def document(self) -> Document:
        """What the rule looks at."""
        sections = self.table.get("sections")
        if "format" in self.table:
            return formats.parse(self.table["text"].encode(), format=self.table["format"])
        return Document(self.table["text"]) if sections is None else prompt_file(sections)

    @property
    def settings(self) -> Settings:
        """The rule alone, under the settings of the case."""
        return Settings(**{"select": (self.rule.code,), **self.table.get("settings", {})})

    @property
    def sources(self) -> list[str] | None:
        """The full transcripts it is given with."""
        return self.table.get("sources")

    @property
    def name(self) -> str:
        """How pytest names it."""
        label = self.table.get("label") or self.document.text[:40]
        return f"{self.rule.code}-{self.kind}-{label}"


def fixture_of(rule: Rule) -> Path:
    """Where the cases of ``rule`` are."""
    return CASES / f"{rule.name}.toml"


@cache
def cases() -> tuple[Case, ...]:
    """The cases of all rules."""
    return tuple(_read_cases())


def _read_cases() -> Iterator[Case]:
    for rule in RULES:
        if fixture_of(rule).is_file():
            table = tomllib.loads(fixture_of(rule).read_text(encoding="utf-8"))
            assert set(table) <= set(KINDS), f"{fixture_of(rule).name}: a case is one of {', '.join(KINDS)}"
            yield from (Case(rule, kind, case) for kind in table for case in table[kind])


def documents() -> dict[str, Document]:
    """The documents of all cases, each once, and pieces of real ones."""
    found = {case.document.text: case.document for case in cases()}
    return found | {piece.text: piece for piece in real_pieces()}


@cache
def real_pieces() -> tuple[Document, ...]:
    """Pieces of the real prompt file, as transcripts of their own, and a small prompt file made of them."""
    lines = (ROOT / "fixtures" / "seed" / "prompts.txt").read_text(encoding="utf-8").splitlines()
    texts = [line[2900:3700] for line in lines if len(line) > 10_000][:3]
    shots = [["shot", "a", texts[0]], ["shot", "b", texts[1]]]
    file = prompt_file(
        [*shots, ["target", "c", ""], *shots, ["target", "d", texts[2]], *shots, ["target", "a", texts[0]]]
    )
    return (*map(Document, texts), file)


# --- the cases -----------------------------------------------------------------------------------------------


def _parameters() -> list[Any]:
    known = pytest.mark.xfail(strict=True, reason="known failure")
    return [pytest.param(case, id=case.name, marks=known if case.kind == "fail" else ()) for case in cases()]


@pytest.mark.parametrize("case", _parameters())
def test_case_holds(case: Case) -> None:
    """A rule changes, finds and keeps what its cases say."""
    document, table = case.document, case.table
    if "want" in table:
        assert_changed(case, table["want"])
    if "spans" in table:
        assert_found(case, check(document, case.settings, case.sources))
    if "want" not in table and "spans" not in table:
        assert [f.message for f in check(document, case.settings, case.sources) if f.rule == case.rule.code] == []
        assert clean(document, case.settings, case.sources).text == document.text


def assert_changed(case: Case, want: str | list[list[str]]) -> None:
    """The document is mended to exactly ``want``."""
    result = clean(case.document, case.settings, case.sources)
    assert (formats.render(result.document).decode() if isinstance(want, str) else sections_of(result.document)) == want


def assert_found(case: Case, findings: list[Finding]) -> None:
    """The rule's findings are exactly those of its case."""
    own = [f for f in findings if f.rule == case.rule.code]
    assert [f.span.of(case.document.text) for f in own] == case.table["spans"]
    assert [f.section for f in own] == case.table.get("labels", [f.section for f in own])
    assert [f.evidence.get("line") for f in own] == case.table.get("lines", [f.evidence.get("line") for f in own])
    assert [f.evidence.get("kind") for f in own] == case.table.get("kinds", [f.evidence.get("kind") for f in own])


# --- what a rule has to be -----------------------------------------------------------------------------------


def test_codes_are_unique_and_so_are_names() -> None:
    """No two rules share a code or a name."""
    assert len({rule.code for rule in RULES}) == len({rule.name for rule in RULES}) == len(RULES)


def test_every_fixture_file_belongs_to_a_rule() -> None:
    """No case file is left over from a rule that was renamed."""
    assert {path.stem for path in CASES.glob("*.toml")} <= {rule.name for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
class TestRule:
    """What every rule has."""

    def test_code_is_well_formed(self, rule: Rule) -> None:
        """A code is a known family and three digits."""
        family, number = re.fullmatch(r"([A-Z]+)(\d{3})", rule.code).groups()
        assert family in FAMILIES
        assert int(number) > 0

    def test_page_has_its_parts(self, rule: Rule) -> None:
        """The page says in a sentence what is found, then why it matters, what is left alone, and how safe it is."""
        assert re.fullmatch(r"[A-Z].*\.", rule.summary)
        assert len(rule.summary) <= 100
        missing = [part for part in ("Why:", "Left alone:", "Safety:") if f"\n{part} " not in rule.page]
        assert missing == []

    def test_has_cases_of_both_kinds(self, rule: Rule) -> None:
        """The rule has a case in which it acts and one in which it must not."""
        kinds = {case.kind for case in cases() if case.rule is rule}
        assert kinds & {"change", "find"}, f"{fixture_of(rule).name} needs a [[change]] or [[find]]"
        assert "keep" in kinds, f"{fixture_of(rule).name} needs a [[keep]]"

    def test_declared_safety_is_honoured(self, rule: Rule) -> None:
        """What the page says about safety is what its fixes say."""
        offered = {finding.fix.safety for finding in _findings_in_cases(rule) if finding.fix is not None}
        declared = rule.page.split("\nSafety: ", 1)[1].split(".")[0].lower()
        if rule.repairer is None:
            assert declared.startswith("no fix")
        for safety in offered:
            words = {Safety.SAFE: r"\bsafe\b", Safety.UNSAFE: r"\bunsafe\b", Safety.DISPLAY: r"display|shown"}
            assert re.search(words[safety], declared), f"a fix is {safety} but the page says {declared!r}"


def _findings_in_cases(rule: Rule) -> Iterator[Finding]:
    for case in cases():
        if case.rule is rule:
            yield from (f for f in check(case.document, case.settings, case.sources) if f.rule == rule.code)


# --- what every rule keeps to, on any text -------------------------------------------------------------------


def hold_findings(document: Document, asked: Settings) -> None:
    """Findings lie inside the document, are sure to a probability, say why in plain data, and mend something."""
    for finding in check(document, asked):
        where = f"{finding.rule} at {finding.start}: {finding.message}"
        assert finding.end <= len(document.text), where
        assert 0 <= finding.confidence <= 1, where
        assert finding.message, where
        assert "\n" not in finding.message, where
        json.dumps(finding.evidence, allow_nan=False)
        edits = finding.fix.edits if finding.fix else ()
        assert all(edit.span.end <= len(document.text) for edit in edits), where
        assert not edits or any(edit.span.of(document.text) != edit.text for edit in edits), where


def hold_result(document: Document, asked: Settings) -> None:
    """A result can be replayed, undone and written down; it is final, and sections stay on their words."""
    result = clean(document, asked)
    assert result.replay() == result.text
    assert result.undo() == document.text
    ledger = parse_ledger(result.edits_jsonl())
    assert ledger.replay(document.text) == result.text
    assert ledger.undo(result.text) == document.text
    assert {change.safety for change in result.changes} <= {Safety.SAFE, *([Safety.UNSAFE] if asked.unsafe else [])}
    again = clean(result.document, asked)
    assert [(c.rule, c.was, c.edit.text) for c in again.changes] == []
    hold_maps(result)
    hold_sections(result)
    if asked == Settings() and not any(change.rule == "CAP006" for change in result.changes):
        assert letters(result.text, asked) == letters(document.text, asked)
    if asked == Settings(preset="clean"):
        hold_removals(result)


def hold_removals(result: Result) -> None:
    """Where letters change, a rule asked for by name has taken some out, and nothing has put any in."""
    for change in result.changes:
        if letters(change.was, Settings()) != letters(change.edit.text, Settings()):
            assert change.rule.startswith(("DIS", "LOOP", "CAP006"))
            assert letters(change.edit.text, Settings()) == ""
    left = iter(letters(result.source.text, Settings()))
    assert all(letter in left for letter in letters(result.text, Settings()))


def hold_maps(result: Result) -> None:
    """Offsets map in order, and an unchanged character maps to itself and back."""
    source, text = result.source.text, result.text
    there, back = list(map(result.to_clean, range(len(source) + 1))), list(map(result.to_source, range(len(text) + 1)))
    assert all(a <= b for a, b in pairwise(there))
    assert all(a <= b for a, b in pairwise(back))
    origins: list[int | None] = list(range(len(source)))
    for step in result.steps:
        for change in reversed(step.changes):
            origins[change.edit.span.start : change.edit.span.end] = [None] * len(change.edit.text)
    kept = [(origin, at) for at, origin in enumerate(origins) if origin is not None]
    assert len(origins) == len(text)
    assert all(there[origin] == at and back[at] == origin and source[origin] == text[at] for origin, at in kept)


def hold_sections(result: Result) -> None:
    """Sections stay in order, in their outer spans, and each word in its section."""
    document = result.document
    assert all(a.outer.end <= b.outer.start for a, b in pairwise(document.sections))
    by_key = {section.key: section for section in result.source.sections}
    for section in document.sections:
        was = by_key[section.key]
        assert (section.role, section.name) == (was.role, was.name)
        assert section.outer.start <= section.span.start <= section.span.end <= section.outer.end <= len(document.text)
        heading = was.span.start - was.outer.start
        assert (
            document.text[section.outer.start : section.span.start] == result.source.text[was.outer.start :][:heading]
        )


def letters(text: str, asked: Settings) -> str:
    """The letters and digits of ``text`` in lower case, without elision marks."""
    for mark in reversed(elisions(text, asked.elision)):
        text = text[: mark.start] + text[mark.end :]
    return "".join(c for c in text.casefold() if c.isalnum())


PRESETS = (Settings(), Settings(preset="clean"), Settings(preset="prompt", **BOLD))


@pytest.mark.parametrize("asked", PRESETS, ids=["default", "clean", "bold"])
def test_promises_hold_on_all_cases_and_real_text(asked: Settings) -> None:
    """All rules together keep every promise on every document of the fixtures."""
    for document in documents().values():
        hold_findings(document, asked)
        hold_result(document, asked)


# Words, not characters: a broken undo gets through random characters, where few rules find anything to do.
WORDS = word_set(
    "so we went to the store um uh and then that very no dashboar withhis encodin kubectl nodejs dont its im youre "
    "react python i think you know the thing is 3 5 10 000 twenty one point mp4 gpt4 january london what is a token "
    "Well, yes. No! really? (maybe) e.g. U.S. Dr. it's fine-tuning […] ... {transcript} TODO hello guys welcome back "
    "[Music] (laughs) >> ♪ [__] [inaudible] <i> &gt;&gt;"
)
TEXTS = st.lists(st.sampled_from([*sorted(WORDS), "\n", "\n\n", ",", ".", "-", " "]), max_size=30).map(" ".join)
ROLES, NAMES = st.sampled_from(["shot", "target"]), st.sampled_from(["intro", "outro"])
# Of few texts, so that shots repeat and targets leak.
FILES = st.lists(TEXTS, min_size=1, max_size=3).flatmap(
    lambda texts: st.lists(st.tuples(ROLES, NAMES, st.sampled_from(texts)), max_size=6)
)


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(text=TEXTS, asked=st.sampled_from(PRESETS))
def test_promises_hold_on_generated_words(text: str, asked: Settings) -> None:
    """All rules together keep every promise on any sequence of words."""
    hold_findings(Document(text), asked)
    hold_result(Document(text), asked)


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(sections=FILES, asked=st.sampled_from(PRESETS))
def test_promises_hold_on_generated_prompt_files(sections: list[tuple[str, str, str]], asked: Settings) -> None:
    """All rules together keep every promise on any sequence of shots and targets."""
    hold_findings(prompt_file(sections), asked)
    hold_result(prompt_file(sections), asked)


def test_looking_stamps_every_finding() -> None:
    """A finding says which rule made it and in which section it lies."""
    file = prompt_file([["shot", "a", "so we went"], ["target", "b", ""]])
    rule = next(rule for rule in RULES if rule.code == "EMP001")
    (finding,) = rule.look(View(file, Settings()))
    assert (finding.rule, finding.name, finding.section) == ("EMP001", "empty-section", "Target: b")
