"""Reports: each form on a small document, places on real and on generated text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import validate

from transmend import Document, Edit, Finding, Fix, Safety, Settings, Span, formats
from transmend.edits import Result, choose, edited, fill
from transmend.errors import SettingsError
from transmend.finding import Severity
from transmend.report import REPORTS, Checked, Failure, Survey, full
from transmend.report.diff import by_words, unified
from transmend.report.excerpt import excerpt
from transmend.report.pages import facts, find_rule, markdown_page, plain_page
from transmend.report.places import Places
from transmend.report.summary import summary
from transmend.rule import Phase, Rule
from transmend.view import View


def glued_word(view: View) -> Iterator[Finding]:
    """Two words are glued.

    Why: ``withhis`` is no word.

    Safety: safe. Only a space is inserted.
    """
    for match in re.finditer("withhis", view.text):
        yield Finding(
            Span(match.start(), match.end()), "'withhis' is two words", 0.9, evidence={"cut": match.start() + 4}
        )


def split(view: View, finding: Finding) -> Fix:
    """Put the space in."""
    at = finding.evidence["cut"]
    return Fix((Edit(Span(at, at), " "),))


def filler(view: View) -> Iterator[Finding]:
    """A filler.

    Why: nobody needs it.

    Safety: no fix is offered.
    """
    for number, match in enumerate(re.finditer(r"\bum\b", view.text)):
        yield Finding(Span(match.start(), match.end()), "filler 'um'", 0.5 + number / 10)


RULES = (
    Rule("SEAM001", Phase.SEAMS, glued_word, split),
    Rule("DIS002", Phase.WORDS, filler, severity=Severity.NOTE, grouped=True),
)
#: Characters that JSON escapes and that it does not, in one code unit and in two.
TEXTS = 'ab "\\\n\té😀\u2028'
TEXT = "## Shot: one\n\nso it works withhis um help\n\n## Target: two\n\num that is um all\n"


def findings_in(document: Document) -> list[Finding]:
    """What the rules of this file find."""
    view = View(document, Settings())
    return sorted((f for rule in RULES for f in rule.look(view)), key=lambda f: (f.span, f.rule))


def survey(text: str = TEXT, name: str = "talk.md", failures: tuple[Failure, ...] = ()) -> Survey:
    """What the rules of this file have to report on a text."""
    document = formats.parse(text.encode(), name)
    return Survey((Checked(document, tuple(findings_in(document))),), failures, {r.code: r for r in RULES})


def mended(text: str) -> Result:
    """A result of the rules of this file."""
    document = formats.parse(text.encode(), "talk.txt")
    found = findings_in(document)
    step, fixed = choose(found, unsafe=False)
    step = fill(step, text)
    steps = (step,) if step.changes else ()
    return Result(document, edited(document, step), steps, tuple(fixed), tuple(f for f in found if f not in fixed))


# --- places and excerpts -------------------------------------------------------------------------------------------


@given(st.text(alphabet="ab\n\r é😀", max_size=40), st.data())
def test_a_place_leads_back_to_its_code_point(text: str, data: st.DataObject) -> None:
    """Line and column name the same code point as the offset, ends included."""
    offset = data.draw(st.integers(0, len(text)))
    place = Places(Document(text)).at(offset)
    lines = text.split("\n")
    assert sum(len(line) + 1 for line in lines[: place.line - 1]) + place.column - 1 == offset == place.offset


@given(st.lists(st.text(TEXTS, min_size=1, max_size=12), min_size=1, max_size=4), st.booleans(), st.data())
def test_a_place_in_json_is_where_its_character_is_quoted(texts: list[str], ascii: bool, data: st.DataObject) -> None:
    """Escapes are followed: from the place on, the file spells the rest of that text."""
    lines = [json.dumps({"text": text}, ensure_ascii=ascii) for text in texts]
    document = formats.parse("\n".join(lines).encode(), "talk.jsonl", "jsonl")
    number = data.draw(st.integers(0, len(texts) - 1))
    section = document.sections[number]
    at = data.draw(st.integers(section.span.start, section.span.end))
    place = Places(document).at(at)
    rest = json.loads(f'"{lines[number][place.column - 1 : -2]}"')
    assert place.line == number + 1
    assert rest.startswith(document.text[at : section.span.end])
    assert len(rest.rstrip()) == len(document.text[at : section.span.end].rstrip())


def test_an_excerpt_marks_its_place() -> None:
    """The carets stand under the marked characters, also behind wide ones."""
    shown = excerpt("你好 so dashboar one", Span(6, 14))
    assert shown.line == "你好 so dashboar one"
    assert shown.carets == " " * 8 + "^" * 8


def test_an_excerpt_cannot_command_a_terminal() -> None:
    """Control characters and line ends are shown, not obeyed."""
    assert excerpt("a\x1b[31mb\nc", Span(0, 1)).line == "a\ufffd[31mb⏎c"


def test_a_place_between_characters_has_one_caret() -> None:
    """An empty span is marked before the character that follows."""
    assert excerpt("so we", Span(2, 2)).carets == "  ^"


def test_a_long_place_is_shown_in_part() -> None:
    """A section of thousands of characters does not flood the report."""
    assert len(excerpt("x" * 5000, Span(0, 5000)).line) == 60


# --- forms ---------------------------------------------------------------------------------------------------------


def test_full_lists_grave_findings_and_counts_grouped_ones() -> None:
    """People see each seam with its place marked, and one line a section for what is frequent and small."""
    assert full(survey()) == (
        "talk.md:3:13: warning SEAM001 glued-word: 'withhis' is two words\n"
        "  Shot: one, confidence 0.90, mended by fix\n"
        "    ## Shot: one⏎⏎so it works withhis um help⏎⏎## Target: two⏎⏎um that…\n"
        "                              ^^^^^^^\n"
        "\n"
        "talk.md:3: Shot: one\n"
        "       1 DIS002 filler, such as 3:21: filler 'um'\n"
        "\n"
        "talk.md:7: Target: two\n"
        "       2 DIS002 filler, such as 7:12: filler 'um'\n"
        "\n"
        "4 findings in 1 file: 1 warning, 3 notes\n"
        "  DIS002  filler            3\n"
        "  SEAM001 glued-word        1\n"
        "1 can be mended with transmend fix.\n"
    )


def test_full_is_coloured_only_if_asked() -> None:
    """Without colour there is no escape in the report; with it the words are the same."""
    coloured = full(survey(), colour=True)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured) == full(survey())


def test_full_says_when_nothing_was_found() -> None:
    """A clean file has a report as well."""
    assert full(survey("nothing to see")) == "Nothing found in 1 file.\n"


def test_concise_has_a_line_for_each_finding() -> None:
    """Place, code, message and confidence, on one line that can be grepped."""
    assert REPORTS["concise"](survey()).splitlines() == [
        "talk.md:3:13: SEAM001 'withhis' is two words [0.90]",
        "talk.md:3:21: DIS002 filler 'um' [0.50]",
        "talk.md:7:1: DIS002 filler 'um' [0.60]",
        "talk.md:7:12: DIS002 filler 'um' [0.70]",
    ]


def test_json_is_one_document_with_findings_totals_and_errors() -> None:
    """A finding's offsets, match, evidence and fix come through, and so do files that failed."""
    told = json.loads(REPORTS["json"](survey(failures=(Failure("gone.txt", "gone.txt: no such file"),))))
    assert told["totals"] == {"DIS002": 3, "SEAM001": 1}
    assert told["errors"] == [{"file": "gone.txt", "message": "gone.txt: no such file"}]
    seam = told["findings"][0]
    assert TEXT[seam["start"] : seam["end"]] == seam["match"] == "withhis"
    assert seam["fix"] == {"safety": "safe", "edits": [{"start": 30, "end": 30, "text": " "}]}
    assert (seam["line"], seam["column"], seam["end_column"], seam["evidence"]) == (3, 13, 20, {"cut": 30})


