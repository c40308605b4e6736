"""What every implementation of the vault's ports must do: those in memory, and those of DynamoDB and KMS."""

from __future__ import annotations

import os
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from switchboard.adapters.vault import BranchRecord, BranchRecords, Wrapper
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
