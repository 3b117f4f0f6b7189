"""Measure the rules on words: numbers, terms, identifiers, loops; print a table and write it as JSON.

    python scripts/word_scores.py --data DIR [--json FILE] [--only numbers,terms] [--words N] [--tuning] [--show]

DIR holds ``seed/prompts.txt``, ``gold/``, ``corpora/`` and ``parallel/``. False flags and rewrites are counted on
held-out documents of the corpora (``scripts/held_out.py``, the half that is not for tuning; ``--tuning`` takes the
other half), lower-cased and with all marks deleted, as the seed is.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import transmend
from held_out import for_tuning, held_out
from transmend import lexicon
from transmend.finding import Finding
from transmend.glossary.fields import built_in

#: A word less common than this in speech is taken for a term; about the 3,000th by frequency.
TECHNICAL = -10.8

CORPORA = (
    "thechangelog-transcripts",
    "bitcointranscripts",
    "bitcoinops-recap",
    "crd3",
    "qmsum-committee",
    "rev-earnings21-22",
    "talkpython-courses",
)


@dataclass(frozen=True)
class Stripped:
    """A text as a normaliser leaves it, and for each character where it stood in the source."""

    source: str
    text: str
    places: tuple[int, ...]

    def was(self, start: int, end: int) -> str:
        """What stood in the source from ``start`` to ``end``, with the marks at both ends."""
        first, last = self.places[start], self.places[end - 1] + 1
        while first and not (self.source[first - 1].isalnum() or self.source[first - 1].isspace()):
            first -= 1
        return self.source[first:last]


def stripped(source: str) -> Stripped:
    """Lower-cased, with all but letters, digits and white space deleted."""
    kept = [(c.lower(), k) for k, c in enumerate(source) if c.isalnum() or c.isspace()]
    kept = [(c, k) for c, k in kept if len(c) == 1]
    return Stripped(source, "".join(c for c, _ in kept), tuple(k for _, k in kept))


@dataclass(frozen=True)
class Gold:
    """One transcript with known defects."""

    name: str
    text: str
    entries: tuple[dict[str, Any], ...]

    def of(self, *kinds: str) -> list[tuple[int, int, dict[str, Any]]]:
        """The entries of some kinds with their places in the text; without those that should not be scored."""
        found = []
        for entry in self.entries:
            doubtful = entry.get("right") is None or any(
                w in entry.get("note", "") for w in ("doubtful", "uncertain", "unclear")
            )
            if entry["kind"] in kinds and not doubtful:
                context = entry["context"].replace("⟦SEAM⟧", "")
                at = self.text.find(context)
                start = self.text.find(entry["wrong"], max(at, 0))
                if start >= 0:
                    found.append((start, start + len(entry["wrong"]), entry))
        return found


def gold(data: Path) -> Iterator[Gold]:
    """The transcripts of the seed that have gold, as the seed has them."""
    document = transmend.read(data / "seed" / "prompts.txt")
    texts = {s.label.lower().replace(": ", "_").replace("-", "_"): s.span.of(document.text) for s in document.sections}
    for path in sorted((data / "gold").glob("*.defects.jsonl")):
        name = path.name.removesuffix(".defects.jsonl")
        text = texts.get(name) or stripped((data / "gold" / f"{name}.txt").read_text(encoding="utf-8")).text
        yield Gold(name, text, tuple(json.loads(line) for line in path.open(encoding="utf-8")))


def clean_documents(data: Path, words: int, tuning: bool) -> Iterator[tuple[str, Stripped]]:
    """Held-out documents, about ``words`` words of each corpus, as a normaliser leaves them."""
    for corpus in CORPORA:
        count = 0
        with gzip.open(data / "corpora" / f"{corpus}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                if count < words and held_out(record["id"]) and for_tuning(record["id"]) is tuning:
                    source = "\n".join(turn["text"] for turn in record["turns"])
                    count += len(source.split())
                    yield corpus, stripped(source)


@dataclass(frozen=True)
class Asked:
    """What the command line asked for."""

    data: Path
    words: int
    tuning: bool
    show: bool

    def tell(self, *what: object) -> None:
        """Print a single find, if asked to."""
        if self.show:
            print("   ", *what)

    def documents(self) -> Iterator[tuple[str, Stripped]]:
        """The held-out documents."""
        return clean_documents(self.data, self.words, self.tuning)


def _look(text: str, *codes: str) -> list[Finding]:
    return [f for f in transmend.check(text, transmend.Settings(select=codes)) if not f.rule.startswith("SEAM")]


def _per_ten_thousand(count: int, words: int) -> float:
    return round(10_000 * count / max(words, 1), 3)


def _plain(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


# --- numbers -----------------------------------------------------------------------------------------------------


def numbers(asked: Asked) -> dict[str, Any]:
    """Gold ``number_damage`` flagged and repaired; flags where a mark was deleted and where none was."""
    wanted = flagged = repaired = wrong = 0
    for one in gold(asked.data):
        found = _look(one.text, "NUM")
        for start, end, entry in one.of("number_damage"):
            hits = [f for f in found if f.start < end and start < f.end]
            wanted, flagged = wanted + 1, flagged + bool(hits)
            asked.tell("flagged" if hits else "MISSED", entry["wrong"])
            for hit in hits:
                if hit.fix is not None and hit.fix.safety != "display-only":
                    mended = hit.fix.edits[0].text
                    right = mended.replace(" ", "") in entry["right"].replace(" ", "").replace(",", "")
                    repaired, wrong = repaired + 1, wrong + (not right)
    words, flags, offered = 0, Counter[str](), Counter[str]()
    for _, text in asked.documents():
        words += len(text.text.split())
        for finding in _look(text.text, "NUM"):
            was = text.was(finding.start, finding.end)
            damaged = any(not (c.isalnum() or c.isspace()) for c in was)
            flags[f"{finding.rule} {'damaged' if damaged else 'FALSE'}"] += 1
            if finding.fix is not None and finding.fix.safety != "display-only":
                same = _plain(finding.fix.edits[0].text) == _plain(was)
                offered[f"{finding.rule} {'right' if same else 'WRONG'}"] += 1
            if not damaged or finding.fix:
                around = text.text[max(0, finding.start - 25) : finding.end + 25].replace("\n", " ")
                asked.tell(finding.rule, repr(was), repr(around), finding.fix and finding.fix.edits[0].text)
    false = sum(n for k, n in flags.items() if k.endswith("FALSE"))
    return {
        "gold number_damage": wanted,
        "flagged": flagged,
        "repairs offered": repaired,
        "wrongly repaired": wrong,
        "held-out words": words,
        "flags": dict(sorted(flags.items())),
        "flags where nothing was deleted, per 10,000 words": _per_ten_thousand(false, words),
        "repairs offered on held-out words": dict(sorted(offered.items())),
    }


# --- terms -------------------------------------------------------------------------------------------------------


def _is_technical(entry: dict[str, Any]) -> bool:
    """Whether a word put right is rare in speech, or a built-in glossary has what is right."""
    wrong = entry["wrong"].casefold().split()
    new = [w for w in map(_plain, entry["right"].split()) if w and w not in wrong]
    words = lexicon.default()
    return any(words.logp(w) < TECHNICAL for w in new) or any(_plain(entry["right"]) == t.key for t in built_in())


def terms(asked: Asked) -> dict[str, Any]:
    """Gold ``asr_error`` on terms put right; rewrites outside the gold's entries and on held-out documents."""
    wanted = right = all_wanted = all_right = found_at = false = 0
    words, wrong_of_gold, outcomes = 0, [], set()
    for one in gold(asked.data):
        found = [f for f in _look(one.text, "TERM001", "SEAM") if f.fix is not None]
        words += len(one.text.split())
        entries = one.of("asr_error")
        every = [(s, e) for s, e, _ in one.of(*{entry["kind"] for entry in one.entries})]
        for finding in found:
            if not any(s < finding.end and finding.start < e for s, e in every):
                was = finding.span.of(one.text)
                wrong_of_gold.append((was, finding.evidence["write"]))
                false += 1
        for start, end, entry in entries:
            own = [f for f in found if f.start < end and start < f.end]
            mended = one.text
            for f in sorted(own, reverse=True, key=lambda f: f.span):
                mended = mended[: f.start] + f.evidence["write"] + mended[f.end :]
            first = min([start, *(f.start for f in own)])
            last = max([end, *(f.end for f in own)]) + len(mended) - len(one.text)
            good = bool(own) and _plain(entry["right"]) == _plain(mended[first:last])
            all_wanted, all_right = all_wanted + 1, all_right + good
            if _is_technical(entry):
                outcomes.add((entry["wrong"].lower(), good))
                wanted, right, found_at = wanted + 1, right + good, found_at + bool(own)
                asked.tell("right" if good else "touched" if own else "MISSED", entry["wrong"], "|", entry["right"])
    for was, write in wrong_of_gold:
        asked.tell("REWRITTEN", was, "->", write)
    clean_words, rewrites, spaced, by_corpus = _rewrites(asked)
    forms = {form for form, _ in outcomes}
    return {
        "gold asr_error on terms": wanted,
        "put right": right,
        "share": round(right / max(wanted, 1), 3),
        "distinct forms put right": f"{sum((form, True) in outcomes for form in forms)} of {len(forms)}",
        "of all asr_error": f"{all_right} of {all_wanted}",
        "rewrites of gold outside its entries": false,
        "the same, per 10,000 words": _per_ten_thousand(false, words),
        "held-out words": clean_words,
        "rewrites of held-out words": rewrites,
        "of these, only spaces change": spaced,
        "rewrites per 10,000 held-out words": _per_ten_thousand(rewrites, clean_words),
        "by corpus": by_corpus,
    }


