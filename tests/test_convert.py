"""Converting between formats: what the other form can hold arrives, and what it cannot is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from transmend import Document, TransmendError, cli, convert, read
from transmend.errors import SettingsError
from transmend.formats import TARGETS, parse

ROOT = Path(__file__).parent.parent / "fixtures" / "formats"
FILES = [path for path in sorted(ROOT.rglob("*")) if path.is_file() and read(path).cues]
every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))


def words(document: Document) -> list[tuple[str, float]]:
    """Every word that has a time, with when it begins."""
    return [(w.span.of(document.text).strip(), round(w.begin or 0.0, 3)) for c in document.cues for w in c.words]


@every_file
@pytest.mark.parametrize("to", ["srt", "vtt", "whisper"])
def test_times_speakers_and_words_arrive(path: Path, to: str) -> None:
    """Read back, a converted file has the same cues, spoken by the same people."""
    document = read(path)
    made = parse(convert(document, to).text.encode(), format=to)
    if to != "srt" or not any(c.speaker for c in document.cues):  # there a name said once is text
        assert made.text.split() == document.text.split()
    assert [c.begin for c in made.cues] == [c.begin for c in document.cues]
    assert all(now.end == was.end for was, now in zip(document.cues, made.cues, strict=True) if was.end > was.begin)
    if to != "srt":
        assert [c.speaker for c in made.cues] == [c.speaker for c in document.cues]


@every_file
@pytest.mark.parametrize("to", ["vtt", "whisper"])
def test_word_times_arrive(path: Path, to: str) -> None:
    """Words keep the times they have; marks with none are with the word before them."""
    document = read(path)
    made = parse(convert(document, to).text.encode(), format=to)
    if all(len(c.words) == len(c.pieces) for c in document.cues):
        ends = {cue.end for cue in document.cues}  # a mark that begins where its cue ends goes with its word
        begins = [begin for _, begin in words(document) if begin not in ends]
        assert list(dict.fromkeys(b for _, b in words(made) if b not in ends)) == list(dict.fromkeys(begins))
    assert sorted({begin for _, begin in words(made)} - {begin for _, begin in words(document)}) == []


def test_srt() -> None:
    """Cues are numbered from 1, and speakers stand before what they say."""
    assert convert(read(ROOT / "vtt" / "voices.vtt"), "srt").text == (
        "1\n00:00:05,400 --> 00:00:05,700\nSpeaker Farías: its no use if\nwe dont look\n\n"
        "2\n00:00:05,600 --> 00:00:08,800\nZoë: R&D is 3 < 4\n\n"
    )


def test_vtt() -> None:
    """Voices, word times and escapes."""
    document = parse(b"WEBVTT\n\n00:01.000 --> 00:03.000\n<v Ann>R&amp;D<00:01.500><c> is</c> on</v>\n")
    assert convert(document, "vtt").text == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\n<v Ann>R&amp;D<00:00:01.500><c> is</c><00:00:01.500><c> on</c>\n\n"
    )


def test_plain_has_a_paragraph_for_each_turn() -> None:
    """What one speaker says without a break is one paragraph."""
    text = convert(read(ROOT / "turns" / "rev.txt"), "plain").text
    assert text.splitlines()[0] == "Anna Smith: so today we look at entrylevel jobs"
    assert len(text.split("\n\n")) == 3


def test_json_lines() -> None:
    """A line for each cue, its words with their times; or for each section."""
    rows = [json.loads(line) for line in convert(read(ROOT / "aws-transcribe" / "job.json"), "jsonl").text.splitlines()]
    assert rows[0]["text"] == "So we use entrylevel code. It didnt work."
    assert rows[0]["words"][4] == {"word": " code.", "start": 1.9, "end": 2.4}
    shots = convert(read(ROOT / "tags" / "prompts.xml"), "jsonl").text.splitlines()
    assert json.loads(shots[0])["role"] == "shot"


@pytest.mark.parametrize(
    ("name", "to", "losses"),
    [
        ("ass/talk.ass", "srt", ("styles", "positions")),
        ("vtt/words.vtt", "srt", ("word times", "positions", "styles", "notes")),
        ("whisper/openai.json", "plain", ("times", "word times")),
        ("whisper/openai.json", "vtt", ()),
        ("turns/rev.txt", "srt", ()),
    ],
)
def test_losses_are_said(name: str, to: str, losses: tuple[str, ...]) -> None:
    """What the other format has no place for is named."""
    assert convert(read(ROOT / name), to).losses == losses


def test_what_has_no_times_cannot_have_them() -> None:
    """A plain text makes no captions, and an unknown format is an error that names those that are known."""
    with pytest.raises(TransmendError, match=r"a\.txt has no times, which srt needs"):
        convert(Document("so we went", "a.txt"), "srt")
    with pytest.raises(SettingsError, match=r"'ass' cannot be written .*srt, vtt"):
        convert(Document("so we went"), "ass")
    assert convert(Document("so we went"), "plain").text == "so we went"


def test_command(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The extension says what to write, each loss is a line on stderr, and the input is never written over."""
    source, output = ROOT / "ass" / "talk.ass", tmp_path / "talk.srt"
    assert cli.main(["convert", str(source), "-o", str(output)]) == 0
    assert output.read_text("utf-8").startswith("1\n00:00:01,000 --> 00:00:03,500\nAnna: so today, we look\nat")
    assert [line.split(": ")[-1] for line in capfd.readouterr().err.splitlines()] == [
        "styles are lost, srt has no place for them",
        "positions are lost, srt has no place for them",
    ]
    assert cli.main(["convert", "--from", "srt", str(output), "-o", str(output)]) == 2
    assert "--in-place" in capfd.readouterr().err
    assert cli.main(["convert", str(output)]) == 2
    assert f"say with --to what to write: {', '.join(TARGETS)}" in capfd.readouterr().err
    assert cli.main(["convert", str(output), "--to", "srt"]) == 0
    assert capfd.readouterr().out == output.read_text("utf-8")


