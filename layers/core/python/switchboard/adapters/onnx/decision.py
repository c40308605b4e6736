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
    moods = dict(zip(scale.sentiments, _shares(outputs[count:] / scale.mood_temperature), strict=True))
    ranked = sorted(((label, share) for label, share in shares.items() if label != OUT_OF_SCOPE), key=lambda pair: -pair[1])
    best, confidence = ranked[0]
    if shares[OUT_OF_SCOPE] >= scale.threshold:
        # that the best intent is wrong is what this answer is sure of
        intent, sure, others = OUT_OF_SCOPE, 1 - confidence, ranked
    else:
        intent, sure, others = best, confidence, ranked[1:]
    return Understanding(intent, sure, language, tuple(others[:_ALTERNATIVES]), model, _sentiment(scale, moods), moods[ANGRY])


def _sentiment(scale: Scale, moods: dict[str, float]) -> str:
    if moods[ANGRY] >= scale.anger:
        return ANGRY
    return max((mood for mood in moods if mood != ANGRY), key=lambda mood: moods[mood])


def _shares(logits: npt.NDArray[np.float32]) -> list[float]:
    raw = np.exp(logits - logits.max())
    shares: list[float] = (raw / raw.sum()).tolist()
    return shares
