"""What may run on Lambda: wheel tags, and the machine code of shared libraries, read from a folder."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# ELF header: 4 bytes magic, then the class (2 = 64 bit) and data (1 = little endian); e_machine is the
# 16-bit word at byte 18.
ELF_MAGIC = b"\x7fELF\x02\x01"
ELF_MACHINES = {"arm64": 183, "x86_64": 62}  # EM_AARCH64, EM_X86_64
MACHINE_NAMES = {"arm64": "aarch64", "x86_64": "x86_64"}


@dataclass(frozen=True, slots=True)
class Runtime:
    """A Lambda runtime: its Python, and the newest C library its operating system offers."""

    python: str
    glibc: tuple[int, int]

    @property
    def tag(self) -> str:
        return "cp" + self.python.replace(".", "")

    def platforms(self, target: str) -> list[str]:
        """Platform tags pip may take wheels for, newest first. 2.17 has a second, older name."""
        major, newest = self.glibc
        machine = MACHINE_NAMES[target]
        names = [f"manylinux_{major}_{minor}_{machine}" for minor in range(newest, 16, -1)]
        return [*names, f"manylinux2014_{machine}"]


LAMBDA = Runtime(python="3.13", glibc=(2, 34))  # python3.13 runs on Amazon Linux 2023, which has glibc 2.34


def unfit_libraries(folder: Path, target: str) -> list[str]:
    """A sentence for each shared library the target cannot load: another machine's, or another Python's."""
    return list(_library_troubles(folder, target))


def _library_troubles(folder: Path, target: str) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if not (path.name.endswith(".so") or ".so." in path.name) or not path.is_file():
            continue
        with path.open("rb") as file:
            head = file.read(20)
        name = path.relative_to(folder)
        if len(head) < 20 or not head.startswith(ELF_MAGIC):
            yield f"{name} is no 64-bit little-endian ELF file"
            continue
        (machine,) = struct.unpack_from("<H", head, 18)
        if machine != ELF_MACHINES[target]:
            yield f"{name} is for ELF machine {machine}, not {ELF_MACHINES[target]} ({target})"
        python = re.search(r"\.cpython-(\d+)", path.name)
        if python and f"cp{python.group(1)}" != LAMBDA.tag:
            yield f"{name} is for CPython {python.group(1)}, not {LAMBDA.tag}"


def unfit_wheels(folder: Path, target: str) -> list[str]:
    """A sentence for each installed wheel none of whose tags the target takes."""
    troubles = []
    for file in sorted(folder.glob("*.dist-info/WHEEL")):
        tags = re.findall(r"^Tag: (\S+)$", file.read_text(), re.MULTILINE)
        if not any(fits(tag, target) for tag in tags):
            troubles.append(f"{file.parent.name} has only the tags {', '.join(tags)}")
    return troubles


def fits(tag: str, target: str) -> bool:
    """Whether a wheel with this expanded tag (python-abi-platform, PEP 425) runs on Lambda."""
    python, abi, platform = tag.split("-")
    if abi == "none" and platform == "any":
        return python == "py3" or python == LAMBDA.tag
    if platform not in LAMBDA.platforms(target):
        return False
    if abi == "none":
        return python in ("py3", LAMBDA.tag)
    if abi == "abi3":
        return python.startswith("cp3") and int(python[3:]) <= int(LAMBDA.tag[3:])
    return (python, abi) == (LAMBDA.tag, LAMBDA.tag)
