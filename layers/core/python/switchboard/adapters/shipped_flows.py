"""The flows that come with the package: YAML files in `resources/flows`, each read when it is first needed."""

from __future__ import annotations

from importlib import resources

from switchboard.adapters.yaml_text import read_yaml
from switchboard.application.flow_book import Document, ShippedFlows

_WORDS = "words"


def shipped_flows() -> ShippedFlows:
    folder = resources.files("switchboard.resources").joinpath("flows")
    names = {entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml")}
    return ShippedFlows(frozenset(names - {_WORDS}), read, lambda: read(_WORDS))


def read(name: str) -> Document:
    """A shipped document. Raises FileNotFoundError."""
    return read_yaml(resources.files("switchboard.resources").joinpath("flows", f"{name}.yaml").read_text(encoding="utf-8"))