def test_jsonl_has_the_records_of_json() -> None:
    """One finding a line, the same keys."""
    lines = [json.loads(line) for line in REPORTS["jsonl"](survey()).splitlines()]
    assert lines == json.loads(REPORTS["json"](survey()))["findings"]


def test_github_escapes_what_would_end_a_command() -> None:
    """Per cent signs, line ends, colons and commas cannot break out of an annotation."""
    finding = Finding(Span(0, 4), "50%\nof it: a, b", rule="EMP001", name="empty", severity=Severity.ERROR)
    told = REPORTS["github"](Survey((Checked(Document("text", "a,b:c.txt"), (finding,)),)))
    head, message = told.rstrip("\n").removeprefix("::error ").split("::")
    assert head == "file=a%2Cb%3Ac.txt,line=1,endLine=1,col=1,endColumn=5,title=EMP001 empty"
    assert message == "50%25%0Aof it: a, b"


def test_github_counts_grouped_findings() -> None:
    """GitHub shows only a few annotations, so frequent ones are summed up by section."""
    lines = REPORTS["github"](survey()).splitlines()
    assert [line.split("::")[2] for line in lines] == [
        "'withhis' is two words",
        "1 findings in Shot: one, such as: filler 'um'",
        "2 findings in Target: two, such as: filler 'um'",
    ]


