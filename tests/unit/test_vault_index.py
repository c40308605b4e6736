"""Keyed hashes: stable, apart for different input, and worthless without the key."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from switchboard.adapters.vault import BranchKeys, Index, NotProvisioned, Purpose
from tests.contract.vault_fakes import Clock, LocalWrapper, MemoryBranchRecords, provisioned_branches

BRANCHES = provisioned_branches()
INDEX = Index(BRANCHES)
# Few letters, so that lists often differ only in where one part ends; vendors' JSON may hold surrogates.
parts = st.lists(st.text(alphabet=["a", "b", "#", "\0", "\ud800", "é"], max_size=4), max_size=4)


@given(one=parts, other=parts)
def test_only_equal_parts_have_equal_hashes(one: list[str], other: list[str]) -> None:
    assert (INDEX.key("identity", *one) == INDEX.key("identity", *other)) == (one == other)


@given(whole=st.text(alphabet="ab1", min_size=1, max_size=8), cut=st.integers(0, 8))
def test_parts_do_not_collide_by_concatenation(whole: str, cut: int) -> None:
    assume(cut <= len(whole))
    assert INDEX.key("identity", whole) != INDEX.key("identity", whole[:cut], whole[cut:])
    assert INDEX.key("identity", whole) != INDEX.key("identity" + whole[:cut], whole[cut:]) or cut == 0


def test_purposes_are_apart() -> None:
    assert INDEX.key("identity", "whatsapp", "49301") != INDEX.key("dedupe", "whatsapp", "49301")


def test_every_process_of_a_stack_gets_the_same_hash_and_another_stack_does_not() -> None:
    key = INDEX.key("identity", "whatsapp", "49301")
    assert Index(BRANCHES).key("identity", "whatsapp", "49301") == key
    assert Index(provisioned_branches()).key("identity", "whatsapp", "49301") != key
    assert len(key) == 64
    assert int(key, 16) >= 0


def test_the_hash_is_not_a_plain_one() -> None:
    """A phone number has few possibilities: without a key anybody could try them all."""
    guesses = {hashlib.sha256(text.encode()).hexdigest() for text in ("49301", "identity49301", "identity|49301")}
    assert INDEX.key("identity", "49301") not in guesses


def test_hashes_stay_when_other_keys_rotate() -> None:
    branches = provisioned_branches()
    before = Index(branches).key("identity", "49301")
    branches.rotate(Purpose.CONTACT)
    branches.rotate(Purpose.QUEUE)
    assert Index(branches).key("identity", "49301") == before


def test_before_the_key_exists_the_caller_is_told_to_try_again() -> None:
    index = Index(BranchKeys(MemoryBranchRecords(), LocalWrapper(), tenant="t", clock=Clock()))
    with pytest.raises(NotProvisioned):
        index.key("identity", "49301")
