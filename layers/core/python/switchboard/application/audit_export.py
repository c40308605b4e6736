"""The archive's files of a period, as they are, for somebody to take away and check elsewhere: links of few minutes, no copies.

What an export holds follows from the numbers of its first and last root, so nothing about it is stored but that it was made."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from switchboard.application.audit_ports import AuditReading
from switchboard.application.audit_roots import AuditRoots
from switchboard.domain.audit import archive, root
from switchboard.domain.errors import Malformed, NotFound

PAGE = 500  # files
LINK_SECONDS = 300
_ID = re.compile(r"([1-9]\d{0,9})-([1-9]\d{0,9})", re.ASCII)

README = """# Switchboard: the audit's archive, roots {first} to {last}

`copy/archive/` holds what happened ({since} to {until} UTC and what lay next to it), `copy/roots/` the signed roots over it,
`copy/keys/` the public halves of the keys that signed them. Compare these with the key that you were given otherwise, or ask for it:
`aws kms get-public-key`. Sealed fields stay sealed.

To check (the folder `verify/switchboard_verify` of Switchboard: Python's standard library and `cryptography`):

    python -m switchboard_verify copy/ --key copy/keys --excerpt {first}-{last} --known {last}:{digest}

It says whether all that these roots signed for is here and unchanged. What was before root {first} and after root {last} is not in
here, so it says nothing of that. Files and formats: docs/audit.md.
"""


@dataclass(frozen=True, slots=True)
class Manifest:
    """One page. Of each file `path`, `sha256`, and `url` or, of the file that was written for this export, `text`. `next`: 0-based
    "root.file" to go on with, "" at the end."""

    id: str
    first: int
    last: int
    command: str
    files: Sequence[Mapping[str, Any]]
    next: str
    link_seconds: int = LINK_SECONDS


@dataclass(frozen=True, slots=True)
class AuditExport:
    files: AuditReading
    roots: AuditRoots

    def begin(self, since: datetime, until: datetime) -> Manifest:
        """Raises NotFound where no root covers the period."""
        first, last = self.roots.covering(since, until)
        return self.page(f"{first}-{last}")

    def page(self, id_: str, after: str = "") -> Manifest:
        """Raises NotFound, Malformed, StorageUnavailable."""
        found = _ID.fullmatch(id_)
        if found is None or not int(found[1]) <= int(found[2]) <= self.roots.newest():
            raise NotFound("there is no such export; POST /v1/audit/exports answers with its id")
        first, last = int(found[1]), int(found[2])
        number, place = _place(after, first, last)
        files: list[dict[str, Any]] = [] if after else self._beginning(first, last)
        following = ""
        for at, nth, path, digest in self._from(number, place, last):
            if len(files) >= PAGE:
                following = f"{at}.{nth}"
                break
            files.append(self._file(path, digest))
        command = f"python -m switchboard_verify copy/ --key copy/keys --excerpt {first}-{last}"
        return Manifest(id_, first, last, command, files, following)

    def _from(self, number: int, place: int, last: int) -> Iterator[tuple[int, int, str, str]]:
        """(root, place, key, hash): each root's own file is at place 0, then come those it names."""
        for each in range(number, last + 1):
            raw, found = self.files.get(root.key_of(each)), self.roots.read(each)
            if not place:
                yield each, 0, root.key_of(each), archive.digest(raw)
            for at, (key, digest) in enumerate(found.archive if found else (), 1):
                if at >= place:
                    yield each, at, key, digest
            place = 0

    def _file(self, key: str, digest: str) -> dict[str, Any]:
        return {"path": f"copy/{key}", "sha256": digest, "url": self.files.link(key, LINK_SECONDS)}

    def _beginning(self, first: int, last: int) -> list[dict[str, Any]]:
        """What explains it, and the public keys."""
        raw, one, other = self.files.get(root.key_of(last)), self.roots.read(first), self.roots.read(last)
        since, until = (f"{r.at:%Y-%m-%d %H:%M:%S}" if r else "?" for r in (one, other))
        text = README.format(first=first, last=last, since=since, until=until, digest=archive.digest(raw))
        about = {"path": "README.md", "sha256": archive.digest(text.encode()), "text": text}
        return [about, *(self._file(name, archive.digest(pem)) for name, pem in self.roots.signed_by())]


def _place(after: str, first: int, last: int) -> tuple[int, int]:
    if not after:
        return first, 0
    found = re.fullmatch(r"(\d{1,10})\.(\d{1,5})", after, re.ASCII)
    if found is None or not first <= int(found[1]) <= last:
        raise Malformed("'after' is the 'next' of the page before")
    return int(found[1]), int(found[2])
