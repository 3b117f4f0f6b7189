"""Cues laid out anew: whole sentences or full lines, every word at its time, and the way back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transmend import Document, Settings, check, clean, cli, read
from transmend.cueing import Limits, laid_out, remade
from transmend.cueing.lines import line_starts
from transmend.cueing.words import words
from transmend.edits import parse_ledger
from transmend.errors import InputError
from transmend.formats import FORMATS, convert, parse, render
from transmend.formats.clock import stamp
from transmend.language import word_set

ROOT = Path(__file__).parent.parent / "fixtures" / "formats"
FILES = [path for path in sorted(ROOT.rglob("*")) if path.is_file() and read(path).cues]
CASTABLE = [path for path in FILES if FORMATS[path.parent.name].caster]
#: Their words are timed by tags that hold on to the end of the cue: it cannot be parted.
TIMED_TAGS = ("karaoke.ass", "spans.ttml")
MODES = ("sentences", "lines")
LIMITS = Limits()

every_mode = pytest.mark.parametrize("mode", MODES)
every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))


# --- files that are made up


@dataclass(frozen=True)
class Caption:
    """A cue of a file that is made up: its words with their times, and who says them."""

    words: tuple[str, ...]
    times: tuple[float, ...]
    end: float
    speaker: str

    @property
    def begin(self) -> float:
        """When its first word is said."""
        return self.times[0]


WORDS = st.sampled_from(
    sorted(
        word_set(
            "so we went to the store and it had been open for days, which is why I think that everybody has "
            "understood it. No! What? yes. today we look at neural networks, at their gradients R&D. [Music]"
        )
    )
)


@st.composite
def captions(draw: st.DrawFn) -> list[Caption]:
    """Cues one after another, most of them without a pause, a few too long, too short or too fast."""
    found = []
    at = 1.0
    for speaker, text in draw(
        st.lists(
            st.tuples(st.sampled_from(["", "", "Ann", "Ben"]), st.lists(WORDS, min_size=1, max_size=24)),
            min_size=1,
            max_size=9,
        )
    ):
        at = round(at + draw(st.sampled_from([0.0, 0.0, 0.0, 0.2, 3.0])), 3)
        times = []
        for _ in text:
            times.append(at)
            at = round(at + draw(st.sampled_from([0.04, 0.2, 0.25, 0.4, 0.9])), 3)
        found.append(Caption(tuple(text), tuple(times), at, speaker))
    return found


def _timed(caption: Caption) -> str:
    rest = zip(caption.words[1:], caption.times[1:], strict=True)
    return _escaped(caption.words[0]) + "".join(f"<{stamp(time)}><c> {_escaped(word)}</c>" for word, time in rest)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _span(caption: Caption, point: str = ".", arrow: str = " --> ") -> str:
    return f"{stamp(caption.begin, point)}{arrow}{stamp(caption.end, point)}"


def _ass(caption: Caption) -> str:
    times = ",".join(stamp(round(t, 2))[1:-1] for t in (caption.begin, caption.end))
    return f"Dialogue: 0,{times},Default,{caption.speaker},0,0,0,,{{\\an8}}{' '.join(caption.words)}\n"


def _json3(caption: Caption) -> dict[str, object]:
    start = round(caption.begin * 1000)
    segs: list[dict[str, object]] = []
    for word, time in zip(caption.words, caption.times, strict=True):
        offset = round(time * 1000) - start
        segs.append({"utf8": f" {word}", "tOffsetMs": offset} if offset else {"utf8": word})
    return {"tStartMs": start, "dDurationMs": round(caption.end * 1000) - start, "wWinId": 1, "segs": segs}


def _srv3(caption: Caption) -> str:
    start = round(caption.begin * 1000)
    spelled = (
        f'<s t="{round(time * 1000) - start}" ac="0">{" " if k else ""}{_escaped(word)}</s>'
        for k, (word, time) in enumerate(zip(caption.words, caption.times, strict=True))
    )
    return f'<p t="{start}" d="{round(caption.end * 1000) - start}" w="1">{"".join(spelled)}</p>\n'


def _segment(number: int, caption: Caption) -> dict[str, object]:
    ends = (*caption.times[1:], caption.end)
    told = zip(caption.words, caption.times, ends, strict=True)
    return {
        "id": number,
        "seek": 0,
        "start": caption.begin,
        "end": caption.end,
        "text": " " + " ".join(caption.words),
        "tokens": [1, 2],
        **({"speaker": caption.speaker} if caption.speaker else {}),
        "words": [{"word": f" {word}", "start": a, "end": b, "probability": 0.5} for word, a, b in told],
    }


WRITERS = {
    "srt": lambda found: "".join(
        f"{k}\n{_span(c, ',')}\n<i>{' '.join(c.words)}</i>\n\n" for k, c in enumerate(found, 1)
    ),
    "vtt": lambda found: (
        "WEBVTT\n\nNOTE kept\n\n"
        + "".join(f"{_span(c)} line:0\n<v {c.speaker or 'Zoë'}>{_escaped(' '.join(c.words))}</v>\n\n" for c in found)
    ),
    "vtt with words": lambda found: "WEBVTT\n\n" + "".join(f"{_span(c)}\n{_timed(c)}\n\n" for c in found),
    "sbv": lambda found: "\n".join(f"{_span(c, arrow=',')}\n{' '.join(c.words)}\n" for c in found),
    "ass": lambda found: "[Script Info]\n\n[Events]\n" + "".join(map(_ass, found)),
    "ttml": lambda found: (
        '<tt xmlns="http://www.w3.org/ns/ttml"><body><div>\n'
        + "".join(
            f'<p xml:id="c{k}" begin="{stamp(c.begin)}" end="{stamp(c.end)}">{_escaped(" ".join(c.words))}</p>\n'
            for k, c in enumerate(found)
        )
        + "</div></body></tt>\n"
    ),
    "srv3": lambda found: f'<timedtext format="3"><body>\n{"".join(map(_srv3, found))}</body></timedtext>\n',
    "json3": lambda found: json.dumps({"events": list(map(_json3, found))}, indent=1),
    "youtube-transcript": lambda found: json.dumps(
        [{"text": " ".join(c.words), "start": c.begin, "duration": round(c.end - c.begin, 3)} for c in found]
    ),
    "whisper": lambda found: json.dumps(
        {"text": "", "segments": [_segment(k, c) for k, c in enumerate(found)]}, indent=2
    ),
}

every_writer = pytest.mark.parametrize("form", WRITERS)


def made_up(form: str, found: list[Caption]) -> Document:
    """The document in a file with these captions."""
    return parse(WRITERS[form](found).encode(), f"a.{form}", form.partition(" ")[0])


def told(document: Document) -> list[tuple[str, str]]:
    """Every word with who says it."""
    return [(word, cue.speaker) for cue in document.cues for word in cue.span.of(document.text).split()]


def own_times(document: Document) -> list[float | None]:
    """For every word the time that the file gives for it; None if it gives none."""
    return [word.begin if word.piece is not None else None for word in words(document)]


def moved(before: Document, after: Document) -> list[tuple[float | None, float]]:
    """The times of words that the file gave and that are others now."""
    pairs = zip(own_times(before), (word.begin for word in words(after)), strict=True)
    return [(was, now) for was, now in pairs if was is not None and abs(now - was) > 0.002]


# --- the promises


@every_writer
@every_mode
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(found=captions())
def test_promises(form: str, mode: str, found: list[Caption]) -> None:
    """No word is lost, moved, or given to somebody else; the file comes back, and its own output stays as it is."""
    document = made_up(form, found)
    result = clean(document, Settings(cues=mode, select=("CAP012", "CAP013")))
    after = parse(render(result.document), document.name, document.origin.format)
    assert after == result.document
    assert told(after) == told(document)
    assert moved(document, after) == []
    ledger = parse_ledger(result.edits_jsonl())
    file = render(after).decode()
    assert ledger.file.undo(file) == document.origin.frame
    assert ledger.file.replay(document.origin.frame) == file
    assert (ledger.undo(result.text), ledger.replay(document.text)) == (document.text, result.text)
    assert remade(after, LIMITS, whole=mode == "sentences").files == ()
    for cue in after.cues:
        lines = cue.span.of(after.text).split("\n")
        assert LIMITS.rows([len(word) for line in lines for word in line.split()]) <= LIMITS.lines
        assert form in ("whisper", "json3") or LIMITS.hold(lines)
    if form in ("json3", "youtube-transcript", "whisper"):
        json.loads(file)


@every_writer
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(found=captions())
def test_a_new_cue_lasts_as_long_as_its_words(form: str, found: list[Caption]) -> None:
    """It starts when its first word starts and ends when its last word ends, by the times the words had."""
    document = made_up(form, found)
    after = remade(document, LIMITS, whole=True).document
    before = words(document)
    grain = 0.011 if form == "ass" else 0.002
    old = {(cue.begin, cue.end) for cue in document.cues}
    place = 0
    for cue in after.cues:
        said = before[place : place + len(cue.span.of(after.text).split())]
        place += len(said)
        if (cue.begin, cue.end) not in old and own_times(document)[0] is not None:
            assert (cue.begin, cue.end) == pytest.approx((said[0].begin, said[-1].end), abs=grain)
        assert cue.begin <= cue.end


@pytest.mark.parametrize("path", CASTABLE, ids=lambda path: str(path.relative_to(ROOT)))
@every_mode
def test_every_form_with_captions(path: Path, mode: str) -> None:
    """The fixtures too: same words and times, and back to the same bytes, with small limits that change much."""
    document = read(path)
    chosen = Settings(cues=mode, line_length=12, lines=1, max_duration=2.0, select=("CAP",))
    result = clean(document, chosen)
    assert result.is_changed is (path.name not in TIMED_TAGS)
    after = parse(render(result.document), document.name, path.parent.name)
    assert after.text.split() == document.text.split()
    assert moved(document, after) == []
    ledger = parse_ledger(result.edits_jsonl())
    assert ledger.file.undo(render(after).decode()) == document.origin.frame
    assert not clean(after, chosen).is_changed


@pytest.mark.parametrize("path", CASTABLE, ids=lambda path: str(path.relative_to(ROOT)))
def test_broken_files(path: Path) -> None:
    """A file cut short anywhere is laid out as far as it can be read: no word is lost, and it stays as it is then."""
    data = path.read_text("utf-8")
    for cut in range(len(data) // 3, len(data), len(data) // 9):
        for text in (data[:cut], data[:cut] + data[cut + 2 :]):
            try:
                document = parse(text.encode(), path.name, path.parent.name)
            except InputError:
                continue
            small = Limits(line_length=12, lines=2)
            after = remade(document, small, whole=True).document
            assert after.text.split() == document.text.split()
            assert moved(document, after) == []
            assert remade(after, small, whole=True).files == ()


@every_file
@pytest.mark.parametrize("to", ["srt", "vtt", "whisper"])
def test_converting_lays_out_too(path: Path, to: str) -> None:
    """From any form: the words, who says them, and in forms that have them their times."""
    document = read(path)
    for mode in MODES:
        small = Limits(line_length=12, lines=1, longest=2.0)
        made = laid_out(document, small, whole=mode == "sentences", breaks=to != "whisper", named=to == "srt")
        assert told(made) == told(document)
        assert moved(document, made) == []
        assert len(made.cues) >= len(document.cues)
        again = parse(convert(made, to).text.encode(), format=to)
        if to != "srt":  # there a name is text if it is there once
            assert again.text.split() == document.text.split()
            assert to != "whisper" or moved(document, again) == []


# --- what comes of a few files


def srt(text: str) -> Document:
    """The document in this SRT text."""
    return parse(dedent(text).lstrip().encode(), "a.srt", "srt")


def out(document: Document, mode: str, **limits: float) -> str:
    """The file with its cues laid out."""
    chosen = Settings(cues=mode, select=("CAP",), **limits)  # type: ignore[arg-type]
    return render(clean(document, chosen).document).decode()


BROKEN = """
    1
    00:00:01,000 --> 00:00:03,000
    So today we look at

    2
    00:00:03,000 --> 00:00:05,000
    the store. It was open

    3
    00:00:05,000 --> 00:00:07,000
    <i>all day</i> yesterday.
    """


def test_sentences_srt() -> None:
    """Short sentences share a cue; those that do not fit have one each; tags stay on words, and numbers count."""
    assert out(srt(BROKEN), "sentences") == (
        "1\n00:00:01,000 --> 00:00:07,000\nSo today we look at the store.\nIt was open <i>all day</i> yesterday.\n"
    )
    assert out(srt(BROKEN), "sentences", lines=1) == dedent("""\
        1
        00:00:01,000 --> 00:00:04,000
        So today we look at the store.

        2
        00:00:04,000 --> 00:00:07,000
        It was open <i>all day</i> yesterday.
        """)


def test_lines_leave_what_fits() -> None:
    """All cues are within the limits: not a byte changes, however sentences run."""
    document = srt(BROKEN)
    assert out(document, "lines") == document.origin.frame
    assert not clean(document, Settings(cues="lines", select=("CAP",))).is_changed


def test_lines_break_what_does_not_fit() -> None:
    """A long line is broken behind a mark or before a conjunction, and no time is touched."""
    document = srt("""
        7
        0:00:01.5 --> 0:00:06.0 X1:40
        {\\an8}so we went to the store, and it had been open all day
        """)
    assert out(document, "lines") == (
        "7\n0:00:01.5 --> 0:00:06.0 X1:40\n{\\an8}so we went to the store,\nand it had been open all day\n"
    )


def test_a_tag_that_is_open_is_closed_and_opened_again() -> None:
    """A cue that is cut inside tags has them in both parts."""
    document = parse(
        b"WEBVTT\n\nintro\n00:01.000 --> 00:04.000 line:0\n<v Ann><i>so we went. It was open</i> all day.</v>\n",
        "a.vtt",
    )
    assert out(document, "sentences", line_length=20, lines=1) == (
        "WEBVTT\n\nintro\n00:01.000 --> 00:02.080 line:0\n<v Ann><i>so we went.</i></v>\n\n"
        "00:02.080 --> 00:04.000 line:0\n<v Ann><i>It was open</i> all day.</v>\n"
    )


def test_word_times_stay_on_their_words() -> None:
    """The first word of a cue needs no tag, and one that is joined gets one."""
    document = parse(
        b"WEBVTT\n\n00:01.000 --> 00:03.000\nSo<00:02.000><c> we</c>\n\n"
        b"00:03.000 --> 00:05.000\nwent.<00:04.000><c> It</c><00:04.500><c> rained.</c>\n",
        "a.vtt",
    )
    assert out(document, "sentences", lines=1, line_length=12) == (
        "WEBVTT\n\n00:01.000 --> 00:04.000\nSo<00:02.000><c> we</c><00:00:03.000> went.\n\n"
        "00:04.000 --> 00:05.000\nIt<00:04.500><c> rained.</c>\n"
    )


def test_segments_of_whisper() -> None:
    """Words go with all that is said of them; numbers count; what was measured of another segment goes."""
    segments = [
        {"id": 0, "start": 1.0, "end": 3.0, "text": " So we", "avg_logprob": -0.2, "words": [
            {"word": " So", "start": 1.0, "end": 2.0, "p": 1}, {"word": " we", "start": 2.0, "end": 3.0, "p": 2}]},
        {"id": 1, "start": 3.0, "end": 5.0, "text": " went. It", "avg_logprob": -0.3, "words": [
            {"word": " went.", "start": 3.0, "end": 4.0, "p": 3}, {"word": " It", "start": 4.0, "end": 5.0, "p": 4}]},
        {"id": 2, "start": 5.0, "end": 6.0, "text": " rained.", "avg_logprob": -0.1, "words": [
            {"word": " rained.", "start": 5.0, "end": 6.0, "p": 5}]},
    ]  # fmt: skip
    document = parse(json.dumps({"text": " So we went. It rained.", "segments": segments}).encode(), "a.json")
    made = json.loads(out(document, "sentences", lines=1, line_length=12))
    assert [(s["id"], s["start"], s["end"], s["text"]) for s in made["segments"]] == [
        (0, 1.0, 4.0, " So we went."),
        (1, 4.0, 6.0, " It rained."),
    ]
    assert [word["p"] for segment in made["segments"] for word in segment["words"]] == [1, 2, 3, 4, 5]
    assert not any("avg_logprob" in segment for segment in made["segments"])
    assert made["text"] == " So we went. It rained."


@pytest.mark.parametrize(
    ("text", "cues"),
    [
        ("so we\n\n>> went there.", ["so we", ">> went there."]),
        ("so we […]\n\nwent there.", ["so we […]", "went there."]),
        ("so we >> went there.", ["so we", ">> went there."]),
        ("♪ so we\n\nwent there.", ["♪ so we", "went there."]),
        ("- So we.\n- Went there.", ["- So we.\n- Went there."]),
        ("so we\n\nwent there. [door opens]", ["so we went there. [door opens]"]),
    ],
)
def test_what_never_shares_a_cue(text: str, cues: list[str]) -> None:
    """Two speakers, what is sung, and what stands on both sides of a seam."""
    parts = "".join(f"00:00:0{k},000 --> 00:00:0{k + 1},000\n{part}\n\n" for k, part in enumerate(text.split("\n\n")))
    made = parse(out(parse(parts.encode(), "a.srt", "srt"), "sentences", min_duration=0.1).encode(), "a.srt", "srt")
    assert [cue.span.of(made.text) for cue in made.cues] == cues


def test_ids_stay_with_one_cue() -> None:
    """A cue that lost its first words to the one before keeps its id; of two parts of a cue only the first has it."""
    body = (
        '<p xml:id="a" begin="1s" end="3s">So we went</p>\n<p xml:id="b" begin="3s" end="9s">there. It rained all day '
        "long, and so we went back again</p>\n"
    )
    document = parse(f'<tt xmlns="http://www.w3.org/ns/ttml"><body><div>{body}</div></body></tt>'.encode(), "a.ttml")
    made = out(document, "sentences", line_length=26, lines=1)
    assert [line.partition(">")[0] for line in made.split("\n")[:3]] == [
        '<tt xmlns="http://www.w3.org/ns/ttml"',
        '<p xml:id="b" begin="3.8s" end="6.333s"',
        '<p begin="6.333s" end="9s"',
    ]


def test_names_stay_names() -> None:
    """Joining cues never makes a speaker's name a part of the text, nor a word a speaker."""
    document = srt("""
        1
        00:00:01,000 --> 00:00:02,000
        Anna: so we

        2
        00:00:02,000 --> 00:00:03,000
        Anna: went there.

        3
        00:00:03,000 --> 00:00:04,000
        it rained a lot.
        """)
    assert [cue.speaker for cue in document.cues] == ["Anna", "Anna", ""]
    after = remade(document, LIMITS, whole=True).document
    assert told(after) == told(document)


