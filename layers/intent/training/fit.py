"""Learns the encoder's update and the heads."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import jax
import numpy as np
import numpy.typing as npt
import optax
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from switchboard.adapters.onnx.tokenizer import UnigramTokenizer

from ..builder.corpus import SENTIMENTS, Example
from . import data
from .checkpoint import Checkpoint
from .network import Shape, Tree, embed_words, pool, run_layers, standardise

_STEPS_A_LINE = 25
_PAUSE = 2.0  # seconds between looks at the file that asks for silence


@dataclass(frozen=True)
class Recipe:
    """How to learn. Chosen on the messages held back from the corpus."""

    epochs: int = 5
    rate: float = 1e-3
    warm_up: float = 0.06  # share of all steps
    decay: float = 0.01
    smoothing: float = 0.1
    mood_weight: float = 0.5
    seed: int = 7


@dataclass(frozen=True)
class Material:
    """The encoder to tune and what is to be learnt."""

    embedding: Tree
    frozen: Tree
    tuned: Tree
    shape: Shape
    tokenizer: UnigramTokenizer
    prefix: str
    labels: tuple[str, ...]


def outputs(heads: Tree, view: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Logits of intent and of mood."""
    level = standardise(view)
    return level @ heads["intent.w"] + heads["intent.b"], level @ heads["mood.w"] + heads["mood.b"]


def fit(
    material: Material,
    examples: Sequence[Example],
    start: Tree,
    recipe: Recipe,
    checkpoint: Checkpoint,
    quiet: Path | None,
    after_epoch: Callable[[int, Tree], None],
) -> Tree:
    """What is learnt from `examples`. While the file `quiet` exists, nothing is computed; `checkpoint`
    says where to go on."""
    epochs = [data.epoch(examples, material.tokenizer, material.prefix, recipe.seed + number) for number in range(recipe.epochs)]
    steps = sum(map(len, epochs))
    schedule = optax.warmup_cosine_decay_schedule(0.0, recipe.rate, int(recipe.warm_up * steps), steps)
    optimiser = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(schedule, weight_decay=recipe.decay))
    intents = np.array([material.labels.index(example.label) for example in examples])
    moods = np.array([SENTIMENTS.index(example.sentiment) for example in examples])
    texts = np.mean([len(batch.rows) for batch in epochs[0]])

    def loss(learnt: Tree, tuned: Tree, state: jax.Array, mask: jax.Array, goals: tuple[jax.Array, ...]) -> jax.Array:
        intent, mood = outputs(learnt["heads"], pool(run_layers(state, mask, tuned, learnt["layers"], material.shape), mask))
        intent_goal, mood_goal, counts = goals
        smooth = optax.smooth_labels(jax.nn.one_hot(intent_goal, intent.shape[1]), recipe.smoothing)
        losses = optax.softmax_cross_entropy(intent, smooth)
        losses += recipe.mood_weight * optax.softmax_cross_entropy_with_integer_labels(mood, mood_goal)
        return (losses * counts).sum() / texts

    def step(
        learnt: Tree, moments: optax.OptState, base: tuple[Tree, Tree],
        state: jax.Array, mask: jax.Array, goals: tuple[jax.Array, ...],
    ) -> tuple[Tree, optax.OptState, jax.Array]:  # fmt: skip
        state = run_layers(state, mask, base[0], None, material.shape)
        value, slope = jax.value_and_grad(loss)(learnt, base[1], state, mask, goals)
        change, moments = optimiser.update(slope, moments, learnt)
        return optax.apply_updates(learnt, change), moments, value

    compiled: Callable[..., tuple[Tree, optax.OptState, jax.Array]] = jax.jit(step)
    whole, halves = _places()
    fresh, form = jax.tree.flatten((start, optimiser.init(start)))
    done, kept = checkpoint.read()
    learnt, moments = jax.device_put(jax.tree.unflatten(form, kept if done else fresh), whole)
    base = jax.device_put((material.frozen, material.tuned), whole)
    number, total, began = 0, 0.0, time.monotonic()
    for turn, batches in enumerate(epochs):
        for batch in batches:
            number += 1
            if number <= done:
                continue
            began += wait_for_silence(quiet)
            counts = np.arange(len(batch.ids)) < len(batch.rows)
            goals = (*(_filled(goal[batch.rows], len(batch.ids)) for goal in (intents, moods)), counts.astype(np.float32))
            state = embed_words(material.embedding, batch.ids, material.shape.epsilon)
            learnt, moments, value = compiled(learnt, moments, base, *jax.device_put((state, batch.mask, goals), halves))
            total += float(value)
            if number % _STEPS_A_LINE == 0:
                print(f"step {number} of {steps}: loss {total / _STEPS_A_LINE:.4f}, {time.monotonic() - began:.0f} s", flush=True)
                total = 0.0
                checkpoint.write(number, [np.asarray(leaf) for leaf in jax.tree.leaves((learnt, moments))])
        if number > done:
            after_epoch(turn + 1, learnt)
    return dict(learnt)


def wait_for_silence(quiet: Path | None) -> float:
    """Waits while `quiet` exists; the seconds that took."""
    began = time.monotonic()
    while quiet is not None and quiet.exists():
        time.sleep(_PAUSE)
    return time.monotonic() - began


def views(material: Material, examples: Sequence[Example], update: Tree | None, quiet: Path | None) -> npt.NDArray[np.float32]:
    """One pooled vector an example: of the tuned layers with `update`, or of the layers as they are."""

    def forward(base: tuple[Tree, Tree], state: jax.Array, mask: jax.Array, update: Tree | None) -> jax.Array:
        state = run_layers(state, mask, base[0], None, material.shape)
        return pool(run_layers(state, mask, base[1], update, material.shape), mask)

    compiled = jax.jit(forward)
    whole, halves = _places()
    base, update = jax.device_put(((material.frozen, material.tuned), update), whole)
    found = np.zeros((len(examples), material.embedding["ln.w"].shape[0]), np.float32)
    for batch in data.epoch(examples, material.tokenizer, material.prefix, 0, as_they_are=True):
        wait_for_silence(quiet)
        state = embed_words(material.embedding, batch.ids, material.shape.epsilon)
        found[batch.rows] = np.asarray(compiled(base, *jax.device_put((state, batch.mask), halves), update))[: len(batch.rows)]
    return found


def _places() -> tuple[NamedSharding, NamedSharding]:
    """On all devices the same; and cut along the texts of a batch."""
    mesh = Mesh(np.array(jax.devices()), ("texts",))
    return NamedSharding(mesh, PartitionSpec()), NamedSharding(mesh, PartitionSpec("texts"))


def _filled(goal: npt.NDArray[np.generic], count: int) -> npt.NDArray[np.generic]:
    return np.concatenate([goal, np.zeros((count - len(goal), *goal.shape[1:]), goal.dtype)])
