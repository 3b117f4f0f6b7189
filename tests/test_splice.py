"""Finding splices: layouts from evidence alone, and cuts in real talks."""

from __future__ import annotations

import itertools
import math
import random
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transmend import Document, Section, Span, read
from transmend.lexicon import default, default_pairs
from transmend.splice import Cut, Shown, decide, find_cuts, find_edges, kind_of
from transmend.splice.cohesion import FEATURES as COHESION
from transmend.splice.cohesion import cohesion
from transmend.splice.cut import ELISION
from transmend.splice.decide import SUSPECTED, _read, _ruler, _scattered, _with_sides
from transmend.splice.evidence import FEATURES, Words, measure, read_words
from transmend.splice.language import whole_end, whole_start, with_end
from transmend.splice.layout import infer
from transmend.splice.model import (
    levelled,
    likeliest,
    opinions,
    ratios,
    second_looks,
    suspects,
    with_second_look,
    with_tagger,
)
from transmend.tagger.reader import Reader

SEED = Path(__file__).parent.parent / "fixtures" / "seed" / "prompts.txt"

# -- layouts: evidence is made up, so that what is inferred is known


def evidence(length: int, cuts: list[int], strength: float, seed: int = 0) -> np.ndarray:
    """Log-likelihood ratios as they look: places without a cut low, but for some odd words; cuts ``strength``."""
    rng = np.random.default_rng(seed)
    values = rng.normal(-2.5, 1.2, length + 1)
    odd = rng.random(length + 1) < 0.002
    values[odd] = rng.uniform(2, 7, odd.sum())
    values[cuts] = strength
    return values


LAYOUTS = {
    "the seed's": (8000, [1600 + 800 * k for k in range(7)]),
    "ten windows": (12_000, [1200 + 960 * k for k in range(11)]),
    "uniform": (9000, [1500 * k for k in range(1, 6)]),
    "round numbers": (9137, [700 + 450 * k for k in range(9)]),
    "short of its budget": (14_176, [2900 + 1450 * k for k in range(7)]),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_layout_is_found_exactly(name: str) -> None:
    """A few nats at each cut give the layout, although odd words look like cuts, too."""
    length, cuts = LAYOUTS[name]
    (found,) = infer([evidence(length, cuts, 5.0)])
    assert found is not None
    assert list(found.places) == cuts


def test_layout_finds_cuts_without_evidence_of_their_own() -> None:
    """A cut that looks like nothing is found on the grid of the others."""
    length, cuts = LAYOUTS["the seed's"]
    values = evidence(length, cuts, 6.0)
    values[cuts[3]] = -1.5
    (found,) = infer([values])
    assert found is not None
    assert list(found.places) == cuts


@pytest.mark.parametrize("budget", [2000, 4096, 8190, 8192, 10_000])
@pytest.mark.parametrize(
    ("head", "windows", "tail"), [(0.2, 10, 0.25), (1 / 3, 4, 0.3), (0.25, 3, 0.15), (0.4, 5, 1 / 3)]
)
def test_pieces_are_rounded_as_samplers_round_them(budget: int, head: float, windows: int, tail: float) -> None:
    """Head and tail are rounded down and the windows share the rest: the text is shorter than its budget."""
    first, last = int(head * budget), int(tail * budget)
    width = (budget - first - last) // windows
    cuts = [first + k * width for k in range(windows + 1)]
    (found,) = infer([evidence(first + windows * width + last, cuts, 4.5)])
    assert found is not None
    assert list(found.places) == cuts


@pytest.mark.parametrize("seed", range(12))
def test_no_layout_where_nothing_was_cut(seed: int) -> None:
    """Odd words alone make no layout."""
    assert not any(layout and layout.likely for layout in infer([evidence(10_000, [], 0.0, seed)]))


def test_texts_of_one_file_help_each_other() -> None:
    """Evidence too weak in each text is enough in six from one sampler."""
    length, cuts = LAYOUTS["the seed's"]
    weak = [evidence(length, cuts, 0.7, seed) for seed in range(6)]
    assert not any(layout and layout.likely for layout in infer(weak[:1]))
    assert [list(found.places) if found and found.likely else None for found in infer(weak)] == [cuts] * 6


def test_loose_grid_is_found_near_its_places() -> None:
    """Cuts a few places off a grid, as after marks were deleted, are still on it."""
    rng = random.Random(1)
    cuts = [2000 + 1000 * k + rng.randint(-3, 3) for k in range(9)]
    (found,) = infer([evidence(12_000, cuts, 7.0)])
    assert found is not None
    assert found.slack > 0
    assert all(abs(a - b) <= found.slack for a, b in zip(cuts, found.places, strict=True))


# -- evidence


def test_places_cover_every_word() -> None:
    """There is a place before, inside and behind every word, and its offset is right."""
    words = read_words("So we don't stop.")
    places = measure(words, default(), default_pairs())
    assert words.forms == ("so", "we", "dont", "stop")
    assert places.at.tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16]
    assert places.rows.shape == (16, len(FEATURES))
    assert np.isfinite(places.rows).all()


