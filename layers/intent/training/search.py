"""Teaches the search view: low-rank updates of the encoder's upper layers, by questions and the passages that answer them.

Each question is to be nearer to its passage than to the others of its round, and each passage to its questions (van den Oord et al.
2018, "Representation Learning with Contrastive Predictive Coding": the loss). Vectors are compared as the index compares them: off
the centre of their language, the passage's by a share."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt
import optax

from switchboard.adapters.onnx.tokenizer import UnigramTokenizer

from ..builder import archive, cache, e5_weights, tokenizer_file
from ..builder.settings import MAX_TOKENS, PASSAGE_PREFIX, PREFIX
from .checkpoint import Checkpoint
from .fit import wait_for_silence
from .network import Shape, Tree, base_parameters, embed_words, fresh_update, pool, run_layers
from .pairs import Floats, Passage, Round, read_pairs, rounds

_STEPS_A_LINE = 10
_WIDTHS = (16, 32, 64)  # tokens of a round's questions: every width is a program to compile


@dataclass(frozen=True)
class Recipe:
    """How to learn. `sharpness`: by which nearness is multiplied before shares are made of it. `centred`: how much of its language's
    centre is taken out of a passage."""

    epochs: int = 6
    rate: float = 3e-4
    warm_up: float = 0.1
    decay: float = 0.01
    sharpness: float = 20.0
    centred: float = 0.7
    passages: int = 16
    asked: int = 3  # questions of a passage in a round, at most
    seed: int = 5
    held_back: int = 0  # every so manieth passage judges; 0: none


SHAPE = Shape(frozen=6, depth=12, rank=16)


@dataclass(frozen=True)
class _Encoder:
    embedding: Tree
    frozen: Tree
    tuned: Tree
    shape: Shape
    tokenizer: UnigramTokenizer

    def tokens(self, texts: Sequence[str], prefix: str, width: int, rows: int) -> tuple[Floats, npt.NDArray[np.int32]]:
        """The encoder's input and mask; rows beyond the texts count for nothing."""
        ids, mask = np.ones((rows, width), np.int32), np.zeros((rows, width), np.int32)
        for row, text in enumerate(texts):
            found = self.tokenizer.encode(text, width, prefix)
            ids[row, : len(found)], mask[row, : len(found)] = found, 1
        mask[len(texts) :, 0] = 1
        return embed_words(self.embedding, ids, self.shape.epsilon), mask


def unit(rows: Any) -> Any:
    return rows / jnp.maximum(jnp.linalg.norm(rows, axis=-1, keepdims=True), 1e-6)


def teach(pairs: Path, work: Path, into: Path, recipe: Recipe, quiet: Path | None = None) -> None:
    """Writes `search.npz` and `search.json` (how it went) into `into`."""
    began = time.time()
    weights = e5_weights.read_e5_weights(work / "sources" / "e5-small-q4.bin")
    path = work / "training" / "tokenizer.npz"
    path.parent.mkdir(parents=True, exist_ok=True)
    tokenizer_file.write_tokenizer(weights, path)
    embedding, stacked = base_parameters(weights, SHAPE.depth)
    frozen, tuned = (
        {name: value[part] for name, value in stacked.items()} for part in (slice(SHAPE.frozen), slice(SHAPE.frozen, None))
    )
    encoder = _Encoder(embedding, frozen, tuned, SHAPE, UnigramTokenizer.load(path))
    everything = read_pairs(pairs)
    judge = [one for number, one in enumerate(everything) if recipe.held_back and number % recipe.held_back == 0]
    learn = [one for one in everything if one not in judge]
    start = fresh_update(encoder.tuned, SHAPE, 1, 1, recipe.seed)["layers"]
    languages, centres = _centres(encoder, learn)
    near = _nearness(encoder, learn, languages, centres, recipe)
    if judge:
        print(f"before: recall@3 of those held back {_recall(encoder, judge, start, languages, centres, recipe):.3f}", flush=True)
    key = cache.digest({"recipe": str(recipe), "shape": str(SHAPE)}, sorted(pairs.glob("*.jsonl")))
    learnt = _fit(encoder, learn, near, start, languages, centres, recipe, Checkpoint(work / "training" / "search.npz", key), quiet)
    report: dict[str, Any] = {"recipe": asdict(recipe), "shape": asdict(SHAPE), "passages": len(learn), "pairs": key}
    if judge:
        report["recall_at_3_held_back"] = round(_recall(encoder, judge, learnt, languages, centres, recipe), 4)
        print(f"after: recall@3 of those held back {report['recall_at_3_held_back']}", flush=True)
    into.mkdir(parents=True, exist_ok=True)
    archive.write_arrays(into / "search.npz", {
        **{name: np.asarray(value, np.float16) for name, value in learnt.items()},
        "frozen": np.array(SHAPE.frozen), "centres": centres, "languages": np.frombuffer(" ".join(languages).encode(), np.uint8),
    })  # fmt: skip
    report["minutes"] = round((time.time() - began) / 60, 1)
    (into / "search.json").write_text(json.dumps(report, indent=1, sort_keys=True) + "\n")


