"""Prompt rules on whole files: the real one, and made ones with known defects."""

from __future__ import annotations

import random
import time
from collections import Counter
from pathlib import Path

import pytest

from promptfile import prompt_file, sections_of
from transmend import Document, Finding, Result, Section, Settings, Span, check, clean, read
from transmend.formats import parse, render
from transmend.language import looks_english
from transmend.prompt import prompts
from transmend.similarity import boilerplate, groups, letters, likeness, overlap, words

SEED = Path(__file__).parent.parent / "fixtures" / "seed" / "prompts.txt"
PROMPT_RULES = ("EMP", "SHOT")
ONCE = Settings(select=PROMPT_RULES, unsafe=True, shots="once")
ALL = Settings(select=PROMPT_RULES, unsafe=True)

EMPTY = ["localized_deployment", "react", "rust", "react_svelte", "typescript_fireship", "zig"]
FILLED = ["dpo", "full-stack", "hashing", "mixtral8x7b", "mlops_llm_eval", "sql_backend", "threads_connections"]


def talk(words_count: int, seed: int) -> str:
    """A text of that many made-up words, another one for every seed."""
    chance = random.Random(seed)
    return " ".join("".join(chance.choices("abcdefghij", k=5)) for _ in range(words_count))


def found(document: Document, *codes: str) -> list[Finding]:
    """The findings of the prompt rules, or of those with ``codes``."""
    return check(document, Settings(select=codes or PROMPT_RULES))


def tidied(sections: list[list[str]], asked: Settings) -> list[list[str]]:
    """The sections after cleaning."""
    return sections_of(clean(prompt_file(sections), asked).document)


@pytest.fixture(scope="module")
def seed() -> Document:
    """The real prompt file: thirteen prompts of two shots and a target, six of them without text."""
    return read(SEED)


def names(result: Result, role: str) -> list[str]:
    """Names of the sections of one role that are left."""
    return [s.name for s in result.document.sections if s.role == role]


class TestRealFile:
    """The prompt rules on the real file."""

    def test_findings_are_exactly_the_known_ones(self, seed: Document) -> None:
        """Six empty targets, 24 repeated shots and two leaks are found, and nothing else."""
        assert Counter(f.rule for f in found(seed)) == {"EMP001": 6, "SHOT002": 24, "SHOT003": 2}
        assert [f.section for f in found(seed, "EMP001")] == [f"Target: {name}" for name in EMPTY]

    def test_leaks_are_told_by_containment(self, seed: Document) -> None:
        """Each leak has its amount, its shot, and the longest passage in common with its place in both."""
        leaks = found(seed, "SHOT003")
        assert [(f.section, f.evidence["containment"]) for f in leaks] == [
            ("Target: full-stack", pytest.approx(0.685, abs=0.002)),
            ("Target: mixtral8x7b", pytest.approx(0.694, abs=0.002)),
        ]
        for leak in leaks:
            run = leak.evidence["run"]
            passages = [Span(*run[side]).of(seed.text) for side in ("target", "shot")]
            assert passages[0] == passages[1]
            assert len(passages[0].split()) == run["words"] > 300

    def test_cleaning_leaves_each_shot_once_and_no_empty_prompt(self, seed: Document) -> None:
        """With shots once, two shots and the seven filled targets stay, in their order, word for word."""
        result = clean(seed, ONCE)
        assert names(result, "shot") == ["mixtral8x7b", "full-stack"]
        assert names(result, "target") == FILLED
        assert {s.span.of(result.text) for s in result.document.sections} <= {
            s.span.of(seed.text) for s in seed.sections
        }
        assert result.remaining == ()

    def test_cleaning_leaves_shots_to_their_prompts(self, seed: Document) -> None:
        """With all shots, only empty prompts and the two leaking shots go."""
        result = clean(seed, ALL)
        assert names(result, "target") == FILLED
        assert len(names(result, "shot")) == 2 * len(FILLED) - 2
        assert {f.rule for f in result.remaining} == {"SHOT002"}

    def test_nothing_changes_unasked(self, seed: Document) -> None:
        """Without leave for unsafe fixes the file stays as it is."""
        assert clean(seed, Settings(select=PROMPT_RULES, shots="once")).steps == ()

    def test_the_record_holds(self, seed: Document) -> None:
        """The result replays, can be undone, and cleaning it again changes nothing."""
        result = clean(seed, ONCE)
        assert (result.replay(), result.undo()) == (result.text, seed.text)
        assert clean(result.document, ONCE).steps == ()

    def test_the_written_file_has_nothing_left_to_drop(self, seed: Document) -> None:
        """Written in its own form and read again, the clean file stays as it is."""
        for asked in (ONCE, ALL):
            again = parse(render(clean(seed, asked).document))
            assert clean(again, asked).steps == ()

    def test_it_is_fast(self, seed: Document) -> None:
        """The rules look at the 300,000 characters in well under a second."""
        groups.cache_clear()
        start = time.perf_counter()
        found(seed)
        assert time.perf_counter() - start < 1.5


