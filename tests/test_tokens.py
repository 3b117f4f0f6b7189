"""Caption tokens: which they are, and that no rule for words and marks touches them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transmend import Settings, check, clean, formats
from transmend.restore.words import Passage, segments
from transmend.splice.evidence import read_words
from transmend.tokens import KINDS, find, inside

TOKENS = {
    "sound": ["[laughter]", "(audience applauding)", "*sighs*", "[Jeff laughs]", "(door slams)", "(record scratch)"],
    "music": ["[Music]", "♪", "(upbeat music playing)", "[singing]", "♪♪"],
    "speaker": [">>", ">>>", "&gt;&gt;"],
    "masked": ["[ __ ]", "[\u00a0__\u00a0]", "[bleep]", "f***"],
    "unclear": ["[inaudible 00:12:03]", "(crosstalk)", "[speaking Spanish]", "[overlapping conversation]"],
    "tag": ["<i>", "</i>", '<font color="red">', "<00:00:01.500>", "{\\an8}", "<v Ann>"],
    "entity": ["&#39;", "&amp;gt;", "&nbsp;"],
}
EACH = [(kind, token) for kind, tokens in TOKENS.items() for token in tokens]


@pytest.mark.parametrize(("kind", "token"), EACH)
def test_a_token_has_its_kind(kind: str, token: str) -> None:
    """Between sentences each is found whole, and as what it is."""
    text = f"So we went. {token} and then home"
    assert [(t.span.of(text), t.kind) for t in find(text)] == [(token, kind)]


@pytest.mark.parametrize(
    "text",
    [
        "array[0] and [x] and (e.g. this) and [1] and [the music]",
        "*args and **kwargs* and 2 * 3 * 4 and *very* good",
        "a >> b and x >>= 3 and std::cin >> n and cat x >> y.txt",
        "play(music) and dict[music] and [music](a.md)",
        "let [_] = x and __init__ and b**2",
        "vector<i> and a < b > c and <div> and x <3",
        "AT&T; and a&b; and &notaname;",
        "- one\n- two",
        "press (x) or [enter] (the door rings twice)",
    ],
)
def test_what_only_looks_like_one_is_text(text: str) -> None:
    """Code, footnotes, remarks, lists."""
    assert [token for token in find(text) if token.kind in KINDS] == []


def test_a_dash_is_a_turn_in_captions_alone() -> None:
    """At the start of a line, before a letter, and not twice."""
    text = "- yes\n-No - no\n-5\n--and\n— Ja\n— so"
    assert [t.span.of(text) for t in find(text, captions=True)] == ["- ", "-", "— "]


def test_a_mark_in_mid_line_needs_others() -> None:
    """One ``>>`` in words without marks may be anything; three are a way of writing, and one at a line start is too."""
    assert find("so we went >> yes we did") == ()
    assert len(find("so we went >> yes >> and then >> no")) == 3
    assert len(find(">> so we went >> yes we did")) == 2


SAID = st.sampled_from(["so", "we", "went", "the", "the", "um", "okay,", "Yes.", "it", "is", "home", "you know"])
WRITTEN = st.sampled_from([token for _, token in EACH])


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(SAID | WRITTEN | st.just("\n"), max_size=25).map(" ".join))
def test_no_rule_touches_a_token_that_is_kept(text: str) -> None:
    """Under keep, with every disfluency dropped and every mark set, the tokens are the same and in the same order."""
    asked = Settings(disfluencies="restarts", abstain=0.0, unsafe=True, ignore=("LOOP", "SEAM"), tokens="entity=keep")
    mended = clean(text, asked).text
    assert [t.span.of(mended) for t in find(mended)] == [t.span.of(text) for t in find(text)]


@pytest.mark.parametrize(("kind", "token"), [e for e in EACH if e[0] != "entity"])
def test_a_token_is_no_word(kind: str, token: str) -> None:
    """Neither restoration nor the search for seams sees its letters."""
    text = f"so we went. {token} and then home"
    ((*words,),) = segments(Passage(text, marks=find(text)))
    assert [word.text for word in words] == ["so", "we", "went", "and", "then", "home"]
    assert list(read_words(text).forms) == ["so", "we", "went", "and", "then", "home"]


@pytest.mark.parametrize("token", TOKENS["sound"] + TOKENS["music"])
def test_a_sound_is_no_hindrance_to_a_mark(token: str) -> None:
    """The sentence before it ends right behind its word."""
    assert clean(f"thanks for coming {token} so what is a token").text == (
        f"Thanks for coming. {token} So what is a token?"
    )


def test_a_turn_ends_a_sentence() -> None:
    """Whatever the words say, and the next starts with a capital."""
    turns = clean(">> are you ready >> to go with him >> always").text.split(">>")[1:]
    assert [turn.strip()[0] + turn.strip()[-1].replace("?", ".") for turn in turns] == ["A.", "T.", "A."]


def test_another_speaker_ends_a_sentence() -> None:
    """Where the cues say who speaks, whatever the words say; a cue without a name may be the same one's."""
    cues = [("<v Ann>", "are you ready"), ("<v Ben>", "to go with him"), ("<v Ben>", "and her"), ("", "always")]
    file = "WEBVTT\n\n" + "".join(
        f"00:0{k}.000 --> 00:0{k + 1}.000\n{name}{said}\n\n" for k, (name, said) in enumerate(cues)
    )
    mended = clean(formats.parse(file.encode())).text
    assert mended.startswith("Are you ready?\n\nTo go with him")


def test_tags_said_over_and_over_are_no_loop() -> None:
    """Nor are words with a tag between."""
    text = "[Applause] " * 8 + "thank you [Music] " * 8
    assert check(text, Settings(select=("LOOP", "DIS"))) == []


def test_places_inside() -> None:
    """A place at the edge of a token is outside, any part of it inside."""
    text = "so [Music] we"
    tokens = find(text)
    (span,) = (token.span for token in tokens)
    assert inside(tokens, span)
    assert [inside(tokens, type(span)(at, at)) for at in (span.start, span.start + 1, span.end)] == [False, True, False]


def test_tokens_are_in_order() -> None:
    """And do not overlap."""
    text = " ".join(token for _, token in EACH)
    assert all(a.span.end <= b.span.start for a, b in pairwise(find(text)))
    assert {token.kind for token in find(text)} == set(KINDS) - {"dash"}
