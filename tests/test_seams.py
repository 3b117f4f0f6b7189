"""The seam rules on the real prompt file, and their repairs."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from transmend import Document, Result, Section, Settings, check, clean, read
from transmend.elision import elisions
from transmend.finding import Finding

SEED = Path(__file__).parent.parent / "fixtures" / "seed" / "prompts.txt"

#: Where text is missing: after 20 % of 8,000 or 14,500 characters, and every 10 % from there.
SHOT = tuple(range(1600, 6401, 800))
TARGET = tuple(range(2900, 11_601, 1450))


@cache
def seed() -> Document:
    """The real prompt file."""
    return read(SEED)


def settings(mode: str) -> Settings:
    """The seam rules alone."""
    return Settings(select=("SEAM", "TRN"), seams=mode)


@cache
def mended(mode: str) -> Result:
    """The real prompt file with its seams mended."""
    return clean(seed(), settings(mode))


def seams(findings: list[Finding]) -> list[int]:
    """Offsets of the cuts."""
    return [f.evidence["cut"] for f in findings if f.rule.startswith("SEAM")]


def truth(section: Section) -> tuple[int, ...]:
    """Where a section was cut."""
    return SHOT if section.role == "shot" else TARGET


def test_all_seams_of_the_file_are_found_and_none_else() -> None:
    """Every section with text has its seven cuts, at the exact code point."""
    want = [s.span.start + cut for s in seed().sections if len(s.span) for cut in truth(s)]
    assert seams(check(seed(), settings("mark"))) == want


@pytest.mark.parametrize("name", sorted({s.label for s in seed().sections if len(s.span)}))
def test_seams_of_a_text_alone_are_found(name: str) -> None:
    """Each text by itself, as a plain string, gives its seven cuts."""
    section = next(s for s in seed().sections if s.label == name and len(s.span))
    assert seams(check(section.span.of(seed().text), settings("mark"))) == list(truth(section))


def test_marking_keeps_every_letter() -> None:
    """``mark`` adds marks and white space, and nothing else."""
    text = mended("mark").text
    for mark in reversed(elisions(text, "[…]")):
        text = text[: mark.start] + text[mark.end :]
    assert [c for c in text if not c.isspace()] == [c for c in seed().text if not c.isspace()]
    assert "works with […]\n\nhis will become" in mended("mark").text
    assert "this dashboar […]\n\none critical" in mended("mark").text


@pytest.mark.parametrize("mode", ["mark", "drop", "complete", "restore", "keep"])
def test_mending_is_final(mode: str) -> None:
    """Mending what was mended changes nothing, and every way of mending can be undone."""
    assert clean(mended(mode).document, settings(mode)).changes == ()
    assert mended(mode).undo() == seed().text


def test_completing_takes_words_from_the_file() -> None:
    """Fragments become the words that other sections show at the same place."""
    text = mended("complete").text
    assert "this dashboard […]\n\none critical" in text
    assert "positional encoding […]\n\nand we will" in text
    assert "the model needs […]\n\ndealing with" in text


def test_completing_says_where_a_word_came_from() -> None:
    """The finding's evidence names the section and the offset of the whole word."""
    finding = next(f for f in check(seed(), settings("complete")) if f.evidence.get("left") == "encodin")
    source = finding.evidence["completed"]["left"]
    assert seed().text[source["at"] :].startswith("encoding")
    assert (source["origin"], source["where"]) == ("section", "Target: mixtral8x7b")
    json.dumps(finding.evidence)


def test_dropping_takes_the_fragments_too() -> None:
    """``drop`` leaves no broken word beside a mark."""
    assert "you this […]\n\none critical" in mended("drop").text
    assert "dashboar " not in mended("drop").text


def test_keeping_changes_nothing_but_tells() -> None:
    """``keep`` reports and leaves the text as it is."""
    assert mended("keep").text == seed().text
    assert len(seams(list(mended("keep").remaining))) == 231


def test_line_ends_are_those_of_the_document() -> None:
    """In a file with CRLF the break is CRLF, too."""
    piece = next(s for s in seed().sections if s.role == "shot").span.of(seed().text)
    result = clean(Document(f"{piece}\r\n"), settings("mark"))
    assert result.text.count("[…]\r\n\r\n") == 7
    assert "\n" not in result.text.replace("\r\n", "")
