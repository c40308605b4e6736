"""Builds the directory of the intent model: encoder, tokenizer, language model, intent head, manifest, notices."""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import scipy

from switchboard.adapters.onnx import classifier, head, language
from switchboard.adapters.onnx import encoder as sentence_encoder
from switchboard.adapters.onnx import tokenizer as unigram
from switchboard.adapters.onnx.location import MANIFEST, MODEL_PACKAGE

from . import archive, corpus, e5_weights, encoder_graph, language_model, sources, taxonomy, tokenizer_file, training
from .cache import digest, step
from .fidelity import cosine_to_reference

INTENT_LAYER = Path(__file__).resolve().parents[1]
CHECKOUT = INTENT_LAYER.parents[1]
MAX_TOKENS = 128
# What the E5 authors put before every text that is compared with others of its kind.
PREFIX = "query: "
LEAST_COSINE = 0.99
_PACKAGE_TEXT = '"""Data of the intent model; see NOTICE for its licences. switchboard.adapters.onnx reads it."""\n'


class BuildError(RuntimeError):
    """The model cannot be built as it should be."""


def build_model(work: Path = CHECKOUT / "build" / "intent") -> Path:
    """Builds what changed since the last time under `work`; returns the model's directory.

    Raises `SourceError`, `WeightFormatError`, `TaxonomyError`, `CorpusError` or `BuildError`.
    """
    files = sources.fetch(INTENT_LAYER / "sources.txt", work / "sources")
    labels = taxonomy.read_taxonomy(INTENT_LAYER / "intents.yaml")
    corpora = sorted((INTENT_LAYER / "corpus").glob("*.yaml"))
    examples = corpus.read_corpus(corpora, labels)  # before the long steps, so that a fault shows at once
    target = work / MODEL_PACKAGE
    target.mkdir(parents=True, exist_ok=True)
    outputs = {name: target / name for name in ("encoder.onnx", "tokenizer.npz", "language.npz", "head.npz")}

    def run(name: str, key: str, names: list[str], make: Callable[[], None]) -> None:
        step(name, key, [outputs[file] for file in names], work / "steps" / f"{name}.json", make)

    encoder_key = digest(
        {"weights": sources.WEIGHTS.sha256, "tokens": str(MAX_TOKENS), "onnx": onnx.__version__},
        _code(archive, e5_weights, encoder_graph, tokenizer_file),
    )
    run(
        "encoder",
        encoder_key,
        ["encoder.onnx", "tokenizer.npz"],
        lambda: _build_encoder(files[sources.WEIGHTS], outputs["encoder.onnx"], outputs["tokenizer.npz"]),
    )
    language_key = digest({"model": sources.LANGUAGE.sha256, "languages": " ".join(labels.languages)}, _code(archive, language_model))
    run(
        "language",
        language_key,
        ["language.npz"],
        lambda: language_model.repack(files[sources.LANGUAGE], outputs["language.npz"], labels.languages),
    )
    versions = {module.__name__: module.__version__ for module in (np, scipy, onnxruntime)}
    head_key = digest(
        {"encoder": encoder_key, "prefix": PREFIX, "machine": platform.machine(), **versions},
        [*corpora, INTENT_LAYER / "intents.yaml", *_code(archive, corpus, training, head, sentence_encoder, unigram)],
    )
    run("head", head_key, ["head.npz"], lambda: _build_head(target, examples, labels.labels))
    _write_package(target, outputs, _code(classifier, head, language, unigram))
    return target


def _code(*modules: object) -> list[Path]:
    return [Path(str(getattr(module, "__file__", ""))) for module in modules]


def _build_encoder(source: Path, graph: Path, tokenizer: Path) -> None:
    weights = e5_weights.read_e5_weights(source)
    tokenizer_file.write_tokenizer(weights, tokenizer)
    model = encoder_graph.build_encoder(weights, MAX_TOKENS)
    onnx.checker.check_model(model)
    graph.write_bytes(model.SerializeToString(deterministic=True))
    cosine = cosine_to_reference(weights, graph, tokenizer, PREFIX, MAX_TOKENS)
    print(f"encoder: cosine to single precision {cosine.mean():.5f} mean, {cosine.min():.5f} least", flush=True)
    if cosine.mean() < LEAST_COSINE:
        graph.unlink()
        raise BuildError(f"the encoder differs from its weights: mean cosine {cosine.mean():.4f} < {LEAST_COSINE}")


def _build_head(directory: Path, examples: list[corpus.Example], labels: tuple[str, ...]) -> None:
    tokenizer = unigram.UnigramTokenizer.load(directory / "tokenizer.npz")
    encoder = sentence_encoder.SentenceEncoder(directory / "encoder.onnx", threads=2)
    tokens = [tokenizer.encode(example.text, MAX_TOKENS, PREFIX) for example in examples]
    trained = training.train(encoder.embed(tokens), examples, labels)
    trained.write(directory / "head.npz")
    print(
        f"head: {len(examples)} messages, {', '.join(trained.languages)}; {trained.accuracy:.1%} right in"
        f" cross-validation on the corpus itself; temperature {trained.temperature:.3f},"
        f" threshold {trained.threshold:.3f}",
        flush=True,
    )


def _write_package(target: Path, outputs: dict[str, Path], code: list[Path]) -> None:
    hashes = {name: sources.sha256_of(path) for name, path in outputs.items()}
    # the same files read by other code may decide otherwise, so the code counts
    everything = {**hashes, **{path.name: sources.sha256_of(path) for path in code}, "prefix": PREFIX}
    version = hashlib.sha256(json.dumps(everything, sort_keys=True).encode()).hexdigest()[:12]
    manifest = {
        "version": f"intent-{version}",
        "prefix": PREFIX,
        "max_tokens": MAX_TOKENS,
        "sha256": hashes,
        "sources": {source.member: source.sha256 for source in (sources.WEIGHTS, sources.LANGUAGE)},
    }
    (target / "__init__.py").write_text(_PACKAGE_TEXT)
    shutil.copyfile(INTENT_LAYER / "NOTICE", target / "NOTICE")
    (target / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n")
