"""What an auditor looks for among the archive's records, and whether one is of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from switchboard.domain.audit.archive import LATE

ANY = "any"  # in place of an error's code: whatever was refused
SHOWN = ("ledger", "no", "at", "prev", "hash")  # of a record's commit; its body is what is sealed, and stays in the file


@dataclass(frozen=True, slots=True)
class Query:
    """`since` <= time < `until`. `actor`: an id, or kind and id ("agent:mia"); `action`: an event's name or what was read; `about`:
    ids or ledgers, of which one must be named; `error`: a code, or "any". What is empty is not asked for."""

    since: datetime
    until: datetime
    actor: str = ""
    action: str = ""
    about: frozenset[str] = frozenset()
    error: str = ""
    read_only: bool | None = None

    def may_hold(self, text: bytes) -> bool:
        """False where a file's text cannot hold what is looked for: it need not be taken apart."""
        wanted = [w for w in (self.actor.rpartition(":")[2],) if w]
        if any(_spelled(w) not in text for w in wanted):
            return False
        return not self.about or any(_spelled(w) in text for w in self.about)

    def matches(self, record: Mapping[str, Any], named: datetime) -> bool:
        """Whether it is this record. `named`: the time in the name of its file. What came to the archive long after it happened
        counts in the time it came in, too: whoever looks through all periods as they pass misses nothing."""
        happened = datetime.fromisoformat(record["additionalEventData"]["at"]).astimezone(UTC)
        late = named - happened > LATE and self.since <= named < self.until
        if not (self.since <= happened < self.until or late):
            return False
        principal = str(record["userIdentity"]["principalId"])
        if self.actor and self.actor not in (principal, principal.partition(":")[2]):
            return False
        if self.action and self.action not in _actions(record):
            return False
        error = record["errorCode"]
        if self.error and (not error if self.error == ANY else error != self.error):
            return False
        if self.read_only is not None and record["readOnly"] is not self.read_only:
            return False
        return not self.about or any(name in self.about for name in _about(record))


def shown(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record without the commit's body."""
    kept = record["additionalEventData"]
    return {**record, "additionalEventData": {name: kept[name] for name in SHOWN}}


def _actions(record: Mapping[str, Any]) -> set[str]:
    events = record["requestParameters"]["events"]
    return {record["eventName"], *(str(e["type"]).replace("_", " ").title().replace(" ", "") for e in events)}


def _about(record: Mapping[str, Any]) -> Iterator[str]:
    """Every name that it says in clear: of its ledger, of what was read, and of what its events speak of."""
    ledger = str(record["requestParameters"]["ledger"])
    yield from (ledger, ledger.partition("#")[2])
    for event in record["requestParameters"]["events"]:
        for value in event["data"].values():
            if isinstance(value, str):
                yield from (value, value.partition("#")[2])


def _spelled(text: str) -> bytes:
    return json.dumps(text, ensure_ascii=False)[1:-1].encode("utf-8", "surrogatepass")
