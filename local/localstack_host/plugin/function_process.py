"""One function as a child process of LocalStack, in an interpreter that has only `awslambdaric`, with its
output collected by line.
"""

import os
import select
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence

_KEPT_LINES = 2000
_PASSED_ON = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "TMPDIR")


def function_environment(
    own: Mapping[str, object], *, api: str, code: str, layers: Sequence[str], runtime: str
) -> dict[str, str]:
    """What the function sees of the environment: its own variables, the paths of its code and layers, and of
    this machine almost nothing.

    `layers` are the unpacked layers' folders, in the order of the function's `Layers`. On Lambda their files
    are merged into /opt, later layers over earlier ones; here they lie side by side, so the last comes first on
    the path.
    """
    paths = [code]
    for layer in reversed(layers):
        paths += [f"{layer}/python", f"{layer}/python/lib/{runtime}/site-packages"]
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environment |= {name: str(value) for name, value in own.items() if value is not None}
    return environment | {
        "AWS_LAMBDA_RUNTIME_API": api,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{runtime}",
        "LAMBDA_TASK_ROOT": code,
        "LAMBDA_RUNTIME_DIR": code,
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONUNBUFFERED": "1",
    }


class FunctionProcess:
    """A running `python -m awslambdaric HANDLER`. `on_exit` is told the exit status once it has ended, killed
    or not.
    """

    def __init__(
        self,
        python: str,
        handler: str,
        code: str,
        environment: Mapping[str, str],
        on_exit: Callable[["FunctionProcess", int], None],
    ) -> None:
        self._lines: deque[str] = deque(maxlen=_KEPT_LINES)
        self._fresh: list[str] = []
        self._rest = b""
        self._lock = threading.Lock()
        self._on_exit = on_exit
        self._process = subprocess.Popen(
            # -s: no packages of the user's own site folder.
            [python, "-s", "-m", "awslambdaric", handler],
            cwd=code,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert self._process.stdout is not None
        self._output = self._process.stdout.fileno()
        os.set_blocking(self._output, False)
        threading.Thread(target=self._watch, daemon=True).start()

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        if self.running:
            self._process.kill()

    def fresh_lines(self) -> list[str]:
        """The lines written since the last call. A function writes its lines before it posts its answer, so
        none is missed.
        """
        with self._lock:
            self._drain()
            fresh, self._fresh = self._fresh, []
            return fresh

    def all_lines(self) -> list[str]:
        """The last lines written, whoever has taken them already."""
        with self._lock:
            return list(self._lines)

    def _watch(self) -> None:
        more = True
        while more:
            select.select([self._output], [], [])
            with self._lock:
                more = self._drain()
        self._on_exit(self, self._process.wait())

    def _drain(self) -> bool:
        """Takes what there is; False at the end of the output."""
        while True:
            try:
                chunk = os.read(self._output, 65536)
            except BlockingIOError:
                return True
            if not chunk:
                if self._rest:
                    self._keep(self._rest)
                self._rest = b""
                return False
            *lines, self._rest = (self._rest + chunk).split(b"\n")
            for line in lines:
                self._keep(line)

    def _keep(self, line: bytes) -> None:
        text = line.decode("utf-8", "replace")
        self._lines.append(text)
        self._fresh.append(text)
