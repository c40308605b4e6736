"""Queued bodies are readable by their own group only, across rotations."""

from __future__ import annotations

from base64 import b64decode, b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.adapters.vault import Purpose, QueueSeal
from switchboard.domain.errors import Unreadable
from tests.contract.vault_fakes import provisioned_branches

SEAL = QueueSeal(provisioned_branches())
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


@given(group=st.text(max_size=128), body=st.binary(max_size=5000))
def test_a_body_comes_back_to_its_group(group: str, body: bytes) -> None:
    sealed = SEAL.seal(group, body)
    assert sealed.isascii()
    assert SEAL.unseal(group, sealed) == body


@given(group=st.text(max_size=20), other=st.text(max_size=20))
def test_another_group_cannot_read_it(group: str, other: str) -> None:
    sealed = SEAL.seal(group, b"hello")
    if group != other:
        with pytest.raises(Unreadable):
            SEAL.unseal(other, sealed)


@given(data=st.data(), size=st.integers(0, 5))
def test_any_changed_character_is_noticed(data: st.DataObject, size: int) -> None:
    sealed = SEAL.seal("group", bytes(size))
    at = data.draw(st.integers(0, len(sealed) - 1))
    character = data.draw(st.sampled_from(_BASE64 + "=\n é").filter(lambda c: c != sealed[at]))
    with pytest.raises(Unreadable):
        SEAL.unseal("group", sealed[:at] + character + sealed[at + 1 :])


def test_text_that_decodes_to_the_same_bytes_is_refused() -> None:
    sealed = SEAL.seal("group", b"")
    assert sealed.endswith("=")
    last = _BASE64.index(sealed[-2])
    for other in (sealed[:-2] + _BASE64[last + 1] + "=", sealed[:40] + "\n" + sealed[40:]):
        assert b64decode(other) == b64decode(sealed)
        with pytest.raises(Unreadable):
            SEAL.unseal("group", other)


@given(body=st.text(max_size=300))
def test_whatever_else_arrives_on_the_queue_is_refused(body: str) -> None:
    with pytest.raises(Unreadable):
        SEAL.unseal("group", body)


def test_bodies_of_three_generations_are_read_while_the_newest_seals() -> None:
    branches = provisioned_branches()
    seal = QueueSeal(branches)
    bodies = [seal.seal("group", b"one")]
    branches.rotate(Purpose.QUEUE)
    bodies.append(seal.seal("group", b"two"))
    branches.rotate(Purpose.QUEUE)
    bodies.append(seal.seal("group", b"three"))
    late_reader = QueueSeal(branches)
    assert [late_reader.unseal("group", body) for body in bodies] == [b"one", b"two", b"three"]


def test_a_body_kept_from_before_a_rotation_cannot_pose_as_a_newer_one() -> None:
    """The generation in the header is authenticated."""
    branches = provisioned_branches()
    seal = QueueSeal(branches)
    sealed = seal.seal("group", b"one")
    branches.rotate(Purpose.QUEUE)
    raw = bytearray(b64decode(sealed))
    assert raw[:5] == b"\x01\x00\x00\x00\x01"  # format 1, generation 1
    raw[4] = 2
    with pytest.raises(Unreadable):
        seal.unseal("group", b64encode(raw).decode())
