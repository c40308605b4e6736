"""Every DynamoDB transaction of this process, watched at botocore's door: when it was in flight, what it touched, what came of it."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from botocore.client import BaseClient
from botocore.exceptions import ClientError


class Item(NamedTuple):
    """An item by its key. `kind`: "agent" and "conversation" (their state items and the commits of their ledgers), else "other"."""

    kind: str
    key: str
    sort: str


@dataclass
class Task:
    """One call of a use case: in seconds since the epoch, `end` infinite while it runs."""

    name: str
    start: float
    end: float = float("inf")


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit item of a transaction that was written."""

    ledger: str
    no: int
    owner: str
    events: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Try:
    """One TransactWriteItems request. `start` and `end` enclose the moment at which it took effect; `refused` holds the items that
    refused it, each with DynamoDB's code. `lost`: no answer that tells what became of it."""

    start: float
    end: float
    items: tuple[Item, ...]
    commits: tuple[Commit, ...]
    refused: tuple[tuple[Item, str], ...]
    lost: bool
    task: Task

    @property
    def written(self) -> bool:
        return not self.refused and not self.lost

    @property
    def conflict(self) -> bool:
        """Refused by another transaction in flight, or by a condition on an agent's or a conversation's item: a race was lost. A
        condition of another item (a message on record already, an identity somebody else made) is none."""
        return any(
            code == "TransactionConflict" or (code == "ConditionalCheckFailed" and item.kind != "other") for item, code in self.refused
        )


@dataclass
class Transactions:
    """What was seen. `told` is called with each commit that was written, in the thread that wrote it."""

    told: Callable[[Commit], None] = lambda _: None
    tries: list[Try] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)  # by DynamoDB operation
    _here: threading.local = field(default_factory=threading.local)

    @contextmanager
    def task(self, name: str) -> Iterator[None]:
        """Transactions of this thread belong to this call of a use case."""
        before, mine = getattr(self._here, "task", None), Task(name, time.time())
        self._here.task = mine
        try:
            yield
        finally:
            mine.end = time.time()
            self._here.task = before

    @contextmanager
    def watched(self) -> Iterator[None]:
        original = BaseClient._make_api_call

        def watching(client: Any, operation: str, params: Any) -> Any:
            if client.meta.service_model.service_name != "dynamodb":
                return original(client, operation, params)
            self.calls[operation] += 1
            if operation != "TransactWriteItems":
                return original(client, operation, params)
            return self._watch(lambda: original(client, operation, params), params["TransactItems"])

        BaseClient._make_api_call = watching
        try:
            yield
        finally:
            BaseClient._make_api_call = original

    def _watch(self, call: Callable[[], Any], requests: Sequence[Mapping[str, Any]]) -> Any:
        task = getattr(self._here, "task", None) or Task("outside", time.time())
        items = tuple(_item(r) for r in requests)
        commits = tuple(c for c in map(_commit, requests) if c is not None)
        start = time.time()
        refused: tuple[tuple[Item, str], ...] = ()
        lost = True
        try:
            answer = call()
            lost = False
        except ClientError as error:
            codes = [r.get("Code", "None") for r in error.response.get("CancellationReasons", [])]
            refused = tuple((i, c) for i, c in zip(items, codes, strict=False) if c != "None")
            raise
        finally:
            self.tries.append(Try(start, time.time(), items, commits, refused, lost and not refused, task))
        for commit in commits:
            self.told(commit)
        return answer

    def windows(self) -> dict[tuple[str, int], Try]:
        """The try that wrote each commit, by ledger and number."""
        return {(c.ledger, c.no): t for t in self.tries if t.written for c in t.commits}


def met(tries: Sequence[Try]) -> int:
    """Tries that had an item in common with another in flight at the same time. DynamoDB may refuse such with TransactionConflict, the
    emulator serialises them: a bound from above for what it hides, and a loose one, for its answers take far longer."""
    at_item: dict[Item, list[tuple[float, float, int]]] = defaultdict(list)
    for n, t in enumerate(tries):
        for item in set(t.items):
            at_item[item].append((t.start, t.end, n))
    found: set[int] = set()
    for spells in at_item.values():
        spells.sort()
        last_end, last = 0.0, -1
        for start, end, n in spells:
            if start < last_end:
                found |= {last, n}
            if end > last_end:
                last_end, last = end, n
    return len(found)


def _item(request: Mapping[str, Any]) -> Item:
    [(_, what)] = request.items()
    values = what.get("Item") or what["Key"]
    if "ledger" in values:
        ledger = values["ledger"]["S"]
        kind = {"cnv": "conversation", "agt": "agent"}.get(ledger[:3], "other")
        return Item(kind, ledger, values["no"]["N"])
    if "pk" not in values:  # a delivery
        return Item("other", values["id"]["S"], "")
    key, sort = values["pk"]["S"], values["sk"]["S"]
    kind = "other"
    if key.startswith("AGENTS#"):
        kind = "agent"
    elif key.startswith("CONTACT#") and sort != "PROFILE":
        kind = "conversation"
    return Item(kind, key, sort)


def _commit(request: Mapping[str, Any]) -> Commit | None:
    values = request.get("Put", {}).get("Item", {})
    if "ledger" not in values:
        return None
    events = json.loads(bytes(values["body"]["B"]))["events"]
    return Commit(values["ledger"]["S"], int(values["no"]["N"]), values.get("owner", {}).get("S", ""), events)
