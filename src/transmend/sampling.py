"""Cut a transcript well: whole sentences, what is left out marked, never over budget.

Most samplers that fit a talk into a prompt cut it anywhere and say nothing: what they leave behind is what the seam
rules find. ``excerpt`` keeps the same pieces, head, windows and tail, but begins and ends each at a sentence.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import regex

from transmend.document import Document, Span
from transmend.edits import Change, Step, edited, fill
from transmend.elision import elisions
from transmend.errors import SettingsError
from transmend.finding import Edit
from transmend.tokens import Token, find, inside

#: Counts a text in the unit of a budget.
Count = Callable[[str], int]

UNITS: Mapping[str, Count] = {"chars": len, "words": lambda text: len(text.split())}

#: Sentences of average length that a window has room for, or there are fewer windows.
ROOM = 2

#: Where a clause ends, and where a word does: in scripts without spaces, before every sign.
_CLAUSE = regex.compile(r"[,;:–—][\p{Pe}\p{Pf}\"']*\s+|\s[-–—]+\s+|[，、；：。！？]")
_WORD = regex.compile(r"\s+|(?<=\S)(?=[\p{Han}\p{Hiragana}\p{Katakana}])")
_PARAGRAPH = regex.compile(r"\s*\n\s*\n\s*|[。！？]")
_SPACE = regex.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Layout:
    """Which pieces an excerpt has.

    Attributes:
        head: share of the budget for the beginning of the text, 0 to 1.
        windows: number of windows, spread evenly over what is between head and tail; they share what those leave.
        tail: share of the budget for its end. Without windows, head and tail share all of it in their proportion.

    Raises:
        SettingsError: if the shares are none, or leave nothing for the windows.
    """

    head: float = 0.0
    windows: int = 0
    tail: float = 0.0

    def __post_init__(self) -> None:
        ends = self.head + self.tail
        if not (0 <= self.head <= 1 and 0 <= self.tail <= 1 and ends <= 1):
            raise SettingsError(
                f"head and tail are shares of the budget, together 0 to 1, not {self.head}, {self.tail}"
            )
        if isinstance(self.windows, bool) or not isinstance(self.windows, int) or self.windows < 0:
            raise SettingsError(f"windows is a number of windows, not {self.windows!r}")
        if self.windows and ends == 1:
            raise SettingsError(f"head and tail leave nothing for {self.windows} windows: give them smaller shares")
        if not self.windows and not ends:
            raise SettingsError("a layout without head, windows and tail keeps nothing")


LAYOUTS: Mapping[str, Layout] = {
    "head-windows-tail": Layout(0.2, 6, 0.2),
    "head-tail": Layout(0.5, 0, 0.5),
    "head": Layout(1.0, 0, 0.0),
    "tail": Layout(0.0, 0, 1.0),
    "windows": Layout(0.0, 6, 0.0),
}


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What was kept of a document.

    Attributes:
        source: the document as given.
        document: the excerpt, in the form of the source: each section cut to the budget.
        kept: what of ``source.text`` was kept, in order.
    """

    source: Document
    document: Document
    kept: tuple[Span, ...]

    @property
    def text(self) -> str:
        """The excerpt's text."""
        return self.document.text


