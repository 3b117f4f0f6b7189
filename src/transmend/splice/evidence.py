"""What the words themselves say about a cut: for every place of a text, a row of measurements.

The heart is a likelihood ratio. A text without a cut at a place has to be said as it stands: this word after
that one. A text with a cut has any word that *starts* like the piece on the left, and any word that *ends*
like the piece on the right, and the two have nothing to do with each other:

    P(a word starting with f | word before) · P(a word ending with g, then the word after)
    ---------------------------------------------------------------------------------------
    P(token fg | word before) · P(word after | token fg)

``withhis`` is a poor word and a fine cut; ``backend`` is the reverse. The rows add what the ratio cannot see
(how often the text itself says the token, whether it looks misspelt, case and marks around it), and
``weights`` turns a row into log-odds.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise

import numpy as np
import numpy.typing as npt

from transmend.document import Span
from transmend.lexicon import ALPHABET, Lexicon, Pairs
from transmend.lexicon.words import Floats, Integers
from transmend.memory import remembered
from transmend.tagger.features import WORD, normal_form
from transmend.tokens import find, inside

OWN_WORDS = 0.1  # how far a text's own words count among all words
OWN_PAIRS = 0.2
LEAST = 1e-12
UNKNOWN = -18.0  # stands for the logarithm of a word that is none
SENTENCE_END = ".?!"
LONGEST = 100  # letters: what is longer is a key, a blob or text without spaces

#: What the words say, and what case and marks do.
SAID = (
    "ratio",
    "inside",
    "before",
    "behind",
    "left",
    "right",
    "token",
    "pair left",
    "pair right",
    "unknown",
    "own count",
    "own pair left",
    "own pair right",
    "length",
    "letters left",
    "letters right",
    "left is a word",
    "right is a word",
    "left after the word before",
    "misspelt",
    "spelling",
    "digit",
    "unknown words around",
)
WRITTEN = ("capital inside", "mark here", "end without capital", "capital without end", "text has marks")
FEATURES = SAID + WRITTEN
INSIDE, BEFORE, BEHIND, UNKNOWN_AROUND = map(FEATURES.index, ("inside", "before", "behind", "unknown words around"))


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The words of a text and where their letters are.

    Attributes:
        text: the text.
        forms: normal forms.
        letters: for each word, the offsets of the letters of its normal form, and its end.
        breaks: indices of the words that stand behind a mark for missing text.
    """

    text: str
    forms: tuple[str, ...]
    letters: tuple[Sequence[int], ...]
    breaks: frozenset[int] = frozenset()

    def pieces(self) -> Iterator[tuple[str, ...]]:
        """The normal forms between marks for missing text, as ``restore`` sees them."""
        edges = [0, *sorted(self.breaks), len(self.forms)]
        return (self.forms[a:b] for a, b in pairwise(edges) if a < b)


def read_words(text: str, elisions: Sequence[Span] = ()) -> Words:
    """Find the words of a text, and which of them stand behind marks that say that something is missing.

    What is in sound tags and the like is no word, nor is what is longer than any. Remembered, since cuts and overlaps
    are looked for in the same texts.
    """
    return _words_in(text, tuple(elisions))


