"""Prints and records the figures of the intent layer."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

DIRECTORY = Path(__file__).resolve().parents[2] / "docs/figures"


@dataclass(frozen=True)
class Figure:
    """A measured value and its goal: the `least` or the most it may be."""

    name: str
    value: float
    goal: float
    unit: str
    least: bool

    @property
    def met(self) -> bool:
        return self.value >= self.goal if self.least else self.value <= self.goal

    def line(self) -> str:
        digits = 4 if self.unit == "" else 1
        goal = f"{'>=' if self.least else '<='}{self.goal:g}{self.unit}"
        return f"figure {self.name} {self.value:.{digits}f}{self.unit} {goal} {'ok' if self.met else 'short'}"


def report(name: str, figures: Sequence[Figure], *, record: bool, model: str) -> int:
    """Prints each figure; returns the exit code: 1 where one is short."""
    for figure in figures:
        print(figure.line())
    if record:
        content = {
            "date": datetime.now(UTC).date().isoformat(),
            "machine": f"{platform.machine()}, Python {platform.python_version()}",
            "model": model,
            "figures": {figure.name: [round(figure.value, 4), figure.unit] for figure in figures},
        }
        (DIRECTORY / f"{name}.json").write_text(json.dumps(content, indent=1) + "\n")
    return 0 if all(figure.met for figure in figures) else 1