def excerpt(
    document: Document | str,
    budget: int,
    unit: str | Count = "chars",
    layout: str | Layout = "head-windows-tail",
    elision: str = "[…]",
) -> Excerpt:
    """Sample a transcript for a prompt, at sentence boundaries.

    Sentences are known by the marks that are there, and in text without marks by the tagger; no letter and no mark
    of what is kept changes. Where a sentence is too long for its piece, the piece ends at a clause, or else at a
    word. What is left out is marked by ``elision`` and a paragraph break. The same call gives the same excerpt.

    Arguments:
        document: a document, or the text of one. In one with sections each section is sampled by itself.
        budget: the most that a text, or each section, may have afterwards, marks included.
        unit: of the budget: ``chars`` (code points), ``words`` (between white space), or a function that counts a
            text, such as ``lambda text: len(tokenizer.encode(text))``.
        layout: which pieces to keep: a name in ``LAYOUTS``, or a ``Layout``. A small budget has fewer windows.
        elision: what marks the text left out.

    Returns:
        The excerpt. A text within the budget comes back as it is.

    Raises:
        SettingsError: if the budget is too small for any excerpt, saying how small it may be; or for an unknown
            unit or layout.

    >>> talk = "One is here. Two is there. Three is gone. Four is lost. Five is found. Six is last."
    >>> print(excerpt(talk, 42, layout="head-tail").text)
    One is here. […]
    <BLANKLINE>
    Six is last.
    """
    source = Document.of(document)
    wanted = _Wanted(_budget(budget), _count(unit), _layout(layout), elision.strip(), source.newline * 2)
    kept: list[Span] = []
    edits: list[Edit] = []
    for section in source.parts:
        text = section.span.of(source.text)
        pieces = [_moved(piece, section.span.start) for piece in _pieces(text, wanted, source.name or section.label)]
        kept += pieces
        edits += _gaps(section.span, _body(source.text, section.span), pieces, wanted)
    changes = (Change(edit, "", "", "left out", 1.0) for edit in edits)
    return Excerpt(source, edited(source, fill(Step(tuple(changes)), source.text)), tuple(kept))


