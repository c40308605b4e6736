"""Builds the directory of the intent model: encoder, tokenizer, language model, heads, manifest, notices.

`layers/intent/learned` holds what `python -m layers.intent.training` found; only the n-grams are learnt here."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import onnx
import sklearn

from switchboard.adapters.ngrams import features
from switchboard.adapters.ngrams import model as ngram_model
from switchboard.adapters.onnx import classifier, decision, head, language
from switchboard.adapters.onnx import tokenizer as unigram
from switchboard.adapters.onnx.location import MANIFEST, MODEL_PACKAGE

from . import (
    archive,
    corpus,
    corrections,
    e5_weights,
    encoder_graph,
    language_model,
    learned,
    ngrams,
    sources,
    taxonomy,
    tokenizer_file,
    vocabulary,
)
from .cache import digest, step
from .fidelity import cosine_to_reference
from .settings import CHECKOUT, INTENT_LAYER, LEARNED, MAX_TOKENS, PASSAGE_PREFIX, PREFIX

LEAST_COSINE = 0.99
_PACKAGE_TEXT = '"""Data of the intent model; see NOTICE for its licences. switchboard.adapters.onnx reads it."""\n'


class BuildError(RuntimeError):
    """The model cannot be built as it should be."""


def build_model(work: Path = CHECKOUT / "build" / "intent", corrected: Path | None = None) -> Path:
    """Builds what changed since the last time under `work`; returns the model's directory.

    `corrected`: agents' corrections to learn from beside the corpus (`corrections`).
    Raises `SourceError`, `WeightFormatError`, `CorpusError`, `LearnedError`, `TaxonomyError` or `BuildError`.
    """
    files = sources.fetch(INTENT_LAYER / "sources.txt", work / "sources")
    labels = taxonomy.read_taxonomy(INTENT_LAYER / "intents.yaml")
    target = work / MODEL_PACKAGE
    target.mkdir(parents=True, exist_ok=True)
    names = ("encoder.onnx", "tokenizer.npz", "language.npz", "ngrams.npz", "heads.npz", "settings.json")
    outputs = {name: target / name for name in names}

    def run(name: str, key: str, names: list[str], make: Callable[[], None]) -> None:
        step(name, key, [outputs[file] for file in names], work / "steps" / f"{name}.json", make)

    encoder_key = digest(
        {"weights": sources.WEIGHTS.sha256, "tokens": str(MAX_TOKENS), "onnx": onnx.__version__},
        [
            *(LEARNED / name for name in ("encoder.npz", "search.npz")),
            *_code(archive, e5_weights, encoder_graph, learned, tokenizer_file, vocabulary),
        ],
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
    corpora = sorted((INTENT_LAYER / "corpus").glob("*.yaml"))
    extra = [corrected, *_code(corrections)] if corrected else []
    ngrams_key = digest(
        {"sklearn": sklearn.__version__, "labels": " ".join(labels.labels)},
        [*corpora, *extra, *_code(corpus, features, ngram_model, ngrams)],
    )
    run("ngrams", ngrams_key, ["ngrams.npz"], lambda: _learn_ngrams(corpora, corrected, labels, outputs["ngrams.npz"]))
    copied = ["heads.npz", "settings.json"]
    run("learned", digest({}, [LEARNED / name for name in copied]), copied, lambda: _copy_learned(copied, target, labels.labels))
    _write_package(target, outputs, _code(classifier, decision, features, head, language, ngram_model, unigram))
    return target


def _learn_ngrams(corpora: list[Path], corrected: Path | None, labels: taxonomy.Taxonomy, target: Path) -> None:
    examples = corpus.read_corpus(corpora, labels)
    more = corrections.read_corrections(corrected, labels, examples) if corrected else []
    ngrams.learn(examples, labels.labels, target, more)


def _code(*modules: object) -> list[Path]:
    return [Path(str(getattr(module, "__file__", ""))) for module in modules]


def _build_encoder(source: Path, graph: Path, tokenizer: Path) -> None:
    weights = vocabulary.cut(e5_weights.read_e5_weights(source))
    tokenizer_file.write_tokenizer(weights, tokenizer)
    tuned = learned.tuned_layers(weights, LEARNED / "encoder.npz")
    search = learned.search_updates(weights, LEARNED / "search.npz")
    model = encoder_graph.build_encoder(weights, tuned, search, MAX_TOKENS)
    onnx.checker.check_model(model)
    graph.write_bytes(model.SerializeToString(deterministic=True))
    cosine = cosine_to_reference(weights, tuned, search, graph, tokenizer, PREFIX, MAX_TOKENS)
    print(f"encoder: cosine to single precision {cosine.mean():.5f} mean, {cosine.min():.5f} least", flush=True)
    if cosine.mean() < LEAST_COSINE:
        graph.unlink()
        raise BuildError(f"the encoder differs from its weights: mean cosine {cosine.mean():.4f} < {LEAST_COSINE}")


def _copy_learned(names: list[str], target: Path, labels: tuple[str, ...]) -> None:
    if decision.Settings.read(LEARNED / "settings.json").both.labels != labels:
        raise BuildError("what was learnt is of another taxonomy: run python -m layers.intent.training")
    for name in names:
        shutil.copyfile(LEARNED / name, target / name)


def _write_package(target: Path, outputs: dict[str, Path], code: list[Path]) -> None:
    hashes = {name: sources.sha256_of(path) for name, path in outputs.items()}
    # the same files read by other code may decide otherwise, so the code counts
    prefixes = {"prefix": PREFIX, "passage_prefix": PASSAGE_PREFIX}
    everything = {**hashes, **{path.name: sources.sha256_of(path) for path in code}, **prefixes}
    version = hashlib.sha256(json.dumps(everything, sort_keys=True).encode()).hexdigest()[:12]
    manifest = {
        "version": f"intent-{version}",
        **prefixes,
        "max_tokens": MAX_TOKENS,
        "sha256": hashes,
        "sources": {source.member: source.sha256 for source in (sources.WEIGHTS, sources.LANGUAGE)},
    }
    (target / "__init__.py").write_text(_PACKAGE_TEXT)
    shutil.copyfile(INTENT_LAYER / "NOTICE", target / "NOTICE")
    (target / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n")
