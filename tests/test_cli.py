"""The command line, on rules small enough to see through; and on the real ones where that is the point."""

from __future__ import annotations

import io
import json
import os
import re
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from transmend import Document, Edit, Finding, Fix, Safety, Span, __version__, console, defects, pipeline
from transmend.cli import cli, main
from transmend.finding import Severity
from transmend.rule import Phase, Rule
from transmend.view import View

ROOT = Path(__file__).parent.parent
HEAVY = ("ftfy", "jellyfish", "numpy", "onnxruntime", "rapidfuzz", "spacy", "tokenizers")


def bad_word(view: View) -> Iterator[Finding]:
    """A word is bad."""
    for match in re.finditer("bad", view.text):
        yield Finding(Span(match.start(), match.end()), "'bad' is bad")


def better(view: View, finding: Finding) -> Fix:
    """Another word."""
    return Fix((Edit(finding.span, "good"),))


def worse_section(view: View) -> Iterator[Finding]:
    """A section is worse."""
    for section in view.document.sections:
        if "worse" in section.span.of(view.text):
            yield Finding(section.span, "worse", severity=Severity.ERROR)


def leave_out(view: View, finding: Finding) -> Fix:
    """Drop the section."""
    section = next(s for s in view.document.sections if s.span == finding.span)
    return Fix((Edit(section.outer, ""),), Safety.UNSAFE)


def small_thing(view: View) -> Iterator[Finding]:
    """A thing is small."""
    for match in re.finditer("um", view.text):
        yield Finding(Span(match.start(), match.end()), "'um' is small", severity=Severity.NOTE)


def broken_rule(view: View) -> Iterator[Finding]:
    """A rule with a bug."""
    if "crash" in view.text:
        raise KeyError("crash")
    yield from ()


RULES = (
    Rule("EMP001", Phase.PROMPT, worse_section, leave_out),
    Rule("ENC001", Phase.ENCODING, broken_rule),
    Rule("PUN001", Phase.MARKS, bad_word, better),
    Rule("DIS001", Phase.WORDS, small_thing, severity=Severity.NOTE, grouped=True),
)


