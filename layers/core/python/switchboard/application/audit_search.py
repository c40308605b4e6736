"""Records of the audit's archive by who, what and about whom. It reads the archive itself, so what it finds is what was signed for;
a page ends when it is full or has taken long enough, and says where to go on."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from switchboard.application.audit_ports import AuditReading, Finding
from switchboard.domain.audit import archive
from switchboard.domain.audit.query import Query, shown
from switchboard.domain.errors import Malformed, Unreadable

PAGE = 100  # records
SECONDS = 12.0  # of one page: API Gateway waits for 29
TOGETHER = 64  # files read at once
MOST_FILES = 20_000  # of one page
_CURSOR = re.compile(r"(archive/[!-~]{1,140}) (\d{1,6})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Found:
    """One page. `next`: where to go on, "" at the end; a page may be empty before it. `through`: everything archived up to then has
    been looked at. `unreadable`: files that are not as they were written, which must not hide what they held."""

    records: Sequence[dict[str, Any]]
    next: str
    files: int
    through: datetime | None
    unreadable: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class AuditSearch:
    """`seconds`: a clock that never goes back."""

    files: AuditReading
    seconds: Callable[[], float]
    page: int = PAGE
    within: float = SECONDS

    def find(self, query: Query, cursor: str = "") -> Found:
        """Raises Malformed for a cursor that is none, StorageUnavailable."""
        begun, (key, record) = self.seconds(), _read(cursor)
        after = key if key and not record else archive.begins(query.since)
        if key and record:
            after = max(after, key[:-1])  # this file again, from that record on
        until = archive.begins(query.until + archive.LATE)
        keys = self._keys(after, until)
        found: list[dict[str, Any]] = []
        wrong: list[Finding] = []
        looked, done = 0, key if not record else ""
        while some := list(islice(keys, TOGETHER)):
            for name, raw in zip(some, self.files.several(some), strict=True):
                skip = record if name == key else 0
                try:
                    matching = _matching(query, name, raw)
                except Unreadable as error:
                    wrong.append(Finding(name, str(error)))
                    matching = []
                for number, each in matching:
                    if number <= skip:
                        continue
                    if len(found) == self.page:
                        last = found[-1]["place"]
                        return self._page(found, _cursor(last["file"], last["record"]), looked, done, wrong)
                    found.append({**shown(each), "place": {"file": name, "record": number}})
                looked, done = looked + 1, name
            if looked >= MOST_FILES or self.seconds() - begun > self.within:
                return self._page(found, _cursor(done, 0), looked, done, wrong)
        return self._page(found, "", looked, done, wrong)

    def _keys(self, after: str, until: str) -> Iterator[str]:
        for name in self.files.keys(archive.FOLDER, after):
            if name > until:
                return
            if archive.NAME.fullmatch(name) is not None:
                yield name

    def _page(self, found: list[dict[str, Any]], following: str, looked: int, done: str, wrong: list[Finding]) -> Found:
        return Found(found, following, looked, archive.time_of(done) if done else None, wrong)


def _matching(query: Query, name: str, raw: bytes | None) -> list[tuple[int, dict[str, Any]]]:
    """(number, record) of those of this file. A file with one that matches is checked as a whole before it is believed."""
    if raw is None:
        raise Unreadable("the file is gone")
    if not query.may_hold(archive.text_of(name, raw)):
        if not name.endswith(f"-{archive.digest(raw)}.json.gz"):
            raise Unreadable(f"{name} does not hold what its name says")
        return []
    named = archive.time_of(name)
    return [(n, r) for n, r in enumerate(archive.records(name, raw), 1) if query.matches(r, named)]


def _cursor(key: str, record: int) -> str:
    return base64.urlsafe_b64encode(f"{key} {record}".encode()).decode() if key else ""


def _read(cursor: str) -> tuple[str, int]:
    if not cursor:
        return "", 0
    try:
        found = _CURSOR.fullmatch(base64.urlsafe_b64decode(cursor.encode()).decode())
        if found is None or archive.NAME.fullmatch(found[1]) is None:
            raise ValueError
    except (ValueError, binascii.Error):
        raise Malformed("'cursor' is the 'next' of the page before") from None
    return found[1], int(found[2])
