"""A person's data for them, by the API: asked for and approved by two, made by a function of its own, fetched by a link of minutes.

The file is in a private folder of the blob bucket, encrypted, for some days; erasing the person removes it. Where it is and what its
hash is stands on the ledger of the request, so it can be told what somebody was given when the file is gone."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import IO, Any, Protocol

from switchboard.application.access import Access
from switchboard.application.approvals import Approvals, Terms
from switchboard.application.consents import standing
from switchboard.application.erasure import export_name
from switchboard.application.export_pack import pack
from switchboard.application.ports import Clock, Store
from switchboard.application.subject_export import SubjectExport
from switchboard.domain import events as ev
from switchboard.domain.approvals import Fact, Request, State
from switchboard.domain.errors import Duplicate, NotAllowedNow, NotFound, SwitchboardError, Unreadable
from switchboard.domain.privacy.exports import KIND

LINK = timedelta(minutes=5)
IN_MEMORY = 16 * 1024 * 1024  # bytes; what is larger is gathered in the function's own encrypted disk
EXPORTER = ev.Actor(ev.ActorKind.SYSTEM, "exporter")


class ExportFiles(Protocol):
    """All raise StorageUnavailable."""

    def put(self, name: str, file: IO[bytes]) -> None: ...

    def remove(self, name: str) -> None:
        """Nothing happens where it is not there."""
        ...

    def there(self, name: str) -> bool: ...

    def link(self, name: str, lasts: timedelta, as_: str) -> str:
        """An address from which whoever has it can fetch the file for that long, to be kept under the name `as_`."""
        ...


@dataclass(frozen=True, slots=True)
class ExportDesk:
    store: Store
    approvals: Approvals
    files: ExportFiles
    access: Access
    clock: Clock

    def ask(self, actor: ev.Actor, contact: str, reason: str) -> Request:
        """Raises NotFound, Malformed, and NotAllowedNow where the person is erased."""
        found = standing(self.store, contact)
        if found.erased_at is not None:
            raise NotAllowedNow("this person was erased: there is nothing to export")
        return self.approvals.ask(actor, Terms(KIND), found.id, {"media": True}, reason, contact=found.id)

    def fetch(self, actor: ev.Actor, id_: str) -> dict[str, Any]:
        """How far an export is, and while its file is there a link to it; every link is on the access ledger before it is given.
        Raises NotFound."""
        r, facts = self.approvals.told(id_) if id_.isalnum() and len(id_) <= 64 else (None, [])
        if r is None or r.kind != KIND:
            raise NotFound("there is no such export")
        stored = _last(facts, ev.ExportStored)
        told: dict[str, Any] = {"id": r.id, "contact": r.about, "state": _state(r, facts, self.clock)}
        if stored is None:
            failed = _last(facts, ev.ExportFailed)
            return told | ({"reason": failed.fields["reason"]} if failed is not None else {})
        told |= {name: stored.fields[name] for name in ("sha256", "size", "lines")} | {"made_at": stored.at}
        if not self.files.there(str(stored.fields["file"])):
            return told | {"state": "removed"}
        link = self.access.recorded(
            actor, "FetchExport", f"{r.about} {r.id}", lambda: self.files.link(str(stored.fields["file"]), LINK, f"export-{r.id}.zip")
        )
        return told | {"url": link, "url_lasts": int(LINK.total_seconds())}


def _last(facts: Sequence[Fact], kind: type[ev.Event]) -> Fact | None:
    return next((f for f in reversed(facts) if f.type == kind.type), None)


def _state(r: Request, facts: Sequence[Fact], clock: Clock) -> str:
    if _last(facts, ev.ExportStored) is not None:
        return "made"
    if _last(facts, ev.ExportFailed) is not None:
        return "failed"
    state = r.state_at(clock.now())
    return "being_made" if state is State.USED else state.value


@dataclass(frozen=True, slots=True)
class Exporter:
    """`may` raises Forbidden where this is not the function's work; it is told what decides. `failed` hears of an export that could
    not be made now; the next run tries again."""

    store: Store
    approvals: Approvals
    gathered: SubjectExport
    files: ExportFiles
    clock: Clock
    may: Callable[[Mapping[str, bool]], object]
    failed: Callable[[str, SwitchboardError], object] = field(default=lambda _id, _error: None)

    def run(self, enough: Callable[[], bool] = lambda: False) -> dict[str, str]:
        """Make what is approved; returns what came of each."""
        reached: dict[str, str] = {}
        for r, _facts in self.approvals.open():
            if enough():
                break
            if r.kind != KIND or r.state not in (State.APPROVED, State.USED):
                continue
            try:
                reached[r.id] = self._make(r)
            except Duplicate:  # somebody else makes it at this moment
                reached[r.id] = "elsewhere"
            except NotAllowedNow:  # its time ran out
                reached[r.id] = "waits"
            except SwitchboardError as error:
                reached[r.id] = "failed"
                self.failed(r.id, error)
        return reached

    def _make(self, r: Request) -> str:
        self.may({"approved": r.state in (State.APPROVED, State.USED)})
        if r.state is State.APPROVED:
            r = self.approvals.use(EXPORTER, r.id, r.kind, r.about, r.parameters, [ev.ExportBegun()])
        try:
            stored = self._stored(r)
        except (Unreadable, NotFound) as error:  # the person was erased meanwhile, or what is stored is not as it was written
            self.approvals.add(EXPORTER, r, [ev.ExportFailed(error.code)])
            return error.code
        self.approvals.add(EXPORTER, r, [stored])
        return "made"

    def _stored(self, r: Request) -> ev.ExportStored:
        """Whoever asked has it made: so it stands on the person's ledger. One that was begun twice lies under one name."""
        by = ev.Actor(ev.ActorKind.AGENT, r.asked_by)
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
            count = pack(self.gathered.lines(by, r.about, r.id), file)
            size, digest = _measured(file)
            self.files.put(export_name(r.id), file)
        try:
            self.gathered.made(by, r.about, r.id, count - 1)  # whoever erases them meanwhile either sees the file or is seen here
        except (Unreadable, NotFound):
            self.files.remove(export_name(r.id))
            raise
        return ev.ExportStored(export_name(r.id), digest, size, count)


def _measured(file: IO[bytes]) -> tuple[int, str]:
    """A file's bytes and SHA-256; it stands at its beginning afterwards."""
    file.seek(0)
    digest, size = hashlib.sha256(), 0
    while block := file.read(1024 * 1024):
        digest.update(block)
        size += len(block)
    file.seek(0)
    return size, digest.hexdigest()
