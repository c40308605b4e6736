"""Lays the intent layer out: ONNX Runtime and numpy without what inference does not use, and the model."""

from __future__ import annotations

import shutil
from pathlib import Path

from switchboard.adapters.onnx.location import MODEL_PACKAGE
from tools.layers import install, prune, size_mb

from .settings import INTENT_LAYER

# libonnxruntime.so serves programs in C; Python's module holds the same code once more.
UNUSED = (
    "onnxruntime/transformers",
    "onnxruntime/tools",
    "onnxruntime/quantization",
    "onnxruntime/datasets",
    "onnxruntime/backend",
    "onnxruntime/capi/libonnxruntime.so*",
    "numpy/f2py",
    "numpy/**/tests",
    "numpy/**/include",
    "numpy/**/*.a",
    "numpy/**/*.pyi",
    "bin",
)


def build_layer(model: Path, target: str, python: Path) -> float:
    """Fills the folder `python` for `target` (host, arm64 or x86_64) and returns its size in MB, unzipped."""
    python.mkdir(parents=True, exist_ok=True)
    install(python, target, [INTENT_LAYER / "requirements.txt"])
    prune(python, UNUSED)
    shutil.copytree(model, python / MODEL_PACKAGE, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    return size_mb(python)
