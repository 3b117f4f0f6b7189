"""Numbers damaged by normalisers: marks inside and around them were deleted, and digits went with them.

What is lost cannot be guessed: ``16the`` may have been 16,000 or 16. So all of it is reported, and mended only
where the same section has the number whole elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from transmend import lexicon
from transmend.document import Span
from transmend.finding import Edit, Finding, Fix, Safety
from transmend.language import NUMBER_WORDS, word_set
from transmend.lexicon.forms import written_forms
from transmend.rule import Phase, Rule
from transmend.view import View

#: Words that nobody writes in one piece with a number: glued to digits they show that something was deleted.
PLAIN = word_set(
    "the of to is its it we or as at an so if and by my no he you they that this about even but with from for than "
    "then there be because are was were will i'm im ive dont not like just um uh well okay now what when which who"
)

#: Words that come before a number and never in one piece with it.
LINKS = word_set("by to of the and or is at from with for than about like just minus plus times equals between")

#: Letters that belong to the number they stand at, beside what the lexicon knows: units, ordinals, sizes.
UNITS = word_set(
    "st nd rd th am pm km cm mm kg mg gb mb tb kb pb hz khz mhz ghz ms ns us px pt em rem fps rpm kw kwh mw gw mph kph "
    "bit bits byte bytes ft in oz lb lbs min mins hr hrs sec secs yr yrs bn mn tn bps kbps mbps gbps dpi ppm db ml "
    "cl nm ish er xl pro max plus mp gen fold way point some odd bp bps pc ka amp amps watt watts volt volts"
)

#: A part this common is a word; rarer ones are too often names of products (``1password``).
COMMON = -11.0

#: Two halves of a number before one of these are a range: ``1015 minutes``.
COUNTED = word_set(
    "percent seconds minutes hours days weeks months years people times dollars bucks euros pounds miles lines"
)
#: Labels are padded with zeros: ``chapter 01``.
LABELS = word_set(
    "day version chapter episode part step lab week unit lesson module section page act volume track agent code area "
    "room number line apollo mission slide day station zero oh"
)
VERSIONED = word_set(
    "version python gpt node nodejs php ruby java vue angular rails claude llama gemini v release typescript postgres "
    "django swift kotlin php kubernetes"
)

#: What is written with a slash and read as a number without it.
SLASHED = {"247": "24/7", "5050": "50/50", "8020": "80/20", "9010": "90/10", "7030": "70/30", "6040": "60/40"}

#: Powers of two that lose a zero when they are heard in halves, and words they are sizes of.
SIZES = frozenset({"1024", "2048", "4096"})
SIZED = word_set("size sizes dimension dimensions dimensional length window context block buffer page")

#: In text with more wide gaps than this, a wide gap means nothing: a table, or a typist's habit.
FEW_WIDE_GAPS = 0.01

_TOKEN = re.compile(r"\S+")
_SPOKEN = re.compile(r"[^\W_]")
_BEFORE, _BEHIND = "_$€£#@+-", "_%"  # what belongs to a word or number beside letters and digits
_GLUED = re.compile(r"(\d{1,6})([^\W\d_]{2,})")
_GLUED_AFTER = re.compile(r"([^\W\d_]{2,})(\d{1,6})")
_CLOCK = re.compile(r"(?:[1-9]|1[0-2])[0-5]\d")
_YEARS = re.compile(r"((?:19|20)\d\d)((?:19|20)\d\d)")
_SIZE = re.compile(r"\d{1,4}x|x\d{1,4}")


class Token(NamedTuple):
    """A word or number where it stands, without the marks around it.

    Attributes:
        start, end: its code points.
        text: what it is, in lower case.
        after_line: whether a line ends before it.
        is_figure: whether it is a plain number in digits.
    """

    start: int
    end: int
    text: str
    after_line: bool = False
    is_figure: bool = False

    def follows(self, other: Token) -> bool:
        """Whether nothing but one space stands between ``other`` and this token."""
        return self.start - other.end == 1 and not self.after_line


_NONE = Token(0, 0, "")


@dataclass(frozen=True, slots=True)
class Reading:
    """A damaged number.

    Attributes:
        first, last: the tokens it is made of.
        lost: what seems lost.
        confidence: how sure that is.
        forms: what it may have been, each in the form that would prove it.
    """

    first: int
    last: int
    lost: str
    confidence: float
    forms: tuple[str, ...] = ()


Reader = Callable[[Sequence[Token]], Iterable[Reading]]


def glued_number(view: View) -> Iterator[Finding]:
    """A number and a word are written in one piece: what stood between was deleted.

    Why: where ``16,000 of the`` became ``16the``, digits are lost as well as a space, and a reader takes the
    number for another.

    Example: ``16the``, ``10steps``, ``8 by7``. ``evidence["lost"]`` says what seems lost: ``space``,
    ``hyphen`` (before a singular, as in ``10minute``) or ``digits or a space``.

    Left alone: units, ordinals and sizes (``5km``, ``2nd``, ``10x``), names and identifiers (``mp3``, ``1password``),
    and words that the table of written forms knows with a hyphen, for ``missing-hyphen`` mends those.

    Safety: unsafe. Offered only where the section has the same number and word apart, and one such number only; and
    with no zeros only if no number of the section has swallowed a word with its zeros.
    """
    yield from _findings(view, _glued)


def split_number(view: View) -> Iterator[Finding]:
    """A number is written in two pieces: a comma, a point or nothing stood between.

    Why: ``1 500`` is two numbers to whoever reads it, and two tokens or more to a model.

    Example: ``1 500``, ``10 000``, ``6x 6``, ``gpt 3 5``. ``evidence["lost"]`` is ``comma``, ``point`` or ``nothing``.

    Left alone: lists of numbers (``50 100 200``, ``two or 300 400``), and numbers with marks.

    Safety: unsafe. Offered only where the section has the number whole (``1,500`` or ``1500``).
    """
    yield from _findings(view, _split)


def lost_point(view: View) -> Iterator[Finding]:
    """A number has lost the mark inside it: a point, a colon, a dash or a slash.

    Why: ``01 epochs`` was 0.1, ``1030 am`` a time and ``5099`` a range. Without the mark each is another number.

    Example: ``01 epochs``, ``1030 am``, ``20192020``, ``1015 minutes``, ``247``; ``5099`` where 50 or 100 is
    spoken of as well. ``evidence["lost"]`` names the mark.

    Left alone: ``007``, padded labels (``chapter 01``, or at the start of a line), digits read out one by one, years.

    Safety: unsafe. Offered only where the section has the number with its mark.
    """
    yield from _findings(view, _pointless)


def lost_sign(view: View) -> Iterator[Finding]:
    """A sign between two numbers is lost: a wide gap is all that is left of it.

    Why: ``three  4`` was a sum, ``10  5`` a difference; the words alone say neither.

    Example: ``three  4 so 7 7  5 12``. A normaliser that deletes ``+``, ``-`` or ``=`` leaves the spaces at both
    sides of it.

    Left alone: text with many wide gaps, such as tables, and gaps over a line end.

    Safety: no fix. Which sign it was cannot be known.
    """
    for section in view.parts:
        tokens = _tokens(view.text, section.span)
        gaps = [view.text[a.end : b.start] for a, b in pairwise(tokens)]
        wide = [k for k, gap in enumerate(gaps) if len(gap) > 1 and not gap.strip(" ")]
        if len(wide) > max(5, FEW_WIDE_GAPS * len(gaps)):
            continue
        for k in wide:
            if all(token.is_figure or token.text in NUMBER_WORDS for token in tokens[k : k + 2]):
                span = Span(tokens[k].start, tokens[k + 1].end)
                yield Finding(span, f"a sign is lost in '{span.of(view.text)}'", 0.9, evidence={"lost": "sign"})


def differing_number(view: View) -> Iterator[Finding]:
    """A number lacks a zero: it has one elsewhere, or is a well-known size without one.

    Why: ``4096`` read out in two halves is heard as ``496``. One of the two is wrong, and both look right.

    Example: ``level 307`` in a text that says ``level 3007``; ``of size 496``, for sizes are powers of two.

    Left alone: numbers of fewer than three digits, missing zeros at the end, and numbers beside other words.

    Safety: display only. Both numbers may be meant.
    """
    for section in view.parts:
        tokens = _tokens(view.text, section.span)
        whole = {(a.text, b.text) for a, b in pairwise(tokens) if b.is_figure}
        for at, token in enumerate(tokens[1:], 1):
            if token.is_figure and len(token.text) > 2:
                other = _with_zero(token.text, [t.text for t in tokens[max(0, at - 3) : at]], whole)
                if other:
                    evidence = {"lost": "zero", "whole": other}
                    message = f"a zero seems lost in '{token.text}': '{other}'"
                    yield Finding(Span(token.start, token.end), message, 0.6, evidence=evidence)


def _with_zero(digits: str, before: Sequence[str], whole: Set[tuple[str, str]]) -> str | None:
    """The number with a zero more that the text, or the word ``size``, speaks for."""
    known = None if before[-1] in NUMBER_WORDS | LINKS else before[-1]
    for longer in (f"{digits[:k]}0{digits[k:]}" for k in range(1, len(digits))):
        if (known, longer) in whole or (longer in SIZES and not SIZED.isdisjoint(before)):
            return longer
    return None


# --- how the readings become findings --------------------------------------------------------------------------


def _findings(view: View, read: Reader) -> Iterator[Finding]:
    for section in view.parts:
        tokens = _tokens(view.text, section.span)
        for reading in read(tokens):
            span = Span(tokens[reading.first].start, tokens[reading.last].end)
            rest = [token.text for token in tokens[: reading.first]], [t.text for t in tokens[reading.last + 1 :]]
            found = [form for form in reading.forms if any(_has(texts, form.split(" ")) for texts in rest)]
            evidence = {"lost": reading.lost, "whole": found[0] if len(found) == 1 else None}
            message = f"'{span.of(view.text)}' has lost a mark: {reading.lost}"
            yield Finding(span, message, reading.confidence, evidence=evidence)


def _has(texts: Sequence[str], form: Sequence[str]) -> bool:
    """Whether the tokens of ``form`` stand in a row in ``texts``."""
    return any(texts[k : k + len(form)] == form for k in range(len(texts)) if texts[k] == form[0])


@lru_cache(maxsize=128)
def _tokens(text: str, span: Span) -> tuple[Token, ...]:
    """The words and numbers in ``span`` of a text."""
    return tuple(_read_tokens(text, span))


def _read_tokens(text: str, span: Span) -> Iterator[Token]:
    for match in _TOKEN.finditer(text, span.start, span.end):
        start, end = match.span()
        if not match[0].isalnum():
            if not _SPOKEN.search(match[0]):
                continue
            while not (text[start].isalnum() or text[start] in _BEFORE):
                start += 1
            while not (text[end - 1].isalnum() or text[end - 1] in _BEHIND):
                end -= 1
        word = text[start:end]
        after_line = text[max(0, start - 1) : start] in "\r\n"
        yield Token(start, end, word.lower(), after_line, word.isascii() and word.isdigit())


def _around(tokens: Sequence[Token], at: int) -> tuple[Token, Token]:
    return (tokens[at - 1] if at else _NONE), (tokens[at + 1] if at + 1 < len(tokens) else _NONE)


def _glued(tokens: Sequence[Token]) -> Iterator[Reading]:
    words = lexicon.default()
    glued = [(at, m[1], m[2]) for at, token in enumerate(tokens) if (m := _GLUED.fullmatch(token.text))]
    # where a number has swallowed the word after it, zeros went too: then "10 steps" proves nothing for "10steps"
    zeros_go = any(word in PLAIN for _, _, word in glued)
    for at, digits, word in glued:
        form = digits + word
        if form in words or word in UNITS or _is_hyphenated(form):
            continue
        forms = (*(() if zeros_go else (f"{digits} {word}",)), *_thousands(digits, word))
        if word in PLAIN:
            yield Reading(at, at, "digits or a space", 0.97, forms)
        elif len(word) > 2 and word in words and words.logp(word) > COMMON:
            lost, confidence = ("digits or a space", 0.9) if word.endswith("s") else ("hyphen", 0.75)
            yield Reading(at, at, lost, confidence, forms)
    for at, token in enumerate(tokens):
        if (match := _GLUED_AFTER.fullmatch(token.text)) and match[1] in LINKS and token.text not in words:
            yield Reading(at, at, "space", 0.9, (f"{match[1]} {match[2]}",))


def _is_hyphenated(form: str) -> bool:
    return any("-" in way for way, _ in written_forms().get(form, ()))


def _thousands(digits: str, word: str) -> Iterator[str]:
    """What a number that lost its zeros may have been, with the word after it."""
    for zeros in (3, 6):
        figure = int(digits) * 10**zeros
        yield from (f"{figure} {word}", f"{figure:,} {word}")


def _split(tokens: Sequence[Token]) -> Iterator[Reading]:
    for at, (token, after) in enumerate(pairwise(tokens)):
        if not (token.text.isdigit() or after.text.isdigit()) or not after.follows(token):
            continue
        before, beyond = _around(tokens, at)[0], _around(tokens, at + 1)[1]
        alone = not any(t.is_figure or t.text in NUMBER_WORDS for t in (before, beyond))
        if _is_size(token, after):
            joined = token.text + after.text
            yield Reading(at, at + 1, "nothing", 0.8, (joined, joined.replace("x", "×")))
        elif not (token.is_figure and after.is_figure and alone):
            continue
        elif before.text in VERSIONED and len(token.text) == 1 and len(after.text) <= 2:
            yield Reading(at, at + 1, "point", 0.7, (f"{token.text}.{after.text}",))
        elif _is_grouped(token.text, after.text):
            joined, confidence = token.text + after.text, 0.95 if after.text == "000" else 0.6
            yield Reading(at, at + 1, "comma", confidence, (joined, f"{token.text},{after.text}"))


def _is_size(token: Token, after: Token) -> bool:
    """``6x 6`` or ``6 x6``."""
    sides = (token.text, after.text)
    return any(
        _SIZE.fullmatch(piece) is not None
        and other.isdigit()
        and (piece.endswith("x") if k == 0 else piece.startswith("x"))
        for k, (piece, other) in enumerate((sides, sides[::-1]))
    )


def _is_grouped(first: str, second: str) -> bool:
    """Whether two numbers in a row are one in groups of three, and not two items of a list."""
    if not (len(first) < 4 and first[0] != "0" and len(second) == 3):
        return False
    if second == "000":
        return True
    one, two = int(first), int(second)
    return len(first) < 3 and second[0] != "0" and two not in (one * 2, one * 10, one * 5, one * 100)


def _pointless(tokens: Sequence[Token]) -> Iterator[Reading]:
    figures = {token.text for token in tokens if token.is_figure}
    for at, token in enumerate(tokens):
        if token.is_figure and len(token.text) > 1:
            before, after = _around(tokens, at)
            yield from _without_mark(at, token.text, before, after, figures, line_start=token.after_line or not at)


def _without_mark(
    at: int, digits: str, before: Token, after: Token, figures: set[str], *, line_start: bool
) -> Iterator[Reading]:
    halves = digits[: len(digits) // 2], digits[len(digits) // 2 :]
    if digits[0] == "0":
        if not line_start and not _is_padded(digits, before, after):
            sure = after.text.endswith("s") or after.text == "percent"
            yield Reading(at, at, "decimal point", 0.9 if sure else 0.6, (f"{digits[0]}.{digits[1:]}",))
    elif _CLOCK.fullmatch(digits) and after.text in ("am", "pm", "oclock"):
        yield Reading(at, at, "colon", 0.95, (f"{digits[:-2]}:{digits[-2:]}",))
    elif (years := _YEARS.fullmatch(digits)) and 0 < int(years[2]) - int(years[1]) < 100:
        yield Reading(at, at, "dash", 0.9, tuple(_ranges(years[1], years[2])))
    elif digits in SLASHED:
        yield Reading(at, at, "slash", 0.6, (SLASHED[digits],))
    elif len(digits) == 4 and digits[:2] not in ("19", "20") and _is_range(halves, after.text, figures):
        yield Reading(at, at, "dash or point", 0.6, (*_ranges(*halves), ".".join(halves), "$" + ".".join(halves)))


def _is_padded(digits: str, before: Token, after: Token) -> bool:
    """Whether a zero in front is no part of a decimal: labels, codes, digits read out."""
    if len(digits) > 5 or not digits.strip("0") or digits.startswith("00"):
        return True
    spelt = any(t.is_figure or t.text in NUMBER_WORDS or len(t.text) == 1 for t in (before, after) if t.text != "a")
    return spelt or before.text in LABELS


def _is_range(halves: tuple[str, str], unit: str, figures: set[str]) -> bool:
    """Whether two halves of a number are the ends of a range that the text speaks of."""
    low, high = map(int, halves)
    if unit in COUNTED and low % 5 == high % 5 == 0 and 0 < high - low <= 50:
        return True
    return low % 10 == 0 and high % 10 == 9 and low < high and not figures.isdisjoint({str(low), str(high + 1)})


def _ranges(low: str, high: str) -> Iterator[str]:
    return (f"{low}{dash}{high}" for dash in "-–")


def restore_whole(view: View, finding: Finding) -> Fix | None:
    """Write the number as the section has it elsewhere."""
    whole = finding.evidence["whole"]
    return Fix((Edit(finding.span, whole),), Safety.UNSAFE) if whole else None


def show_whole(view: View, finding: Finding) -> Fix:
    """Show the other number."""
    return Fix((Edit(finding.span, finding.evidence["whole"]),), Safety.DISPLAY)


RULES = (
    Rule("NUM001", Phase.WORDS, glued_number, restore_whole),
    Rule("NUM002", Phase.WORDS, split_number, restore_whole),
    Rule("NUM003", Phase.WORDS, lost_point, restore_whole),
    Rule("NUM004", Phase.WORDS, lost_sign),
    Rule("NUM005", Phase.WORDS, differing_number, show_whole),
)