def test_ratio_is_high_where_words_were_glued() -> None:
    """In ``withhis`` the ratio is highest between the two words, and higher than in any other word."""
    text = "so you can see how this mechanism works withhis will become the new input"
    places = measure(read_words(text), default(), default_pairs())
    assert places.at[places.rows[:, 0].argmax()] == text.index("his will")


def test_words_that_a_text_repeats_are_words() -> None:
    """An unknown word said again and again is less of a cut than one said once."""
    once = "so we train mistal on the data and then we ship it to the people who want to use it"
    places = [measure(read_words(t), default(), default_pairs()) for t in (once, once + " and mistal is" * 3)]
    first, repeated = (p.rows[p.at == once.index("mistal") + 4, 0][0] for p in places)
    assert repeated < first - 2


def test_pieces_are_judged_where_they_stand() -> None:
    """``his`` before ``will`` is the end of ``this``; ``with`` after ``works`` is a word."""
    assert whole_end("his", "will") < 0.1 < 0.9 < whole_start("with", "works")
    ranks, said = with_end("his", "will")
    assert said[ranks == default().rank("this")].sum() > 0.9 * said.sum()


# -- kinds


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("works with|his will", "hard"),
        ("this dashboar| one", "hard"),
        ("storage you| function", "soft"),
        ("at the sam|e thread", "masked"),
    ],
)
def test_kind_is_read_off_the_text(text: str, kind: str) -> None:
    """Hard in a broken word, soft between whole ones, masked in a token that is a word."""
    assert kind_of(text.replace("|", ""), text.index("|")) == kind


# -- whole documents


@cache
def talks() -> dict[str, str]:
    """The first 2,880 characters, which are uncut, of each target of the real file."""
    document = read(SEED)
    return {
        section.name: section.span.of(document.text)[:2880]
        for section in document.sections
        if section.role == "target" and len(section.span) > 10_000
    }


def sampled(text: str, head: int, width: int, windows: int, tail: int, seed: int = 0) -> tuple[str, list[int]]:
    """Head, windows and tail of a text glued, and the cuts."""
    rng, pieces = random.Random(seed), [text[:head]]
    room = (len(text) - head - tail) // max(windows, 1)
    for number in range(windows):
        start = head + number * room + rng.randint(1, room - width - 1)
        pieces.append(text[start : start + width])
    pieces.append(text[len(text) - tail :])
    cuts = list(itertools.accumulate(map(len, pieces)))[:-1]
    return "".join(pieces), cuts


@pytest.mark.parametrize(("head", "width", "windows", "tail"), [(240, 120, 6, 240), (300, 150, 6, 300)])
def test_samplers_of_other_shapes_are_found(head: int, width: int, windows: int, tail: int) -> None:
    """Most talks sampled another way give all cuts exactly, and none a false one far from the grid."""
    hits = total = false = 0
    for text in talks().values():
        glued, cuts = sampled(text, head, width, windows, tail)
        found = [cut.at for cut in find_cuts(Document(glued))]
        hits += len(set(found) & set(cuts))
        false += len(set(found) - set(cuts))
        total += len(cuts)
    assert hits >= 0.8 * total
    assert false <= 0.1 * total


