"""What the ledgers and the stored items say afterwards, read raw: none of the code that wrote them is asked.

When a commit took effect is known only to lie within its request (`transactions.Try`: `start` to `end`, the last try alone). Whatever
order two requests that overlap may have had, the one that speaks for the product is believed."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from switchboard.adapters.dynamo import TableNames
from tests.bench.transactions import Try
from tests.contract.dynamo_tables import raw_items

ABSENT = 1000  # `seats` of an agent who is not online are lower by this, as the item's definition says
Windows = Mapping[tuple[str, int], Try]


@dataclass(frozen=True, slots=True)
class Entry:
    """A commit as it lies in the ledger."""

    no: int
    start: float
    end: float
    task_end: float
    events: Sequence[Mapping[str, Any]]


Ledgers = Mapping[str, Sequence[Entry]]


def read_ledgers(dynamodb: Any, names: TableNames, windows: Windows) -> Ledgers:
    """Every ledger, its commits in order. A commit whose request nobody saw (the answer was lost) took effect at its own time."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for item in raw_items(dynamodb, names.ledger):
        ledger, no = item["ledger"]["S"], int(item["no"]["N"])
        at = datetime.fromisoformat(item["at"]["S"]).timestamp()
        seen = windows.get((ledger, no))
        start, end, task_end = (seen.start, seen.end, seen.task.end) if seen is not None else (at, at, at)
        events = json.loads(bytes(item["body"]["B"]))["events"]
        found[ledger].append(Entry(no, start, end, task_end, events))
    return {ledger: sorted(entries, key=lambda e: e.no) for ledger, entries in found.items()}


def conversations(ledgers: Ledgers) -> Iterator[tuple[str, Sequence[Entry]]]:
    for ledger, entries in ledgers.items():
        if ledger.startswith("cnv#"):
            yield ledger[4:], entries


# -- owners and loads ------------------------------------------------------------------------------------


def gaps(ledgers: Ledgers) -> int:
    """Commits and events that are missing, doubled or out of place."""
    wrong = 0
    for _, entries in conversations(ledgers):
        numbers = [e["no"] for entry in entries for e in entry.events]
        wrong += numbers != list(range(1, len(numbers) + 1)) or [e.no for e in entries] != list(range(1, len(entries) + 1))
    return wrong


def double_owners(ledgers: Ledgers) -> list[str]:
    """Conversations that were assigned while somebody owned them, or released or accepted by somebody who did not."""
    found = []
    for conversation, entries in conversations(ledgers):
        owner, wrong = "", False
        for e in (e for entry in entries for e in entry.events):
            match e["type"]:
                case "assigned":
                    wrong |= bool(owner)
                    owner = e["data"]["agent"]
                case "accepted":
                    wrong |= owner != e["data"]["agent"]
                case "released":
                    wrong |= owner != e["data"]["agent"]
                    owner = ""
                case "resolved":
                    owner = ""
                case _:
                    pass
        if wrong:
            found.append(conversation)
    return found


class Seat(NamedTuple):
    """A spell in which an agent owned a conversation. Each end lies within a window of time."""

    agent: str
    conversation: str
    weight: float
    taken: Entry
    freed: Entry | None


def seats(ledgers: Ledgers) -> list[Seat]:
    found: list[Seat] = []
    for conversation, entries in conversations(ledgers):
        held: Seat | None = None
        for entry in entries:
            for e in entry.events:
                if held is not None and e["type"] in ("released", "resolved", "assigned"):
                    found.append(held._replace(freed=entry))
                    held = None
                if e["type"] == "assigned":
                    held = Seat(e["data"]["agent"], conversation, e["data"]["weight"], entry, None)
        if held is not None:
            found.append(held)
    return found


def overfull(spells: Iterable[Seat], capacities: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """Agents who held more than they can, with the most they held and their capacity. A seat counts as freed when the request that
    freed it began and as taken when the request that took it had ended."""
    moves: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for s in spells:
        moves[s.agent].append((s.taken.end, s.weight))
        if s.freed is not None:
            moves[s.agent].append((max(s.freed.start, s.taken.end) if s.freed is s.taken else s.freed.start, -s.weight))
    found = {}
    for agent, moved in moves.items():
        load = most = 0.0
        for _, weight in sorted(moved):  # of one moment, what frees comes first
            load += weight
            most = max(most, load)
        if most > capacities[agent] + 1e-6:
            found[agent] = (most, capacities[agent])
    return found


class AgentItem(NamedTuple):
    capacity: float
    load: float
    seats: float
    online: bool
    owned: float  # weight of the open conversations that name them as owner


def agents(dynamodb: Any, names: TableNames) -> dict[str, AgentItem]:
    """The agents' items, with what the conversations' items say of them. Only true while nobody writes."""
    items = raw_items(dynamodb, names.state)
    owned: dict[str, float] = defaultdict(float)
    for i in items:
        if i["pk"]["S"].startswith("CONTACT#") and i["sk"]["S"] != "PROFILE" and "owner" in i and i["status"]["S"] != "resolved":
            owned[i["owner"]["S"]] += float(i["weight"]["N"])
    return {
        i["sk"]["S"]: AgentItem(
            float(i["capacity"]["N"]), float(i["load"]["N"]), float(i["seats"]["N"]), i["presence"]["S"] == "online",
            owned[i["sk"]["S"]],
        )
        for i in items if i["pk"]["S"].startswith("AGENTS#")
    }  # fmt: skip


def drift(items: Mapping[str, AgentItem], held: Mapping[str, float] | None = None) -> dict[str, AgentItem]:
    """Agents whose load, or free seats, are not what they own by the conversations' items (and by `held`, the ledgers)."""
    return {
        name: a for name, a in items.items()
        if abs(a.load - a.owned) > 1e-6 or abs(a.seats - (a.capacity - a.load - (0 if a.online else ABSENT))) > 1e-6
        or (held is not None and abs(a.load - held.get(name, 0)) > 1e-6)
    }  # fmt: skip


def left_in_line(dynamodb: Any, names: TableNames) -> int:
    """Entries of the wait index."""
    return sum(i["pk"]["S"].startswith("WAIT#") for i in raw_items(dynamodb, names.state))


# -- customers ---------------------------------------------------------------------------------------------


def not_served(ledgers: Ledgers, sent: Mapping[str, int]) -> tuple[set[int], int, int]:
    """Customers with a message that is on no ledger, or on one that is not closed; how many messages are on record more than once;
    and how many conversations were closed without having been accepted. `sent`: by the message's mark on the ledger."""
    where: dict[str, list[str]] = defaultdict(list)
    is_open, unaccepted = set(), 0
    for conversation, entries in conversations(ledgers):
        happened = [e for entry in entries for e in entry.events]
        types = [e["type"] for e in happened]
        if "resolved" not in types or {"queued", "assigned"} & set(types[types.index("resolved") :]):
            is_open.add(conversation)
        elif "accepted" not in types:
            unaccepted += 1
        for e in happened:
            if e["type"] == "message_received":
                where[e["data"]["vendor_key"]].append(conversation)
    missing = {c for mark, c in sent.items() if not where[mark] or set(where[mark]) & is_open}
    return missing, sum(len(places) > 1 for places in where.values()), unaccepted
