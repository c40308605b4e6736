"""A month of 100,000 conversations, played under two policies and compared: `python -m tests.bench.what_if`.

Runs the command as people do, in processes of its own, and times it from start to end; CPU seconds of all its processes stand beside
it, since other work on the machine slows the clock and not the work. Exits 1 if the figure is short."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from local.figures import Figures

DAYS, CONVERSATIONS, SEED = 30, 100_000, 7
LIMIT_SECONDS = 60.0


def main() -> int:
    figures = Figures("what_if")
    with tempfile.TemporaryDirectory() as folder:
        svg, found = Path(folder) / "what-if.svg", Path(folder) / "what-if.json"
        command = [
            sys.executable, "-m", "tools.what_if", "--synthetic", str(DAYS), "--conversations", str(CONVERSATIONS),
            "--seed", str(SEED), "--policy", "index", "--against", "least_load", "--out", str(svg), "--json", str(found),
        ]  # fmt: skip
        begun, used = time.perf_counter(), _cpu()
        subprocess.run(command, check=True)
        seconds, cpu = time.perf_counter() - begun, _cpu() - used
        played = [p["conversations"] for p in json.loads(found.read_text())["policies"]]
        if played != [CONVERSATIONS] * 2 or not svg.stat().st_size:
            raise SystemExit(f"not everybody was played: {played}")
    print(f"{cpu:.1f} CPU seconds in all processes together")
    figures.at_most("what_if_100000_conversations_seconds", round(seconds, 1), LIMIT_SECONDS, "s")
    return 0 if figures.finish() else 1


def _cpu() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


if __name__ == "__main__":
    sys.exit(main())
