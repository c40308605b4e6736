"""What the intent layer costs: `python tests/bench/intent_speed.py [--record]`.

Times are the process's CPU time on one thread, medians: other work on the machine must not decide. Sizes are those of
the built model, and of the layer for arm64 or, if that was not built, for this machine. Exits 1 if a figure is short."""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "layers/core/python")]

from layers.intent.builder.e5_weights import read_e5_weights  # noqa: E402
from layers.intent.builder.fidelity import cosine_to_reference  # noqa: E402
from layers.intent.builder.learned import search_updates, tuned_layers  # noqa: E402
from layers.intent.builder.model import LEAST_COSINE  # noqa: E402
from layers.intent.builder.settings import LEARNED, MAX_TOKENS, PREFIX  # noqa: E402
from layers.intent.builder.vocabulary import cut  # noqa: E402
from switchboard.adapters.onnx.classifier import OnnxIntentModel  # noqa: E402
from switchboard.adapters.onnx.location import locate_model  # noqa: E402
from tests.bench.intent_figures import Figure, report  # noqa: E402

SHORT = "I ordered two lamps last week and only one came, where is the other?"
REPEATS = 30
BATCH = 10  # messages in one invocation of the router at most
COLD_START = (
    "import time; start = time.process_time();"
    "from switchboard.adapters.onnx.classifier import OnnxIntentModel; OnnxIntentModel().classify(['hello']);"
    "print((time.process_time() - start) * 1000)"
)


def cpu_ms(work: Callable[[], object]) -> float:
    work()
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        times.append((time.process_time() - start) * 1000)
    return statistics.median(times)


def cold_start_ms() -> float:
    """Importing, loading and a first answer, in a fresh process."""
    runs = [
        subprocess.run(
            [sys.executable, "-c", COLD_START], capture_output=True, text=True, check=True, cwd=ROOT,
            env={"PYTHONPATH": str(ROOT / "layers/core/python")},
        )
        for _ in range(5)
    ]  # fmt: skip
    return statistics.median(float(run.stdout) for run in runs)


def megabytes(directory: Path) -> float:
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file()) / 1e6


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", action="store_true", help="write docs/figures/intent_speed.json")
    arguments = parser.parse_args()
    directory = locate_model()
    model = OnnxIntentModel(directory)
    model._encoder._remembered = 0  # the same text is read again and again: each time is to count
    weights = cut(read_e5_weights(ROOT / "build/intent/sources/e5-small-q4.bin"))
    tuned = tuned_layers(weights, LEARNED / "encoder.npz")
    search = search_updates(weights, LEARNED / "search.npz")
    files = directory / "encoder.onnx", directory / "tokenizer.npz"
    cosine = cosine_to_reference(weights, tuned, search, *files, PREFIX, MAX_TOKENS)
    figures = [
        Figure("intent_understood_cosine_mean", float(cosine[:, 0].mean()), LEAST_COSINE, "", least=True),
        Figure("intent_meaning_cosine_mean", float(cosine[:, 1].mean()), LEAST_COSINE, "", least=True),
        Figure("intent_short_text_cpu", cpu_ms(lambda: model.classify([SHORT])), 6, "ms", least=False),
        Figure("intent_batch_text_cpu", cpu_ms(lambda: model.classify([SHORT] * BATCH)) / BATCH, 6, "ms", least=False),
        Figure("intent_search_text_cpu", cpu_ms(lambda: model.embed([SHORT])), 20, "ms", least=False),
        Figure("intent_100kB_text_cpu", cpu_ms(lambda: model.classify(["late parcel " * 8500])), 200, "ms", least=False),
        Figure("intent_cold_start_cpu", cold_start_ms(), 1000, "ms", least=False),
        Figure("intent_model_size", megabytes(directory), 80, "MB", least=False),
    ]
    layers = [ROOT / "build" / name / "intent" for name in ("layers-arm64", "layers")]
    layer = next((place for place in layers if place.is_dir()), None)
    if layer is None:
        print("no layer is built: python -m tools.layers build --layer intent --target arm64", file=sys.stderr)
        return 1
    figures.append(Figure(f"intent_layer_size_{layer.parent.name}", megabytes(layer), 200, "MB", least=False))
    return report("intent_speed", figures, record=arguments.record, model=model.version)


if __name__ == "__main__":
    sys.exit(main())
