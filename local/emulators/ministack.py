"""MiniStack, the emulator that runs the whole system on one machine. What it does and does not do:
docs/emulators.md.
"""

import importlib.util
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from local.emulators.process import (
    CREDENTIALS,
    LOGS,
    Emulator,
    EmulatorFailed,
    GuardedProcess,
    clean_environment,
    free_port,
    require_free,
)

_START_SECONDS = 30.0


class MiniStack(Emulator):
    """A MiniStack of its own on a loopback port.

    `environment` is added to what MiniStack sees, and so do the functions it runs: they inherit its environment.
    """

    def __init__(
        self, port: int | None = None, *, environment: Mapping[str, str] | None = None, log: Path | None = None
    ) -> None:
        self.port = port or free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.log = log or LOGS / f"ministack-{self.port}.log"
        self._environment = dict(environment or {})

    def start(self) -> Self:
        if importlib.util.find_spec("ministack") is None:
            raise EmulatorFailed(
                "MiniStack is not installed. Install the project's local requirements: pip install ministack==1.5.33"
            )
        require_free(self.port)
        self._process = GuardedProcess(
            "ministack",
            [sys.executable, "-c", _RUN],
            clean_environment()
            | CREDENTIALS
            | {
                "BIND_HOST": "127.0.0.1",
                "GATEWAY_PORT": str(self.port),
                "CLOUDTRAIL_RECORDING": "1",
                "LAMBDA_WARM_TTL_SECONDS": "3600",
            }
            | self._environment,
            self.log,
        )
        self._process.await_health(f"{self.endpoint}/_ministack/health", _START_SECONDS)
        return self

    def socket_url(self, api: str, stage: str) -> str:
        """URL to which WebSocket clients connect."""
        return f"ws://127.0.0.1:{self.port}/_aws/execute-api/{api}/{stage}"

    def management_url(self, api: str, stage: str) -> str:
        """Endpoint for `apigatewaymanagementapi`, the API that sends to connections."""
        return f"{self.endpoint}/_aws/execute-api/{api}/{stage}"


# Its state (the keys that sign tokens) lies in a fixed shared folder unless told otherwise; keep it with the
# other private files.
_RUN = "import os; os.environ['STATE_DIR'] = os.environ['TMPDIR'] + '/state'; from ministack.app import main; main()"
