"""Some roots of the audit verified where they lie, page by page: by the verifier that auditors have, and beyond it by what only lies
here: older versions of files, files that no root names, and whether the ledger table still says what was signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from switchboard.application.audit_ports import AuditReading, Finding, LedgerChains, Verifier
from switchboard.application.audit_roots import AuditRoots
from switchboard.application.ports import Clock
from switchboard.domain.audit import archive, root
from switchboard.domain.audit.heads import Head
from switchboard.domain.audit.root import Root
from switchboard.domain.errors import Malformed

FILES = 1_000  # of one page; a single root names 2,000 at most
ROOTS = 300  # of one page: a day
LEDGERS = 200  # whose last commits are compared with the table, of one page
FINDINGS = 200  # that are told of one page
SKEW = archive.LATE


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at, and what is wrong. `next`: the number of the root to go on with, 0 at the end. `more`: how many findings are
    not told. `compared`: ledgers of which the table's last signed commit was looked at."""

    first: int
    last: int
    since: datetime | None
    until: datetime | None
    files: int
    commits: int
    events: int
    waiting: int
    compared: int
    findings: tuple[Finding, ...]
    more: int
    next: int

    @property
    def whole(self) -> bool:
        return not self.findings


@dataclass(frozen=True, slots=True)
class AuditVerification:
    files: AuditReading
    roots: AuditRoots
    ledgers: LedgerChains
    verifier: Verifier
    clock: Clock

    def verify(self, since: datetime, until: datetime, begin: int = 0) -> Verified:
        """One page: from the first root of the period, or from root `begin`, which an earlier page named as the next. Raises NotFound
        where no root covers it, Malformed, StorageUnavailable."""
        first, end = self.roots.covering(since, until)
        if begin:
            if not first <= begin <= end:
                raise Malformed("'cursor' is the 'next' of the page before")
            first = self.roots.alone(begin)
        copied, read, last = self._copied(first, end)
        keys = [raw for _, raw in self.roots.signed_by()]
        checked = self.verifier.check(keys, first, last, copied, self.clock.now())
        findings = list(checked.findings)
        findings += self._versions(first, last, read)
        compared, differing = self._table(read)
        findings += differing
        told = tuple(dict.fromkeys(findings))
        known = [r for r in (read.get(first), read.get(last)) if r is not None]
        return Verified(
            first, last, known[0].at if known else None, known[-1].at if known else None, checked.files, checked.commits,
            checked.events, checked.waiting, compared, told[:FINDINGS], max(0, len(told) - FINDINGS), last + 1 if last < end else 0,
        )  # fmt: skip

    def _copied(self, first: int, end: int) -> tuple[dict[str, bytes], dict[int, Root], int]:
        """Files of as many roots as fit on a page, what the roots say, and the last of them. The root before the first comes with
        them, for the first one names its hash."""
        copied: dict[str, bytes] = {}
        read: dict[int, Root] = {}
        number, count = first, 0
        for number in range(first, end + 1):
            [raw] = self.files.several([root.key_of(number)])
            if raw is not None:
                copied[root.key_of(number)] = raw
            if (found := self.roots.read(number) if raw is not None else None) is not None:
                read[number] = found
                count += len(found.archive)
            if (count >= FILES or number - first + 1 >= ROOTS) and not (found is not None and found.held and count < 2 * FILES):
                break
        names = [key for found in read.values() for key, _ in found.archive if archive.NAME.fullmatch(key)]
        copied |= {key: raw for key, raw in zip(names, self.files.several(names), strict=True) if raw is not None}
        if first > 1:
            copied |= {root.key_of(first - 1): raw for raw in self.files.several([root.key_of(first - 1)]) if raw is not None}
        return copied, read, number

    def _versions(self, first: int, last: int, read: Mapping[int, Root]) -> list[Finding]:
        """What was written over, deleted, or put in."""
        findings: list[Finding] = []
        named = {key for found in read.values() for key, _ in found.archive}
        begins = self._named_before(first, named)
        ends = archive.begins(read[last].seen - archive.LATE) if last in read else begins
        listed = self.files.listed(archive.FOLDER, begins, max([ends, *named])) if named or ends > begins else []
        for each in listed:
            if each.key in named or each.key <= ends:
                findings += _of(each.key, each.versions, each.deleted)
            if each.key not in named and each.key <= ends and not each.deleted:
                findings.append(Finding(each.key, "no root names the file, and it is too old to wait for one"))
        for each in self.files.listed(root.FOLDER, root.key_of(max(0, first - 1)), root.key_of(last)):
            findings += _of(each.key, each.versions, each.deleted)
        return findings

    def _named_before(self, first: int, named: set[str]) -> str:
        """From where on these roots must name what there is. Names of files that earlier roots have named already are added."""
        before = self.roots.read(first - 1) if first > 1 else None
        if before is None:
            return ""
        number, seen = first - 1, before.seen
        while before is not None and before.at > seen - SKEW:
            named |= {key for key, _ in before.archive}
            number -= 1
            before = self.roots.read(number) if number else None
        return archive.begins(seen)

    def _table(self, read: Mapping[int, Root]) -> tuple[int, list[Finding]]:
        """Whether the ledger table has, for what was signed, the same commits."""
        heads: dict[str, Head] = {}
        for found in read.values():
            heads |= found.heads
        compared = sorted(heads)[:LEDGERS]
        findings = []
        for ledger in compared:
            head = heads[ledger]
            there = self.ledgers.chain(ledger, head.commits, head.commits, 1)
            if not there or there[0].hash != head.hash or not there[0].intact:
                said = "is gone" if not there else "says otherwise than what was signed"
                findings.append(Finding(f"ledger {ledger}", f"commit {head.commits} of the table {said}"))
        return len(compared), findings


def _of(key: str, versions: int, deleted: bool) -> list[Finding]:
    found = [Finding(key, "the file was overwritten: there is an older version")] if versions > 1 else []
    return [*found, Finding(key, "the file is hidden by a mark of deletion")] if deleted else found
