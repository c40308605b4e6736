"""LocalStack, the platform of the integration suite: one that already runs, its docker image, or host mode
without docker.

Which one, in this order: the endpoint in `AWS_ENDPOINT_URL`; the docker image where a docker engine answers;
host mode where
`python -m local.localstack_host.install` was run. `SWITCHBOARD_LOCALSTACK=docker` or `=host` insists on one of
the latter two. There is no other fallback: a suite that quietly ran on something else would prove nothing.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self

from local.emulators.process import (
    CREDENTIALS,
    LOGS,
    Emulator,
    EmulatorFailed,
    GuardedProcess,
    answers,
    clean_environment,
    free_port,
    require_free,
)
from local.localstack_host import install

# The last image that needs no LocalStack account.
IMAGE = "localstack/localstack:4.14.0"

Kind = Literal["running", "docker", "host"]

_START_SECONDS = {"docker": 300.0, "host": 90.0}
_DOCKER_ANSWER_SECONDS = 10.0
_POLLING = {
    # Event source mappings look again after this long (seconds); the defaults of 1 s and 10 s are for real workloads.
    "LAMBDA_EVENT_SOURCE_MAPPING_POLL_INTERVAL_SEC": "0.1",
    "LAMBDA_EVENT_SOURCE_MAPPING_MAX_BACKOFF_ON_EMPTY_POLL_SEC": "0.5",
}


class LocalStack(Emulator):
    """A LocalStack to test against. One that already ran is left running. A given `kind` is started whatever is there."""

    def __init__(
        self,
        port: int | None = None,
        *,
        kind: Literal["docker", "host"] | None = None,
        environment: Mapping[str, str] | None = None,
        log: Path | None = None,
    ) -> None:
        self._environment = dict(environment or {})
        given = os.environ.get("AWS_ENDPOINT_URL")
        if given and port is None and kind is None:
            self.kind: Kind = "running"
            self.endpoint = given.rstrip("/")
        else:
            self.kind = kind or _choose()
            self.port = port or free_port()
            self.endpoint = f"http://127.0.0.1:{self.port}"
            self.log = log or LOGS / f"localstack-{self.port}.log"

    def start(self) -> Self:
        if self.kind == "running":
            if not answers(f"{self.endpoint}/_localstack/health", timeout=10.0):
                raise EmulatorFailed(
                    f"AWS_ENDPOINT_URL names {self.endpoint}, but no LocalStack answers there. "
                    "Start it, or unset the variable."
                )
            return self
        require_free(self.port)
        self._process = self._run_image() if self.kind == "docker" else self._run_on_host()
        self._process.await_health(f"{self.endpoint}/_localstack/health", _START_SECONDS[self.kind])
        return self

    def _run_image(self) -> GuardedProcess:
        command = ["docker", "run", "--rm", "--name", f"switchboard-localstack-{self.port}"]
        command += ["--publish", f"127.0.0.1:{self.port}:4566", "--volume", "/var/run/docker.sock:/var/run/docker.sock"]
        for name, value in (_POLLING | self._environment).items():
            command += ["--env", f"{name}={value}"]
        return GuardedProcess("localstack", [*command, IMAGE], clean_environment(), self.log)

    def _run_on_host(self) -> GuardedProcess:
        if absent := install.missing():
            names = ", ".join(str(path.relative_to(install.BUILD.parent)) for path in absent)
            raise EmulatorFailed(
                "LocalStack cannot start: no docker engine answers, and host mode is not installed "
                f"(missing: {names}). Run: python -m local.localstack_host.install"
            )
        install.require_java()
        settings = {
            "GATEWAY_LISTEN": f"127.0.0.1:{self.port}",
            "OVERRIDE_IN_DOCKER": "0",
            # Nothing is fetched, reported or resolved outside this machine.
            "SKIP_SSL_CERT_DOWNLOAD": "1",
            "DISABLE_EVENTS": "1",
            "DNS_ADDRESS": "0",
            # Cognito and WAF are not in the free edition; templates name them all the same, and its own API
            # serves what tests need.
            "CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES": "1",
            "LAMBDA_RUNTIME_EXECUTOR": "process",
            "LAMBDA_PROCESS_PYTHON": str(install.LAMBDA_PYTHON),
            "PROVIDER_OVERRIDE_DYNAMODB": "jar",
            "PROVIDER_OVERRIDE_DYNAMODBSTREAMS": "jar",
            "PROVIDER_OVERRIDE_S3": "private",
            "PROVIDER_OVERRIDE_CLOUDFORMATION": "brisk",
            "DYNAMODB_LOCAL_HOME": str(install.DYNAMODB_LOCAL),
        }
        return GuardedProcess(
            "localstack",
            [str(install.LOCALSTACK_PYTHON), "-c", _RUN],
            clean_environment() | CREDENTIALS | _POLLING | settings | self._environment,
            self.log,
        )


# LocalStack keeps its files below FILESYSTEM_ROOT; the guard's private folder is known only to the process itself.
_RUN = (
    "import os, runpy; os.environ['FILESYSTEM_ROOT'] = os.environ['TMPDIR'] + '/root'; "
    "runpy.run_module('localstack.runtime.main', run_name='__main__')"
)


def _choose() -> Kind:
    wanted = os.environ.get("SWITCHBOARD_LOCALSTACK", "")
    if wanted == "host":
        return "host"
    if wanted == "docker":
        return "docker"
    if wanted:
        raise EmulatorFailed(f"SWITCHBOARD_LOCALSTACK is {wanted!r}; it may be 'docker' or 'host'.")
    return "docker" if _docker_answers() else "host"


def _docker_answers() -> bool:
    """Whether a docker engine answers; the client alone is no engine."""
    if shutil.which("docker") is None:
        return False
    try:
        result = subprocess.run(
            ["docker", "version", "--format", "{{.Server.Version}}"],
            capture_output=True,
            timeout=_DOCKER_ANSWER_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return result.returncode == 0 and bool(result.stdout.strip())
