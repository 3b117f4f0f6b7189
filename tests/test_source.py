"""Full transcripts: cuts found where the text jumps, what is missing said, and put back."""

from __future__ import annotations

import os
import random
import sys
import time
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from promptfile import prompt_file
from transmend import Document, Settings, check, clean, read
from transmend.cli import main
from transmend.errors import InputError, SettingsError
from transmend.finding import Finding
from transmend.lexicon import default
from transmend.splice import Cut, Sources, Witnesses, cut_at, read_sources
from transmend.splice.align import Index, chained, read_letters
from transmend.tagger.features import normal_form

sys.path.insert(0, str(Path(__file__).parent.parent / "scripts"))
import make_seams

SEED = Path(__file__).parent.parent / "fixtures" / "seed" / "prompts.txt"
LEAST = 40  # letters of a piece, and of what is left out, that the promise needs: see docs/seams.md


# -- texts


@cache
def spoken(seed: int, words: int = 1500) -> str:
    """A text that no two places of share a long stretch: common words in random order, with marks and capitals."""
    rng = random.Random(seed)
    ranks = np.argsort(-default().logs)[:3000]
    chosen = [default().words[rank] for rank in rng.choices(ranks.tolist(), k=words)]
    out, start = [], True
    for word in chosen:
        mark = rng.choices(["", ",", ".", "?", " –"], [80, 9, 8, 2, 1])[0]
        out.append((word.capitalize() if start or rng.random() < 0.05 else word) + mark)
        start = mark in (".", "?")
    return " ".join(out)


def lowered(text: str) -> str:
    """As captions come."""
    return " ".join(filter(None, map(normal_form, text.split())))


def count(text: str) -> int:
    """How many letters and digits a text has."""
    return sum(c.isalnum() for c in text)


def pieces_of(text: str, places: list[int]) -> list[tuple[int, int]]:
    """Every other stretch between ``places`` kept, and the ends, but for those too short to promise anything."""
    marks = sorted({0, *places, len(text)})
    kept = list(pairwise(marks))[::2]
    pieces = [kept[0]]
    for start, stop in kept[1:]:
        if count(text[pieces[-1][1] : start]) < LEAST:
            pieces[-1] = (pieces[-1][0], stop)
        elif count(text[start:stop]) >= LEAST:
            pieces.append((start, stop))
    return (pieces if count(text[slice(*pieces[0])]) >= LEAST else pieces[1:]) or [(0, len(text))]


def seams(findings: list[Finding]) -> list[int]:
    """Offsets of the cuts."""
    return sorted(f.evidence["cut"] for f in findings if f.rule.startswith("SEAM"))


def asked(mode: str) -> Settings:
    """The rules of seams alone."""
    return Settings(select=("SEAM", "SRC"), seams=mode)


def cuts_of(text: str, source: str) -> list[int]:
    """Where the alignment alone shows cuts."""
    document = Document(text)
    return [cut.at for cut in Sources.of([Document(source)]).align(document, document.parts[0], "[…]").cuts]


# -- the promise


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 5),
    places=st.lists(st.integers(0, 7000), min_size=2, max_size=12),
    lower=st.booleans(),
)
def test_any_cuts_are_found_and_restored(seed: int, places: list[int], lower: bool) -> None:
    """Wherever a text is cut, the source gives every cut and every character back."""
    text = lowered(spoken(seed)) if lower else spoken(seed)
    hold(text, pieces_of(text, [min(place, len(text)) for place in places]))


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 5), sampler=st.sampled_from(sorted(make_seams.SAMPLERS)), lower=st.booleans(), rng=st.randoms()
)
def test_any_sampler_is_undone(seed: int, sampler: str, lower: bool, rng: random.Random) -> None:
    """The samplers of the benchmark, too."""
    text = lowered(spoken(seed, 4000)) if lower else spoken(seed, 4000)
    pieces = make_seams.SAMPLERS[sampler](text, random.Random(rng.random()))
    gaps = [text[a[1] : b[0]] for a, b in pairwise(pieces)]
    if all(not gap or count(gap) >= LEAST for gap in gaps) and all(count(text[a:b]) >= LEAST for a, b in pieces):
        hold(text, pieces)


