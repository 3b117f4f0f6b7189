"""Excerpts: within the budget, at sentences, honest about what is left out, and the same every time."""

from __future__ import annotations

import json
import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from promptfile import prompt_file
from transmend import Document, Excerpt, Layout, Settings, TransmendError, check, excerpt, read, render
from transmend.cli import main
from transmend.language import word_set
from transmend.sampling import LAYOUTS, UNITS
from transmend.tagger.features import normal_form
from transmend.tokens import find

FIXTURES = Path(__file__).parent.parent / "fixtures"
GOLD = (FIXTURES / "gold" / "dpo_excerpt.txt").read_text(encoding="utf-8")
LOWER = " ".join(filter(None, (normal_form(word) for word in GOLD.split())))
TALK = "One is here. Two is there. Three is gone. Four is lost. Five is found. Six is last."


def awkward(text: str) -> int:
    """A count that does not add up, as those of tokenizers do not: a mark behind a word takes three more."""
    return len(text) + 3 * len(re.findall(r"\S \[", text))


COUNTS = {**UNITS, "awkward": awkward}


def in_whole_words(made: Excerpt) -> bool:
    """Whether no kept piece begins or ends inside a word."""
    text = made.source.text
    edges = [(s.start - 1, s.start) for s in made.kept if s.start] + [
        (s.end - 1, s.end) for s in made.kept if s.end < len(text)
    ]
    return all(text[a].isspace() or text[b].isspace() for a, b in edges)


@cache
def texts() -> tuple[str, ...]:
    """Real speech with marks and without, on one line and on many."""
    return (GOLD, LOWER, GOLD.replace("\n", "\r\n"), GOLD + "\n", TALK)


# --- promises on any text -----------------------------------------------------------------------------------------

SOME = word_set("so we went to the store, and then. Really? no: what… dr. smith (maybe) 3 5 这是一个。")
WORDS = st.sampled_from([*sorted(SOME), "\n", "\n\n"])
ANY = st.one_of(st.sampled_from(texts()), st.lists(WORDS, max_size=60).map(" ".join), st.text(max_size=80))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    text=ANY,
    budget=st.one_of(st.integers(1, 60), st.integers(60, 2500)),
    unit=st.sampled_from(list(COUNTS)),
    layout=st.one_of(st.sampled_from(list(LAYOUTS)), st.builds(Layout, st.just(0.3), st.integers(0, 9), st.just(0.1))),
)
@example(text="\r\r", budget=1, unit=next(iter(COUNTS)), layout=Layout(head=0.3, windows=1))
def test_an_excerpt_keeps_its_promises(text: str, budget: int, unit: str, layout: str | Layout) -> None:
    """It is never over budget, it is made of pieces of the source in order, and it is the same every time."""
    count = COUNTS[unit]
    try:
        made = excerpt(text, budget, count, layout)
    except TransmendError as error:
        least = int(str(error).rsplit(" ", 1)[1])
        assert budget < least <= count(text)
        assert count(excerpt(text, least, count, layout).text) <= least
        return
    assert count(made.text) <= budget
    assert made == excerpt(text, budget, count, layout)
    assert all(a.end < b.start for a, b in pairwise(made.kept))
    newlines = "\r\n\r\n" if "\r\n" in text else "\n\n"
    marked = f" […]{newlines}".join(span.of(text) for span in made.kept)
    assert marked in made.text
    assert made.text.removeprefix(f"[…]{newlines}").removesuffix(" […]") == marked
    if count(text) <= budget:
        assert made.text == text
    elif text in texts():
        assert in_whole_words(made)


# --- what is kept ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layout", "want"),
    [
        ("head", "One is here. Two is there. […]"),
        ("tail", "[…]\n\nFive is found. Six is last."),
        ("head-tail", "One is here. […]\n\nSix is last."),
        ("windows", "[…]\n\nThree is gone. Four is lost. […]"),
    ],
)
def test_layouts_keep_their_pieces(layout: str | Layout, want: str) -> None:
    """Each layout keeps whole sentences where it says."""
    assert excerpt(TALK, 42, layout=layout).text == want


def test_the_default_layout_has_eight_pieces() -> None:
    """Head, six windows and tail, about as long as a sampler that cuts anywhere makes them."""
    text = " ".join(f"This is sentence {number} of a talk." for number in range(400))
    made = excerpt(text, 8000)
    assert len(made.kept) == 8
    assert 7900 < len(made.text) <= 8000
    assert [abs(len(span) - share) < 80 for span, share in zip(made.kept, [1600, *[800] * 6, 1600], strict=True)]
    assert all(span.of(text).startswith("This") and span.of(text).endswith("talk.") for span in made.kept)


@pytest.mark.parametrize("text", [GOLD, LOWER])
def test_pieces_end_where_sentences_do(text: str) -> None:
    """With marks and without, the pieces of a talk are those of an edited text: all but a few end at a full stop."""
    edited_ends = {len(normal_form(GOLD[: k + 1])) for k, letter in enumerate(GOLD) if letter in ".?!"}
    made = excerpt(text, 1200, layout=Layout(0.3, 2, 0.3))
    ends = [len(normal_form(text[: span.end])) for span in made.kept]
    assert len(ends) >= 3
    assert sum(end in edited_ends for end in ends) >= len(ends) - 1


def test_a_long_sentence_is_cut_at_a_clause_or_a_word() -> None:
    """Where no sentence fits, a clause does, or a word."""
    text = (
        "When the rice is washed, you let it rest in a sieve for twenty minutes or so before you heat the stove. End."
    )
    assert excerpt(text, 50, layout="head").text == "When the rice is washed, […]"
    assert excerpt(text, 20, layout="head").text == "When the rice is […]"