def test_words_are_counted_as_samplers_part_them() -> None:
    """At white space alone: dashes and slashes inside do not part them, and a dash between two is one."""
    text = "we said – and then—or so: and/or this, in the end."
    ruler = _ruler(_read(text, ELISION), "words")
    assert ruler.at[:-1].tolist() == [match.start() for match in re.finditer(r"\S+", text)]
    assert np.isneginf(ruler.evidence[[2, -1]]).all()
    assert np.isfinite(np.delete(ruler.evidence, [2, -1])).all()


def test_uncut_talks_have_no_cuts() -> None:
    """Real talks full of misheard names and code come out clean."""
    assert [cut for text in talks().values() for cut in find_cuts(Document(text))] == []


def test_ends_in_mid_word_are_found() -> None:
    """Some talks cut off in mid-word are told from the same talks with their last word whole."""
    broken = [text[: text.rindex(" ", 0, 2800) + k] for text in talks().values() for k in (4, 5)]
    whole = [text[: text.rindex(" ", 0, n)] for text in talks().values() for n in range(2000, 2800, 100)]
    assert sum(bool(find_edges(Document(text))) for text in broken) >= 2
    assert [find_edges(Document(text)) for text in whole] == [()] * len(whole)


def test_mended_text_is_not_cut_again() -> None:
    """Where marks already say that text is missing, no layout is looked for and no fragment reported."""
    glued, cuts = sampled(talks()["dpo"], 240, 120, 6, 240)
    mended, at = "", 0
    for cut in cuts:
        mended, at = mended + glued[at:cut].rstrip() + " […]\n\n", cut
    assert find_cuts(Document(mended + glued[at:].lstrip())) == ()


def test_same_section_twice_is_found_twice() -> None:
    """Copies of a section have the same cuts, each at its own place."""
    glued, cuts = sampled(talks()["dpo"], 240, 120, 6, 240)
    text = f"## Shot: a\n\n{glued}\n\n## Shot: b\n\n{glued}\n"

    starts = [text.index(glued), text.rindex(glued)]
    sections = tuple(Section(Span(s, s + len(glued)), "shot", outer=Span(s, s + len(glued) + 1)) for s in starts)
    found = find_cuts(Document(text, sections=sections))
    assert [cut.at for cut in found] == [start + cut for start in starts for cut in cuts]


def test_a_tagger_is_heard() -> None:
    """What the tagger says about a word moves the evidence at its places."""
    text = "so this is how the mechanism works in general and you can see how it works withhis will become"
    reading = read_words(text)
    places = measure(reading, default(), default_pairs())
    glued, at = reading.forms.index("withhis"), places.at == text.index("his will")

    def heard(inside: float) -> float:
        opinion = np.tile(np.array([[0.999, 0.0005, 0.0005]], np.float32), (len(reading.forms), 1))
        opinion[glued] = (1 - inside - 0.001, inside, 0.001)
        value = ratios(places)
        return float(with_tagger(value, opinions(value, opinion, places))[at][0])

    assert heard(0.9) > heard(0.001) + 1


WORDS = ["so", "we", "withhis", "dashboar", "kubectl", "don't", "[…]", "...", "7", "to|rst", "é", "ß", "İ", "x\n"]


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(WORDS), max_size=40))
def test_any_text_can_be_looked_at(words: list[str]) -> None:
    """Cuts lie inside the text, in order, whatever it is made of, and fragments are what stands beside them."""
    text = " ".join(words)
    cuts = find_cuts(Document(text))
    assert [cut.at for cut in cuts] == sorted({cut.at for cut in cuts})
    for cut in cuts:
        assert 0 < cut.at < len(text)
        assert text[: cut.at].endswith(cut.left)
        assert text[cut.at :].startswith(cut.right)


# -- the second look


