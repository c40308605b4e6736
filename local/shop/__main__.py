"""`python -m local.shop`: the shop alone, until Ctrl-C; prints what to put into Secrets Manager."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from pathlib import Path

from local import company
from local.shop.books import BadBooks
from local.shop.opening import DEMO, load, open_shop


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m local.shop", description=__doc__)
    parser.add_argument("--books", type=Path, default=DEMO, help="a file of the form of local/shop/demo.yaml")
    parser.add_argument("--port", type=int, default=8443)
    given = parser.parse_args()
    asked = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: asked.set())
    try:
        opened = open_shop(load(given.books), company.SHOP_SECRET, given.port)
    except (BadBooks, OSError) as error:
        print(f"shop: {error}", file=sys.stderr)
        return 1
    print(json.dumps(opened.endpoint), flush=True)
    asked.wait()
    opened.server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
