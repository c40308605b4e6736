"""Where the files of the intent model lie."""

from __future__ import annotations

import importlib.util
from pathlib import Path

MODEL_PACKAGE = "switchboard_intent"
MANIFEST = "manifest.json"


class ModelNotFound(RuntimeError):
    """The intent layer is not attached, or its model was not built."""


def locate_model() -> Path:
    """The directory of the model's files.

    On Lambda and in the local runner the intent layer is on `sys.path`, and the model is a package of data in it. In a
    checkout it lies where the build leaves it, under a directory above this file.
    Raises `ModelNotFound`, which says how to build it.
    """
    spec = importlib.util.find_spec(MODEL_PACKAGE)
    places = [Path(place) for place in (spec.submodule_search_locations or ())] if spec else []
    places += [above / "build" / "intent" / MODEL_PACKAGE for above in Path(__file__).resolve().parents]
    for place in places:
        if (place / MANIFEST).is_file():
            return place
    raise ModelNotFound(
        f"no {MODEL_PACKAGE} on the Python path and none built here: run `python -m layers.intent.builder model`,"
        " or attach the intent layer"
    )
