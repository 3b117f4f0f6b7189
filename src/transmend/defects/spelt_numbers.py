"""Numbers in words, written in digits for who asks for it (inverse text normalisation). Owns text2num."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from transmend.document import Span
from transmend.errors import SettingsError
from transmend.finding import Edit, Finding, Fix, Severity
from transmend.language import looks_english, word_set
from transmend.rule import Phase, Rule
from transmend.view import View

#: Numbers up to this stay words in prose, as style guides have it.
IN_WORDS = 10

#: What is measured or paid takes digits, however small the number.
MEASURES = word_set(
    "percent percentage degrees celsius fahrenheit dollars euros cents kilometers kilometres kilometer kilometre "
    "meters metres centimeters centimetres millimeters millimetres kilograms kilogram grams kilobytes megabytes "
    "gigabytes terabytes kilobyte megabyte gigabyte terabyte bytes bits gigs megs hertz kilohertz megahertz gigahertz "
    "volts watts kilowatts amps pixels milliseconds microseconds nanoseconds liters litres mph kmh fps"
)
#: Before these two numbers in a row are no year: "in twenty thirty minutes".
COUNTED = MEASURES | word_set("seconds minutes hours days weeks months years people times miles pounds bucks feet")
YEAR_BEFORE = word_set(
    "in since year years by until till before after during from early late mid around of january february march april "
    "may june july august september october november december spring summer autumn fall winter"
)
LARGE = {"million": 10**6, "billion": 10**9, "trillion": 10**12}
#: By themselves figures of speech: "a hundred", "thousands of them".
MULTIPLES = word_set("hundred thousand million billion trillion hundredth thousandth millionth")
PLURALS = word_set("hundreds thousands millions billions trillions")
#: After a number they make it vague, a part of something else, or a figure of speech.
VAGUE = word_set("something odd ish vision hindsight point oh o")

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class _Token:
    """A word where it stands, as text2num asks for it."""

    match: re.Match[str]
    apart: bool

    def text(self) -> str:
        return self.match[0]

    def text_lowercase(self) -> str:
        return self.match[0].lower()

    def nt_separated(self, previous: _Token) -> bool:
        """Whether more than a space stands before it."""
        return self.apart

    def not_a_number_part(self) -> bool:
        return self.match[0].isdigit()


@dataclass(frozen=True, slots=True)
class _Number:
    """A number that text2num read in ``words``, which stand in a row from ``first`` to before ``end``."""

    first: int
    end: int
    words: tuple[str, ...]
    text: str
    value: float
    is_ordinal: bool


def library() -> Any:
    """The package that reads numbers.

    Raises:
        SettingsError: if it is not installed.
    """
    try:
        import text_to_num
    except ImportError:
        raise SettingsError("numbers = 'digits' needs text2num: pip install 'transmend[numbers]'") from None
    return text_to_num


def spelt_number(view: View) -> Iterator[Finding]:
    """A number is written in words, where ``numbers = "digits"`` asks for digits.

    Why: recognisers differ in how they write numbers; to search, compare or train, one way is wanted.

    Example: ``one hundred and five`` becomes ``105``, ``three point five`` ``3.5``, ``twenty twenty four`` ``2024``,
    ``twenty first`` ``21st``, ``five percent`` ``5 percent`` and ``two million`` ``2 million``.

    Left alone: everything unless asked for. Then numbers up to ten in prose (``one of the``, ``no one``, ``a second``),
    but for measures and decimals; numbers read out one by one (``one two three``); ranges (``twenty thirty people``);
    ``a hundred``, ``thirty second clip``, ``twenty something``; capitals at the start of a sentence; other languages.

    Safety: safe where ``numbers`` asks for it by name; otherwise nothing is found. Numbers are read by text2num.
    """
    if view.settings.numbers != "digits":
        return
    for section in view.parts:
        if looks_english(section.span.of(view.text)):
            tokens = _tokens(view.text, section.span)
            for first, end, written in _written(tokens):
                span = Span(tokens[first].match.start(), tokens[end - 1].match.end())
                message = f"'{' '.join(span.of(view.text).split())}' is '{written}' in digits"
                yield Finding(span, message, 0.9, evidence={"written": written})


def write_digits(view: View, finding: Finding) -> Fix:
    """Write the number in digits."""
    return Fix((Edit(finding.span, finding.evidence["written"]),))


def _tokens(text: str, span: Span) -> list[_Token]:
    found = list(_WORD.finditer(text, span.start, span.end))
    gaps = [text[a.end() : b.start()] for a, b in pairwise(found)]
    return [_Token(match, gap.strip() != "" or "\n\n" in gap) for match, gap in zip(found, ["", *gaps], strict=True)]


def _written(tokens: Sequence[_Token]) -> Iterator[tuple[int, int, str]]:
    """The numbers to write in digits: from which token to before which, and how."""
    forms = [token.text_lowercase() for token in tokens]
    for row in _rows(tokens, _read(tokens, forms)):
        first, end = row[0].first, row[-1].end
        before = "" if not first or tokens[first].apart else forms[first - 1]
        after = [form for form, token in zip(forms[end : end + 2], tokens[end:], strict=False) if not token.apart]
        digits = before.isdigit() or (bool(after) and after[0].isdigit())
        if digits or tokens[first].text()[0].isupper() or (after and after[0] in VAGUE) or after == ["and", "a"]:
            continue
        if len(row) == 1:
            written = _alone(row[0], before, after)
        elif len(row) == 2 and "point" in row[0].words and len(row[1].words) == 1 and row[1].words[0] in LARGE:
            written = f"{row[0].text} {row[1].words[0]}"
        else:
            written = _year(row, before, after)
        if written:
            yield first, end, written


def _read(tokens: Sequence[_Token], forms: Sequence[str]) -> list[_Number]:
    """All numbers, the smallest too; "oh" counts as one, for it is said for a zero between them."""
    read = library().find_numbers(tokens, "en", threshold=0.0)
    found = [_Number(o.start, o.end, tuple(forms[o.start : o.end]), o.text, o.value, o.is_ordinal) for o in read]
    taken = {at for number in found for at in range(number.first, number.end)}
    zeros = [
        _Number(k, k + 1, ("oh",), "0", 0, False) for k, form in enumerate(forms) if form == "oh" and k not in taken
    ]
    return sorted(found + zeros, key=lambda number: number.first)


def _rows(tokens: Sequence[_Token], numbers: Sequence[_Number]) -> Iterator[list[_Number]]:
    """Numbers with nothing but a space between them."""
    breaks = [0, *(b.first != a.end or tokens[b.first].apart for a, b in pairwise(numbers))]
    row = 0
    rows = [row := row + new for new in breaks]
    for _, numbered in groupby(zip(rows, numbers, strict=False), key=lambda pair: pair[0]):
        yield [number for _, number in numbered]


def _year(row: Sequence[_Number], before: str, after: Sequence[str]) -> str | None:
    """A year said in two halves, "nineteen ninety nine" or "nineteen oh five"; None if it may be two numbers."""
    first, last = row[0].value, row[-1].value
    if not 16 <= first <= 20 or any(number.is_ordinal for number in row) or (after and after[0] in COUNTED):
        return None
    if len(row) == 3 and row[1].words == ("oh",) and 0 < last < 10:
        return f"{first:.0f}0{last:.0f}"
    if len(row) != 2 or not 10 <= last < 100 or last % 1:
        return None
    alone = (first == 19 and last != 20) or (first == 20 and (last <= 20 or last % 10))
    return f"{first:.0f}{last:.0f}" if alone or before in YEAR_BEFORE else None


def _alone(number: _Number, before: str, after: Sequence[str]) -> str | None:
    """A number in digits; None if it stays in words."""
    words, value = number.words, number.value
    if (
        before == "point"
        or words[0] in MULTIPLES
        or words[-1] in PLURALS
        or (number.is_ordinal and words[-1].endswith("second"))
    ):
        return None
    is_decimal = "point" in words
    if value <= IN_WORDS and not is_decimal and not (after and after[0] in MEASURES):
        return None
    if number.is_ordinal:
        return number.text
    size = LARGE.get(words[-1])
    if size and not is_decimal:
        return f"{value / size:,.10g} {words[-1]}"
    return f"{value:,.0f}" if value >= 10_000 and not is_decimal else number.text


RULES = (Rule("NUM006", Phase.WORDS, spelt_number, write_digits, severity=Severity.NOTE, grouped=True),)
