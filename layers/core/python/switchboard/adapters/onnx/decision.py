"""From a model's raw outputs to its answer."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from switchboard.domain.understanding import ANGRY, OUT_OF_SCOPE, Understanding

# Other answers worth showing an agent.
_ALTERNATIVES = 3


@dataclass(frozen=True)
class Scale:
    """What the outputs mean: first one of each of `labels`, then one of each of `sentiments`."""

    labels: tuple[str, ...]
    sentiments: tuple[str, ...]
    temperature: float
    mood_temperature: float
    threshold: float  # out of scope from this share of that label on
    anger: float  # angry from this share of that mood on

    @classmethod
    def read(cls, settings: npt.NDArray[np.uint8]) -> Scale:
        """From the JSON that training wrote."""
        content = json.loads(settings.tobytes())
        return cls(**{**content, "labels": tuple(content["labels"]), "sentiments": tuple(content["sentiments"])})


def decide(scale: Scale, outputs: npt.NDArray[np.float32], language: str, model: str) -> Understanding:
    """The answer of one text's outputs."""
    count = len(scale.labels)
    shares = dict(zip(scale.labels, _shares(outputs[:count] / scale.temperature), strict=True))
    sentiment, score = _mood(scale, _shares(outputs[count:] / scale.mood_temperature))
    ranked = sorted(((label, share) for label, share in shares.items() if label != OUT_OF_SCOPE), key=lambda pair: -pair[1])
    if shares[OUT_OF_SCOPE] >= scale.threshold:
        # that the best intent is wrong is what this answer is sure of
        return Understanding(OUT_OF_SCOPE, 1 - ranked[0][1], language, tuple(ranked[:_ALTERNATIVES]), model, sentiment, score)
    return Understanding(*ranked[0], language, tuple(ranked[1 : _ALTERNATIVES + 1]), model, sentiment, score)


def _mood(scale: Scale, row: list[float]) -> tuple[str, float]:
    shares = dict(zip(scale.sentiments, row, strict=True))
    score = shares["positive"] - shares["negative"] / 2 - shares[ANGRY]
    if shares[ANGRY] >= scale.anger:
        return ANGRY, score
    return max((name for name in shares if name != ANGRY), key=lambda name: shares[name]), score


def _shares(logits: npt.NDArray[np.float32]) -> list[float]:
    raw = np.exp(logits - logits.max())
    shares: list[float] = (raw / raw.sum()).tolist()
    return shares
