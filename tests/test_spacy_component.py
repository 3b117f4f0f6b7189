"""The spaCy component: on rules small enough to see through, and once on the real ones."""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

import pytest
import spacy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from transmend import Finding, Settings, Span, defects
from transmend.errors import SettingsError
from transmend.rule import Phase, Rule
from transmend.spacy_component import Transmend
from transmend.view import View


def missing_full_stop(view: View) -> Iterator[Finding]:
    """A sentence ends before ``then``."""
    for match in re.finditer(r"\s+then\b", view.text):
        yield Finding(Span(match.start(), match.start()), "full stop missing")


def missing_question_mark(view: View) -> Iterator[Finding]:
    """A question ends: never, here."""
    yield from ()


def seam(view: View) -> Iterator[Finding]:
    """Text is missing after ``with``."""
    for match in re.finditer("withhis", view.text):
        yield Finding(Span(match.start(), match.end()), "seam", evidence={"cut": match.start() + 4})


def inside(view: View) -> Iterator[Finding]:
    """A part of a word."""
    for match in re.finditer("el", view.text):
        yield Finding(Span(match.start(), match.end()), "inside")


def everywhere(view: View) -> Iterator[Finding]:
    """Every place and every pair of characters."""
    for at in range(len(view.text) + 1):
        yield Finding(Span(at, at), "place")
        yield Finding(Span(at, min(at + 2, len(view.text))), "pair")


RULES = (
    Rule("PUN002", Phase.MARKS, missing_full_stop),
    Rule("PUN003", Phase.MARKS, missing_question_mark),
    Rule("SEAM001", Phase.SEAMS, seam),
    Rule("TRN001", Phase.SEAMS, inside),
)

Make = Callable[..., Language]


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch) -> Make:
    """Make a pipeline with the component, on the rules of this file."""
    monkeypatch.setattr(defects, "RULES", RULES)
    return component


def component(**config: Any) -> Language:
    """A blank English pipeline with the component."""
    nlp = spacy.blank("en")
    nlp.add_pipe("transmend", config=config)
    return nlp


def spans(doc: Doc) -> list[tuple[str, str]]:
    """Text and label of every finding."""
    return [(span.text, span.label_) for span in doc.spans["transmend"]]


def sentences(doc: Doc) -> list[str]:
    """The sentences' texts."""
    return [sentence.text for sentence in doc.sents]


def test_findings_are_spans_with_the_rule_as_label(make: Make) -> None:
    """A part of a word is widened to its token, an empty place to the token before it."""
    doc = make()("they felt it then works withhis help")
    assert spans(doc) == [("felt", "TRN001"), ("it", "PUN002"), ("withhis", "SEAM001"), ("help", "TRN001")]


def test_what_a_span_cannot_hold_is_beside_it(make: Make) -> None:
    """Message, confidence and exact place, in the order of the spans, and they survive pickling the Doc's bytes."""
    doc = make()("it works withhis help")
    told = doc.spans["transmend"].attrs["findings"]
    assert [(f["rule"], doc.text[f["start"] : f["end"]], f["message"]) for f in told] == [
        ("SEAM001", "withhis", "seam"),
        ("TRN001", "el", "inside"),
    ]
    again = Doc(doc.vocab).from_bytes(doc.to_bytes())
    assert spans(again) == spans(doc)
    assert again.spans["transmend"].attrs == doc.spans["transmend"].attrs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("so we go then we stay", ["so we go", "then we stay"]),
        ("We go. And stay? Yes!", ["We go.", "And stay?", "Yes!"]),
        ('He said "go." Then he (Mr. Li) left...  Fine.', ['He said "go."', "Then he (Mr. Li) left...  ", "Fine."]),
        ("one\n\ntwo three", ["one\n\n", "two three"]),
        ("it works withhis help", ["it works withhis", "help"]),
        ("it works […] help me", ["it works […]", "help me"]),
        ("then", ["then"]),
        ("  then", ["  then"]),
        ("...", ["..."]),
        ("", []),
    ],
)
def test_sentences_start_after_marks_that_are_there_or_missing(make: Make, text: str, expected: list[str]) -> None:
    """And after blank lines, seams and marks of missing text; never inside abbreviations or before closing quotes."""
    doc = make()(text)
    assert doc.text == text
    assert [sentence.strip() for sentence in sentences(doc)] == [sentence.strip() for sentence in expected]


def test_sentences_of_others_stay(make: Make) -> None:
    """Starts that another component has set are not touched."""
    nlp = make()
    nlp.add_pipe("sentencizer", before="transmend")
    assert sentences(nlp("so we go then we stay")) == ["so we go then we stay"]


def test_without_its_rules_no_sentence_is_set(make: Make) -> None:
    """Where missing marks were not looked for, silence says nothing about sentences."""
    doc = make(select=["SEAM"])("so we go then withhis")
    assert spans(doc) == [("withhis", "SEAM001")]
    assert not doc.has_annotation("SENT_START")


def test_the_configuration_is_that_of_settings() -> None:
    """Every field can be given, and a wrong value is our own error."""
    config = component().get_pipe_config("transmend")
    assert set(config) - {"factory"} == {field.name for field in fields(Settings)}
    given = {"preset": "readable", "select": ["PUN"], "abstain": 0.2, "paragraphs": False, "elision": "[...]"}
    made = component(**given).get_pipe("transmend")
    assert isinstance(made, Transmend)
    assert made.settings == Settings(**{**given, "select": ("PUN",)})
    with pytest.raises(SettingsError, match="did you mean 'clean'"):
        component(preset="cleen")


def test_the_component_survives_saving_and_pickling(make: Make, tmp_path: Any) -> None:
    """A pipeline saved and loaded again finds the same, and so does one sent to another process."""
    nlp = make(select=["SEAM"])
    nlp.to_disk(tmp_path)
    for other in (spacy.load(tmp_path), pickle.loads(pickle.dumps(nlp))):
        assert spans(other("works withhis help then")) == [("withhis", "SEAM001")]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(text=st.text("ab .?\n\t'你", max_size=30))
def test_any_place_in_any_text_becomes_a_span(make: Make, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Each finding touches its span: nothing is lost, nothing is far off, and the text stays."""
    monkeypatch.setattr(defects, "RULES", (Rule("PUN002", Phase.MARKS, everywhere),))
    doc = NLP(text)
    assert doc.text == text
    group = doc.spans["transmend"]
    assert len(group) == (len(group.attrs["findings"]) if text else 0)
    for span, told in zip(group, group.attrs["findings"], strict=True):
        before = doc[span.start - 1].idx + len(doc[span.start - 1]) if span.start else 0
        after = doc[span.end].idx if span.end < len(doc) else len(text)
        assert before <= told["start"] <= told["end"] <= after


NLP = component()


def test_the_real_rules_split_text_without_marks() -> None:
    """With the model that ships, sentences start where the marks are missing."""
    doc = component()("so lets review the topics of today thanks for watching and see you in the next video")
    assert sentences(doc)[0] == "so lets review the topics of today"
    assert ("lets", "INN001") in spans(doc)
