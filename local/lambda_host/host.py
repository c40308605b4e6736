"""One function under `awslambdaric` in an interpreter that has nothing else, invoked by this process.

What it imports comes from its own folder and its layers, so a package that no layer carries is missing here as it is on Lambda.
The interpreter is made by `python -m local.localstack_host.install`."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from local.emulators.process import CREDENTIALS, REGION
from local.localstack_host.install import LAMBDA_PYTHON
from local.localstack_host.plugin.function_process import FunctionProcess, function_environment
from local.localstack_host.plugin.runtime_api import Invocation, RuntimeApi, deadline_after

ACCOUNT = "000000000000"
INIT_SECONDS = 60.0  # Lambda allows 10; a busy development machine may need more, and the time taken is reported


class FunctionFailed(RuntimeError):
    """The function could not be loaded or ended by itself; the message holds its error and its last lines."""


@dataclass(frozen=True)
class Answer:
    """What an invocation came to. `body` is the handler's result, or the Runtime API's error where `failed`."""

    body: Any
    failed: bool
    lines: tuple[str, ...]
    milliseconds: float


@dataclass(frozen=True)
class Deployed:
    """A function as a stack has it: the folders of its code and layers (in the function's order), and its variables."""

    name: str
    handler: str
    code: Path
    layers: tuple[Path, ...]
    variables: Mapping[str, str]
    timeout: int
    memory: int  # MB
    runtime: str


class LambdaHost:
    """A running function, as a context manager. `endpoint` is where its AWS calls go."""

    def __init__(self, function: Deployed, endpoint: str) -> None:
        self.function = function
        self._endpoint = endpoint
        self._arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function.name}"
        self._ready: Future[None] = Future()
        self._answer: Future[tuple[bytes, bool]] = Future()
        self._request = ""
        self.init_milliseconds = 0.0

    def __enter__(self) -> Self:
        if not LAMBDA_PYTHON.exists():
            raise FunctionFailed(f"There is no {LAMBDA_PYTHON}; run `python -m local.localstack_host.install`.")
        self._api = RuntimeApi(self)
        function = self.function
        environment = function_environment(
            {**self._reserved(), **function.variables}, api=self._api.address, code=str(function.code),
            layers=[str(layer) for layer in function.layers], runtime=function.runtime,
        )  # fmt: skip
        begun = time.perf_counter()
        self._process = _Process(str(LAMBDA_PYTHON), function.handler, str(function.code), environment, self._ended)
        try:
            self._ready.result(INIT_SECONDS)
        except BaseException:
            self._stop()
            raise
        self.init_milliseconds = (time.perf_counter() - begun) * 1000
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop()

    def _stop(self) -> None:
        self._process.kill()
        self._api.close()

    def _reserved(self) -> dict[str, str]:
        """The variables that Lambda itself sets and a deployment cannot."""
        function = self.function
        return CREDENTIALS | {
            "AWS_REGION": REGION, "AWS_ENDPOINT_URL": self._endpoint, "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory), "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}", "AWS_LAMBDA_LOG_STREAM_NAME": "host",
        }  # fmt: skip

    def invoke(self, event: Any) -> Answer:
        """Run the handler once, within the function's own timeout. Raises FunctionFailed if the process ends or is too slow."""
        self._process.fresh_lines()
        self._answer = Future()
        self._request = request = str(uuid.uuid4())
        begun = time.perf_counter()
        deadline = deadline_after(self.function.timeout)
        self._api.send(Invocation(request, self._arn, json.dumps(event).encode(), "", deadline))
        try:
            body, failed = self._answer.result(self.function.timeout)
        except TimeoutError:
            raise FunctionFailed(f"{self.function.name} did not answer within {self.function.timeout} s") from None
        taken = (time.perf_counter() - begun) * 1000
        return Answer(json.loads(body or b"null"), failed, tuple(self._process.fresh_lines()), taken)

    def peak_megabytes(self) -> float:
        """The most memory the process has had so far (Linux)."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024

    # -- runtime_api.Listener, and the process's end ---------------------------------------------------

    def on_ready(self) -> None:
        if not self._ready.done():
            self._ready.set_result(None)

    def on_init_error(self, error: bytes) -> None:
        if not self._ready.done():
            self._ready.set_exception(FunctionFailed(f"{self.function.name} cannot be loaded: {error.decode()}"))

    def on_answer(self, request: str, body: bytes, failed: bool) -> None:
        if request == self._request and not self._answer.done():
            self._answer.set_result((body, failed))

    def _ended(self, process: FunctionProcess, status: int) -> None:
        lines = "\n".join(process.all_lines()[-20:])
        error = FunctionFailed(f"{self.function.name} ended with status {status}:\n{lines}")
        for waited in (self._ready, self._answer):
            if not waited.done():
                waited.set_exception(error)


class _Process(FunctionProcess):
    @property
    def pid(self) -> int:
        return self._process.pid


def deployed(aws: Any, stack: str, name: str, code: Path, layers: Sequence[Path]) -> Deployed:
    """The function `name` of a stack: settings and variables as deployed, files from this machine. `aws` makes boto3 clients."""
    found: Mapping[str, Any] = aws("lambda").get_function_configuration(FunctionName=f"{stack}-{name}")
    return Deployed(
        name=f"{stack}-{name}", handler=found["Handler"], code=code, layers=tuple(layers),
        variables=found.get("Environment", {}).get("Variables", {}), timeout=found["Timeout"], memory=found["MemorySize"],
        runtime=found["Runtime"],
    )  # fmt: skip