def _rewrites(asked: Asked) -> tuple[int, int, int, dict[str, int]]:
    words = spaced = 0
    by_corpus: Counter[str] = Counter()
    for corpus, text in asked.documents():
        words += len(text.text.split())
        for finding in _look(text.text, "TERM001"):
            was = finding.span.of(text.text)
            by_corpus[corpus] += 1
            spaced += _plain(was) == _plain(finding.evidence["write"])
            around = text.source[max(0, text.places[finding.start] - 30) : text.places[finding.end - 1] + 30]
            asked.tell(
                "REWRITTEN", corpus, repr(was), "->", finding.evidence["write"], finding.evidence["how"], repr(around)
            )
    return words, by_corpus.total(), spaced, dict(by_corpus)


def parallel(asked: Asked) -> dict[str, Any]:
    """What the rules on words do to the output of real recognisers, held against what people made of it."""
    words, counts = 0, Counter[str]()
    for name in ("bitcointranscripts_asr_reviewed", "earnings21"):
        with gzip.open(asked.data / "parallel" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                raw, ref = ("\n".join(turn["text"] for turn in record[side]) for side in ("raw", "ref"))
                if words > 10 * asked.words:
                    break
                words += len(raw.split())
                for finding in _look(raw, "TERM001", "NUM", "IDN001", "IDN002", "LOOP", "ENC"):
                    was, write = finding.span.of(raw), finding.evidence.get("write", "")
                    state = ""
                    if finding.rule == "TERM001":
                        right = write.casefold() in ref.casefold() and ref.count(was) < raw.count(was)
                        state = " right" if right else " kept by the reviewer"
                    counts[finding.rule + state] += 1
                    asked.tell(record["id"], finding.rule + state, repr(was[:60]), write)
    return {"words of recognisers": words, **dict(sorted(counts.items()))}


def inconsistent(asked: Asked) -> dict[str, Any]:
    """Terms spelt in two ways: flags and fixes on the gold, by whether an entry is there, and on held-out documents."""
    counts: Counter[str] = Counter()
    for one in gold(asked.data):
        entries = one.of(*{entry["kind"] for entry in one.entries})
        for finding in _look(one.text, "TERM002", "SEAM"):
            hit = next((entry for s, e, entry in entries if s < finding.end and finding.start < e), None)
            counts["gold, at an entry" if hit else "gold, elsewhere"] += 1
            asked.tell(finding.message, finding.evidence["times"], hit and hit["right"])
    words = flags = fixes = 0
    for _, text in asked.documents():
        words += len(text.text.split())
        for finding in _look(text.text, "TERM002"):
            flags, fixes = flags + 1, fixes + bool(finding.fix and finding.fix.safety != "display-only")
            asked.tell(finding.message, finding.evidence["times"], finding.fix and finding.fix.safety)
    return {
        **counts,
        "held-out words": words,
        "flags per 10,000 held-out words": _per_ten_thousand(flags, words),
        "fixes offered per 10,000 held-out words": _per_ten_thousand(fixes, words),
    }


# --- identifiers, loops ------------------------------------------------------------------------------------------


def identifiers(asked: Asked) -> dict[str, Any]:
    """Flattened and split addresses of the gold and of held-out documents, held against what stood there."""
    wanted = found_at = 0
    for one in gold(asked.data):
        found = _look(one.text, "IDN001", "IDN002", "INN003")
        for start, end, entry in one.of("glued", "missing_word"):
            if any(mark in entry["right"] for mark in ".:/") and "note" not in entry.get("note", ""):
                hit = [f for f in found if f.start < end and start < f.end]
                wanted, found_at = wanted + 1, found_at + bool(hit)
                asked.tell(entry["wrong"], "|", entry["right"], "|", [f.evidence["written"] for f in hit])
    words, counts = 0, Counter[str]()
    for _, text in asked.documents():
        words += len(text.text.split())
        for finding in _look(text.text, "IDN001", "IDN002"):
            was = text.was(finding.start, finding.end)
            written = finding.evidence["written"]
            state = (
                "right"
                if was.strip(".,:;!?\"'()").lower() == written.lower()
                else "marks"
                if "." in was[1:-1]
                else "FALSE"
            )
            counts[f"{finding.rule} {state}"] += 1
            if state != "right":
                asked.tell(finding.rule, state, repr(was), written)
    false = sum(n for k, n in counts.items() if k.endswith("FALSE"))
    return {
        "gold: dots, colons, slashes lost": wanted,
        "found (with missing-dot)": found_at,
        "held-out words": words,
        "held-out finds": dict(sorted(counts.items())),
        "false finds per 10,000 words": _per_ten_thousand(false, words),
    }


def loops(asked: Asked) -> dict[str, Any]:
    """Loops found in held-out documents, which have none, and in documents with loops put in."""
    words = false = made = found = left = 0
    for number, (_, text) in enumerate(asked.documents()):
        said = text.text.split()
        words += len(said)
        for finding in _look(text.text, "LOOP"):
            false += 1
            asked.tell(finding.message)
        if len(said) > 200:
            length, times = 1 + number % 8, 5 + number % 7
            start = 100 + 13 * number % (len(said) - 150)
            phrase = said[start : start + length]
            if length > 1 and not any(w.isdigit() for w in phrase) and len(set(phrase)) == length:
                made += 1
                looped = " ".join([*said[:start], *phrase * times, *said[start + length :]])
                settings = transmend.Settings(select=("LOOP",), unsafe=True)
                result = transmend.clean(looped, settings)
                found += bool(result.changes)
                left += result.text != " ".join(said)
    return {
        "held-out words": words,
        "loops found there": false,
        "per 10,000 words": _per_ten_thousand(false, words),
        "loops put in": made,
        "found": found,
        "not put right to the letter": left,
    }


MEASURES: dict[str, Callable[[Asked], dict[str, Any]]] = {
    "numbers": numbers,
    "terms": terms,
    "parallel": parallel,
    "inconsistent": inconsistent,
    "identifiers": identifiers,
    "loops": loops,
}


def main() -> None:
    """Run the measures asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", default=",".join(MEASURES))
    parser.add_argument("--words", type=int, default=60_000, help="held-out words of each corpus")
    parser.add_argument("--tuning", action="store_true", help="the held-out half that is for tuning")
    parser.add_argument("--show", action="store_true", help="print single finds")
    options = parser.parse_args()
    asked = Asked(options.data, options.words, options.tuning, options.show)
    results = {}
    for name in options.only.split(","):
        start = time.perf_counter()
        results[name] = MEASURES[name](asked)
        print(f"{name} ({time.perf_counter() - start:.0f} s)")
        for key, value in results[name].items():
            print(f"  {key}: {value}")
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
