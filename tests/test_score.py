"""Scoring marks against a reference with the same letters."""

from __future__ import annotations

import pytest

from transmend.errors import InputError
from transmend.score import Score, compare, total

REFERENCE = "Hello, I'm Bo. What's fine-tuning? It's\n\nGitHub work⟦SEAM⟧vel and so on."


def test_a_text_against_itself_is_perfect() -> None:
    """Nothing is missed and nothing is too much."""
    for name, score in compare(REFERENCE, REFERENCE).parts.items():
        assert score.f1 == 1, name


def test_each_figure_counts_its_own_kind() -> None:
    """Every mark, capital, inner mark and break that is missing is missed, once."""
    bare = "hello im bo whats finetuning its github work […] vel and so on"
    wanted = {k: s.wanted for k, s in compare(REFERENCE, bare).parts.items()}
    assert wanted == {
        "marks": 4,
        "comma": 1,
        "period": 2,
        "question": 1,
        "sentence ends": 3,
        "case": 1,
        "case, no sentence start in either": 1,
        "apostrophes": 3,
        "hyphens and dots": 1,
        "paragraphs": 1,
    }
    assert all(s.right == 0 for s in compare(REFERENCE, bare).parts.values())


def test_the_pronoun_and_sentence_starts_are_no_case() -> None:
    """Case is scored on names and acronyms only: the rest is punctuation in disguise."""
    assert compare("So I went. Then I'm back", "so i went. then im back").parts["case"].wanted == 0


def test_a_wrong_mark_is_both_missed_and_too_much() -> None:
    """A comma for a full stop costs precision and recall."""
    assert compare("one. two", "one, two").parts["marks"] == Score(0, 1, 1)


def test_other_letters_are_refused() -> None:
    """The error says where the two part."""
    with pytest.raises(InputError, match="after 7 letters"):
        compare("one two three", "one two tree")


def test_scores_add_up() -> None:
    """The total of several documents counts places, it does not average figures."""
    one, other = compare("a, b", "a b"), compare("a, b, c, d", "a, b, c, d")
    assert total([one, other]).parts["comma"] == Score(3, 3, 4)


def test_lines_and_dictionary_name_every_figure() -> None:
    """Both reports hold all figures."""
    scores = compare(REFERENCE, REFERENCE)
    assert len(scores.lines()) == len(scores.as_dict()) + 1