def hold(text: str, pieces: list[tuple[int, int]]) -> None:
    """Cuts are where they were made, or where cutting gives the same text; restored, all is as it was."""
    sample = make_seams.joined(text, pieces)
    document = Document(sample.text)
    found = Sources.of([Document(text)]).align(document, document.parts[0], "[…]").cuts
    assert len(found) == len(sample.cuts)
    joints = [(a[1], b[0]) for a, b in pairwise(pieces) if a[1] != b[0]]
    restored, at = "", 0
    for cut, true, (start, stop) in zip(found, sample.cuts, joints, strict=True):
        if (text[start] != text[stop]) and (text[start - 1] != text[stop - 1]):
            assert cut.at == true
        assert cut.sides is not None
        assert cut.sides.left is not None
        assert cut.sides.right is not None
        restored += sample.text[at : cut.sides.gap.start] + text[cut.sides.left.edge : cut.sides.right.edge]
        at = cut.sides.gap.end
    assert restored + sample.text[at:] == text[pieces[0][0] : pieces[-1][1]]


@pytest.mark.parametrize("lower", [False, True], ids=["marks", "lower"])
def test_restoring_gives_the_original_back(lower: bool) -> None:
    """Through the whole flow: character for character, final, and undone."""
    text = lowered(spoken(1)) if lower else spoken(1)
    sample = make_seams.joined(text, [(0, 900), (2003, 3500), (5001, 6007), (6500, len(text))])
    result = clean(Document(sample.text), asked("restore"), [text])
    assert result.text == text
    assert result.undo() == sample.text
    assert clean(result.document, asked("restore"), [text]).changes == ()
    assert result.remaining == ()


@pytest.mark.parametrize("mode", ["mark", "drop", "complete", "restore"])
def test_every_mode_settles_and_is_undone(mode: str) -> None:
    """Mending what was mended with the same source changes nothing."""
    text = spoken(2)
    sample = make_seams.joined(lowered(text), [(0, 903), (2003, 3502), (5001, 6007)])
    result = clean(Document(sample.text), asked(mode), [text])
    assert len(result.changes) == 2
    assert result.undo() == sample.text
    assert clean(result.document, asked(mode), [text]).changes == ()
    everything = Settings(seams=mode, unsafe=True)
    again = clean(clean(Document(sample.text), everything, [text]).document, everything, [text])
    assert [change.rule for change in again.changes] == []


@pytest.mark.parametrize("mode", ["complete", "restore"])
@pytest.mark.parametrize("lower", [False, True], ids=["marks", "lower"])
def test_ends_in_mid_word_are_completed(lower: bool, mode: str) -> None:
    """From the source, in the form of the excerpt; whole words at the ends are left alone."""
    talk = lowered(TALK) if lower else TALK
    words = Settings(select=("TRN001",), seams=mode)
    start, end = talk.index("shboard"), talk.index("lerts")
    result = clean(Document(talk[start:end] + "ler"), words, [TALK])
    assert result.text == talk[talk.index("dashboard") : end] + "lerts"
    assert result.undo() == talk[start:end] + "ler"
    assert clean(result.document, words, [TALK]).changes == ()
    whole = talk[talk.index("dashboard") : end - 2]
    assert clean(Document(whole), words, [TALK]).remaining == ()


def test_ends_in_mid_word_are_told_where_nothing_is_asked() -> None:
    """The finding names the fragment and nothing changes."""
    start, end = TALK.index("shboard"), TALK.index("lerts")
    told = clean(Document(TALK[start:end]), Settings(select=("TRN",)), [TALK])
    assert [f.evidence["fragment"] for f in told.remaining] == ["shboard", "a"]
    assert told.changes == ()


# -- what is said, and what is put in

