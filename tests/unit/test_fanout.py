"""From the ledger's stream to queues, timers and facts: in order, nothing skipped, and nothing personal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from enum import Enum
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.adapters.dynamo.codec import encode
from switchboard.adapters.dynamo.ledgers import stored_commit_of
from switchboard.adapters.vault import COMPANY, Vault
from switchboard.application.fanout import StoredCommit, facts_of
from switchboard.application.service_levels import look
from switchboard.domain import events as ev
from switchboard.domain.conversation import Conversation
from switchboard.domain.errors import StorageUnavailable
from tests.contract.vault_fakes import Clock, provisioned_branches
from tests.unit.world import GREETING, World, who

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def talk(world: World, messages: int = 5) -> tuple[Conversation, list[StoredCommit]]:
    """A conversation of some commits, each with one message to send."""
    for n in range(messages):
        c = world.write("1", GREETING, text=f"hello {n}")
    return c, world.store.commits(c.ledger, 0)


def handed_on(world: World) -> list[str]:
    return [item.message for *_, item in world.outbox.sent]


def said(world: World, c: Conversation) -> list[str]:
    return [r.event.message for r in world.store.events(c.ledger) if isinstance(r.event, ev.MessageSent)]


def test_commits_are_handed_on_in_their_order_with_their_place(world: World) -> None:
    c, commits = talk(world)
    assert world.outbox_reader.advance(commits) == 5
    assert handed_on(world) == said(world, c)
    assert [(sent[0], sent[1], sent[2], sent[3].commit) for sent in world.outbox.sent] == [
        (c.id, "whatsapp", "main", n) for n in range(1, 6)
    ]


@given(seed=st.integers(0, 10_000), cuts=st.lists(st.integers(1, 4), max_size=6))
@settings(max_examples=50, deadline=None)
def test_records_in_any_order_and_number_hand_on_everything_once_and_in_order(seed: int, cuts: list[int]) -> None:
    """The stream repeats records and mixes commits; batches fall anywhere."""
    world, random = World(), Random(seed)
    c, commits = talk(world)
    stream = [*commits, *random.choices(commits, k=4)]
    random.shuffle(stream)
    while stream:
        size = cuts.pop() if cuts else len(stream)
        world.outbox_reader.advance(stream[:size])
        stream = stream[size:]
    assert handed_on(world) == said(world, c)
    numbers = [fact["no"] for fact in world.facts.put_so_far]
    assert numbers == list(range(1, c.last_event + 1))


def test_a_gap_is_fetched_from_the_ledger(world: World) -> None:
    c, commits = talk(world)
    assert world.outbox_reader.advance(commits[3:4]) >= 4
    assert handed_on(world)[:4] == said(world, c)[:4]


def test_what_was_handed_on_is_not_handed_on_again(world: World) -> None:
    _, commits = talk(world)
    world.outbox_reader.advance(commits)
    assert world.outbox_reader.advance(commits[1:3]) == 0
    assert len(world.outbox.sent) == 5
    assert len(world.facts.put_so_far) == len({f["no"] for f in world.facts.put_so_far})


def test_a_crash_before_the_cursor_moves_repeats_the_very_same_items(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same item twice counts once in the queue; a different one would be sent to the customer again."""
    c, commits = talk(world)
    twice: list[Any] = []
    send = world.outbox.send

    def seen(*args: Any) -> None:
        twice.append(args)
        send(*args)

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(world.outbox, "send", seen)
    with monkeypatch.context() as m:
        m.setattr(world.outbox, "advance", crash)
        with pytest.raises(KeyboardInterrupt):
            world.outbox_reader.advance(commits)
    world.outbox_reader.advance(commits)
    assert twice[:5] == twice[5:]
    assert handed_on(world) == said(world, c)


def test_a_queue_that_fails_halfway_skips_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    c, commits = talk(world)
    send, left = world.outbox.send, iter(range(3))

    def failing(*args: Any) -> None:
        next(left)
        send(*args)

    with monkeypatch.context() as m:
        m.setattr(world.outbox, "send", failing)
        with pytest.raises(StopIteration):
            world.outbox_reader.advance(commits)
    world.outbox_reader.advance(commits[-1:])
    assert handed_on(world) == said(world, c)


def test_ledgers_do_not_wait_for_each_other(world: World) -> None:
    c, commits = talk(world)
    other = world.write("2", GREETING)
    mixed = [commits[4], *world.store.commits(other.ledger, 0), *commits[:4]]
    assert world.outbox_reader.advance(mixed) == 6
    assert [m for m in handed_on(world) if m in said(world, c)] == said(world, c)


def test_a_ledger_that_fails_does_not_hold_up_the_others_and_comes_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = world.write("1", GREETING), world.write("2", GREETING)
    records = [*world.store.commits(bad.ledger, 0), *world.store.commits(good.ledger, 0)]
    send = world.outbox.send

    def failing(conversation: str, *args: Any) -> None:
        if conversation == bad.id:
            raise StorageUnavailable("throttled")
        send(conversation, *args)

    with monkeypatch.context() as m:
        m.setattr(world.outbox, "send", failing)
        with pytest.raises(StorageUnavailable):
            world.outbox_reader.advance(records)
    assert handed_on(world) == said(world, good)
    world.outbox_reader.advance(records)
    assert handed_on(world) == [*said(world, good), *said(world, bad)]


def test_web_chat_needs_no_queue(world: World) -> None:
    c = world.write("visitor", GREETING, channel="webchat")
    assert world.outbox_reader.advance(world.store.commits(c.ledger, 0)) == 1
    assert world.outbox.sent == []


