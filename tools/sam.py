"""SAM, cfn-lint and checkov, each run from an environment made from its lock (their pins exclude each other).

    python -m tools.sam lint            cfn-lint, sam validate --lint and checkov: no finding, or exit 1
    python -m tools.sam build [...]     sam build, with what follows handed on
    python -m tools.sam run ...         any other SAM command: run deploy --config-env staging

The environments lie in build/tools and are made again when their locks change."""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# A template that asks for a region needs one named; no credentials are used, and nothing is reported to SAM's makers.
ENVIRONMENT = {"SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": os.environ.get("AWS_DEFAULT_REGION", "us-east-1")}


def environment(name: str) -> Path:
    """The bin folder of the virtual environment of requirements/<name>.txt, made if it is not there or not current."""
    lock = ROOT / "requirements" / f"{name}.txt"
    place = ROOT / "build/tools" / name
    mark = place / ".lock"
    wanted = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    if not mark.exists() or mark.read_text() != wanted:
        shutil.rmtree(place, ignore_errors=True)
        print(f"{name}: making {place.relative_to(ROOT)} from {lock.relative_to(ROOT)}", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        install = [str(place / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, "--require-hashes", "--no-deps", "-r", str(lock)], check=True)
        mark.write_text(wanted)
    return place / "bin"


def run(tool: Path, *arguments: str) -> int:
    print("$", tool.name, *arguments, flush=True)
    return subprocess.run([str(tool), *arguments], cwd=ROOT, env={**os.environ, **ENVIRONMENT}).returncode


def lint() -> int:
    """Every linter runs, so that one finding does not hide another's."""
    sam, checkov = environment("sam"), environment("checkov")
    codes = [
        run(sam / "cfn-lint"),
        run(sam / "sam", "validate", "--lint"),
        run(checkov / "checkov", "--config-file", ".checkov.yaml"),
    ]
    return max(codes)


def build(arguments: list[str]) -> int:
    """`sam build`; leftovers of the interpreter must not be deployed with a function."""
    for leftover in (ROOT / "functions").rglob("__pycache__"):
        shutil.rmtree(leftover)
    return run(environment("sam") / "sam", "build", *arguments)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.sam", description="Check, build and deploy the template.")
    parser.add_argument("command", choices=["lint", "build", "run"])
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="handed on to SAM")
    chosen = parser.parse_args()
    if chosen.command == "lint":
        return lint()
    if chosen.command == "build":
        return build(chosen.arguments)
    return run(environment("sam") / "sam", *chosen.arguments)


if __name__ == "__main__":
    sys.exit(main())
