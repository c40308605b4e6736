"""From a model's raw outputs to its answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from switchboard.domain.understanding import ANGRY, OUT_OF_SCOPE, Understanding

Array = npt.NDArray[np.float32]
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


@dataclass(frozen=True)
class Settings:
    """What training settled on messages that it did not learn from."""

    both: Scale  # of the encoder's outputs and the n-grams' together
    small: Scale  # of the n-grams' alone
    intent_share: float  # what the n-grams' outputs count beside the encoder's, for labels
    mood_share: float  # and for sentiments

    @classmethod
    def read(cls, path: Path) -> Settings:
        """From the JSON that training wrote."""
        content = json.loads(path.read_text("utf-8"))
        labels, sentiments = tuple(content["labels"]), tuple(content["sentiments"])
        both, small = (Scale(labels, sentiments, **content[name]) for name in ("both", "small"))
        return cls(both, small, content["intent_share"], content["mood_share"])

    def together(self, encoder: Array, ngrams: Array) -> Array:
        """One text's outputs of both models as those of one: a log-linear mixture of their answers."""
        shares = np.repeat(np.array([self.intent_share, self.mood_share]), [len(self.both.labels), len(self.both.sentiments)])
        return np.asarray(encoder + shares * ngrams, np.float32)


def decide(scale: Scale, outputs: Array, language: str, model: str) -> Understanding:
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


def _shares(logits: Array) -> list[float]:
    raw = np.exp(logits - logits.max())
    shares: list[float] = (raw / raw.sum()).tolist()
    return shares
