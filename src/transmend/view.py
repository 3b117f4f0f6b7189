"""What detectors look at: a document, the settings, and evidence worked out once for all of them."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING

from transmend.document import Document, Section, Span
from transmend.elision import elisions
from transmend.formats.base import stripped
from transmend.settings import Settings
from transmend.tokens import WALLS, Token, find

if TYPE_CHECKING:
    from transmend.restore import Planned, Unfinished
    from transmend.restore.disfluency import Dropped
    from transmend.splice import Aligned, Cut, Sources, Witnesses


class View:
    """A document under given settings. Evidence is made when first asked for.

    Arguments:
        document: what to look at.
        settings: what the user asked for.
        sources: full transcripts; by default those in the files that ``settings.source`` names.
    """

    def __init__(self, document: Document, settings: Settings, sources: Sources | None = None) -> None:
        self.document = document
        self.settings = settings
        self._sources = sources

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
        from transmend.splice import merged

        return merged(self._seen, self.aligned)

    @cached_property
    def foreign(self) -> tuple[Span, ...]:
        """Stretches of text in other languages, which no word list and no model here knows."""
        from transmend.restore import foreign

        return tuple(foreign(self.document))

    def is_foreign(self, at: int) -> bool:
        """Whether a place is in a stretch of another language."""
        k = bisect_right(self.foreign, at, key=lambda span: span.start) - 1
        return k >= 0 and at < self.foreign[k].end

    @cached_property
    def _seen(self) -> tuple[Cut, ...]:
        """The cuts that the text itself shows, where it is English."""
        from transmend.splice import find_cuts
        from transmend.tagger.reader import Reader

        found = find_cuts(self.document, self.settings.elision, Reader())
        return tuple(cut for cut in found if not any(span.start < cut.at < span.end for span in self.foreign))

    @cached_property
    def sources(self) -> Sources | None:
        """The full transcripts, if the user gave any."""
        if self._sources is None and self.settings.source:
            from transmend.splice import read_sources

            self._sources = read_sources(self.settings.source)
        return self._sources

    @cached_property
    def aligned(self) -> tuple[Aligned, ...]:
        """For each section what the sources say of it; nothing without sources."""
        if self.sources is None:
            return ()
        hints = [cut.at for cut in self._seen]
        return tuple(self.sources.align(self.document, part, self.settings.elision, hints) for part in self.parts)

    @cached_property
    def edges(self) -> tuple[Cut, ...]:
        """Words broken at the start or the end of a section in English: what sources cover is theirs to decide."""
        from transmend.splice import find_edges

        known = [part.span for part, one in zip(self.parts, self.aligned, strict=False) if one.matched]
        seen = find_edges(self.document, self.settings.elision)
        others = (*known, *self.foreign)
        alone = [edge for edge in seen if not any(span.start <= edge.at <= span.end for span in others)]
        return tuple(sorted([*alone, *(edge for one in self.aligned for edge in one.edges)], key=lambda edge: edge.at))

    @cached_property
    def witnesses(self) -> Witnesses:
        """What is known about the text missing at the cuts."""
        from transmend.splice import Witnesses

        return Witnesses(self.document, self.cuts, self.settings.elision, self.sources)

    @cached_property
    def breaks(self) -> tuple[Span, ...]:
        """Places that no sentence, case or paragraph decision crosses: cuts, marks of missing text, broken ends, and
        stretches in other languages.
        """
        cuts = (Span(cut.at, cut.at) for cut in (*self.cuts, *self.edges))
        return tuple(sorted([*cuts, *self.marked, *self.foreign]))

    @cached_property
    def marked(self) -> tuple[Span, ...]:
        """Marks of missing text."""
        return elisions(self.text, self.settings.elision)

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Sound tags, turn marks and what else stands beside the words, and where the file says that another speaks."""
        found = find(self.text, captions=bool(self.document.cues))
        turns = [Token(Span(at, at), "turn", "") for at in self.document.turns]
        return tuple(sorted([*found, *turns], key=lambda token: token.span)) if turns else found

    @cached_property
    def unfinished(self) -> tuple[Unfinished, ...]:
        """Ends of sections in mid-sentence."""
        from transmend.restore import unfinished

        return tuple(unfinished(self.document, self.breaks, self.tokens))

    @cached_property
    def plan(self) -> tuple[Planned, ...]:
        """What a careful editor would do with every word."""
        from transmend.restore import plan_sections

        return tuple(plan_sections(self.document, self.breaks, float(self.settings.abstain or 0.0), self.tokens))

    @cached_property
    def dropped(self) -> tuple[Dropped, ...]:
        """Runs of words that a careful editor would drop."""
        from transmend.restore.disfluency import dropped_words

        return tuple(dropped_words(self.document, self.breaks, self.tokens))

    def part_at(self, span: Span) -> Section:
        """The section in which ``span`` starts, or the one before it."""
        starts = self._starts or [0]
        return self.parts[max(bisect_right(starts, span.start) - 1, 0)]

    def speech_at(self, span: Span) -> Span:
        """The part of a section around ``span`` up to what is no speech (code, a table, the name of a speaker), and to
        the white space beside that.
        """
        section, walls = self.part_at(span).span, self._walls
        k = bisect_right(walls, span.start, key=lambda wall: wall.start)
        start = max(walls[k - 1].end, section.start) if k else section.start
        end = min(walls[k].start, section.end) if k < len(walls) else section.end
        return stripped(self.text, start, end)

    @cached_property
    def _walls(self) -> list[Span]:
        return [token.span for token in self.tokens if token.kind in WALLS]

    def label_at(self, span: Span) -> str:
        """Label of the section in which ``span`` starts, or ""."""
        k = bisect_right(self._starts, span.start) - 1
        sections = self.document.sections
        return sections[k].label if k >= 0 and span.start <= sections[k].outer.end else ""

    @cached_property
    def _starts(self) -> list[int]:
        return [s.outer.start for s in self.document.sections]
