"""The sentence encoder in JAX: its lower layers frozen, its upper ones with low-rank updates, and what is read off the top.

The encoder is cut after `depth` layers: the layers above it cost a quarter of the time and, once the ones below are
tuned, add little (Sajjad et al. 2023, "On the effect of dropping layers of pre-trained transformer models").
Source of the low-rank updates: Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language Models".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt

from ..builder.e5_weights import E5Weights
from ..builder.learned import MATRICES, dense_layer

Tree = dict[str, Any]


@dataclass(frozen=True)
class Shape:
    """`frozen` layers as they are, then tuned ones up to `depth`."""

    frozen: int = 3
    depth: int = 9
    rank: int = 32
    heads: int = 12
    epsilon: float = 1e-12

    @property
    def tuned(self) -> int:
        return self.depth - self.frozen


def base_parameters(weights: E5Weights, layers: int) -> tuple[Tree, Tree]:
    """The embedding (words, positions, norm) and the first `layers` layers, each kind of parameter stacked over layers."""
    vectors = weights.vectors
    positions = vectors["emb.pos"].reshape(-1, weights.hidden) + vectors["emb.type"].reshape(-1, weights.hidden)[0]
    words = weights.matrices["emb.word"].dense()
    embedding = {"words": words, "positions": positions, "ln.w": vectors["emb.ln.w"], "ln.b": vectors["emb.ln.b"]}
    numbered = [dense_layer(weights, number) for number in range(layers)]
    stacked = {name: np.stack([layer[name] for layer in numbered]) for name in numbered[0]}
    return embedding, stacked


def fresh_update(stacked: Tree, shape: Shape, labels: int, moods: int, seed: int) -> Tree:
    """What is learnt, before learning: updates of nothing, and small random heads."""
    random = np.random.default_rng(seed)
    hidden = stacked["ao.w"].shape[-1]
    layers: Tree = {}
    for part in MATRICES:
        rows, columns = stacked[f"{part}.w"].shape[1:]
        layers[f"{part}.down"] = random.normal(0, 1 / math.sqrt(columns), (shape.tuned, shape.rank, columns))
        layers[f"{part}.up"] = np.zeros((shape.tuned, rows, shape.rank))
    heads = {
        "intent.w": random.normal(0, 0.02, (hidden, labels)),
        "intent.b": np.zeros(labels),
        "mood.w": random.normal(0, 0.02, (hidden, moods)),
        "mood.b": np.zeros(moods),
    }
    return dict(jax.tree.map(lambda value: jnp.asarray(value, jnp.float32), {"layers": layers, "heads": heads}))


def embed_words(embedding: Tree, ids: npt.NDArray[np.int32], epsilon: float) -> npt.NDArray[np.float32]:
    """The encoder's input; outside of what is compiled, so that the word table is never copied."""
    words = embedding["words"][ids] + embedding["positions"][: ids.shape[1]]
    centred = words - words.mean(-1, keepdims=True)
    words = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + epsilon)
    return np.asarray(words * embedding["ln.w"] + embedding["ln.b"], np.float32)


def run_layers(state: jax.Array, mask: jax.Array, layers: Tree, update: Tree | None, shape: Shape) -> jax.Array:
    """`state` after all layers stacked in `layers`, with the low-rank `update` of each if there is one."""
    texts, tokens, width = state.shape
    hidden = jnp.where(mask[:, None, None, :] > 0, 0.0, -1e9)

    def layer(state: jax.Array, given: tuple[Tree, Tree]) -> tuple[jax.Array, None]:
        base, change = given

        def linear(part: str, value: jax.Array) -> jax.Array:
            result = value @ base[f"{part}.w"].T + base[f"{part}.b"]
            if change:
                result = result + (value @ change[f"{part}.down"].T) @ change[f"{part}.up"].T
            return result

        def normalise(part: str, value: jax.Array) -> jax.Array:
            centred = value - value.mean(-1, keepdims=True)
            level = centred * jax.lax.rsqrt((centred**2).mean(-1, keepdims=True) + shape.epsilon)
            return level * base[f"{part}.w"] + base[f"{part}.b"]

        split = (
            part.reshape(texts, tokens, shape.heads, -1).transpose(0, 2, 1, 3) for part in jnp.split(linear("qkv", state), 3, axis=1)
        )
        query, key, value = split
        scores = query @ key.transpose(0, 1, 3, 2) / math.sqrt(width // shape.heads) + hidden
        mixed = (jax.nn.softmax(scores, -1) @ value).transpose(0, 2, 1, 3).reshape(texts * tokens, width)
        state = normalise("aln", state + linear("ao", mixed))
        # the approximation with tanh is within 0.0005 of the exact one, and its slope takes a third of the time
        inner = jax.nn.gelu(linear("fi", state), approximate=True)
        return normalise("oln", state + linear("fo", inner)), None

    # one row a token: products with gradients of another form are slow
    return jax.lax.scan(layer, state.reshape(texts * tokens, width), (layers, update or {}))[0].reshape(texts, tokens, width)


def pool(state: jax.Array, mask: jax.Array) -> jax.Array:
    """The mean over a text's tokens."""
    weight = mask[:, :, None].astype(jnp.float32)
    return (state * weight).sum(1) / weight.sum(1)


def standardise(view: jax.Array) -> jax.Array:
    """Mean 0 and variance 1 within each text's vector, so that heads see one scale."""
    centred = view - view.mean(-1, keepdims=True)
    return centred * jax.lax.rsqrt((centred**2).mean(-1, keepdims=True) + 1e-6)