@remembered
def _words_in(text: str, elisions: tuple[Span, ...]) -> Words:
    tokens = find(text)
    forms: list[str] = []
    letters: list[Sequence[int]] = []
    breaks, gap = set(), 0
    for match in WORD.finditer(text):
        start, end = match.span()
        while gap < len(elisions) and elisions[gap].end <= start:
            breaks.add(len(forms))
            gap += 1
        if gap < len(elisions) and elisions[gap].start <= start:
            continue
        if tokens and inside(tokens, Span(start, end)):
            continue
        word = match[0]
        form = normal_form(word)
        places: Sequence[int] = range(start, end + 1)
        if len(form) != len(word):
            own = [start + k for k, c in enumerate(word) if normal_form(c)]
            places = (*own[: len(form)], end)
        if len(places) == len(form) + 1 and len(form) <= LONGEST:
            forms.append(form)
            letters.append(places)
    if gap < len(elisions):
        breaks.add(len(forms))
    return Words(text, tuple(forms), tuple(letters), frozenset(breaks))


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Every place of a text where a cut can be, with its measurements.

    Attributes:
        at: offsets of the places, one a row.
        word: index of the word each place belongs to.
        letters: how many letters of the word are left of the place: 0 before it, all of them behind it.
        rows: the measurements, columns as in ``FEATURES``.
    """

    at: Integers
    word: Integers
    letters: Integers
    rows: npt.NDArray[np.float32]

    def of_words(self, first: int, last: int) -> tuple[slice, Places]:
        """The places of some words, counted from the first of them, and which rows they are."""
        rows = slice(*np.searchsorted(self.word, (first, last)).tolist())
        return rows, Places(self.at[rows], self.word[rows] - first, self.letters[rows], self.rows[rows])


@remembered
def unknown_around(forms: tuple[str, ...], lexicon: Lexicon) -> float:
    """Logarithm of the share of words that are unknown: little is, in a language that the lexicon has."""
    return math.log(sum(form not in lexicon for form in forms) / max(len(forms), 1) + 1e-3)


def measure(words: Words, lexicon: Lexicon, pairs: Pairs) -> Places:
    """Measure every place before, inside and behind every word."""
    if not words.forms:
        empty = np.zeros(0, np.int64)
        return Places(empty, empty, empty, np.zeros((0, len(FEATURES)), np.float32))
    at = np.fromiter(chain.from_iterable(words.letters), np.int64)
    said = _said_in(words.forms, words.breaks, lexicon, pairs)
    written = _typography(words.text, at, said.k)
    return Places(at, said.word, said.k, np.concatenate([said.rows, written], axis=1))


@dataclass(frozen=True, slots=True, eq=False)
class _Said:
    """What the words say whatever their case and marks: for each place its word, its letters and its measurements."""

    word: Integers
    k: Integers
    rows: npt.NDArray[np.float32]


@remembered
def _said_in(forms: tuple[str, ...], breaks: frozenset[int], lexicon: Lexicon, pairs: Pairs) -> _Said:
    """Remembered, since mending sets marks and case and leaves the words."""
    measuring = _Measuring(forms, breaks, lexicon, pairs)
    return _Said(measuring.word, measuring.k, measuring.rows())


class _Measuring:
    """One text being measured: tables by distinct form, spread out over the places."""

    def __init__(self, forms: tuple[str, ...], breaks: frozenset[int], lexicon: Lexicon, pairs: Pairs) -> None:
        self.breaks, self.lexicon, self.pairs = breaks, lexicon, pairs
        self.types = sorted(set(forms))
        number = {form: k for k, form in enumerate(self.types)}
        self.form = np.array([number[f] for f in forms])
        self.lengths = np.array([len(f) for f in self.types])
        self.base = np.cumsum(self.lengths + 1) - (self.lengths + 1)
        sizes = self.lengths[self.form] + 1
        self.word = np.repeat(np.arange(len(self.form)), sizes)
        self.k = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        self.n = self.lengths[self.form][self.word]
        self.slot = self.base[self.form][self.word] + self.k  # row of (form, k) in the tables by form
        self.total = len(forms)
        self.unknown_around = unknown_around(forms, lexicon)
        self.counts = np.bincount(self.form).astype(float)
        ranks = np.array([lexicon.rank(f) for f in self.types])
        self.known = ranks >= 0
        self.rank = np.where(self.known, ranks, len(lexicon))
        self.p = np.exp(np.array([lexicon.logp(f) for f in self.types]))

    def rows(self) -> npt.NDArray[np.float32]:
        columns = {**self._language(), **self._shape()}
        return np.stack([columns[name] for name in SAID], axis=1).astype(np.float32)

    # -- the likelihood ratio

    def _language(self) -> dict[str, npt.NDArray[np.floating]]:
        form, word, k, n = self.form, self.word, self.k, self.n
        before = np.concatenate([[-1], form[:-1]])
        after = np.concatenate([form[1:], [-1]])
        fresh = [b for b in self.breaks if b < self.total]
        before[fresh] = -1
        after[[b - 1 for b in self.breaks if b > 0]] = -1
        rank_before = np.where(before < 0, len(self.lexicon), self.rank[before])
        rank_after = np.where(after < 0, len(self.lexicon), self.rank[after])
        own = (self.counts - 1) / self.total
        p_after = np.where(after < 0, 1e-3, (1 - OWN_WORDS) * self.p[after] + OWN_WORDS * own[after])
        p_form = ((1 - OWN_WORDS) * self.p + OWN_WORDS * own)[form]
        said = self._said(rank_before, self.rank[form], p_form)
        follows = self._said(self.rank[form], rank_after, p_after)
        tables = self._tables()
        left, right = np.ones(len(word)), np.ones(len(word))
        some = np.flatnonzero(k > 0)
        slot, at = self.slot[some], word[some]
        starts = self.pairs.starts_after(rank_before[at], tables["low"][slot], tables["high"][slot])
        left[some] = (1 - OWN_WORDS) * starts + OWN_WORDS * tables["own starts"][slot]
        some = np.flatnonzero(k < n)
        slot, at = self.slot[some], word[some]
        ends = self.pairs.ends_before(rank_after[at], tables["end low"][slot], tables["end high"][slot], p_after[at])
        right[some] = ((1 - OWN_WORDS) * ends + OWN_WORDS * tables["own ends"][slot] * p_after[at]) / p_after[at]
        logs = {
            "left": np.log(left + LEAST),
            "right": np.log(right + LEAST),
            "token": np.log(said + LEAST)[word],
            "pair left": np.log((said + LEAST) / (p_form + LEAST))[word],
            "pair right": np.log((follows + LEAST) / (p_after + LEAST))[word],
        }
        ratio = logs["left"] + logs["right"] - logs["token"] - logs["pair right"]
        heard_left = tables["left p"][self.slot]
        ranks_left = tables["left rank"][self.slot]
        follows_left = np.full(len(word), UNKNOWN)
        some = np.flatnonzero(heard_left > UNKNOWN)
        heard = self.pairs.after(rank_before[word[some]], ranks_left[some], np.exp(heard_left[some]))
        follows_left[some] = np.log(heard + LEAST)
        return {
            "ratio": ratio,
            **logs,
            "left is a word": heard_left,
            "right is a word": tables["right p"][self.slot],
            "left after the word before": follows_left,
        }

    def _said(self, first: Integers, second: Integers, p: Floats) -> Floats:
        """P(second | first), with the pairs this text itself says more than once."""
        own = (_times(first * (len(self.lexicon) + 1) + second) - 1) / _times(first)
        own[(first == len(self.lexicon)) | (second == len(self.lexicon))] = 0.0
        return (1 - OWN_PAIRS) * self.pairs.after(first, second, p) + OWN_PAIRS * own

    def _tables(self) -> dict[str, npt.NDArray[np.floating]]:
        """For every distinct form and number of letters: which words start and end like its two sides."""
        own_starts, own_ends = defaultdict[str, float](float), defaultdict[str, float](float)
        sides = [(form[:k], form[k:]) for form in self.types for k in range(len(form) + 1)]
        for (f, g), count in zip(sides, np.repeat(self.counts, self.lengths + 1).tolist(), strict=True):
            own_starts[f] += count
            own_ends[g] += count
        spelt = np.concatenate([_pieces(form, self.lexicon) for form in self.types])
        low, high, rank, end_low, end_high = spelt[:, :5].astype(np.int64).T
        return {
            "low": low,
            "high": high,
            "end low": end_low,
            "end high": end_high,
            "own starts": (np.array([own_starts[f] for f, _ in sides]) - 1) / self.total,
            "own ends": (np.array([own_ends[g] for _, g in sides]) - 1) / self.total,
            "left rank": rank,
            "left p": spelt[:, 5],
            "right p": spelt[:, 6],
        }

    # -- the token itself

    def _shape(self) -> dict[str, npt.NDArray[np.floating]]:
        word, k, n, form = self.word, self.k, self.n, self.form
        unknown = ~self.known
        spelling = np.array([self.lexicon.spelt(f) if u else 0.0 for f, u in zip(self.types, unknown, strict=True)])
        misspelt = np.array(
            [_nearest(f, self.lexicon) if u else UNKNOWN for f, u in zip(self.types, unknown, strict=True)]
        )
        digit = np.array([any(c.isdigit() for c in f) for f in self.types])
        twice = _times(form[:-1] * len(self.types) + form[1:]) > 1
        return {
            "inside": ((k > 0) & (k < n)).astype(float),
            "before": (k == 0).astype(float),
            "behind": (k == n).astype(float),
            "unknown": unknown[form][word].astype(float),
            "own count": np.log(self.counts)[form][word],
            "own pair left": np.concatenate([[False], twice])[word].astype(float),
            "own pair right": np.concatenate([twice, [False]])[word].astype(float),
            "length": n.astype(float),
            "letters left": np.minimum(k, 6).astype(float),
            "letters right": np.minimum(n - k, 6).astype(float),
            "misspelt": misspelt[form][word],
            "spelling": (spelling / self.lengths)[form][word],
            "digit": digit[form][word].astype(float),
            "unknown words around": np.full(len(word), self.unknown_around),
        }


def _typography(text: str, at: Integers, letters: Integers) -> npt.NDArray[np.float32]:
    """Case and marks at every place, columns as in ``WRITTEN``."""
    rows = np.zeros((len(at), len(WRITTEN)), np.float32)
    first = np.flatnonzero(letters == 0)
    last = np.append(first[1:], len(at)) - 1
    if sum(map(text.count, ".,?!")) <= len(first) / 60:
        return rows
    upper, lower, blank, ends, is_i = _of_characters(
        text, str.isupper, str.islower, str.isspace, (SENTENCE_END + "\n").__contains__, "I".__eq__
    )
    written = np.append(0, np.cumsum(~blank))  # before each offset
    ended = np.append(0, np.cumsum(ends))
    start, end = at[first[1:]], at[last[:-1]]
    marked = written[start] > written[end]
    sentence = np.append(True, ended[start] > ended[end])
    capital = upper[at[first]]
    inner = np.flatnonzero((letters > 0) & (letters < np.repeat(letters[last], last - first + 1)))
    capital_inside, mark_here, no_capital, no_end, has_marks = rows.T  # views: what is written there is in the rows
    capital_inside[inner] = upper[at[inner]] & lower[at[inner - 1]]
    mark_here[inner] = at[inner] - at[inner - 1] > 1
    mark_here[first[1:]] = mark_here[last[:-1]] = marked
    no_capital[first] = sentence & ~capital
    no_end[first] = capital & ~sentence & ~(is_i[at[first]] & (letters[last] == 1))
    has_marks[:] = 1
    return rows


def _of_characters(text: str, *tests: Callable[[str], bool]) -> Iterator[npt.NDArray[np.bool_]]:
    """For each test whether each character of a text passes it."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    distinct, each = np.unique(codes, return_inverse=True)
    return (np.array([test(chr(code)) for code in distinct.tolist()])[each] for test in tests)


