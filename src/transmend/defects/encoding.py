"""Text that went through the wrong encoding, or still wears what it was wrapped in. The only module that imports ftfy.

Of ftfy's fixers only those asked for here are used, each on its own: quotes stay curly, line ends stay, and nothing is
normalised. ftfy gives back whole strings; the edits are the smallest difference between them and the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import chain

from transmend.document import Span
from transmend.finding import Edit, Finding, Fix, Safety
from transmend.rule import Phase, Rule
from transmend.tokens import DROP, KEEP, REPORT
from transmend.view import View

#: Words with letters beyond ASCII, with the word after them: mojibake is told from its neighbours.
_SUSPECT = re.compile(r"(?:\S{0,60}[^\x00-\x7f]\S{0,60}(?:[ ]{1,2}\S{0,60})?){1,8}")
_ENTITY = re.compile(r"&(?:amp;)*(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31}\d{0,2});")
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>|<!--")
_VARIANT = re.compile("[\uff01-\uff5e\u3000\ufb00-\ufb06\u0132\u0133\u0149\u01c4-\u01cc\u01f1-\u01f3]+")
_ASIAN = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uff66-\uff9f]")
#: Characters without width, and marks of direction: joiners are among them, which other scripts need.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+")
_ESCAPE = re.compile(r"\x1b\[[0-9;?]{0,20}[A-Za-z]")


def mojibake(view: View) -> Iterator[Finding]:
    """Characters were read in the wrong encoding: mojibake.

    Why: ``cafÃ©`` is no word to a reader, to a search or to a model, and ``donâ€™t`` is not even ``dont``.

    Example: ``cafÃ©`` becomes ``café``, ``itâ€™s`` becomes ``it’s``, and the control characters of a misread Windows
    file become the quotes and dashes that they were.

    Left alone: text in which such characters can be meant (``SÃO PAULO``, ``THE CAFÉ™``), and characters already
    replaced by U+FFFD, which nothing brings back.

    Safety: unsafe where letters change, as ``Ã©`` becomes ``é``; safe where only marks do, as for the quotes and
    dashes of a misread Windows file. Whether letters were misread is a judgement, though seldom a wrong one.

    References: ftfy's ``fix_encoding`` and ``fix_c1_controls``.
    """
    from ftfy import fix_encoding
    from ftfy.badness import is_bad
    from ftfy.fixes import fix_c1_controls

    for line in re.finditer(r"[^\n]+", view.text):
        if line[0].isascii() or not is_bad(line[0]):
            continue
        for match in _SUSPECT.finditer(view.text, *line.span()):
            for edit in differences(match.start(), match[0], fix_c1_controls(fix_encoding(match[0]))):
                yield _found(view, edit, "misread characters", "mojibake")


def html_entity(view: View) -> Iterator[Finding]:
    """A character is written as an HTML entity.

    Why: downloaded captions are often escaped twice. What should be ``don't`` is then ``don&#39;t``, six pieces to a
    tokeniser and a word with digits in it to everything else.

    Example: ``don&#39;t`` becomes ``don't``, and ``Q&amp;amp;A`` becomes ``Q&A``.

    Left alone: sections with tags in them, which are markup and need their entities; names that are none
    (``AT&T;``); entities for control characters and line ends.

    Safety: unsafe, for the letters and digits of the entity go, and in a talk on HTML the entity may be what is meant;
    safe where ``tokens = ["entity=neutral"]`` asks for it, as the preset readable does. ``drop`` takes the character
    out, ``keep`` reports nothing.

    References: ftfy's ``unescape_html``.
    """
    from ftfy.fixes import unescape_html

    if view.settings.policy("entity") == KEEP:
        return
    for section in view.parts:
        if _TAG.search(view.text, section.span.start, section.span.end):
            continue
        for match in _ENTITY.finditer(view.text, section.span.start, section.span.end):
            before, after = match[0], unescape_html(match[0])
            while after != before:
                before, after = after, unescape_html(after)
            if after != match[0] and "\ufffd" not in after and (after.isprintable() or after == "\u00a0"):
                yield _found(view, Edit(Span(*match.span()), after), "an HTML entity", "entity")


def variant_form(view: View) -> Iterator[Finding]:
    """A letter has a form that only print or another script needs: a ligature or a wide letter.

    Why: ``eﬃcient`` with a ligature and ``ＧＰＵ`` in wide letters are found by no search and in no vocabulary.

    Example: ``eﬃcient`` becomes ``efficient``, ``ＧＰＵ`` becomes ``GPU``.

    Left alone: wide marks and letters in sections with Chinese, Japanese or Korean text, where they belong.

    Safety: safe for ligatures of Latin letters, which stand for the same letters; unsafe for wide letters and the
    digraphs of Dutch and Croatian, which are letters of their own to Unicode.

    References: ftfy's ``fix_latin_ligatures`` and ``fix_character_width``.
    """
    from ftfy.fixes import fix_character_width, fix_latin_ligatures

    for section in view.parts:
        has_wide_script = _ASIAN.search(view.text, section.span.start, section.span.end) is not None
        for match in _VARIANT.finditer(view.text, section.span.start, section.span.end):
            if not has_wide_script or unicodedata.east_asian_width(match[0][0]) != "F":
                after = fix_latin_ligatures(fix_character_width(match[0]))
                if after != match[0]:
                    yield _found(view, Edit(Span(*match.span()), after), "an unusual form of letters", "variant")


def invisible_character(view: View) -> Iterator[Finding]:
    """A character that cannot be seen stands in or beside a word, or a command to a terminal does.

    Why: ``to\u200bken`` with a zero-width space in it looks like ``token`` and is another word to a search or a model.

    Example: zero-width spaces, byte order marks in mid-text, soft hyphens, marks of direction, ``ESC[1m``.

    Left alone: joiners and marks of direction beside letters of scripts that need them, and joiners in pictures such
    as 👩‍💻. Other control characters are reported by ``unreadable-characters``.

    Safety: safe for what cannot be seen, unsafe for commands to a terminal, which are spelt with letters and digits.

    References: ftfy's ``remove_control_chars`` and ``remove_terminal_escapes``, here only where they do no harm.
    """
    matches = chain(_INVISIBLE.finditer(view.text), _ESCAPE.finditer(view.text))
    for match in sorted(matches, key=lambda match: match.start()):
        if match[0].startswith("\x1b"):
            yield _found(view, Edit(Span(*match.span()), ""), "a command to a terminal", "terminal")
        elif all(map(_is_plain, (view.text[: match.start()][-1:], view.text[match.end() :][:1]))):
            yield _found(view, Edit(Span(*match.span()), ""), "characters without width", "invisible")


def _is_plain(neighbour: str) -> bool:
    """Whether no joiner or direction is needed beside a character: Latin letters, digits, marks, or nothing."""
    if not neighbour or neighbour.isascii():
        return True
    name = unicodedata.name(neighbour, "")
    return name.startswith("LATIN ") or unicodedata.category(neighbour)[0] in "PZ"


def differences(start: int, before: str, after: str) -> Iterator[Edit]:
    """The smallest edits that turn ``before``, which starts at ``start``, into ``after``.

    >>> [(edit.span.start, edit.span.end, edit.text) for edit in differences(10, "a cafÃ© au", "a café au")]
    [(15, 17, 'é')]
    """
    if before != after:
        for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            if tag != "equal":
                yield Edit(Span(start + a, start + b), after[c:d])


def _found(view: View, edit: Edit, what: str, kind: str) -> Finding:
    was = edit.span.of(view.text)
    shown = was if was.isprintable() else " ".join(f"U+{ord(c):04X}" for c in was[:3])
    message = f"{what}, {shown!r}" + (f" for {edit.text!r}" if edit.text.isprintable() and edit.text else "")
    return Finding(edit.span, message, 0.97, evidence={"kind": kind, "write": edit.text})


def write_plain(view: View, finding: Finding) -> Fix:
    """Write what the characters stand for; safe if the letters and digits are the same."""
    edit = Edit(finding.span, finding.evidence["write"])
    same = _letters(finding.span.of(view.text)) == _letters(edit.text)
    return Fix((edit,), Safety.SAFE if same else Safety.UNSAFE)


def write_character(view: View, finding: Finding) -> Fix:
    """Write what the entity stands for, or nothing, as the settings say; safe if they do."""
    policy = view.settings.policy("entity")
    write = "" if policy == DROP else finding.evidence["write"]
    return Fix((Edit(finding.span, write),), Safety.UNSAFE if policy == REPORT else Safety.SAFE)


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


RULES = (
    Rule("ENC001", Phase.ENCODING, mojibake, write_plain),
    Rule("ENC002", Phase.ENCODING, html_entity, write_character),
    Rule("ENC003", Phase.ENCODING, variant_form, write_plain),
    Rule("ENC004", Phase.ENCODING, invisible_character, write_plain),
)
