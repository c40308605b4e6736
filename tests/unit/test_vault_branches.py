"""Branch keys: who creates, rotates and caches them."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from switchboard.adapters.vault import (
    BranchKeys,
    BranchRecord,
    CacheLimits,
    KeyMissing,
    NotProvisioned,
    Purpose,
)
from switchboard.domain.errors import StorageUnavailable, Unreadable
from tests.contract.vault_fakes import Clock, LocalWrapper, MemoryBranchRecords


class Stack:
    """One company's stored keys, and the processes that use them."""

    def __init__(self) -> None:
        self.records = MemoryBranchRecords()
        self.wrapper = LocalWrapper()
        self.clock = Clock()

    def process(self, tenant: str = "acme", **limits: Any) -> BranchKeys:
        return BranchKeys(self.records, self.wrapper, tenant=tenant, clock=self.clock, limits=CacheLimits(**limits))

    def unwrapped_by(self, use: Any) -> int:
        before = self.wrapper.unwrapped
        use()
        return self.wrapper.unwrapped - before


@pytest.fixture
def stack() -> Stack:
    return Stack()


def test_without_a_key_nothing_is_sealed_and_the_caller_may_try_again(stack: Stack) -> None:
    with pytest.raises(NotProvisioned):
        stack.process().newest(Purpose.QUEUE)
    assert issubclass(NotProvisioned, StorageUnavailable)


def test_a_generation_that_never_was_is_unreadable(stack: Stack) -> None:
    branches = stack.process()
    branches.create(Purpose.QUEUE)
    with pytest.raises(KeyMissing):
        branches.get(Purpose.QUEUE, 2)


def test_creating_again_changes_nothing(stack: Stack) -> None:
    branches = stack.process()
    assert branches.create(Purpose.CONTACT) == 1
    before = branches.newest(Purpose.CONTACT)
    assert stack.process().create(Purpose.CONTACT) == 1
    assert stack.process().newest(Purpose.CONTACT) == before


def test_processes_that_create_the_first_key_at_once_agree(stack: Stack) -> None:
    """Every one has seen that there is no key before any of them stores one."""
    everyone_looked = threading.Barrier(4)

    class Slow(MemoryBranchRecords):
        def newest(self, purpose: str) -> BranchRecord | None:
            found = super().newest(purpose)
            if found is None:
                everyone_looked.wait(timeout=10)
            return found

    stack.records = Slow()
    processes = [stack.process() for _ in range(4)]
    with ThreadPoolExecutor(len(processes)) as pool:
        generations = set(pool.map(lambda branches: branches.create(Purpose.CONTACT), processes))
    assert generations == {1}
    assert len({branches.newest(Purpose.CONTACT) for branches in processes}) == 1


def test_three_generations_can_be_read_at_once_and_the_last_is_the_newest(stack: Stack) -> None:
    branches = stack.process()
    keys = []
    for generation in (1, 2, 3):
        assert branches.rotate(Purpose.QUEUE) == generation
        keys.append(branches.newest(Purpose.QUEUE)[1])
    assert len(set(keys)) == 3
    fresh = stack.process()
    assert [fresh.get(Purpose.QUEUE, generation) for generation in (1, 2, 3)] == keys
    assert fresh.newest(Purpose.QUEUE) == (3, keys[2])


def test_another_process_seals_with_a_rotated_key_within_the_age(stack: Stack) -> None:
    first, second = stack.process(age=600), stack.process(age=600)
    first.create(Purpose.QUEUE)
    assert second.newest(Purpose.QUEUE)[0] == 1
    first.rotate(Purpose.QUEUE)
    assert second.get(Purpose.QUEUE, 2) == first.newest(Purpose.QUEUE)[1]  # reads what it does not yet seal with
    stack.clock.now += 600
    assert second.newest(Purpose.QUEUE)[0] == 2


def test_the_index_key_cannot_be_rotated(stack: Stack) -> None:
    branches = stack.process()
    branches.create(Purpose.INDEX)
    with pytest.raises(ValueError, match="every stored hash"):
        branches.rotate(Purpose.INDEX)
    assert branches.newest(Purpose.INDEX)[0] == 1


def test_a_process_asks_kms_once_a_purpose_and_age(stack: Stack) -> None:
    stack.process().create(Purpose.CONTACT)
    stack.process().create(Purpose.QUEUE)
    branches = stack.process(age=600)

    def work() -> None:
        for purpose in (Purpose.CONTACT, Purpose.QUEUE):
            for _ in range(100):
                generation, _key = branches.newest(purpose)
                branches.get(purpose, generation)

    assert stack.unwrapped_by(work) == 2
    stack.clock.now += 599.9
    assert stack.unwrapped_by(work) == 0
    stack.clock.now += 0.1
    assert stack.unwrapped_by(work) == 2


def test_many_threads_cost_one_unwrapping(stack: Stack) -> None:
    stack.process().create(Purpose.CONTACT)
    branches = stack.process()

    def work() -> None:
        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(lambda _: branches.newest(Purpose.CONTACT), range(64)))) == 1

    assert stack.unwrapped_by(work) == 1


@pytest.mark.parametrize("limits", [{"messages": 10}, {"bytes": 1000}])
def test_a_key_that_was_used_enough_is_fetched_again(stack: Stack, limits: dict[str, Any]) -> None:
    stack.process().create(Purpose.QUEUE)
    branches = stack.process(**limits)
    assert stack.unwrapped_by(lambda: [branches.newest(Purpose.QUEUE, 100) for _ in range(10)]) == 1
    assert stack.unwrapped_by(lambda: branches.newest(Purpose.QUEUE, 100)) == 1


def test_a_clock_that_went_back_fetches_again(stack: Stack) -> None:
    branches = stack.process()
    branches.create(Purpose.QUEUE)
    branches.newest(Purpose.QUEUE)
    stack.clock.now -= 86_400
    assert stack.unwrapped_by(lambda: branches.newest(Purpose.QUEUE)) == 1


def test_a_key_moved_to_another_generation_or_tenant_is_refused(stack: Stack) -> None:
    branches = stack.process()
    branches.create(Purpose.CONTACT)
    stored = stack.records.newest(Purpose.CONTACT)
    assert stored is not None
    stack.records.overwrite(BranchRecord(Purpose.CONTACT, 2, stored.wrapped))
    with pytest.raises(Unreadable):
        branches.get(Purpose.CONTACT, 2)
    stack.records.overwrite(BranchRecord(Purpose.QUEUE, 1, stored.wrapped))
    with pytest.raises(Unreadable):
        branches.get(Purpose.QUEUE, 1)
    with pytest.raises(Unreadable):
        stack.process(tenant="other").get(Purpose.CONTACT, 1)


def test_a_key_that_does_not_survive_wrapping_is_not_stored(stack: Stack) -> None:
    class Broken(LocalWrapper):
        def unwrap(self, wrapped: bytes, context: Any) -> bytes:
            return bytes(32)

    stack.wrapper = Broken()
    with pytest.raises(StorageUnavailable):
        stack.process().create(Purpose.CONTACT)
    assert stack.records.newest(Purpose.CONTACT) is None


@pytest.mark.parametrize("name", ["age", "messages", "bytes", "keys"])
def test_limits_that_would_cache_nothing_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="greater than zero"):
        CacheLimits(**{name: 0})