def _times(values: Integers) -> Integers:
    """How often each value is among them."""
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    times: Integers = counts[which]
    return times


@lru_cache(maxsize=1 << 14)
def _pieces(form: str, lexicon: Lexicon) -> Floats:
    """For each number of letters left of a place in a word which words start and end like the pieces beside it.

    The columns: first and last rank of the words that start like the left piece, and its own; first and last place of
    those that end like the right one; and the log-probability of both pieces as words.
    """
    return np.array([_beside(form[:k], form[k:], lexicon) for k in range(len(form) + 1)])


def _beside(left: str, right: str, lexicon: Lexicon) -> tuple[float, ...]:
    starts, ends = lexicon.starts(left), lexicon.ends(right)
    ranks = [lexicon.rank(piece) if piece else -1 for piece in (left, right)]
    p = [float(lexicon.logs[rank]) if rank >= 0 else UNKNOWN for rank in ranks]
    own = ranks[0] if ranks[0] >= 0 else len(lexicon)
    return starts.start, starts.stop, own, ends.start, ends.stop, *p


@lru_cache(maxsize=1 << 14)
def _nearest(form: str, lexicon: Lexicon) -> float:
    """Log-probability of the commonest word one letter away: the token may just be misspelt."""
    if len(form) < 3 or len(form) > 20:
        return UNKNOWN
    halves = [(form[:k], form[k:]) for k in range(len(form) + 1)]
    near = [a + b[1:] for a, b in halves if b]
    near += [a + c + b for a, b in halves for c in ALPHABET[:26]]
    near += [a + c + b[1:] for a, b in halves if b for c in ALPHABET[:26]]
    near += [a + b[1] + b[0] + b[2:] for a, b in halves if len(b) > 1]
    return max((float(lexicon.logs[lexicon.rank(w)]) for w in near if w in lexicon), default=UNKNOWN)
