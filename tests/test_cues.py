"""Text with times: edits keep it, and change no byte outside the words they change."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from transmend import Document, Settings, Span, clean
from transmend.document import Cue
from transmend.edits import Change, Step, edited, fill, parse_ledger
from transmend.errors import InputError
from transmend.finding import Edit, Finding, Fix
from transmend.formats import FORMATS, parse, read, render
from transmend.pipeline import check
from transmend.rule import Phase, Rule
from transmend.view import View

ROOT = Path(__file__).parent.parent / "fixtures" / "formats"
FILES = [path for path in sorted(ROOT.rglob("*")) if path.is_file() and read(path).cues]

every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))


def changed(document: Document, edits: Iterable[Edit]) -> Document:
    """The document after these edits."""
    step = Step(tuple(Change(edit, "", "TST001", "", 1.0) for edit in sorted(edits)))
    return edited(document, fill(step, document.text))


def again(document: Document) -> Document:
    """The document written and read once more."""
    return parse(render(document), document.name, document.origin.format)


def times(cue: Cue) -> tuple[float, float, str]:
    """What no edit may change of a cue."""
    return cue.begin, cue.end, cue.speaker


def said(document: Document) -> list[str]:
    """The text of every cue."""
    return [cue.span.of(document.text) for cue in document.cues]


def word_times(document: Document) -> list[tuple[str, float | None, float | None]]:
    """The letters of every word with its times."""
    return [
        (re.sub(r"\W", "", w.span.of(document.text)).lower(), w.begin, w.end) for c in document.cues for w in c.words
    ]


def of(text: str, format: str) -> Document:
    """The document in ``text``."""
    return parse(text.encode(), format=format)


def replaced(document: Document, was: str, now: str) -> Document:
    """The document with the one ``was`` in it replaced."""
    assert document.text.count(was) == 1
    start = document.text.index(was)
    return changed(document, [Edit(Span(start, start + len(was)), now)])


# --- the promises


def test_every_format_with_times_has_a_fixture() -> None:
    """Each of the formats that have cues is held to the promises."""
    without = {"plain", "jsonl", "json", "banner", "tags", "markdown", "utterances"}
    assert {path.parent.name for path in FILES} == FORMATS.keys() - without


def test_every_format_is_in_the_documentation() -> None:
    """The page on formats names each of them."""
    page = (ROOT.parent.parent / "docs" / "formats.md").read_text("utf-8")
    assert [name for name in FORMATS if f"`{name}`" not in page] == []


@every_file
def test_cues_are_sound(path: Path) -> None:
    """Cues keep their order and their numbers, hold words, and only white space stands between them."""
    document = read(path)
    assert [cue.key for cue in document.cues] == list(range(len(document.cues)))
    pieces = [piece for cue in document.cues for piece in cue.pieces]
    assert [piece.key for piece in pieces] == list(range(len(pieces)))
    assert " ".join(said(document)).split() == document.text.split()
    for cue in document.cues:
        text = cue.span.of(document.text)
        assert text == text.strip() != ""
        assert cue.begin <= cue.end
        assert all(cue.begin <= word.begin <= word.end <= cue.end + 1e-6 for word in cue.words)  # type: ignore[operator]


@every_file
def test_a_cue_that_is_changed_keeps_its_times_and_the_others_their_bytes(path: Path) -> None:
    """Words put at both ends of a cue are in that cue afterwards, and nothing outside it changed."""
    document = read(path)
    frame = document.origin.frame
    for number, cue in enumerate(document.cues):
        edits = [Edit(Span(cue.span.start, cue.span.start), "« "), Edit(Span(cue.span.end, cue.span.end), " »")]
        after = changed(document, edits)
        assert [times(c) for c in after.cues] == [times(c) for c in document.cues]
        back = again(after)
        wanted = said(document)
        wanted[number] = f"« {wanted[number]} »"
        assert said(after) == wanted
        assert " ".join(said(back)).split() == " ".join(wanted).split()
        if not path.suffix.startswith(".js"):  # there, copies of the words follow
            inside = document.origin.cues[cue.key]
            text = render(after).decode()
            assert text.startswith(frame[: inside.start])
            assert text.endswith(frame[inside.end :])


@every_file
def test_marks_at_seams_between_cues_are_not_lost(path: Path) -> None:
    """What an edit puts between two cues is written, as a part of the first, and no blank line with it."""
    document = read(path)
    for cue, following in zip(document.cues, document.cues[1:], strict=False):
        gap = Span(cue.span.end, following.span.start)
        for text in (" […]\n", " […]\n\n"):
            after = changed(document, [Edit(gap, text)])
            assert said(after)[cue.key] == f"{said(document)[cue.key]} […]"
            assert said(after)[cue.key + 1 :] == said(document)[cue.key + 1 :]
            assert " ".join(said(again(after))).split() == " ".join(said(after)).split()
        paragraph = changed(document, [Edit(gap, "\n\n")])
        assert render(paragraph) == render(document)


@every_file
def test_no_edit_ends_a_cue(path: Path) -> None:
    """A blank line put between the words of a cue does not cut it in two."""
    document = read(path)
    for cue in document.cues:
        text = cue.span.of(document.text)
        if " " in text:
            at = cue.span.start + text.index(" ")
            after = changed(document, [Edit(Span(at, at + 1), "\n\n")])
            assert [times(c) for c in again(after).cues] == [times(c) for c in document.cues]
            assert again(after).text.split() == document.text.split()


@every_file
def test_dropped_cues(path: Path) -> None:
    """A cue without words is gone, and the others are as they were."""
    document = read(path)
    for cue, following in zip(document.cues, document.cues[1:], strict=False):
        after = changed(document, [Edit(Span(cue.span.start, following.span.start), "")])
        back = again(after)
        assert [times(c) for c in after.cues] == [times(c) for c in document.cues if c.key != cue.key]
        assert said(after) == [text for number, text in enumerate(said(document)) if number != cue.key]
        assert back.text.split() == after.text.split()
        assert back.origin.flaws == ()
        if path.suffix.startswith(".js"):
            json.loads(render(after))


@every_file
def test_mending_moves_no_time(path: Path) -> None:
    """After ``clean`` words have the times they had, other cues are byte for byte what they were, and it is final."""
    document = read(path)
    result = clean(document)
    after = again(result.document)
    assert result.changes
    assert after.text == result.text
    assert [times(c) for c in result.document.cues] == [times(c) for c in document.cues]
    assert word_times(after) == word_times(document)
    for was, now in zip(document.cues, after.cues, strict=True):
        if was.span.of(document.text) == now.span.of(after.text) and not path.suffix.startswith(".js"):
            before, behind = document.origin.cues[was.key], after.origin.cues[now.key]
            assert before.of(document.origin.frame) == behind.of(after.origin.frame)
    assert clean(after).changes == ()


@every_file
def test_the_ledger_leads_back_to_the_file(path: Path) -> None:
    """Whatever was dropped, the file comes back from the clean one and its edits, and the edits make it again."""
    document = read(path)
    result = clean(document, Settings(unsafe=True, disfluencies="restarts", seams="drop"))
    ledger = parse_ledger(result.edits_jsonl())
    file = render(result.document).decode()
    assert ledger.file.undo(file) == document.origin.frame
    assert ledger.file.replay(document.origin.frame) == file
    assert ledger.undo(result.text) == document.text


@every_file
def test_dropped_cues_come_back(path: Path) -> None:
    """A rule that takes every second cue out is undone."""
    document = read(path)
    gone = [cue.span for cue in document.cues[1::2]]
    rule = Rule("TST001", Phase.ENCODING, lambda view: _gone(view, gone), None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("transmend.defects.RULES", (rule,))
        result = clean(document)
    assert len(result.document.cues) == len(document.cues[::2])
    ledger = parse_ledger(result.edits_jsonl())
    file = render(result.document).decode()
    assert ledger.file.undo(file) == document.origin.frame
    assert ledger.file.replay(document.origin.frame) == file


def _gone(view: View, spans: Iterable[Span]) -> Iterator[Finding]:
    if view.document.origin.cues and len(view.document.cues) == len(view.document.origin.cues):
        yield from (Finding(span, "gone", fix=Fix((Edit(span, ""),))) for span in spans)


# --- files that are broken


def damaged(data: str, chance: random.Random) -> Iterator[str]:
    """The file cut short, with characters missing, and with lines in another order."""
    yield data[: chance.randrange(len(data))]
    at = chance.randrange(len(data))
    yield data[:at] + data[at + chance.randrange(1, 4) :]
    lines = data.split("\n")
    a, b = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    yield "\n".join(lines)
    yield data[:at] + chance.choice('"\\<>{}[]&:,\n\x0b\u2028') + data[at:]


@every_file
def test_broken_files_are_read_or_refused(path: Path) -> None:
    """Whatever happens to a file, nothing but ``InputError`` is raised, and what is read comes back byte for byte."""
    chance = random.Random(path.name)
    data = path.read_text("utf-8")
    for _ in range(12):
        for broken in damaged(data, chance):
            for form in (None, path.parent.name):
                try:
                    document = parse(broken.encode(), path.name, form)
                except InputError:
                    continue
                assert render(document).decode() == broken
                check(document, Settings(select=("CAP",)))
                edits = [Edit(Span(cue.span.end, cue.span.end), " x") for cue in document.cues[:2]]
                render(changed(document, edits))


@pytest.mark.parametrize("path", [p for p in FILES if p.suffix.startswith(".js")], ids=lambda path: path.name)
def test_json_that_breaks_off_is_read_up_to_there(path: Path) -> None:
    """Of a JSON file cut short the words before the cut are read, mended and written; the flaw is found."""
    document = read(path)
    last = document.origin.slots[document.cues[-1].pieces[-1].key]
    cut = parse(document.origin.frame[: last.start].encode(), path.name, path.parent.name)
    assert [flaw.kind for flaw in cut.origin.flaws] == ["end"]
    assert 0 < len(cut.text) < len(document.text)
    assert set(re.findall(r"\w+", cut.text)) <= set(re.findall(r"\w+", document.text))
    assert [f.rule for f in check(cut, Settings(select=("CAP004",)))] == ["CAP004"]
    after = changed(cut, [Edit(Span(0, 1), "X")])
    assert render(after).decode().endswith(document.origin.frame[last.start - 20 : last.start])
    assert again(after).text == after.text


# --- words with times of their own


def entries(document: Document) -> list[tuple[str, float | None, float | None]]:
    """Every word with its times."""
    return [(w.span.of(document.text), w.begin, w.end) for c in document.cues for w in c.words]


ONE_WORD = {
    "whisper/openai.json": (1.2, 1.9),
    "whisper/whisperx.json": (1.2, 1.9),
    "deepgram/nova.json": (1.2, 1.9),
    "assemblyai/response.json": (1.2, 1.9),
    "aws-transcribe/job.json": (1.2, 1.9),
    "google-stt/nanos.json": (1.2, 1.9),
    "google-stt/speakers.json": (1.2, 1.9),
    "ibm-watson/results.json": (1.2, 1.9),
    "word-times/triples.json": (1.2, 1.9),
}


@pytest.mark.parametrize("name", ONE_WORD)
def test_a_word_that_becomes_two_shares_its_time_by_length(name: str) -> None:
    """Five letters and five letters get half the time each, and all other words keep theirs."""
    document = read(ROOT / name)
    begin, end = ONE_WORD[name]
    after = again(replaced(document, "entrylevel", "entry lével"))
    middle = round((begin + end) / 2, 3)
    words = [(text.strip(), a, b) for text, a, b in entries(after)]
    assert ("entry", begin, middle) in words
    assert ("lével", middle, end) in words
    assert len(words) == len(entries(document)) + 1
    assert "entrylevel" not in render(replaced(document, "entrylevel", "entry lével")).decode()


@pytest.mark.parametrize("name", ONE_WORD)
def test_words_that_become_one_have_the_time_of_both(name: str) -> None:
    """A word glued to the next ends when that ended."""
    document = read(ROOT / name)
    after = again(replaced(document, "entrylevel code", "entrylevelcode"))
    words = [(text.strip().strip("."), a, b) for text, a, b in entries(after)]
    assert ("entrylevelcode", 1.2, 2.4) in words
    assert len(words) == len(entries(document)) - 1
    assert "entrylevel code" not in render(replaced(document, "entrylevel code", "entrylevelcode")).decode()


@pytest.mark.parametrize("name", ONE_WORD)
def test_a_word_that_is_dropped_is_dropped_everywhere(name: str) -> None:
    """The entry goes, and every copy of the word; the times of the others stay."""
    document = read(ROOT / name)
    after = replaced(document, "use ", "")
    assert word_times(again(after)) == [e for e in word_times(document) if e[0] != "use"]
    assert not re.search(r"\buse\b", render(after).decode())


def test_copies_follow_and_labels_stay() -> None:
    """Deepgram has each word up to six times; speakers' names in a copy are no words."""
    document = read(ROOT / "deepgram" / "nova.json")
    data = json.loads(render(replaced(document, "didnt", "didn't")))
    best = data["results"]["channels"][0]["alternatives"][0]
    assert best["transcript"] == "So we use entrylevel code. It didn't work."
    assert best["paragraphs"]["transcript"] == "\nSpeaker 0: So we use entrylevel code.\n\nSpeaker 1: It didn't work."
    assert best["paragraphs"]["paragraphs"][1]["sentences"][0]["text"] == "It didn't work."
    assert best["words"][6] == {
        "word": "didn't", "start": 3.1, "end": 3.5, "confidence": 0.9, "speaker": 1, "punctuated_word": "didn't"
    }  # fmt: skip