def test_fix_and_undo_a_caption_file(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """``fix`` writes the same form, and ``undo`` leads back to the very bytes."""
    source = ROOT / "vtt" / "words.vtt"
    clean, edits, back = tmp_path / "clean.vtt", tmp_path / "edits", tmp_path / "back.vtt"
    assert cli.main(["fix", str(source), "-o", str(clean), "--edits", str(edits)]) == 0
    assert "<00:00:15.900><c> is</c>" in clean.read_text("utf-8")
    assert cli.main(["undo", str(clean), "--edits", str(edits), "-o", str(back)]) == 0
    assert back.read_bytes() == source.read_bytes()
    capfd.readouterr()


ROLLING = """1
00:00:01,000 --> 00:00:03,000
so we went

2
00:00:03,000 --> 00:00:03,010
so we went

3
00:00:03,010 --> 00:00:05,000
so we went
to the store

4
00:00:05,000 --> 00:00:05,010
to the store

5
00:00:05,010 --> 00:00:07,000
to the store
and bought it
"""


def test_undo_brings_dropped_cues_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Captions that scrolled are a file of fewer cues, and a source again, byte for byte."""
    monkeypatch.chdir(tmp_path)
    Path("s.srt").write_bytes(ROLLING.replace("\n", "\r\n").encode("utf-16"))
    arguments = ["--select", "CAP", "--edits", "e.jsonl"]
    assert cli.main(["fix", "s.srt", "-o", "c.srt", *arguments]) == 0
    clean = Path("c.srt").read_bytes()
    assert clean.decode("utf-16").count("-->") == 3
    assert cli.main(["undo", "c.srt", "--edits", "e.jsonl", "-o", "back.srt"]) == 0
    assert Path("back.srt").read_bytes() == Path("s.srt").read_bytes()
    assert cli.main(["replay", "s.srt", "--edits", "e.jsonl", "-o", "again.srt"]) == 0
    assert Path("again.srt").read_bytes() == clean
    capfd.readouterr()
    assert cli.main(["undo", "s.srt", "--edits", "e.jsonl"]) == 2
    assert "this is the source text already" in capfd.readouterr().err
