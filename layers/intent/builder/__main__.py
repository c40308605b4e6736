"""Builds the intent model, and on request the Lambda layer around it. Needs no network once the sources are there.

    python -m layers.intent.builder                                    the model, into build/intent/switchboard_intent
    python -m layers.intent.builder --target arm64 --into DIRECTORY    and the layer's python folder

Run it from the checkout's root; requirements/dev.txt holds what it needs."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]
# the model is built with the very code that will read it
sys.path[:0] = [str(CHECKOUT), str(CHECKOUT / "layers/core/python")]


def main() -> int:
    """Returns 0, or 1 with the reason on standard error."""
    parser = argparse.ArgumentParser(prog="python -m layers.intent.builder", description="Build the intent model.")
    parser.add_argument("--target", choices=("host", "arm64", "x86_64"), default="host", help="of the layer")
    parser.add_argument("--into", type=Path, help="folder that the layer's packages and model are put in")
    parser.add_argument("--corrections", type=Path, metavar="FILE", help="agents' corrections to learn from beside the corpus")
    arguments = parser.parse_args()
    if arguments.corrections and not arguments.corrections.is_file():
        parser.error(f"there is no file {arguments.corrections}")
    # sums in another order round otherwise: one thread gives the same bytes on any number of cores
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    # imported late: the path and the environment above must stand first
    from tools.layers import BuildError as LayerError

    from .corpus import CorpusError
    from .e5_weights import WeightFormatError
    from .layer import build_layer
    from .learned import LearnedError
    from .model import BuildError, build_model
    from .sources import SourceError
    from .taxonomy import TaxonomyError

    try:
        model = build_model(corrected=arguments.corrections)
        size = sum(path.stat().st_size for path in model.iterdir() if path.is_file()) / 1e6
        print(f"model: {model.relative_to(CHECKOUT)}, {size:.1f} MB")
        if arguments.into:
            print(f"layer: {arguments.target}, {build_layer(model, arguments.target, arguments.into):.1f} MB unzipped")
    except (BuildError, CorpusError, LayerError, LearnedError, SourceError, TaxonomyError, WeightFormatError) as error:
        print(f"intent: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