def test_channels_are_read_in_the_order_of_time() -> None:
    """Two people on two channels are one conversation, and what is mended is mended in the copy of its channel."""
    document = read(ROOT / "deepgram" / "channels.json")
    assert said(document) == ["so we went", "where did you go", "to the shop"]
    best = [c["alternatives"][0] for c in json.loads(render(replaced(document, "go", "stay")))["results"]["channels"]]
    assert [b["transcript"] for b in best] == ["so we went to the shop", "where did you stay"]


def test_words_in_vtt_keep_their_time_tags() -> None:
    """A capital and a comma go to their word, a dropped word takes its tags along, and the rest stays."""
    document = of(
        "WEBVTT\n\n00:01.000 --> 00:03.000\nokay<00:01.500><c> so</c><00:02.000><c> so</c><00:02.500><c> yes</c>\n",
        "vtt",
    )
    assert entries(document) == [("okay", 1.0, 1.5), (" so", 1.5, 2.0), (" so", 2.0, 2.5), (" yes", 2.5, 3.0)]
    after = changed(document, [Edit(Span(0, 1), "O"), Edit(Span(4, 4), ","), Edit(Span(7, 10), "")])
    assert render(after).decode() == (
        "WEBVTT\n\n00:01.000 --> 00:03.000\nOkay,<00:01.500><c> so</c><00:02.500><c> yes</c>\n"
    )


