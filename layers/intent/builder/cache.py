"""Does a step of the build only if its inputs or its outputs changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from .sources import sha256_of


def digest(parts: Mapping[str, str], files: Iterable[Path] = ()) -> str:
    """One hash for the named values and for the content of the files."""
    everything = {**parts, **{f"file {path.name}": sha256_of(path) for path in files}}
    return hashlib.sha256(json.dumps(everything, sort_keys=True).encode()).hexdigest()


def step(name: str, key: str, outputs: list[Path], record: Path, make: Callable[[], None]) -> None:
    """Calls `make` unless `record` says that `outputs` were made from `key` and are still what they were.

    `record` is written last, so a build that is cut short begins its step again.
    """
    if record.is_file():
        known = json.loads(record.read_text())
        if known["key"] == key and all(path.is_file() and known["outputs"].get(path.name) == sha256_of(path) for path in outputs):
            print(f"{name}: up to date", flush=True)
            return
        record.unlink()
    print(f"{name}: building", flush=True)
    make()
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(json.dumps({"key": key, "outputs": {path.name: sha256_of(path) for path in outputs}}))
