"""`python -m local.large_model`: the pretended model alone, until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
import threading

from local.large_model.server import MODES, PretendedModel


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m local.large_model", description=__doc__)
    parser.add_argument("--port", type=int, default=8470)
    parser.add_argument("--mode", choices=MODES[:-1], default="honest")
    given = parser.parse_args()
    asked = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: asked.set())
    model = PretendedModel(given.port)
    model.mode = given.mode
    model.start()
    print(f"a pretended model ({given.mode}) answers at {model.url}", flush=True)
    asked.wait()
    model.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
