"""Retention rules are carried out and reported: the right people, once, whatever dies in between; and nobody else."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from switchboard.adapters.cedar.authority import shipped
from switchboard.application.admission import admit_work
from switchboard.application.retention import Files, Retention, RetentionDesk
from switchboard.domain import events as ev
from switchboard.domain.conversation import Conversation
from switchboard.domain.errors import Erased, Malformed, StorageUnavailable
from tests.contract.samples import at_once
from tests.fakes.retention import MemoryCensus, MemoryFiles
from tests.unit.test_erasure import Office
from tests.unit.world import REFUND, World, who

ADMIN = who("boss", "administrator")
YEAR = {"rules": [{"type": "contacts", "days": 365}]}


class Keeper:
    """Who keeps the rules, over a company."""

    def __init__(self, world: World) -> None:
        self.world, self.office = world, Office(world)
        self.desk = RetentionDesk(world.store, world.clock, timedelta(hours=24))
        self.blobs, self.facts = MemoryFiles(), MemoryFiles()
        self.failures: list[Any] = []

    def retention(self, **instead: Any) -> Retention:
        parts: dict[str, Any] = {
            "store": self.world.store, "desk": self.desk, "census": MemoryCensus(self.world.store), "erasure": self.office.eraser(),
            "approvals": self.office.approvals, "blobs": self.blobs, "facts": self.facts, "clock": self.world.clock,
            "may": partial(admit_work, shipped(), "retention", "EraseByRule"),
            "failed": lambda what, error: self.failures.append((what, error)),
        } | instead  # fmt: skip
        return Retention(**parts)

    def rules(self, document: dict[str, Any]) -> None:
        self.desk.set(ADMIN, document)
        self.world.clock.advance(hours=24)

    def counts(self, rule: str) -> dict[str, Any]:
        """Of the newest run."""
        [newest, *_] = self.desk.report(1)
        return next(
            ({k: row[k] for k in ("due", "done", "failed", "kept")} for row in newest["rules"]
             if f"{row['type']}/{row['channel']}/{row['region']}/{row['days']}" == rule), {},
        )  # fmt: skip


@pytest.fixture
def keeper(world: World) -> Keeper:
    world.hire("mia", queues=("billing",))
    return Keeper(world)


def finished(world: World, address: str, **how: Any) -> Conversation:
    """A talk that came to its end."""
    c = world.write(address, REFUND, text=f"words of {address}", **how)
    world.desk.accept(who("mia"), c.id)
    return world.desk.resolve(who("mia"), c.id)


def erased(world: World, c: Conversation) -> bool:
    return world.store.contact(c.contact).contact.erased_at is not None


def test_who_was_silent_for_the_time_of_their_channel_is_erased_and_others_are_not(world: World, keeper: Keeper) -> None:
    chat, phone = finished(world, "ann", channel="webchat"), finished(world, "ben")
    world.clock.advance(days=40)
    late = finished(world, "zoe", channel="webchat")
    keeper.rules({"rules": [{"type": "contacts", "channel": "webchat", "days": 30}, {"type": "contacts", "days": 365}]})
    keeper.retention().run()
    assert [erased(world, c) for c in (chat, phone, late)] == [True, False, False]
    with pytest.raises(Erased):
        world.store.events(chat.ledger)
    assert keeper.counts("contacts/webchat/*/30") == {"due": 1, "done": 1, "failed": 0, "kept": {}}
    assert keeper.counts("contacts/*/*/365") == {}
    last = world.store.last_event(f"cct#{chat.contact}")
    assert last is not None
    assert isinstance(last.event, ev.ContactErased)
    assert last.event.request.startswith("retention")


def test_rules_are_acted_on_only_after_the_time_in_which_they_can_be_taken_back(world: World, keeper: Keeper) -> None:
    c = finished(world, "ann")
    world.clock.advance(days=400)
    keeper.desk.set(ADMIN, YEAR)
    world.clock.advance(hours=23)
    keeper.retention().run()
    assert not erased(world, c)
    keeper.desk.set(ADMIN, {"rules": []})
    world.clock.advance(days=3)
    keeper.retention().run()
    assert not erased(world, c)
    with pytest.raises(Malformed):
        keeper.desk.set(ADMIN, {"rules": [{"type": "contacts", "days": 1}]})
    assert [v.number for v in keeper.desk.versions()] == [2, 1, 0]


def test_what_keeps_somebody_is_reported_and_they_are_kept(world: World, keeper: Keeper) -> None:
    held, asked, limited, free = (finished(world, name) for name in ("held", "asked", "limited", "free"))
    talking = world.write("talking", REFUND)
    world.clock.advance(days=366)
    keeper.office.desk.hold(ADMIN, held.contact, "a case at court")
    keeper.office.asked(asked.contact)
    world._made.subject_rights.restrict(ADMIN, limited.contact, True, "while it is looked into")
    keeper.rules(YEAR)
    world.clock.advance(days=366)  # putting it on record was something that happened
    keeper.office.asked(asked.contact)
    keeper.retention().run()
    assert [erased(world, c) for c in (held, asked, limited, talking, free)] == [False, False, False, False, True]
    assert keeper.counts("contacts/*/*/365") == {
        "due": 5, "done": 1, "failed": 0,
        "kept": {"legal_hold": 1, "open_conversation": 1, "open_request": 1, "restricted": 1},
    }  # fmt: skip


def test_a_merged_person_is_kept_as_long_as_their_last_word_and_goes_whole(world: World, keeper: Keeper) -> None:
    one, other = finished(world, "ann"), finished(world, "ann-elsewhere", channel="webchat")
    world.contacts.merge(who("sue", "supervisor"), one.contact, other.contact)
    keeper.rules(YEAR)
    world.clock.advance(days=300)
    last = finished(world, "ann-elsewhere", channel="webchat")
    world.clock.advance(days=300)
    keeper.retention().run()
    assert not erased(world, one)
    world.clock.advance(days=100)
    keeper.retention().run()
    assert erased(world, one)
    assert erased(world, last)
    assert keeper.counts("contacts/*/*/365")["done"] == 1


def test_a_run_that_dies_goes_on_and_counts_everybody_once(world: World, keeper: Keeper) -> None:
    talks = [finished(world, f"customer {n}") for n in range(7)]
    keeper.rules(YEAR)
    world.clock.advance(days=366)
    count = Counter[str]()

    class Dying:
        """Dies after the third person, before anything of them is on the run's ledger."""

        def __init__(self, real: Any) -> None:
            self._real = real

        def drop(self, *args: Any) -> None:
            self._real.drop(*args)

        def forget(self, *args: Any) -> object:
            count["forgotten"] += 1
            if count["forgotten"] == 4:
                raise KeyboardInterrupt
            return self._real.forget(*args)

    with pytest.raises(KeyboardInterrupt):
        keeper.retention(erasure=Dying(keeper.office.eraser())).run()
    assert sum(erased(world, c) for c in talks) == 3
    keeper.retention().run()
    assert all(erased(world, c) for c in talks)
    assert keeper.counts("contacts/*/*/365") == {"due": 7, "done": 7, "failed": 0, "kept": {}}
    assert keeper.retention().run() is None  # today's is over
    world.clock.advance(days=1)
    keeper.retention().run()
    assert keeper.counts("contacts/*/*/365") == {}


