"""`LAMBDA_RUNTIME_EXECUTOR=process`: each Lambda execution environment is one process instead of one container.

`LAMBDA_PROCESS_PYTHON` names the interpreter. It must have `awslambdaric`, and should have nothing else: then a
function that runs here proves that its code and layers carry all it needs.
"""

import json
import os
import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotInTime
from typing import Any

from localstack import config
from localstack.services.lambda_.invocation.executor_endpoint import StatusErrorException
from localstack.services.lambda_.invocation.lambda_models import InvocationResult
from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor

from .function_process import FunctionProcess, function_environment
from .runtime_api import Invocation, RuntimeApi, deadline_after


class ProcessExecutorPlugin(RuntimeExecutorPlugin):  # type: ignore[misc]  # LocalStack is untyped here
    """Entry point by which LocalStack finds the executor."""

    name = "process"

    def load(self, *_args: object, **_kwargs: object) -> type["ProcessExecutor"]:
        return ProcessExecutor


class ProcessExecutor(RuntimeExecutor):  # type: ignore[misc]  # LocalStack is untyped here
    """One execution environment. LocalStack invokes it once at a time, and keeps or drops it as it does with
    containers.
    """

    def __init__(self, id: str, function_version: Any) -> None:
        super().__init__(id=id, function_version=function_version)
        self._timeout: int = function_version.config.timeout
        self._environment: dict[str, object] = {}
        self._api: RuntimeApi | None = None
        self._process: FunctionProcess | None = None
        self._ready: Future[None] = Future()
        self._current: tuple[str, Future[tuple[bytes, bool]]] | None = None

    # RuntimeExecutor

    def start(self, env_vars: dict[str, object]) -> None:
        self._environment = env_vars
        self._api = RuntimeApi(self)
        self._spawn()
        self._ready.result()  # LocalStack's own timer calls stop() where this takes too long

    def stop(self) -> None:
        process, self._process = self._process, None
        if process:
            process.kill()
        if not self._ready.done():
            self._ready.set_exception(RuntimeError("The environment was stopped while it started."))
        if self._api:
            self._api.close()

    def invoke(self, payload: dict[str, str]) -> Any:
        request = payload["invoke-id"]
        if self._process is None or not self._process.running:  # the invocation before timed out or crashed
            self._spawn()
            self._ready.result(timeout=config.LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT)
        assert self._api
        assert self._process
        process, answer = self._process, Future[tuple[bytes, bool]]()
        process.fresh_lines()
        self._current = (request, answer)
        begun = time.perf_counter()
        self._api.send(
            Invocation(
                request=request,
                function_arn=payload["invoked-function-arn"],
                payload=payload["payload"].encode(),
                trace=payload.get("trace-id") or "",
                deadline=deadline_after(self._timeout),
            )
        )
        try:
            body, failed = answer.result(timeout=self._timeout)
        except NotInTime:
            self._process = None
            process.kill()
            body, failed = (
                _error("Sandbox.Timedout", f"RequestId: {request} Error: Task timed out after {self._timeout}.00 seconds"),
                True,
            )
        finally:
            self._current = None
        logs = self._report(request, process.fresh_lines(), (time.perf_counter() - begun) * 1000)
        return InvocationResult(request, body, is_error=failed, logs=logs)

    def get_logs(self) -> str:
        return "\n".join(self._process.all_lines()) if self._process else ""

    def get_address(self) -> str:
        return "127.0.0.1"

    def get_endpoint_from_executor(self) -> str:
        return "127.0.0.1"

    def get_runtime_endpoint(self) -> str:
        return f"http://127.0.0.1:{config.GATEWAY_LISTEN[0].port}/_localstack_lambda/{self.id}"

    @classmethod
    def prepare_version(cls, function_version: Any) -> None:
        if function_version.config.code:
            function_version.config.code.prepare_for_execution()

    @classmethod
    def cleanup_version(cls, function_version: Any) -> None:
        """Nothing to do: the code's folder is LocalStack's, which removes it with the function."""

    # runtime_api.Listener

    def on_ready(self) -> None:
        if not self._ready.done():
            self._ready.set_result(None)

    def on_init_error(self, error: bytes) -> None:
        if not self._ready.done():
            self._ready.set_exception(StatusErrorException("The function could not be loaded.", payload=error))

    def on_answer(self, request: str, body: bytes, failed: bool) -> None:
        current = self._current
        if current and current[0] == request and not current[1].done():
            current[1].set_result((body, failed))

    # Own

    def _spawn(self) -> None:
        assert self._api
        function = self.function_version.config
        if not (function.runtime or "").startswith("python"):
            raise NotImplementedError(f"LocalStack in host mode runs Python functions, not {function.runtime or 'images'}.")
        code = str(function.code.get_unzipped_code_location())
        layers = []
        for layer in function.layers or []:
            if layer.code:
                layer.code.prepare_for_execution()
                layers.append(str(layer.code.get_unzipped_code_location()))
        self._api.begin()
        self._ready = Future()
        self._process = FunctionProcess(
            os.environ["LAMBDA_PROCESS_PYTHON"],
            function.handler,
            code,
            function_environment(
                self._environment, api=self._api.address, code=code, layers=layers, runtime=function.runtime
            ),
            self._on_exit,
        )

    def _on_exit(self, process: FunctionProcess, status: int) -> None:
        if process is not self._process:  # killed by us
            return
        current = self._current
        message = f"RequestId: {current[0] if current else ''} Error: Runtime exited with error: exit status {status}"
        error = _error("Runtime.ExitError", message)
        self.on_init_error(error)
        if current:
            self.on_answer(current[0], error, failed=True)

    def _report(self, request: str, lines: list[str], milliseconds: float) -> str:
        version = self.function_version
        memory = version.config.memory_size
        return "\n".join(
            [
                f"START RequestId: {request} Version: {version.id.qualifier}",
                *lines,
                f"END RequestId: {request}",
                f"REPORT RequestId: {request}\tDuration: {milliseconds:.2f} ms\t"
                f"Billed Duration: {int(milliseconds) + 1} ms\t"
                f"Memory Size: {memory} MB\tMax Memory Used: {memory} MB",
            ]
        )


def _error(kind: str, message: str) -> bytes:
    return json.dumps({"errorType": kind, "errorMessage": message}).encode()
