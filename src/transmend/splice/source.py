"""Full transcripts that excerpts were sampled from: what of a section they cover, and where it was cut.

A section's letters are chained through the sources' letters (``align``). Where the chain jumps, text is missing,
whether or not anything else shows it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path, PurePath

import regex

from transmend import formats
from transmend.document import Document, Section, Span
from transmend.elision import elisions
from transmend.errors import InputError
from transmend.similarity import divided
from transmend.splice.align import APART, ASIDE, Index, Letters, Run, chained, read_letters
from transmend.splice.cut import LONGEST, Cut, Place, Sides, kind_of
from transmend.tagger.features import WORD

COVERED = 0.4  # share of a section's letters that sources must have
LEAST_PIECE = 24  # letters on both sides of a cut
LEAST = 16  # letters: an editor leaves out fewer, a sampler more
LEAST_BROKEN = 6  # letters that include parts of words: no editor leaves those out
UNLIKE = 0.5  # share of the letters between two pieces that may differ from what the source has there
SURE, LESS_SURE = 0.999, 0.9
HYPHEN = regex.compile(r"(?<=[\p{L}\p{N}])[-‐‑](?=[\p{L}\p{N}])")
LEDGER = ".edits.jsonl"  # what ``fix --keep-edits`` writes is no transcript


@dataclass(frozen=True, slots=True)
class Source:
    """A text that others may be cut from.

    Attributes:
        origin: ``source``, or ``section`` for another section of the same document.
        name: how messages call it: the file's name, and the section's if it has several.
        text: the text of its document.
        span: where it is in there.
        file: the file it was read from, or "".
    """

    origin: str
    name: str
    text: str
    span: Span
    file: str = ""

    def is_in(self, document: Document) -> bool:
        """Whether this is from the very file that the document was read from."""
        return bool(self.file and document.name) and _is_file(self.file, document.name)


@dataclass(frozen=True, slots=True)
class Aligned:
    """What sources say about one section.

    Attributes:
        share: how much of the section's letters they have, 0 to 1.
        covered: the stretches they have, in code points of the document.
        cuts: where the section jumps.
        edges: its first and last word, where the sources show that they are broken.
    """

    share: float = 0.0
    covered: tuple[Span, ...] = ()
    cuts: tuple[Cut, ...] = ()
    edges: tuple[Cut, ...] = ()

    @property
    def matched(self) -> bool:
        """Whether the section comes from the sources."""
        return self.share >= COVERED


class Sources:
    """Full transcripts, indexed once. Safe to share.

    Arguments:
        sources: the transcripts.
    """

    def __init__(self, sources: Iterable[Source]) -> None:
        self.sources = tuple(source for source in sources if len(source.span))

    @classmethod
    def of(cls, documents: Iterable[Document]) -> Sources:
        """The sources in some documents: each section is one."""
        return cls(
            Source("source", _name(document, section), document.text, section.span, document.name)
            for document in documents
            for section in document.parts
        )

    @cached_property
    def index(self) -> Index:
        """All their letters."""
        return Index([read_letters(source.text, source.span) for source in self.sources])

    def align(self, document: Document, section: Section, elision: str, hints: Iterable[int] = ()) -> Aligned:
        """Where a section is in the sources, and where it jumps.

        The document's own file is no source. Another with the very letters of the section is one only if no longer
        text has them: it may be a copy of the excerpt.

        Arguments:
            document: the section's document.
            section: the section.
            elision: the mark that stands for missing text.
            hints: places that something else shows to be cuts: taken where the letters leave a choice.
        """
        marks = elisions(document.text, elision)
        letters = read_letters(document.text, section.span, marks)
        runs = [run for run in self.index.runs(letters) if not self.sources[run.other].is_in(document)]
        sizes = [len(text.keys) for text in self.index.texts]
        copies = [run for run in runs if run.size == len(letters.keys) == sizes[run.other]]
        chain = chained([run for run in runs if run not in copies])
        share = _share(letters, chain)
        if share < COVERED and copies:
            chain, share = copies[:1], 1.0
        if share < COVERED:
            return Aligned(share)
        parts = self.parts_hyphens(letters, chain)
        cuts = _Jumps(self, letters, chain, marks, frozenset(hints), parts=parts).cuts()
        edges = self._edges(letters, section.span, chain, parts=parts)
        return Aligned(share, tuple(_stretches(letters, chain)), tuple(cuts), tuple(edges))

    def _edges(self, letters: Letters, span: Span, chain: Sequence[Run], *, parts: bool) -> Iterator[Cut]:
        """The first and last word of a section, if they are broken and nothing stands before or behind them."""
        first, last, size = chain[0], chain[-1], len(letters.keys)
        start, end = letters.start(0), letters.end(size)
        if (
            not first.start
            and first.place
            and first.size >= LEAST_PIECE
            and not letters.text[span.start : start].strip()
        ):
            place = self.place_before(first.other, first.place, "", parts=parts)
            if place.word:
                yield _edge(start, place, right=next(WORD.finditer(letters.text, start))[0])
        ends = last.end == size and last.place + last.size < len(self.index.texts[last.other].keys)
        if ends and last.size >= LEAST_PIECE and not letters.text[end : span.end].strip():
            place = self.place_behind(last.other, last.place + last.size, "", parts=parts)
            if place.word:
                yield _edge(
                    end, place, left=[*WORD.finditer(letters.text, letters.start(max(0, size - LONGEST)), end)][-1][0]
                )

    def parts_hyphens(self, letters: Letters, runs: Iterable[Run]) -> bool:
        """Whether a text has spaces more often than nothing where the sources have hyphens."""
        spaces = 0
        for run in runs:
            theirs, source = self.index.texts[run.other], self.sources[run.other]
            start, end = theirs.start(run.place), theirs.end(run.place + run.size)
            for hyphen in HYPHEN.finditer(source.text, start, end) if run.size >= LEAST_PIECE else ():
                letter = run.start + theirs.number(hyphen.start()) - run.place
                gap = letters.text[letters.end(letter) : letters.start(letter)]
                spaces += (gap == " ") - (gap == "")
        return spaces > 0

    def place_behind(self, number: int, place: int, gap: str, *, parts: bool = False) -> Place:
        """Where a source goes on behind the letter before ``place``; ``gap`` stands behind it in the document."""
        source, edge = self.sources[number], self.index.texts[number].end(place)
        common = _common(gap, source.text[edge : edge + len(gap)])
        return Place(source.origin, source.name, source.text, edge, edge + common, parts)

    def place_before(self, number: int, place: int, gap: str, *, parts: bool = False) -> Place:
        """Where a source starts before the letter ``place``; ``gap`` stands before it in the document."""
        source, edge = self.sources[number], self.index.texts[number].start(place)
        before = source.text[max(0, edge - len(gap)) : edge]
        common = _common(gap[::-1], before[::-1])
        return Place(source.origin, source.name, source.text, edge, edge - common, parts)


def _edge(at: int, place: Place, left: str = "", right: str = "") -> Cut:
    sides = Sides(Span(at, at), place if left else None, place if right else None)
    evidence = {"source": place.name, "onward" if left else "back": place.at}
    return Cut(at, "hard", SURE, left, right, evidence, sides)


def merged(seen: Iterable[Cut], aligned: Iterable[Aligned]) -> tuple[Cut, ...]:
    """Cuts that a text shows itself and those that sources show, in order: what sources cover is theirs to decide."""
    aligned = [one for one in aligned if one.covered]
    covered = [stretch for one in aligned for stretch in one.covered]
    alone = [cut for cut in seen if not any(stretch.start < cut.at < stretch.end for stretch in covered)]
    return tuple(sorted([*alone, *(cut for one in aligned for cut in one.cuts)], key=lambda cut: cut.at))


def read_sources(paths: Sequence[str]) -> Sources:
    """The transcripts in some files, and in folders all files of known formats. Read and indexed once.

    Raises:
        InputError: if there is no such file or folder, if a folder holds no transcript, or if a file cannot be read.
    """
    files = dict.fromkeys(file for path in paths for file in _files(Path(path)))
    return _read(tuple((str(file), *_version(file)) for file in files))


@lru_cache(maxsize=2)
def _read(files: tuple[tuple[str, int, int], ...]) -> Sources:
    try:
        return Sources.of([formats.read(file) for file, *_ in files])
    except InputError as error:
        raise InputError(f"source {error}") from None


def _version(file: Path) -> tuple[int, int]:
    state = file.stat()
    return state.st_mtime_ns, state.st_size


def _files(path: Path) -> list[Path]:
    """The file itself, or the transcripts in a folder and the folders in it."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise InputError(f"source {path}: there is no such file or folder: check its name")
    suffixes = {suffix for known in formats.FORMATS.values() for suffix in known.suffixes}
    found = [file for file in sorted(path.rglob("*")) if file.suffix.lower() in suffixes and file.is_file()]
    found = [file for file in found if not file.name.endswith(LEDGER) and not _is_hidden(file.relative_to(path))]
    if not found:
        raise InputError(f"source {path}: the folder holds no transcript ({', '.join(sorted(suffixes))})")
    return found


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _name(document: Document, section: Section) -> str:
    file = PurePath(document.name).name or "the source"
    return f"{file}, {section.label}" if len(document.sections) > 1 else file


