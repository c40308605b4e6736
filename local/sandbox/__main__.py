"""`python -m local.sandbox --config FILE --port N`: run the channel sandbox until interrupted."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
from pathlib import Path

from aiohttp import web

from .app import build
from .config import Config, ConfigError, load


async def serve(config: Config, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stop.set)
    base = f"http://{host}:{port}"
    # No access log: its lines would carry access tokens from query strings.
    runner = web.AppRunner(build(config, base), access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        print(f"channel sandbox ready: {base}/", flush=True)
        await stop.wait()
    finally:
        await runner.cleanup()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m local.sandbox", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="accounts and webhook addresses (JSON)")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1", help="keep it on this machine unless you know why not")
    options = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    try:
        config = load(options.config)
    except ConfigError as error:
        print(f"configuration: {error}", file=sys.stderr)
        return 2
    try:
        asyncio.run(serve(config, options.host, options.port))
    except OSError as error:
        print(f"cannot listen on {options.host}:{options.port}: {error.strerror}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
