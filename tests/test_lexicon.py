"""The lexicon: which strings are words, and what they are made of."""

from __future__ import annotations

import subprocess
import sys
import time
from importlib.resources import files

import numpy as np
import pytest

from transmend.lexicon import Split, default, default_pairs
from transmend.lexicon.words import Lexicon, load


def test_words_are_known_and_fragments_are_not() -> None:
    """Spoken words and terms are in the lexicon; glued and broken ones are not."""
    assert all(word in default() for word in ("with", "dashboard", "youre", "kubernetes"))
    assert not any(form in default() for form in ("withhis", "dashboar", "encodin", "", "With"))


def test_commoner_words_are_likelier() -> None:
    """Log-probabilities order words by how often they are said, unknown ones last."""
    assert default().logp("the") > default().logp("dashboard") > default().logp("withhis")


def test_unknown_words_are_judged_by_their_spelling() -> None:
    """An unknown form that looks like a word is likelier than one that does not."""
    assert default().logp("blimber") > default().logp("xqzwvkj")
    assert default().spelt("naïve€") < default().spelt("naive")


def test_prefixes_and_suffixes_find_all_their_words() -> None:
    """``starts`` and ``ends`` give exactly the words with a prefix or suffix."""
    lexicon = default()
    assert [lexicon.words[k] for k in lexicon.starts("dashb")] == [w for w in lexicon.words if w.startswith("dashb")]
    found = {lexicon.words[lexicon.backwards[k]] for k in lexicon.ends("coding")}
    assert found == {w for w in lexicon.words if w.endswith("coding")} > {"encoding"}


@pytest.mark.parametrize("piece", ["th", "ing", "e"])
def test_masses_are_sums_of_probabilities(piece: str) -> None:
    """The mass of a prefix or suffix is the sum over its words, and of the empty one, of nearly all words."""
    lexicon = default()
    p = np.exp(lexicon.logs)
    starts = sum(p[k] for k, w in enumerate(lexicon.words) if w.startswith(piece))
    ends = sum(p[k] for k, w in enumerate(lexicon.words) if w.endswith(piece))
    assert lexicon.mass_of_starts(piece) == pytest.approx(starts)
    assert lexicon.mass_of_ends(piece) == pytest.approx(ends)
    assert lexicon.mass_of_starts("") == pytest.approx(1, abs=0.03)


def test_glued_words_split_where_they_were_glued() -> None:
    """The best split is into two common words, with a score that says how much better it is."""
    split = default().split("withhis")
    assert split is not None
    assert (split.left, split.right) == ("with", "his")
    assert split.score > 8 > (default().split("likeed") or Split("", "", 0)).score
    assert default().split("qqqqq") is None


def test_capitals_are_remembered() -> None:
    """Names are mostly capitalised, other words are not, and rare ones are not judged."""
    assert (default().capitalised("google") or 0) > 0.9
    assert default().capitalised("the") == pytest.approx(0, abs=0.05)
    assert default().capitalised("withhis") is None


def test_pairs_know_what_follows() -> None:
    """A word is likelier after the words it is said after, and prefixes and suffixes likewise."""
    lexicon, pairs = default(), default_pairs()

    def after(first: str, second: str) -> float:
        p = np.exp([lexicon.logp(second)])
        return float(pairs.after(np.array([lexicon.rank(first)]), np.array([lexicon.rank(second)]), p)[0])

    assert after("going", "to") > 0.5 > 0.1 > after("rust", "to")
    span = lexicon.starts("to")
    mass = pairs.starts_after(np.array([lexicon.rank("going")]), np.array([span.start]), np.array([span.stop]))[0]
    assert after("going", "to") <= mass <= 1


def test_probabilities_after_a_word_sum_to_one() -> None:
    """What is seen after a word and what is left over make one, known or not."""
    lexicon, pairs = default(), default_pairs()
    first = np.array([lexicon.rank("going"), len(lexicon)])
    everything = pairs.starts_after(first, np.zeros(2, int), np.full(2, len(lexicon)))
    assert everything == pytest.approx([1, 1], abs=0.03)


def test_loading_is_quick_and_lazy() -> None:
    """Importing the package loads no table, and loading the words takes no time to speak of."""
    code = "import sys, transmend; sys.exit('numpy' in sys.modules and 'transmend.lexicon.words' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    best = min(_seconds_to_load() for _ in range(3))
    assert best < 0.5  # 0.03 s on an idle core


def _seconds_to_load() -> float:
    started = time.process_time()
    Lexicon(load("words.npz"))
    return time.process_time() - started


def test_data_stays_small() -> None:
    """The tables that ship are small enough to ship."""
    data = files("transmend.lexicon") / "data"
    sizes = {name: len((data / name).read_bytes()) for name in ("words.npz", "pairs.npz")}
    assert sizes["words.npz"] < 1.5e6
    assert sizes["pairs.npz"] < 2e6
