"""`python -m tools.sbom`: what is shipped, as bills of materials (CycloneDX 1.6): build/sbom/layers.cdx.json and web.cdx.json.

Made of the locks alone, as Lambda on arm64 installs them: the same locks give the same bytes, and no address of a registry is in it.
Then checked against CycloneDX's own schema."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import quote

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.sam import environment

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "build" / "sbom"
LAYERS = {
    "runtime": ("layers/runtime/requirements.txt", "layers/runtime/chalice.txt"),
    "intent": ("layers/intent/requirements.txt", "layers/intent/sources.txt"),
    "planning": ("layers/planning/requirements.txt",),
}
LAMBDA = {
    "python_version": "3.13", "python_full_version": "3.13.0", "implementation_name": "cpython", "os_name": "posix",
    "platform_python_implementation": "CPython", "sys_platform": "linux", "platform_system": "Linux", "platform_machine": "aarch64",
}  # fmt: skip
JOINED = re.compile(r"\\\r?\n")
HASH = re.compile(r"--hash=(\w+):([0-9a-f]+)")
NAMES = {"sha256": "SHA-256", "sha512": "SHA-512", "sha1": "SHA-1", "sha384": "SHA-384"}
SPACE = uuid.UUID("6f1f6d0e-2f6b-5a53-9c3c-6b7a7f0f5b0e")  # of our serial numbers
VALIDATE = """
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
for path in sys.argv[1:]:
    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(path, encoding="utf-8").read())
    if wrong:
        sys.exit(f"{path}: {wrong}")
"""

Component = dict[str, Any]


def pinned(lock: str) -> Iterator[tuple[Requirement, list[tuple[str, str]]]]:
    """Each requirement of a lock's text, with the digests that it may have."""
    for line in JOINED.sub(" ", lock).splitlines():
        said = line.partition("#")[0].strip()
        if said and not said.startswith("-"):
            yield Requirement(said.partition("--hash")[0].strip()), HASH.findall(said)


def python_components(lock: str, layer: str) -> list[Component]:
    found = []
    for requirement, hashes in pinned(lock):
        if requirement.marker is not None and not requirement.marker.evaluate(LAMBDA):
            continue
        [pin] = requirement.specifier
        name = canonicalize_name(requirement.name)
        component = _component(name, pin.version, f"pkg:pypi/{name}@{pin.version}", hashes, _license_of(name, pin.version))
        found.append(component | {"scope": "required", "properties": [{"name": "switchboard:layer", "value": layer}]})
    return found


def web_components(lock: Mapping[str, Any]) -> list[Component]:
    """What only builds the pages is `excluded`: it is not shipped."""
    found: dict[str, Component] = {}
    for path, package in lock["packages"].items():
        if not path or package.get("link"):
            continue
        name, version = package.get("name") or path.rpartition("node_modules/")[2], package["version"]
        algorithm, _, digest = package.get("integrity", "").partition("-")
        hashes = [(algorithm, base64.b64decode(digest).hex())] if digest else []
        url = f"pkg:npm/{'/'.join(quote(part, safe='') for part in name.split('/'))}@{version}"
        component = _component(name, version, url, hashes, package.get("license", ""))
        shipped = not (package.get("dev") or package.get("devOptional") or package.get("optional"))
        earlier = found.get(url)
        if earlier is None or (shipped and earlier["scope"] == "excluded"):
            found[url] = component | {"scope": "required" if shipped else "excluded"}
    return list(found.values())


def _component(name: str, version: str, url: str, hashes: list[tuple[str, str]], licence: str) -> Component:
    component: Component = {"type": "library", "bom-ref": url, "name": name, "version": version, "purl": url}
    if hashes:
        component["hashes"] = [{"alg": NAMES[algorithm], "content": digest} for algorithm, digest in sorted(set(hashes))]
    if licence:
        component["licenses"] = [{"license": {"name": licence}}]
    return component


def _license_of(name: str, version: str) -> str:
    """As its makers name it, if this very version is installed here, as the lock for development has it."""
    try:
        told: Mapping[str, Any] = metadata.metadata(name).json
    except metadata.PackageNotFoundError:
        return ""
    if told["version"] != version:
        return ""
    classifiers = [c.rpartition(" :: ")[2] for c in told.get("classifier", []) if c.startswith("License :: ")]
    short = told.get("license", "") if "\n" not in told.get("license", "") else ""
    return str(told.get("license_expression") or short or ", ".join(classifiers))


def bill(name: str, components: list[Component]) -> dict[str, Any]:
    listed = sorted(components, key=lambda c: (c["bom-ref"], c["scope"]))
    merged: dict[str, Component] = {}
    for component in listed:  # one package in two layers is one component of both
        earlier = merged.get(component["bom-ref"])
        if earlier is None:
            merged[component["bom-ref"]] = component
        else:
            earlier["properties"] = earlier["properties"] + component["properties"]
    found = list(merged.values())
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json", "bomFormat": "CycloneDX", "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(SPACE, json.dumps(found, sort_keys=True))}", "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": f"switchboard-{name}", "name": f"switchboard-{name}"}},
        "components": found,
    }  # fmt: skip


def bills() -> dict[str, dict[str, Any]]:
    locks = [(layer, (ROOT / lock).read_text("utf-8")) for layer, names in LAYERS.items() for lock in names]
    layers = [component for layer, lock in locks for component in python_components(lock, layer)]
    web = web_components(json.loads((ROOT / "web" / "package-lock.json").read_text("utf-8")))
    return {"layers": bill("layers", layers), "web": bill("web", web)}


def main() -> int:
    OUT.mkdir(parents=True, exist_ok=True)
    written = []
    for name, made in bills().items():
        path = OUT / f"{name}.cdx.json"
        path.write_text(json.dumps(made, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
        shipped = sum(c["scope"] == "required" for c in made["components"])
        print(f"{path.relative_to(ROOT)}: {shipped} components shipped, {len(made['components']) - shipped} that only build")
        written.append(str(path))
    return subprocess.run([str(environment("audit") / "python"), "-c", VALIDATE, *written]).returncode


if __name__ == "__main__":
    sys.exit(main())
