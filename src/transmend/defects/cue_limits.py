"""Cues that nobody can read in time, or that do not fit on the screen, where the user asked for cues to be laid out."""

from __future__ import annotations

from collections.abc import Iterator

from transmend import formats
from transmend.cueing import Limits
from transmend.cueing.words import shown_until
from transmend.finding import Finding, Severity
from transmend.rule import Phase, Rule
from transmend.view import View


def fast_cue(view: View) -> Iterator[Finding]:
    """A cue has more text than can be read while it is shown.

    Why: viewers read about 17 characters a second; what is faster is gone before they are through.

    Example: 60 characters from ``00:00:01,000`` to ``00:00:03,000`` are 30 a second.

    Left alone: all cues unless ``cues`` is ``lines`` or ``sentences``; then ``reading_speed`` is the limit.

    Safety: no fix. ``cues`` gives such words to cues with more time where there are any; but no word is left out and
    no time moves, so that fast speech stays fast.
    """
    limits = Limits.of(view.settings)
    if view.settings.cues == "keep":
        return
    for cue, end in zip(view.document.cues, shown_until(view.document), strict=True):
        length, seconds = len(cue.span), end - cue.begin
        if limits.is_fast(length, seconds):
            speed = f"{length / seconds:.0f} characters a second" if seconds > 0 else "no time at all"
            yield Finding(cue.span, f"{length} characters in {seconds:.1f} s: {speed}", evidence={"seconds": seconds})


def overfull_cue(view: View) -> Iterator[Finding]:
    """A cue has lines that are too long or too many, or is shown for too short or too long a time.

    Why: lines that are too long are broken by the player, anywhere, or cover the picture; a cue of half a second is
    missed, and one that stands for long is read twice.

    Example: ``So today we are going to look at why it matters so much`` on one line.

    Left alone: all cues unless ``cues`` is ``lines`` or ``sentences``; then ``line_length``, ``lines``,
    ``min_duration`` and ``max_duration`` are the limits.

    Safety: no fix of its own: ``transmend fix --cues lines`` lays all cues out anew, by white space and times alone.
    What it leaves cannot be helped, for no word is split and no word's time moves.
    """
    limits = Limits.of(view.settings)
    if view.settings.cues == "keep":
        return
    has_lines = formats.has_lines(view.document)
    for cue, end in zip(view.document.cues, shown_until(view.document), strict=True):
        lines = [line.strip() for line in cue.span.of(view.text).split("\n")]
        longest, rows = max(map(len, lines)), limits.rows([len(word) for word in " ".join(lines).split()])
        if has_lines and longest > limits.line_length:
            yield Finding(cue.span, f"a line of {longest} characters, {limits.line_length} fit")
        elif has_lines and len(lines) > limits.lines:
            yield Finding(cue.span, f"{len(lines)} lines, {limits.lines} fit")
        elif not has_lines and rows > limits.lines:
            yield Finding(cue.span, f"{len(cue.span)} characters, more than fit into {limits.lines} lines")
        elif limits.is_short(end - cue.begin):
            yield Finding(cue.span, f"shown for {end - cue.begin:.2f} s only")
        elif limits.is_long(end - cue.begin):
            yield Finding(cue.span, f"shown for {end - cue.begin:.1f} s")


RULES = (
    Rule("CAP012", Phase.CUES, fast_cue, severity=Severity.NOTE, grouped=True),
    Rule("CAP013", Phase.CUES, overfull_cue, severity=Severity.NOTE, grouped=True),
)
