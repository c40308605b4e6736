"""What every implementation of the vault's ports must do: those in memory, and those of DynamoDB and KMS."""

from __future__ import annotations

import os
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Protocol

import pytest

from switchboard.adapters.vault import BranchRecord, BranchRecords, KeyRecord, Wrapper
from switchboard.application.key_rotation import DataKeys, Progress
from switchboard.domain.errors import Unreadable

CONTEXT = {"purpose": "contact", "generation": "1", "tenant": "acme"}


class BranchRecordsContract:
    """Subclasses give a fixture `records`."""

    @pytest.fixture
    def purpose(self) -> str:
        return f"p{uuid.uuid4().hex}"  # the real table is shared by tests

    def test_what_was_put_is_read_back_byte_for_byte(self, records: BranchRecords, purpose: str) -> None:
        record = BranchRecord(purpose, 1, bytes(range(256)))
        assert records.put(record)
        assert records.get(purpose, 1) == record
        assert records.newest(purpose) == record

    def test_what_does_not_exist_is_none(self, records: BranchRecords, purpose: str) -> None:
        assert records.newest(purpose) is None
        records.put(BranchRecord(purpose, 1, b"one"))
        assert records.get(purpose, 2) is None

    def test_a_generation_is_never_overwritten(self, records: BranchRecords, purpose: str) -> None:
        first = BranchRecord(purpose, 1, b"first")
        assert records.put(first)
        assert not records.put(BranchRecord(purpose, 1, b"second"))
        assert records.get(purpose, 1) == first

    def test_the_newest_has_the_highest_number_not_the_latest_put(self, records: BranchRecords, purpose: str) -> None:
        for generation in (1, 100, 9, 10):
            records.put(BranchRecord(purpose, generation, b"key"))
        newest = records.newest(purpose)
        assert newest is not None
        assert newest.generation == 100

    def test_purposes_are_apart(self, records: BranchRecords, purpose: str) -> None:
        records.put(BranchRecord(purpose, 1, b"one"))
        records.put(BranchRecord(f"{purpose}x", 2, b"other"))
        newest = records.newest(purpose)
        assert newest is not None
        assert newest.wrapped == b"one"

    def test_of_many_who_put_at_once_one_wins(self, records: BranchRecords, purpose: str) -> None:
        rivals = [BranchRecord(purpose, 1, b"rival %d" % n) for n in range(8)]
        with ThreadPoolExecutor(len(rivals)) as pool:
            won = list(pool.map(records.put, rivals))
        assert won.count(True) == 1
        assert records.get(purpose, 1) == rivals[won.index(True)]


    def test_all_generations_are_told_the_oldest_first(self, records: BranchRecords, purpose: str) -> None:
        assert records.all(purpose) == []
        put = [BranchRecord(purpose, generation, b"key", 7) for generation in (9, 1, 100)]
        for record in put:
            records.put(record)
        records.put(BranchRecord(f"{purpose}x", 2, b"other"))
        assert [r.generation for r in records.all(purpose)] == [1, 9, 100]
        assert set(records.all(purpose)) == set(put)

    def test_a_removed_generation_is_gone_and_the_others_stay(self, records: BranchRecords, purpose: str) -> None:
        for generation in (1, 2):
            records.put(BranchRecord(purpose, generation, b"key"))
        for _ in range(2):
            records.remove(purpose, 1)
        assert records.get(purpose, 1) is None
        assert [r.generation for r in records.all(purpose)] == [2]


class DataKeyShelf(DataKeys[KeyRecord], Protocol):
    """What the contract itself needs of the store of data keys, as those who mint and erase have it."""

    def put(self, record: KeyRecord) -> None: ...

    def get(self, owner: str) -> KeyRecord | None: ...

    def erase(self, owner: str) -> None: ...


