"""Edits: choosing, applying, taking back, mapping offsets and writing down."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptfile import prompt_file, sections_of
from transmend import Document, Edit, Finding, Fix, Result, Safety, Section, Span, Step
from transmend.edits import Ledger, choose, edited, fill, parse_ledger
from transmend.errors import LedgerError

TEXT = "so we we went to the store"
WORDS = st.lists(st.sampled_from(["so", "we", "went", "Ärger", "𝒳", "end.\u2028", "\n"]), max_size=12).map(" ".join)


def found(start: int, end: int, text: str, confidence: float = 1.0, rule: str = "XXX001") -> Finding:
    """A finding with one edit."""
    return Finding(Span(start, end), "found", confidence, rule=rule, fix=Fix((Edit(Span(start, end), text),)))


def step_of(text: str, *findings: Finding) -> Step:
    """The step that mends ``findings`` in ``text``."""
    return fill(choose(findings, unsafe=True)[0], text)


def result_of(document: Document, *rounds: list[Finding]) -> Result:
    """What cleaning would give if it found ``rounds`` one after the other."""
    now, steps = document, []
    for findings in rounds:
        steps.append(step_of(now.text, *findings))
        now = edited(now, steps[-1])
    return Result(document, now, tuple(steps))


@st.composite
def findings_in(draw: st.DrawFn, text: str) -> list[Finding]:
    """Any findings with a fix in ``text``; they may overlap."""
    place = st.integers(0, len(text))
    drawn = draw(st.lists(st.tuples(place, place, st.sampled_from(["", "x", "yz ", "ß"]), st.floats(0, 1)), max_size=6))
    return [found(min(a, b), max(a, b), new, sure) for a, b, new, sure in drawn]


@st.composite
def results(draw: st.DrawFn) -> Result:
    """What up to three rounds of edits do to any text."""
    document = now = Document(draw(WORDS), "any")
    rounds = []
    for _ in range(draw(st.integers(0, 3))):
        rounds.append(draw(findings_in(now.text)))
        now = edited(now, step_of(now.text, *rounds[-1]))
    return result_of(document, *rounds)


def origins(result: Result) -> list[int | None]:
    """For every character of the clean text where it stood in the source; None for what was put in."""
    return origins_after(result.source.text, result.steps)


def origins_after(source: str, steps: Sequence[Step]) -> list[int | None]:
    """For every character after ``steps`` where it stood in the source; None for what was put in."""
    known: list[int | None] = list(range(len(source)))
    for step in steps:
        for change in reversed(step.changes):
            known[change.edit.span.start : change.edit.span.end] = [None] * len(change.edit.text)
    return known


class TestChoose:
    """Which fixes are taken."""

    def test_the_surer_of_two_overlapping_fixes_wins(self) -> None:
        """Of fixes that overlap only the one with the higher confidence is applied."""
        step, fixed = choose([found(3, 8, "us", 0.6), found(6, 13, "go", 0.9)], unsafe=False)
        assert [c.edit.text for c in step.changes] == ["go"]
        assert [f.confidence for f in fixed] == [0.9]

    def test_of_equally_sure_ones_the_first_wins(self) -> None:
        """With equal confidence the fix that starts first is applied, in whatever order they come."""
        pair = [found(6, 13, "go"), found(3, 8, "us")]
        assert choose(pair, unsafe=False)[0] == choose(pair[::-1], unsafe=False)[0]
        assert [c.edit.text for c in choose(pair, unsafe=False)[0].changes] == ["us"]

    def test_a_fix_is_applied_whole_or_not_at_all(self) -> None:
        """A fix with one edit on taken ground leaves its other edits out too."""
        both = Finding(Span(0, 2), "both", 0.5, fix=Fix((Edit(Span(0, 2), "So"), Edit(Span(4, 7), "x"))))
        step, fixed = choose([both, found(3, 8, "us")], unsafe=False)
        assert step_of(TEXT, both, found(3, 8, "us")).apply(TEXT) == "so us went to the store"
        assert both not in fixed
        assert len(step.changes) == 1

    def test_a_fix_whose_own_edits_overlap_is_left_out(self) -> None:
        """Edits of one fix may not overlap each other either."""
        for first, second in ((Span(0, 5), Span(3, 8)), (Span(0, 5), Span(0, 5)), (Span(0, 5), Span(2, 2))):
            clash = Finding(Span(0, 8), "clash", fix=Fix((Edit(first, "a"), Edit(second, "b"))))
            assert choose([clash], unsafe=False) == (Step(()), [])

    def test_unsafe_fixes_need_leave(self) -> None:
        """An unsafe fix is applied only on request, a display-only one never."""
        unsafe = Finding(Span(0, 2), "unsafe", fix=Fix((Edit(Span(0, 2), ""),), Safety.UNSAFE))
        shown = Finding(Span(3, 5), "shown", fix=Fix((Edit(Span(3, 5), ""),), Safety.DISPLAY))
        assert choose([unsafe, shown], unsafe=False)[1] == []
        assert choose([unsafe, shown], unsafe=True)[1] == [unsafe]

    def test_insertions_touch_their_neighbours(self) -> None:
        """Text may be inserted right before, right after and beside what another fix replaces."""
        findings = [found(3, 5, "us"), found(3, 3, "<", rule="B"), found(3, 3, "(", 0.9, rule="A"), found(5, 5, ">")]
        assert step_of(TEXT, *findings).apply(TEXT) == "so (<us> we went to the store"

    def test_nothing_is_inserted_inside_a_replacement(self) -> None:
        """An insertion strictly inside what a surer fix replaces is left out, and the other way round."""
        assert choose([found(3, 8, "us"), found(5, 5, "!", 0.5)], unsafe=False)[1] == [found(3, 8, "us")]
        assert choose([found(3, 8, "us", 0.5), found(5, 5, "!")], unsafe=False)[1] == [found(5, 5, "!")]

    def test_changes_that_change_nothing_are_left_out(self) -> None:
        """An edit to what is there already is no change."""
        assert step_of(TEXT, found(3, 5, "we")).changes == ()

    @given(WORDS.flatmap(lambda text: st.tuples(st.just(text), findings_in(text))))
    def test_chosen_changes_are_in_order_and_apart(self, drawn: tuple[str, list[Finding]]) -> None:
        """Whatever is offered, the chosen changes are sorted, do not overlap, and fit their text."""
        text, findings = drawn
        spans = [c.edit.span for c in step_of(text, *findings).changes]
        assert all(a.end <= b.start for a, b in pairwise(spans))
        step_of(text, *findings).apply(text)


class TestSections:
    """Sections keep to their words."""

    FILE = prompt_file([["shot", "a", "so we went"], ["target", "b", "and came back"]])

    def place(self, words: str) -> int:
        """Where ``words`` start in the file."""
        return self.FILE.text.index(words)

    def test_what_is_inserted_at_the_ends_of_a_section_belongs_to_it(self) -> None:
        """A mark after the last word and a mark before the first one are part of the section."""
        start, end = self.place("so we"), self.place("so we") + len("so we went")
        step = step_of(self.FILE.text, found(start, start, "["), found(end, end, "]"))
        assert sections_of(edited(self.FILE, step))[0] == ["shot", "a", "[so we went]"]

    def test_a_dropped_section_is_gone(self) -> None:
        """When all of a section goes with its heading, the others stay on their words."""
        outer = self.FILE.sections[0].outer
        after = edited(self.FILE, step_of(self.FILE.text, found(outer.start, outer.end, "")))
        assert sections_of(after) == [["target", "b", "and came back"]]
        assert after.sections[0].key == 1

    def test_an_emptied_section_stays(self) -> None:
        """When only the words of a section go, it is still there, empty."""
        span = self.FILE.sections[0].span
        after = edited(self.FILE, step_of(self.FILE.text, found(span.start, span.end, "")))
        assert sections_of(after) == [["shot", "a", ""], ["target", "b", "and came back"]]

    def test_a_section_without_an_outer_span_goes_only_with_its_words(self) -> None:
        """A section whose maker gave no outer span is not dropped with the start of the text."""
        document = Document("so we went", sections=(Section(Span(3, 10)),))
        assert len(edited(document, step_of(document.text, found(0, 2, ""))).sections) == 1
        assert len(edited(document, step_of(document.text, found(3, 10, ""))).sections) == 0

    def test_adjacent_sections_do_not_overlap(self) -> None:
        """Text inserted where one section ends and the next starts belongs to the first alone."""
        parts = tuple(Section(s, outer=s, key=k) for k, s in enumerate((Span(0, 2), Span(2, 4))))
        after = edited(Document("abcd", sections=parts), step_of("abcd", found(2, 2, "-")))
        assert [s.span.of(after.text) for s in after.sections] == ["ab-", "cd"]


class TestOffsets:
    """Offsets map from the source to the clean text and back."""

    @given(results())
    def test_maps_are_monotone_and_agree_on_what_stays(self, result: Result) -> None:
        """Both maps keep the order, and every character that stays maps to itself and back."""
        there = [result.to_clean(k) for k in range(len(result.source.text) + 1)]
        back = [result.to_source(k) for k in range(len(result.text) + 1)]
        assert there == sorted(there)
        assert back == sorted(back)
        for at, origin in enumerate(origins(result)):
            if origin is not None:
                assert (there[origin], back[at]) == (at, origin)

    def test_a_place_inside_a_replacement_maps_to_its_start(self) -> None:
        """Offsets inside replaced text map to where the new text starts."""
        result = result_of(Document(TEXT), [found(3, 8, "us all")])
        assert [result.to_clean(k) for k in (2, 3, 5, 8, 9)] == [2, 3, 3, 9, 10]
        assert [result.to_source(k) for k in (3, 6, 9)] == [3, 3, 8]

    def test_an_insertion_leaves_the_character_behind_it_in_place(self) -> None:
        """The character at an insertion maps behind what was inserted; the insertion maps to its place."""
        result = result_of(Document(TEXT), [found(2, 2, ",")])
        assert (result.to_clean(2), result.to_source(2), result.to_source(3)) == (3, 2, 2)

    def test_a_step_tells_both_sides_of_an_insertion(self) -> None:
        """A place where text is inserted is before it, or behind it when asked for."""
        step = step_of(TEXT, found(2, 2, ","))
        assert (step.forward(2), step.forward(2, after=True)) == (2, 3)


class TestRecord:
    """The ledger: replayed, taken back, written and read."""

    @given(results())
    def test_it_replays_and_undoes(self, result: Result) -> None:
        """Whatever was done replays on the source and can be taken back, from memory and from the file."""
        assert result.replay() == result.text
        assert result.undo() == result.source.text
        ledger = parse_ledger(result.edits_jsonl())
        assert same_changes(result, ledger)
        assert ledger.replay(result.source.text) == result.text
        assert ledger.undo(result.text) == result.source.text

    @given(results())
    def test_each_line_says_where_it_was_in_the_source(self, result: Result) -> None:
        """The source span of a line lies in the source, from the first of its characters to the last."""
        for line in map(json.loads, result.edits_jsonl().split("\n")[1:-1]):
            start, end = line["source"]
            assert 0 <= start <= end <= len(result.source.text)
            kept = origins_after(result.source.text, result.steps[: line["step"]])[line["start"] : line["end"]]
            if kept and None not in kept:
                assert (start, end) == (kept[0], kept[-1] + 1)

    def test_a_place_is_traced_back_through_all_steps(self) -> None:
        """The source span of a later edit takes back the steps before it, last first."""
        rounds = [found(4, 4, "zzzz")], [found(0, 4, "")], [found(4, 7, "2")]
        result = result_of(Document("one two three"), *rounds)
        assert result.text == "zzzz2 three"
        assert json.loads(result.edits_jsonl().splitlines()[-1])["source"] == [4, 7]

    def test_an_insertion_beside_dropped_text_points_before_it(self) -> None:
        """A full stop set where a section was dropped right behind came from the end of the words before."""
        result = result_of(Document("it ended SECTION next"), [found(8, 16, "")], [found(8, 8, ".")])
        assert result.text == "it ended. next"
        assert [json.loads(line)["source"] for line in result.edits_jsonl().splitlines()[1:]] == [[8, 16], [8, 8]]

    def test_odd_line_ends_and_surrogates_survive_the_file(self) -> None:
        """Line separators and lone surrogates inside replaced text do not break the file, or its UTF-8."""
        result = result_of(Document("a\u2028b\x85c\ud800d"), [found(0, 7, "\u2029")])
        lines = result.edits_jsonl()
        assert len(lines.splitlines()) == 2
        assert parse_ledger(lines.encode().decode()).undo(result.text) == result.source.text

    def test_bare_line_separators_are_no_line_ends(self) -> None:
        """A ledger that another tool wrote anew, with line separators as they are, can be read."""
        result = result_of(Document("so\u2028we"), [found(2, 3, " ")])
        assert parse_ledger(result.edits_jsonl().replace("\\u2028", "\u2028")).undo("so we") == result.source.text

    def test_a_text_that_is_clean_already_is_recognised(self) -> None:
        """Replaying on the clean text, or undoing on the source, says that there is nothing to do."""
        result = result_of(Document(TEXT), [found(3, 6, "")])
        ledger = parse_ledger(result.edits_jsonl())
        with pytest.raises(LedgerError, match="clean text already"):
            ledger.replay(result.text)
        with pytest.raises(LedgerError, match="source text already"):
            ledger.undo(TEXT)

    def test_another_text_is_refused(self) -> None:
        """A ledger is not applied to a text it was not made for."""
        result = result_of(Document(TEXT), [found(3, 6, "")])
        ledger = parse_ledger(result.edits_jsonl())
        with pytest.raises(LedgerError, match="edited since"):
            ledger.replay(TEXT + "!")
        with pytest.raises(LedgerError, match="expects 'we ' but finds 'I w'"):
            result.replay("so I went to the store")

    def test_a_step_beyond_the_end_of_a_text_is_refused(self) -> None:
        """An insertion past the end is an error and not an addition."""
        with pytest.raises(LedgerError, match="is this the text"):
            step_of(TEXT, found(26, 26, "!")).apply("so")

    def test_edits_that_overlap_are_refused(self) -> None:
        """A step from a file whose edits overlap is not applied."""
        step = step_of(TEXT, found(3, 6, "")).changes + step_of(TEXT, found(3, 8, "")).changes
        with pytest.raises(LedgerError, match="is this the text"):
            Step(step).apply(TEXT)

    def test_a_cut_short_file_is_noticed(self) -> None:
        """A ledger that lost its last line does not lead to the clean text, and says so."""
        lines = result_of(Document(TEXT), [found(3, 6, ""), found(0, 2, "So")]).edits_jsonl()
        with pytest.raises(LedgerError, match="cut short"):
            parse_ledger("".join(lines.splitlines(keepends=True)[:-1])).replay(TEXT)

    @pytest.mark.parametrize("lines", ["", "{}", "[]", '{"transmend": 2}', '{"rule": "PUN001"}'])
    def test_other_files_are_refused(self, lines: str) -> None:
        """A file that does not start with the ledger's head line is named as such."""
        with pytest.raises(LedgerError, match="not a transmend edits file"):
            parse_ledger(lines)

    def test_a_line_that_is_not_json_is_named(self) -> None:
        """The number of the line that cannot be read is in the message."""
        with pytest.raises(LedgerError, match="line 2"):
            parse_ledger('{"transmend": 1, "steps": 0}\nso we went')

    @pytest.mark.parametrize(
        "field",
        [
            {"step": 7},
            {"step": -1},
            {"start": -1},
            {"start": "3"},
            {"start": 3.0},
            {"end": 0},
            {"text": None},
            {"was": 3},
            {"safety": "reckless"},
        ],
        ids=str,
    )
    def test_garbled_fields_are_errors(self, field: dict[str, object]) -> None:
        """A field with a value that it cannot have is an error and not a wrong edit."""
        head, line = result_of(Document(TEXT), [found(3, 6, "")]).edits_jsonl().splitlines()
        with pytest.raises(LedgerError, match="lacks or garbles"):
            parse_ledger(f"{head}\n{json.dumps(json.loads(line) | field)}")


def same_changes(result: Result, ledger: Ledger) -> bool:
    """Whether both hold the same changes, but for confidences, which the file rounds."""
    pairs = zip(result.changes, (c for step in ledger.steps for c in step.changes), strict=True)
    return all(
        replace(a, confidence=0) == replace(b, confidence=0) and abs(a.confidence - b.confidence) < 1e-3
        for a, b in pairs
    )
