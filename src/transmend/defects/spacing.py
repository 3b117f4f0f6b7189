"""Spaces that stand before marks or are missing behind them, and contractions that a tokeniser took apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from transmend import lexicon
from transmend.document import Span
from transmend.finding import Edit, Finding, Fix, Severity
from transmend.language import ENGLISH, word_set
from transmend.lexicon.forms import written_forms
from transmend.rule import Phase, Rule
from transmend.tagger.features import normal_form
from transmend.view import View

_SPACED = re.compile(r"(?<=[\w)\]\"'’”%])[ \t]+(?=[,?!;](?:[\s\"'’”)\]]|\Z)|\.(?![ \t]?\.)(?:[\s\"'’”)\]]|\Z))")
#: What a tokeniser parts from its word: ``do n't``, ``I 'm``, ``gon na``.
_CONTRACTION = re.compile(
    r"(?<=[^\W\d_])[ \t]+(?=(?:n['’]t|['’](?:s|m|re|ve|ll|d))(?![\w'’]))"
    r"|(?:(?<=\bgon)|(?<=\bwan))[ \t]+(?=na\b)|(?<=\bgot)[ \t]+(?=ta\b)|(?:(?<=\blem)|(?<=\bgim))[ \t]+(?=me\b)",
    re.IGNORECASE,
)
_TOKEN = re.compile(
    r"[\"'“‘(]*(?P<first>[^\W\d_]+(?:['’-][^\W\d_]+)*)(?P<mark>[,;.?!])(?P<second>[^\W\d_][^\s,;.?!]*)\S?"
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*[\"'”’)]*")
_NOT_SPACE = re.compile(r"\S+")
_MARK = re.compile(r"[,;.?!]")
#: What sentences start with and no name in a program (``sync.Once``) does.
STARTS = ENGLISH | word_set("we so he she yes no then well")


def spaced_mark(view: View) -> Iterator[Finding]:
    """A space stands before a mark.

    Why: data sets of speech are kept as tokenisers leave them; readers stumble, and models learn to write so.

    Example: ``so today , we look at it .`` becomes ``So today, we look at it.``

    Left alone: colons, rows of dots, what is behind a line break, text in other languages (French has such spaces).

    Safety: safe. Only white space changes.
    """
    for gap in _gaps(view, _SPACED):
        yield Finding(gap, f"a space stands before '{view.text[gap.end]}'", 0.99)


def split_contraction(view: View) -> Iterator[Finding]:
    """A contraction is in two pieces.

    Why: tokenisers part ``don't`` into ``do n't``, which nobody writes.

    Example: ``i do n't know what she 's got`` becomes ``I don't know what she's got.``

    Left alone: a quote that opens behind a space.

    Safety: safe. Only white space changes.
    """
    for gap in _gaps(view, _CONTRACTION):
        yield Finding(gap, "a contraction is in two pieces", 0.99)


def _gaps(view: View, pattern: re.Pattern[str]) -> Iterator[Span]:
    """Where a pattern matches, in English."""
    return (Span(*match.span()) for match in pattern.finditer(view.text) if not view.is_foreign(match.start()))


def unspaced_mark(view: View) -> Iterator[Finding]:
    """A space is missing behind a mark.

    Why: two words are one token to whoever splits at spaces.

    Example: ``we look at it,then we go.It is late`` becomes ``We look at it, then we go. It is late.``

    Behind a full stop it takes a word that sentences often start with, with a capital.

    Left alone: names with a dot in them, numbers, addresses, single letters, lists without any space.

    Safety: safe. Only white space is inserted.
    """
    for token in _NOT_SPACE.finditer(view.text):
        inner = token[0].strip("\"'“”‘’()").rstrip(".,;?!")
        if len(_MARK.findall(inner)) != 1:
            continue
        if (match := _TOKEN.fullmatch(token[0])) and _are_two(match["first"], match["mark"], match["second"]):
            at = token.start() + match.end("mark")
            if not view.is_foreign(at):
                yield Finding(Span(at, at), f"a space is missing behind '{match['mark']}'", 0.95)


def _are_two(first: str, mark: str, second: str) -> bool:
    """Whether what stands on both sides of a mark are two words, not one name."""
    if len(first) < 2 or (first + second).isupper() or not _WORD.fullmatch(second):
        return False
    if mark != ".":
        return True
    start, form = normal_form(first), normal_form(second)
    return second[0].isupper() and form in STARTS and start in lexicon.default() and start + form not in written_forms()


def close_up(view: View, finding: Finding) -> Fix:
    """Take the space out."""
    return Fix((Edit(finding.span, ""),))


def part(view: View, finding: Finding) -> Fix:
    """Put a space in."""
    return Fix((Edit(finding.span, " "),))


RULES = (
    Rule("PUN004", Phase.WORDS, spaced_mark, close_up, Severity.NOTE, grouped=True),
    Rule("PUN005", Phase.WORDS, unspaced_mark, part, Severity.NOTE, grouped=True),
    Rule("INN004", Phase.WORDS, split_contraction, close_up, Severity.NOTE, grouped=True),
)
