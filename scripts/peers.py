"""Other systems behind one interface: bare text in, the same text with marks or case out.

A peer that is not installed, or whose weights are not at hand, raises ``AbsentError`` with a line that says so.
Nothing is downloaded.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import transmend

Run = Callable[[str], str]

SAT = "sat-3l-sm"  # the usual pick of wtpsplit's models
SPACY_SLICE = 500_000  # characters: spaCy refuses more than a million
NNSPLIT_LENGTH, NNSPLIT_STRIDE, NNSPLIT_PADDING, NNSPLIT_BATCH = 500, 250, 5, 64
NNSPLIT_THRESHOLD = 0.8

MARKS_ONLY = transmend.Settings(select=("PUN",), seams="keep")


class AbsentError(Exception):
    """A peer cannot run here; the message says why in one line."""


@dataclass(frozen=True)
class Peer:
    """A system to hold transmend against.

    Attributes:
        name: its name on PyPI.
        gives: what it puts into a text: ``ends`` of sentences, ``marks`` or ``case``.
        load: makes the function that runs it, or raises ``AbsentError``.
    """

    name: str
    gives: str
    load: Callable[[], Run]

    def start(self) -> Run:
        """Load it, with one kind of error whatever goes wrong."""
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")
        try:
            return self.load()
        except ImportError as error:
            raise AbsentError(f"not installed ({error.name or error})") from None
        except AbsentError:
            raise
        except Exception as error:  # whatever a foreign library raises when its weights are missing
            first = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise AbsentError(f"cannot be loaded, are its weights at hand? {first[:120]}") from None


def ended(sentences: Iterable[str]) -> str:
    """Sentences as one text with a full stop behind each."""
    return " ".join(f"{sentence.strip()}." for sentence in sentences if sentence.strip())


def transmend_marks() -> Run:
    transmend.clean("load the model")
    return lambda text: transmend.clean(text, MARKS_ONLY).text


def transmend_whole() -> Run:
    transmend.clean("load the model")
    return lambda text: transmend.clean(text).text


def pysbd() -> Run:
    import pysbd

    segmenter = pysbd.Segmenter(language="en", clean=False)
    return lambda text: ended(segmenter.segment(text))


def blingfire() -> Run:
    import blingfire

    return lambda text: ended(blingfire.text_to_sentences(text).split("\n"))


def sentencizer() -> Run:
    import spacy

    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")

    def run(text: str) -> str:
        slices = (text[at : at + SPACY_SLICE] for at in range(0, len(text), SPACY_SLICE))
        return " ".join(ended(s.text for s in nlp(part).sents)[:-1] for part in slices) + "."

    return run


def nnsplit(path: Path | None) -> Run:
    """nnsplit's LSTM over bytes, from its ONNX file: https://github.com/bminixhofer/nnsplit."""
    if path is None:
        raise AbsentError("give its models/en/model.onnx with --nnsplit FILE")
    import numpy as np
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    entry = session.get_inputs()[0].name
    levels = json.loads(session.get_modelmeta().custom_metadata_map.get("split_sequence", "{}"))
    sentence = next((step["PredictionIndex"] for name, step in _steps(levels) if name == "Sentence"), 0)

    def run(text: str) -> str:
        data = np.frombuffer(text.encode("utf-8"), np.uint8)
        total, count = np.zeros(len(data)), np.zeros(len(data))
        starts = range(0, max(1, len(data) - NNSPLIT_LENGTH + NNSPLIT_STRIDE), NNSPLIT_STRIDE)
        rows = np.zeros((len(starts), NNSPLIT_LENGTH + 2 * NNSPLIT_PADDING), np.uint8)
        for row, at in zip(rows, starts, strict=True):
            part = data[at : at + NNSPLIT_LENGTH]
            row[NNSPLIT_PADDING : NNSPLIT_PADDING + len(part)] = part
        for at in range(0, len(rows), NNSPLIT_BATCH):
            logits = session.run(None, {entry: rows[at : at + NNSPLIT_BATCH]})[0][..., sentence]
            for row, start in zip(1 / (1 + np.exp(-logits)), starts[at : at + NNSPLIT_BATCH], strict=True):
                inside = row[NNSPLIT_PADDING : NNSPLIT_PADDING + len(data[start : start + NNSPLIT_LENGTH])]
                total[start : start + len(inside)] += inside
                count[start : start + len(inside)] += 1
        cuts = np.flatnonzero(total / np.maximum(count, 1) > NNSPLIT_THRESHOLD) + 1
        raw = data.tobytes()
        edges = [0, *cuts.tolist(), len(raw)]
        return ended(raw[a:b].decode("utf-8", "ignore") for a, b in pairwise(edges))

    return run


def _steps(levels: object) -> list[tuple[str, dict[str, int]]]:
    steps = levels.get("instructions", levels) if isinstance(levels, dict) else levels
    return [(name, step) for name, step in steps if isinstance(step, dict)] if isinstance(steps, list) else []


def sat(name: str) -> Run:
    from wtpsplit import SaT

    model = SaT(name)
    return lambda text: ended(model.split(text))


def punctuators() -> Run:
    from punctuators.models import PunctCapSegModelONNX

    model = PunctCapSegModelONNX.from_pretrained("pcs_en")
    return lambda text: " ".join(model.infer([text], apply_sbd=True)[0])


def fullstop() -> Run:
    from deepmultilingualpunctuation import PunctuationModel

    return PunctuationModel().restore_punctuation


def truecase() -> Run:
    """Case by n-grams of tokens as nltk makes them; the letters go back onto the text as it was."""
    from nltk.tokenize import NLTKWordTokenizer
    from truecase.TrueCaser import TrueCaser

    caser, tokens = TrueCaser(), NLTKWordTokenizer()

    def run(text: str) -> str:
        cased: list[str] = []
        for line in text.split("\n"):
            given = tokens.tokenize(line)
            cased += caser.get_true_case_from_tokens(given, out_of_vocabulary_token_option="title") if given else []
        letters = iter("".join(filter(str.isalnum, "".join(cased))))
        return "".join(next(letters) if c.isalnum() else c for c in text)

    return run


def peers(nnsplit_file: Path | None, sat_name: str) -> list[Peer]:
    """All peers, those that bring their weights first."""
    return [
        Peer("pysbd", "ends", pysbd),
        Peer("blingfire", "ends", blingfire),
        Peer("spacy sentencizer", "ends", sentencizer),
        Peer("nnsplit", "ends", lambda: nnsplit(nnsplit_file)),
        Peer("wtpsplit", "ends", lambda: sat(sat_name)),
        Peer("punctuators", "marks", punctuators),
        Peer("deepmultilingualpunctuation", "marks", fullstop),
        Peer("truecase", "case", truecase),
    ]
