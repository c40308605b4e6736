"""Packaging for local deployment: what ends up in the zip, and when work is saved."""

import os
import zipfile
from pathlib import Path

import pytest

from local.deploy.packing import pack


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    source = tmp_path / "function"
    (source / "package").mkdir(parents=True)
    (source / "handler.py").write_text("def handler(event, context): ...\n")
    (source / "package" / "__init__.py").write_text("")
    return source


def test_the_same_content_elsewhere_and_touched_later_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    first = pack(folder, tmp_path / "cache")
    copy = tmp_path / "elsewhere"
    folder.rename(copy)
    os.utime(copy / "handler.py", (0, 0))
    second = pack(copy, tmp_path / "cache")
    assert (second.digest, second.path.read_bytes()) == (first.digest, first.path.read_bytes())


def test_an_unchanged_folder_is_not_zipped_again(folder: Path, tmp_path: Path) -> None:
    first = pack(folder, tmp_path / "cache")
    first.path.write_bytes(b"not a zip any more")  # would be replaced if the folder were packed again
    assert pack(folder, tmp_path / "cache") == first
    assert first.path.read_bytes() == b"not a zip any more"


def test_an_edit_of_the_same_length_is_noticed(folder: Path, tmp_path: Path) -> None:
    first = pack(folder, tmp_path / "cache")
    handler = folder / "handler.py"
    before = handler.stat()
    handler.write_text(handler.read_text().replace("event", "EVENT"))
    os.utime(handler, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    second = pack(folder, tmp_path / "cache")
    assert second.digest != first.digest
    with zipfile.ZipFile(second.path) as archive:
        assert b"EVENT" in archive.read("handler.py")


def test_a_removed_file_leaves_the_package_and_the_old_zip_leaves_the_disk(folder: Path, tmp_path: Path) -> None:
    first = pack(folder, tmp_path / "cache")
    (folder / "package" / "__init__.py").unlink()
    second = pack(folder, tmp_path / "cache")
    with zipfile.ZipFile(second.path) as archive:
        assert archive.namelist() == ["handler.py"]
    assert not first.path.exists()


def test_caches_and_compiled_files_stay_out(folder: Path, tmp_path: Path) -> None:
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "handler.cpython-313.pyc").write_bytes(b"x")
    (folder / "stray.pyc").write_bytes(b"x")
    with zipfile.ZipFile(pack(folder, tmp_path / "cache").path) as archive:
        assert archive.namelist() == ["handler.py", "package/__init__.py"]


def test_an_executable_stays_executable(folder: Path, tmp_path: Path) -> None:
    (folder / "tool").write_text("#!/bin/sh\n")
    (folder / "tool").chmod(0o700)
    with zipfile.ZipFile(pack(folder, tmp_path / "cache").path) as archive:
        modes = {entry.filename: entry.external_attr >> 16 & 0o777 for entry in archive.infolist()}
    assert (modes["tool"], modes["handler.py"]) == (0o755, 0o644)


def test_a_damaged_note_of_an_earlier_run_only_costs_time(folder: Path, tmp_path: Path) -> None:
    first = pack(folder, tmp_path / "cache")
    for note in (tmp_path / "cache").glob("*.json"):
        note.write_text("{")
    assert pack(folder, tmp_path / "cache").digest == first.digest


def test_a_missing_or_empty_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        pack(tmp_path / "nowhere", tmp_path / "cache")
    (tmp_path / "hollow").mkdir()
    with pytest.raises(ValueError, match=r"hollow.*empty"):
        pack(tmp_path / "hollow", tmp_path / "cache")
