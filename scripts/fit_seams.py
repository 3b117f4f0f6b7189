"""Fit the weights that turn measurements of a place into log-odds of a cut there.

    python scripts/fit_seams.py --data DIR
    python scripts/fit_seams.py --data DIR --tagger --length 25000 --passes 1

Held-out documents of the tuning split are cut at random, often; a small network (one hidden layer) learns
which places were cut. With ``--tagger``, which comes second and again for every new model, it learns how far
to trust the shipped tagger beside the first network. What is stored gives the *likelihood ratio*: log-odds
less those of the training set.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parent))
from make_seams import documents, joined, lowered, spoken
from misheard import confusions, misheard, mistyped
from transmend.lexicon import default, default_pairs
from transmend.splice.evidence import FEATURES, measure, read_words
from transmend.splice.model import opinions, ratios

KEEP = 0.06  # share of easy places without a cut that are kept, with more weight
HIDDEN = 24


def pieces(text: str, rng: random.Random, spaces: bool) -> list[tuple[int, int]]:
    """Short pieces, so that there are many cuts."""
    out, at = [], 0
    while at < len(text):
        stop = at + max(60, int(rng.expovariate(1 / 500)))
        out.append((at, min(stop, len(text))))
        at = stop + rng.randint(10, 1500)
    if spaces:
        out = [tuple(text.rfind(" ", 0, p) + 1 if 0 < p < len(text) else p for p in one) for one in out]
    return [(a, b) for a, b in out if a < b]


def measured(text: str, tagger: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Offsets of the places of a text, the network's input for them, and which are always kept."""
    words = read_words(text)
    places = measure(words, default(), default_pairs())
    odd = (places.rows[:, 0] > 2) | (places.rows[:, FEATURES.index("unknown")] > 0)
    if not tagger:
        return places.at, places.rows, odd
    from transmend.tagger import tagger as shipped

    rows = opinions(ratios(places), shipped.default().predict(words.forms).seam, places)
    return places.at, rows, odd | (rows[:, 3:5].max(axis=1) > -3)


def examples(text: str, rng: random.Random, tagger: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Measurements, labels and weights of the places of one text, spliced or not."""
    cuts: set[int] = set()
    if rng.random() < 0.75:
        sample = joined(text, pieces(text, rng, spaces=rng.random() < 0.25))
        text, cuts = sample.text, set(sample.cuts)
    at, rows, hard = measured(text, tagger)
    label = np.isin(at, list(cuts))
    kept = label | hard | (np.random.default_rng(len(text)).random(len(label)) < KEEP)
    weight = np.where(label | hard, 1.0, 1 / KEEP)
    return rows[kept], label[kept], weight[kept]


def dataset(
    data: Path, split: str, passes: int, length: int, tagger: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All examples of a split."""
    parts, heard = [], confusions(data, split)
    for turn in range(passes):
        for number, record in enumerate(documents(data, split)):
            rng = random.Random(f"{split}:{turn}:{number}")
            text = spoken(record)
            start = rng.randrange(max(1, len(text) - length))
            text = text[text.find(" ", start) + 1 :][:length]
            if (roll := rng.random()) < 0.6:
                text = misheard(text, rng, heard, rng.uniform(0, 0.06))
            elif roll < 0.75:
                text = mistyped(text, rng, rng.choice((0.0005, 0.001, 0.003)))
            if rng.random() < 0.65:
                text = lowered(text)
            parts.append(examples(text, rng, tagger))
    return tuple(np.concatenate(columns) for columns in zip(*parts, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds corpora/*.jsonl.gz")
    parser.add_argument("--out", type=Path, default=Path("src/transmend/splice/data"))
    parser.add_argument("--passes", type=int, default=6)
    parser.add_argument("--length", type=int, default=120_000, help="characters of a document that are used")
    parser.add_argument("--tagger", action="store_true", help="fit how far to trust the shipped tagger")
    arguments = parser.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(1)
    rows, label, weight = dataset(arguments.data, "tune", arguments.passes, arguments.length, arguments.tagger)
    print(len(rows), "places,", int(label.sum()), "cuts", flush=True)
    held_rows, held_label, held_weight = dataset(arguments.data, "score", 1, arguments.length // 2, arguments.tagger)
    prior = float(np.log(label.sum() / weight[~label].sum()))
    mean, scale = rows.mean(0), rows.std(0) + 1e-3
    x, y, w = (torch.tensor(a, dtype=torch.float32) for a in ((rows - mean) / scale, label, weight))
    hx, hy, hw = (torch.tensor(a, dtype=torch.float32) for a in ((held_rows - mean) / scale, held_label, held_weight))
    base, held_base = (torch.tensor(a[:, 0] * arguments.tagger) for a in (rows, held_rows))
    net = torch.nn.Sequential(torch.nn.Linear(rows.shape[1], HIDDEN), torch.nn.Tanh(), torch.nn.Linear(HIDDEN, 1))
    torch.nn.init.constant_(net[2].bias, prior)
    steps, batch = 6000, 4096
    optimiser = torch.optim.AdamW(net.parameters(), lr=6e-3, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 1e-2, steps)
    loss_of = torch.nn.functional.binary_cross_entropy_with_logits
    for step in range(steps):
        pick = torch.randint(len(x), (batch,))
        loss = loss_of(net(x[pick])[:, 0] + base[pick], y[pick], weight=w[pick])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 1000 == 999:
            with torch.no_grad():
                held = loss_of(net(hx)[:, 0] + held_base, hy, weight=hw, reduction="sum") / hy.sum()
            print(step + 1, "held-out nats per cut", float(held), flush=True)
    with torch.no_grad():
        logits = (net(hx)[:, 0] + held_base).numpy() - prior
    report(logits, held_label, held_weight)
    np.savez_compressed(
        arguments.out / ("tagger.npz" if arguments.tagger else "weights.npz"),
        mean=mean.astype(np.float32),
        scale=scale.astype(np.float32),
        hidden=net[0].weight.detach().numpy().T,
        hidden_bias=net[0].bias.detach().numpy(),
        out=net[2].weight.detach().numpy()[0],
        out_bias=net[2].bias.detach().numpy() - prior,
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
