"""Build the Lambda layers and prove that they fit.

    python -m tools.layers build [--target host|arm64|x86_64] [--layer core|runtime|intent|planning] [--into DIR] [--corrections FILE]
    python -m tools.layers check [--target arm64|x86_64]

`host` builds for this interpreter into build/layers/<name>/python, for tests and local runs; the others
build for Lambda's Python 3.13 into build/layers-<target>/<name>/python. SAM reaches the same command
through layers/<name>/Makefile. With a file of agents' corrections the intent model learns from them, too.
A layer whose inputs have not changed is left alone. `check` prints `figure`
lines and exits 1 if one is short."""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from tools.wheels import LAMBDA, unfit_libraries, unfit_wheels

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ("core", "runtime", "intent", "planning")
# what one function has besides core and runtime
CARRIERS = {"router": "intent", "librarian": "intent", "indexer": "intent", "planner": "planning"}
TARGETS = ("host", "arm64", "x86_64")
VERIFIER = "verify/switchboard_verify"
LAMBDA_LIMIT_MB = 250  # unzipped, function and layers together: AWS's Lambda quotas
FUNCTION_MB = 1  # what is left for the function's own folder

# botocore describes some 400 services in 25 MB. Those we call are kept; a test compares this list with
# the code.
AWS_SERVICES = frozenset(
    {
        "apigatewaymanagementapi",
        "bedrock-runtime",
        "dynamodb",
        "firehose",
        "kms",
        "lambda",
        "s3",
        "secretsmanager",
        "sqs",
        "sts",
        "translate",
    }
)

# scipy without the parts that neither linear programmes nor sparse arrays load, and what only others' builds and tests use.
# tests/packaging solves a programme with the rest.
UNUSED_BY_PLANS = (
    *(f"scipy/{part}" for part in ("cluster", "datasets", "differentiate", "fftpack", "integrate", "interpolate", "io")),
    *(f"scipy/{part}" for part in ("misc", "ndimage", "odr", "signal", "stats", "conftest.py")),
    "scipy/special/cython_special.*",
    "numpy/distutils",
    "numpy/_core/_simd.*",
    "numpy/_core/_*_tests.*",
    "numpy/**/*.a",
)

# Never needed at run time. Licences stay in each dist-info, as they must.
UNWANTED_FOLDERS = ("__pycache__", "tests")
UNWANTED_FILES = ("*.pyi", "*.pyx", "*.pxd", "*.c", "*.h")
UNWANTED_RECORDS = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json")


class BuildError(Exception):
    """A layer cannot be built; the message says what to do."""


def inputs(name: str) -> list[Path]:
    """The files a layer is made from, this tool included, in a fixed order."""
    tool = [ROOT / "tools/layers.py", ROOT / "tools/wheels.py"]
    if name == "runtime":
        return [*tool, *(ROOT / "layers/runtime" / lock for lock in ("requirements.txt", "chalice.txt"))]
    folders = [ROOT / "layers" / name]
    if name == "core":  # the auditors' verifier goes with it: GET /v1/audit/verify runs what they run
        folders += [ROOT / VERIFIER]
    if name == "intent":  # its model is built with the code that will read it
        folders += [ROOT / "layers/core/python/switchboard/adapters" / adapter for adapter in ("onnx", "ngrams")]
    files = (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())
    return [*tool, *(path for path in files if "__pycache__" not in path.parts)]


def digest(name: str, target: str, corrections: Path | None = None) -> str:
    """Changes whenever the result would: by the inputs' names and bytes, and on the host by its Python."""
    state = hashlib.sha256(f"{name} {target}".encode())
    if target == "host":
        state.update(f"{sys.version_info[:2]} {platform.machine()}".encode())
    for path in inputs(name):
        state.update(str(path.relative_to(ROOT)).encode() + b"\0")
        state.update(hashlib.sha256(path.read_bytes()).digest())
    if corrections and name == "intent":
        state.update(b"corrections" + hashlib.sha256(corrections.read_bytes()).digest())
    return state.hexdigest()


def destination(name: str, target: str) -> Path:
    return ROOT / "build" / ("layers" if target == "host" else f"layers-{target}") / name


def build(name: str, target: str, corrections: Path | None = None) -> tuple[Path, bool]:
    """Where the layer lies, and whether it had to be built. The old one stays until the new one is done."""
    place = destination(name, target)
    mark = place / ".inputs"
    wanted = digest(name, target, corrections)
    if mark.exists() and mark.read_text() == wanted:
        return place, False
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=f".{name}-") as scratch:
        fresh = Path(scratch) / name
        python = fresh / "python"
        python.mkdir(parents=True)
        builders: dict[str, Callable[[Path, str], None]] = {
            "core": build_core, "runtime": build_runtime, "intent": partial(build_intent, corrections=corrections),
            "planning": build_planning,
        }  # fmt: skip
        builders[name](python, target)
        strip(python)
        (fresh / ".inputs").write_text(wanted)
        if place.exists():
            place.rename(Path(scratch) / "old")
        fresh.rename(place)
    return place, True


def build_core(python: Path, _target: str) -> None:
    """Our own package is the same on every machine."""
    shutil.copytree(ROOT / "layers/core/python", python, dirs_exist_ok=True)
    shutil.copytree(ROOT / VERIFIER, python / "switchboard_verify")


