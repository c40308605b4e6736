"""Completes the heads by what the quantised encoder, which will run, says of the messages held back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from switchboard.adapters.onnx.encoder import SentenceEncoder
from switchboard.adapters.onnx.head import standardise
from switchboard.adapters.onnx.tokenizer import UnigramTokenizer

from ..builder import archive
from ..builder.corpus import Example
from ..builder.e5_weights import E5Weights
from ..builder.encoder_graph import build_encoder
from ..builder.learned import tuned_layers
from ..builder.settings import MAX_TOKENS, PREFIX
from .scale import Array, Goals, settle


def quantised_embeddings(weights: E5Weights, directory: Path, tokenizer: UnigramTokenizer, examples: Sequence[Example]) -> Array:
    """Of `examples`, by the update in `directory/encoder.npz`."""
    graph = directory / "encoder.onnx"
    graph.write_bytes(build_encoder(weights, tuned_layers(weights, directory / "encoder.npz"), MAX_TOKENS).SerializeToString())
    encoder = SentenceEncoder(graph, threads=2)
    graph.unlink()
    found = encoder.understood([tokenizer.encode(example.text, MAX_TOKENS, PREFIX) for example in examples])
    return np.asarray(found, np.float64)


def settle_heads(directory: Path, embeddings: Array, examples: Sequence[Example], labels: Sequence[str]) -> dict[str, float]:
    """Writes the settings into `directory/heads.npz`; returns the figures of `examples`."""
    with np.load(directory / "heads.npz", allow_pickle=False) as file:
        heads = {name: file[name] for name in file.files if name != "settings"}
    level = standardise(embeddings.astype(np.float32)).astype(np.float64)
    outputs = np.hstack([level @ heads[f"{part}.w"] + heads[f"{part}.b"] for part in ("intent", "mood")])
    values, figures = settle(outputs, Goals.of(examples, labels), labels)
    packed = np.frombuffer(json.dumps(values, sort_keys=True).encode(), np.uint8)
    archive.write_arrays(directory / "heads.npz", {**heads, "settings": packed})
    return figures
