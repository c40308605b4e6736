"""The flows that come with the package: YAML files in `resources/flows`, each read when it is first needed."""

from __future__ import annotations

import json
from importlib import resources

from switchboard.adapters.yaml_text import read_yaml
from switchboard.application.flow_book import Document, ShippedFlows
from switchboard.domain.understanding import IN_PASSING

_WORDS = "words"


def shipped_flows() -> ShippedFlows:
    folder = resources.files("switchboard.resources").joinpath("flows")
    names = {entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml")}
    heard = json.loads(resources.files("switchboard.resources").joinpath("intents.json").read_text(encoding="utf-8"))
    return ShippedFlows(frozenset(names - {_WORDS}), read, lambda: read(_WORDS), frozenset(heard) - IN_PASSING)


def read(name: str) -> Document:
    """A shipped document. Raises FileNotFoundError."""
    return read_yaml(resources.files("switchboard.resources").joinpath("flows", f"{name}.yaml").read_text(encoding="utf-8"))
