"""Tables and files of one text a line: which column, which times, what is quoted, and what is refused."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transmend import clean, convert
from transmend.document import Document, Span
from transmend.edits import Change, Step, edited, fill
from transmend.errors import InputError
from transmend.finding import Edit
from transmend.formats import parse, render

SAID = "so lets start dont worry"
FIELDS = st.text(alphabet='ab ,;|\t"\n', max_size=8)


def texts(document: Document) -> list[str]:
    """The text of every section."""
    return [section.span.of(document.text) for section in document.sections]


def said(document: Document) -> list[tuple[float, float, str, str]]:
    """Every cue."""
    return [(c.begin, c.end, c.speaker, c.span.of(document.text)) for c in document.cues]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    rows=st.lists(st.tuples(FIELDS, FIELDS.filter(lambda text: text.strip())), min_size=1, max_size=5),
    delimiter=st.sampled_from(",;|\t"),
    newline=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_what_python_writes_is_read(rows: list[tuple[str, str]], delimiter: str, newline: str, quoting: int) -> None:
    """Each text, whatever is in it; rewritten, Python reads the new one and the other fields as they were."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=newline, quoting=quoting)
    writer.writerows([("id", "text"), *rows])
    document = parse(out.getvalue().encode(), "table.csv")
    assert texts(document) == [text.strip() for _, text in rows]
    assert render(document).decode() == out.getvalue()
    new = f'he said "{delimiter}"\nso'
    edits = (Change(Edit(section.span, new), "", "TST001", "", 1.0) for section in document.sections)
    after = render(edited(document, fill(Step(tuple(edits)), document.text))).decode()
    again = list(csv.reader(io.StringIO(after, newline=""), delimiter=delimiter))
    lead = [len(text) - len(text.lstrip()) for _, text in rows]
    assert [row[0] for row in again[1:]] == [name for name, _ in rows]
    assert [row[1][n : n + len(new)] for row, n in zip(again[1:], lead, strict=True)] == [new] * len(rows)


@pytest.mark.parametrize(
    ("table", "cues"),
    [
        ("start\tend\ttext\n0\t4280\tso\n4280\t9120\twe\n", [(0.0, 4.28, "", "so"), (4.28, 9.12, "", "we")]),
        ("start,end,text\n0,4,so\n4,9,we\n", [(0.0, 4.0, "", "so"), (4.0, 9.0, "", "we")]),
        ("Start,Duration,Speaker,Text\n1.5,2,Ann,so\n", [(1.5, 3.5, "Ann", "so")]),
        ("text;start;end\nso;00:01:02.5;00:01:03\n", [(62.5, 63.0, "", "so")]),
        ("token|ts|endTs\nSO|0.5|0.75\nWE|0.75|1\n", [(0.5, 0.75, "", "SO"), (0.75, 1.0, "", "WE")]),
    ],
)
def test_times(table: str, cues: list[tuple[float, float, str, str]]) -> None:
    """Seconds, milliseconds, stamps, lengths."""
    assert said(parse(table.encode())) == cues


def test_a_table_of_many_recordings_has_no_cues() -> None:
    """Where times start over nothing runs on from row to row."""
    document = parse(b"id,start,end,text\na,0,1,so\na,1,2,we\nb,0,1,went\n")
    assert (texts(document), document.cues) == (["so", "we", "went"], ())


def test_columns() -> None:
    """By the name that says it, the name the user gives, or a number; names and roles are read."""
    assert texts(parse(b"path,sentence\na,so we went\n")) == ["so we went"]
    assert texts(parse(b"a,b\nso,we went\n", "t.csv", text_key="B")) == ["we went"]
    metadata = parse(b"LJ001-0001|so we went|So we went.\nLJ001-0002|and|And\n", "metadata.csv", text_key="2")
    assert texts(metadata) == ["so we went", "and"]
    roles = parse(b"role,name,text\nshot,a,x y\ntarget,b,z\n")
    assert [(s.role, s.name) for s in roles.sections] == [("shot", "a"), ("target", "b")]


