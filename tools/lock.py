"""`python -m tools.lock [--upgrade]`: write every lock file from its `.in` file, with hashes of all wheels.

One resolution serves all: `--universal` keeps what differs between platforms as markers, so the same lock
installs on this machine, on Python 3.13 in Lambda, on arm64 and on x86_64. Pins already in a lock stay unless
`--upgrade` is given. No index address is written: whoever installs uses the index their client is set up
with. Needs `uv` (requirements/dev.in)."""

from __future__ import annotations

import argparse
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Lock:
    """One `.in` file and how its lock is made. `with_dependencies` false locks only the packages named."""

    source: str
    lock: str
    with_dependencies: bool = True
    same_as: tuple[str, ...] = ()  # locks whose versions this one must repeat


# What is shipped is what is developed against.
SHIPPED = (
    *("layers/runtime/requirements.txt", "layers/runtime/chalice.txt"),
    *("layers/intent/requirements.txt", "layers/planning/requirements.txt"),
)
LOCKS = (
    Lock("layers/runtime/requirements.in", "layers/runtime/requirements.txt"),
    Lock("layers/runtime/chalice.in", "layers/runtime/chalice.txt", with_dependencies=False),
    Lock("layers/intent/requirements.in", "layers/intent/requirements.txt", with_dependencies=False),
    Lock(
        "layers/intent/training/requirements.in",
        "layers/intent/training/requirements.txt",
        same_as=("layers/intent/requirements.txt",),
    ),
    Lock("layers/planning/requirements.in", "layers/planning/requirements.txt", same_as=("layers/intent/requirements.txt",)),
    Lock("requirements/dev.in", "requirements/dev.txt", same_as=SHIPPED),
    # Each of these pins what the others want newer, so each gets an environment of its own.
    Lock("requirements/sam.in", "requirements/sam.txt"),
    Lock("requirements/checkov.in", "requirements/checkov.txt"),
    Lock("requirements/audit.in", "requirements/audit.txt"),
)


def command(lock: Lock, upgrade: bool) -> list[str]:
    """The uv call that writes one lock."""
    call = [sys.executable, "-m", "uv", "pip", "compile", "--universal", "--generate-hashes", "--quiet"]
    call += ["--python-version", "3.11", "--no-emit-index-url", "--no-emit-find-links", "--no-header"]
    call += [] if lock.with_dependencies else ["--no-deps"]
    call += ["--upgrade"] if upgrade else []
    for other in lock.same_as:
        call += ["--constraint", other]
    return [*call, lock.source, "--output-file", lock.lock]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.lock", description=__doc__)
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions the .in files allow")
    arguments = parser.parse_args()
    for lock in LOCKS:
        done = subprocess.run(command(lock, arguments.upgrade), cwd=ROOT)
        if done.returncode:
            print(f"{lock.source}: could not be locked", file=sys.stderr)
            return done.returncode
        print(f"{lock.lock} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
