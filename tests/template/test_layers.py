"""What is packed into the layers, and that a layer that Lambda cannot load does not pass."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest

from local.emulators.process import ROOT
from tools import layers
from tools.wheels import fits, unfit_libraries, unfit_wheels


def test_every_aws_service_the_code_calls_is_in_the_layer() -> None:
    """The others are cut out of botocore; a call to one of those would fail only in Lambda."""
    code = [*(ROOT / "layers/core/python").rglob("*.py"), *(ROOT / "functions").rglob("*.py")]
    named = {
        service
        for path in code
        for service in re.findall(r"""\b(?:client|resource)\(\s*["']([a-z0-9-]+)["']""", path.read_text(encoding="utf-8"))
    }
    assert named, "no call found: has the way to make a client changed?"
    assert named <= layers.AWS_SERVICES


@pytest.mark.parametrize(
    ("tag", "runs"),
    [
        ("py3-none-any", True),
        ("cp313-cp313-manylinux_2_17_aarch64", True),
        ("cp313-cp313-manylinux2014_aarch64", True),
        ("cp311-abi3-manylinux_2_34_aarch64", True),
        ("cp311-abi3-manylinux_2_35_aarch64", False),  # Amazon Linux 2023 has glibc 2.34
        ("cp314-abi3-manylinux_2_28_aarch64", False),
        ("cp312-cp312-manylinux_2_17_aarch64", False),
        ("cp313-cp313t-manylinux_2_17_aarch64", False),
        ("cp313-cp313-musllinux_1_2_aarch64", False),
        ("cp313-cp313-manylinux_2_17_x86_64", False),
    ],
)
def test_which_wheels_run_on_lambda(tag: str, runs: bool) -> None:
    assert fits(tag, "arm64") is runs


def _library(machine: int) -> bytes:
    return b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HH", 3, machine) + bytes(44)


def test_a_library_for_another_machine_or_python_is_named(tmp_path: Path) -> None:
    (tmp_path / "good.cpython-313-aarch64-linux-gnu.so").write_bytes(_library(183))
    (tmp_path / "other.abi3.so").write_bytes(_library(62))
    (tmp_path / "old.cpython-311-aarch64-linux-gnu.so").write_bytes(_library(183))
    (tmp_path / "cut.so.1").write_bytes(b"\x7fELF")
    troubles = unfit_libraries(tmp_path, "arm64")
    assert [trouble.split()[0] for trouble in troubles] == [
        "cut.so.1",
        "old.cpython-311-aarch64-linux-gnu.so",
        "other.abi3.so",
    ]


def test_a_wheel_is_unfit_only_if_none_of_its_tags_fits(tmp_path: Path) -> None:
    for name, tags in {
        "both": "Tag: py2-none-any\nTag: py3-none-any\n",
        "intel": "Tag: cp313-cp313-manylinux_2_17_x86_64\n",
    }.items():
        (tmp_path / f"{name}-1.dist-info").mkdir()
        (tmp_path / f"{name}-1.dist-info/WHEEL").write_text(f"Wheel-Version: 1.0\n{tags}")
    assert [trouble.split()[0] for trouble in unfit_wheels(tmp_path, "arm64")] == ["intel-1.dist-info"]


def test_stripping_keeps_code_data_and_licences(tmp_path: Path) -> None:
    kept = ["a/__init__.py", "a/py.typed", "a/bin/tool.py", "a-1.dist-info/METADATA", "a-1.dist-info/licenses/LICENSE"]
    gone = ["a/__init__.pyi", "a/tests/test_a.py", "a/__pycache__/x.pyc", "bin/a", "a-1.dist-info/RECORD", "a-stubs/a.pyi"]
    for name in [*kept, *gone]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    layers.strip(tmp_path)
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()) == sorted(kept)
    assert not (tmp_path / "a-stubs").exists(), "an empty folder is a package to Python"


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that has only a core layer, the auditors' verifier that goes with it, and this tool."""
    package = tmp_path / "layers/core/python/switchboard"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    verifier = tmp_path / layers.VERIFIER
    verifier.mkdir(parents=True)
    (verifier / "__init__.py").write_text("")
    (tmp_path / "tools").mkdir()
    for name in ("layers.py", "wheels.py"):
        (tmp_path / "tools" / name).write_text("")
    monkeypatch.setattr(layers, "ROOT", tmp_path)
    return package


def test_a_layer_is_built_again_only_when_its_inputs_changed(workplace: Path) -> None:
    place, built = layers.build("core", "arm64")
    assert built
    assert not layers.build("core", "arm64")[1]
    (workplace / "new.py").write_text("x = 1\n")
    assert layers.build("core", "arm64")[1]
    assert (place / "python/switchboard/new.py").exists()
    assert (place / "python/switchboard_verify/__init__.py").exists()
    (workplace / "new.py").unlink()
    assert layers.build("core", "arm64")[1]
    assert not (place / "python/switchboard/new.py").exists(), "what was deleted must not be deployed"


def test_a_build_that_fails_leaves_the_last_good_layer(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, _ = layers.build("core", "arm64")
    (workplace / "new.py").write_text("x = 1\n")

    def fail(python: Path, target: str) -> None:
        raise layers.BuildError("no room")

    monkeypatch.setattr(layers, "build_core", fail)
    with pytest.raises(layers.BuildError):
        layers.build("core", "arm64")
    assert (place / "python/switchboard/__init__.py").exists()
    assert [path.name for path in place.parent.iterdir()] == ["core"], "nothing half-built is left"


def test_layers_that_do_not_fit_together_are_short_although_each_fits(workplace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The router has room for its own layer beside the others; the planner has not."""
    for name, megabytes in {"core": 1, "runtime": 100, "intent": 140, "planning": 149}.items():
        python = layers.destination(name, "arm64") / "python"
        python.mkdir(parents=True)
        with (python / "data").open("wb") as file:
            file.truncate(megabytes * 1_000_000)
    assert layers.main(["check", "--target", "arm64"]) == 1
    short = [line for line in capsys.readouterr().out.splitlines() if line.endswith("short")]
    assert short == ["figure layers_of_planner_unzipped 250.0MB <249MB short"]


def test_a_layer_that_was_not_built_is_said_and_not_measured(workplace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert layers.main(["check", "--target", "arm64"]) == 1
    assert "core is not built" in capsys.readouterr().err


LOCKS = [*(ROOT / "layers").glob("*/*.txt"), *(ROOT / "requirements").glob("*.txt")]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_lock_pins_by_hash_and_names_no_index(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert not re.search(r"https?://|file://|--index|--find-links|--extra", text)
    for requirement in re.split(r"\n(?=[a-zA-Z0-9])", text):
        if re.match(r"[a-zA-Z0-9]", requirement):
            assert "==" in requirement.splitlines()[0]
            assert "--hash=sha256:" in requirement, requirement.splitlines()[0]
