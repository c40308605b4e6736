"""A new generation, all data keys under it, and only then the old one goes: nobody's key is lost or brought back, at any moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.adapters.vault import BranchKeys, CacheLimits, KeyRecord, Place, Purpose, Vault
from switchboard.adapters.vault.generations import Generations
from switchboard.application.key_rotation import PAGE, QUEUED, SETTLED, KeyRotation
from switchboard.domain.errors import Forbidden, NotAllowedNow, NotFound
from tests.contract.vault_fakes import Clock, LocalWrapper, MemoryBranchRecords, MemoryDataKeys
from tools import keys as tool

PLACE = Place("conversation#c1", 7, "content")


class World:
    """One company's keys; `process` is a function's, with caches of its own, `operator` whoever rotates."""

    def __init__(self) -> None:
        self.seconds = Clock()
        self.records, self.wrapper, self.keys = MemoryBranchRecords(), LocalWrapper(), MemoryDataKeys()
        self.asked: list[str] = []
        branches = self.branches()
        for purpose in Purpose:
            branches.create(purpose)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds.now, UTC)

    def branches(self) -> BranchKeys:
        return BranchKeys(self.records, self.wrapper, tenant="acme", clock=self.seconds, limits=CacheLimits())

    def process(self) -> Vault:
        return Vault(self.branches(), clock=self.seconds)

    def operator(self) -> KeyRotation[KeyRecord]:
        return KeyRotation(Generations(self.branches(), self.records), self.keys, self, self.asked.append)

    def contact(self, owner: str, vault: Vault | None = None) -> bytes:
        """One more contact, with something sealed."""
        vault = vault or self.process()
        self.keys.put(vault.mint(owner))
        return vault.seal(owner, PLACE, owner.encode())

    def reads(self, owner: str, sealed: bytes) -> bool:
        vault, record = self.process(), self.keys.get(owner)
        if record is None:
            return False
        vault.admit(record)
        return vault.unseal(owner, PLACE, sealed) == owner.encode()

    def later(self, span: timedelta) -> None:
        self.seconds.now += span.total_seconds()


@pytest.fixture
def world() -> World:
    return World()


def all_moved(world: World) -> None:
    while world.operator().rewrap(PAGE).finished is None:
        pass


def test_three_generations_are_read_at_once_before_and_after_all_is_wrapped_anew(world: World) -> None:
    sealed = {}
    for generation in (1, 2, 3):
        sealed[f"c{generation}"] = world.contact(f"c{generation}")
        if generation < 3:
            assert world.operator().rotate("contact") == generation + 1
    assert world.operator().needed() == {1: 1, 2: 1, 3: 1}
    assert all(world.reads(*one) for one in sealed.items())
    at = world.operator().rewrap(1000)
    assert (at.target, at.looked, at.moved, at.lost, at.broken) == (3, 3, 2, 0, 0)
    assert world.operator().needed() == {3: 3}
    assert all(world.reads(*one) for one in sealed.items())


def test_a_run_is_bounded_and_the_next_goes_on_where_it_stood(world: World) -> None:
    vault = world.process()
    sealed = {f"c{n:03d}": world.contact(f"c{n:03d}", vault) for n in range(2 * PAGE + 50)}
    world.operator().rotate("contact")
    first = world.operator().rewrap(PAGE)
    assert (first.moved, first.finished) == (PAGE, None)
    second = world.operator().rewrap(PAGE)
    assert (second.moved, second.finished) == (2 * PAGE, None)
    assert world.operator().rewrap(PAGE).finished == world.now()
    assert world.operator().needed() == {2: len(sealed)}
    assert all(world.reads(*one) for one in list(sealed.items())[::25])


def test_a_newer_generation_begins_the_walk_anew(world: World) -> None:
    vault = world.process()
    for n in range(PAGE + 10):
        world.contact(f"c{n:03d}", vault)
    world.operator().rotate("contact")
    world.operator().rewrap(1)
    world.operator().rotate("contact")
    all_moved(world)
    assert world.operator().needed() == {3: PAGE + 10}


@given(data=st.data())
def test_whatever_happens_during_the_walk_nobodys_key_is_lost_or_brought_back(data: st.DataObject) -> None:
    """Contacts are erased, and minted by a process that does not know of the rotation, between the reading and the writing."""
    world = World()
    old = world.process()
    sealed = {f"c{n}": world.contact(f"c{n}", old) for n in range(6)}
    erased: set[str] = set()
    replace = world.keys.replace

    def meddled(before: KeyRecord, after: KeyRecord) -> bool:
        if data.draw(st.booleans()):
            owner = data.draw(st.sampled_from(sorted(sealed)))
            world.keys.erase(owner)
            erased.add(owner)
        if data.draw(st.booleans()):
            owner = f"late{len(sealed)}"
            sealed[owner] = world.contact(owner, old)
        return replace(before, after)

    world.keys.replace = meddled  # type: ignore[method-assign]
    world.operator().rotate("contact")
    all_moved(world)
    assert erased.isdisjoint(world.keys.stored)
    assert all(world.reads(owner, text) for owner, text in sealed.items() if owner not in erased)


def test_a_data_key_that_was_tampered_with_is_told_and_stops_nobody(world: World) -> None:
    good = world.contact("good")
    world.contact("bad")
    bad = world.keys.stored["bad"]
    world.keys.put(KeyRecord("bad", 1, bad.wrapped[:-1] + bytes([bad.wrapped[-1] ^ 1])))
    world.operator().rotate("contact")
    at = world.operator().rewrap(10)
    assert (at.moved, at.broken) == (1, 1)
    assert world.reads("good", good)
    world.later(SETTLED)
    with pytest.raises(NotAllowedNow, match="1 data keys still need"):
        world.operator().retire("contact", 1)


# -- the end of a generation ----------------------------------------------------------------------------------------


def test_an_old_generation_goes_when_nothing_needs_it_any_more(world: World) -> None:
    sealed = world.contact("anna")
    world.operator().rotate("contact")
    with pytest.raises(NotAllowedNow, match="newest generation yet"):
        world.operator().retire("contact", 1)
    world.later(SETTLED)
    with pytest.raises(NotAllowedNow, match="rewrap first"):
        world.operator().retire("contact", 1)
    all_moved(world)
    with pytest.raises(NotAllowedNow, match="may still hold"):
        world.operator().retire("contact", 1)
    world.later(SETTLED)
    world.operator().retire("contact", 1)
    assert [r.generation for r in world.records.all("contact")] == [2]
    assert world.reads("anna", sealed)
    assert world.asked == ["rotate contact", "retire contact 1"]


def test_a_key_minted_late_under_the_old_generation_keeps_it(world: World) -> None:
    old = world.process()
    world.contact("anna", old)
    world.operator().rotate("contact")
    all_moved(world)
    sealed = world.contact("late", old)  # within the hour that it may not know
    world.later(SETTLED)
    with pytest.raises(NotAllowedNow, match="1 data keys still need generation 1"):
        world.operator().retire("contact", 1)
    all_moved(world)
    world.later(SETTLED)
    world.operator().retire("contact", 1)
    assert world.reads("late", sealed)


def test_a_process_that_holds_a_key_as_it_was_wrapped_before_reads_on_until_the_old_generation_may_go(world: World) -> None:
    sealed = world.contact("anna")
    reader = world.process()
    reader.admit(world.keys.stored["anna"])  # not unwrapped yet
    world.operator().rotate("contact")
    all_moved(world)
    world.later(timedelta(minutes=59))
    assert reader.unseal("anna", PLACE, sealed) == b"anna"
    world.later(SETTLED - timedelta(minutes=60))
    assert not reader.knows("anna")
    with pytest.raises(NotAllowedNow):
        world.operator().retire("contact", 1)


def test_a_queue_key_outlives_whatever_may_be_sealed_under_it(world: World) -> None:
    world.operator().rotate("queue")
    world.later(QUEUED - timedelta(seconds=1))
    with pytest.raises(NotAllowedNow, match="parked"):
        world.operator().retire("queue", 1)
    world.later(timedelta(seconds=1))
    world.operator().retire("queue", 1)
    with pytest.raises(NotAllowedNow, match="is the newest"):
        world.operator().retire("queue", 2)
    with pytest.raises(NotFound):
        world.operator().retire("queue", 1)


def test_the_index_key_does_not_rotate(world: World) -> None:
    for attempt in (lambda: world.operator().rotate("index"), lambda: world.operator().retire("index", 1)):
        with pytest.raises(NotAllowedNow, match="index"):
            attempt()


def test_without_a_second_persons_word_nothing_changes(world: World) -> None:
    def refuse(what: str) -> None:
        raise Forbidden(f"somebody else must agree: {what}")

    operator = KeyRotation(Generations(world.branches(), world.records), world.keys, world, refuse)
    with pytest.raises(Forbidden):
        operator.rotate("contact")
    world.operator().rotate("queue")
    world.later(QUEUED)
    with pytest.raises(Forbidden):
        operator.retire("queue", 1)
    assert [len(world.records.all(p)) for p in ("contact", "queue")] == [1, 2]


# -- the command ----------------------------------------------------------------------------------------------------


def run(world: World, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """`yes` is a request that two people agreed to; no other is."""

    def begin(request: str, what: str) -> None:
        if request != "yes":
            raise NotAllowedNow(f"{what}: the request is pending, not approved")

    made = SimpleNamespace(changes=SimpleNamespace(begin_keys=begin))
    generations = Generations(world.branches(), world.records)
    made.key_rotation = KeyRotation(generations, world.keys, world, lambda what: made.key_approval(what))
    monkeypatch.setattr(tool, "Services", lambda settings: made)
    ending = ["--ledger", "ledger", "--state", "state"] if "--request" in arguments else []
    return tool.main([*arguments, "--table", "keys", "--key", "arn", *ending])


def test_the_command_brings_and_ends_no_generation_without_an_approved_request(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for request in ([], ["--request", "no"]):
        with pytest.raises(SystemExit):
            run(world, monkeypatch, "rotate", "contact", *request)
    assert len(world.records.all("contact")) == 1


def test_an_operator_rotates_wraps_anew_and_retires_by_command(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    vault = world.process()
    for n in range(PAGE + 1):
        world.contact(f"c{n:03d}", vault)
    assert run(world, monkeypatch, "rotate", "contact", "--request", "yes") == 0
    assert run(world, monkeypatch, "rewrap", "--most", "1") == 1
    assert run(world, monkeypatch, "rewrap") == 0
    with pytest.raises(SystemExit, match="not before"):
        run(world, monkeypatch, "retire", "contact", "1", "--request", "yes")
    world.later(SETTLED)
    assert run(world, monkeypatch, "retire", "contact", "1", "--request", "yes") == 0
    capsys.readouterr()
    assert run(world, monkeypatch, "show") == 0
    shown = capsys.readouterr().out
    assert f"contact 2: made {world.now() - SETTLED:%Y-%m-%dT%H:%M}+00:00, {PAGE + 1} data keys" in shown
    assert f"{PAGE + 1} seen, {PAGE + 1} moved, 0 gone meanwhile, 0 unreadable" in shown
    assert "contact 1" not in shown
