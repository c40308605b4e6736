"""Folders as zip files: the same content gives the same bytes, and an unchanged folder is not zipped again."""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_SKIPPED_FOLDERS = {"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".git"}
_SKIPPED_SUFFIXES = {".pyc", ".pyo"}
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Package:
    """A zip file and the SHA-256 (hex) of its bytes."""

    path: Path
    digest: str

    @property
    def key(self) -> str:
        """Its name in the artefact bucket."""
        return f"{self.digest}.zip"


def pack(folder: Path, cache: Path) -> Package:
    """Zips the folder's content, or gives the zip made before where no file was added, removed, resized or
    touched since.

    `cache` keeps one zip for each folder ever packed. Files are stored uncompressed: emulators unpack them on
    this machine, and layers of more than 100 MB would spend seconds on compression that nobody gains from.
    Raises FileNotFoundError where there is no such folder, and ValueError where it is empty.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"There is no folder {folder} to package.")
    files = sorted(_files(folder), key=lambda file: file.relative_to(folder).as_posix())
    if not files:
        raise ValueError(f"The folder {folder} is empty; there is nothing to package.")
    fingerprint = _fingerprint(folder, files)
    slug = f"{folder.name}-{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]}"
    note = cache / f"{slug}.json"
    if known := _known(note, fingerprint, cache):
        return known
    cache.mkdir(parents=True, exist_ok=True)
    unnamed = cache / f"{slug}.{os.getpid()}.partial"
    with zipfile.ZipFile(unnamed, "w", zipfile.ZIP_STORED) as archive:
        for file in files:
            archive.writestr(_entry(folder, file), file.read_bytes())
    with unnamed.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    path = cache / f"{slug}-{digest[:16]}.zip"
    unnamed.replace(path)
    unnamed.write_text(json.dumps({"fingerprint": fingerprint, "digest": digest, "zip": path.name}))
    unnamed.replace(note)
    for old in cache.glob(f"{slug}-*.zip"):
        if old != path:
            old.unlink(missing_ok=True)
    return Package(path, digest)


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder, followlinks=True):
        folders[:] = [name for name in folders if name not in _SKIPPED_FOLDERS]
        for name in names:
            if Path(name).suffix not in _SKIPPED_SUFFIXES:
                yield Path(place, name)


def _fingerprint(folder: Path, files: list[Path]) -> str:
    seen = hashlib.sha256()
    for file in files:
        status = file.stat()
        seen.update(
            f"{file.relative_to(folder).as_posix()}\0{status.st_size}\0{status.st_mtime_ns}\0{status.st_mode}\n".encode()
        )
    return seen.hexdigest()


def _known(note: Path, fingerprint: str, cache: Path) -> Package | None:
    try:
        said = json.loads(note.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    if said["fingerprint"] != fingerprint or not (cache / said["zip"]).exists():
        return None
    return Package(cache / said["zip"], said["digest"])


def _entry(folder: Path, file: Path) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(file.relative_to(folder).as_posix(), _EPOCH)
    # Lambda runs code under another user: everyone may read, and run what its owner may run.
    entry.external_attr = (0o100755 if os.access(file, os.X_OK) else 0o100644) << 16
    return entry
