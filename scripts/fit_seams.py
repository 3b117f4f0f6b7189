"""Fit the weights that turn measurements of a place into log-odds of a cut there.

    python scripts/fit_seams.py --data DIR
    python scripts/fit_seams.py --data DIR --network tagger --length 50000 --passes 4
    python scripts/fit_seams.py --data DIR --network rescorer --length 40000 --passes 12
    python scripts/fit_seams.py --data DIR --network cohesion --length 60000 --passes 4

Held-out documents of the tuning split, and recognisers' own output, are cut at random, often; a small network (one
hidden layer) learns which places were cut. The networks that come after it learn how far to trust other evidence
beside what is known so far, each anew for every change before it: ``tagger``, the shipped tagger's opinion;
``rescorer``, the second look at what looks most like cuts, beside all that is known of them; ``cohesion``, what the two
sides have to do with each other. What is looked at again is chosen by the weights of ``cohesion`` that are there.
What is stored gives the *likelihood ratio*: log-odds less those of the training set.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parent))
from make_seams import documents, lowered, spliced, spoken
from misheard import Heard, confusions, misheard, mistyped, text_of
from misheard import records as recordings
from transmend.lexicon import default, default_pairs
from transmend.splice.cohesion import FAR, cohesion
from transmend.splice.decide import SUSPECTED, _closer, _Reading
from transmend.splice.evidence import FEATURES, Places, Words, measure, read_words
from transmend.splice.model import (
    likeliest,
    opinions,
    ratios,
    second_looks,
    sides,
    with_tagger,
)
from transmend.tagger.reader import Reader

KEEP = 0.06  # share of easy places without a cut that are kept, with more weight
HIDDEN = 24
EVERY = 8  # one in so many of the recordings is used in each pass
ASKED = 2.0  # log-likelihood ratio from which places teach how far to trust the rescorer
#: How texts are cut, but for the length of the pieces.
SPLICING: dict[str, Any] = {"gap": 3000, "at_spaces": 0.25, "two_talks": 0.15}

Examples = tuple[np.ndarray, np.ndarray, np.ndarray]


def of_places(
    places: Places,
    rows: np.ndarray,
    cuts: set[int],
    odd: np.ndarray | bool = False,
    kept: np.ndarray | bool = True,
) -> Examples:
    """Rows, labels and weights of the places of a text: of easy ones without a cut only some, with more weight."""
    label = np.isin(places.at, list(cuts))
    hard = label | odd | (places.rows[:, 0] > 2) | (places.rows[:, FEATURES.index("unknown")] > 0)
    kept = kept & (hard | (np.random.default_rng(len(label)).random(len(label)) < KEEP))
    return rows[kept], label[kept], np.where(hard, 1.0, 1 / KEEP)[kept]


def by_words(words: Words, places: Places, cuts: set[int]) -> Examples:
    """Examples for the first network: the measurements."""
    return of_places(places, places.rows, cuts)


def by_tagger(words: Words, places: Places, cuts: set[int]) -> Examples:
    """Examples for the second: the first one's opinion, and the tagger's."""
    rows = told(words, places)
    return of_places(places, rows, cuts, rows[:, 3:5].max(axis=1) > -3)


def by_rescorer(words: Words, places: Places, cuts: set[int]) -> Examples:
    """Examples for the third: the opinion of the other two, and the rescorer's, of what looks most like cuts."""
    said = told(words, places)
    fused = with_tagger(ratios(places), said)
    found = likeliest(places, fused)
    found = found.only(fused[found.row] > ASKED)
    label = np.isin(found.groups, found.group[np.isin(places.at, list(cuts))])
    looks = second_looks(found, Reader().look_again(words.forms, found.spots), fused, said, places)
    return looks, label, np.ones(len(label))


def by_cohesion(words: Words, places: Places, cuts: set[int]) -> Examples:
    """Examples for the fourth: all others' opinion, and how much the two sides have to do with each other.

    Places near a cut but not at it are left out: their sides are as far apart as those of the cut.
    """
    reading = _Reading(words, places, ratios(places), mended=False)
    reading = _closer(reading, told(words, places), SUSPECTED, Reader())
    rows = sides(reading.ratios, cohesion(words, default()), places)
    label, near = np.isin(places.at, list(cuts)), np.zeros(len(words.forms), bool)
    for word in set(places.word[label].tolist()):
        near[max(word - FAR, 0) : word + FAR] = True
    return of_places(places, rows, cuts, kept=label | ~near[places.word])


def told(words: Words, places: Places) -> np.ndarray:
    """What the tagger says of the places."""
    return opinions(ratios(places), Reader().seams([words.forms])[0], places)


class Network(NamedTuple):
    """What a network is taught, the column of its examples to which it adds its own, how long pieces are, and decay."""

    examples: Callable[[Words, Places, set[int]], Examples]
    base: int | None
    piece: int
    decay: float = 1e-3


NETWORKS = {
    "weights": Network(by_words, None, 500),
    "tagger": Network(by_tagger, 0, 500),
    "rescorer": Network(by_rescorer, 0, 500, decay=0.1),  # many columns, few rows
    "cohesion": Network(by_cohesion, 0, 3000),
}


class Job(NamedTuple):
    """One document of a pass; ``clean`` says that it is no recogniser's own output."""

    seed: str
    text: str
    clean: bool


def jobs(data: Path, split: str, passes: int, texts: Sequence[str]) -> Iterator[Job]:
    """The documents of a split, in every pass, and some of the recordings."""
    recognised = [text_of(record["raw"]) for record in recordings(data, split)]
    for turn in range(passes):
        for number, text in enumerate([*texts, *recognised[turn % EVERY :: EVERY]]):
            yield Job(f"{split}:{turn}:{number}", text, number < len(texts))