TALK = (
    "So today we look at the dashboard, and at what it shows. One critical change was made by the team in Lyon. "
    "Before that, nobody could say why the numbers moved; now everybody can. Then we turn to alerts. An alert is a "
    "promise that somebody will look. If nobody looks, switch it off! That is all there is to say about alerts."
)


def cut(before: str, after: str, text: str = TALK) -> str:
    """``text`` from its start to the end of ``before``, and from the start of ``after`` to its end."""
    return text[: text.index(before) + len(before)] + text[text.index(after) :]


def test_marks_count_what_is_missing() -> None:
    """Words of which a part is missing count, and the finding says which source knows."""
    result = clean(Document(cut("the dashboar", "mise that")), asked("mark"), [Document(TALK, "talks/alerts.txt")])
    assert "the dashboar [… 38 words …]\n\nmise that" in result.text
    (found,) = result.fixed
    assert found.confidence > 0.99
    assert "alerts.txt" in found.message
    assert found.evidence["source"] == "alerts.txt"
    onward, back = found.evidence["onward"], found.evidence["back"]
    assert TALK[onward:].startswith("d, and at")
    assert TALK[back:].startswith("mise that")


def test_completing_counts_whole_words() -> None:
    """Both words are completed, and counted no more."""
    result = clean(Document(cut("the dashboar", "mise that")), asked("complete"), [TALK])
    assert "the dashboard [… 36 words …]\n\npromise that" in result.text
    completed = result.fixed[0].evidence["completed"]
    assert [(c["origin"], c["word"]) for c in completed.values()] == [("source", "dashboard"), ("source", "promise")]


def test_completing_keeps_to_the_style_of_the_document() -> None:
    """Lower case without marks gets no capital from a source that has them; a text with marks gets its own."""
    text = cut("critical change w", "yon. Before")
    plain = lowered(text).replace("w yon", "wyon")
    assert "change was [… 5 words …]\n\nlyon before" in clean(Document(plain), asked("complete"), [TALK]).text
    assert "change was [… 5 words …]\n\nLyon. Before" in clean(Document(text), asked("complete"), [TALK]).text


@pytest.mark.parametrize(
    ("space", "want"), [(" ", "so every two [… 12 words …]\n\nhalf"), ("", "so every twoday [… 11 words …]\n\nhalf")]
)
def test_hyphens_are_written_as_the_document_does(space: str, want: str) -> None:
    """Parts of a hyphenated word are words of their own where the document has spaces for hyphens."""
    source = (
        "We run a well-known, long-running and self-hosted service. So every two-day meeting has a plan of its own "
        "and takes at most half a day, which is more than enough for a two-person team."
    )
    text = lowered(source.replace("-", space))
    start, end = text.index(f"two{space}day") + 3, text.index("half a day")
    chosen = clean(Document(text[:start] + text[end:]), asked("complete"), [source])
    assert want in chosen.text


def test_restoring_uses_the_form_of_the_source() -> None:
    """What is put back is as the source has it."""
    text = lowered(cut("critical change w", "yon. Before")).replace("w yon", "wyon")
    result = clean(Document(text), asked("restore"), [TALK])
    assert "critical change was made by the team in Lyon before that" in result.text


def test_a_gap_that_completing_fills_needs_no_mark() -> None:
    """Where completing leaves nothing out, the text is simply whole again."""
    text = cut("One cri", "hange was")
    assert clean(Document(text), asked("complete"), [TALK]).text == TALK
    assert clean(Document(lowered(text)), asked("complete"), [TALK]).text == lowered(TALK)


def test_a_custom_mark_is_counted_and_known_again() -> None:
    """Whatever the mark looks like."""
    chosen = Settings(select=("SEAM",), elision="(cut)")
    result = clean(Document(cut("the dashboar", "mise that")), chosen, [TALK])
    assert "the dashboar (cut 38 words cut)\n\nmise that" in result.text
    assert clean(result.document, chosen, [TALK]).changes == ()


# -- what is no cut


