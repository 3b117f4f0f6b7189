"""What detectors look at: a document, the settings, and evidence worked out once for all of them."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING

from transmend.document import Document, Section, Span
from transmend.elision import elisions
from transmend.settings import Settings

if TYPE_CHECKING:
    from transmend.restore import Planned
    from transmend.restore.disfluency import Dropped
    from transmend.splice import Cut


class View:
    """A document under given settings. Evidence is made when first asked for.

    Arguments:
        document: what to look at.
        settings: what the user asked for.
    """

    def __init__(self, document: Document, settings: Settings) -> None:
        self.document = document
        self.settings = settings

    @property
    def text(self) -> str:
        """The document's text."""
        return self.document.text

    @property
    def parts(self) -> tuple[Section, ...]:
        """The document's sections, or the whole of it as one."""
        return self.document.parts

    @cached_property
    def cuts(self) -> tuple[Cut, ...]:
        """Where text is missing without a mark: the splice cuts of all sections, in order."""
        from transmend.splice import find_cuts
        from transmend.tagger.tagger import default

        return find_cuts(self.document, self.settings.elision, lambda words: default().predict(words).seam)

    @cached_property
    def breaks(self) -> tuple[Span, ...]:
        """Places that no sentence, case or paragraph decision crosses: cuts, and marks of missing text."""
        marks = elisions(self.text, self.settings.elision)
        return tuple(sorted([*(Span(cut.at, cut.at) for cut in self.cuts), *marks]))

    @cached_property
    def plan(self) -> tuple[Planned, ...]:
        """What a careful editor would do with every word."""
        from transmend.restore import plan_sections

        return tuple(plan_sections(self.document, self.breaks, float(self.settings.abstain or 0.0)))

    @cached_property
    def dropped(self) -> tuple[Dropped, ...]:
        """Runs of words that a careful editor would drop."""
        from transmend.restore.disfluency import dropped_words

        return tuple(dropped_words(self.document, self.breaks))

    def label_at(self, span: Span) -> str:
        """Label of the section in which ``span`` starts, or ""."""
        k = bisect_right(self._starts, span.start) - 1
        sections = self.document.sections
        return sections[k].label if k >= 0 and span.start <= sections[k].outer.end else ""

    @cached_property
    def _starts(self) -> list[int]:
        return [s.outer.start for s in self.document.sections]
