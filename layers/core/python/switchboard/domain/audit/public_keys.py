"""Files of the public halves of the keys that have signed roots, each named by the first root it was there for."""

from __future__ import annotations

import re

from switchboard.domain.errors import Unreadable

FOLDER = "keys/"
_NAME = re.compile(r"keys/(\d{10})-([A-Za-z0-9_.-]{1,128})\.pem", re.ASCII)


def file_of(number: int, key: str) -> str:
    """`key`: its name or ARN. Of an ARN, the last part tells it from all others of the account."""
    return f"{FOLDER}{number:010d}-{short(key)}.pem"


def short(key: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]", "-", key.rsplit("/", 1)[-1])[:128] or "-"


def read(name: str) -> tuple[int, str]:
    """The first root's number and the key's short name. Raises Unreadable for what is no such file."""
    found = _NAME.fullmatch(name)
    if found is None:
        raise Unreadable("this is no public key's file")
    return int(found[1]), found[2]
