"""Keys rotate under load: `python -m tests.bench.rotation`.

Writers and readers, each with caches of its own as a process has, work on the keys table and KMS of the embedded emulator while the
contacts' and the queue's keys rotate twice, all data keys are wrapped anew and old generations are destroyed. What they seal lies in
memory, for the keys are what is tried. Between the steps an hour or two pass on the clock of the caches, so that everybody has to ask
KMS anew. KMS calls are counted where botocore is asked for them, those of the rotations too. Exits 1 if a figure is short."""

from __future__ import annotations

import random
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from local.figures import Figures
from switchboard.adapters.vault import BranchKeys, Index, KeyRecord, Place, Purpose, QueueSeal, Vault
from switchboard.adapters.vault.data_keys import DynamoDataKeys
from switchboard.adapters.vault.dynamo_records import DynamoBranchRecords
from switchboard.adapters.vault.generations import Generations
from switchboard.adapters.vault.kms_wrapper import KmsWrapper
from switchboard.application.key_rotation import SETTLED, KeyRotation
from switchboard.domain.errors import NotAllowedNow, SwitchboardError
from tests.bench.running import Stack, counted, stack

WRITERS, READERS, CONTACTS = 2, 2, 400
MESSAGES_A_STEP = 20_000  # by all writers, from one hour to the next: 5.6 a second
TEXT = "Where is my order? 我的订单在哪里".encode()


class Time:
    """The caches' clock: it goes on by hours when told."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self._ahead

    def now(self) -> datetime:
        return datetime.fromtimestamp(self(), UTC)

    def later(self, span: timedelta) -> None:
        self._ahead += span.total_seconds()


class World:
    """What all share: the stored keys, what was sealed, and what was counted."""

    def __init__(self, running: Stack) -> None:
        self.running, self.time = running, Time()
        self.settings = running.system.services.settings
        self.sealed: list[tuple[str, int, int, bytes]] = []  # owner, generation, number, bytes
        self.bodies: list[tuple[str, str]] = []
        self.over = threading.Event()
        self.lock = threading.Lock()
        self.messages = self.reads = self.failed = 0
        self.troubles: set[str] = set()
        self.read_at_once: set[int] = set()

    def branches(self) -> BranchKeys:
        kms = KmsWrapper(self.running.aws("kms"), self.settings.kms_key_id)
        return BranchKeys(self.records(), kms, tenant=self.settings.tenant, clock=self.time)

    def records(self) -> DynamoBranchRecords:
        return DynamoBranchRecords(self.running.aws("dynamodb"), self.settings.keys_table)

    def operator(self) -> KeyRotation[KeyRecord]:
        keys = DynamoDataKeys(self.running.aws("dynamodb"), self.settings.keys_table)
        return KeyRotation(Generations(self.branches(), self.records()), keys, self.time)

    def fails(self, error: Exception) -> None:
        with self.lock:
            self.failed += 1
            self.troubles.add(f"{type(error).__name__}: {error}")


class Process:
    """A function's process: its own clients and caches."""

    def __init__(self, world: World, number: int) -> None:
        self.world, self.random = world, random.Random(number)
        self.branches = world.branches()
        self.vault, self.index, self.queue = Vault(self.branches, clock=world.time), Index(self.branches), QueueSeal(self.branches)
        self.client: Any = world.running.aws("dynamodb")

    def has(self, owner: str, *, may_mint: bool) -> None:
        """See that a contact's key is at hand, as the store does."""
        if self.vault.knows(owner):
            return
        key = {"pk": {"S": f"contact#{owner}"}, "sk": {"S": "key"}}
        found = self.client.get_item(TableName=self.world.settings.keys_table, Key=key, ConsistentRead=True).get("Item")
        if found is None and may_mint:
            record = self.vault.mint(owner)
            item = key | {
                "owner": {"S": owner}, "generation": {"N": str(record.generation)}, "wrapped": {"B": record.wrapped},
            }  # fmt: skip
            try:
                self.client.put_item(
                    TableName=self.world.settings.keys_table, Item=item, ConditionExpression="attribute_not_exists(pk)"
                )
                return
            except self.client.exceptions.ConditionalCheckFailedException:
                self.vault.forget(owner)
                found = self.client.get_item(TableName=self.world.settings.keys_table, Key=key, ConsistentRead=True)["Item"]
        self.vault.admit(KeyRecord(owner, int(found["generation"]["N"]), bytes(found["wrapped"]["B"])))

    def write(self) -> None:
        """One message: queued, taken out again, its sender looked up, its words sealed."""
        n = self.random.randrange(10**9)
        generation = self.branches.newest(Purpose.CONTACT)[0]
        owner = f"bench{generation}-{n % CONTACTS}"  # each generation has contacts of its own
        self.queue.unseal("group", body := self.queue.seal("group", TEXT))
        self.index.key("identity", owner)
        self.has(owner, may_mint=True)
        sealed = self.vault.seal(owner, Place("conversation#1", n, "content"), TEXT)
        with self.world.lock:
            self.world.messages += 1
            kept, one = self.world.sealed, (owner, generation, n, sealed)
            if len(kept) < 20_000:
                kept.append(one)
            else:
                kept[n % len(kept)] = one
            if n % 50 == 0:
                self.world.bodies.append(("group", body))

    def read(self) -> None:
        """One field of any age, and now and then a body that has waited since long ago."""
        if not self.world.sealed:
            self.world.over.wait(0.01)
            return
        owner, generation, n, sealed = self.random.choice(self.world.sealed)
        self.has(owner, may_mint=False)
        if self.vault.unseal(owner, Place("conversation#1", n, "content"), sealed) != TEXT:
            raise SwitchboardError("other words than were sealed")
        if n % 20 == 0 and self.world.bodies:
            self.queue.unseal(*self.random.choice(self.world.bodies))
        with self.world.lock:
            self.world.reads += 1
            self.world.read_at_once.add(generation)


