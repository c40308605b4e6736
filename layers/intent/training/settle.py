"""Settles how the answers are read off what the encoder as it will run, and the n-grams, say of the messages held back."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from switchboard.adapters.ngrams.model import NgramModel
from switchboard.adapters.onnx.encoder import SentenceEncoder
from switchboard.adapters.onnx.head import Heads
from switchboard.adapters.onnx.tokenizer import UnigramTokenizer

from ..builder import archive, ngrams
from ..builder.corpus import SENTIMENTS, Example
from ..builder.e5_weights import E5Weights
from ..builder.encoder_graph import build_encoder
from ..builder.learned import SMOOTHED, tuned_layers
from ..builder.reference import ReferenceEncoder
from ..builder.settings import MAX_TOKENS, PREFIX
from .scale import Array, Goals, best_share, settle

# The share of in-scope messages that may be rejected. At 0.02 nearly four fifths of the held-back messages out of scope are
# rejected still, and more answers in scope are right than at 0.05. The small model needs to reject more.
LOST, LOST_BY_SMALL = 0.02, 0.05
_MEASURED = 120  # messages


@dataclass(frozen=True)
class Outputs:
    """What the two models say of the same messages: [messages, labels and sentiments]."""

    encoder: Array
    ngrams: Array


def outputs_of(
    weights: E5Weights, directory: Path, tokenizer: UnigramTokenizer,
    learn: Sequence[Example], judge: Sequence[Example], labels: Sequence[str],
) -> Outputs:  # fmt: skip
    """Of `judge`: by the update and the heads in `directory`, quantised, and by n-grams learnt from `learn`."""
    _measure_inputs(weights, directory / "encoder.npz", tokenizer, learn)
    with tempfile.TemporaryDirectory() as place:
        graph, words = Path(place) / "encoder.onnx", Path(place) / "ngrams.npz"
        graph.write_bytes(build_encoder(weights, tuned_layers(weights, directory / "encoder.npz"), {}, MAX_TOKENS).SerializeToString())
        encoder = SentenceEncoder(graph, threads=2)
        embeddings = encoder.understood([tokenizer.encode(example.text, MAX_TOKENS, PREFIX) for example in judge])
        ngrams.learn(learn, labels, words)
        model = NgramModel(words)
        found = np.stack([model.read(example.text).outputs for example in judge])
    return Outputs(Heads(directory / "heads.npz").outputs(embeddings).astype(np.float64), found.astype(np.float64))


def _measure_inputs(weights: E5Weights, learned: Path, tokenizer: UnigramTokenizer, learn: Sequence[Example]) -> None:
    """Adds the largest inputs of the inner products, by some messages, to what was learnt."""
    tuned = tuned_layers(weights, learned)
    reference = ReferenceEncoder(weights, [*tuned.stem, *tuned.top])
    for example in learn[:: max(len(learn) // _MEASURED, 1)]:
        reference.embed(tokenizer.encode(example.text, MAX_TOKENS, PREFIX))
    with np.load(learned, allow_pickle=False) as file:
        content = dict(file)
    most = {f"{part}.most": np.stack([layer[part] for layer in reference.largest]).astype(np.float16) for part in SMOOTHED}
    archive.write_arrays(learned, {**content, **most})


def write_settings(
    directory: Path, outputs: Outputs, examples: Sequence[Example], labels: Sequence[str]
) -> dict[str, dict[str, float]]:
    """Writes `directory/settings.json`, which `switchboard.adapters.onnx.decision.Settings` reads.

    Returns the figures of `examples` by the encoder alone, by n-grams alone (small), and by both.
    """
    goals, count = Goals.of(examples, labels), len(labels)
    intents = best_share(outputs.encoder[:, :count], outputs.ngrams[:, :count], goals.intents)
    moods = best_share(outputs.encoder[:, count:], outputs.ngrams[:, count:], goals.moods)
    shares = np.repeat([intents, moods], [count, len(SENTIMENTS)])
    small, small_figures = settle(outputs.ngrams, goals, labels, LOST_BY_SMALL)
    both, both_figures = settle(outputs.encoder + shares * outputs.ngrams, goals, labels, LOST)
    _, encoder_figures = settle(outputs.encoder, goals, labels, LOST)
    content = {
        "labels": list(labels), "sentiments": list(SENTIMENTS), "both": both, "small": small,
        "intent_share": round(intents, 4), "mood_share": round(moods, 4),
    }  # fmt: skip
    (directory / "settings.json").write_text(json.dumps(content, indent=1, sort_keys=True) + "\n")
    return {"encoder": encoder_figures, "small": small_figures, "both": both_figures}
