"""What is no speech: code, addresses, tables, markup and placeholders come through every mending as they are."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transmend import Document, Settings, clean
from transmend.settings import PRESETS
from transmend.verbatim import find

IN_LINE = {
    "code": [
        "`dont()`",
        "``a ` b``",
        "{{user_name}}",
        "{context}",
        "${i}",
        "{a.b}",
        '{"im": [1, {"dont": "i"}]}',
        "$x_i = im$",
        "eb3dffd",
        "$$im$$",
    ],
    "address": [
        "https://example.com/a_b?c=d&e=im#i",
        "https://en.wikipedia.org/wiki/Go_(game)",
        "www.example.com/dont",
        "first.last@example.co.uk",
        "github.com/im/dont",
        "/usr/local/bin/im",
        "./im/dont.py",
        "index.js/im",
        "~/dont/im",
        "@im_dont",
        "#dont",
        "u/im",
        "C:\\Users\\im",
    ],
    "template": ["<|im_start|>user", "<|im_end|>", "<|begin of text|>", "[INST]", "[/INST]", "<<SYS>>"],
    "markup": ["<example>", "</api>", '<doc id="im" n=3>', "<hr/>", "<a:b>"],
}
BLOCKS = [
    "```python\ni = im  # dont\n```",
    "~~~\nim\n\ndont\n~~~",
    "| i | im |\n|---|---|\n| dont | api |",
    "## i dont know",
]
LABELS = ["Ann:", "**Ann Lee**:", "*Ann:*", "SPEAKER_00:", "Dr. Lee (host):", "### Ann:", "ann:", "Ann :"]
EACH = [(kind, text) for kind, texts in IN_LINE.items() for text in texts]


@pytest.mark.parametrize(("kind", "text"), EACH)
@pytest.mark.parametrize(
    "frame", ["{}", "so we went to {} and then home", "we saw ({}), then", "go to {}.", "is it {}?"]
)
def test_each_is_found_whole(kind: str, text: str, frame: str) -> None:
    """Without the marks of the sentence around it."""
    said = frame.replace("{}", text)
    assert [(span.of(said), kind) for span, kind in find(said)] == [(text, kind)]


@pytest.mark.parametrize("text", BLOCKS)
def test_blocks_are_found_whole(text: str) -> None:
    """Lines of their own, between others."""
    said = f"so we went\n\n{text}\n\nand then home"
    assert [(span.of(said).strip("\n"), kind) for span, kind in find(said)] == [(text, "block")]


def test_the_words_of_a_link_are_said() -> None:
    """Where it leads is not."""
    text = 'see [the page](https://a.io/im "dont") and ![it](im.png)'
    assert [span.of(text) for span, _ in find(text)] == ['(https://a.io/im "dont")', "(im.png)"]


@pytest.mark.parametrize("label", LABELS)
def test_names_of_speakers(label: str) -> None:
    """At the start of a line, where somebody speaks twice; who speaks once is known among others."""
    text = f"{label} so we went\nwhere to\n  {label}\nhome"
    assert [(span.of(text), kind) for span, kind in find(text)] == [(label, "label")] * 2
    text = f"Ben: so we went\n{label} home\nBea: then"
    assert [span.of(text) for span, _ in find(text)] == ["Ben:", label, "Bea:"]


def test_roles_speak_once() -> None:
    """Prompts and depositions have one line for each."""
    text = "User: so whats a seam\nAssistant: its a place where text is missing\n"
    assert [span.of(text) for span, _ in find(text)] == ["User:", "Assistant:"]
    assert clean(text).text == "User: So what's a seam?\nAssistant: It's a place where text is missing.\n"
    text = "Q. were you at home\nA. i was\n"
    assert clean(text).text == "Q. Were you at home?\nA. I was.\n"


@pytest.mark.parametrize(
    "text",
    [
        "so heres the thing: we went\nand then: home",
        "12: so\n12: we",
        "we went to Ann: so Ann: so",
        "one thing: so we went\nanother is that we came\nand a third: home we went\nall of us",
        "A. Smith and B. Jones\nwent home",
        "yes/no and/or either/or 24/7 3/4 km/h he/she a / b",
        "a < b and x <3 and 5 > 3 and f(a)<b>",
        "don`t say it`s so, can`t you",
        "a | b | c and so on",
        "it is me @ home",
        "so { we went } and {we went} and {1}",
        "no. 1 # not a heading and C# and F#",
        "it costs $5 and not $6, or 5$ and 6$",
        "deadbeef 1234567 h100 covid19 mp3",
        "well... i mean... e.g. this, i.e. that",
        "array[0] (which is it) and f(x)",
        "```\nnever closed",
    ],
)
def test_speech_is_no_code(text: str) -> None:
    """Slashes, arrows, apostrophes, brackets."""
    assert list(find(text)) == []


SAID = st.sampled_from(["so", "we", "dont", "the", "the", "um", "okay,", "Yes.", "it", "is", "home", "you know", "im"])
PIECES = st.sampled_from([text for _, text in EACH])


@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    pieces=st.lists(
        SAID
        | PIECES
        | st.sampled_from(BLOCKS).map("\n\n{}\n\n".format)
        | st.sampled_from(["Ann: ", "Q. "]).map("\n{}".format),
        max_size=25,
    ),
    preset=st.sampled_from(sorted(PRESETS)),
)
def test_nothing_touches_them(pieces: list[str], preset: str) -> None:
    """Whatever is asked for, each is there afterwards, once and in its order, and cleaning again changes nothing."""
    document = Document(" ".join(pieces))
    asked = Settings(preset=preset, abstain=0.0, unsafe=True)
    was = [span.of(document.text) for span, _ in find(document.text)]
    result = clean(document, asked)
    assert [span.of(result.text) for span, _ in find(result.text)] == was
    assert clean(result.document, asked).text == result.text
    assert result.undo() == document.text
