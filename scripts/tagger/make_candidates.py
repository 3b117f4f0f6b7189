"""Corpora -> places that may be cuts, with labels, cached as arrays: what the rescorer is trained on.

    python scripts/tagger/make_candidates.py --data DIR --out CACHE [--config FILE] [--rounds N] [--unsure]

Documents are spliced, and every cut is taken, and those other places that look most like one, by the measurements of
``transmend.splice.evidence``. Writes ``vocab.txt``, ``dev.npz`` and ``train-00.npz`` and so on as ``make_data`` does,
with the column of the one place of each row that has labels; documents that ``held_out`` names are for ``dev``.
With ``--unsure`` most places of which the rescorer that ships is sure are left out of training.
"""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
import random
import sys
import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from make_data import write

from held_out import for_tuning, held_out
from make_seams import Joint, lowered, spliced, spoken
from misheard import Heard, confusions, misheard, mistyped, text_of
from misheard import records as recordings
from transmend.lexicon import default, default_pairs
from transmend.splice.evidence import measure, read_words
from transmend.splice.model import likeliest, ratios
from transmend.tagger.features import Pieces
from transmend.tagger.rescorer import LENGTH, Spot, reading
from transmend.tagger.session import DATA, session

Row = tuple[np.ndarray, int, np.ndarray]


class Job(NamedTuple):
    """A document to cut up, and what else it takes."""

    seed: str
    text: str
    other: str  # another talk
    clean: bool  # no recogniser's own output


def examples(text: str, cuts: list[Joint], pieces: Pieces, rng: random.Random, kept: dict[str, float]) -> Iterator[Row]:
    """The model's input and labels for all cuts of a text, some also as its ends, and the likeliest other places."""
    words = read_words(text)
    places = measure(words, default(), default_pairs())
    true = {(word, letters > 0): (letters, cut) for word, letters, cut in _spots(words.letters, cuts)}
    value = ratios(places)
    found = likeliest(places, value)
    for (word, letters), ratio in zip(found.spots, value[found.row].tolist(), strict=True):
        exact, cut = true.get((word, letters > 0), (0, None))
        if cut is None and not _taken(ratio, letters > 0, rng, kept):
            continue
        spot = Spot(word, exact if cut and rng.random() < 0.5 else letters)
        yield _row(pieces, words.forms, spot, (1, cut.left, cut.right) if cut else (0, -1, -1))
        if cut and rng.random() < kept["edges"]:
            yield _edge(pieces, words.forms, spot, cut, left=rng.random() < 0.5)


def _edge(pieces: Pieces, forms: Sequence[str], spot: Spot, cut: Joint, left: bool) -> Row:
    """A cut as the end of a text, or as its start: one side of it, and whether its word is broken."""
    word, letters = spot
    if left:
        forms = [*forms[:word], forms[word][:letters]] if letters else forms[:word]
        return _row(pieces, forms, Spot(len(forms) - 1, len(forms[-1])), (-1, cut.left, -1))
    return _row(pieces, [forms[word][letters:], *forms[word + 1 :]], Spot(0, 0), (-1, -1, cut.right))


def _row(pieces: Pieces, forms: Sequence[str], spot: Spot, labels: tuple[int, int, int]) -> Row:
    row, column = reading(pieces, forms, spot)
    given = np.full(LENGTH, pieces.padding, np.uint16)
    given[: len(row)] = row
    return given, column, np.array([labels], np.int8)


def _spots(letters: Sequence[Sequence[int]], cuts: list[Joint]) -> Iterator[tuple[int, int, Joint]]:
    """For each cut its word and how many letters of it are before the cut; 0 in the space before it."""
    for cut in cuts:
        word = bisect_right(letters, cut.at, key=lambda places: places[0]) - 1
        if word >= 0 and cut.at >= letters[word][-1]:
            yield word + 1, 0, cut
        elif word >= 0:
            yield word, sum(place < cut.at for place in letters[word]), cut


def _taken(value: float, inside: bool, rng: random.Random, kept: dict[str, float]) -> bool:
    kind = "inside" if inside else "border"
    return rng.random() < (kept[f"{kind}_share"] if value > kept[kind] else kept["anywhere"])


def build(job: Job, vocabulary: list[str], heard: Heard, config: dict[str, Any]) -> list[Row]:
    """The examples of one document."""
    rng, text, other = random.Random(job.seed), job.text, job.other
    start = rng.randrange(max(1, len(text) - config["length"]))
    text, other = lowered(text[start : start + config["length"]]), lowered(other[: config["length"]])
    roll = rng.random()
    if job.clean and roll < 0.5:
        text = misheard(text, rng, heard, rng.uniform(0, config["misheard"]))
    elif job.clean and roll < 0.75:
        text = mistyped(text, rng, rng.uniform(0, config["mistyped"]))
    cuts: list[Joint] = []
    if rng.random() < config["spliced"]:
        text, cuts = spliced(text, other, rng, **config["splicing"])
    return list(examples(text, cuts, Pieces(vocabulary), rng, config["kept"]))


