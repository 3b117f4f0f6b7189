"""Decide, for every word of a document, the mark after it, how it is written and where paragraphs start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

import numpy as np
import regex

from transmend import lexicon
from transmend.document import Document, Span
from transmend.language import ABBREVIATIONS, INITIALS, NUMBER_WORDS, UNITS
from transmend.restore.paragraphs import paragraph_starts
from transmend.restore.unfinished import LIKELY, open_ends
from transmend.restore.words import MARKED, Passage, Word, nearby, passages, segments
from transmend.restore.written import Way, best_way, capitalised, lowered
from transmend.tagger.features import MARKS
from transmend.tagger.tagger import Tags, default
from transmend.tokens import Token

#: Marks that end a sentence, unless they are an ellipsis or stand behind an abbreviation.
ENDS = frozenset(".?!")
ELLIPSIS = regex.compile(r"…|\.\s?\.")

#: Speech hangs sentence on sentence with these; editors break before some of them only, and before fewer the more
#: loosely a speaker chains. The share of "so" tells: TED talks have 0.008 (dev2012), the gold's 0.014 and more.
CONJUNCTIONS = frozenset({"and", "so", "but"})
TIGHT, LOOSE = 0.009, 0.013
UNHEARD = 200  # words taken for loose ones in any text: a short one shows little
#: In text that has marks or case already, only what is all but sure is added.
SURE = 0.9


class Planned(NamedTuple):
    """A word and what a careful editor would do with it.

    Attributes:
        word: the word.
        mark: ``,`` ``.`` or ``?`` to set right after it, or "".
        mark_probability: of that mark.
        written: how it should be written: its letters and digits with other case or inner marks.
        written_probability: of that way.
        starts: whether it starts a sentence.
        ends: whether a sentence ends with it, by a mark that is there or planned.
        paragraph: whether a paragraph should start at it where none does.
        paragraph_probability: of a paragraph or turn start here.
    """

    word: Word
    mark: str
    mark_probability: float
    written: str
    written_probability: float
    starts: bool
    ends: bool
    paragraph: bool
    paragraph_probability: float

    def moved(self, by: int) -> Planned:
        """The same so many code points later."""
        return Planned(self.word.moved(by), *self[1:]) if by else self


def plan_sections(
    document: Document, breaks: Sequence[Span], abstain: float, marks: Sequence[Token] = ()
) -> list[Planned]:
    """Plan every section of a document.

    Arguments:
        document: the document.
        breaks: sorted places of missing text, which no sentence crosses.
        abstain: do nothing whose probability is below this.
        marks: the caption tokens in it, which are no words; a sentence ends before those that say that somebody else
            goes on.
    """
    parts = list(passages(document, breaks, marks))
    read = {passage: segments(passage) for passage in dict.fromkeys(passage for _, passage in parts)}
    tags = iter(default().predict_all([[w.form for w in words] for pieces in read.values() for words in pieces]))
    plans = {passage: _plan_passage(passage, pieces, tags, abstain) for passage, pieces in read.items()}
    return [planned.moved(section.span.start) for section, passage in parts for planned in plans[passage]]


def _plan_passage(
    passage: Passage, pieces: Sequence[Sequence[Word]], tags: Iterator[Tags], abstain: float
) -> list[Planned]:
    """Plan one section, with the next ``tags`` for each piece of it."""
    shouting = _shouts(passage.text)
    conjunctions = default().conjunction_weight ** _looseness([w.form for words in pieces for w in words])
    out: list[Planned] = []
    opinions = list(islice(tags, len(pieces)))
    starts, ends = (probability > LIKELY for probability in open_ends(passage.text, pieces, opinions))
    for number, (words, tagged) in enumerate(zip(pieces, opinions, strict=True)):
        open_start, open_end = starts or number > 0, ends or number < len(pieces) - 1
        if words:
            out += _plan(words, tagged, open_start, open_end, abstain, shouting, conjunctions)
    return out


def _shouts(text: str) -> bool:
    """Whether nearly all letters are capitals: then case says nothing and is restored like missing case."""
    upper, lower = sum(map(str.isupper, text)), sum(map(str.islower, text))
    return upper > 20 and upper > 9 * lower


def _looseness(forms: Sequence[str]) -> float:
    """How loosely a speaker chains sentences, 0 to 1."""
    share = (forms.count("so") + UNHEARD * LOOSE) / (len(forms) + UNHEARD)
    return min(1.0, max(0.0, (share - TIGHT) / (LOOSE - TIGHT)))


def _plan(
    words: Sequence[Word],
    tags: Tags,
    open_start: bool,
    open_end: bool,
    abstain: float,
    shouting: bool,
    conjunctions: float,
) -> list[Planned]:
    marks = _choose_marks(words, tags, open_end, abstain, conjunctions)
    cased = (nearby([w.text != w.text.lower() for w in words]) & (not shouting)).tolist()
    ends = [_ends(words, i, mark, tags, cased[i]) for i, (mark, _) in enumerate(marks)]
    starts = [not open_start, *ends[:-1]]
    case, inner = _away_from_start(tags), list(map(tuple, tags.inner.tolist()))
    paragraph = tags.paragraph[:, 1].tolist()
    beside_cut = {0} if open_start else set()
    beside_cut |= {len(words) - 1} if open_end else set()
    out = []
    for i, word in enumerate(words):
        if i in beside_cut and not _is_name(word.form):
            way = Way(word.text, 1.0)  # it may be a fragment, and what a fragment looks like says nothing
        elif i and _is_quantity(words[i - 1], word):
            way = Way(UNITS[word.form] if word.text == word.text.lower() else word.text, 1.0)
        else:
            floor = SURE if cased[i] and not (starts[i] and i) else abstain
            own = lowered(word.text) if shouting else word.text
            way = _write(own, word.form, case[i], inner[i], starts[i], floor)
        out.append(Planned(word, *marks[i], way.text, way.probability, starts[i], ends[i], False, paragraph[i]))
    return paragraph_starts(out)


def _ends(words: Sequence[Word], i: int, mark: str, tags: Tags, cased: bool) -> bool:
    """Whether a sentence ends with word ``i``, by the mark planned or the one that is there.

    A full stop that is there may belong to an abbreviation, and a writer who uses capitals and set none behind it
    knew why: then the tagger must want a capital too.
    """
    word = words[i]
    gap = word.gap
    if word.between and word.turn:
        return True
    abbreviated = word.form in ABBREVIATIONS
    if mark or gap == " " or ENDS.isdisjoint(gap) or ELLIPSIS.search(gap):
        return mark == "?" or (mark == "." and not (abbreviated and _goes_on(words, i, tags)))
    return bool({"?", "!"} & set(gap)) or not (cased or abbreviated) or not _goes_on(words, i, tags)


def _goes_on(words: Sequence[Word], i: int, tags: Tags) -> bool:
    """Whether a word follows that neither has a capital nor should have one."""
    if i + 1 == len(words):
        return False
    follows = words[i + 1]
    return follows.text == follows.text.lower() and float(tags.case[i + 1, 1:].sum()) < 0.5


def _is_quantity(number: Word, unit: Word) -> bool:
    """Whether two words are a number and its unit."""
    return unit.form in UNITS and number.gap == " " and (number.form.isdecimal() or number.form in NUMBER_WORDS)


def _is_name(form: str) -> bool:
    return (lexicon.default().capitalised(form) or 0.0) >= 0.5


def _choose_marks(
    words: Sequence[Word], tags: Tags, open_end: bool, abstain: float, conjunctions: float
) -> list[tuple[str, float]]:
    """The mark to add after each word and its probability; full stops before conjunctions are weighed by another."""
    weighed = tags.mark * default().mark_weights
    weighed[[i for i, w in enumerate(words[1:]) if w.form in CONJUNCTIONS], 2] *= conjunctions
    chosen = weighed.argmax(axis=1)
    likely = tags.mark[np.arange(len(words)), chosen].tolist()
    marked = nearby([word.gap != " " and not MARKED.isdisjoint(word.gap) for word in words]).tolist()
    out = []
    for i, (word, k, sure) in enumerate(zip(words, chosen.tolist(), likely, strict=True)):
        floor = SURE if marked[i] else abstain
        if i == len(words) - 1 or (word.between and word.turn):
            # nothing follows, so no comma does: a sentence ends here, unless an edited text was left open on purpose
            k = 2 + int(tags.mark[i, 3] > tags.mark[i, 2])
            left_open = open_end and i == len(words) - 1
            none, _, stop, question = tags.mark[i].tolist()
            sure = round((stop + question) / max(none + stop + question, 1e-9), 6)
            floor = 2.0 if left_open else 0.5 if marked[i] else 0.0
        elif _is_quantity(word, words[i + 1]) or (k == 2 and word.form in INITIALS and _goes_on(words, i, tags)):
            k = 0
        out.append(("", sure) if sure < floor or word.gap.strip() else (MARKS[k], sure))
    return out


@lru_cache(maxsize=1 << 15)
def _write(own: str, form: str, case: tuple[float, ...], inner: tuple[float, ...], starts: bool, floor: float) -> Way:
    """How a word should be written; as it is where the tagger is not sure or the writer has chosen.

    Remembered, since ``clean`` plans a text again to see that nothing is left to do.
    """
    chosen = own != own.lower() or len(own) != len(form)
    way = Way(own, 1.0)
    if not chosen:
        way = best_way(form, case, inner)
        if way.probability < floor:
            way = Way(own, way.probability)
    if starts and way.text == way.text.lower():
        way = Way(capitalised(way.text), max(way.probability, floor))
    return way


def _away_from_start(tags: Tags) -> list[tuple[float, ...]]:
    """Case probabilities of each word if no sentence starts at it.

    The tagger's ``title`` holds both names and sentence starts; what the mark before explains is taken away.
    """
    boundary = np.concatenate([[0.0], tags.mark[:-1, 2:].sum(axis=1)])
    lower, title, upper, mixed = tags.case.T.astype(np.float64)
    name = np.maximum(0.0, title - boundary) / np.maximum(1e-6, 1.0 - boundary)
    name = np.minimum(np.where(boundary < 0.999, name, 0.0), title)
    return list(map(tuple, np.stack([lower + title - name, name, upper, mixed], axis=1).tolist()))