def test_silence_parts_cues() -> None:
    """What is said more than two seconds later has a cue of its own, though the sentence goes on."""
    text = BROKEN.replace("00:00:03,000 --> 00:00:05,000", "00:00:05,100 --> 00:00:06,000").replace(
        "00:00:05,000 --> 00:00:07,000", "00:00:06,000 --> 00:00:07,000"
    )
    made = parse(out(srt(text), "sentences").encode(), "a.srt", "srt")
    assert made.cues[0].span.of(made.text) == "So today we look at"


def test_what_cannot_be_helped_is_a_note() -> None:
    """Fast speech stays fast: the words stay, the times too, and a note says so; an ordinary check says nothing."""
    document = srt("""
        1
        00:00:01,000 --> 00:00:01,900
        so we went to the store, because it was open
        """)
    result = clean(document, Settings(cues="lines"))
    notes = [f for f in result.remaining if f.rule.startswith("CAP")]
    assert [(f.rule, f.severity) for f in notes] == [("CAP012", "note")]
    assert "CAP013" in {f.rule for f in result.fixed}
    assert not [f for f in check(document) if f.rule in ("CAP012", "CAP013")]


def test_lines_are_broken_at_the_best_place() -> None:
    """Behind a mark before a conjunction, and never behind an article."""
    for text, wanted in [
        (
            "we looked at the whole of the store and at the street",
            "we looked at the whole\nof the store and at the street",
        ),
        ("it was raining, so nobody came to the meeting today", "it was raining,\nso nobody"),
    ]:
        found = text.split()
        starts = line_starts(found, Limits())
        lines = [" ".join(found[a:b]) for a, b in zip(starts, [*starts[1:], None], strict=True)]
        assert "\n".join(lines).startswith(wanted)