@pytest.mark.parametrize("budget", range(120, 700, 20))
def test_code_and_links_stay_whole(budget: int) -> None:
    """No piece begins or ends in the middle of a block, an address or a name."""
    talk = (
        "Ann: so today we look at https://a.io/im-dont?c=d and then `dont cut me` and the rest of it\n"
        "Ben: yes lets go\n\n```python\nfor i in im:\n    dont(i)\n```\n\n"
        "Ann: that was it see you\n\n| a | b |\n|---|---|\n"
    ) * 3
    tokens = find(talk)
    made = excerpt(talk, budget)
    edges = [place for piece in made.kept for place in (piece.start, piece.end)]
    cut = [token.kind for token in tokens for place in edges if token.span.start < place < token.span.end]
    assert cut == []
    assert len(made.text) <= budget


def test_sections_are_sampled_each_by_itself() -> None:
    """In a prompt file each shot and target has the budget, keeps its heading, and spans point into the file."""
    file = prompt_file([["shot", "a", TALK], ["target", "b", "Short."], ["target", "c", ""]])
    made = excerpt(file, 42, layout="head-tail")
    parts = [section.span.of(made.text) for section in made.document.sections]
    assert parts == ["One is here. […]\n\nSix is last.", "Short.", ""]
    assert [span.of(file.text) for span in made.kept] == ["One is here.", "Six is last.", "Short."]


@pytest.mark.parametrize(
    "path", ["formats/jsonl/records.jsonl", "formats/json/prompts.json", "formats/tags/prompts.xml"]
)
def test_files_keep_their_form(path: str, tmp_path: Path) -> None:
    """An excerpt of a file is a file of the same form with the same sections."""
    document = read(FIXTURES / path)
    made = excerpt(document, 20, layout="head")
    copy = tmp_path / Path(path).name
    copy.write_bytes(render(made.document))
    again = read(copy)
    assert [s.label for s in again.sections] == [s.label for s in document.sections]
    assert [s.span.of(again.text) for s in again.sections] == [s.span.of(made.text) for s in made.document.sections]
    assert all(len(section.span) <= 20 for section in again.sections)


@pytest.mark.parametrize("text", [GOLD, LOWER])
@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_no_seam_is_found_in_an_excerpt(text: str, layout: str) -> None:
    """What is cut well has no seams: the marks say what is missing."""
    made = excerpt(text, 900, layout=layout)
    assert made.text != text
    assert check(made.text, Settings(select=("SEAM", "TRN001"))) == []


def test_excerpts_of_a_spliced_file_have_no_seam_of_their_own() -> None:
    """In the real prompt file no seam is found where an excerpt was cut."""
    document = read(FIXTURES / "seed" / "prompts.txt")
    section = next(s for s in document.sections if len(s.span) > 10_000)
    made = excerpt(section.span.of(document.text), 4000)
    marks = [k for k in range(len(made.text)) if made.text.startswith("[…]", k)]
    found = check(made.text, Settings(select=("SEAM",)))
    assert len(marks) >= 3
    assert not [f for f in found if any(abs(f.evidence["cut"] - mark) < 12 for mark in marks)]


# --- wrong use -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"budget": 3}, "a budget of 3 is too small: the shortest excerpt takes 7"),
        ({"budget": 0}, "a whole number above 0, not 0"),
        ({"budget": 99, "unit": "char"}, "unit is one of chars, words, or a function"),
        ({"budget": 99, "layout": "ends"}, "layout is one of head-windows-tail"),
    ],
)
def test_what_cannot_be_done_is_said(arguments: dict[str, object], said: str) -> None:
    """A wrong budget, unit or layout is told with what would do."""
    with pytest.raises(TransmendError, match=said):
        excerpt(TALK, **arguments)


@pytest.mark.parametrize("shape", [(0.8, 0, 0.4), (1.0, 3, 0.0), (0.0, 0, 0.0), (-0.1, 2, 0.0), (0.2, -1, 0.2)])
def test_a_layout_that_keeps_nothing_is_refused(shape: tuple[float, int, float]) -> None:
    """Shares have to be shares, and to leave room for what is asked for."""
    with pytest.raises(TransmendError):
        Layout(*shape)


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_does_as_the_function(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It writes the same text, and says on stderr how much was kept."""
    path = tmp_path / "talk.txt"
    path.write_text(GOLD, encoding="utf-8", newline="")
    assert main(["excerpt", str(path), "--budget", "900", "--windows", "2", "--head", "0.3"]) == 0
    out, told = capsys.readouterr()
    assert out == excerpt(GOLD, 900, layout=Layout(0.3, 2, 0.2)).text
    assert f"kept {len(out):,} of {len(GOLD):,} chars in " in told


def test_the_command_takes_one_section(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A section by its name or label comes as plain text; an unknown one is told with those there are."""
    path = tmp_path / "talks.jsonl"
    path.write_text(json.dumps({"id": "a", "text": TALK}) + "\n", encoding="utf-8")
    label = read(path).sections[0].label
    assert main(["excerpt", str(path), "--budget", "42", "--layout", "head", "--section", label, "-q"]) == 0
    assert capsys.readouterr().out == "One is here. Two is there. […]"
    assert main(["excerpt", str(path), "--budget", "42", "--section", "b"]) == 2
    assert label in capsys.readouterr().err


def test_a_document_is_named_where_its_budget_is_too_small() -> None:
    """The error says which text it is about."""
    with pytest.raises(TransmendError, match=r"^talk\.txt: a budget of 2"):
        excerpt(Document(TALK, "talk.txt"), 2)