def test_karaoke_in_ass_tells_the_times_of_words() -> None:
    """Words keep their tags when they are changed; one that is dropped leaves its tag, for the others count from it."""
    document = read(ROOT / "ass" / "karaoke.ass")
    assert [(text.strip(), a, b) for text, a, b in entries(document) if text.strip()] == [
        ("so", 1.0, 1.2), ("to", 1.2, 1.5), ("day", 1.5, 1.6), ("we", 1.6, 2.0), ("look", 2.0, 3.0),
        ("it", 3.5, 4.5), ("didnt", 4.5, 4.75), ("work", 4.75, 5.0),
    ]  # fmt: skip
    after = document
    for was, now in (("so ", "So "), ("day we", "day, we"), ("it didnt", "it didn't"), ("we ", "")):
        after = replaced(after, was, now)
    assert [line.rpartition(",karaoke,")[2] for line in render(after).decode().splitlines()[5:]] == [
        r"{\an8\k20}So {\kf30}to{\k10}day, {\i1}{\ko40}{\i0}{\K50}look",
        r"{\k50}{\k50}it {\kt150\k25}didn't {\k25}work",
    ]
    assert word_times(again(after))[-3:] == word_times(document)[-3:]


@pytest.mark.parametrize(
    "name",
    ["aws-transcribe/speaker_labels.json", "aws-transcribe/audio_segments.json", "ibm-watson/speaker_labels.json"],
)
def test_speakers_that_are_told_apart_from_the_words(name: str) -> None:
    """Each word belongs to who speaks at its time, also after edits and where a result holds two speakers."""
    document = read(ROOT / name)
    assert [(re.sub(r"\D", "", c.speaker), c.begin, c.end) for c in document.cues] == [
        ("0", 0.5, 1.9),
        ("1", 1.95, 3.0),
    ]
    after = again(replaced(document, "didnt", "did not"))
    assert [c.speaker for c in after.cues] == [c.speaker for c in document.cues]
    assert said(after)[1].lower().strip(".") == "it did not work"


