"""Chunks joined with their overlap: a passage that stands twice, because it was recognised or cut out twice."""

from __future__ import annotations

from collections.abc import Iterator

from transmend.document import Span
from transmend.finding import Edit, Finding, Fix, Safety
from transmend.rule import Phase, Rule
from transmend.splice.joins import Join, find_joins
from transmend.view import View


def overlap_join(view: View) -> Iterator[Finding]:
    """Two chunks are joined and their overlap is still in, so a passage stands twice.

    Why: recognisers and context windows work on chunks that overlap, so that no word is lost at an edge. Where the
    overlap was not taken out again, readers read it twice, a model learns to say it twice, and counts are wrong.

    The copies need not be the same: a few letters or words may differ, and a word may be broken off at the joint.
    ``evidence["cut"]`` is the offset at which the second chunk begins, ``first`` and ``second`` are the copies,
    ``differing`` is the number of letters by which they differ.

    Example: ``each query is held against all the keys and then each quer is held against all the keys and then each
    query takes its value`` becomes ``each query is held against all the keys and then each query takes its value``.

    Left alone: what a speaker says twice, as far as that can be told: restarts of a few words (``repeated-words``
    reports those), a clause repeated for weight with a mark between, refrains and counts that come three times or
    more, and the same words again with others between.

    Safety: unsafe. From the middle of the overlap the second copy is kept instead of the first, so both ends at the
    joint go: there a chunk knows least of what it hears, and words are broken off.
    """
    for section in view.parts:
        for join in find_joins(section.span.of(view.text)):
            yield _finding(join, section.span.start)


def _finding(join: Join, start: int) -> Finding:
    first, second, spare = (_moved(span, start) for span in (join.first, join.second, join.spare))
    evidence = {
        "cut": join.at + start,
        "first": [first.start, first.end],
        "second": [second.start, second.end],
        "words": join.words,
        "nats": join.nats,
        "differing": join.differing,
        "broken": join.broken,
        "spare": [spare.start, spare.end],
    }
    copies = "a copy" if not join.differing else "nearly a copy"
    message = f"{join.words} words are {copies} of those before: chunks joined with their overlap"
    return Finding(second, message, join.confidence, evidence=evidence)


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)


def merge(view: View, finding: Finding) -> Fix:
    """Keep the first copy up to the middle of the overlap, and the second from there."""
    return Fix((Edit(Span(*finding.evidence["spare"]), ""),), Safety.UNSAFE)


RULES = (Rule("SEAM004", Phase.SEAMS, overlap_join, merge),)