def test_what_an_editor_does_is_no_cut() -> None:
    """Words left out, put in, respelt or said once instead of twice, in a text that is otherwise the source's."""
    source = TALK.replace("we look", "we um look").replace(
        "Then we turn to alerts", "Then we turn to alerts, then we turn to alerts"
    )
    text = (
        TALK.replace("nobody could", "no one could").replace("promise", "promisse").replace("team in", "whole team in")
    )
    assert cuts_of(text, source) == []


def test_a_marked_place_is_no_cut() -> None:
    """``[…]`` in the text says it all, with or without a number."""
    for mark in ("[…]", "[... 12 words ...]"):
        assert (
            cuts_of(
                cut("the dashboard", " an alert is", TALK.lower()).replace("dashboard an", f"dashboard {mark} an"), TALK
            )
            == []
        )


def test_misheard_words_beside_a_cut_do_not_hide_it() -> None:
    """The cut lies where both sides fit best."""
    text = cut("the dashboard, and at w", "promise that").replace("dashboard", "dashbort")
    (at,) = cuts_of(text, TALK)
    assert text[at:].startswith("promise")


def test_text_of_other_sources_is_left_to_the_detector() -> None:
    """A source that has nothing of a text says nothing about it, but a note."""
    text = lowered(spoken(3))[:4000]
    with_source, without = (check(text, asked("mark"), sources) for sources in ([spoken(4)], None))
    assert [f for f in with_source if f.rule != "SRC001"] == without
    assert [(f.rule, f.severity) for f in with_source if f.rule == "SRC001"] == [("SRC001", "note")]


def test_what_a_source_covers_is_its_to_decide() -> None:
    """A place that looks like a splice and is none, by the source, is left alone."""
    piece = next(s for s in read(SEED).sections if s.role == "shot").span.of(read(SEED).text)
    assert seams(check(piece, asked("mark")))
    assert seams(check(piece, asked("mark"), [f"well {piece} goodbye"])) == []


def test_two_talks_glued() -> None:
    """A cut between two sources is found, its words completed, and nothing claimed to be missing between."""
    one, other = lowered(spoken(1)), lowered(spoken(2))
    text = one[1000:3003] + other[2000:4000]
    (found,) = check(text, asked("complete"), [Document(one, "one.txt"), Document(other, "other.txt")])
    assert found.evidence["cut"] == 2003
    assert (found.evidence["source"], found.evidence["other source"]) == ("one.txt", "other.txt")
    assert "missing" not in found.evidence
    assert "[…]" in clean(text, asked("restore"), [one, other]).text


def test_overlapping_pieces_are_joined_when_restoring() -> None:
    """What the pieces both have is said once again."""
    text = spoken(1)
    glued = text[:2000] + text[1800:4000]
    (found,) = (f for f in check(glued, asked("restore"), [text]) if f.rule != "SEAM004")
    assert "overlap" in found.message
    result = clean(glued, asked("restore"), [text])
    assert result.text == text[:4000]
    assert clean(result.document, asked("restore"), [text]).changes == ()


# -- other sections of the same file


def excerpts(shot: str, target: str) -> tuple[Document, Cut]:
    """A prompt file with two excerpts, and the cut of the first, which stands as ``|`` in it."""
    document = prompt_file([["shot", "talk", shot.replace("|", "")], ["target", "whole", target]])
    at = document.sections[0].span.start + shot.index("|")
    return document, cut_at(document.text, at)


def test_sections_of_a_talk_mend_each_other() -> None:
    """What another section has is said to be missing, and completes the words."""
    text = lowered(TALK)
    start, end = text.index("d and at what"), text.index("mise that")
    document, one = excerpts(f"{text[:start]}|{text[end:]}", text)
    witnesses = Witnesses(document, [one])
    found = witnesses.completions(one)
    assert [(c.origin, c.word, c.where) for c in found.values()] == [
        ("section", "dashboard", "Target: whole"),
        ("section", "promise", "Target: whole"),
    ]
    missing = witnesses.missing(one)
    assert missing is not None
    assert missing.text == text[start:end]
    assert document.text[missing.start : missing.end] == missing.text
    assert (missing.words, missing.between) == (38, 36)


