"""How many AWS calls the hot path makes: `python -m tests.bench.calls`.

Real entry points in this process against the embedded emulator; calls are counted where botocore is asked for them. Exits 1 if a
figure is short."""

from __future__ import annotations

import itertools
import sys
import time
from typing import Any

from local.figures import Figures
from switchboard.bootstrap import Services
from switchboard.domain import events as ev
from switchboard.entry.routing import route
from tests.bench.running import Stack, counted, post, stack

MESSAGES = 3_500
NEWCOMERS = 1_200  # of these messages, each from somebody unknown
BATCH = 10
HUMAN = "I want to speak to a human agent please"
TEXTS = ("Where is my order?", "My invoice is wrong", "Hello", "我的订单在哪里", "The app crashes when I sign in")

_numbers = itertools.count(1)


def customer(number: int) -> str:
    return f"4520{number:06d}"


def message(who: str, text: str) -> tuple[str, str, str]:
    return f"wamid.BENCH{next(_numbers):08d}", who, text


def run_batch(services: Services, event: dict[str, Any]) -> None:
    failures = route(services, event, None)["batchItemFailures"]
    if failures:
        raise SystemExit(f"the router failed {len(failures)} of {len(event['Records'])} messages")


def webhook(running: Stack, figures: Figures) -> None:
    services = running.services()
    post(services, [message(customer(1), "Hello")])  # its keys and its account's secrets are at hand from now on
    for size in (1, BATCH):
        messages = [message(customer(n), "Hello") for n in range(size)]
        with counted() as calls:
            post(services, messages)
        figures.exactly(f"webhook_aws_calls_for_a_post_of_{size}", calls.total(), 1)
    running.aws("sqs").purge_queue(QueueUrl=running.system.outputs["InboundQueueUrl"])


def with_warm_branches(running: Stack) -> Services:
    """A process that has the branch keys, the model and the bot's policy (read once a minute) at hand, and no contact's key."""
    services = running.services()
    services.understander.classify(["hello"])
    _ = services.conversing.policy(), services.conversing.versions(), services.privacy()
    services.index.key("identity", "bench")
    services.branches.newest("contact")
    services.queue_seal.unseal("bench", services.queue_seal.seal("bench", b"hello"))
    _ = services.hours(), services.routing_engines.of(services.store.shards(["general"]))  # read once a minute, as the bot's policy is
    return services


def routed(running: Stack, services: Services, who: str, text: str) -> tuple[int, dict[str, Any]]:
    """DynamoDB round trips of the router for one message, and its event."""
    post(running.system.services, [message(who, text)])
    event = running.batch()
    with counted() as calls:
        run_batch(services, event)
    return calls["dynamodb"], event


def router(running: Stack, figures: Figures) -> None:
    presence = running.system.services.presence
    presence.set_presence(ev.SYSTEM, "mia", ev.Presence.ONLINE)
    who = customer(500_001)
    new, _ = routed(running, with_warm_branches(running), who, HUMAN)
    if not running.system.services.store.owned_by("mia"):
        raise SystemExit("the new conversation was not assigned, so the figures would be of something else")
    again, event = routed(running, with_warm_branches(running), who, "Are you there?")
    redelivered = with_warm_branches(running)
    with counted() as calls:
        run_batch(redelivered, event)
    figures.at_most("router_dynamodb_round_trips_assigned_conversation", again, 3, "")
    figures.at_most("router_dynamodb_round_trips_new_conversation", new, 6, "")
    figures.exactly("router_dynamodb_round_trips_redelivery", calls["dynamodb"], 1)
    presence.set_presence(ev.SYSTEM, "mia", ev.Presence.OFFLINE)


def kms(running: Stack, figures: Figures) -> None:
    """One router process from its first message on; a webhook process beside it, counted apart."""
    door, work = running.services(), running.services()
    at_door = at_work = handled = 0
    begun = time.monotonic()
    senders = (customer(n if n < NEWCOMERS else n % NEWCOMERS) for n in itertools.count())
    while handled < MESSAGES:
        with counted() as calls:
            post(door, [message(next(senders), TEXTS[handled % len(TEXTS)]) for _ in range(BATCH)])
        at_door += calls["kms"]
        event = running.batch()
        with counted() as calls:
            run_batch(work, event)
        at_work += calls["kms"]
        handled += len(event["Records"])
    seconds = time.monotonic() - begun
    print(
        f"{handled} messages, {NEWCOMERS} of them from new contacts, in {seconds:.0f} s: KMS was asked {at_work} times by the "
        f"router, {at_door} times by the webhook"
    )
    figures.at_most("kms_calls_per_1000_messages", round(at_work / handled * 1000, 2), 1, "")
    figures.at_most("kms_calls_per_1000_messages_webhook", round(at_door / handled * 1000, 2), 1, "")


def main() -> int:
    figures = Figures("calls")
    with stack() as running:
        webhook(running, figures)
        router(running, figures)
        kms(running, figures)
    return 0 if figures.finish() else 1


if __name__ == "__main__":
    sys.exit(main())
