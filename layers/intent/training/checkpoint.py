"""Keeps a long computation's state on disk, so that it can be cut short and taken up again where it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Checkpoint:
    """One file; `key` names what is computed, and the state of anything else is not taken up."""

    path: Path
    key: str

    def read(self) -> tuple[int, list[npt.NDArray[Any]]]:
        """How many steps were done and the arrays after them; 0 and none where nothing fits."""
        if not self.path.is_file():
            return 0, []
        with np.load(self.path, allow_pickle=False) as file:
            if str(file["key"]) != self.key:
                return 0, []
            return int(file["steps"]), [file[f"array{number}"] for number in range(len(file.files) - 2)]

    def write(self, steps: int, arrays: Sequence[npt.NDArray[Any]]) -> None:
        """Replaces the file at once, so that it is whole at any time."""
        named = {f"array{number}": array for number, array in enumerate(arrays)}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        partial = self.path.with_suffix(".part.npz")
        np.savez(partial, allow_pickle=False, key=np.array(self.key), steps=np.array(steps), **named)
        partial.replace(self.path)
