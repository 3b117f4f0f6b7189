"""One place that knows how models are run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

DATA = Path(str(files("transmend.tagger"))) / "data"  # what ships

T = TypeVar("T")
S = TypeVar("S")


def vocabulary() -> list[str]:
    """The word pieces of the models that ship, in the order of their vectors."""
    return (DATA / "vocab.txt").read_text(encoding="utf-8").split("\n")[:-1]


def session(model: Path | bytes) -> InferenceSession:
    """A model made ready to run, one input at a time.

    Nothing is padded, and since 8-bit models scale their activations by the largest of a run, an answer must not depend
    on what it is run with.

    Arguments:
        model: the ONNX file, or its bytes where it is whole in itself.
    """
    import onnxruntime  # a quarter of a second, which who does not ask a model need not wait for

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # several inputs at once beat several threads in one, which wait by spinning
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        model if isinstance(model, bytes) else str(model), options, providers=["CPUExecutionProvider"]
    )


def each(function: Callable[[T], S], inputs: Iterable[T], threads: int = 0) -> list[S]:
    """``function`` of every input, several at once; 0 threads are ``TRANSMEND_THREADS``, or all cores up to four."""
    inputs = list(inputs)
    threads = threads or int(os.environ.get("TRANSMEND_THREADS", 0)) or _cores()
    if threads == 1 or len(inputs) < 2:
        return [function(one) for one in inputs]
    with ThreadPoolExecutor(threads) as pool:  # made anew each time: threads do not survive a fork
        return list(pool.map(function, inputs))


def _cores() -> int:
    return min(4, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
