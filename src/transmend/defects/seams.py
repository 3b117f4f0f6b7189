"""Splice seams: a sampler kept pieces of a talk and glued them with nothing between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from transmend.document import Span
from transmend.elision import counted
from transmend.finding import Edit, Finding, Fix, Severity
from transmend.rule import Phase, Rule
from transmend.splice import Completion, Cut, Missing
from transmend.view import View

FEW_WORDS = 30  # of a section that need not be in any source


def hard_seam(view: View) -> Iterator[Finding]:
    """Two pieces of a text are glued inside a word.

    Why: a sampler that keeps the head, some windows and the tail of a talk leaves words like ``withhis``
    behind, and sentences that begin as one and end as another. A reader stumbles; a model learns them.

    The cut is found at the exact character, by what the words say and by the regular places where samplers
    cut. ``evidence["cut"]`` is its offset, ``left`` and ``right`` are the broken words beside it.

    Where ``source`` names the full transcripts, they show every cut and what is missing: ``source``,
    ``onward`` and ``back`` are the transcript and the offsets at which it goes on and comes back, ``missing``
    says how many words are between. Another section of the file that has the place is a witness, too. The
    message and ``completed`` say where each completed word is from: a source, a section, the document's own
    words, or the lexicon where one word alone is likely.

    Example: ``the ion mechanism works withhis will become`` becomes ``works with […]``, a blank line, and
    ``his will become``.

    Left alone: unknown words that are none of this, such as names, code and misheard words (``kubectl``,
    ``mistal``, ``likeed``), and places where a mark like ``[…]`` already says that text is missing.

    Safety: safe. ``seams = "mark"`` adds a mark and a break and keeps every letter; the mark counts the
    missing words where a witness has them: ``[… 206 words …]``. ``drop`` and ``complete`` change the broken
    words, and ``restore`` puts the missing text back or takes out what overlapping pieces say twice, because
    they were asked to.
    """
    yield from _seams(view, "hard")


def soft_seam(view: View) -> Iterator[Finding]:
    """Two pieces of a text are glued between words.

    Why: nothing looks wrong, but a sentence dies and another goes on: an answer without its question, a
    number without its unit. Whoever quotes it quotes what nobody said.

    Example: ``now you have storage you function and um`` becomes ``storage you […]``, a blank line, and
    ``function and um``.

    Left alone: restarts and changes of subject that a speaker makes. Most soft seams are found only where
    other seams show the regular places of the sampler.

    Safety: safe. A mark and a break are added; see ``hard-seam`` for the other settings.
    """
    yield from _seams(view, "soft")


def masked_seam(view: View) -> Iterator[Finding]:
    """Two pieces of a text are glued into what happens to be a word.

    Why: ``listening at the sam`` and ``e thread`` make ``same thread``, and no spell checker will ever see it.

    Example: ``how it will do you add the server`` with a cut before ``o you`` becomes ``what if d […]``, a
    blank line, and ``o you add the server``.

    Left alone: words that fit where they stand, unless the places of the other seams leave no doubt.

    Safety: safe. A mark and a break are added; see ``hard-seam`` for the other settings.
    """
    yield from _seams(view, "masked")


def truncated_word(view: View) -> Iterator[Finding]:
    """A word is broken off, beside a seam or at an end of the text.

    Why: ``dashboar`` is no word, and nothing that reads the text will take it for ``dashboard``.

    Example: ``this dashboar one critical change`` has ``dashboar`` at a seam. With ``seams = "complete"``
    the seam's fix completes it where something shows the whole word, and says what. At an end of the text only the
    full transcript (``source``) is believed.

    Left alone: pieces that are plausible whole words where they stand (``works with``), unknown words away
    from seams and ends, a speaker's own false starts, and ends with a mark or a capital.

    Safety: safe. A word beside a seam is mended with the seam. One at an end of the text is completed from its source
    with ``seams = "complete"`` or ``"restore"``, because that was asked for.
    """
    seams = {cut.at for cut in view.cuts}
    for cut in (*view.cuts, *(edge for edge in view.edges if edge.at not in seams)):
        for piece, start in ((cut.left, cut.at - len(cut.left)), (cut.right, cut.at)):
            if piece:
                side = "left" if start < cut.at else "right"
                whole = float(cut.evidence.get(f"{side}_whole", 0.0))
                yield Finding(
                    Span(start, start + len(piece)),
                    f"'{piece}' is a word broken {'off' if side == 'left' else 'in'} {_where(cut, seams)}",
                    round(cut.confidence * (1 - whole), 4),
                    evidence={"cut": cut.at, "fragment": piece, "side": side},
                )


def unmatched_section(view: View) -> Iterator[Finding]:
    """None of the full transcripts that were given has the text of a section.

    Why: its seams are found, and mended, by the text alone. Perhaps a transcript is missing among the sources.

    Example: ``transmend check prompts.md --source talks/`` where no file of ``talks`` is the talk of a shot.

    Left alone: sections of fewer than thirty words, and everything where no ``source`` is given.

    Safety: no fix: a note.
    """
    for section, aligned in zip(view.parts, view.aligned, strict=False):
        if not aligned.matched and len(section.span.of(view.text).split()) >= FEW_WORDS:
            share = f"; {aligned.share:.0%} of its letters are in one" if aligned.share else ""
            yield Finding(
                Span(section.span.start, section.span.start),
                f"no source has the text of this section{share}",
                section=section.label if view.document.sections else "",
                evidence={"share": round(aligned.share, 4)},
            )


def _seams(view: View, kind: str) -> Iterator[Finding]:
    for cut in view.cuts:
        if cut.kind == kind:
            missing = view.witnesses.missing(cut)
            evidence = {"cut": cut.at, "kind": cut.kind, "left": cut.left, "right": cut.right, **cut.evidence}
            message = f"{_what(missing)} {_place(view.text, cut)}{_says(missing)}"
            if missing:
                evidence["missing"] = _told(missing)
            if view.settings.seams in ("complete", "restore"):
                found = view.witnesses.completions(cut)
                evidence["completed"] = {side: asdict(word) for side, word in found.items()}
                message += "".join(f"; {_source(view.text, cut, side, word)}" for side, word in found.items())
            yield Finding(_around(view.text, cut), message, cut.confidence, evidence=evidence)


def _what(missing: Missing | None) -> str:
    if missing is None:
        return "text is missing"
    if missing.repeats:
        return "pieces overlap"
    return f"{missing.words:,} word{' is' if missing.words == 1 else 's are'} missing"


def _says(missing: Missing | None) -> str:
    return f", which {missing.where} has at {missing.start}" if missing else ""


def _told(missing: Missing) -> dict[str, object]:
    """What is missing, without its text, which may be long."""
    told = {key: value for key, value in asdict(missing).items() if key not in ("text", "repeats")}
    return told | ({"repeats": [missing.repeats.start, missing.repeats.end]} if missing.repeats else {})


def _where(cut: Cut, seams: set[int]) -> str:
    if cut.at in seams:
        return "at a seam"
    return "at the end of the text" if cut.left else "at the start of the text"


def _around(text: str, cut: Cut) -> Span:
    """The glued token, or the fragments beside the cut, or just the place."""
    start, end = cut.at - len(cut.left), cut.at + len(cut.right)
    if 0 < cut.at < len(text) and not text[cut.at - 1].isspace() and not text[cut.at].isspace():
        while start and not text[start - 1].isspace():
            start -= 1
        while end < len(text) and not text[end].isspace():
            end += 1
    return Span(start, end)


def _place(text: str, cut: Cut) -> str:
    before = " ".join(text[max(0, cut.at - 24) : cut.at].split())
    after = " ".join(text[cut.at : cut.at + 24].split())
    return f"between '{before}' and '{after}'"


def _source(text: str, cut: Cut, side: str, word: Completion) -> str:
    """Which word a fragment is, and who says so."""
    before, after = text[: cut.at].split()[-1:], text[cut.at :].split(None, 1)[:1]
    (fragment,) = before if side == "left" else after
    if word.origin == "lexicon":
        return f"'{fragment}' is '{word.word}', the only likely word"
    where = "the text" if word.where in ("", "Text") else word.where
    return f"'{fragment}' is '{word.word}', as in {where} at {word.at}"


# -- mending


def mend(view: View, finding: Finding) -> Fix | None:
    """Do with a seam what the settings ask: by the sources, by what is completed, or with a mark and a break."""
    cut = next(c for c in view.cuts if c.at == finding.evidence["cut"])
    mode = view.settings.seams
    if mode == "keep" or not _inside_section(view, cut):
        return None
    missing = view.witnesses.missing(cut)
    if missing and missing.repeats:
        return Fix((Edit(missing.repeats, missing.text),)) if mode == "restore" else None
    if missing and mode == "restore":
        return Fix((Edit(view.witnesses.sides(cut).gap, missing.text),))
    if missing and mode == "complete" and not missing.between:
        return Fix((Edit(view.witnesses.sides(cut).gap, view.witnesses.styled(cut, missing.text)),))
    return Fix((_mark(view, cut, finding, missing),))


def _mark(view: View, cut: Cut, finding: Finding, missing: Missing | None) -> Edit:
    """The mark for what is missing, and a break, with the fragments beside it dropped or completed if asked."""
    gap = _gap(view.text, cut.at)
    words = missing.words if missing else 0
    if view.settings.seams == "drop":
        gap = Span(_gap(view.text, gap.start - len(cut.left)).start, _gap(view.text, gap.end + len(cut.right)).end)
    completed = finding.evidence.get("completed", {})
    before, after = (completed.get(side, {}).get("missing", "") for side in ("left", "right"))
    if missing and completed:
        words = missing.between
    mark = counted(view.settings.elision, words) if words else view.settings.elision
    return Edit(gap, f"{before} {mark}{_break(view, gap)}{after}")


def _break(view: View, gap: Span) -> str:
    """What parts the texts before and after a seam. Where lines are the file's it is what was there."""
    if view.document.flat:
        there = gap.of(view.text)
        return there if "\n" in there else " "
    return view.document.newline * 2 if view.settings.paragraphs else " "