@pytest.mark.parametrize("name", REPORTS)
def test_every_form_can_report_nothing(name: str) -> None:
    """No file, no finding: no error, and JSON forms are still JSON."""
    told = REPORTS[name](Survey(()))
    assert name not in ("json", "sarif") or json.loads(told)


@pytest.mark.parametrize("name", REPORTS)
def test_every_form_places_json_records_in_their_file(name: str) -> None:
    """The second record's finding is told on line 2, where the string is."""
    told = REPORTS[name](survey('{"text": "so"}\n{"text": "it works withhis help"}\n', "talk.jsonl"))
    expected = {"json": '"line": 2', "jsonl": '"line": 2', "sarif": '"startLine": 2', "github": "line=2"}
    assert expected.get(name, "talk.jsonl:2:20") in told


# --- SARIF ---------------------------------------------------------------------------------------------------------


def _object(required: str = "", **properties: Any) -> dict[str, Any]:
    """A schema of an object with no other properties than these."""
    return {
        "type": "object",
        "properties": properties,
        "required": required.split(),
        "additionalProperties": False,
    }


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


# What section 3 of the SARIF 2.1.0 standard says of the properties in use here.
_TEXT = {"type": "string"}
_FROM_0 = {"type": "integer", "minimum": 0}
_FROM_1 = {"type": "integer", "minimum": 1}
_LEVEL = {"enum": ["none", "note", "warning", "error"]}
_MESSAGE = _object("text", text=_TEXT, markdown=_TEXT)
_URI = {"type": "string", "pattern": r"^[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]*$"}
_ARTIFACT = _object(uri=_URI)
_REGION = _object(
    startLine=_FROM_1, startColumn=_FROM_1, endLine=_FROM_1, endColumn=_FROM_1, charOffset=_FROM_0, charLength=_FROM_0
)
_PHYSICAL = _object(artifactLocation=_ARTIFACT, region=_REGION)
_LOCATION = _object(physicalLocation=_PHYSICAL, logicalLocations=_list(_object(name=_TEXT)))
_REPLACEMENT = _object("deletedRegion", deletedRegion=_REGION, insertedContent=_object(text=_TEXT))
_CHANGE = _object("artifactLocation replacements", artifactLocation=_ARTIFACT, replacements=_list(_REPLACEMENT))
_RESULT = _object(
    "message",
    ruleId=_TEXT,
    ruleIndex=_FROM_0,
    level=_LEVEL,
    message=_MESSAGE,
    locations=_list(_LOCATION),
    fixes=_list(_object("artifactChanges", description=_MESSAGE, artifactChanges=_list(_CHANGE))),
    partialFingerprints={"type": "object", "additionalProperties": _TEXT},
    properties={"type": "object"},
)
_DESCRIPTOR = _object(
    "id",
    id=_TEXT,
    name=_TEXT,
    shortDescription=_MESSAGE,
    help=_MESSAGE,
    defaultConfiguration=_object(level=_LEVEL),
)
_NOTIFICATION = _object("message", level=_LEVEL, message=_MESSAGE, locations=_list(_LOCATION))
_RUN = _object(
    "tool",
    tool=_object("driver", driver=_object("name", name=_TEXT, version=_TEXT, rules=_list(_DESCRIPTOR))),
    invocations=_list(
        _object(
            "executionSuccessful",
            executionSuccessful={"type": "boolean"},
            toolExecutionNotifications=_list(_NOTIFICATION),
        )
    ),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    results=_list(_RESULT),
)
SARIF = _object("version runs", version={"const": "2.1.0"}, runs=_list(_RUN)) | {
    "properties": {"$schema": _TEXT, "version": {"const": "2.1.0"}, "runs": _list(_RUN)}
}


def sarif_of(told: Survey) -> dict[str, Any]:
    """The only run of a SARIF log that keeps to the standard."""
    log = json.loads(REPORTS["sarif"](told))
    validate(log, SARIF)
    (run,) = log["runs"]
    return dict(run)


def test_sarif_keeps_to_the_standard() -> None:
    """The log has the properties of the standard and no others, also for odd names and failed files."""
    sarif_of(survey(name="my talks/é 1.md", failures=(Failure("gone.txt", "no such file"),)))
    sarif_of(Survey(()))


def test_sarif_regions_are_code_points_of_the_file() -> None:
    """Offset and length name the very characters, and so does the fix's region."""
    result = sarif_of(survey("😀 " + TEXT))["results"][0]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert ("😀 " + TEXT)[region["charOffset"] :][: region["charLength"]] == "withhis"
    replacement = result["fixes"][0]["artifactChanges"][0]["replacements"][0]
    assert replacement["deletedRegion"]["charOffset"] == region["charOffset"] + 4
    assert replacement["insertedContent"] == {"text": " "}


