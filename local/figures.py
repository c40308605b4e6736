"""Measured figures: one a line as `figure NAME VALUE TARGET ok|short`; kept in docs/figures/NAME.json where
documents quote them."""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime

from local.emulators.process import ROOT


class Figures:
    """The figures of one command. `finish` prints them all and says whether every target was met."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._rows: list[tuple[str, str, str, bool]] = []

    def at_most(self, name: str, value: float, limit: float, unit: str) -> None:
        self._rows.append((name, f"{value:g}{unit}", f"<={limit:g}{unit}", value <= limit))

    def at_least(self, name: str, value: float, limit: float, unit: str) -> None:
        self._rows.append((name, f"{value:g}{unit}", f">={limit:g}{unit}", value >= limit))

    def exactly(self, name: str, value: float, wanted: float, unit: str = "") -> None:
        self._rows.append((name, f"{value:g}{unit}", f"={wanted:g}{unit}", value == wanted))

    def finish(self) -> bool:
        for name, value, target, ok in self._rows:
            print(f"figure {name} {value} {target} {'ok' if ok else 'short'}")
        if os.environ.get("RECORD_FIGURES"):
            self._record()
        return all(ok for *_, ok in self._rows)

    def _record(self) -> None:
        target = ROOT / "docs" / "figures" / f"{self._name}.json"
        target.write_text(json.dumps({
            "date": datetime.now(UTC).date().isoformat(), "machine": f"{platform.machine()}, {os.cpu_count()} cores",
            "figures": [dict(zip(("name", "value", "target", "ok"), row, strict=True)) for row in self._rows],
        }, indent=2) + "\n")  # fmt: skip