def build_runtime(python: Path, target: str) -> None:
    """Wheels only, each checked against the lock's hash; `--no-deps` because the locks are complete."""
    locks = [ROOT / "layers/runtime" / lock for lock in ("requirements.txt", "chalice.txt")]
    install(python, target, locks)
    for service in (python / "botocore/data").iterdir():
        if service.is_dir() and service.name not in AWS_SERVICES:
            shutil.rmtree(service)
    for folder in ("boto3/examples", "wrapt-stubs"):
        shutil.rmtree(python / folder, ignore_errors=True)


def install(python: Path, target: str, locks: Iterable[Path]) -> None:
    """pip-install complete, hashed locks into `python` for a target."""
    call = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    call += ["--target", str(python), "--no-deps", "--no-compile", "--require-hashes", "--only-binary=:all:"]
    if target != "host":
        call += ["--implementation", "cp", "--python-version", LAMBDA.python]
        call += [word for tag in LAMBDA.platforms(target) for word in ("--platform", tag)]
    for lock in locks:
        call += ["--requirement", str(lock)]
    if subprocess.run(call).returncode:
        raise BuildError(f"pip could not install {', '.join(str(lock.relative_to(ROOT)) for lock in locks)}")


def build_intent(python: Path, target: str, corrections: Path | None = None) -> None:
    """The model's own builder knows how to make it; see layers/intent."""
    call = [sys.executable, "-m", "layers.intent.builder", "--target", target, "--into", str(python)]
    if corrections:
        call += ["--corrections", str(corrections.resolve())]
    if subprocess.run(call, cwd=ROOT).returncode:
        raise BuildError("layers/intent: its builder failed")


def build_planning(python: Path, target: str) -> None:
    install(python, target, [ROOT / "layers/planning/requirements.txt"])
    prune(python, UNUSED_BY_PLANS)


def prune(python: Path, patterns: Iterable[str]) -> None:
    """Remove the files and folders that match; one that matches nothing is no error, since wheels differ by machine and Python."""
    for path in [path for pattern in patterns for path in python.glob(pattern)]:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def strip(python: Path) -> None:
    """Remove what no function needs, so that cold starts load less and the limit is kept."""
    for path in sorted(python.rglob("*"), reverse=True):  # children before parents
        if path.is_dir():
            if path.name in UNWANTED_FOLDERS or path == python / "bin":
                shutil.rmtree(path)
            elif not any(path.iterdir()):
                path.rmdir()
            continue
        record = path.name in UNWANTED_RECORDS and path.parent.name.endswith(".dist-info")
        if record or any(path.match(pattern) for pattern in UNWANTED_FILES):
            path.unlink()


def size_mb(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def check(target: str) -> Iterator[tuple[str, str, str, bool]]:
    """Each figure as (name, value, target, whether it is met) of the layers built for Lambda."""
    sizes: dict[str, float] = {}
    for name in LAYERS:
        python = destination(name, target) / "python"
        if not python.is_dir():
            raise BuildError(f"{name} is not built: python -m tools.layers build --target {target}")
        megabytes = sizes[name] = size_mb(python)
        libraries, wheels = unfit_libraries(python, target), unfit_wheels(python, target)
        for trouble in (*libraries, *wheels):
            print(f"{name}: {trouble}")
        yield f"layer_{name}_size", f"{megabytes:.1f}MB", f"<{LAMBDA_LIMIT_MB}MB", megabytes < LAMBDA_LIMIT_MB
        yield f"layer_{name}_unfit_libraries", str(len(libraries)), "0", not libraries
        yield f"layer_{name}_unfit_wheels", str(len(wheels)), "0", not wheels
    limit = LAMBDA_LIMIT_MB - FUNCTION_MB
    for function, own in CARRIERS.items():
        total = sizes["core"] + sizes["runtime"] + sizes[own]
        yield f"layers_of_{function}_unzipped", f"{total:.1f}MB", f"<{limit}MB", total < limit


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.layers", description="Build and check the layers.")
    commands = parser.add_subparsers(dest="command", required=True)
    building = commands.add_parser("build", help="build what has changed")
    building.add_argument("--target", choices=TARGETS, default="host")
    building.add_argument("--layer", choices=LAYERS, action="append", help="default: all")
    building.add_argument("--into", type=Path, help="also copy the python folder there, for SAM")
    building.add_argument("--corrections", type=Path, metavar="FILE", help="of intents, by agents: the intent model learns from them")
    checking = commands.add_parser("check", help="prove that the layers run on Lambda and fit")
    checking.add_argument("--target", choices=TARGETS[1:], default="arm64")
    chosen = parser.parse_args(arguments)
    if chosen.command == "build" and chosen.corrections and not chosen.corrections.is_file():
        parser.error(f"there is no file {chosen.corrections}")
    try:
        if chosen.command == "check":
            figures = list(check(chosen.target))
            for name, value, goal, met in figures:
                print(f"figure {name} {value} {goal} {'ok' if met else 'short'}")
            return 0 if all(met for *_, met in figures) else 1
        for name in chosen.layer or LAYERS:
            place, built = build(name, chosen.target, chosen.corrections)
            state = "built" if built else "unchanged"
            print(f"{name}: {place.relative_to(ROOT)} {state}, {size_mb(place):.1f} MB")
            if chosen.into:
                shutil.copytree(place / "python", chosen.into / "python", dirs_exist_ok=True)
        return 0
    except BuildError as error:
        print(f"layers: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    os.umask(0o022)  # Lambda runs the files as another user
    sys.exit(main())
