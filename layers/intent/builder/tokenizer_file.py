"""Writes the tokenizer of the weight file in the form that the runtime loads quickly."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from .archive import write_arrays
from .e5_weights import E5Weights, WeightFormatError


def write_tokenizer(weights: E5Weights, path: Path) -> None:
    """Raises `WeightFormatError` if a piece cannot be stored one a line."""
    if any("\n" in piece for piece in weights.pieces):
        raise WeightFormatError("a piece of the vocabulary contains a line feed")
    # the file's own table leaves out NUL, which its C strings cannot hold
    replacements = {str(point): text for point, text in sorted({0: "", **weights.normalisation}.items())}
    mask = weights.pieces.index("<mask>")
    settings = {
        "replacements": replacements,
        "bos": weights.bos,
        "eos": weights.eos,
        "unknown": weights.unknown,
        "special": [weights.bos, weights.eos, weights.pad, weights.unknown, mask],
    }
    write_arrays(
        path,
        {
            "pieces": np.frombuffer("\n".join(weights.pieces).encode("utf-8"), np.uint8),
            "scores": weights.scores.astype(np.float32),
            "settings": np.frombuffer(json.dumps(settings, sort_keys=True).encode("utf-8"), np.uint8),
        },
    )