Texts = dict[str, list[str]]


def unsure(arrays: dict[str, np.ndarray], kept: dict[str, float], rng: np.random.Generator) -> np.ndarray:
    """Which places to learn from: those that the rescorer that ships does not know, and a few of the others.

    Their labels are not asked, so that what is learnt is still a probability.
    """
    model, parts = session(DATA / "rescorer.onnx"), range(0, len(arrays["pieces"]), 64)
    names = ("pieces", "columns")
    logits = np.concatenate(
        [
            model.run(["logits"], {name: arrays[name][at : at + 64].astype(np.int64) for name in names})[0]
            for at in parts
        ]
    )
    cut = 1 / (1 + np.exp(logits[:, 0, 0] - logits[:, 0, 1]))
    in_doubt = (cut > kept["sure_not"]) & (cut < kept["sure"])
    others = np.where(arrays["labels"][:, 0, 0] < 0, kept["sure_edges"], kept["sure_share"])
    chosen: np.ndarray = in_doubt | (rng.random(len(cut)) < others)
    return chosen


def documents(data: Path, shares: dict[str, float], split: str) -> Texts:
    """The texts of a split in each corpus."""
    return {
        name: [text for text in _texts(data / "corpora" / f"{name}.jsonl.gz", split) if len(text) > 6000]
        for name in shares
    }


def _texts(path: Path, split: str) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            identity = json.loads(line[: line.index(",")] + "}")["id"]
            away = held_out(identity)
            if (split == "train" and not away) or (split == "dev" and away and for_tuning(identity)):
                yield spoken(json.loads(line))


def jobs(texts: Texts, recognised: list[str], config: dict[str, Any], total: int, number: int) -> Iterator[Job]:
    """About ``total`` documents, of each corpus by its share; each round draws others, and other cuts."""
    rng = random.Random(f"{config['seed']}:{number}")
    drawn = [
        (text, True) for name, share in config["shares"].items() for text in _some(texts[name], share * total, rng)
    ]
    drawn += [(text, False) for text in _some(recognised, config["recognised"] * len(drawn), rng)]
    for k, (text, clean) in enumerate(drawn):
        yield Job(f"{config['seed']}:{number}:{k}", text, rng.choice(drawn)[0], clean)


def _some(texts: list[str], number: float, rng: random.Random) -> list[str]:
    return rng.choices(texts, k=round(number)) if texts else []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds corpora/ and parallel/")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--config", type=Path, default=Path(__file__).with_name("rescorer.toml"))
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--unsure", action="store_true", help="leave out what the rescorer that ships is sure of")
    arguments = parser.parse_args()
    config = tomllib.loads(arguments.config.read_text())["data"]
    arguments.out.mkdir(parents=True, exist_ok=True)
    names = (files("transmend.tagger") / "data" / "vocab.txt").read_text(encoding="utf-8")
    (arguments.out / "vocab.txt").write_text(names, encoding="utf-8")
    one = partial(build, vocabulary=names.split(), heard=confusions(arguments.data, "tune"), config=config)
    recognised = [text_of(record["raw"]) for record in recordings(arguments.data, "tune")]
    splits = {split: documents(arguments.data, config["shares"], split) for split in ("dev", "train")}
    with multiprocessing.Pool() as pool:
        for number, split in [(0, "dev"), *((k, "train") for k in range(arguments.rounds))]:
            heard = recognised if split == "train" else []
            number_of = config["documents" if split == "train" else "dev_documents"]
            found = pool.imap(one, jobs(splits[split], heard, config, number_of, number), chunksize=16)
            rows = [row for part in found for row in part]
            name = f"train-{number:02}.npz" if split == "train" else "dev.npz"
            arrays = dict(zip(("pieces", "columns", "labels"), map(np.stack, zip(*rows, strict=True)), strict=True))
            rng = np.random.default_rng([config["seed"], number])
            if arguments.unsure and split == "train":
                chosen = unsure(arrays, config["kept"], rng)
                arrays = {field: array[chosen] for field, array in arrays.items()}
            total = len(arrays["labels"])
            write(arguments.out / name, arrays, rng.permutation(total))
            print(name, total, "places", int((arrays["labels"][..., 0] == 1).sum()), "cuts", flush=True)


if __name__ == "__main__":
    main()
