"""Settles what a model's outputs mean, by the messages held back: temperatures and thresholds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

from switchboard.adapters.onnx.encoder import SentenceEncoder
from switchboard.adapters.onnx.head import standardise
from switchboard.adapters.onnx.tokenizer import UnigramTokenizer

from ..builder import archive
from ..builder.corpus import SENTIMENTS, Example
from ..builder.e5_weights import E5Weights
from ..builder.encoder_graph import build_encoder
from ..builder.learned import tuned_layers
from ..builder.settings import MAX_TOKENS, PREFIX
from .figures import Array, area_under_roc, calibration_error, f1, softmax

# The share of in-scope messages that may be rejected.
LOST_IN_SCOPE = 0.05
_ANGRY = SENTIMENTS.index("angry")


@dataclass(frozen=True)
class Goals:
    """The right answers, as columns of a model's outputs."""

    intents: npt.NDArray[np.int_]
    moods: npt.NDArray[np.int_]

    @classmethod
    def of(cls, examples: Sequence[Example], labels: Sequence[str]) -> Goals:
        return cls(
            np.array([labels.index(example.label) for example in examples]),
            np.array([SENTIMENTS.index(example.sentiment) for example in examples]),
        )


def settle(
    weights: E5Weights, directory: Path, tokenizer: UnigramTokenizer, examples: Sequence[Example], labels: Sequence[str]
) -> dict[str, float]:
    """Completes `directory/heads.npz` by what the quantised encoder, which will run, says of `examples`; returns their figures."""
    graph = directory / "encoder.onnx"
    graph.write_bytes(build_encoder(weights, tuned_layers(weights, directory / "encoder.npz"), MAX_TOKENS).SerializeToString())
    encoder = SentenceEncoder(graph, threads=2)
    graph.unlink()
    embeddings = encoder.embed([tokenizer.encode(example.text, MAX_TOKENS, PREFIX) for example in examples])
    with np.load(directory / "heads.npz", allow_pickle=False) as file:
        heads = {name: file[name] for name in file.files if name != "settings"}
    level = standardise(embeddings).astype(np.float64)
    outputs = np.hstack([level @ heads[f"{part}.w"] + heads[f"{part}.b"] for part in ("intent", "mood")])
    values, figures = settings(outputs, Goals.of(examples, labels), labels)
    packed = np.frombuffer(json.dumps(values, sort_keys=True).encode(), np.uint8)
    archive.write_arrays(directory / "heads.npz", {**heads, "settings": packed})
    return figures


def settings(outputs: Array, goals: Goals, labels: Sequence[str]) -> tuple[dict[str, object], dict[str, float]]:
    """The content of `switchboard.adapters.onnx.decision.Scale`, and how good the answers then are."""
    intents, moods = outputs[:, : len(labels)], outputs[:, len(labels) :]
    temperature, mood_temperature = _calibrate(intents, goals.intents), _calibrate(moods, goals.moods)
    shares, anger = softmax(intents / temperature), softmax(moods / mood_temperature)[:, _ANGRY]
    outside = goals.intents == len(labels) - 1
    threshold = float(np.quantile(shares[~outside, -1], 1 - LOST_IN_SCOPE))
    angry = goals.moods == _ANGRY
    least = _best_threshold(anger, angry)
    right = shares[:, :-1].argmax(axis=1) == goals.intents
    kept = ~outside & (shares[:, -1] < threshold)
    values = {
        "labels": list(labels),
        "sentiments": list(SENTIMENTS),
        "temperature": round(temperature, 4),
        "mood_temperature": round(mood_temperature, 4),
        "threshold": round(threshold, 4),
        "anger": round(least, 4),
    }
    figures = {
        "accuracy": float(right[~outside].mean()),
        "accuracy_after_rejection": float((right & kept)[~outside].mean()),
        "out_of_scope_rejected": float((shares[outside, -1] >= threshold).mean()),
        "out_of_scope_auroc": area_under_roc(shares[:, -1], outside),
        "calibration_error": calibration_error(shares[kept, :-1].max(axis=1), right[kept]),
        "anger_f1": f1(anger >= least, angry),
    }
    return values, {name: round(value, 4) for name, value in figures.items()}


def _calibrate(logits: Array, goals: npt.NDArray[np.int_]) -> float:
    """The temperature of the least log-loss. Guo et al. 2017, "On Calibration of Modern Neural Networks"."""

    def loss(temperature: float) -> float:
        chosen = softmax(logits / temperature)[np.arange(len(goals)), goals]
        return float(-np.log(np.maximum(chosen, 1e-12)).mean())

    return float(minimize_scalar(loss, bounds=(0.05, 10.0), method="bounded").x)


def _best_threshold(shares: Array, meant: npt.NDArray[np.bool_]) -> float:
    """The share from which on a message counts as meant, by the largest F1."""
    candidates = np.linspace(0.05, 0.95, 91)
    return float(max(candidates, key=lambda candidate: f1(shares >= candidate, meant)))
