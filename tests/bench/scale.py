"""What a decision costs DynamoDB, measured, and what 3,000 of them a second ask of its partitions, by arithmetic and by simulation.

    python -m tests.bench.scale

Capacity units are those LocalStack's DynamoDB reports for the real transactions and reads, with shards as full as they get. The
simulation plays a minute of 100,000 agents in shards at 3,000 assignments a second: each looks at shards in its own order until
somebody has room, as `application.assignment` does, and every unit is booked on its partition and second."""

from __future__ import annotations

import os
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from botocore.client import BaseClient

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "layers/core/python"))

from local.emulators.localstack import LocalStack
from local.figures import Figures
from switchboard.application.assignment import PROBES
from switchboard.domain import events as ev
from tests.bench.crowd import QUEUE, Company, company, customer_address, environment, message

SHARD = 200  # agents: adapters.dynamo.roster.SHARD_AGENTS
AGENTS, SLOTS, QUEUES = 100_000, 4, 50
ASSIGNMENTS = 3000  # a second
SECONDS = 60
BUSY, CROWDED = 0.9, 0.99  # share of all slots
WRITES, READS = 1000, 3000  # units a second and partition: DynamoDB's limits ("Designing partition keys", Developer Guide)


@contextmanager
def units() -> Iterator[Counter[str]]:
    """Capacity units of this process's DynamoDB calls: `<operation> <table or index>`, and the number of calls by operation."""
    found: Counter[str] = Counter()
    call = BaseClient._make_api_call

    def measured(self: BaseClient, operation: str, arguments: dict[str, Any]) -> Any:
        dynamo = self.meta.service_model.service_name == "dynamodb" and operation in ("TransactWriteItems", "Query", "BatchGetItem")
        if dynamo:
            arguments = {**arguments, "ReturnConsumedCapacity": "INDEXES"}
        answer = call(self, operation, arguments)
        if dynamo:
            found[f"{operation} calls"] += 1
            consumed = answer.get("ConsumedCapacity") or []
            for each in consumed if isinstance(consumed, list) else [consumed]:
                found[operation] += each["CapacityUnits"]
        return answer

    with patch.object(BaseClient, "_make_api_call", measured):
        yield found


def measure(crowd: Company) -> dict[str, float]:
    """Units of each step of a conversation's way to an agent and away again, with a full shard of agents and a queue."""
    crowd.agents(SHARD, SLOTS)
    services = crowd.services
    measured: dict[str, float] = {}
    [shard] = services.store.shards([QUEUE], fresh=True)
    with units() as u:
        found = services.store.with_room(shard, 1)
    assert len(found) == SHARD
    measured["read a shard"] = u["Query"]
    crowd.receive(message(customer_address()))
    with units() as u:
        c = crowd.receive(message(customer_address()))
    assert c is not None
    measured["transactions to queue and assign"] = u["TransactWriteItems calls"]
    measured["queue and assign"] = u["TransactWriteItems"]
    measured["calls of a decision"] = sum(u[f"{o} calls"] for o in ("TransactWriteItems", "Query", "BatchGetItem"))
    owned = services.store.conversation(c.id)
    actor = ev.Actor(ev.ActorKind.AGENT, owned.owner, "agent")
    services.desk.accept(actor, c.id)
    with units() as u:
        services.desk.resolve(actor, c.id)
    measured["resolve"] = u["TransactWriteItems"]
    return measured


def simulate(seed: int, read_units: float, busy: float = BUSY) -> dict[str, float]:
    """The busiest partition's units in a second, by kind, and how often a customer found nobody though somebody was free."""
    chance = random.Random(seed)
    shards = AGENTS // SHARD
    of_queue = [range(n, shards, QUEUES) for n in range(QUEUES)]  # each has the staff its customers need
    room = [SHARD * SLOTS] * shards
    ends: dict[int, list[int]] = defaultdict(list)
    handling = AGENTS * SLOTS * busy / ASSIGNMENTS  # seconds, so that the slots are as busy as wanted
    writes: Counter[tuple[str, int]] = Counter()
    reads: Counter[int] = Counter()
    worst: Counter[str] = Counter()
    missed = asked = probes = 0
    for second in range(round(handling) + SECONDS):
        counted = second >= round(handling)
        writes.clear()
        reads.clear()
        for shard in ends.pop(second, ()):
            room[shard] += 1
            writes["agents", shard] += AGENT_WRITE
            writes["handled", shard] += HANDLED_WRITE
        for _ in range(ASSIGNMENTS):
            queue = chance.randrange(QUEUES)
            looked = chance.sample(of_queue[queue], min(PROBES, len(of_queue[queue])))
            writes["wait", queue] += 2 * WAIT_WRITE  # put there, and taken away
            found = None
            for shard in looked:
                reads[shard] += round(read_units)
                probes += counted
                if room[shard] > 0:
                    found = shard
                    break
            asked += counted
            if found is None:
                missed += counted and any(room[s] > 0 for s in of_queue[queue])
                continue
            room[found] -= 1
            writes["agents", found] += AGENT_WRITE
            ends[second + 1 + int(chance.expovariate(1 / handling))].append(found)
        if counted:
            for (kind, _), each in writes.items():
                worst[kind] = max(worst[kind], each)
            worst["reads"] = max(worst["reads"], *reads.values())
    return {**worst, "missed": 100 * missed / asked, "probes": probes / asked}


AGENT_WRITE = 2 * (1 + 2)  # an item of up to 1 KB in a transaction, and its entry in the index moved (deleted and written)
HANDLED_WRITE = 2
WAIT_WRITE = 2


def main() -> int:
    figures = Figures("scale")
    with LocalStack() as emulator:
        os.environ.update(environment(emulator.endpoint))
        with company(emulator.endpoint) as crowd:
            measured = measure(crowd)
    for name, value in measured.items():
        print(f"measured {name}: {value:g}")
    played, crowded = simulate(11, measured["read a shard"]), simulate(12, measured["read a shard"], CROWDED)
    print(f"with {CROWDED:.0%} of the slots busy {crowded['missed']:.2f} % found nobody in {PROBES} shards though somebody was free")
    figures.at_most("scale_agent_partition_write_units_a_second", played["agents"], WRITES, "")
    figures.at_most("scale_handled_partition_write_units_a_second", played["handled"], WRITES, "")
    figures.at_most("scale_wait_partition_write_units_a_second", played["wait"], WRITES, "")
    figures.at_most("scale_agent_partition_read_units_a_second", played["reads"], READS, "")
    figures.at_most("scale_missed_though_somebody_was_free", round(played["missed"], 3), 1.0, "%")
    figures.at_most("scale_shards_looked_at_a_decision", round(played["probes"], 2), 1.5, "")
    return 0 if figures.finish() else 1


if __name__ == "__main__":
    sys.exit(main())