def test_offers_and_waits_set_timers_and_taken_work_sets_none_to_accept(world: World) -> None:
    c = world.write("1")
    world.hire("ada")
    taken = world.write("2")
    assert taken.owner
    world.outbox_reader.advance([*world.store.commits(c.ledger, 0), *world.store.commits(taken.ledger, 0)])
    kinds = [(t.kind, t.subject) for t, _ in world.outbox.timers]
    assert sorted(kinds) == sorted([
        ("look", c.id), ("waiting", c.id), ("accept", c.id), ("sla", c.id), ("accept", taken.id), ("sla", taken.id),
    ])  # fmt: skip
    world.outbox.timers.clear()
    world.hire("dan", queues=("billing",), online=False)
    after = world.desk.transfer(who("ada"), taken.id, queue="billing")
    world.store.commit_agent(
        world.agent("ada"), [ev.AgentProfileSet(capacity=3, queues=("billing",), languages=(), name="Ada")], who("ada"), NOW
    )
    after = world.desk.take(who("ada"), after.id)
    world.outbox_reader.advance(world.store.commits(after.ledger, after.version - 1))
    assert [t.kind for t, _ in world.outbox.timers if t.kind == "accept"] == []


def test_each_commit_of_a_conversation_has_its_clocks_looked_at_once_for_the_last_of_a_batch(world: World) -> None:
    """The bot's answers too: any commit moves the version that timers are held against."""
    c = world.write("1", GREETING)
    world.clock.advance(seconds=1)
    after = world.write("1", GREETING)
    for _ in range(2):
        world.outbox_reader.advance(world.store.commits(c.ledger, 0))
    [timer] = [t for t, _ in world.outbox.timers if t.kind == "sla"]
    assert timer == look(c.id, after.version, world.clock.now())


def test_ledgers_of_agents_and_contacts_become_facts_and_nothing_else(world: World) -> None:
    world.hire("ada")
    assert world.outbox_reader.advance(world.store.commits("agt#ada", 0)) == 2
    assert (world.outbox.sent, world.outbox.timers) == ([], [])
    assert {f["type"] for f in world.facts.put_so_far} == {"agent_profile_set", "presence_changed"}


# -- nothing personal ----------------------------------------------------------------------------------

SECRET = "PERSONAL-7f3a"


def vault() -> Vault:
    made = Vault(provisioned_branches(), clock=Clock())
    made.mint(COMPANY)
    made.mint("c1")
    return made


VAULT = vault()


@st.composite
def events(draw: st.DrawFn, kind: type[ev.Event]) -> ev.Event:
    """Any event of a type, whose personal fields hold the secret wherever a text can be."""
    made = draw(st.from_type(kind))
    personal = ev.personal_fields(kind)
    values = {f.name: _plain(getattr(made, f.name)) for f in fields(kind)}
    for name in personal:
        values[name] = _marked(values[name])
    return kind(**values)


def _plain(value: Any) -> Any:
    """The value with dictionaries for whatever other mappings were drawn: nobody makes those, and nobody stores them."""
    match value:
        case Mapping():
            return {k: _plain(v) for k, v in value.items()}
        case tuple():
            return tuple(_plain(v) for v in value)
        case _:
            return value


def _marked(value: Any) -> Any:
    """The value with every text in it replaced."""
    match value:
        case Enum():
            return value
        case str():
            return SECRET
        case Mapping():
            return {SECRET: SECRET}
        case tuple():
            return tuple(_marked(v) for v in value)
        case _ if hasattr(value, "__dataclass_fields__"):
            return type(value)(**{f.name: _marked(getattr(value, f.name)) for f in fields(value)})
        case _:
            return value




@pytest.mark.parametrize("kind", ev.EVENT_TYPES, ids=lambda k: k.type)
def test_no_personal_field_of_any_event_becomes_a_fact(kind: type[ev.Event]) -> None:
    """Through the very bytes that are stored: what a new event type marks as personal can never reach analytics."""

    @given(event=events(kind))
    @settings(max_examples=10, deadline=None)
    def check(event: ev.Event) -> None:
        body = encode(VAULT, "cnv#c1-000001", 1, [event], ev.Actor(ev.ActorKind.AGENT, "ada", "agent", SECRET, "r1"))
        commit = stored_commit_of("cnv#c1-000001", 1, "2026-03-02T09:00:00.000000Z", body, "", "")
        [fact] = facts_of(commit)
        assert SECRET not in json.dumps(fact, default=str)
        assert not ev.personal_fields(kind) & set(fact)
        assert fact["type"] == kind.type

    check()


def test_every_text_a_customer_wrote_is_marked_personal() -> None:
    """The list of what must be sealed, by the people who answer for it: a field is removed from it only on purpose."""
    sealed = {(t.type, name) for t in ev.EVENT_TYPES for name in ev.personal_fields(t)}
    assert sealed >= {
        ("message_received", "content"), ("message_received", "sender_name"), ("message_received", "reply_address"),
        ("message_sent", "content"), ("message_sent", "recipient"), ("note_added", "text"),
        ("contact_attributes_set", "attributes"), ("contact_absorbed", "identities"), ("agent_profile_set", "name"),
    }  # fmt: skip


def test_the_sealed_body_of_a_parked_message_is_no_fact(world: World) -> None:
    world.intake.park(world.identity("1"), "sealed-body", "Malformed", "d1")
    world.outbox_reader.advance(world.store.commits("ops#parked", 0))
    [fact] = world.facts.put_so_far
    assert "sealed-body" not in json.dumps(fact, default=str)
