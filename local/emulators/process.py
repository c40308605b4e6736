"""An emulator as a guarded child process: started, awaited by its health, and ended with all it started."""

import os
import random
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parents[2]
LOGS = ROOT / "build" / "logs"
REGION = "us-east-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}

_GUARD = Path(__file__).with_name("guard.py")
_STOP_SECONDS = 30.0
_OURS = range(20_000, 32_000)
"""Below the ports that the kernel gives to outgoing connections: one of those may take a port between asking and using."""
_LOG_TAIL_LINES = 30


class EmulatorFailed(RuntimeError):
    """The emulator could not start, or ended by itself. The message says why, and what to do about it where
    that is known.
    """


def free_port() -> int:
    """A loopback TCP port that nobody listens on now, and no outgoing connection will be given."""
    for port in random.sample(_OURS, 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise EmulatorFailed("no loopback port between 20000 and 32000 is free: end what listens there")


def require_free(port: int) -> None:
    """Raises EmulatorFailed where something listens on the loopback port: it, and not the emulator, would
    answer our questions.
    """
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise EmulatorFailed(f"Port {port} is already in use. End what listens there, or choose another port.")


def clean_environment() -> dict[str, str]:
    """This process's environment without what would steer an emulator or a function somewhere else: AWS
    settings, Python paths.
    """
    return {
        k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "LOCALSTACK_", "LAMBDA_")) and k != "PYTHONPATH"
    }


def answers(url: str, timeout: float = 2.0) -> bool:
    """Whether a GET of the URL is answered with a 2xx status within the timeout (seconds)."""
    try:
        with urllib.request.urlopen(url, timeout=timeout) as response:
            return 200 <= int(response.status) < 300
    except (urllib.error.URLError, OSError):
        return False


class GuardedProcess:
    """One command under `guard.py`, with a private temporary folder, its output in a log file."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        self.directory = Path(tempfile.mkdtemp(prefix=f"{name}-"))
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-I", str(_GUARD), str(self.directory), *command],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**environment, "TMPDIR": str(self.directory)},
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Process id of the guard."""
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def await_health(self, url: str, timeout: float) -> None:
        """Waits until the URL answers. Raises EmulatorFailed, with the end of the log, where the process ends
        or the time (seconds) is up.
        """
        deadline = time.monotonic() + timeout
        while not answers(url):
            if not self.running:
                raise EmulatorFailed(f"{self.name} ended with status {self._process.returncode}.\n{self.log_tail()}")
            if time.monotonic() > deadline:
                self.stop()
                raise EmulatorFailed(f"{self.name} did not answer {url} within {timeout:.0f} s.\n{self.log_tail()}")
            time.sleep(0.05)

    def log_tail(self) -> str:
        """The last lines of the log, with its place."""
        lines = self.log.read_text(errors="replace").splitlines()[-_LOG_TAIL_LINES:]
        return f"Last lines of {self.log}:\n" + "\n".join(lines)

    def stop(self) -> None:
        """Ends the command and everything it started; returns when they are gone and the temporary folder is
        wiped.
        """
        if self._process.stdin and not self._process.stdin.closed:
            self._process.stdin.close()
        self._process.wait(_STOP_SECONDS)


class Emulator(ABC):
    """An emulator at `endpoint`, as a context manager or by `start` and `stop`."""

    endpoint: str
    _process: GuardedProcess | None = None

    @abstractmethod
    def start(self) -> Self:
        """Starts it and waits until it answers. Raises EmulatorFailed with the reason and what to do about it."""

    def stop(self) -> None:
        """Ends what `start` started, with the functions' processes and all files. Does nothing otherwise."""
        if self._process is not None:
            self._process.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def rest_url(self, api: str, stage: str) -> str:
        """Base URL of a REST API's stage."""
        return f"{self.endpoint}/_aws/execute-api/{api}/{stage}"