def test_a_section_that_is_cut_itself_knows_only_the_words() -> None:
    """A cut of its own between the two sides, or at the word, is no knowledge of what is missing there."""
    text = lowered(TALK)
    start, end = text.index("d and at what"), text.index("mise that")
    document, one = excerpts(f"{text[:start]}|{text[end:]}", text)
    target = document.sections[1].span.start
    inside = Witnesses(document, [one, cut_at(document.text, target + text.index("lyon"))])
    assert inside.missing(one) is None
    assert inside.completions(one)["left"].origin == "section"
    at_word = Witnesses(document, [one, cut_at(document.text, target + start)])
    assert at_word.completions(one).get("left") is None


# -- the index


@given(st.text("ab é.", max_size=300))
def test_letters_are_those_of_the_text(text: str) -> None:
    """Every letter in its place, whatever stands between."""
    letters = read_letters(text)
    assert [text[at] for at in letters.at.tolist()] == [c for c in text if c.isalnum()]
    assert "".join(map(chr, letters.keys.tolist())) == "".join(c for c in text.replace("é", "e") if c.isalnum())


@settings(max_examples=60, deadline=None)
@given(st.text("abc", min_size=1, max_size=200), st.text("abc", max_size=30), st.text("abc", max_size=30))
def test_runs_are_maximal_and_true(shared: str, before: str, after: str) -> None:
    """Each run is the same letters on both sides and could not be longer; a text that shares enough has one."""
    one, other = read_letters(f"{before}x{shared}y"), read_letters(f"z{shared}{after}")
    runs = Index([read_letters("other words"), other]).runs(one)
    for run in runs:
        own, theirs = one.keys[run.start : run.end].tolist(), other.keys[run.place : run.place + run.size].tolist()
        assert run.other == 1
        assert own == theirs
        assert run.start == 0 or run.place == 0 or one.keys[run.start - 1] != other.keys[run.place - 1]
        ends = run.end == len(one.keys) or run.place + run.size == len(other.keys)
        assert ends or one.keys[run.end] != other.keys[run.place + run.size]
    varied = len({shared[k : k + 16] for k in range(len(shared) - 15)}) == len(shared) - 15
    if len(shared) >= 19 and varied:
        assert any(run.size >= len(shared) for run in runs)


def test_chain_prefers_one_source() -> None:
    """A phrase that another source has as well is no reason to jump."""
    phrase = "thank you all for listening to this episode of the show"
    text = f"{lowered(spoken(1))[:2000]} {phrase} {lowered(spoken(1))[2000:4000]}"
    index = Index([read_letters(text), read_letters(f"well {phrase} {lowered(spoken(2))}")])
    chain = chained(index.runs(read_letters(text[500:3000])))
    assert [run.other for run in chain] == [0]


def test_many_long_sources_are_read_in_seconds(tmp_path: Path) -> None:
    """A folder of 40 talks of 10,000 words, a fifth of what the promise is about, in a fifth of its time."""
    for number in range(40):
        (tmp_path / f"{number}.txt").write_text(spoken(number % 8, 10_000)[number:], encoding="utf-8")
    sample = spoken(3, 10_000)[5000:9000] + spoken(3, 10_000)[20_000:24_000]
    began = time.process_time()
    sources = read_sources([str(tmp_path)])
    (found,) = sources.align(Document(sample), Document(sample).parts[0], "[…]").cuts
    assert time.process_time() - began < 5  # seconds of one processor; it takes less than one
    assert abs(found.at - 4000) < 3


# -- files


