"""Marks, case, inner forms and paragraphs: what is restored, and what is never touched."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transmend import Document, Settings, check, clean, score
from transmend.document import Section, Span
from transmend.language import word_set
from transmend.restore import Planned, foreign, plan_sections
from transmend.restore.paragraphs import best_breaks, evidences, log_odds, paragraph_starts, sentence_starts
from transmend.restore.plan import _looseness
from transmend.restore.words import Passage, Word, segments
from transmend.restore.written import best_way

MARKS_ONLY = Settings(select=("PUN", "CAS", "INN", "SEG"), seams="keep")
FIXTURES = Path(__file__).parents[1] / "fixtures"
GOLD = (FIXTURES / "gold" / "dpo_excerpt.txt").read_text(encoding="utf-8")
BARE = " ".join("".join(c for c in GOLD if c.isalnum() or c.isspace()).lower().split())


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def test_gold_excerpt() -> None:
    """A passage stripped of everything gets most of it back."""
    parts = score.compare(GOLD, clean(BARE, MARKS_ONLY).text).parts
    assert parts["marks"].f1 > 0.65
    assert parts["sentence ends"].f1 > 0.7
    assert parts["apostrophes"].f1 > 0.95


def test_text_with_marks_keeps_them() -> None:
    """In an edited passage every mark and capital stays, and next to nothing is added."""
    result = clean(GOLD, MARKS_ONLY)
    assert all(not change.was.strip() or change.was.islower() for change in result.changes)
    assert len(result.changes) <= 3


def test_text_half_with_marks() -> None:
    """Where one half of a text has marks and the other none, only the other gets them."""
    half = len(GOLD) // 2
    head, tail = GOLD[:half], " ".join("".join(c for c in GOLD[half:] if c.isalnum() or c.isspace()).lower().split())
    result = clean(f"{head.strip()}\n\n{tail}", MARKS_ONLY)
    where = [result.to_source(change.edit.span.start) for change in result.changes]
    assert sum(at < half for at in where) < 0.1 * len(where)


@pytest.mark.parametrize(
    ("bare", "want"),
    [
        ("its fine we dont need it", "It's fine"),
        ("we moved the code to github and wrote it in javascript and nodejs", "GitHub"),
        ("we moved the code to github and wrote it in javascript and nodejs", "Node.js"),
        ("i think im right and youre wrong", "I'm"),
        ("what do you think about that", "that?"),
    ],
)
def test_small_texts(bare: str, want: str) -> None:
    """Everyday forms come out as they are written."""
    assert want in clean(bare, MARKS_ONLY).text


def test_nothing_crosses_missing_text() -> None:
    """Before a mark of missing text no sentence ends, after it none starts."""
    text = clean("this is how language models work […] vel what were doing here is simple", MARKS_ONLY).text
    assert "models work […] vel" in text


def test_capitals_only() -> None:
    """Text in capitals throughout is read as text without case."""
    text = clean("WELL I THINK THAT WE SHOULD GO TO LONDON TOMORROW AND SEE WHAT THEY HAVE", MARKS_ONLY).text
    assert "London" in text
    assert "WE SHOULD" not in text


def test_capitals_that_have_no_single_small_letter() -> None:
    """A letter that would become two in lower case stays as it is."""
    source = "WELL I THINK THAT WE SHOULD GO TO İSTANBUL TOMORROW AND SEE WHAT THEY HAVE THERE"
    assert "İ" in clean(source, MARKS_ONLY).text


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *sorted(
                    word_set(
                        "the a so um uh dont its nodejs i im right 16the 5099 dashboar kubectl U.S. e-mail Node.js "
                        '— (and) [laughter] 3.5 "yes" well, okay. why? İstanbul straße ﬁne naïve x́ 日本'
                    )
                ),
                "\n\n",
                "\r\n",
                "\t",
            ]
        ),
        max_size=60,
    )
)
def test_generated_words(words: list[str]) -> None:
    """Letters and digits stay, what was done can be undone, and doing it again does nothing."""
    text = " ".join(words)
    result = clean(text, MARKS_ONLY)
    assert letters(result.text).casefold() == letters(text).casefold()
    assert result.undo() == text
    assert clean(result.text, MARKS_ONLY).text == result.text


@given(st.lists(st.floats(-20, 20), min_size=6, max_size=80))
def test_paragraph_lengths(gains: list[float]) -> None:
    """Paragraphs have three to eight sentences."""
    edges = [0, *best_breaks(gains), len(gains)]
    assert all(3 <= b - a <= 8 for a, b in pairwise(edges))


def test_paragraphs_start_where_the_subject_changes() -> None:
    """Of two sentences that the tagger thinks equally likely, the one with another subject starts the paragraph."""
    kitchen = "the oven bakes bread while butter melts in the kitchen"
    rocket = "the rocket launches satellites while astronauts orbit the planet"
    plan = planned([kitchen] * 6 + [rocket] * 6)
    assert [i for i, p in enumerate(paragraph_starts(plan)) if p.paragraph] == [6 * len(kitchen.split())]


def test_no_paragraph_hangs_on_the_sentence_before_it() -> None:
    """Other things equal, a paragraph starts neither with a link nor beside a sentence of a few words."""
    plan = planned(["we bake bread at home every day", "because we like it", "we bake bread at home every day"])
    plain, link, after = map(log_odds, evidences(plan, sentence_starts(plan)))
    assert plain > after > link


def test_short_blocks_stay_whole() -> None:
    """Eight sentences are one paragraph, nine are not."""
    assert not any(p.paragraph for p in paragraph_starts(planned(["we bake bread at home every day"] * 8)))
    assert any(p.paragraph for p in paragraph_starts(planned(["we bake bread at home every day"] * 9)))


def planned(sentences: list[str]) -> list[Planned]:
    """A plan in which every sentence is as likely to start a paragraph as the next."""
    return [
        Planned(Word(0, 0, form, form, " "), "", 1.0, form, 1.0, i == 0, False, False, 0.1)
        for sentence in sentences
        for i, form in enumerate(sentence.split())
    ]


@given(st.lists(st.sampled_from(["ab", "c", " ", "  ", "d'e"]), max_size=30), st.sets(st.integers(0, 60), max_size=5))
def test_segments_hold_all_letters(parts: list[str], cuts: set[int]) -> None:
    """However a section is cut, its segments hold its letters in order, and no word crosses a cut."""
    text = "".join(parts)
    breaks = tuple(Span(c, c) for c in sorted(cuts) if c <= len(text))
    words = [w for segment in segments(Passage(text, breaks)) for w in segment]
    assert "".join(letters(w.text) for w in words) == letters(text)
    assert all(not w.start < b.start < w.end for w in words for b in breaks)


@given(st.text("abcdefgist", min_size=1, max_size=12))
def test_every_way_of_writing_has_the_same_letters(form: str) -> None:
    """No way of writing a word changes a letter."""
    assert letters(best_way(form, [0.1, 0.3, 0.3, 0.3], [0.2, 0.2, 0.2, 0.2, 0.2]).text).lower() == form


def test_sections_are_planned_apart() -> None:
    """No sentence runs from one section into the next."""
    text = "one shot about cats and\n\nanother shot about dogs"
    spans = (Span(0, 23), Span(25, len(text)))
    document = Document(text, sections=tuple(Section(s, "shot", str(i), 0, s, i) for i, s in enumerate(spans)))
    assert "\n\nAnother" in clean(document, MARKS_ONLY).text


def test_a_repeated_section_is_planned_where_it_stands() -> None:
    """A shot that stands twice is read once; both copies get the same plan, each at its own place."""
    text = f"{BARE[:600]}\n\nso\n\n{BARE[:600]}"
    spans = Span(0, 600), Span(602, 604), Span(606, 1206)
    plan = plan_sections(Document(text, sections=tuple(Section(span, outer=span) for span in spans)), (), 0.0)
    first, last = ([p for p in plan if span.start <= p.word.start < span.end] for span in (spans[0], spans[2]))
    assert [p.moved(606) for p in first] == last
    assert all(text[p.word.start : p.word.end] == p.word.text for p in plan)


@pytest.mark.parametrize(
    ("text", "starts", "ends"),
    [
        ("of the model and then you get the result that we wanted to see in the first place so that is what we ", 0, 1),
        ("so today we look at how you can put all of this in one place and what it means for the people who ", 1, 0),
    ],
)
def test_unfinished_texts_stay_open(text: str, starts: bool, ends: bool) -> None:
    """A start in mid-sentence gets no capital, an end in mid-sentence or mid-word no full stop."""
    tail = "are going to do today and tomorrow" if ends else "use it so we read the numbers on the dashboar"
    mended = clean(text + tail, MARKS_ONLY).text
    assert mended[0].isupper() == bool(starts)
    assert mended.endswith("." if ends else "dashboar")
    assert clean(mended, MARKS_ONLY).text == mended


def test_loose_speech_is_told_by_how_often_it_says_so() -> None:
    """Full stops before "and" are held back in loose speech alone, and in a text too short to tell."""
    words = ["we", "and"] * 500
    assert _looseness(words) == 0.0
    assert 0.0 < _looseness([*words, *["so"] * 11]) < 1.0
    assert _looseness([*words, *["so"] * 40]) == _looseness([]) == 1.0


SAID = "so we went to the store and then we came back what did we see there i dont know " * 3
GERMAN = (
    "Heute sprechen wir über die großen Fragen der künstlichen Intelligenz. Die meisten Menschen wissen nicht, wie die "
    "Modelle trainiert werden, und welche Daten dafür verwendet wurden. Das ist eine wichtige Frage! "
)
FRENCH = (
    "aujourd'hui nous allons parler des modèles de langage et de la manière dont ils sont entraînés sur de grandes "
    "quantités de données textuelles et nous verrons comment ces modèles apprennent à prédire le mot suivant "
)


@pytest.mark.parametrize("preset", ["verbatim", "clean", "readable", "prompt"])
@pytest.mark.parametrize("text", [GERMAN, GERMAN.lower(), FRENCH], ids=["German", "german", "French"])
def test_other_languages_are_left_alone(text: str, preset: str) -> None:
    """No mark, capital or letter of a text in another language is changed, and a note says why."""
    result = clean(text, Settings(preset=preset))
    assert result.text == text
    assert [finding.rule for finding in result.remaining] == ["LANG001"]


def test_a_quotation_in_another_language_is_left_alone() -> None:
    """What stands around it is mended as ever."""
    mended = clean(SAID + FRENCH + SAID).text
    assert FRENCH.strip() in mended
    assert mended.count("don't") == 6


def test_english_is_not_taken_for_another_language() -> None:
    """Neither talks full of terms and misheard words, nor what people said of them."""
    texts = [path.read_text(encoding="utf-8") for path in FIXTURES.rglob("*.txt")]
    assert len(texts) > 3
    assert [span.of(text) for text in texts for span in foreign(Document(text))] == []


def test_no_word_of_another_language_is_called_broken() -> None:
    """An unknown word at the end of a quotation is no fragment, and no seam is looked for in it."""
    found = check(SAID + FRENCH.removesuffix("ot suivant "))
    assert not [finding for finding in found if finding.rule[:4] in ("SEAM", "TRN0")]