class TestRepeats:
    """Which shots count as copies."""

    TALK = talk(100, 1)

    def test_near_copies_have_their_similarity(self) -> None:
        """A copy with a few other words is near, with the share of words that are the same."""
        near = self.TALK.replace(self.TALK.split()[10], "other").replace(self.TALK.split()[50], "other")
        sections = [["shot", "x1", self.TALK], ["target", "y1", "one"], ["shot", "x2", near], ["target", "y2", "two"]]
        (finding,) = found(prompt_file(sections))
        assert (finding.rule, finding.evidence["kind"], finding.evidence["similarity"]) == ("SHOT002", "near", 0.98)
        assert (finding.evidence["repeats"], finding.evidence["prompt"]) == ("Shot: x1", 0)
        assert Span(*finding.evidence["place"]).of(prompt_file(sections).text) == self.TALK

    def test_half_a_copy_is_none(self) -> None:
        """Shots that share half of their words are not copies of each other."""
        half = " ".join([*self.TALK.split()[:50], *talk(50, 2).split()])
        file = prompt_file(
            [["shot", "x1", self.TALK], ["target", "y1", "one"], ["shot", "x2", half], ["target", "y2", "two"]]
        )
        assert found(file) == []

    def test_small_differences_do_not_add_up(self) -> None:
        """A text is held against the first of its group: the last of a chain of copies is a text of its own."""
        chain = [self.TALK.split()]
        for k in range(3):
            chain.append([*chain[-1][: k * 7], *talk(7, 10 + k).split(), *chain[-1][k * 7 + 7 :]])
        assert groups(tuple(map(" ".join, chain))) == (0, 0, 2, 2)

    def test_many_texts_of_one_pattern_are_grouped_fast(self) -> None:
        """Hundreds of different shots are told apart in a moment, and their copies found."""
        texts = tuple(talk(300, k) for k in range(300))
        start = time.perf_counter()
        assert groups(texts + texts) == (*range(300), *range(300))
        assert time.perf_counter() - start < 5

    def test_a_shot_three_times_keeps_its_first_copy(self) -> None:
        """However copies are spread over prompts, the first one of the file is what stays."""
        sections = [["shot", "x1", self.TALK], ["shot", "x2", self.TALK], ["target", "y1", "one"]]
        more = [["shot", "x3", self.TALK], ["shot", "x4", talk(20, 3)], ["target", "y2", "two"]]
        assert tidied(sections + more, ONCE) == [sections[0], sections[2], *more[1:]]


class TestInterplay:
    """Fixes of several rules on one file come to a sensible end."""

    A, B = talk(40, 1), talk(40, 2)

    def test_the_last_copy_of_a_shot_is_never_lost(self) -> None:
        """If the first copies go with their empty prompt or because they leak, the next copies stay."""
        sections = [
            ["shot", "aa", self.A], ["shot", "bb", self.B], ["target", "t1", ""],
            ["shot", "aa", self.A], ["shot", "bb", self.B], ["target", "t2", f"so {self.A} and on"],
            ["shot", "aa", self.A], ["shot", "bb", self.B], ["target", "t3", "three"],
            ["shot", "aa", self.A], ["shot", "bb", self.B], ["target", "t4", "four"],
        ]  # fmt: skip
        assert tidied(sections, ONCE) == [sections[4], sections[5], sections[6], sections[8], sections[11]]

    def test_what_is_once_stays_once(self) -> None:
        """A file whose first prompt has all shots keeps them when its first target is empty."""
        sections = [["shot", "aa", self.A], ["target", "t1", ""], ["target", "t2", "two"], ["target", "t3", "three"]]
        assert tidied(sections, ONCE) == [sections[0], *sections[2:]]

    def test_a_doubled_leaking_shot_goes_twice(self) -> None:
        """Both copies of a shot that gives the target away go from the prompt."""
        sections = [["shot", "aa", self.A], ["shot", "ab", self.A], ["shot", "bb", self.B], ["target", "t1", self.A]]
        assert tidied(sections, ALL) == sections[2:]

    def test_a_file_of_empty_prompts_is_a_template(self) -> None:
        """Where no target has text nothing is dropped, though all are reported."""
        sections = [["shot", "aa", self.A], ["target", "t1", ""], ["shot", "bb", self.B], ["target", "t2", "{text}"]]
        assert tidied(sections, ONCE) == [[*s[:2], s[2]] for s in sections]
        assert [f.rule for f in found(prompt_file(sections))] == ["EMP001", "EMP002"]

    def test_an_empty_record_goes_alone(self) -> None:
        """Among records without prompts, only the empty ones go."""
        sections = [["text", "r1", "one"], ["text", "r2", ""], ["text", "r3", "TODO"]]
        assert tidied(sections, ALL) == sections[:1]

    def test_shots_of_two_prompts_do_not_mix(self) -> None:
        """A file may say itself where a prompt ends: shots without a target are a prompt of their own."""
        sections = [("shot", 0), ("shot", 0), ("shot", 1), ("target", 1)]
        parts = tuple(Section(Span(k, k + 1), role, prompt=n) for k, (role, n) in enumerate(sections))
        assert [(len(p.shots), p.target is not None) for p in prompts(Document("abcd", sections=parts))] == [
            (2, False),
            (1, True),
        ]

    def test_shots_at_the_end_belong_to_a_prompt_without_target(self) -> None:
        """Prompts are told by the roles of the sections, also at an unfinished end."""
        file = prompt_file([["shot", "aa", "one"], ["target", "t1", "two"], ["shot", "bb", "three"]])
        assert [(len(p.shots), p.target is not None) for p in prompts(file)] == [(1, True), (1, False)]


