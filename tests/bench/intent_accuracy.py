"""How well the built intent model understands: `python tests/bench/intent_accuracy.py [--record]`.

Judges it on the held-out messages of tests/data/intent, which nothing is ever trained or tuned on, and prints what it
gets wrong most. Exits 1 if a figure is short; `--record` writes them to docs/figures/intent_accuracy.json."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "layers/core/python")]

from layers.intent.builder.corpus import Example, read_corpus  # noqa: E402
from layers.intent.builder.taxonomy import read_taxonomy  # noqa: E402
from switchboard.adapters.onnx.classifier import OnnxIntentModel  # noqa: E402
from switchboard.domain.understanding import OUT_OF_SCOPE, Understanding  # noqa: E402
from tests.bench.intent_figures import Figure, report  # noqa: E402
from tests.bench.intent_language_samples import SAMPLES  # noqa: E402

HELD_OUT = ROOT / "tests/data/intent"
# The project's goals; see docs/intent-model.md for where the model stands.
ACCURACY, REJECTED, CALIBRATION, LANGUAGE = 90.0, 70.0, 10.0, 97.0
CONFUSIONS = 12
CONFIDENCE_BINS = 10


def accuracy_figures(language: str, pairs: list[tuple[Example, Understanding]]) -> list[Figure]:
    """In scope: the label is right, a rejection counts as wrong. Out of scope: it is rejected."""
    inside = [(example, answer) for example, answer in pairs if example.label != OUT_OF_SCOPE]
    outside = [(example, answer) for example, answer in pairs if example.label == OUT_OF_SCOPE]
    right = [example.label == answer.intent for example, answer in inside]
    lost = sum(answer.intent == OUT_OF_SCOPE for _, answer in inside)
    # shown for routing, which asks people when unsure: how often the answers it acts on are right
    sure = [ok for ok, (_, answer) in zip(right, inside, strict=True) if answer.confidence >= 0.5 and answer.intent != OUT_OF_SCOPE]
    print(
        f"{language}: {len(inside)} messages in scope, {lost} of them rejected; {len(sure)} answered with confidence 0.5 or"
        f" more, of these {sum(sure) / max(len(sure), 1):.1%} right"
    )
    return [
        Figure(f"intent_accuracy_{language}", 100 * sum(right) / len(right), ACCURACY, "%", least=True),
        Figure(
            f"intent_out_of_scope_rejected_{language}",
            100 * sum(answer.intent == OUT_OF_SCOPE for _, answer in outside) / len(outside),
            REJECTED, "%", least=True,
        ),
        Figure(f"intent_calibration_error_{language}", 100 * calibration_error(inside), CALIBRATION, "%", least=False),
    ]  # fmt: skip


def calibration_error(pairs: list[tuple[Example, Understanding]]) -> float:
    """Expected calibration error of the answers that name an intent: mean gap of confidence and accuracy, by bins."""
    answered = [(example, answer) for example, answer in pairs if answer.intent != OUT_OF_SCOPE]
    gap = 0.0
    for number in range(CONFIDENCE_BINS):
        members = [
            (answer.confidence, example.label == answer.intent)
            for example, answer in answered
            if min(int(answer.confidence * CONFIDENCE_BINS), CONFIDENCE_BINS - 1) == number
        ]
        if members:
            gap += abs(sum(confidence for confidence, _ in members) - sum(ok for _, ok in members))
    return gap / max(len(answered), 1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", action="store_true", help="write docs/figures/intent_accuracy.json")
    arguments = parser.parse_args()
    model = OnnxIntentModel(threads=2)
    figures: list[Figure] = []
    confused: Counter[tuple[str, str]] = Counter()
    taxonomy = read_taxonomy(ROOT / "layers/intent/intents.yaml")
    for path in sorted(HELD_OUT.glob("*.yaml")):
        examples = read_corpus([path], taxonomy, least=1)
        pairs = list(zip(examples, model.classify([example.text for example in examples]), strict=True))
        figures += accuracy_figures(path.stem, pairs)
        figures.append(language_figure(f"held_out_{path.stem}", in_scope_languages(pairs)))
        confused.update((one.label, two.intent) for one, two in pairs if one.label != two.intent)
    print("most confused (meant, taken for):", *(f"{a} {b} {n}" for (a, b), n in confused.most_common(CONFUSIONS)), sep="\n  ")
    samples = [(language, text) for language, texts in SAMPLES.items() for text in texts]
    found = [answer.language for answer in model.classify([text for _, text in samples])]
    for (language, text), answer in zip(samples, found, strict=True):
        if language != answer:
            print(f"language {language} taken for {answer}: {text}")
    figures.append(language_figure("samples", [(language, got) for (language, _), got in zip(samples, found, strict=True)]))
    return report("intent_accuracy", figures, record=arguments.record, model=model.version)


def in_scope_languages(pairs: list[tuple[Example, Understanding]]) -> list[tuple[str, str]]:
    """Out of scope is left out: nonsense has no language, and some of it is in a foreign one."""
    return [(one.language, two.language) for one, two in pairs if one.label != OUT_OF_SCOPE]


def language_figure(name: str, pairs: list[tuple[str, str]]) -> Figure:
    right = sum(meant == found for meant, found in pairs)
    return Figure(f"intent_language_{name}", 100 * right / len(pairs), LANGUAGE, "%", least=True)


if __name__ == "__main__":
    sys.exit(main())