class DataKeysContract:
    """Subclasses give a fixture `shelf`, with no data key and some branch keys in it."""

    def walked(self, shelf: DataKeyShelf, limit: int) -> list[str]:
        found, after, turns = list[str](), "", 0
        while True:
            keys, after = shelf.page(after, limit)
            found += [k.owner for k in keys]
            turns += 1
            assert turns < 200
            if not after:
                return found

    @pytest.mark.parametrize("limit", [1, 3, 100])
    def test_a_walk_meets_every_key_once(self, shelf: DataKeyShelf, limit: int) -> None:
        owners = {f"c{n:02d}" for n in range(12)} | {"org"}
        for owner in owners:
            shelf.put(KeyRecord(owner, 1, b"key of " + owner.encode()))
        found = self.walked(shelf, limit)
        assert sorted(found) == sorted(owners)
        assert {shelf.get(o) for o in found} == {KeyRecord(o, 1, b"key of " + o.encode()) for o in owners}

    def test_a_walk_over_nothing_ends(self, shelf: DataKeyShelf) -> None:
        assert self.walked(shelf, 1) == []

    def test_a_walk_goes_on_although_what_it_stands_on_was_erased(self, shelf: DataKeyShelf) -> None:
        for n in range(4):
            shelf.put(KeyRecord(f"c{n}", 1, b"key"))
        keys, after = shelf.page("", 1)
        while after and not keys:
            keys, after = shelf.page(after, 1)
        shelf.erase(keys[0].owner)
        rest = list[str]()
        while after:
            more, after = shelf.page(after, 1)
            rest += [k.owner for k in more]
        assert sorted([keys[0].owner, *rest]) == ["c0", "c1", "c2", "c3"]

    def test_a_key_is_replaced_where_it_is_still_the_same(self, shelf: DataKeyShelf) -> None:
        old, new = KeyRecord("anna", 1, b"old"), KeyRecord("anna", 2, b"new")
        shelf.put(old)
        assert shelf.replace(old, new)
        assert shelf.get("anna") == new

    def test_an_erased_key_does_not_come_back(self, shelf: DataKeyShelf) -> None:
        old = KeyRecord("anna", 1, b"old")
        shelf.put(old)
        shelf.erase("anna")
        assert not shelf.replace(old, KeyRecord("anna", 2, b"new"))
        assert shelf.get("anna") is None

    def test_what_somebody_else_wrote_meanwhile_stays(self, shelf: DataKeyShelf) -> None:
        old, theirs = KeyRecord("anna", 1, b"old"), KeyRecord("anna", 1, b"theirs")
        shelf.put(theirs)
        assert not shelf.replace(old, KeyRecord("anna", 2, b"new"))
        assert shelf.get("anna") == theirs

    def test_of_many_who_replace_at_once_one_wins(self, shelf: DataKeyShelf) -> None:
        old = KeyRecord("anna", 1, b"old")
        shelf.put(old)
        rivals = [KeyRecord("anna", 2, b"rival %d" % n) for n in range(8)]
        with ThreadPoolExecutor(len(rivals)) as pool:
            won = list(pool.map(lambda new: shelf.replace(old, new), rivals))
        assert won.count(True) == 1
        assert shelf.get("anna") == rivals[won.index(True)]

    def test_progress_is_kept_as_it_was(self, shelf: DataKeyShelf) -> None:
        assert shelf.progress() is None
        at = datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)
        for progress in (Progress(3, "contact#c1", 5, 4, 3, 2), Progress(3, "", 9, 8, 7, 6, at)):
            shelf.keep(progress)
            assert shelf.progress() == progress


class WrapperContract:
    """Subclasses give the fixtures `wrapper` and `stranger`, a wrapper of another key."""

    def test_a_key_comes_back_under_its_context(self, wrapper: Wrapper) -> None:
        secret = os.urandom(32)
        wrapped = wrapper.wrap(secret, CONTEXT)
        assert secret not in wrapped
        assert wrapper.unwrap(wrapped, CONTEXT) == secret

    @pytest.mark.parametrize("change", [{"purpose": "queue"}, {"generation": "2"}, {"tenant": "other"}])
    def test_another_context_is_refused(self, wrapper: Wrapper, change: dict[str, str]) -> None:
        wrapped = wrapper.wrap(os.urandom(32), CONTEXT)
        with pytest.raises(Unreadable):
            wrapper.unwrap(wrapped, CONTEXT | change)

    def test_a_smaller_or_larger_context_is_refused(self, wrapper: Wrapper) -> None:
        wrapped = wrapper.wrap(os.urandom(32), CONTEXT)
        for context in ({}, {"purpose": "contact"}, CONTEXT | {"more": "x"}):
            with pytest.raises(Unreadable):
                wrapper.unwrap(wrapped, context)

    def test_every_changed_byte_is_noticed(self, wrapper: Wrapper) -> None:
        wrapped = wrapper.wrap(os.urandom(32), CONTEXT)
        for position in range(len(wrapped)):
            changed = bytearray(wrapped)
            changed[position] ^= 1
            with pytest.raises(Unreadable):
                wrapper.unwrap(bytes(changed), CONTEXT)

    def test_a_cut_or_empty_key_is_refused(self, wrapper: Wrapper) -> None:
        wrapped = wrapper.wrap(os.urandom(32), CONTEXT)
        for length in (0, 1, len(wrapped) // 2, len(wrapped) - 1):
            with pytest.raises(Unreadable):
                wrapper.unwrap(wrapped[:length], CONTEXT)

    def test_another_key_of_the_same_keeper_cannot_open_it(self, wrapper: Wrapper, stranger: Wrapper) -> None:
        wrapped = wrapper.wrap(os.urandom(32), CONTEXT)
        with pytest.raises(Unreadable):
            stranger.unwrap(wrapped, CONTEXT)