def examples(job: Job, texts: Sequence[str], heard: Heard, length: int, name: str) -> tuple[Examples, int, int]:
    """The examples of one document, damaged and cut, how many cuts it has, and how many places."""
    rng = random.Random(job.seed)
    start = rng.randrange(max(1, len(job.text) - length))
    text, other = job.text[job.text.find(" ", start) + 1 :][:length], rng.choice(texts)
    if (roll := rng.random()) < 0.6 and job.clean:
        text = misheard(text, rng, heard, rng.uniform(0, 0.06))
    elif roll < 0.75 and job.clean:
        text = mistyped(text, rng, rng.choice((0.0005, 0.001, 0.003)))
    if rng.random() < 0.65 or not job.clean:
        text, other = lowered(text), lowered(other)
    cuts: set[int] = set()
    if rng.random() < 0.75:
        text, joints = spliced(text, other, rng, piece=NETWORKS[name].piece, **SPLICING)
        cuts = {joint.at for joint in joints}
    words = read_words(text)
    places = measure(words, default(), default_pairs())
    return NETWORKS[name].examples(words, places, cuts), int(np.isin(places.at, list(cuts)).sum()), len(places.at)


def dataset(data: Path, split: str, passes: int, length: int, name: str) -> tuple[Examples, float]:
    """All examples of a split, and the logarithm of how many cuts there are to a place without one."""
    texts = [spoken(record) for record in documents(data, split)]
    one = partial(examples, texts=texts, heard=confusions(data, split), length=length, name=name)
    with multiprocessing.Pool() as pool:
        parts, cuts, places = zip(*pool.imap(one, jobs(data, split, passes, texts), chunksize=4), strict=True)
    rows, label, weight = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return (rows, label, weight), float(np.log(sum(cuts) / (sum(places) - sum(cuts))))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds corpora/*.jsonl.gz")
    parser.add_argument("--out", type=Path, default=Path("src/transmend/splice/data"))
    parser.add_argument("--passes", type=int, default=6)
    parser.add_argument("--length", type=int, default=120_000, help="characters of a document that are used")
    parser.add_argument("--network", choices=NETWORKS, default="weights")
    arguments = parser.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(1)
    (rows, label, weight), prior = dataset(
        arguments.data, "tune", arguments.passes, arguments.length, arguments.network
    )
    print(len(rows), "places,", int(label.sum()), "cuts", flush=True)
    held, held_prior = dataset(arguments.data, "score", 1, arguments.length // 2, arguments.network)
    mean, scale = rows.mean(0), rows.std(0) + 1e-3
    x, hx = (torch.tensor((a - mean) / scale, dtype=torch.float32) for a in (rows, held[0]))
    (y, w), (hy, hw) = (torch.tensor(np.stack(pair), dtype=torch.float32) for pair in ((label, weight), held[1:]))
    column = NETWORKS[arguments.network].base
    base, held_base = (
        torch.tensor(0.0 if column is None else a[:, column]).expand(len(a)) + p
        for a, p in ((rows, prior), (held[0], held_prior))
    )
    net = torch.nn.Sequential(torch.nn.Linear(rows.shape[1], HIDDEN), torch.nn.Tanh(), torch.nn.Linear(HIDDEN, 1))
    torch.nn.init.zeros_(net[2].bias)
    loss_of = torch.nn.functional.binary_cross_entropy_with_logits
    if column is not None:
        loss = loss_of(held_base.float(), hy, weight=hw, reduction="sum") / hy.sum()
        print("held-out nats per cut without it", float(loss), flush=True)
    steps, batch = 6000, 4096
    optimiser = torch.optim.AdamW(net.parameters(), lr=6e-3, weight_decay=NETWORKS[arguments.network].decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 1e-2, steps)
    for step in range(steps):
        pick = torch.randint(len(x), (batch,))
        loss = loss_of(net(x[pick])[:, 0] + base[pick], y[pick], weight=w[pick])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 1000 == 999:
            with torch.no_grad():
                loss = loss_of(net(hx)[:, 0] + held_base, hy, weight=hw, reduction="sum") / hy.sum()
            print(step + 1, "held-out nats per cut", float(loss), flush=True)
    with torch.no_grad():
        logits = (net(hx)[:, 0] + held_base).numpy() - held_prior
    report(logits, held[1], held[2])
    np.savez_compressed(
        arguments.out / f"{arguments.network}.npz",
        mean=mean.astype(np.float32),
        scale=scale.astype(np.float32),
        hidden=net[0].weight.detach().numpy().T,
        hidden_bias=net[0].bias.detach().numpy(),
        out=net[2].weight.detach().numpy()[0],
        out_bias=net[2].bias.detach().numpy(),
    )


def report(ratio: np.ndarray, label: np.ndarray, weight: np.ndarray) -> None:
    """How the log-likelihood ratios spread over cut and uncut places, and whether they mean what they say."""
    total = weight[~label].sum()
    for low in (-6, -4, -2, 0, 2, 4, 6, 8, 10):
        inside = (ratio >= low) & (ratio < low + 2)
        cut, uncut = label[inside].sum() / label.sum(), weight[inside & ~label].sum() / total
        print(
            f"{low:4} .. {low + 2:3}  cut {cut:.4f}  uncut {uncut:.2e}",
            f"log of ratio {np.log((cut + 1e-9) / (uncut + 1e-9)):.2f}",
        )


if __name__ == "__main__":
    main()