def test_files_and_folders_are_read(tmp_path: Path) -> None:
    """Files of known formats at any depth, hidden ones and accounts of edits left out; once, until one changes."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.txt").write_text(TALK)
    (tmp_path / "b.jsonl").write_text('{"text": "One two three."}\n{"text": "Four five six."}\n')
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / ".hidden.txt").write_text("no")
    (tmp_path / "c.txt.edits.jsonl").write_text("no")
    sources = read_sources([str(tmp_path)])
    assert [source.name for source in sources.sources] == ["b.jsonl, Text: 1", "b.jsonl, Text: 2", "a.txt"]
    assert read_sources([str(tmp_path)]) is sources
    (tmp_path / "deep" / "a.txt").write_text("something else")
    os.utime(tmp_path / "deep" / "a.txt", (1, 1))
    assert read_sources([str(tmp_path)]).sources[-1].text == "something else"


def test_wrong_sources_are_told(tmp_path: Path) -> None:
    """What, where, and what to try."""
    with pytest.raises(InputError, match=r"nowhere: there is no such file or folder"):
        read_sources([str(tmp_path / "nowhere")])
    with pytest.raises(InputError, match=r"holds no transcript \(.*\.txt"):
        read_sources([str(tmp_path)])
    (tmp_path / "broken.json").write_text('{"text": ')
    with pytest.raises(InputError, match=r"source .*broken\.json"):
        read_sources([str(tmp_path)])
    with pytest.raises(SettingsError, match="list of files or folders"):
        Settings(source=(5,))  # type: ignore[arg-type]


def test_the_file_itself_is_no_source(tmp_path: Path) -> None:
    """A folder may hold the excerpt beside its source, and copies of it."""
    (tmp_path / "talk.txt").write_text(TALK)
    excerpt = tmp_path / "excerpt.txt"
    excerpt.write_text(cut("the dashboar", "mise that"))
    (tmp_path / "copy.txt").write_text(cut("the dashboar", "mise that"))
    chosen = Settings(select=("SEAM",), source=(str(tmp_path),))
    (found,) = check(read(excerpt), chosen)
    assert found.evidence["source"] == "talk.txt"


def test_configured_sources_are_beside_the_configuration(tmp_path: Path) -> None:
    """A path in transmend.toml does not depend on where the command is run."""
    from transmend.settings import load

    (tmp_path / "transmend.toml").write_text('source = ["talks"]\n')
    assert load(tmp_path / "transmend.toml") == {"source": (str(tmp_path / "talks"),)}


# -- the command line


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An excerpt, and a folder with its source, as working folder."""
    (tmp_path / "talks").mkdir()
    (tmp_path / "talks" / "talk.txt").write_text(TALK)
    (tmp_path / "excerpt.txt").write_text(cut("the dashboar", "mise that"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("options", [["--restore"], ["--seams", "restore"], ["--restore", "--seams", "restore"]])
def test_fix_restores(folder: Path, options: list[str]) -> None:
    """From a folder of sources, to a new file, and undo takes it back."""
    files = ["-o", "out.txt", "--edits", "e.jsonl"]
    assert main(["fix", "excerpt.txt", "--source", "talks", "--select", "SEAM", *options, *files]) == 0
    assert (folder / "out.txt").read_text() == TALK
    assert main(["undo", "out.txt", "--edits", "e.jsonl", "-o", "back.txt"]) == 0
    assert (folder / "back.txt").read_text() == (folder / "excerpt.txt").read_text()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--source", "nowhere"], "source nowhere: there is no such file or folder"),
        (["--source", "excerpt.txt", "--source", "nowhere"], "source nowhere: there is no such file or folder"),
        (["--source", "talks", "--restore", "--seams", "mark"], "leave --seams mark out"),
    ],
)
def test_wrong_options_are_told_once(
    folder: Path, options: list[str], said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """However many files there are, and nothing is written."""
    assert main(["fix", "excerpt.txt", "talks/talk.txt", *options, "-i"]) == 2
    error = capfd.readouterr().err
    assert error.count(said) == 1
    assert (folder / "talks" / "talk.txt").read_text() == TALK


def test_a_text_without_source_is_no_error(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A note, which does not count."""
    (folder / "other.txt").write_text(lowered(spoken(1))[:1000])
    assert main(["check", "other.txt", "--source", "talks", "--select", "SRC"]) == 0
    assert "note SRC001 unmatched-section: no source has the text of this section" in capfd.readouterr().out
