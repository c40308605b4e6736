"""What it costs to open a long conversation: `python -m tests.bench.decrypt`.

A conversation of 200 messages on the embedded emulator, opened by the real store. Decryption is timed in CPU seconds of this
process, so other work on the machine does not decide. Exits 1 if the figure is short."""

from __future__ import annotations

import statistics
import sys
import time
from typing import Any

from local.figures import Figures
from switchboard.adapters.vault import Vault
from switchboard.bootstrap import Services
from switchboard.domain import events as ev
from switchboard.entry.routing import route
from tests.bench.running import Stack, post, stack

MESSAGES = 200
OPENINGS = 7  # the median counts
LIMIT_MS = 50.0
CUSTOMER = "4520777001"
TEXT = "I ordered two lamps last week and only one came. Number {n}: where is the other, and who pays for sending it back?"


def converse(running: Stack) -> str:
    """The id of a conversation in which the customer said 200 things."""
    services = running.services()
    said = 0
    while said < MESSAGES:
        post(services, [(f"wamid.DECRYPT{n:05d}", CUSTOMER, TEXT.format(n=n)) for n in range(said, said + 10)])
        event = running.batch()
        if route(services, event, None)["batchItemFailures"]:
            raise SystemExit("the router failed messages")
        said += len(event["Records"])
    items = running.aws("dynamodb").scan(TableName=running.system.outputs["StateTable"])["Items"]
    return str(next(item["id"]["S"] for item in items if "status" in item))


def opened(services: Services, conversation: str) -> tuple[int, float, float]:
    """Messages of the conversation; CPU milliseconds of unsealing, and milliseconds from asking to having it all."""
    spent = 0.0
    unseal = Vault.unseal

    def timed(vault: Vault, *arguments: Any) -> bytes:
        nonlocal spent
        begun = time.process_time()
        try:
            return unseal(vault, *arguments)
        finally:
            spent += time.process_time() - begun

    Vault.unseal = timed  # type: ignore[method-assign,assignment]  # the stopwatch
    try:
        begun = time.perf_counter()
        found = services.store.conversation(conversation)
        events = services.store.events(found.ledger)
        total = time.perf_counter() - begun
    finally:
        Vault.unseal = unseal  # type: ignore[method-assign]
    messages = sum(isinstance(r.event, ev.MessageReceived) and TEXT[:20] in r.event.content.text for r in events)
    return messages, spent * 1000, total * 1000


def main() -> int:
    figures = Figures("decrypt")
    with stack() as running:
        conversation = converse(running)
        runs = []
        for _ in range(OPENINGS):
            services = running.services()
            services.branches.newest("contact")
            services.tables.connection.client  # noqa: B018 - making a client is not opening a conversation
            runs.append(opened(services, conversation))
    messages = min(run[0] for run in runs)
    cpu, total = (statistics.median(run[place] for run in runs) for place in (1, 2))
    print(f"opening {messages} messages: {cpu:.1f} ms of CPU to decrypt, {total:.0f} ms in all, reading included")
    figures.at_least("messages_opened", messages, MESSAGES, "")
    figures.at_most("decrypt_200_messages_cpu", round(cpu, 1), LIMIT_MS, "ms")
    return 0 if figures.finish() else 1


if __name__ == "__main__":
    sys.exit(main())
