"""DynamoDB stream records, as Lambda hands them over, to commits and deliveries."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from switchboard.adapters.dynamo.codec import decode, encode
from switchboard.adapters.dynamo.store import DynamoStore
from switchboard.adapters.vault import COMPANY, Vault
from switchboard.domain import events as ev
from switchboard.domain.content import Content
from switchboard.domain.errors import Unreadable
from switchboard.domain.inbound import DeliveryStatus
from switchboard.entry import streams
from tests.contract.vault_fakes import Clock, provisioned_branches

LEDGER = "cnv#c1-000001"
VAULT = Vault(provisioned_branches(), clock=Clock())
VAULT.mint(COMPANY)
VAULT.mint("c1")


def commit_record(no: int = 1, ledger: str = LEDGER, **attributes: Any) -> dict[str, Any]:
    """A commit with one message of a customer, as the stream carries it."""
    received = ev.MessageReceived(
        "m1", "whatsapp", "main", "vendor-hash", datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC),
        Content(text="hello ✓"),
    )  # fmt: skip
    body = encode(VAULT, ledger, no, [received], ev.Actor(ev.ActorKind.CUSTOMER, "c1"))
    image = {
        "ledger": {"S": ledger}, "no": {"N": str(no)}, "at": {"S": "2026-03-02T09:00:00.000000Z"}, "first": {"N": str(no)},
        "events": {"N": "1"}, "body": {"B": base64.b64encode(body).decode()}, "hash": {"S": "x"}, "prev": {"S": ""},
        **attributes,
    }  # fmt: skip
    return {"eventName": "INSERT", "dynamodb": {"Keys": {}, "NewImage": image, "SequenceNumber": str(no)}}


def delivery_record(new: dict[str, str] | None, old: dict[str, str] | None = None) -> dict[str, Any]:
    images = {"NewImage": new, "OldImage": old}
    return {"eventName": "MODIFY", "dynamodb": {k: {n: {"S": v} for n, v in i.items()} for k, i in images.items() if i}}


def batch(*records: dict[str, Any]) -> dict[str, Any]:
    return {"Records": list(records)}


def test_a_commit_comes_with_its_place_owner_and_clear_fields_alone() -> None:
    [c] = streams.commits(batch(commit_record(7, owner={"S": "ada"}, was_owner={"S": "bob"})))
    assert (c.ledger, c.no, c.owner, c.was_owner, c.actor) == (LEDGER, 7, "ada", "bob", "c1")
    assert c.at == datetime(2026, 3, 2, 9, tzinfo=UTC)
    [e] = c.events
    assert (e.type, e.no, e.fields["message"]) == ("message_received", 7, "m1")
    assert "hello" not in str(c)


def test_a_commit_nobody_owns_says_so() -> None:
    [c] = streams.commits(batch(commit_record()))
    assert (c.owner, c.was_owner) == ("", "")


def test_removed_items_and_other_tables_items_are_no_commits() -> None:
    removed = {"eventName": "REMOVE", "dynamodb": {"Keys": {}, "OldImage": {"ledger": {"S": LEDGER}}}}
    delivery = delivery_record({"id": "m1", "message": "m1", "conversation": "c1-000001", "status": "sent"})
    assert len(streams.commits(batch(removed, delivery, commit_record()))) == 1


class Opened:
    """The two things of the store that opening commits takes; `erased` ledgers have no key any more."""

    def __init__(self, *erased: str) -> None:
        self.erased, self.fetched = erased, [[""]]

    def prefetch(self, ledgers: list[str]) -> None:
        self.fetched.append(ledgers)

    def decode(self, ledger: str, no: int, at: datetime, body: bytes) -> list[ev.Recorded]:
        if ledger in self.erased:
            raise Unreadable("the key is gone")
        return decode(VAULT, ledger, no, at, body)


def test_screens_get_the_words_and_lambdas_base64_does_not_break_the_seal() -> None:
    store = Opened()
    [read] = streams.read_commits(cast(DynamoStore, store), batch(commit_record(3)))
    [r] = read.events
    assert isinstance(r.event, ev.MessageReceived)
    assert (r.no, r.commit, r.event.content.text) == (3, 3, "hello ✓")


def test_an_erased_contact_leaves_a_commit_without_words_and_stops_nobody() -> None:
    store = Opened("cnv#c1-000009")
    one, two = streams.read_commits(cast(DynamoStore, store), batch(commit_record(1, "cnv#c1-000009"), commit_record(1)))
    assert one.events == ()
    assert one.stored.ledger == "cnv#c1-000009"
    assert len(two.events) == 1


def test_keys_of_a_batch_are_fetched_together() -> None:
    store = Opened()
    streams.read_commits(cast(DynamoStore, store), batch(commit_record(1), commit_record(2)))
    assert len(store.fetched) == 2


OURS = {"id": "m1", "message": "m1", "conversation": "c1-000001", "status": "sent"}


def test_a_status_that_changed_is_told_with_its_reason() -> None:
    failed = {**OURS, "status": "failed", "reason": "blocked"}
    [d] = streams.deliveries(batch(delivery_record(failed, OURS)))
    assert (d.message, d.conversation, d.status, d.reason) == ("m1", "c1-000001", DeliveryStatus.FAILED, "blocked")


@pytest.mark.parametrize(("new", "old"), [
    ({**OURS, "at": "later"}, OURS),
    ({"id": "v#hash", "status": "read"}, None),
    (None, OURS),
])  # fmt: skip
def test_what_tells_a_screen_nothing_new_is_left_out(new: dict[str, str] | None, old: dict[str, str] | None) -> None:
    assert streams.deliveries(batch(delivery_record(new, old))) == []


def test_a_vendors_word_that_finds_its_message_is_told() -> None:
    """The receipt came first: the status stands already, and now it is known whose it is."""
    [d] = streams.deliveries(batch(delivery_record(
        {"id": "v#hash", "message": "m1", "conversation": "c1-000001", "status": "read"}, {"id": "v#hash", "status": "read"}
    )))  # fmt: skip
    assert (d.message, d.status) == ("m1", DeliveryStatus.READ)


def test_of_one_part_of_several_only_a_failure_is_told() -> None:
    for status, told in (("read", []), ("delivered", []), ("failed", ["failed"])):
        word = delivery_record({**OURS, "status": status}, OURS)
        for image in word["dynamodb"].values():
            image["part"] = {"BOOL": True}
        assert [d.status.value for d in streams.deliveries(batch(word))] == told


def test_commits_are_no_deliveries() -> None:
    assert streams.deliveries(batch(commit_record())) == []
