"""What training found (`layers/intent/learned`) put into the encoder's weights. Needs numpy alone.

`encoder.npz` holds low-rank updates of the layers from `frozen` up to `depth`, in half precision: a matrix becomes
W + up @ down (Hu et al. 2021, "LoRA"). It also holds, for all layers as tuned, the largest magnitudes of the inputs of the
inner products, by which the graph smoothes them. `search.npz` holds the same of the top that serves search, from `frozen` to the
last layer, and of each language the centre it was learnt around. `heads.npz` and `settings.json` are copied as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from .e5_weights import E5Weights

Array = npt.NDArray[np.float32]


class LearnedError(ValueError):
    """What was learnt does not fit the encoder."""


MATRICES = ("qkv", "ao", "fi", "fo")
# Their inputs have a few values far above the rest, which would take the others' share of eight bits.
SMOOTHED = ("fi", "fo")
# A layer as it runs: matrices [outputs, inputs] and vectors by name (`qkv.w`, `aln.b`).
Layer = dict[str, Array]


@dataclass(frozen=True)
class TunedLayers:
    """The lower layers as they were, and the tuned ones that follow. Beside its weights each has the largest magnitude of
    each input of `SMOOTHED` (`fi.most`), all alike where that was not measured."""

    stem: tuple[Layer, ...]
    top: tuple[Layer, ...]


def dense_layer(weights: E5Weights, number: int) -> Layer:
    """One layer of the weight file in single precision; the three products of attention are one matrix."""
    name = f"l{number}"
    layer = {
        "qkv.w": np.concatenate([weights.matrices[f"{name}.{part}.w"].dense() for part in "qkv"]),
        "qkv.b": np.concatenate([weights.vectors[f"{name}.{part}.b"] for part in "qkv"]),
    }
    for part in ("ao", "fi", "fo"):
        layer[f"{part}.w"] = weights.matrices[f"{name}.{part}.w"].dense()
    for vector in ("ao.b", "fi.b", "fo.b", "aln.w", "aln.b", "oln.w", "oln.b"):
        layer[vector] = weights.vectors[f"{name}.{vector}"]
    return layer


def search_updates(weights: E5Weights, learned: Path) -> dict[int, Layer]:
    """Low-rank updates of the search top by layer: `qkv.up` [outputs, rank], `qkv.down` [rank, inputs] and so on.

    Raises `LearnedError` if the file was learnt for another encoder.
    """
    with np.load(learned, allow_pickle=False) as file:
        frozen = int(file["frozen"])
        changes = {name: file[name].astype(np.float32) for name in file.files if name.endswith((".up", ".down"))}
    found: dict[int, Layer] = {}
    for number in range(frozen, weights.layers):
        base = dense_layer(weights, number)
        try:
            layer = {name: values[number - frozen] for name, values in changes.items()}
            if any((layer[f"{p}.up"] @ layer[f"{p}.down"]).shape != base[f"{p}.w"].shape for p in MATRICES):
                raise ValueError("a matrix has another size")
        except (KeyError, IndexError, ValueError) as error:
            raise LearnedError(f"{learned.name} was learnt for another encoder: {error}") from error
        found[number] = layer
    return found


def search_layers(weights: E5Weights, updates: Mapping[int, Layer]) -> list[Layer]:
    """All layers of the search view in single precision."""
    layers = [dense_layer(weights, number) for number in range(weights.layers)]
    for number, update in updates.items():
        for part in MATRICES:
            layers[number][f"{part}.w"] = layers[number][f"{part}.w"] + update[f"{part}.up"] @ update[f"{part}.down"]
    return layers


def tuned_layers(weights: E5Weights, learned: Path) -> TunedLayers:
    """The layers with what was learnt merged in.

    Raises `LearnedError` if the file was learnt for another encoder.
    """
    with np.load(learned, allow_pickle=False) as file:
        frozen = int(file["frozen"])
        changes = {name: file[name].astype(np.float32) for name in file.files if name != "frozen"}
    try:
        layers = [dense_layer(weights, number) for number in range(frozen + len(changes["ao.up"]))]
        for number, layer in enumerate(layers):
            for part in SMOOTHED:
                most = changes.get(f"{part}.most")
                layer[f"{part}.most"] = np.ones(layer[f"{part}.w"].shape[1], np.float32) if most is None else most[number]
        for number, layer in enumerate(layers[frozen:]):
            for part in MATRICES:
                layer[f"{part}.w"] = layer[f"{part}.w"] + changes[f"{part}.up"][number] @ changes[f"{part}.down"][number]
    except (KeyError, IndexError, ValueError) as error:
        raise LearnedError(f"{learned.name} was learnt for another encoder: {error}") from error
    return TunedLayers(tuple(layers[:frozen]), tuple(layers[frozen:]))