def _fit(
    encoder: _Encoder, learn: Sequence[Passage], near: Floats, start: Tree, languages: Sequence[str], centres: Floats,
    recipe: Recipe, checkpoint: Checkpoint, quiet: Path | None,
) -> Tree:  # fmt: skip
    source = random.Random(recipe.seed)
    turns = [one for _ in range(recipe.epochs) for one in rounds(learn, near, recipe.passages, recipe.asked, source)]
    schedule = optax.warmup_cosine_decay_schedule(0.0, recipe.rate, int(recipe.warm_up * len(turns)), len(turns))
    optimiser = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(schedule, weight_decay=recipe.decay))
    place = {language: number for number, language in enumerate(languages)}
    most = recipe.passages * recipe.asked

    def loss(learnt: Tree, base: tuple[Tree, Tree], given: Tree) -> jax.Array:
        asked, found = (
            _meaning(encoder.shape, base, learnt, given[f"{part}.state"], given[f"{part}.mask"]) for part in ("asked", "found")
        )
        asked = unit(asked - given["asked.centre"])
        found = unit(found - recipe.centred * given["found.centre"])
        scores = recipe.sharpness * asked @ found.T + given["absent"][None, :]
        right = jax.nn.one_hot(given["answer"], scores.shape[1])
        to_passage = -(jax.nn.log_softmax(scores, 1) * right).sum(1)
        # the other way: of all questions of the round, a passage's own; the mean over them
        back = jax.nn.log_softmax(scores + given["silent"][:, None], 0)
        to_question = -(back * right).sum(1)
        counts = given["counts"]
        return ((to_passage + 0.5 * to_question) * counts).sum() / counts.sum()

    def step(learnt: Tree, moments: optax.OptState, base: tuple[Tree, Tree], given: Tree) -> tuple[Tree, optax.OptState, jax.Array]:
        value, slope = jax.value_and_grad(loss)(learnt, base, given)
        change, moments = optimiser.update(slope, moments, learnt)
        return optax.apply_updates(learnt, change), moments, value

    compiled = jax.jit(step)
    fresh, form = jax.tree.flatten((start, optimiser.init(start)))
    done, kept = checkpoint.read()
    learnt, moments = jax.tree.unflatten(form, [jnp.asarray(leaf) for leaf in kept] if done else fresh)
    base = jax.device_put((encoder.frozen, encoder.tuned))
    total, began = 0.0, time.monotonic()
    for number, turn in enumerate(turns, 1):
        if number <= done:
            continue
        began += wait_for_silence(quiet)
        learnt, moments, value = compiled(learnt, moments, base, _given(encoder, turn, place, centres, most, recipe.passages))
        total += float(value)
        if number % _STEPS_A_LINE == 0:
            print(f"step {number} of {len(turns)}: loss {total / _STEPS_A_LINE:.4f}, {time.monotonic() - began:.0f} s", flush=True)
            total = 0.0
            checkpoint.write(number, [np.asarray(leaf) for leaf in jax.tree.leaves((learnt, moments))])
    return dict(learnt)


