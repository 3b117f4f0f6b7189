"""Disfluency that no list shows: restarts, and discourse markers that carry no meaning where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import dropwhile

from transmend.finding import Finding, Fix, Severity
from transmend.language import looks_english, word_set
from transmend.restore.disfluency import Dropped
from transmend.restore.dropping import without
from transmend.rule import Phase, Rule
from transmend.view import View

#: Words and phrases that may be fillers; whether one is, the tagger says.
MARKERS = frozenset(
    {"you know", "i mean", "kind of", "sort of", "i guess", "or whatever", "you see", "and stuff", "i think", "and so"}
)
MARKER_WORDS = word_set("like so well right okay ok yeah oh now actually basically literally really just and but then")
PLAIN_FILLERS = word_set("um uh er erm uhm hm hmm mm mhm ah")


def restart(view: View) -> Iterator[Finding]:
    """A speaker breaks off and says it anew, in other words.

    Why: ``we can literally we've literally been able`` says one thing and a half. Readers of a transcript want what
    was meant, the *repair*; the *reparandum* before it, and ``I mean`` or ``sorry`` between, are noise.

    Example: ``it's a little with a very brief introduction`` becomes ``it's a very brief introduction``, with
    ``disfluencies = "restarts"``.

    Left alone: plain repeats and fillers, which have rules of their own, words beside missing text, and text
    that does not look English. What is a restart is the tagger's opinion, learnt from speech that editors
    smoothed by hand (Rev 16 verbatim and non-verbatim, CC BY-SA 4.0).

    Safety: safe where ``disfluencies`` asks for it by name; otherwise nothing is changed.
    """
    for run in view.dropped:
        if not (_is_plain(run) or _is_marker(run)) and looks_english(run.section.span.of(view.text)):
            message = f"'{run.said}' is broken off and said anew"
            yield Finding(run.span, message, run.probability, evidence={"said": run.said})


def discourse_marker(view: View) -> Iterator[Finding]:
    """A discourse marker is said as a filler: you know, I mean, like, sort of.

    Why: speech is full of them; where they carry nothing, editors leave them out.

    Example: ``it is like you know really fast`` becomes ``it is really fast``, with ``disfluencies = "restarts"``.

    Left alone: the same words where they mean something (``things like this``, ``you know him``, ``the right one``):
    the tagger decides by what stands around, not by a list.

    Safety: safe where ``disfluencies`` asks for it by name; otherwise nothing is changed.
    """
    for run in view.dropped:
        if _is_marker(run) and looks_english(run.section.span.of(view.text)):
            message = f"'{run.said}' is said as a filler"
            yield Finding(run.span, message, run.probability, evidence={"said": run.said})


def drop(view: View, finding: Finding) -> Fix | None:
    """Drop the words, if the settings ask for it."""
    if view.settings.disfluencies != "restarts":
        return None
    return Fix(without(view.text, view.part_at(finding.span).span, finding.span))


def _is_plain(run: Dropped) -> bool:
    """Whether the rules for fillers and repeated words see the same, but for a marker before it."""
    said = [word.form for word in run.words if word.form not in PLAIN_FILLERS]
    forms = list(dropwhile(MARKER_WORDS.__contains__, said))
    return len(forms) <= 3 and forms == list(run.follows[: len(forms)])


def _is_marker(run: Dropped) -> bool:
    left = run.said
    if not any(word.form not in PLAIN_FILLERS for word in run.words):
        return False
    for phrase in MARKERS:
        left = left.replace(phrase, "")
    return all(form in MARKER_WORDS or form in PLAIN_FILLERS for form in left.split())


RULES = (
    Rule("DIS003", Phase.WORDS, restart, drop, severity=Severity.NOTE, grouped=True),
    Rule("DIS004", Phase.WORDS, discourse_marker, drop, severity=Severity.NOTE, grouped=True),
)