@pytest.mark.parametrize(
    ("table", "named", "why"),
    [
        ("a,b\n1,2\n", "t.csv", r"line 1: no column 'text' \(it has 'a', 'b'\): .*--text-key"),
        ("id,text\n1,so, we went\n", "t.csv", r"line 2: 3 fields, and line 1 has 2: .*quotes"),
        ("token,x\nso,1\n", "t.csv", "line 2: no time"),
    ],
)
def test_bad_tables(table: str, named: str, why: str) -> None:
    """One line says what, where and what to try."""
    with pytest.raises(InputError, match=why):
        parse(table.encode(), named)


@pytest.mark.parametrize(
    "text", ["text, please\nso, we went there, and\nback\n", "well, yes\nno, not that\n", "text\nso we went\n", ""]
)
def test_talk_is_no_table(text: str) -> None:
    """However many commas it has."""
    assert parse(text.encode(), "talk.txt").origin.format == "plain"


def test_fields_get_quotes_where_they_need_them() -> None:
    """A comma set in a bare field of CSV; none are needed in TSV."""
    table = "id,text\n1,um so we can do that dont worry\n"
    assert render(clean(parse(table.encode())).document).decode() == (
        'id,text\n1,"Um, so we can do that. Don\'t worry."\n'
    )
    table = table.replace(",", "\t")
    assert (
        render(clean(parse(table.encode())).document).decode() == "id\ttext\n1\tUm, so we can do that. Don't worry.\n"
    )


# --- a text a line


def test_words_of_a_ctm_are_one_text() -> None:
    """Cut at pauses and where another recording begins; a word that became two is two lines that share its time."""
    lines = ["a 1 0.00 0.20 so", "a 1 0.20 0.30 we", "a 1 3.00 0.40 went 0.9", "b 1 0.00 0.20 home"]
    document = parse("\n".join(lines).encode())
    assert [text for *_, text in said(document)] == ["so we", "went", "home"]
    step = Step((Change(Edit(Span(6, 10), "we nt"), "", "TST001", "", 1.0),))
    after = render(edited(document, fill(step, document.text))).decode().split("\n")
    assert after == [*lines[:2], "a 1 3.00 0.20 we 0.9", "a 1 3.20 0.20 nt 0.9", lines[3]]


def test_lines_stay_lines() -> None:
    """No paragraph, seam mark or turn puts a line break into an utterance."""
    talk = "thanks for coming today we look at tokens and how they are made of bytes " * 30
    lines = "".join(f"talk-{k:04} {talk}>> are you ready >> yes\n" for k in range(3))
    document = parse(lines.encode())
    assert document.origin.format == "utterances"
    after = clean(document).text
    assert after.count("\n") == 3
    assert [line.split()[0] for line in after.splitlines()] == ["talk-0000", "talk-0001", "talk-0002"]
    assert after != lines


def test_a_line_of_another_form_is_told() -> None:
    """And left alone."""
    text = "a 1 spk 0.0 1.0 so we went\nnothing of the kind\na 1 spk 1.0 2.0 home\n"
    document = parse(text.encode(), format="stm")
    assert [flaw.kind for flaw in document.origin.flaws] == ["stray"]
    assert render(document).decode() == text


def test_converting_tables() -> None:
    """Whisper's TSV as captions."""
    table = b"start\tend\ttext\n0\t1500\tso we went\n"
    assert convert(parse(table), "vtt").text == "WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nso we went\n\n"


# --- what is not read


@pytest.mark.parametrize(
    ("text", "named", "what"),
    [
        ("<!DOCTYPE html>\n<html><p>so</p></html>", "a.txt", "HTML"),
        ('File type = "ooTextFile"\n', "a.txt", "Praat TextGrid"),
        ("@UTF8\n@Begin\n*MOT:\tso\n", "a.txt", "CHAT"),
        ("<?xml version='1.0'?>\n<a>so</a>", "a.xml", "XML"),
        ("text: so\n", "a.yaml", "YAML"),
        ("import so\n", "a.py", "source code"),
        ("#! /bin/sh\nso\n", "so", "source code"),
    ],
)
def test_other_forms_are_refused(text: str, named: str, what: str) -> None:
    """With what to do; asked for as plain text they are read."""
    with pytest.raises(InputError, match=f"this is {what}.*--format plain"):
        parse(text.encode(), named)
    assert parse(text.encode(), named, format="plain").text == text