PASSAGE = "the attention mechanism works withhis will become the new input of the next layer and so on"


def test_suspects_are_the_likeliest_places() -> None:
    """One place inside a word and one between words at most, never the ends; the glued word is among them."""

    words = read_words(PASSAGE)
    places = measure(words, default(), default_pairs())
    value = ratios(places)
    every, some = likeliest(places, value), suspects(places, value, said_nothing(words), SUSPECTED)
    assert len(every.groups) == len(set(every.groups.tolist())) == len(words.forms) * 2 - 1
    assert set(some.groups.tolist()) <= set(every.groups.tolist())
    assert (4, 4) in zip(some.word.tolist(), some.letters.tolist(), strict=True)
    assert not len(likeliest(measure(read_words(""), default(), default_pairs()), np.zeros(0)).groups)


def said_nothing(words: Words) -> npt.NDArray[np.float32]:
    """Of no place what its two sides have to do with each other."""
    return np.zeros((len(words.forms), len(COHESION)), np.float32)


def test_where_sides_are_strange_to_each_other_more_is_looked_at() -> None:
    """A place that is no suspect as it stands becomes one where two talks meet."""
    one, other = list(talks().values())[:2]
    words = read_words(f"{one[: one.index(' ', 1500)]} {other[: other.index(' ', 1500)]}")
    places = measure(words, default(), default_pairs())
    joint = (places.letters == 0) & (places.at == one.index(" ", 1500) + 1)
    value = np.where(joint, SUSPECTED - 0.5, -3.0)
    assert not len(suspects(places, value, said_nothing(words), SUSPECTED).row)
    assert suspects(places, value, cohesion(words, default()), SUSPECTED).row.tolist() == np.flatnonzero(joint).tolist()


class Recorder(Reader):
    """Keeps the places that the rescorer is asked about, each time."""

    def __init__(self) -> None:
        self.asked: list[list[tuple[int, int]]] = []

    def look_again(self, text: Sequence[str], spots: Sequence[tuple[int, int]]) -> npt.NDArray[np.float64]:
        """The rescorer's answer."""
        self.asked.append(list(spots))
        return super().look_again(text, spots)