def work(world: World, process: Process, *, writes: bool) -> None:
    while not world.over.is_set():
        try:
            process.write() if writes else process.read()
        except Exception as error:  # whatever it is, a customer's message was not sealed or read
            world.fails(error)


def load(world: World) -> None:
    """Wait until the writers have done one more step's messages."""
    until, end = world.messages + MESSAGES_A_STEP, time.monotonic() + 300
    while world.messages < until and time.monotonic() < end:
        world.over.wait(0.05)


def turn(world: World) -> int:
    """All that is done to keys, under load. Returns how many generations were read at once before any was wrapped anew."""
    operator = world.operator()
    load(world)
    for _ in range(2):
        operator.rotate("contact")
        operator.rotate("queue")
        load(world)  # by those who do not know of it
        world.time.later(timedelta(hours=1, seconds=1))
        load(world)  # by those who do
    world.read_at_once.clear()
    load(world)
    at_once = len(world.read_at_once & set(operator.needed()))
    try:
        operator.retire("contact", 1)
        world.fails(SwitchboardError("a generation in use was destroyed"))
    except NotAllowedNow:
        pass
    world.time.later(SETTLED)
    walked = operator.rewrap(10**9)
    print(f"wrapped anew under generation {walked.target}: {walked.moved} of {walked.looked} data keys ({walked.lost} lost a race)")
    load(world)
    world.time.later(SETTLED)
    for generation in range(1, walked.target):
        operator.retire("contact", generation)
    world.time.later(timedelta(hours=1, seconds=1))
    load(world)  # without them
    return at_once


def main() -> int:
    figures = Figures("rotation")
    with stack() as running, counted() as calls:
        world = World(running)
        calls.clear()
        processes = [Process(world, n) for n in range(WRITERS + READERS)]
        threads = [
            threading.Thread(target=work, args=(world, p), kwargs={"writes": n < WRITERS}) for n, p in enumerate(processes)
        ]  # fmt: skip
        begun = time.monotonic()
        for thread in threads:
            thread.start()
        try:
            at_once = turn(world)
        finally:
            world.over.set()
            for thread in threads:
                thread.join()
        hours = round((world.time() - time.time()) / 3600)
        print(
            f"{world.messages} messages by {WRITERS} writers, {world.reads} reads by {READERS} readers in "
            f"{time.monotonic() - begun:.0f} s; KMS was asked {calls['kms']} times in {hours} hours"
        )
    for trouble in sorted(world.troubles)[:5]:
        print(f"failed: {trouble}")
    figures.exactly("rotation_failed_reads", world.failed, 0)
    figures.at_least("generations_readable", at_once, 3, "")
    figures.at_most("kms_per_1000_messages", round(calls["kms"] / max(1, world.messages) * 1000, 2), 1, "")
    return 0 if figures.finish() else 1


if __name__ == "__main__":
    sys.exit(main())
