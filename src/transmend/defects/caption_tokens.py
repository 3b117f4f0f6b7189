"""Sound tags, turn marks, masks and leftover tags: kept, dropped, made neutral or reported, as the settings say.

What they are is told in ``transmend.tokens``; every other rule leaves them alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from transmend.document import Span
from transmend.finding import Edit, Finding, Fix, Severity
from transmend.rule import Phase, Rule
from transmend.tokens import DROP, KEEP, KINDS, NEUTRAL, Token, within
from transmend.view import View

_BLANK = " \t\u00a0"
_MARKS = frozenset(".,?!;:")


def sound_tag(view: View) -> Iterator[Finding]:
    """A tag says what is heard beside the words: applause, laughter, music.

    Why: it is no part of what is said. To a model that reads or learns the text, ``[Music]`` is a word like others.

    Example: with ``tokens = ["sound=drop"]``, ``so [laughter] we went`` becomes ``so we went``; with ``neutral`` in
    place of ``drop`` it is ``so [sound] we went``. Music has a kind of its own, ``music``: ``[Music]``, ``♪``; of
    ``♪ words that are sung ♪`` only the notes go.

    Left alone: everything under ``keep``, which is the default but in the preset readable, which drops music; brackets
    that hold something else: ``array[0]``, ``[1]``, ``(e.g. this)``, ``*args``, an editor's ``[the model]``.

    Safety: safe, for it is done where the setting ``tokens`` asks for it by name.
    """
    yield from _found(view, "sound", "music")


def speaker_mark(view: View) -> Iterator[Finding]:
    """A mark says that somebody else speaks now: ``>>``, or a dash at the start of a line.

    Why: it is the only trace of who speaks in many captions, and looks like code to whoever does not know it.

    Example: with ``tokens = ["speaker=neutral"]``, ``Are you ready? >> Yes.`` becomes two paragraphs; in captions,
    where there are none, the second is a line that starts with ``- ``, which is how subtitles mark a turn. Dashes are
    the kind ``dash``.

    Left alone: everything under ``keep``, which is the default but in the preset readable; shifts and redirections in
    spoken code (``a >> b``, ``>>> import os``); dashes in texts without times, where they may be items of a list.

    Safety: safe, for it is done where the setting ``tokens`` asks for it by name.
    """
    yield from _found(view, "speaker", "dash")


def masked_word(view: View) -> Iterator[Finding]:
    """A word is masked: ``[ __ ]``, ``f***``.

    Why: YouTube writes ``[ __ ]`` for words it holds to be profane. It is a word of the sentence, and looks like a
    slot of a template.

    Example: with ``tokens = ["masked=neutral"]``, ``what the [ __ ] is it`` becomes ``what the [expletive] is it``.

    Left alone: everything under ``keep``, which is the default but in the preset readable; ``_`` and ``__`` in spoken
    code; powers such as ``a**b``.

    Safety: safe, for it is done where the setting ``tokens`` asks for it by name.
    """
    yield from _found(view, "masked")


def unclear_speech(view: View) -> Iterator[Finding]:
    """A tag says that nobody understood what was said: ``[inaudible 00:12:03]``, ``(crosstalk)``.

    Why: words are missing there, and somebody may want to listen again.

    Example: ``tokens = ["unclear=report"]`` lists them; ``neutral`` makes all of them ``[inaudible]``.

    Left alone: everything under ``keep``, which is the default; brackets that hold something else.

    Safety: safe, for it is done where the setting ``tokens`` asks for it by name.
    """
    yield from _found(view, "unclear")


def leftover_tag(view: View) -> Iterator[Finding]:
    """A tag of a caption file is left in the text: ``<i>``, ``<c>``, ``<00:00:01.500>``, ``{\\an8}``.

    Why: a program took the text out of its file and left the markup in; each is several pieces to a tokeniser.

    Example: with ``tokens = ["tag=drop"]``, ``so <i>we</i> went`` becomes ``so we went``.

    Left alone: tags that the format of the file has, which are no part of the text; other tags than those of captions;
    types in spoken code such as ``vector<i>``.

    Safety: safe, for it is done where the setting ``tokens`` asks for it by name, or the preset readable. Otherwise
    they are reported.
    """
    yield from _found(view, "tag")


def _found(view: View, *kinds: str) -> Iterator[Finding]:
    policies = {kind: view.settings.policy(kind) for kind in kinds}
    if all(policy == KEEP for policy in policies.values()):
        return
    for token in view.tokens:
        policy = policies.get(token.kind, KEEP)
        if policy == KEEP or (policy == NEUTRAL and _replacement(view, token) == token.span.of(view.text)):
            continue
        shown = " ".join(token.span.of(view.text).split())
        yield Finding(token.span, f"{KINDS[token.kind][0]}, '{shown[:60]}'", 0.99, evidence={"kind": token.kind})


def mend(view: View, finding: Finding) -> Fix | None:
    """Take the token out or write the neutral one, as the settings say."""
    policy = view.settings.policy(finding.evidence["kind"])
    token = within(view.tokens, finding.start, finding.end)[0]
    if policy not in (DROP, NEUTRAL):
        return None
    if policy == NEUTRAL and token.kind == "speaker":
        return Fix((_new_turn(view, token),))
    written = _replacement(view, token) if policy == NEUTRAL else ""
    return Fix((Edit(token.span, written) if written else _dropped(view, token),))


def _replacement(view: View, token: Token) -> str:
    """What is written for a token under ``neutral``; "" if it goes."""
    return "- " if token.kind == "dash" or (token.kind == "speaker" and view.document.flat) else token.neutral


def _new_turn(view: View, token: Token) -> Edit:
    """A blank line in place of a turn mark, or the line of a new turn in captions; nothing where a turn starts."""
    section = view.part_at(token.span).span
    start, end = _with_blanks(view.text, token.span, section)
    before = view.text[section.start : start]
    if view.document.flat:
        joint = "\n" if view.document.cues else " "
        return Edit(Span(start, end), "- " if not before or before.endswith("\n") else f"{joint}- ")
    breaks = len(before) - len(before.rstrip("\r\n"))
    lines = before[len(before) - breaks :].count("\n")
    return Edit(Span(start, end), view.document.newline * (2 - min(lines, 2)) if before else "")


def _with_blanks(text: str, span: Span, section: Span) -> tuple[int, int]:
    start, end = span.start, span.end
    while start > section.start and text[start - 1] in _BLANK:
        start -= 1
    while end < section.end and text[end] in _BLANK:
        end += 1
    return start, end


def _dropped(view: View, token: Token) -> Edit:
    """Take a token out with the white space that is there for it alone; a line that has nothing else goes too."""
    text, section = view.text, view.part_at(token.span).span
    start, end = _with_blanks(text, token.span, section)
    opens, closes = start == section.start or text[start - 1] in "\r\n", end == section.end or text[end] in "\r\n"
    if opens and closes:
        return Edit(_whole_line(text, Span(start, end), section), "")
    if opens:
        return Edit(Span(start, end), "")
    if text[end : end + 1] in _MARKS and end == token.span.end:
        return Edit(Span(start - (text[start - 1] == ","), end), "")
    if closes or (start < token.span.start and end > token.span.end):
        return Edit(Span(start, end if closes else token.span.end), "")
    return Edit(token.span, "")


def _whole_line(text: str, line: Span, section: Span) -> Span:
    """A line with the shorter of the breaks around it."""
    start, end = line.start, line.end
    while start > section.start and text[start - 1] in "\r\n":
        start -= 1
    while end < section.end and text[end] in "\r\n":
        end += 1
    if end == section.end:
        return Span(start, line.end)
    before, behind = text.count("\n", start, line.start), text.count("\n", line.end, end)
    return Span(line.start, end) if start == section.start or behind <= before else Span(start, line.end)


RULES = (
    Rule("CAP007", Phase.MARKS, sound_tag, mend, Severity.NOTE, grouped=True, reads_tokens=True),
    Rule("CAP008", Phase.MARKS, speaker_mark, mend, Severity.NOTE, grouped=True, reads_tokens=True),
    Rule("CAP009", Phase.MARKS, masked_word, mend, Severity.NOTE, grouped=True, reads_tokens=True),
    Rule("CAP010", Phase.MARKS, unclear_speech, mend, Severity.NOTE, grouped=True, reads_tokens=True),
    Rule("CAP011", Phase.MARKS, leftover_tag, mend, Severity.NOTE, grouped=True, reads_tokens=True),
)
