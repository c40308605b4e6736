"""A company whose ledgers are archived and anchored by the real code, in memory, to be looked at and tampered with."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from switchboard.adapters.dynamo.codec import encode
from switchboard.adapters.vault import COMPANY, Vault
from switchboard.application.archive import Archive, ArchiveRepair, Repaired
from switchboard.application.notary import Made, Notary
from switchboard.domain import events as ev
from switchboard.domain.audit.commit import Commit, chain
from switchboard.domain.audit.record import Where
from switchboard.domain.content import Content
from tests.contract.vault_fakes import Clock, provisioned_branches
from tests.fakes.audit import LocalSigner, MemoryAnchors, MemoryAuditFiles, MemoryAuditReading, MemoryChains, MemoryMarks
from tests.fakes.system import START, ManualClock

WHERE = Where("switchboard.example.com", "eu-central-1", "123456789012")
EVERY = timedelta(minutes=5)
MIA = ev.Actor(ev.ActorKind.AGENT, "mia", "agent", request_id="req-1")
WORDS = ("Hello, where is my parcel? It should have come last week, I ordered it on the second of March and paid at once.",
         "The invoice has a wrong address.", "Grüße aus München", "谢谢！")  # fmt: skip


class Audited:
    """Conversations of `customers` contacts, and what agents read. `files` is the bucket."""

    def __init__(self, customers: int = 20, seed: int = 1) -> None:
        self.random = random.Random(seed)
        self.clock, self.files, self.anchors = ManualClock(), MemoryAuditReading(), MemoryAnchors()
        self.marks, self.ledgers = MemoryMarks(), MemoryChains()
        self.signer = LocalSigner()
        self.archive = Archive(self.files, self.marks, WHERE, self.clock)
        self.notary = Notary(self.files, self.anchors, self.marks, self.signer, self.clock)
        self.vault = Vault(provisioned_branches(), clock=Clock())
        self.events = 0
        self._heads: dict[str, tuple[int, int, str]] = {}
        self._contacts = [f"c{n:05d}" for n in range(customers)]
        for contact in [COMPANY, *self._contacts]:
            self.vault.mint(contact)

    def commit(self, ledger: str, *events: ev.Event, actor: ev.Actor = MIA) -> Commit:
        """The next commit of a ledger, as the store would write it."""
        no, last, prev = self._heads.get(ledger, (0, 0, ""))
        at = self.clock.advance(milliseconds=1).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        body = encode(self.vault, ledger, last + 1, events, actor)
        hashed = chain(prev, ledger, no + 1, at, body)
        self._heads[ledger] = (no + 1, last + len(events), hashed)
        self.events += len(events)
        made = Commit(ledger, no + 1, at, prev, hashed, body)
        self.ledgers.add(made)
        return made

    def something(self) -> Commit:
        """What happens in a service centre: a customer writes, an agent answers, or looks at somebody's talk."""
        contact = self.random.choice(self._contacts)
        ledger, chance = f"cnv#{contact}-000001", self.random.random()
        customer = ev.Actor(ev.ActorKind.CUSTOMER, contact)
        at, message = self.clock.now(), f"m{self.events:012d}"
        if chance < 0.1:
            return self.commit("access", ev.AccessRecorded("ReadConversation", ledger))
        if chance < 0.4:
            return self.commit(ledger, ev.NoteAdded(message, self.random.choice(WORDS), ""))
        received = ev.MessageReceived(message, "whatsapp", "main", "v" * 64, at, at, Content(text=self.random.choice(WORDS)))
        intent = ev.IntentDetected(message, "order_status", 0.9731, "en", "e5-small-3")
        due = ev.BotWaits(at + timedelta(minutes=30))
        return self.commit(ledger, received, intent, ev.BotAnswered(message, "order_status"), due, actor=customer)

    def batch(self, commits: int = 20) -> list[Commit]:
        """Goes to the archive as one file."""
        made = [self.something() for _ in range(commits)]
        self.archive.keep(made)
        return made

    def root(self) -> Made:
        self.clock.advance(seconds=EVERY.total_seconds())
        return self.notary.run()

    def repair(self, **bounds: int) -> Repaired:
        """What the sweeper does every minute."""
        self.clock.advance(seconds=60)
        return ArchiveRepair(self.archive, self.marks, self.ledgers, **bounds).run()

    def life(self, roots: int, batches: int = 3, commits: int = 10) -> Audited:
        """Roots with what came before each."""
        for _ in range(roots):
            for _ in range(batches):
                self.batch(commits)
            self.root()
        return self

    # -- what an auditor copies ----------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def keys(self, folder: str) -> list[str]:
        return list(self.files.keys(folder))

    def copy(self, target: Path) -> Path:
        """As `aws s3 sync` leaves it."""
        for key, raw in self.files.there.items():
            path = target / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(raw)
        return target


def commits_in(files: MemoryAuditFiles) -> Iterator[tuple[str, Commit]]:
    """What the archive's files hold, in their order."""
    from switchboard.domain.audit import archive

    for key in files.keys(archive.FOLDER):
        for commit in archive.read(key, files.get(key)):
            yield key, commit


__all__ = ["START", "WHERE", "Audited", "commits_in"]