@pytest.mark.parametrize(
    ("form", "was", "now"),
    [
        ("srt", "{\\an8}its <i>fine</i> so &amp; so", "{\\an8}It's <i>fine,</i> so &amp; so."),
        ("vtt", "<v Ann>its <i>fine</i> so &amp; s&#243; so</v>", "<v Ann>It's <i>fine,</i> so &amp; s&#243; so.</v>"),
        ("ass", r"{\an8}its {\i1}fine{\i0} so\Nso & so", r"{\an8}It's {\i1}fine,{\i0} so\Nso & so."),
    ],
)
def test_markup_stays_on_its_words(form: str, was: str, now: str) -> None:
    """Tags, line breaks and entities stay as they are around and between the words that change."""
    heads = {
        "srt": "1\n00:00:01.000 --> 00:00:03.000\n",
        "vtt": "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\n",
        "ass": "[Events]\nDialogue: 0,0:00:01.00,0:00:03.00,Default,,0,0,0,,",
    }
    document = of(f"{heads[form]}{was}\n", form)
    fine, end = document.text.index("fine") + 4, len(document.text)
    after = changed(
        document,
        [
            Edit(Span(0, 1), "I"),
            Edit(Span(2, 2), "'"),
            Edit(Span(fine, fine), ","),
            Edit(Span(end, end), "."),
        ],
    )
    assert render(after).decode() == f"{heads[form]}{now}\n"


