"""What the intent layer says of a message."""

from __future__ import annotations

from dataclasses import dataclass

OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True, slots=True)
class Understanding:
    """`intent` is a label of the taxonomy or `OUT_OF_SCOPE`; `confidence` is calibrated, 0 to 1; `language` is ISO 639-1
    or "und"; `model` names the exact weights, so that a decision can be recomputed."""

    intent: str
    confidence: float
    language: str
    alternatives: tuple[tuple[str, float], ...] = ()
    model: str = ""
