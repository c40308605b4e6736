"""A linear model over the words and letters of a text: TF-IDF weighted, its weights in 8 bits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from switchboard.adapters.ngrams.features import features

Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Reading:
    """What the model says of a text."""

    outputs: Array  # one a label, then one a sentiment
    languages: dict[str, float]  # how much speaks for each of the corpus's languages; above 0: all in all for it


class NgramModel:
    """Made by the intent layer's build."""

    def __init__(self, path: Path) -> None:
        """Reads what the build wrote."""
        with np.load(path, allow_pickle=False) as file:
            self._rarity: npt.NDArray[np.float16] = file["rarity"]  # of each bucket: its inverse document frequency
            self._weights: npt.NDArray[np.int8] = file["weights"]  # bucket, output
            self._steps: Array = file["steps"]  # what 1 in `weights` is worth, by output
            self._bias: Array = file["bias"]
            self._languages: list[str] = file["languages"].tolist()  # the last outputs

    def read(self, text: str) -> Reading:
        """Of an empty text the biases."""
        seen = features(text)
        buckets = np.fromiter(seen.keys(), np.intp, len(seen))
        counts = np.fromiter(seen.values(), np.float32, len(seen))
        values = weigh(counts, self._rarity[buckets])
        length = np.sqrt((values**2).sum()) or np.float32(1)
        found = np.asarray(values / length @ self._weights[buckets] * self._steps + self._bias, np.float32)
        count = len(self._languages)
        return Reading(found[:-count], dict(zip(self._languages, found[-count:].tolist(), strict=True)))


def weigh(counts: npt.NDArray[np.float32], rarity: npt.NDArray[np.float16]) -> Array:
    """How much each feature counts. Training weighs by the same rule."""
    return np.asarray((1 + np.log(counts)) * rarity, np.float32)
