"""Tunes the encoder and its heads on the corpus, and writes what is learnt to layers/intent/learned.

    python -m layers.intent.training                       all of it; an hour and a half on two cores
    python -m layers.intent.training --search              the search view alone (half an hour), from layers/intent/pairs

Run it from the checkout's root, after `python -m layers.intent.builder` fetched the encoder; layers/intent/training/
requirements.txt holds what it needs."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(CHECKOUT), str(CHECKOUT / "layers/core/python")]


def main() -> int:
    """Returns 0, or 1 with the reason on standard error."""
    parser = argparse.ArgumentParser(prog="python -m layers.intent.training", description="Tune the intent model.")
    parser.add_argument("--corpus", type=Path, default=CHECKOUT / "layers/intent/corpus", help="folder of <language>.yaml")
    parser.add_argument("--corrections", type=Path, help="agents' corrections (JSON Lines) to learn from beside the corpus")
    parser.add_argument("--work", type=Path, default=CHECKOUT / "build/intent", help="folder of sources and intermediate files")
    parser.add_argument("--into", type=Path, default=CHECKOUT / "layers/intent/learned")
    parser.add_argument("--epochs", type=int, help="other than the recipe's")
    parser.add_argument("--rate", type=float, help="the highest learning rate, other than the recipe's")
    parser.add_argument("--start", type=Path, help="go on from what was learnt before, in this folder")
    parser.add_argument("--limit", type=int, help="messages to learn from at most, for a trial")
    parser.add_argument("--settle", action="store_true", help="only settle anew what the outputs mean, with what was learnt before")
    parser.add_argument("--search", action="store_true", help="only teach the search view")
    parser.add_argument("--pause-file", type=Path, help="compute nothing while this file exists")
    arguments = parser.parse_args()
    from .data import DEVICES

    os.environ["XLA_FLAGS"] = f"--xla_force_host_platform_device_count={DEVICES}"
    os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(arguments.work / "training" / "compiled"))
    # imported late: the path and the environment above must stand first
    from ..builder.corpus import CorpusError
    from ..builder.e5_weights import WeightFormatError
    from ..builder.settings import INTENT_LAYER
    from ..builder.taxonomy import TaxonomyError
    from .pairs import PairsError
    from .run import Plan, run, settle_again
    from .search import Recipe, teach

    try:
        plan = Plan(
            corpus=arguments.corpus, work=arguments.work, into=arguments.into, epochs=arguments.epochs,
            rate=arguments.rate, start=arguments.start, limit=arguments.limit, quiet=arguments.pause_file,
            corrections=arguments.corrections,
        )  # fmt: skip
        if not arguments.search:
            (settle_again if arguments.settle else run)(plan)
        if not arguments.settle:
            teach(INTENT_LAYER / "pairs", plan.work, plan.into, Recipe(), plan.quiet)
    except (CorpusError, PairsError, WeightFormatError, TaxonomyError, OSError) as error:
        print(f"training: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