def test_sarif_rules_have_their_pages() -> None:
    """Each result leads to its rule, whose help is its page."""
    run = sarif_of(survey())
    for result in run["results"]:
        rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert "**Why:**" in rule["help"]["markdown"]


def test_sarif_fingerprints_survive_a_move() -> None:
    """Text inserted far before a finding does not make it a new one, and no two findings share a fingerprint."""
    prints = [r["partialFingerprints"]["transmend/v1"] for r in sarif_of(survey("um " * 40))["results"]]
    assert len(set(prints)) == 40
    far = "a word or two that stand well before it and more " + TEXT[14:]
    moved = [r["partialFingerprints"] for r in sarif_of(survey("and another start. " + far))["results"]]
    assert moved == [r["partialFingerprints"] for r in sarif_of(survey(far))["results"]]


def test_sarif_offers_no_fix_for_quoted_text() -> None:
    """In JSON a bare replacement could break the quoting, so none is offered."""
    assert "fixes" not in sarif_of(survey('{"text": "works withhis help"}\n', "talk.jsonl"))["results"][0]


# --- diff ----------------------------------------------------------------------------------------------------------


def test_diff_shows_short_lines_with_places() -> None:
    """A change in a long line is shown with a line around it, and where it is in the file."""
    text = "word " * 60 + "it works withhis help " + "more " * 60 + "\n"
    lines = list(unified(mended(text)))
    assert lines[:2] == ["--- talk.txt", "+++ talk.txt (mended)"]
    assert re.fullmatch(r"@@ 1:\d+ @@", lines[2])
    (removed,), (added,) = ([line for line in lines[3:] if line[0] == sign] for sign in "-+")
    assert added[1:] == removed[1:].replace("withhis", "with his")
    assert all(len(line) <= 102 for line in lines)


def test_diff_by_words_marks_what_changed() -> None:
    """Inside the line, the old and the new word stand side by side."""
    assert " it works [-withhis-]{+with his+} help" in list(by_words(mended("it works withhis help\n")))


def test_diff_of_no_change_is_empty() -> None:
    """Nothing changed, nothing shown."""
    assert list(unified(mended("all is well"))) == []


WORDS = st.lists(st.sampled_from(["so", "withhis", "a" * 130, "\n", "\n\n", "你" * 60, "um"]), max_size=30).map(
    " ".join
)


@given(WORDS)
def test_diff_lines_make_up_both_texts(text: str) -> None:
    """The lines of a diff, with all context, spell the source and the clean text."""
    from transmend.report.diff import _lines

    result = mended(text)
    lines = _lines(result)
    assert "".join(line.was for line in lines) == text
    assert "".join(line.now for line in lines) == result.text


@given(WORDS)
def test_every_change_is_in_the_diff(text: str) -> None:
    """As many glued words are taken out as were mended, and nothing else is."""
    taken = "\n".join(line for line in unified(mended(text)) if line[:1] == "-" and line[:3] != "---")
    assert taken.count("withhis") == text.count("withhis")


# --- pages and summary ---------------------------------------------------------------------------------------------


def test_a_rule_is_found_by_code_and_by_name() -> None:
    """In any case."""
    assert find_rule(RULES, "seam001") == find_rule(RULES, "Glued-Word") == RULES[0]


@pytest.mark.parametrize(
    ("wanted", "near"), [("SEAM01", "SEAM001"), ("glued-wrod", "glued-word"), ("XYZ", "transmend rules")]
)
def test_an_unknown_rule_names_the_nearest(wanted: str, near: str) -> None:
    """A slip of the finger is answered with what was meant, or with where to look."""
    with pytest.raises(SettingsError, match=near):
        find_rule(RULES, wanted)


def test_a_page_has_its_parts() -> None:
    """Title, text and facts, on a terminal and in Markdown."""
    assert plain_page(RULES[0]).startswith("SEAM001 glued-word\n\nTwo words are glued.\n\nWhy: `withhis`")
    assert "**Safety:** safe." in markdown_page(RULES[0])
    assert [facts(rule)["fix"] for rule in RULES] == ["safe", "none"]


def test_a_summary_counts_what_was_mended_and_what_is_left() -> None:
    """By rule, and what would mend the rest."""
    assert list(summary(mended("it works withhis um help"))) == [
        "talk.txt: 1 mended by 1 edit, 1 left",
        "                       mended     left",
        "  DIS002  filler            0        1",
        "  SEAM001 glued-word        1        0",
    ]
    unsafe = Finding(Span(0, 1), "bad", rule="EMP001", name="empty", fix=Fix((), Safety.UNSAFE))
    document = Document("x")
    assert list(summary(Result(document, document, remaining=(unsafe,))))[-1].endswith("1  mended with --unsafe-fixes")