def test_speakers() -> None:
    """Voice tags and names in front of what is said tell the speaker and are no part of the text."""
    assert [c.speaker for c in read(ROOT / "vtt" / "voices.vtt").cues] == ["Speaker Farías", "Zoë"]
    document = read(ROOT / "srt" / "speakers.srt")
    assert [c.speaker for c in document.cues] == ["Anna", "", "Ben", "Anna", "Ben", "Anna", "Ben"]
    assert said(document)[3] == "lets begin: what is it"
    assert [c.speaker for c in read(ROOT / "ttml" / "talk.ttml").cues] == ["Anna & Co", ""]


def test_spans_in_ttml_have_times_of_their_own() -> None:
    """Counted from their cue, or in the whole where that is what they can only be; nested ones belong to the outer."""
    document = read(ROOT / "ttml" / "spans.ttml")
    assert [(text.strip(), a, b) for text, a, b in entries(document)] == [
        ("so", 10.0, 10.5), ("today", 10.5, 11.0), ("we", 11.0, 13.0), ("look", 11.0, 13.0),
        ("it", 13.0, 13.5), ("didnt", 13.5, 14.0), ("work", 14.0, 15.0), ("and", 15.0, 16.0), ("then", 16.0, 17.0),
    ]  # fmt: skip
    assert document.origin.flaws == ()


@pytest.mark.parametrize("name", ["faster-whisper", "stable-ts"])
def test_kin_of_whisper(name: str) -> None:
    """A list of segments is one of its forms; each word has its time, and the text of its segment follows it."""
    document = read(ROOT / "whisper" / f"{name}.json")
    assert document.origin.format == "whisper"
    assert [(text.strip(), a, b) for text, a, b in entries(document)][3] == ("entrylevel", 1.2, 1.9)
    after = render(replaced(document, "didnt", "didn't")).decode()
    assert after.count("didn't") == document.origin.frame.count("didnt") > 1


def test_names_in_zoom_captions() -> None:
    """Numbered cues of WebVTT, each with the name in front."""
    document = read(ROOT / "vtt" / "zoom.vtt")
    assert [(c.speaker, c.span.of(document.text)) for c in document.cues][1] == ("Ben Ode", "what is it")


def test_a_remark_is_no_speaker() -> None:
    """One line with a colon does not make a name."""
    document = of("1\n00:01,000 --> 00:02,000\nNote: this is odd\n\n2\n00:02,000 --> 00:03,000\nso it is\n", "srt")
    assert [c.speaker for c in document.cues] == ["", ""]


def test_a_last_line_that_is_a_number_is_text() -> None:
    """A number under a text is a part of it, unless times follow."""
    document = read(ROOT / "srt" / "talk.srt")
    assert said(document)[2] == "1999"
    assert said(of("1\n00:01,000 --> 00:02,000\nIt began in\n1999\n", "srt")) == ["It began in\n1999"]


@pytest.mark.parametrize("form", ["srt", "vtt", "ass", "ttml", "whisper", "turns"])
def test_nothing_to_read_is_refused(form: str) -> None:
    """A file without a single cue is refused with what to try."""
    with pytest.raises(InputError, match=r"a\.x: there is no cue .* --format"):
        parse(b"so we went to the store\n", "a.x", form)
