"""Trained weights -> the ONNX file that ships, its weights 8-bit integers.

    python scripts/tagger/export.py --cache CACHE --run RUN [RUN2 ...] [--shares N N2 ...] [--config FILE] [--float]

Of several runs, or exported models, the weights are averaged. A rescorer takes the vectors of word pieces from the
tagger that ships. Beside it goes a fixture: what the same weights say in PyTorch.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from model import MODELS, Tagger, mean, take, weights_of
from onnx import numpy_helper
from onnx.external_data_helper import set_external_data
from onnxruntime.quantization import QuantType, quantize_dynamic

from transmend.tagger import features, rescorer
from transmend.tagger import tagger as runtime
from transmend.tagger.features import HEADS, WORD, Window, normal_form

WORDS = "words.weight_quantized"  # the vectors of word pieces in a model's graph


class Reference(runtime.Tagger):
    """The tagger as shipped, but computed by PyTorch in 32-bit floats: what the ONNX file is held to."""

    def __init__(self, model: Path, vocabulary: list[str], module: Tagger) -> None:
        super().__init__(model, vocabulary)
        self._module = module.eval()

    @torch.no_grad()
    def _run(self, window: Window) -> runtime.Floats:
        logits: runtime.Floats = self._module(torch.tensor([window.pieces]))[0].numpy()
        return logits


def reference(tagger: runtime.Tagger, text: str) -> dict[str, Any]:
    """The words of ``text`` and, for each head, their likeliest labels as a string of digits."""
    words = [normal_form(m.group()) for m in WORD.finditer(text)]
    tags = tagger.predict(words)
    labels = {head: "".join(map(str, getattr(tags, head).argmax(axis=1))) for head in HEADS}
    return {"words": " ".join(words), "labels": labels}


@torch.no_grad()
def rescored(module: Tagger, vocabulary: list[str], text: str) -> dict[str, Any]:
    """Places of ``text``, and what the rescorer says of them in 32-bit floats."""
    forms = [normal_form(m.group()) for m in WORD.finditer(text)]
    spots = [rescorer.Spot(word, len(forms[word]) // 2 * (word % 3)) for word in range(1, len(forms), 40)]
    spots = [spot._replace(letters=min(spot.letters, len(forms[spot.word]) - 1)) for spot in spots]
    odds = []
    for spot in spots:
        pieces, column = rescorer.reading(features.Pieces(vocabulary), forms, spot)
        logits = module.eval()(torch.tensor([pieces]), torch.tensor([column]))[0, 0]
        odds.append([round(one, 3) for one in (logits[1::2] - logits[::2]).tolist()])
    return {"words": " ".join(forms), "spots": spots, "log_odds": odds}


def export(tagger: Tagger, path: Path, one_place: bool) -> None:
    """Write ``tagger`` as a float32 ONNX graph with free batch and length; ``one_place``: asked for one a row."""
    places = (torch.tensor([3, 4]),) if one_place else ()
    torch.onnx.export(
        tagger.eval(),
        (torch.randint(1, 100, (2, 16)), *places),
        str(path),
        input_names=["pieces", "columns"][: 1 + one_place],
        output_names=["logits"],
        dynamic_axes={name: {0: "batch", 1: "length"} for name in ("pieces", "logits")} | {"columns": {0: "batch"}},
        opset_version=17,
        dynamo=False,
    )


def quantise(source: Path, target: Path) -> None:
    """8-bit weights, one scale a column; activations are quantised at run time.

    ``reduce_range`` keeps weights to 7 bits: processors without VNNI instructions would overflow otherwise.
    """
    quantize_dynamic(
        str(source),
        str(target),
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
        op_types_to_quantize=["MatMul", "Gather"],
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )


def part_with_words(model: Path, words: Path) -> None:
    """Take the vectors of the word pieces, which both models share, out of a model, into an array beside it.

    Raises:
        ValueError: the array is there and has other vectors.
    """
    parted = onnx.load(str(model))
    table = next(one for one in parted.graph.initializer if one.name == WORDS)
    array = numpy_helper.to_array(table)
    if not words.exists():
        np.save(words, array)
    elif not np.array_equal(np.load(words), array):
        raise ValueError(f"{words} has other vectors; train with frozen_words, or take it away if all models are new")
    set_external_data(table, words.name, offset=words.stat().st_size - array.nbytes, length=array.nbytes)
    table.ClearField("raw_data")
    model.write_bytes(parted.SerializeToString())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cache", type=Path, required=True, help="what make_data wrote: its vocab.txt")
    parser.add_argument("--run", type=Path, nargs="+", required=True, help="what train wrote, or a shipped model.onnx")
    parser.add_argument("--shares", type=float, nargs="+", help="how much each of --run counts; the same if not given")
    parser.add_argument("--config", type=Path, default=Path(__file__).with_name("config.toml"))
    parser.add_argument("--out", type=Path, default=Path("src/transmend/tagger/data"))
    parser.add_argument("--fixtures", type=Path, default=Path("fixtures/tagger"))
    parser.add_argument("--text", type=Path, default=Path("fixtures/seed/prompts.txt"), help="what to tag for it")
    parser.add_argument("--float", action="store_true", help="also write NAME.float.onnx, to measure what int8 costs")
    arguments = parser.parse_args()
    for folder in (arguments.out, arguments.fixtures):
        folder.mkdir(parents=True, exist_ok=True)
    kind = tomllib.loads(arguments.config.read_text(encoding="utf-8"))["model"]
    heads, layers = MODELS[kind]
    name = {"tagger": "model", "rescorer": "rescorer"}[kind]
    vocabulary = (arguments.cache / "vocab.txt").read_text(encoding="utf-8").split()
    tagger = Tagger(len(vocabulary), heads, layers)
    weights = mean(arguments.run, arguments.shares or [1] * len(arguments.run))
    if kind == "rescorer":
        weights["words.weight"] = weights_of(arguments.out / "model.onnx")["words.weight"]
    take(tagger, weights)
    target = arguments.out / f"{name}.onnx"
    with tempfile.TemporaryDirectory() as temporary:
        plain = Path(temporary, "plain.onnx")
        export(tagger, plain, one_place=kind == "rescorer")
        quantise(plain, target)
        if arguments.float:
            shutil.copy(plain, target.with_suffix(".float.onnx"))
    if kind == "tagger":
        (arguments.out / "words.npy").unlink(missing_ok=True)
    part_with_words(target, arguments.out / "words.npy")
    text = arguments.text.read_text(encoding="utf-8")[:60_000]
    if kind == "tagger":
        shutil.copy(arguments.cache / "vocab.txt", arguments.out / "vocab.txt")
        fixture = reference(Reference(target, vocabulary, tagger), text)
    else:
        fixture = rescored(tagger, vocabulary, text)
    known = arguments.fixtures / {"tagger": "reference.json", "rescorer": "rescorer.json"}[kind]
    known.write_text(json.dumps(fixture, indent=0) + "\n", encoding="utf-8")
    print(f"{target}: {target.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
