"""The whole of training: read, learn, write."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import jax
import numpy as np
import numpy.typing as npt

from switchboard.adapters.onnx.tokenizer import UnigramTokenizer

from ..builder import archive, cache, corpus, e5_weights, taxonomy, tokenizer_file
from ..builder.corpus import Example, read_corpus
from ..builder.corrections import read_corrections
from ..builder.settings import INTENT_LAYER, PREFIX
from . import data
from .checkpoint import Checkpoint
from .fit import Material, Recipe, fit, outputs, views, wait_for_silence
from .network import Shape, Tree, base_parameters, fresh_update
from .scale import Goals, settle
from .settle import LOST, outputs_of, write_settings


@dataclass(frozen=True)
class Plan:
    """Where from, where to, and how much."""

    corpus: Path
    work: Path
    into: Path
    epochs: int | None = None
    rate: float | None = None
    start: Path | None = None
    limit: int | None = None
    quiet: Path | None = None
    corrections: Path | None = None

    def messages(self, labels: taxonomy.Taxonomy) -> list[Example]:
        """The corpus, and agents' corrections after it: what of the corpus judges stays the same."""
        examples = read_corpus(sorted(self.corpus.glob("*.yaml")), labels)
        return [*examples, *(read_corrections(self.corrections, labels, examples) if self.corrections else [])]


def run(plan: Plan) -> None:
    """Trains and writes `encoder.npz`, `heads.npz`, `settings.json` and `training.json` into `plan.into`."""
    began = time.time()
    wait_for_silence(plan.quiet)
    labels = taxonomy.read_taxonomy(INTENT_LAYER / "intents.yaml")
    files = [*sorted(plan.corpus.glob("*.yaml")), *([plan.corrections] if plan.corrections else [])]
    learn, judge = data.split(plan.messages(labels))
    if plan.limit:
        learn = learn[:: -(-len(learn) // plan.limit)]
    recipe = replace(Recipe(), **{name: value for name in ("epochs", "rate") if (value := getattr(plan, name))})
    weights = e5_weights.read_e5_weights(plan.work / "sources" / "e5-small-q4.bin")
    plan.into.mkdir(parents=True, exist_ok=True)
    tokenizer = _tokenizer(weights, plan.work)
    shape = Shape(heads=weights.heads, epsilon=weights.epsilon)
    material = _material(weights, tokenizer, shape, labels.labels)
    print(f"training: {len(learn)} messages to learn from, {len(judge)} that judge", flush=True)
    history: list[dict[str, float]] = []

    def after_epoch(number: int, learnt: Tree) -> None:
        history.append(_judge(material, judge, learnt, plan.quiet))
        print(f"epoch {number}: " + ", ".join(f"{name} {value:.4f}" for name, value in history[-1].items()), flush=True)
        write(plan.into, learnt, shape)

    start = fresh_update(material.tuned, shape, len(labels.labels), len(corpus.SENTIMENTS), recipe.seed)
    if plan.start:
        start = _read(plan.start, start)
    earlier = [plan.start / "encoder.npz"] if plan.start else []
    key = cache.digest({"recipe": str(recipe), "shape": str(shape), "messages": str(len(learn))}, [*files, *earlier])
    fit(material, learn, start, recipe, Checkpoint(plan.work / "training" / "state.npz", key), plan.quiet, after_epoch)
    report = {
        "recipe": asdict(recipe), "shape": asdict(shape), "messages": len(learn), "epochs": history,
        "languages": sorted({example.language for example in learn}), "minutes": round((time.time() - began) / 60, 1),
        "jax": jax.__version__, "corpus": cache.digest({}, files),
    }  # fmt: skip
    if plan.start:
        report["earlier"] = json.loads((plan.start / "training.json").read_text())
    _write_report(plan.into, report)
    settle_again(plan)


def settle_again(plan: Plan) -> None:
    """Settles anew what the outputs mean, with what was learnt before."""
    wait_for_silence(plan.quiet)
    wanted = taxonomy.read_taxonomy(INTENT_LAYER / "intents.yaml")
    learn, judge = data.split(plan.messages(wanted))
    weights = e5_weights.read_e5_weights(plan.work / "sources" / "e5-small-q4.bin")
    found = outputs_of(weights, plan.into, _tokenizer(weights, plan.work), learn, judge, wanted.labels)
    figures = write_settings(plan.into, found, judge, wanted.labels)
    for name, values in figures.items():
        print(f"{name}: " + ", ".join(f"{measure} {value:.4f}" for measure, value in values.items()), flush=True)
    _write_report(plan.into, {**json.loads((plan.into / "training.json").read_text()), "settled": figures})


def _write_report(directory: Path, report: dict[str, Any]) -> None:
    (directory / "training.json").write_text(json.dumps(report, indent=1, sort_keys=True) + "\n")


def write(directory: Path, learnt: Tree, shape: Shape) -> None:
    """The update in half precision, the heads in single."""
    layers: dict[str, npt.NDArray[Any]] = {name: np.asarray(value, np.float16) for name, value in learnt["layers"].items()}
    archive.write_arrays(directory / "encoder.npz", {**layers, "frozen": np.array(shape.frozen)})
    archive.write_arrays(directory / "heads.npz", {name: np.asarray(value, np.float32) for name, value in learnt["heads"].items()})


def _read(directory: Path, form: Tree) -> Tree:
    """What `write` wrote, in the form of a fresh update."""
    with np.load(directory / "encoder.npz") as layers, np.load(directory / "heads.npz") as heads:
        found = {"layers": dict(layers), "heads": dict(heads)}
    return {
        part: {name: jax.numpy.asarray(found[part][name], jax.numpy.float32).reshape(value.shape) for name, value in content.items()}
        for part, content in form.items()
    }


def _tokenizer(weights: e5_weights.E5Weights, work: Path) -> UnigramTokenizer:
    path = work / "training" / "tokenizer.npz"
    path.parent.mkdir(parents=True, exist_ok=True)
    tokenizer_file.write_tokenizer(weights, path)
    return UnigramTokenizer.load(path)


def _material(
    weights: e5_weights.E5Weights, tokenizer: UnigramTokenizer, shape: Shape, labels: tuple[str, ...]
) -> Material:
    """The encoder to tune."""
    embedding, stacked = base_parameters(weights, shape.depth)

    def cut(first: int, last: int) -> Tree:
        return {name: value[first:last] for name, value in stacked.items()}

    return Material(embedding, cut(0, shape.frozen), cut(shape.frozen, shape.depth), shape, tokenizer, PREFIX, labels)


def _judge(material: Material, examples: list[corpus.Example], learnt: Tree, quiet: Path | None) -> dict[str, float]:
    found = views(material, examples, learnt["layers"], quiet)
    logits = np.hstack([np.asarray(part, np.float64) for part in outputs(learnt["heads"], jax.numpy.asarray(found))])
    goals = Goals.of(examples, material.labels)
    _, figures = settle(logits, goals, material.labels, LOST)
    right = logits[:, : len(material.labels) - 1].argmax(axis=1) == goals.intents
    inside = goals.intents < len(material.labels) - 1
    languages = np.array([example.language for example in examples])
    by_language = {f"accuracy_unrejected_{name}": float(right[inside & (languages == name)].mean()) for name in sorted(set(languages))}
    return {**figures, **{name: round(value, 4) for name, value in by_language.items()}}