@pytest.mark.parametrize(("doubtful", "times"), [(-math.inf, 2), (math.inf, 1)])
def test_where_a_layout_is_in_doubt_more_places_are_looked_at(
    doubtful: float, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A text that may have a layout is looked at once more, all places of the first time and others."""
    monkeypatch.setattr(decide, "DOUBTFUL", doubtful)
    reader = Recorder()
    assert find_cuts(Document(talks()["dpo"]), reader=reader) == ()
    assert len(reader.asked) == times
    assert set(reader.asked[0]) < set(reader.asked[-1]) or times == 1


def test_a_second_look_moves_all_places_of_a_word_alike() -> None:
    """What is said of a word says nothing of where in it the cut is; other words keep their ratios."""

    words = read_words(PASSAGE)
    places = measure(words, default(), default_pairs())
    value = ratios(places)
    found = suspects(places, value, said_nothing(words), SUSPECTED)
    told = opinions(value, np.full((len(words.forms), 3), 1 / 3, np.float32), places)
    moved = with_second_look(value, found, second_looks(found, np.full((len(found.row), 3), 3.0), value, told, places))
    moved -= value
    for group in set(found.group.tolist()):
        inside = moved[found.group == group]
        assert np.allclose(inside, inside[0])
        assert group in found.groups or not inside.any()


@given(high=st.floats(-2, 12))
def test_levelled_ratios_keep_their_order_in_a_word(high: float) -> None:
    """No ratio is above the level, and the likeliest place of each word stays the likeliest."""

    places = measure(read_words(PASSAGE), default(), default_pairs())
    value = ratios(places)
    flat = levelled(places, value, high)
    assert flat.max() <= high + 1e-9
    assert (flat <= value).all()
    assert (likeliest(places, flat).letters == likeliest(places, value).letters).all()


# -- cuts without a grid


def inside_a_word(text: str, after: int) -> int:
    """A place three letters into the first long word from ``after`` on."""
    word = re.compile("[a-z]{7,}").search(text, after)
    assert word
    return word.start() + 3


@pytest.mark.parametrize(("sure", "named"), [(0, 0), (1, 1), (3, 4)])
def test_likely_cuts_are_named_where_others_are_sure(sure: int, named: int) -> None:
    """A place as likely cut as not is left alone in a text that may be whole, and named in one that cannot be."""
    text = " ".join(f"a{letter}b" for letter in "cdefghijklmnopqrstuvwxyz")  # too short to be torn between subjects
    reading = _read(text, ELISION)
    before = np.flatnonzero(reading.places.letters == 0)
    values = np.full(len(reading.ratios), -3.0)
    values[before[4]] = 9.0
    values[before[[8, 12, 16][:sure]]] = 14.0
    assert len(_scattered(replace(reading, ratios=values))) == named


def test_a_cut_that_is_found_explains_what_its_neighbours_have_in_common_with_it() -> None:
    """Near the joint of two talks all places have sides that are strange to each other: only the joint is named."""
    one, other = list(talks().values())[:2]
    at = one.index(" ", 1500)
    reading = _read(f"{one[:at]} {other[: other.index(' ', 1500)]}", ELISION)
    rows = np.searchsorted(reading.places.at, [at + 1, other.index(" ", 100) + at + 2])
    values = np.full(len(reading.ratios), -3.0)
    values[rows] = 14.0, 8.0
    torn = replace(reading, ratios=values)
    assert _with_sides(torn, 0, len(reading.words.forms))[1][rows[1]] > 9.5  # enough, were it alone
    assert [choice.row for choice in _scattered(torn)] == [rows[0]]


def test_two_talks_glued_in_mid_word_are_told_apart() -> None:
    """Most places where one talk goes on in another are found, though there is one a text only, and little else."""
    texts = list(talks().values())
    right = wrong = 0
    for one, other in itertools.permutations(texts, 2):
        at = inside_a_word(one, 2000)
        text = one[:at] + other[inside_a_word(other, 800) :]
        off = [abs(cut.at - at) for cut in find_cuts(Document(text), reader=Reader())]
        right, wrong = right + any(one <= 8 for one in off), wrong + any(one > 8 for one in off)
    assert right >= 20
    assert wrong <= 2


# -- completion


def test_fragment_is_completed_from_where_the_file_shows_the_place_whole() -> None:
    """The words before a fragment, found elsewhere in the file, say how it goes on."""

    text = "we now use rotary positional encodin so far. later the rotary positional encoding is used"
    cut = Cut(text.index(" so far"), "hard", 0.9, "encodin", "")
    found = Shown(Document(text), [cut]).left(cut)
    assert found is not None
    assert (found.word, found.missing, found.neighbours) == ("encoding", "g", 2)
    assert text[found.at :].startswith("encoding")


@pytest.mark.parametrize(("others", "offered"), [("so far|we", True), ("so far| we", False)])
def test_where_a_sampler_keeps_words_whole_none_is_completed(others: str, offered: bool) -> None:
    """The other cuts say whether a short word may be a fragment: of cuts that are all at spaces none breaks a word."""

    parts = f"we use rotary positional encod| so {others} said rotary positional encoding is {others} here".split("|")
    broken, *rest = itertools.accumulate(map(len, parts[:-1]))
    cut = Cut(broken, "hard", 0.9, "encod", "", {"left_whole": 0.05, "right_whole": 1.0})
    found = Shown(Document("".join(parts)), [cut, *(Cut(at, "soft", 0.9) for at in rest)]).left(cut)
    assert (found is not None) == offered


def test_fragment_with_two_ways_to_go_on_stays() -> None:
    """Where several words would fit and none clearly wins, nothing is completed."""

    text = "then we inf so far. the inference was slow and the info is here and the influence"
    cut = Cut(text.index(" so far"), "hard", 0.9, "inf", "")
    assert Shown(Document(text), [cut]).left(cut) is None
