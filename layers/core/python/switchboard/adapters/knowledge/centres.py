"""What of a vector only tells its language, so that it can be taken out.

The encoder puts texts of one language near each other, whatever they say; a question in French would find French articles rather
than the English one that answers it. Each language's centre is the mean of customers' messages in it (`tools.knowledge_weights`). The
search view was trained around the very centres of the first halves; those of the view as trained would serve it worse."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from io import BytesIO

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
_LEAST = 1e-6


def unit(rows: Array) -> Array:
    """Each row at length 1."""
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), _LEAST), np.float32)


class Centres:
    """A language without a centre of its own has the mean of all. Vectors have two halves (`views`)."""

    def __init__(self, languages: Sequence[str], centres: Array) -> None:
        self._place = {language: i for i, language in enumerate(languages)}
        self._centres = np.vstack([centres, centres.mean(axis=0)]).astype(np.float32)
        self._half = centres.shape[1] // 2

    @classmethod
    def shipped(cls) -> Centres:
        raw = resources.files("switchboard.resources").joinpath("knowledge_centres.npz").read_bytes()
        with np.load(BytesIO(raw), allow_pickle=False) as file:
            languages = bytes(file["languages"]).decode().split()
            return cls(languages, file["centres"].astype(np.float32))

    def question(self, vector: Array, language: str) -> tuple[Array, float]:
        """A question's vector off its language's centre, each half at length 1; and how far its meaning was off it, which tells how
        strange the question is."""
        away = vector - self._centres[self._place.get(language, -1)]
        strangeness = float(np.linalg.norm(away[: self._half]))
        return np.hstack([unit(away[: self._half]), unit(away[self._half :])]), strangeness

    def asked(self, meanings: Array, languages: Sequence[str]) -> Array:
        """First halves of questions' vectors off their languages' centres, at length 1."""
        return unit(meanings - self._centres[self._of(languages), : self._half])

    def meanings(self, vectors: Array, languages: Sequence[str], share: float) -> Array:
        """First halves of passages' vectors off `share` of their languages' centres, at length 1."""
        return unit(vectors[:, : self._half] - np.float32(share) * self._centres[self._of(languages), : self._half])

    def matters(self, vectors: Array, languages: Sequence[str]) -> Array:
        """Second halves of passages' vectors off their languages' centres, at length 1."""
        return unit(vectors[:, self._half :] - self._centres[self._of(languages), self._half :])

    def _of(self, languages: Sequence[str]) -> list[int]:
        return [self._place.get(language, -1) for language in languages]
