"""What holds when everything happens at once: `python -m tests.bench.concurrency`.

Starts LocalStack (or uses the one `AWS_ENDPOINT_URL` names), prints figures and exits 1 if one is short."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "layers/core/python"))

from local.emulators.localstack import LocalStack
from tests.bench import crowd

RUSH = {
    "assigned": 20, "queued": 180, "waiting": 180, "load": 20, "overfull_agents": 0, "served": 200, "resolved": 200,
    "served_out_of_order": 0, "left_waiting": 0, "load_left": 0, "wrong_owners": 0, "gaps": 0,
}  # fmt: skip
REPEATED = {"repeated_taken_in": 1, "repeated_events": 1, "repeated_conversations": 1}
TORRENT = {"torrent_messages": 100, "torrent_out_of_order": 0, "torrent_notes_lost": 0, "torrent_parked": 1, "torrent_gaps": 0}
CHAOS = {
    "load_minus_owned": 0, "wrong_loads": 0, "overfull": 0, "wrong_waits": 0, "missed_wake_ups": 0, "several_open": 0,
    "chaos_wrong_owners": 0, "chaos_gaps": 0, "projections_apart": 0,
}  # fmt: skip

SCENARIOS: tuple[tuple[Callable[[crowd.Company], dict[str, int]], Mapping[str, int]], ...] = (
    (crowd.rush, RUSH),
    (crowd.repeated, REPEATED),
    (crowd.torrent, TORRENT),
    (crowd.chaos, CHAOS),
)


def main() -> int:
    short = False
    with LocalStack() as emulator:
        os.environ.update(crowd.environment(emulator.endpoint))
        for scenario, targets in SCENARIOS:
            start = time.monotonic()
            with crowd.company(emulator.endpoint) as company:
                figures = scenario(company)
            aside = f", refused {dict(company.refused)}" if company.refused else ""
            print(f"{scenario.__name__}: {time.monotonic() - start:.0f} s, begun anew {company.gave_up} times{aside}", flush=True)
            for name, target in targets.items():
                kept = figures[name] == target
                short |= not kept
                print(f"figure {name} {figures[name]} ={target} {'ok' if kept else 'short'}", flush=True)
    return int(short)


if __name__ == "__main__":
    sys.exit(main())