@lru_cache(maxsize=1024)
def _is_file(one: str, other: str) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def _share(letters: Letters, chain: Sequence[Run]) -> float:
    """How much of the letters the runs have."""
    ends = [0, *(run.end for run in chain)]
    have = sum(run.end - max(run.start, before) for run, before in zip(chain, ends, strict=False))
    return have / max(1, len(letters.keys))


def _common(one: str, other: str) -> int:
    """How many characters two texts start with in common."""
    return next((k for k, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _stretches(letters: Letters, chain: Sequence[Run]) -> Iterator[Span]:
    """Runs that lie close together as one, in code points."""
    first = chain[0].start
    for run, following in pairwise(chain):
        if following.start - run.end > APART:
            yield Span(letters.start(first), letters.end(run.end))
            first = following.start
    yield Span(letters.start(first), letters.end(chain[-1].end))


def _goes_on(left: Run, right: Run) -> bool:
    """Whether two runs are of one piece, with a small difference between."""
    shift = right.place - right.start - left.place + left.start
    return left.other == right.other and abs(shift) <= ASIDE and right.start - left.end <= APART


@dataclass(frozen=True, slots=True)
class _Jump:
    """Two runs that meet where a cut may be.

    Attributes:
        left: the run before.
        right: the run behind.
        low: the first letter before which the cut may be.
        high: the last one: up to it the left run goes on, and the right one started at ``low``.
        onward: where the left run goes on in its source, if the cut is at ``low``.
        back: where the right one starts in its source, if the cut is at ``low``.
    """

    left: Run
    right: Run
    low: int
    high: int
    onward: int
    back: int

    @property
    def one(self) -> bool:
        """Whether both sides are from one source."""
        return self.left.other == self.right.other

    @property
    def missing(self) -> int:
        """How many letters the one source has between; less than 0 where it goes back."""
        return self.back - self.onward

    @property
    def clean(self) -> bool:
        """Whether all letters around the cut are those of the sources."""
        return self.right.start <= self.left.end


class _Jumps:
    """The jumps of one section's chain, told apart: cuts, what editors do, and places that have a mark already."""

    def __init__(
        self,
        sources: Sources,
        letters: Letters,
        chain: Sequence[Run],
        marks: Sequence[Span],
        hints: frozenset[int],
        *,
        parts: bool,
    ) -> None:
        self._sources, self._letters, self._chain, self._hints = sources, letters, chain, hints
        self._marks = [letters.number(mark.start) for mark in marks]
        self._parts = parts

    def cuts(self) -> Iterator[Cut]:
        """The cuts, in order."""
        links = list(pairwise(self._chain))
        verbatim = all(right.start <= left.end for left, right in links)
        sizes = self._sizes()
        for k, (left, right) in enumerate(links):
            jump = self._jump(left, right)
            if jump and min(sizes[k][0], sizes[k + 1][1]) >= LEAST_PIECE and self._is_cut(jump, verbatim):
                yield self._cut(jump)

    def _sizes(self) -> list[tuple[int, int]]:
        """For each run the letters of its piece up to its end, and from its start on."""
        first = [self._chain[0].start]
        for left, right in pairwise(self._chain):
            first.append(first[-1] if _goes_on(left, right) else right.start)
        last = [self._chain[-1].end]
        for left, right in pairwise(reversed(self._chain)):
            last.append(last[-1] if _goes_on(right, left) else right.end)
        return [(run.end - a, b - run.start) for run, a, b in zip(self._chain, first, reversed(last), strict=True)]

    def _jump(self, left: Run, right: Run) -> _Jump | None:
        low, high = sorted((left.end, right.start))
        if right.start - left.end > APART or any(low <= mark <= high for mark in self._marks):
            return None
        if right.start <= left.end:
            return _Jump(left, right, right.start, left.end, left.at(right.start), right.place)
        return self._narrowed(left, right)

    def _narrowed(self, left: Run, right: Run) -> _Jump | None:
        """The jump where letters between the runs are neither's, misheard mostly: each goes where it fits better."""
        between = _string(self._letters, left.end, right.start)
        onward, back = left.at(left.end), right.place
        if left.other == right.other and 0 <= back - onward < LEAST + len(between):
            return None  # changed or added by an editor
        texts = self._sources.index.texts
        split = divided(
            between, _string(texts[left.other], onward, onward + APART), _string(texts[right.other], back - APART, back)
        )
        if split.distance > UNLIKE * len(between):
            return None
        at = left.end + split.at
        return _Jump(left, right, at, at, onward + split.onward, back - split.back)

    def _is_cut(self, jump: _Jump, verbatim: bool) -> bool:
        """Whether a jump is a cut, or a few words that an editor left out or put in."""
        if jump.one and self._is_repeat(jump):
            return False
        if not jump.one or abs(jump.missing) >= LEAST:
            return True
        return verbatim and jump.missing >= LEAST_BROKEN and self._breaks_words(jump)

    def _is_repeat(self, jump: _Jump) -> bool:
        """Whether the source says twice what the text says once: somebody took a repetition out, or nothing."""
        return 0 <= jump.missing <= jump.high - jump.low

    def _breaks_words(self, jump: _Jump) -> bool:
        """Whether the cut goes through a word of the source, wherever it is."""
        return all(any(side.word for side in self._sides(jump, k, "")) for k in range(jump.low, jump.high + 1))

    def _sides(self, jump: _Jump, letter: int, gap: str) -> tuple[Place, Place]:
        by = letter - jump.low
        return (
            self._sources.place_behind(jump.left.other, jump.onward + by, gap, parts=self._parts),
            self._sources.place_before(jump.right.other, jump.back + by, gap, parts=self._parts),
        )

    # -- the exact place

    def _cut(self, jump: _Jump) -> Cut:
        """The cut at the likeliest of its places: where all characters agree, where something else shows it, or
        between words."""
        ways = [self._way(jump, letter) for letter in range(jump.low, min(jump.high, jump.low + APART) + 1)]
        at, sides, *_ = max(ways, key=lambda way: way[2:])
        text, left, right = self._letters.text, sides.left, sides.right
        assert left is not None
        assert right is not None
        before, after = text[:at].split()[-1:], text[at:].split(None, 1)[:1]
        one = before[0] if left.word and before and not text[at - 1].isspace() else ""
        other = after[0] if right.word and after and not text[at].isspace() else ""
        evidence = {
            "source": left.name,
            "onward": left.at,
            "other source": right.name,
            "back": right.at,
            "left_whole": float(not one),
            "right_whole": float(not other),
        }
        kind = kind_of(text, at)
        kind = "hard" if kind == "soft" and (one or other) else kind
        return Cut(at, kind, SURE if jump.clean else LESS_SURE, one, other, evidence, sides)

    def _way(self, jump: _Jump, letter: int) -> tuple[int, Sides, bool, bool, int]:
        """The cut if it is before ``letter``: its offset, what is beside it, and what speaks for it."""
        letters, text = self._letters, self._letters.text
        gap = Span(letters.end(letter), letters.start(letter))
        left, right = self._sides(jump, letter, gap.of(text))
        first, last = gap.end - abs(right.edge - right.at), gap.start + left.at - left.edge
        agrees = first <= last and self._agrees(jump, gap)
        if first > last:
            first, last = gap.start, gap.start if left.word else gap.end
        hinted = [hint for hint in self._hints if min(first, last) <= hint <= max(first, last)]
        whole = (not left.word) + (not right.word)
        return hinted[0] if hinted else last, Sides(gap, left, right), agrees, bool(hinted), whole

    def _agrees(self, jump: _Jump, gap: Span) -> bool:
        """Whether the characters from the first place to ``gap``, and from it to the last, are the sources' own."""
        letters, text = self._letters, self._letters.text
        before = text[letters.end(jump.low) : gap.start]
        after = text[gap.end : letters.start(jump.high)]
        (left, _), (_, right) = self._sides(jump, jump.low, ""), self._sides(jump, jump.high, "")
        return left.text.startswith(before, left.edge) and right.text.endswith(after, 0, right.edge)


def _string(letters: Letters, start: int, end: int) -> str:
    """Some letters as a string."""
    return "".join(map(chr, letters.keys[max(start, 0) : max(end, 0)].tolist()))