def _given(encoder: _Encoder, turn: Round, place: dict[str, int], centres: Floats, most: int, size: int) -> Tree:
    texts = [text for _, text, _ in turn.questions]
    longest = max(len(encoder.tokenizer.encode(text, _WIDTHS[-1], PREFIX)) for text in texts)
    width = next(width for width in _WIDTHS if width >= longest)
    asked, asked_mask = encoder.tokens(texts, PREFIX, width, most)
    found, found_mask = encoder.tokens([one.searched for one in turn.passages], PASSAGE_PREFIX, MAX_TOKENS, size)
    counts = (np.arange(most) < len(texts)).astype(np.float32)
    answer = np.zeros(most, np.int32)
    answer[: len(texts)] = [at for _, _, at in turn.questions]
    spoken = np.zeros((most, centres.shape[1]), np.float32)
    spoken[: len(texts)] = centres[[place[language] for language, _, _ in turn.questions]]
    written = np.zeros((size, centres.shape[1]), np.float32)
    written[: len(turn.passages)] = centres[[place[one.language] for one in turn.passages]]
    return {
        "asked.state": asked, "asked.mask": asked_mask, "found.state": found, "found.mask": found_mask, "answer": answer,
        "asked.centre": spoken, "found.centre": written, "counts": counts, "silent": (counts - 1) * 1e9,
        "absent": ((np.arange(size) < len(turn.passages)).astype(np.float32) - 1) * 1e9,
    }  # fmt: skip


def _meaning(shape: Shape, base: tuple[Tree, Tree], learnt: Tree | None, state: jax.Array, mask: jax.Array) -> jax.Array:
    state = run_layers(state, mask, base[0], None, shape)
    return jnp.asarray(unit(pool(run_layers(state, mask, base[1], learnt, shape), mask)))


def _embedded(encoder: _Encoder, texts: Sequence[str], prefix: str, learnt: Tree | None) -> Floats:
    run = jax.jit(partial(_meaning, encoder.shape))
    base = jax.device_put((encoder.frozen, encoder.tuned))
    found = []
    for first in range(0, len(texts), 16):
        part = texts[first : first + 16]
        width = MAX_TOKENS if prefix == PASSAGE_PREFIX else _WIDTHS[-1]
        found.append(np.asarray(run(base, learnt, *encoder.tokens(part, prefix, width, 16)))[: len(part)])
    return np.concatenate(found)


def _centres(encoder: _Encoder, passages: Sequence[Passage]) -> tuple[list[str], Floats]:
    """The mean of each language's questions before learning, around which is learnt."""
    by_language: dict[str, list[str]] = {}
    for one in passages:
        for language, texts in one.questions.items():
            by_language.setdefault(language, []).extend(texts)
    languages = sorted(by_language)
    return languages, np.stack([_embedded(encoder, by_language[name][:150], PREFIX, None).mean(0) for name in languages])


def _nearness(encoder: _Encoder, passages: Sequence[Passage], languages: Sequence[str], centres: Floats, recipe: Recipe) -> Floats:
    found = _embedded(encoder, [one.searched for one in passages], PASSAGE_PREFIX, None)
    away = np.asarray(unit(found - recipe.centred * centres[[languages.index(one.language) for one in passages]]))
    return np.asarray(away @ away.T, np.float32)


def _recall(
    encoder: _Encoder, passages: Sequence[Passage], learnt: Tree, languages: Sequence[str], centres: Floats, recipe: Recipe
) -> float:
    """Share of the questions whose passage is among the nearest three of `passages`."""
    found = _embedded(encoder, [one.searched for one in passages], PASSAGE_PREFIX, learnt)
    away = np.asarray(unit(found - recipe.centred * centres[[languages.index(one.language) for one in passages]]))
    asked = [(language, text, at) for at, one in enumerate(passages) for language, texts in one.questions.items() for text in texts]
    vectors = _embedded(encoder, [text for _, text, _ in asked], PREFIX, learnt)
    scores = np.asarray(unit(vectors - centres[[languages.index(language) for language, _, _ in asked]])) @ away.T
    best = np.argsort(-scores, axis=1)[:, :3]
    return float(np.mean([at in row for (_, _, at), row in zip(asked, best, strict=True)]))
