"""A linear model over the words and letters of a text: TF-IDF weighted, its weights in 8 bits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from switchboard.adapters.ngrams.features import features

Array = npt.NDArray[np.float32]


class NgramModel:
    """Gives each text one output a label and a sentiment. Made by the intent layer's build."""

    def __init__(self, path: Path) -> None:
        """Reads what the build wrote."""
        with np.load(path, allow_pickle=False) as file:
            self._rarity: npt.NDArray[np.float16] = file["rarity"]  # of each bucket: its inverse document frequency
            self._weights: npt.NDArray[np.int8] = file["weights"]  # bucket, output
            self._steps: Array = file["steps"]  # what 1 in `weights` is worth, by output
            self._bias: Array = file["bias"]

    def outputs(self, text: str) -> Array:
        """Of an empty text the outputs of none."""
        seen = features(text)
        buckets = np.fromiter(seen.keys(), np.intp, len(seen))
        counts = np.fromiter(seen.values(), np.float32, len(seen))
        values = weigh(counts, self._rarity[buckets])
        length = np.sqrt((values**2).sum()) or np.float32(1)
        return np.asarray(values / length @ self._weights[buckets] * self._steps + self._bias, np.float32)


def weigh(counts: npt.NDArray[np.float32], rarity: npt.NDArray[np.float16]) -> Array:
    """How much each feature counts. Training weighs by the same rule."""
    return np.asarray((1 + np.log(counts)) * rarity, np.float32)