def test_a_run_stops_when_it_is_enough_and_ends_later(world: World, keeper: Keeper) -> None:
    for n in range(120):
        finished(world, f"customer {n}")
    keeper.rules(YEAR)
    world.clock.advance(days=366)
    looks = iter([False, True])
    keeper.retention().run(lambda: next(looks))
    [run] = keeper.desk.report(1)
    assert run["ended"] is None
    assert run["rules"][0]["done"] == 50
    keeper.retention().run()
    [run] = keeper.desk.report(1)
    assert run["ended"] is not None
    assert run["rules"][0]["done"] == 120


def test_several_at_once_end_a_person_once(world: World, keeper: Keeper) -> None:
    for n in range(5):
        finished(world, f"customer {n}")
    keeper.rules(YEAR)
    world.clock.advance(days=366)
    at_once([lambda: keeper.retention().run() for _ in range(4)])
    keeper.retention().run()
    assert keeper.counts("contacts/*/*/365")["done"] == 5
    assert keeper.failures == []


def test_who_writes_at_the_last_moment_is_kept(world: World, keeper: Keeper) -> None:
    c = finished(world, "ann")
    keeper.rules(YEAR)
    world.clock.advance(days=366)
    real = keeper.office.eraser()

    class WritesMeanwhile:
        def forget(self, about: str, under: str, check: Any) -> object:
            world.write("ann", REFUND, text="hello again")
            return real.forget(about, under, check)

    keeper.retention(erasure=WritesMeanwhile()).run()
    assert not erased(world, c)
    assert world.store.contact(c.contact).conversation.open  # type: ignore[union-attr]
    assert keeper.counts("contacts/*/*/365") == {"due": 1, "done": 0, "failed": 0, "kept": {"moved": 1}}


def test_regions_have_rules_of_their_own(world: World, keeper: Keeper) -> None:
    german, other = finished(world, "ann"), finished(world, "ben")
    world.contacts.set_attributes(ADMIN, german.contact, {"country": "DE"})
    keeper.rules({"rules": [{"type": "contacts", "region": "eu", "days": 90}, {"type": "contacts", "days": 1000}]})
    world.clock.advance(days=100)
    keeper.retention().run()
    assert (erased(world, german), erased(world, other)) == (True, False)


def test_files_and_parked_messages_go_by_their_own_rules(world: World, keeper: Keeper) -> None:
    world.store.append(
        "ops#parked", [ev.MessageParked("p1", "unreadable", keeper.office.bodies.sealed("x", "parked/one"), "g1")], ev.SYSTEM,
        world.clock.now(),
    )  # fmt: skip
    now = world.clock.now()
    keeper.blobs.there = {"exports/old.zip": now - timedelta(days=6), "exports/new.zip": now, "knowledge/x": now - timedelta(days=99)}
    keeper.facts.there = {"facts/day=1/a": now - timedelta(days=60), "facts/day=2/b": now - timedelta(days=20)}
    keeper.rules({"rules": [{"type": "exports", "days": 3}, {"type": "parked", "days": 10}, {"type": "facts", "days": 30}]})
    keeper.retention().run()
    assert {*keeper.blobs.there} == {"exports/new.zip", "knowledge/x"}
    assert {*keeper.facts.there} == {"facts/day=2/b"}
    assert len(world.store.parked()) == 1
    world.clock.advance(days=10)
    keeper.retention().run()
    assert world.store.parked() == []
    assert keeper.office.bodies.objects == set()
    assert keeper.counts("parked/*/*/10")["done"] == 1


def test_what_fails_is_counted_and_the_rest_is_done(world: World, keeper: Keeper) -> None:
    class Down(MemoryFiles):
        def older(self, *args: Any) -> list[str]:
            raise StorageUnavailable("S3 does not answer")

    down: Files = Down()
    c = finished(world, "ann")
    keeper.rules({"rules": [*YEAR["rules"], {"type": "facts", "days": 30}]})
    world.clock.advance(days=366)
    keeper.retention(facts=down).run()
    assert erased(world, c)
    assert keeper.counts("facts/*/*/30") == {"due": 0, "done": 0, "failed": 1, "kept": {}}
    assert len(keeper.failures) == 1