# --- the command line


def test_recognisers_are_converted_first(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Their words are no captions: fix refuses, says what to do, and that works."""
    source, output = ROOT / "aws-transcribe" / "job.json", tmp_path / "a.vtt"
    with pytest.raises(InputError, match="convert it"):
        clean(read(source), Settings(cues="lines"))
    assert cli.main(["fix", str(source), "--cues", "sentences"]) == 2
    assert "convert it to vtt" in capfd.readouterr().err
    assert (
        cli.main(
            ["convert", str(source), "-o", str(output), "--cues", "sentences", "--lines", "1", "--line-length", "30"]
        )
        == 0
    )
    assert [cue.span.of(read(output).text) for cue in read(output).cues] == [
        "So we use entrylevel code.", "It didnt work."
    ]  # fmt: skip
    assert (
        cli.main(["convert", str(output), "-o", str(tmp_path / "b.vtt"), "--cues", "lines", "--min-duration", "0.1"])
        == 0
    )
    assert (tmp_path / "b.vtt").read_bytes() == output.read_bytes()
    plain = tmp_path / "a.txt"
    plain.write_text("so we went")
    assert cli.main(["convert", str(plain), "--to", "plain", "--cues", "lines"]) == 2
    assert "no cues to lay out" in capfd.readouterr().err
    assert cli.main(["fix", str(plain), "--cues", "lines"]) in (0, 1)


def test_in_place_writes_what_only_moves_a_border(tmp_path: Path) -> None:
    """A cue cut at its own line break has the same text: the file changes all the same, and comes back."""
    source = tmp_path / "a.srt"
    text = (
        "1\n00:00:01,000 --> 00:00:12,000\nSo we went to the store, as I said.\nIt had been open all day, and so on.\n"
    )
    source.write_text(text)
    arguments = ["--cues", "lines", "--max-duration", "6", "--lines", "1", "--select", "CAP", "--keep-edits"]
    assert cli.main(["fix", "-i", str(source), *arguments]) == 0
    assert source.read_text().count("-->") == 2
    assert cli.main(["undo", str(source), "--edits", f"{source}.edits.jsonl", "-i"]) == 0
    assert source.read_text() == text