class TestLeaks:
    """What counts as a leak."""

    def test_an_excerpt_leaks_whatever_its_share_of_the_target(self) -> None:
        """A short shot cut out of a long target is contained in it wholly."""
        long = talk(1000, 1)
        file = prompt_file([["shot", "aa", " ".join(long.split()[400:440])], ["target", "t1", long]])
        (leak,) = found(file)
        assert (leak.rule, leak.evidence["containment"], leak.evidence["run"]["words"]) == ("SHOT003", 1.0, 40)

    def test_a_shared_greeting_does_not(self) -> None:
        """Twenty words in common among two hundred are no leak."""
        hello = talk(20, 1)
        file = prompt_file([["shot", "aa", f"{hello} {talk(200, 2)}"], ["target", "t1", f"{hello} {talk(200, 3)}"]])
        assert found(file) == []

    def test_an_instruction_in_most_texts_does_not(self) -> None:
        """A passage that most of at least four texts have is no leak, and does not hide one."""
        order = talk(60, 1)
        shots = [["shot", f"s{k}", f"{order} {talk(40, k)}"] for k in range(2, 6)]
        assert found(prompt_file([*shots, ["target", "t1", f"{order} {talk(40, 9)}"]])) == []
        (leak,) = found(prompt_file([*shots, ["target", "t1", f"{order} {talk(40, 4)} and on"]]), "SHOT003")
        assert leak.evidence["shot"] == "Shot: s4"


class TestSimilarity:
    """The room that tells how alike two texts are."""

    @pytest.mark.parametrize(
        ("one", "other", "kind"),
        [
            ("so we went", "so we went", "exact"),
            ("so we went", "So, we WENT.", "normalised"),
            ("fine-tuning isn't", "finetuning isnt", "normalised"),
            ("so we went", "so we came", "different"),
            ("", "so", "different"),
            ("Straße", "STRASSE", "normalised"),
        ],
    )
    def test_kinds_of_likeness(self, one: str, other: str, kind: str) -> None:
        """Case, punctuation and spacing do not make two texts different; words do."""
        assert likeness(one, other).kind == kind

    def test_scripts_without_spaces_have_words(self) -> None:
        """Chinese and Japanese count letter by letter, so that an excerpt is found in them too."""
        assert words("今日は天気") == ("今", "日", "は", "天", "気")
        assert overlap("今日は天気がいいですね", "ええ、今日は天気がいいですね。").containment == 1.0

    def test_words_and_places_agree(self) -> None:
        """The longest run is given with its place in both texts, marks inside it and all."""
        one, other = "Don't stop, me, now 5'10\" please", "so DONT stop me now 5'10 please, or else"
        shared = overlap(one, other)
        assert shared.one.of(one) == "Don't stop, me, now 5'10\" please"
        assert shared.other.of(other) == "DONT stop me now 5'10 please"

    def test_few_texts_have_no_boilerplate(self) -> None:
        """Among three texts, what they share is content."""
        assert boilerplate([talk(20, 1)] * 3) == frozenset()

    def test_texts_without_words_stand_for_themselves(self) -> None:
        """Marks alone are compared as they are."""
        assert (letters("!!!"), letters(" ? ")) == ("!!!", "?")
        assert groups(("!!!", "?", "!!!")) == (0, 1, 0)


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("so we we went to the store and that was it", True),
        ("Attention is all you need, they say.", True),
        ("It’s fine, I’m sure.", True),
        ("es geht um die Wurst und er weiß das auch, denn was man hat, das hat man", False),
        ("et puis nous nous sommes dit que vous vous trompez dans cette histoire", False),
        ("het is de vraag of we dat willen en wat er dan is", False),
        ("12 345", False),
        ("", False),
    ],
)
def test_english_is_told_by_its_function_words(text: str, english: bool) -> None:
    """Word lists of English are used on English only."""
    assert looks_english(text) is english