@pytest.fixture(autouse=True)
def _house(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The rules of this file in place of the real ones, and an empty working folder."""
    monkeypatch.setattr(defects, "RULES", RULES)
    monkeypatch.delenv(console.DEBUG, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    """A text with one bad word and one small thing."""
    path = tmp_path / "talk.txt"
    path.write_bytes(b"um a bad day\r\n")
    return path


def feed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """Let ``data`` come from stdin."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def outcome(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command."""
    code = main(arguments)
    told = capfd.readouterr()
    return code, told.out, told.err


# --- check ---------------------------------------------------------------------------------------------------------


def test_check_finds_and_changes_nothing(capfd: pytest.CaptureFixture[str], talk: Path) -> None:
    """Findings go to stdout, the code is 1, the file is as it was."""
    code, out, err = outcome(capfd, "check", "talk.txt", "--output-format", "concise")
    assert (code, err) == (1, "")
    assert out == "talk.txt:1:1: DIS001 'um' is small [1.00]\ntalk.txt:1:6: PUN001 'bad' is bad [1.00]\n"
    assert talk.read_bytes() == b"um a bad day\r\n"


def test_notes_do_not_fail_a_check(capfd: pytest.CaptureFixture[str], talk: Path) -> None:
    """With notes alone the code is 0."""
    assert outcome(capfd, "check", "talk.txt", "--ignore", "PUN")[0] == 0


def test_check_reads_stdin(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A dash is standard input, also for reports."""
    feed(monkeypatch, b"so bad")
    assert outcome(capfd, "check", "-", "--output-format", "concise")[1].startswith("<stdin>:1:4: PUN001")


def test_check_writes_its_report_to_a_file(capfd: pytest.CaptureFixture[str], talk: Path) -> None:
    """With -o nothing goes to stdout."""
    code, out, _ = outcome(capfd, "check", "talk.txt", "--output-format", "json", "-o", "report.json")
    assert (code, out) == (1, "")
    assert json.loads(Path("report.json").read_text())["totals"] == {"DIS001": 1, "PUN001": 1}


def test_a_report_never_goes_over_its_input(capfd: pytest.CaptureFixture[str], talk: Path) -> None:
    """That would lose the text."""
    assert outcome(capfd, "check", "talk.txt", "-o", "./talk.txt")[0] == 2
    assert talk.read_bytes() == b"um a bad day\r\n"


def test_one_bad_file_does_not_stop_the_others(capfd: pytest.CaptureFixture[str], talk: Path) -> None:
    """Every file is handled, the worst code counts, and the JSON report names what could not be read."""
    code, out, err = outcome(capfd, "check", "gone.txt", "talk.txt", "--output-format", "json")
    told = json.loads(out)
    assert code == 2
    assert told["files"] == ["talk.txt"]
    assert [e["file"] for e in told["errors"]] == ["gone.txt"]
    assert re.fullmatch(r"transmend: error: gone.txt: .*\n", err)


def test_cp1252_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    """Where the encoding was guessed, stderr says so, and the text is written back in it."""
    Path("old.txt").write_bytes(b"a bad caf\xe9")
    code, _, err = outcome(capfd, "fix", "old.txt", "-o", "new.txt")
    assert code == 0
    assert "old.txt is not UTF-8; read as cp1252" in err
    assert Path("new.txt").read_bytes() == b"a good caf\xe9"


def test_lone_surrogates_can_be_reported(capfd: pytest.CaptureFixture[str]) -> None:
    """JSON may hold half a character, which no terminal can print."""
    Path("odd.json").write_text(r'{"text": "bad \ud800"}')
    for form in ("full", "concise", "json", "jsonl", "sarif", "github"):
        assert outcome(capfd, "check", "odd.json", "--output-format", form)[0] == 1


# --- fix -----------------------------------------------------------------------------------------------------------


def test_fix_writes_to_stdout_and_sums_up_on_stderr(capfd: pytest.CaptureFixture[str], talk: Path) -> None:
    """The clean text alone is on stdout, byte for byte; the input stays."""
    code = main(["fix", "talk.txt"])
    told = capfd.readouterr()
    assert (code, told.out) == (0, "um a good day\r\n")
    assert told.err.startswith("talk.txt: 1 mended by 1 edit, 1 left\n")
    assert talk.read_bytes() == b"um a bad day\r\n"


def test_fix_can_be_quiet(capfd: pytest.CaptureFixture[str], talk: Path) -> None:
    """No summary with -q."""
    assert outcome(capfd, "fix", "-q", "talk.txt")[2] == ""


def test_fix_reads_stdin(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """As a filter: stdin to stdout."""
    feed(monkeypatch, b"so bad\n")
    assert outcome(capfd, "fix", "-q", "-") == (0, "so good\n", "")


def test_fix_refuses_to_write_over_its_input(capfd: pytest.CaptureFixture[str], talk: Path) -> None:
    """By whatever name the input is called."""
    Path("link.txt").symlink_to(talk)
    for output in ("talk.txt", "./talk.txt", "link.txt"):
        code, _, err = outcome(capfd, "fix", "talk.txt", "-o", output)
        assert (code, "--in-place" in err) == (2, True)
    assert talk.read_bytes() == b"um a bad day\r\n"


def test_fix_in_place_keeps_the_mode(capfd: pytest.CaptureFixture[str], talk: Path) -> None:
    """The file is replaced, and who may read it stays."""
    talk.chmod(0o640)
    assert outcome(capfd, "fix", "--in-place", "talk.txt")[0] == 0
    assert talk.read_bytes() == b"um a good day\r\n"
    assert stat.S_IMODE(talk.stat().st_mode) == 0o640
    assert [p.name for p in talk.parent.iterdir()] == ["talk.txt"]


def test_fix_in_place_leaves_a_clean_file_alone(capfd: pytest.CaptureFixture[str]) -> None:
    """Nothing to mend, nothing written."""
    path = Path("fine.txt")
    path.write_text("fine")
    os.utime(path, (1, 1))
    assert outcome(capfd, "fix", "-i", "fine.txt", "--keep-edits")[0] == 0
    assert path.stat().st_mtime == 1
    assert not Path("fine.txt.edits.jsonl").exists()


def test_edits_of_an_earlier_run_are_not_lost(capfd: pytest.CaptureFixture[str], talk: Path) -> None:
    """Fixing in place once more must not replace the only way back to the first text."""
    assert outcome(capfd, "fix", "-i", "talk.txt", "--keep-edits")[0] == 0
    first = Path("talk.txt.edits.jsonl").read_bytes()
    talk.write_bytes(b"a bad day again")
    code, _, err = outcome(capfd, "fix", "-i", "talk.txt", "--keep-edits")
    assert (code, "only way back" in err) == (2, True)
    assert Path("talk.txt.edits.jsonl").read_bytes() == first
    assert talk.read_bytes() == b"a bad day again"


def test_fix_ends_with_1_if_errors_are_left(capfd: pytest.CaptureFixture[str]) -> None:
    """What needs --unsafe-fixes is left without it, and the summary says so."""
    Path("p.md").write_text("## Shot: a\n\nworse\n\n## Target: b\n\nfine\n")
    code, _, err = outcome(capfd, "fix", "p.md", "-o", "q.md")
    assert (code, "mended with --unsafe-fixes" in err) == (1, True)
    assert outcome(capfd, "fix", "p.md", "-o", "q.md", "--unsafe-fixes")[0] == 0
    assert Path("q.md").read_text() == "## Target: b\n\nfine\n"


def test_several_files_go_to_a_folder_or_in_place(capfd: pytest.CaptureFixture[str]) -> None:
    """Each under its own name."""
    for name in ("a.txt", "b.txt"):
        Path(name).write_text(f"bad {name}")
    Path("out").mkdir()
    assert outcome(capfd, "fix", "a.txt", "b.txt", "-o", "out", "--keep-edits")[0] == 0
    assert sorted(p.name for p in Path("out").iterdir()) == [
        "a.txt",
        "a.txt.edits.jsonl",
        "b.txt",
        "b.txt.edits.jsonl",
    ]
    assert Path("out/b.txt").read_text() == "good b.txt"
    assert outcome(capfd, "fix", "a.txt", "b.txt", "-i")[0] == 0
    assert Path("a.txt").read_text() == "good a.txt"


@pytest.mark.parametrize(
    "arguments",
    [
        ["talk.txt", "other.txt"],
        ["talk.txt", "other.txt", "-o", "new.txt"],
        ["talk.txt", "sub/talk.txt", "-o", "sub"],
        ["talk.txt", "other.txt", "-i", "--edits", "e.jsonl"],
        ["talk.txt", "-i", "-o", "new.txt"],
        ["-", "-i"],
        ["-", "-o", "sub"],
        ["talk.txt", "--keep-edits"],
        ["talk.txt", "-o", "x", "--edits", "e.jsonl", "--keep-edits"],
        ["talk.txt", "-o", "x", "--edits", "./x"],
        ["talk.txt", "-o", "x", "--edits", "talk.txt"],
        ["talk.txt", "--edits", "-"],
    ],
    ids=" ".join,
)
def test_outputs_that_would_lose_something_are_refused(
    capfd: pytest.CaptureFixture[str], talk: Path, arguments: list[str]
) -> None:
    """Two outputs in one place, or an output without a place of its own: an error, and nothing is written."""
    Path("other.txt").write_text("bad")
    Path("sub").mkdir()
    Path("sub/talk.txt").write_text("bad too")
    before = {p: p.read_bytes() for p in Path().rglob("*") if p.is_file()}
    code, out, err = outcome(capfd, "fix", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("transmend: error: ")
    assert {p: p.read_bytes() for p in Path().rglob("*") if p.is_file()} == before


def test_nothing_is_written_where_writing_fails(capfd: pytest.CaptureFixture[str], talk: Path) -> None:
    """A folder that does not exist: an error, no half of a file, and no traceback."""
    code, out, err = outcome(capfd, "fix", "talk.txt", "-o", "nowhere/new.txt")
    assert (code, out) == (2, "")
    assert re.fullmatch(r"transmend: error: nowhere.*\n", err)


# --- undo and replay -----------------------------------------------------------------------------------------------


def test_undo_and_replay_are_exact(capfd: pytest.CaptureFixture[str], talk: Path) -> None:
    """Clean text and source lead to one another, byte for byte."""
    outcome(capfd, "fix", "talk.txt", "-o", "clean.txt", "--edits", "edits.jsonl")
    assert outcome(capfd, "undo", "clean.txt", "--edits", "edits.jsonl", "-o", "source.txt")[0] == 0
    assert Path("source.txt").read_bytes() == talk.read_bytes()
    assert outcome(capfd, "replay", "talk.txt", "--edits", "edits.jsonl", "-o", "again.txt")[0] == 0
    assert Path("again.txt").read_bytes() == Path("clean.txt").read_bytes()


def test_undo_in_place_brings_the_file_back(capfd: pytest.CaptureFixture[str], talk: Path) -> None:
    """What --in-place --keep-edits did can be taken back the same way."""
    source = talk.read_bytes()
    outcome(capfd, "fix", "-i", "talk.txt", "--keep-edits")
    assert talk.read_bytes() != source
    assert outcome(capfd, "undo", "talk.txt", "--edits", "talk.txt.edits.jsonl", "-i")[0] == 0
    assert talk.read_bytes() == source


def test_undo_brings_dropped_sections_back(capfd: pytest.CaptureFixture[str]) -> None:
    """In a text with headings a section that was dropped comes back whole."""
    source = "## Shot: a\n\nworse\n\n## Shot: b\n\nbad\n\n## Target: c\n\nfine\n"
    Path("p.md").write_text(source)
    outcome(capfd, "fix", "p.md", "-o", "q.md", "--edits", "e.jsonl", "--unsafe-fixes")
    assert Path("q.md").read_text() == "## Shot: b\n\ngood\n\n## Target: c\n\nfine\n"
    assert outcome(capfd, "undo", "q.md", "--edits", "e.jsonl") == (0, source, "")


def test_undo_and_replay_of_json(capfd: pytest.CaptureFixture[str]) -> None:
    """Edits of quoted texts go both ways, and records that were dropped come back."""
    source = '{"text": "so bad"}\n{"text": "so  \\n worse"}\n'
    Path("p.jsonl").write_text(source)
    outcome(capfd, "fix", "p.jsonl", "-o", "q.jsonl", "--edits", "e.jsonl")
    assert outcome(capfd, "undo", "q.jsonl", "--edits", "e.jsonl") == (0, source, "")
    outcome(capfd, "fix", "p.jsonl", "-o", "q.jsonl", "--edits", "e.jsonl", "--unsafe-fixes")
    clean = Path("q.jsonl").read_text()
    assert clean == '{"text": "so good"}\n'
    assert outcome(capfd, "replay", "p.jsonl", "--edits", "e.jsonl") == (0, clean, "")
    assert outcome(capfd, "undo", "q.jsonl", "--edits", "e.jsonl") == (0, source, "")


@pytest.mark.parametrize("edits", ["edits.jsonl", "talk.txt", "gone.jsonl"])
def test_undo_of_another_text_is_refused(capfd: pytest.CaptureFixture[str], talk: Path, edits: str) -> None:
    """Another text, edits that are none, or none at all: one line says what is wrong."""
    outcome(capfd, "fix", "talk.txt", "-o", "clean.txt", "--edits", "edits.jsonl")
    Path("other.txt").write_text("something else")
    code, out, err = outcome(capfd, "undo", "other.txt", "--edits", edits)
    assert (code, out) == (2, "")
    assert re.fullmatch(r"transmend: error: .+\n", err)


def test_undo_never_goes_over_its_edits(capfd: pytest.CaptureFixture[str], talk: Path) -> None:
    """They may be the only copy."""
    outcome(capfd, "fix", "talk.txt", "-o", "clean.txt", "--edits", "edits.jsonl")
    assert outcome(capfd, "undo", "clean.txt", "--edits", "edits.jsonl", "-o", "./edits.jsonl")[0] == 2
    assert outcome(capfd, "undo", "-", "--edits", "-")[0] == 2
    assert Path("edits.jsonl").read_text().startswith('{"transmend"')


# --- diff, explain, rules, eval ------------------------------------------------------------------------------------


def test_diff_shows_what_fix_would_do(capfd: pytest.CaptureFixture[str], talk: Path) -> None:
    """Lines or words, code 1 with changes and 0 without."""
    code, out, _ = outcome(capfd, "diff", "talk.txt")
    assert code == 1
    assert out.splitlines()[2:] == ["@@ 1:1 @@", "-um a bad day", "+um a good day"]
    assert " um a [-bad-]{+good+} day" in outcome(capfd, "diff", "--word", "talk.txt")[1]
    assert outcome(capfd, "diff", "--ignore", "PUN", "talk.txt") == (0, "", "")


def test_explain_takes_code_or_name(capfd: pytest.CaptureFixture[str]) -> None:
    """Both print the page; a slip names what is near."""
    code, out, _ = outcome(capfd, "explain", "pun001")
    assert (code, out) == outcome(capfd, "explain", "bad-word")[:2]
    assert out.startswith("PUN001 bad-word\n\nA word is bad.")
    code, out, err = outcome(capfd, "explain", "PUN01")
    assert (code, out) == (2, "")
    assert "did you mean 'PUN001'" in err


def test_rules_lists_every_rule(capfd: pytest.CaptureFixture[str]) -> None:
    """As a table and as JSON."""
    assert [line.split()[0] for line in outcome(capfd, "rules")[1].splitlines()] == [rule.code for rule in RULES]
    told = json.loads(outcome(capfd, "rules", "--output-format", "json")[1])
    assert told[2] == {
        "code": "PUN001",
        "name": "bad-word",
        "summary": "A word is bad.",
        "phase": "marks",
        "severity": "warning",
        "fix": "none",
    }


def test_eval_scores_marks(capfd: pytest.CaptureFixture[str]) -> None:
    """Precision, recall and F1 of a text against a reference; other letters are an error."""
    Path("given.txt").write_text("so we go. and stay")
    Path("wanted.txt").write_text("So we go. And stay.")
    told = json.loads(outcome(capfd, "eval", "given.txt", "wanted.txt", "--output-format", "json")[1])
    assert (told["period"]["precision"], told["period"]["recall"]) == (1.0, 0.5)
    assert "period" in outcome(capfd, "eval", "given.txt", "wanted.txt")[1]
    Path("other.txt").write_text("something else")
    assert outcome(capfd, "eval", "other.txt", "wanted.txt")[0] == 2


# --- settings ------------------------------------------------------------------------------------------------------


def test_the_nearest_configuration_counts(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, talk: Path
) -> None:
    """A file in a folder above is found, and the command line wins over it."""
    Path("transmend.toml").write_text('ignore = ["PUN"]\n')
    Path("deep/er").mkdir(parents=True)
    monkeypatch.chdir("deep/er")
    assert outcome(capfd, "check", str(talk), "--output-format", "concise")[1].count("\n") == 1
    assert outcome(capfd, "check", str(talk), "--output-format", "concise", "--ignore", "DIS")[1].count("PUN001") == 1


def test_a_configuration_can_be_named(capfd: pytest.CaptureFixture[str], talk: Path) -> None:
    """Then no other is looked for; one that is not there is an error."""
    Path("transmend.toml").write_text('ignore = ["PUN"]\n')
    Path("mine.toml").write_text('select = ["PUN"]\n')
    told = outcome(capfd, "check", "talk.txt", "--config", "mine.toml", "--output-format", "concise")[1]
    assert "PUN001" in told
    assert "DIS001" not in told
    assert outcome(capfd, "check", "talk.txt", "--config", "gone.toml")[0] == 2


def test_codes_can_be_listed_or_repeated(capfd: pytest.CaptureFixture[str], talk: Path) -> None:
    """Commas and repeated options mean the same, and a longer prefix wins."""
    for given in (["--select", "PUN,dis"], ["--select", "PUN", "--select", "DIS"]):
        assert outcome(capfd, "check", "talk.txt", *given, "--output-format", "concise")[1].count("\n") == 2
    alone = outcome(capfd, "check", "talk.txt", "--select", "PUN001", "--ignore", "P", "--output-format", "concise")[1]
    assert alone.count("\n") == 1


# --- errors --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["chekc", "talk.txt"], "Did you mean 'check'"),
        (["check"], "FILE"),
        (["check", "talk.txt", "--sellect", "PUN"], "--select"),
        (["check", "talk.txt", "--select", "PNU"], "did you mean 'PUN'"),
        (["check", "talk.txt", "--preset", "neat"], "verbatim"),
        (["check", "talk.txt", "--abstain", "2"], "0 to 1"),
        (["check", "talk.txt", "--format", "docx"], "jsonl"),
        (["check", "talk.txt", "--format", "json"], "talk.txt"),
        (["check", "."], "folder"),
        (["undo", "talk.txt"], "--edits"),
    ],
    ids=str,
)
def test_wrong_usage_is_told_in_one_line(
    capfd: pytest.CaptureFixture[str], talk: Path, arguments: list[str], said: str
) -> None:
    """Code 2, nothing on stdout, and one line on stderr that helps."""
    code, out, err = outcome(capfd, *arguments)
    assert (code, err.count("\n")) == (2, 1)
    assert "Nothing" not in out
    assert err.startswith("transmend: error: ")
    assert said in err


def test_an_unknown_setting_names_the_nearest(capfd: pytest.CaptureFixture[str], talk: Path) -> None:
    """And the file it stands in."""
    Path("transmend.toml").write_text('presett = "clean"\n')
    code, _, err = outcome(capfd, "check", "talk.txt")
    assert code == 2
    assert "transmend.toml" in err
    assert "did you mean 'preset'" in err


def test_a_bug_is_told_without_a_traceback(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, talk: Path
) -> None:
    """One line says that it is a bug, where, and how to see more; other files are still handled."""
    Path("odd.txt").write_text("crash")
    code, out, err = outcome(capfd, "check", "odd.txt", "talk.txt", "--output-format", "concise")
    assert code == 2
    assert "talk.txt:1:6: PUN001" in out
    assert re.fullmatch(
        r"transmend: error: a bug in transmend with odd\.txt: KeyError: 'crash' at test_cli\.py:\d+;.*\n", err
    )
    monkeypatch.setenv(console.DEBUG, "1")
    assert "Traceback" in outcome(capfd, "check", "odd.txt")[2]


def test_an_interruption_is_told(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, talk: Path
) -> None:
    """Code 130, as shells have it, and no traceback."""

    def interrupt(document: Document, settings: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline, "check", interrupt)
    code, _, err = outcome(capfd, "check", "talk.txt")
    assert (code, err.strip()) == (130, "transmend: interrupted")


def run(*command: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Run Python in a process of its own."""
    return subprocess.run([sys.executable, *command], capture_output=True, text=True, timeout=60, **options)  # type: ignore[call-overload, no-any-return]


def test_a_closed_pipe_is_no_error() -> None:
    """``transmend rules | head -1`` says nothing on stderr."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as pipe:
        done = subprocess.run(
            [sys.executable, "-m", "transmend", "rules"], stdout=pipe, stderr=subprocess.PIPE, text=True, timeout=60
        )
    assert (done.returncode, done.stderr) == (141, "")


# --- terminals -----------------------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """It does."""
        return True


def test_colour_is_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in pipes, not if NO_COLOR is set, not on a dumb terminal."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert console.has_colour(Terminal())
    assert not console.has_colour(io.StringIO())
    monkeypatch.setenv("TERM", "dumb")
    assert not console.has_colour(Terminal())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    assert not console.has_colour(Terminal())


def test_progress_is_for_terminals_and_for_long_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told while work goes on, taken away after, and never told in a pipe or on quick work."""
    monkeypatch.setattr(console, "PATIENCE", 0.01)
    for stream, told in ((Terminal(), True), (io.StringIO(), False)):
        monkeypatch.setattr(sys, "stderr", stream)
        with console.progress("mending"):
            for _ in range(500):
                if not told or "mending" in stream.getvalue():
                    break
                time.sleep(0.01)
        assert ("mending" in stream.getvalue()) is told
        assert not told or stream.getvalue().endswith("\r\x1b[K")
    monkeypatch.setattr(console, "PATIENCE", 10)
    monkeypatch.setattr(sys, "stderr", quick := Terminal())
    with console.progress("mending"):
        pass
    assert quick.getvalue() == ""


# --- help and start ------------------------------------------------------------------------------------------------


def test_terms_are_listed_for_a_glossary(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Unknown words go to stdout as a glossary; given back with --glossary, they are left out."""
    (tmp_path / "a.txt").write_text("we ask quoxler and quoxler or quaxler")
    assert main(["terms", "a.txt"]) == 0
    told = capfd.readouterr().out
    assert '"quoxler" = ["quaxler"] # 2; 1' in told
    (tmp_path / "own.toml").write_text(told)
    assert main(["terms", "a.txt", "--glossary", "own.toml", "-o", "left.toml"]) == 0
    assert "quoxler" not in (tmp_path / "left.toml").read_text()


def test_terms_of_files_that_can_be_read_are_listed(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A file that is not there is told, and those that are still count; the list never goes over its input."""
    (tmp_path / "a.txt").write_text("quoxler quoxler")
    assert main(["terms", "none.txt", "a.txt"]) == 2
    out, err = capfd.readouterr()
    assert "quoxler" in out
    assert "none.txt" in err
    assert main(["terms", "a.txt", "-o", "a.txt"]) == 2
    assert (tmp_path / "a.txt").read_text() == "quoxler quoxler"


@pytest.mark.parametrize("command", ["check", "fix", "diff", "terms"])
def test_a_wrong_glossary_is_told_once(capfd: pytest.CaptureFixture[str], tmp_path: Path, command: str) -> None:
    """However many files there are, and nothing is written."""
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("bad")
    (tmp_path / "own.toml").write_text("words = [")
    in_place = ["--in-place"] if command == "fix" else []
    assert main([command, "a.txt", "b.txt", "--glossary", "own.toml", *in_place]) == 2
    out, err = capfd.readouterr()
    assert err.count("own.toml") == 1
    assert out == ""
    assert (tmp_path / "a.txt").read_text() == "bad"


def test_version(capfd: pytest.CaptureFixture[str]) -> None:
    """Name and number."""
    assert outcome(capfd, "--version") == (0, f"transmend {__version__}\n", "")


@pytest.mark.parametrize("name", [None, *cli.commands])
def test_every_command_has_help(capfd: pytest.CaptureFixture[str], name: str | None) -> None:
    """So has each option, and help needs no file and ends with 0."""
    code, out, err = outcome(capfd, *filter(None, [name]), "--help")
    assert (code, err) == (0, "")
    assert out.startswith("Usage: transmend")
    command = cli.commands[name] if name else cli
    assert command.help
    assert all(option.help for option in command.params if isinstance(option, click.Option))


def test_every_command_and_option_is_documented() -> None:
    """docs/cli.md is what scripts/make_cli_page.py writes, and has them all."""
    done = run(str(ROOT / "scripts" / "make_cli_page.py"), "--check")
    assert done.returncode == 0, done.stderr
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    for name, command in cli.commands.items():
        section = page.split(f"\n## {name}\n")[1].split("\n## ")[0]
        assert all(opt in section for p in command.params if isinstance(p, click.Option) for opt in p.opts), name


def test_every_rule_is_documented() -> None:
    """docs/rules.md is what scripts/make_rule_pages.py writes."""
    done = run(str(ROOT / "scripts" / "make_rule_pages.py"), "--check")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("code", ["import transmend", "from transmend.cli import main; main(['fix', '--help'])"])
def test_nothing_heavy_is_imported_at_start(code: str) -> None:
    """Help and import answer at once: no model, no arrays, no spaCy."""
    done = run("-c", f"{code}\nimport sys\nprint('loaded:', [m for m in {HEAVY} if m in sys.modules])")
    assert done.stdout.splitlines()[-1] == "loaded: []", done.stderr


def test_the_real_rules_run_from_a_shell() -> None:
    """``python -m transmend`` mends a text from stdin with the model that ships."""
    done = run("-m", "transmend", "fix", "-q", "-", input="so lets review the topics of today\n")
    assert (done.returncode, done.stdout) == (0, "So let's review the topics of today.\n"), done.stderr
