"""Fields sealed under a contact's data key: who can open them, where, and for how long."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.adapters.vault import BranchKeys, CacheLimits, KeyMissing, KeyRecord, Place, Purpose, Vault
from switchboard.domain.errors import Unreadable
from tests.contract.vault_fakes import Clock, LocalWrapper, MemoryBranchRecords, provisioned_branches

PLACE = Place("conversation#c1", 7, "content")
PLAINTEXT = "你好 my number is +49 30 123456".encode()

places = st.builds(Place, ledger=st.text(max_size=20), event=st.integers(0, 10**9), field=st.text(max_size=20))


@pytest.fixture
def clock() -> Clock:
    return Clock()


def a_vault(clock: Clock | None = None, limits: CacheLimits | None = None) -> Vault:
    clock = clock or Clock()
    return Vault(provisioned_branches(clock), clock=clock, limits=limits)


BRANCHES = provisioned_branches()
VAULT = Vault(BRANCHES, clock=Clock())
RECORDS = {owner: VAULT.mint(owner) for owner in ("anna", "bo")}


@given(place=places, plaintext=st.binary(max_size=2000))
def test_what_was_sealed_comes_back(place: Place, plaintext: bytes) -> None:
    assert VAULT.unseal("anna", place, VAULT.seal("anna", place, plaintext)) == plaintext


@given(sealed_at=places, opened_at=places)
def test_a_field_opens_only_where_it_was_sealed(sealed_at: Place, opened_at: Place) -> None:
    sealed = VAULT.seal("anna", sealed_at, PLAINTEXT)
    if sealed_at == opened_at:
        assert VAULT.unseal("anna", opened_at, sealed) == PLAINTEXT
    else:
        with pytest.raises(Unreadable):
            VAULT.unseal("anna", opened_at, sealed)


@pytest.mark.parametrize("change", [{"ledger": "conversation#c2"}, {"event": 8}, {"field": "sender_name"}])
def test_each_part_of_the_place_is_bound(change: dict[str, object]) -> None:
    sealed = VAULT.seal("anna", PLACE, PLAINTEXT)
    with pytest.raises(Unreadable):
        VAULT.unseal("anna", replace(PLACE, **change), sealed)  # type: ignore[arg-type]  # one of each type


def test_text_cannot_move_between_neighbouring_parts_of_the_place() -> None:
    sealed = VAULT.seal("anna", Place("ledger", 1, "1field"), PLAINTEXT)
    with pytest.raises(Unreadable):
        VAULT.unseal("anna", Place("ledger", 11, "field"), sealed)


def test_nobody_else_s_key_opens_it() -> None:
    with pytest.raises(Unreadable):
        VAULT.unseal("bo", PLACE, VAULT.seal("anna", PLACE, PLAINTEXT))


def test_a_stored_key_given_to_another_owner_is_refused() -> None:
    """Somebody with access to the table copies Anna's key into Bo's item."""
    sealed = VAULT.seal("anna", PLACE, PLAINTEXT)
    thief = Vault(BRANCHES, clock=Clock())
    thief.admit(replace(RECORDS["anna"], owner="bo"))
    with pytest.raises(Unreadable):
        thief.unseal("bo", PLACE, sealed)
    with pytest.raises(Unreadable):
        thief.seal("bo", PLACE, PLAINTEXT)


@given(data=st.data())
def test_any_flipped_bit_is_noticed(data: st.DataObject) -> None:
    sealed = bytearray(VAULT.seal("anna", PLACE, PLAINTEXT))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Unreadable):
        VAULT.unseal("anna", PLACE, bytes(sealed))


@given(data=st.data())
def test_any_flipped_bit_of_a_stored_key_is_noticed(data: st.DataObject) -> None:
    record = RECORDS["bo"]
    wrapped = bytearray(record.wrapped)
    bit = data.draw(st.integers(0, len(wrapped) * 8 - 1))
    wrapped[bit // 8] ^= 1 << bit % 8
    reader = Vault(BRANCHES, clock=Clock())
    reader.admit(replace(record, wrapped=bytes(wrapped)))
    with pytest.raises(Unreadable):
        reader.seal("bo", PLACE, PLAINTEXT)


@given(junk=st.binary(max_size=200), length=st.integers(0, 120))
def test_junk_and_cut_ciphertexts_are_refused(junk: bytes, length: int) -> None:
    sealed = VAULT.seal("anna", PLACE, PLAINTEXT)
    for changed in (junk, sealed[: min(length, len(sealed) - 1)], sealed + b"\0"):
        with pytest.raises(Unreadable):
            VAULT.unseal("anna", PLACE, changed)


def test_equal_plaintexts_do_not_look_equal() -> None:
    assert len({VAULT.seal("anna", PLACE, PLAINTEXT)[-len(PLAINTEXT) - 28 :] for _ in range(50)}) == 50


def test_a_minted_key_is_found_by_another_process_through_its_record(clock: Clock) -> None:
    branches = provisioned_branches(clock)
    writer, reader = Vault(branches, clock=clock), Vault(branches, clock=clock)
    record = writer.mint("anna")
    sealed = writer.seal("anna", PLACE, PLAINTEXT)
    assert not reader.knows("anna")
    reader.admit(record)
    assert reader.unseal("anna", PLACE, sealed) == PLAINTEXT


def test_keys_of_three_branch_generations_are_usable_at_once(clock: Clock) -> None:
    branches = provisioned_branches(clock)
    vault = Vault(branches, clock=clock)
    records, sealed = [], []
    for generation in (1, 2, 3):
        records.append(vault.mint(f"contact{generation}"))
        assert records[-1].generation == generation
        sealed.append(vault.seal(f"contact{generation}", PLACE, PLAINTEXT))
        branches.rotate(Purpose.CONTACT)
    reader = Vault(branches, clock=clock)
    for record, one in zip(records, sealed, strict=True):
        reader.admit(record)
        assert reader.unseal(record.owner, PLACE, one) == PLAINTEXT


def test_an_unknown_or_forgotten_owner_is_refused(clock: Clock) -> None:
    vault = a_vault(clock)
    with pytest.raises(KeyMissing):
        vault.seal("anna", PLACE, PLAINTEXT)
    vault.mint("anna")
    sealed = vault.seal("anna", PLACE, PLAINTEXT)
    vault.forget("anna")
    assert not vault.knows("anna")
    with pytest.raises(KeyMissing):
        vault.unseal("anna", PLACE, sealed)


def test_who_lost_the_race_to_mint_takes_the_winner_s_key(clock: Clock) -> None:
    branches = provisioned_branches(clock)
    winner, loser = Vault(branches, clock=clock), Vault(branches, clock=clock)
    stored = winner.mint("anna")
    sealed = winner.seal("anna", PLACE, PLAINTEXT)
    loser.mint("anna")
    with pytest.raises(Unreadable):
        loser.unseal("anna", PLACE, sealed)
    loser.admit(stored)
    assert loser.unseal("anna", PLACE, sealed) == PLAINTEXT


def test_an_erased_contact_s_key_dies_with_its_age_but_not_in_the_middle_of_work(clock: Clock) -> None:
    vault = a_vault(clock, CacheLimits(age=600))
    record = vault.mint("anna")
    clock.now += 599
    assert vault.knows("anna")
    sealed = vault.seal("anna", PLACE, PLAINTEXT)
    clock.now += 2  # the age is over, the work begun goes on
    assert vault.unseal("anna", PLACE, sealed) == PLAINTEXT
    assert not vault.knows("anna")
    vault.admit(record)
    clock.now += 661
    with pytest.raises(KeyMissing):
        vault.unseal("anna", PLACE, sealed)


def test_reading_the_record_again_renews_the_age(clock: Clock) -> None:
    vault = a_vault(clock, CacheLimits(age=600))
    record = vault.mint("anna")
    clock.now += 599
    vault.admit(record)
    clock.now += 599
    assert vault.knows("anna")


@pytest.mark.parametrize("limits", [CacheLimits(messages=5), CacheLimits(bytes=5 * len(PLAINTEXT))])
def test_a_data_key_that_was_used_enough_is_unwrapped_again(clock: Clock, limits: CacheLimits) -> None:
    """Branch keys good for one use make every unwrapping of a data key visible."""
    wrapper, records = LocalWrapper(), MemoryBranchRecords()
    branches = BranchKeys(records, wrapper, tenant="test", clock=clock, limits=CacheLimits(messages=1))
    branches.create(Purpose.CONTACT)
    vault = Vault(branches, clock=clock, limits=limits)
    vault.mint("anna")
    before = wrapper.unwrapped
    for _ in range(5):
        vault.seal("anna", PLACE, PLAINTEXT)
    assert wrapper.unwrapped == before
    vault.seal("anna", PLACE, PLAINTEXT)
    assert wrapper.unwrapped == before + 1


def test_the_least_recently_used_key_makes_room(clock: Clock) -> None:
    vault = a_vault(clock, CacheLimits(keys=2))
    vault.mint("anna")
    vault.mint("bo")
    vault.seal("anna", PLACE, PLAINTEXT)
    vault.mint("chen")
    assert [owner for owner in ("anna", "bo", "chen") if vault.knows(owner)] == ["anna", "chen"]


def test_many_threads_share_one_vault(clock: Clock) -> None:
    vault = a_vault(clock, CacheLimits(messages=7, keys=16))
    for n in range(16):
        vault.mint(f"contact{n}")

    def work(n: int) -> bool:
        owner, plaintext = f"contact{n % 16}", b"%d" % n
        return vault.unseal(owner, PLACE, vault.seal(owner, PLACE, plaintext)) == plaintext

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(2000)))


def test_no_secret_shows_in_what_a_log_may_print(clock: Clock) -> None:
    branches = provisioned_branches(clock)
    vault = Vault(branches, clock=clock)
    record = vault.mint("anna")
    vault.seal("anna", PLACE, PLAINTEXT)
    _, secret = branches.newest(Purpose.CONTACT)
    shown = [repr(record), repr(vault), repr(branches), str(vars(vault)), str(vars(branches))]
    shown += [repr(thing) for thing in gc.get_referents(vault._held, branches._held)]
    with pytest.raises(Unreadable) as refused:
        vault.unseal("anna", Place("x", 1, "y"), vault.seal("anna", PLACE, PLAINTEXT))
    shown.append(repr(refused.value) + repr(refused.value.__cause__))
    for text in shown:
        assert repr(secret) not in text
        assert secret.hex() not in text
        assert repr(record.wrapped) not in text
        assert "number" not in text


def test_a_record_of_a_branch_generation_that_is_gone_is_refused() -> None:
    reader = a_vault()
    reader.admit(KeyRecord("anna", 99, RECORDS["anna"].wrapped))
    with pytest.raises(KeyMissing):
        reader.seal("anna", PLACE, PLAINTEXT)
