"""Words taken out of a text: what stays reads as if they had never been said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transmend.document import Span
from transmend.restore.dropping import without

GAPS = st.sampled_from([" ", ", ", ". ", "? ", "\n", ",\n", "\n\n", " - ", "... "])
WORDS = st.sampled_from(["so", "Um", "we", "I", "went", "don't", "4", "Rome"])


def dropped(text: str, word: str) -> str:
    """``text`` without ``word``, the rest as the edits leave it."""
    at = text.index(word)
    edits = without(text, Span(0, len(text)), Span(at, at + len(word)))
    for edit in sorted(edits, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


@pytest.mark.parametrize(
    ("text", "word", "want"),
    [
        ("so um we went", "um", "so we went"),
        ("and, er, came back", "er", "and came back"),
        ("in Rome, um we went", "um", "in Rome, we went"),
        ("we um, went", "um", "we went"),
        ("Um, so we went", "Um", "So we went"),
        ("We went. Um, I did too.", "Um", "We went. I did too."),
        ("We went, um. And came.", "um", "We went. And came."),
        ("Really? Um. Yes.", "Um", "Really? Yes."),
        ("we went um", "um", "we went"),
        ("we went, um.", "um", "we went."),
        ("we went\num to Rome", "um", "we went\nto Rome"),
        ("we went um\nto Rome", "um", "we went\nto Rome"),
        ("The, the thing", "The", "The thing"),
        ("so we, um >> yes", "um", "so we >> yes"),
        ("so um [ __ ] yes", "um", "so [ __ ] yes"),
        ("went, um, [Music] and", "um", "went, [Music] and"),
        ("um (so) we", "um", "(so) we"),
        ("so (um) we", "um", "so we"),
    ],
)
def test_what_stays(text: str, word: str, want: str) -> None:
    """Marks, spaces and capitals stay with the words that stay."""
    assert dropped(text, word) == want


@given(st.lists(st.tuples(WORDS, GAPS), min_size=2, max_size=8), st.data())
def test_nothing_else_goes(parts: list[tuple[str, str]], data: st.DataObject) -> None:
    """All other words stay in order, apart from one another, and no sentence end is lost or made."""
    at = data.draw(st.integers(0, len(parts) - 1))
    start = sum(len(w) + len(g) for w, g in parts[:at])
    text = "".join(w + g for w, g in parts)
    edits = without(text, Span(0, len(text)), Span(start, start + len(parts[at][0])))
    assert all(a.span.end <= b.span.start for a, b in zip(sorted(edits), sorted(edits)[1:], strict=False))
    out = text
    for edit in sorted(edits, reverse=True):
        out = out[: edit.span.start] + edit.text + out[edit.span.end :]
    rest = [w for k, (w, _) in enumerate(parts) if k != at]
    assert [w for w in (w.strip(",.?-").lower() for w in out.split()) if w] == [w.lower() for w in rest]
    if 0 < at < len(parts) - 1:
        assert out.count("\n\n") >= sum("\n\n" in g for _, g in parts) - 1
        ends = [any(c in g for c in ".?") for g in (parts[at - 1][1], parts[at][1])]
        kept = [k for k, _ in enumerate(parts) if k not in (at - 1, at)]
        others = sum(any(c in parts[k][1] for c in ".?") for k in kept)
        assert sum(c in ".?" for c in out.replace("...", ".")) == others + any(ends)