def alone(document: Document, section: str) -> Document:
    """One section of a document as a plain text: the first of that label, such as ``Shot: intro``, or that name.

    Raises:
        SettingsError: if there is none, naming those there are.
    """
    for known in document.sections:
        if section in (known.label, known.name):
            return Document(known.span.of(document.text), f"{document.name}, {known.label}".removeprefix(", "))
    labels = ", ".join(dict.fromkeys(known.label for known in document.sections)) or "none"
    raise SettingsError(f"{document.name}: no section {section!r} (sections: {labels})".removeprefix(": "))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What was asked for, checked."""

    budget: int
    count: Count
    layout: Layout
    elision: str
    space: str

    @property
    def opening(self) -> str:
        """What stands for text left out at the start."""
        return self.elision + self.space

    @property
    def between(self) -> str:
        """What stands for text left out between two pieces."""
        return f" {self.elision}{self.space}"

    @property
    def closing(self) -> str:
        """What stands for text left out at the end."""
        return f" {self.elision}"


def _budget(budget: int) -> int:
    if isinstance(budget, bool) or not isinstance(budget, int) or budget < 1:
        raise SettingsError(f"a budget is a whole number above 0, not {budget!r}")
    return budget


def _count(unit: str | Count) -> Count:
    if callable(unit):
        return unit
    if unit not in UNITS:
        raise SettingsError(f"unit is one of {', '.join(UNITS)}, or a function that counts a text, not {unit!r}")
    return UNITS[unit]


def _layout(layout: str | Layout) -> Layout:
    if isinstance(layout, Layout):
        return layout
    if layout not in LAYOUTS:
        raise SettingsError(f"layout is one of {', '.join(LAYOUTS)}, or a Layout, not {layout!r}")
    return LAYOUTS[layout]


# -- what was kept, as edits


def _body(text: str, span: Span) -> Span:
    """A section without the white space around it."""
    inner = span.of(text)
    start = span.start + len(inner) - len(inner.lstrip())
    return Span(start, max(start, span.start + len(inner.rstrip())))


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)


def _gaps(whole: Span, body: Span, pieces: Sequence[Span], wanted: _Wanted) -> Iterator[Edit]:
    """The edits that put a mark in the place of everything left out."""
    if not pieces or pieces[0] == whole:
        return
    first, last = pieces[0].start, pieces[-1].end
    yield Edit(Span(whole.start, first), wanted.opening if first > body.start else "")
    for one, other in pairwise(pieces):
        yield Edit(Span(one.end, other.start), wanted.between)
    yield Edit(Span(last, whole.end), wanted.closing if last < body.end else "")


def _rendered(text: str, pieces: Sequence[Span], wanted: _Wanted) -> str:
    """The excerpt of one text."""
    whole = Span(0, len(text))
    edits = _gaps(whole, _body(text, whole), pieces, wanted)
    return fill(Step(tuple(Change(edit, "", "", "", 1.0) for edit in edits)), text).apply(text)


# -- which pieces


def _pieces(text: str, wanted: _Wanted, name: str) -> list[Span]:
    """What to keep of one text: all of it if that is within the budget."""
    if wanted.count(text) <= wanted.budget:
        return [Span(0, len(text))] if text else []
    if not text.strip():
        return [Span(len(text), len(text))]
    cutter = _Cutter(text, wanted)
    room = wanted.budget
    while room > 0:
        pieces = cutter.pieces(room)
        over = wanted.count(_rendered(text, pieces, wanted)) - wanted.budget
        if pieces and over <= 0:
            return pieces
        # counts of tokens do not add up: what goes over is taken off, and again
        room = room - max(1, over) if pieces else 0
    shortest = cutter.shortest()
    least = min(wanted.count(text), wanted.count(_rendered(text, shortest, wanted)))
    if least > wanted.budget:
        where = f"{name}: " if name else ""
        raise SettingsError(f"{where}a budget of {wanted.budget} is too small: the shortest excerpt takes {least}")
    return shortest


class _Cutter:
    """A text with the places where it may be cut.

    Arguments:
        text: the text.
        wanted: what was asked for.
    """

    def __init__(self, text: str, wanted: _Wanted) -> None:
        self.text, self.wanted = text, wanted
        self.body = _body(text, Span(0, len(text)))
        kept = find(text)
        sentences = self._inside(_sentence_starts(text, wanted.elision, kept), kept)
        clauses = self._inside([*sentences, *(m.end() for m in _CLAUSE.finditer(text))], kept)
        in_line = [token for token in kept if token.kind != "block"]  # which may be longer than any excerpt
        words = self._inside([*clauses, *(m.end() for m in _WORD.finditer(text))], in_line)
        self.levels = (sentences, clauses, words)

    def _inside(self, places: Sequence[int], kept: Sequence[Token]) -> list[int]:
        """The places in the body of the text, none in the middle of what is kept whole."""
        start, end = self.body.start, self.body.end
        return sorted({start, end, *(p for p in places if start < p < end and not inside(kept, Span(p, p)))})

    def cost(self, start: int, end: int) -> int:
        """What a piece takes of the budget."""
        return self.wanted.count(self.text[start:end].rstrip())

    def pieces(self, budget: int) -> list[Span]:
        """The pieces of the layout within a budget, the lead alone where they do not fit; none if nor does that."""
        layout = self._fitting(budget)
        lead = Layout(head=1.0) if layout.head else Layout(tail=1.0) if layout.tail else Layout(windows=1)
        return self._laid_out(layout, budget) or self._laid_out(lead, budget)

    def _fitting(self, budget: int) -> Layout:
        """The layout with only so many windows as have room for some sentences of average length."""
        layout = self.wanted.layout
        average = self.cost(self.body.start, self.body.end) / (len(self.levels[0]) - 1)
        mark = self.wanted.count(self.wanted.between)
        room = (1 - layout.head - layout.tail) * (budget - 2 * mark)
        windows = min(layout.windows, int(room / (ROOM * average + mark)))
        if not windows and not layout.head + layout.tail:
            windows = 1
        return replace(layout, windows=windows)

    def _laid_out(self, layout: Layout, budget: int) -> list[Span]:
        start, end = self.body.start, self.body.end
        room = budget - self._marks(layout)
        scale = room if layout.windows else room / (layout.head + layout.tail)
        head = self._forward(start, end, layout.head * scale)
        tail = self._backward(head, end, layout.tail * scale)
        ends = [(start, head), (tail, end)]
        room -= sum(self.cost(*piece) for piece in ends)
        windows = list(self._windows(head, tail, layout.windows, room))
        pieces = sorted(piece for piece in [*ends, *windows] if piece[0] < piece[1])
        return self._joined(self._grown(pieces, room - sum(self.cost(*piece) for piece in windows)))

    def _marks(self, layout: Layout) -> int:
        """What the marks take of the budget, at most."""
        count, wanted = self.wanted.count, self.wanted
        pieces = bool(layout.head) + layout.windows + bool(layout.tail)
        opening = 0 if layout.head else count(wanted.opening)
        closing = 0 if layout.tail else count(wanted.closing)
        return opening + closing + (pieces - 1) * count(wanted.between)

    def _windows(self, low: int, high: int, number: int, room: float) -> Iterator[tuple[int, int]]:
        """Windows in the middle of equal parts of ``low..high``; what one leaves of its share goes to the next."""
        part = (high - low) / max(1, number)
        letters = (self.body.end - self.body.start) / max(1, self.cost(self.body.start, self.body.end))
        at = low
        for k in range(number):
            share = room / (number - k)
            start = self._near(low + (k + 0.5) * part - share * letters / 2, at, high)
            end = self._forward(start, high, share)
            room -= self.cost(start, end)
            at = end
            yield start, end

    def _near(self, place: float, low: int, high: int) -> int:
        """The start of a sentence, else of a clause, else of a word, nearest to a place and not outside of a range."""
        reach = (high - low) / 4
        for stops in self.levels:
            k = bisect_left(stops, place)
            near = [stop for stop in stops[max(0, k - 1) : k + 1] if low <= stop < high]
            if near and abs((best := min(near, key=lambda stop: abs(stop - place))) - place) <= reach:
                return best
        return low

    def _forward(self, start: int, limit: int, share: float) -> int:
        """Where a piece from ``start`` ends: at a sentence, or if that fills less than half of it, a clause or word."""
        end = start
        for stops in self.levels:
            low, high = bisect_right(stops, end), bisect_right(stops, limit)
            k = bisect_right(stops, share, low, high, key=lambda stop: self.cost(start, stop))
            end = stops[k - 1] if k > low else end
            if self.cost(start, end) * 2 >= share:
                break
        return end

    def _backward(self, limit: int, end: int, share: float) -> int:
        """Where a piece up to ``end`` starts, filled in the same way."""
        start = end
        for stops in self.levels:
            low, high = bisect_left(stops, limit), bisect_left(stops, start)
            k = bisect_left(stops, -share, low, high, key=lambda stop: -self.cost(stop, end))
            start = stops[k] if k < high else start
            if self.cost(start, end) * 2 >= share:
                break
        return start

    def _grown(self, pieces: list[tuple[int, int]], room: float) -> list[tuple[int, int]]:
        """The pieces, longer by whole sentences where there is room left."""
        grown = []
        for k, (start, end) in enumerate(pieces):
            limit = pieces[k + 1][0] if k + 1 < len(pieces) else self.body.end
            taken = self.cost(start, end)
            longer = max(end, self._forward(start, limit, taken + room))
            room -= self.cost(start, longer) - taken
            grown.append((start, longer))
        return grown

    def _joined(self, pieces: Sequence[tuple[int, int]]) -> list[Span]:
        """The pieces without the space after them, those that touch in one."""
        spans: list[Span] = []
        for start, end in pieces:
            if spans and not self.text[spans[-1].end : start].strip():
                start = spans.pop().start
            spans.append(Span(start, start + len(self.text[start:end].rstrip())))
        return spans

    def shortest(self) -> list[Span]:
        """The shortest excerpt there is: one word, where the layout begins."""
        words, layout = self.levels[-1], self.wanted.layout
        k = 0 if layout.head else len(words) - 2 if layout.tail else (len(words) - 1) // 2
        return self._joined([(words[k], words[k + 1])])


def _sentence_starts(text: str, elision: str, kept: Sequence[Token]) -> list[int]:
    """Where sentences start: behind the marks that end them, where the tagger would set one, and behind blocks."""
    from transmend.restore import plan_sections

    starts = [match.end() for match in _PARAGRAPH.finditer(text)]
    planned = plan_sections(Document(text), elisions(text, elision), 0.0, kept)
    ends = [one.word.end for one in planned if one.ends and _SPACE.search(one.word.gap)]
    ends += (token.span.end for token in kept if token.kind == "block")
    return [*starts, *(space.end() for end in ends if (space := _SPACE.search(text, end)))]
