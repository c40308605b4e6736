"""The weights and the calibration that come with the code."""

from __future__ import annotations

import json
from importlib import resources

from switchboard.domain.knowledge.ranking import Weights, parse_weights


def shipped_weights() -> Weights:
    return parse_weights(json.loads(resources.files("switchboard.resources").joinpath("knowledge.json").read_text("utf-8")))