def complete_end(view: View, finding: Finding) -> Fix | None:
    """Complete a word that is broken at an end of the text, where a source shows it."""
    at, side = finding.evidence["cut"], finding.evidence["side"]
    edge = next((edge for edge in view.edges if edge.at == at and edge.sides), None)
    if edge is None or view.settings.seams not in ("complete", "restore"):
        return None
    word = view.witnesses.completions(edge).get(side)
    return Fix((Edit(Span(at, at), word.missing),)) if word else None


def _inside_section(view: View, cut: Cut) -> bool:
    """Whether there are words on both sides of the cut in its section."""
    return any(
        s.span.start < cut.at < s.span.end
        and view.text[s.span.start : cut.at].strip()
        and view.text[cut.at : s.span.end].strip()
        for s in view.parts
    )


def _gap(text: str, at: int) -> Span:
    """The white space around a place."""
    start = end = at
    while start and text[start - 1].isspace():
        start -= 1
    while end < len(text) and text[end].isspace():
        end += 1
    return Span(start, end)


RULES = (
    Rule("SEAM001", Phase.SEAMS, hard_seam, mend),
    Rule("SEAM002", Phase.SEAMS, soft_seam, mend),
    Rule("SEAM003", Phase.SEAMS, masked_seam, mend),
    Rule("SRC001", Phase.SEAMS, unmatched_section, severity=Severity.NOTE),
    Rule("TRN001", Phase.SEAMS, truncated_word, complete_end),
)
