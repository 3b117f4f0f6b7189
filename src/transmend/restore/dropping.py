"""Take words out of a text so that what is left reads as if they had never been said."""

from __future__ import annotations

import regex

from transmend.document import Span
from transmend.edits import smallest
from transmend.finding import Edit
from transmend.restore.written import capitalised

WORD_END = regex.compile(r"[\p{L}\p{M}\p{N}]")
ENDS = frozenset(".?!")
#: Marks of a sentence: others, such as brackets or the sign of a turn, stay where they are.
OPENING, CLOSING = frozenset("([{"), frozenset(")]}")
MARKS = frozenset(".,?!;:…–—-\"'“”‘’ \t\r\n")


def without(text: str, section: Span, dropped: Span) -> tuple[Edit, ...]:
    """The edits that take the words of ``dropped`` out of their section.

    Of the marks and spaces on both sides what belongs to the rest stays: a sentence end, a line break, a comma that
    did not set off the dropped words. A capital that the first of them had for starting a sentence goes to the word
    that follows.

    Arguments:
        text: the document's text.
        section: the section the words are in; nothing outside of it changes.
        dropped: from the first letter of the first word to the last letter of the last.

    >>> from transmend.document import Span
    >>> def show(text, word):
    ...     at = text.index(word)
    ...     edits = without(text, Span(0, len(text)), Span(at, at + len(word)))
    ...     for edit in reversed(edits):
    ...         text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    ...     return text
    >>> show("so we, um, went", "um"), show("Um, so we went", "Um"), show("We went, um. And", "um")
    ('so we went', 'So we went', 'We went. And')
    """
    before = _last_word_end(text, section.start, dropped.start)
    after = _next_word(text, dropped.end, section.end)
    left, right = text[before : dropped.start], text[dropped.end : after]
    gap = _gap(left, right, before == section.start, after == section.end)
    edits = [smallest(Edit(Span(before, after), gap), text[before:after])]
    starts = before == section.start or bool(ENDS & set(left))
    if starts and text[dropped.start].isupper() and after < section.end and text[after].islower():
        edits.append(Edit(Span(after, after + 1), capitalised(text[after])))
    return tuple(edits)


def _last_word_end(text: str, start: int, end: int) -> int:
    while end > start and not WORD_END.match(text[end - 1]):
        end -= 1
    return end


def _next_word(text: str, start: int, end: int) -> int:
    while start < end and not WORD_END.match(text[start]):
        start += 1
    return start


def _gap(left: str, right: str, first: bool, last: bool) -> str:
    """What stands between the words around, of the marks and spaces ``left`` and ``right`` of what goes."""
    if first:
        return left if set(right) <= MARKS else left + right.lstrip(" ,")
    if not set(right) <= MARKS:
        return _beside_signs(left, right)
    if last or ENDS & set(right):
        return left if ENDS & set(left) and not last else right
    space = max((left, right), key=lambda gap: gap.count("\n"))
    space = space[len(space.rstrip()) :] or " "
    marks = left.rstrip()
    return ("" if marks == "," and right.startswith(",") else marks) + space


def _beside_signs(left: str, right: str) -> str:
    """What stands between the words around where ``right`` has other signs than those of a sentence."""
    if left[-1:] in OPENING and right[:1] in CLOSING:
        return left[:-1].rstrip() + right[1:]
    return left.rstrip(" ,") + right if right[:1].isspace() or right[:1] in MARKS else left + right
