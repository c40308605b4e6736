"""The cipher's format, which stored data depends on for years, and its commitment."""

from __future__ import annotations

import hashlib
import hmac
import os
import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from switchboard.adapters.vault.cipher import OVERHEAD, Cipher, frame, generation_of
from switchboard.domain.errors import Unreadable

SECRET = bytes(range(32))
PLACE = b"place"


def derived_by_hand(secret: bytes, info: bytes) -> tuple[bytes, bytes]:
    """HKDF-SHA256 after RFC 5869 with an empty salt: encryption key and commitment."""
    pseudo_random = hmac.digest(bytes(32), secret, hashlib.sha256)
    first = hmac.digest(pseudo_random, info + b"\1", hashlib.sha256)
    return first, hmac.digest(pseudo_random, first + info + b"\2", hashlib.sha256)


def sealed_by_hand(key: bytes, commitment: bytes, plaintext: bytes) -> bytes:
    """The layout as the module's docstring gives it."""
    header = b"\1" + (3).to_bytes(4, "big") + commitment
    return header + bytes(12) + AESGCM(key).encrypt(bytes(12), plaintext, header + PLACE)


INFO = b"\0\0\0\x0bswitchboard\0\0\0\5field\0\0\0\4anna"


def test_data_written_by_the_documented_format_is_read() -> None:
    key, commitment = derived_by_hand(SECRET, INFO)
    sealed = sealed_by_hand(key, commitment, b"hello")
    assert generation_of(sealed) == 3
    assert Cipher(SECRET, "field", "anna").open(PLACE, sealed) == b"hello"


def test_a_ciphertext_that_commits_to_another_key_is_refused_even_if_it_would_decrypt() -> None:
    """What somebody who holds two keys would craft, to show two people two texts."""
    key, _ = derived_by_hand(SECRET, INFO)
    _, other_commitment = derived_by_hand(bytes(32), INFO)
    crafted = sealed_by_hand(key, other_commitment, b"hello")
    for secret in (SECRET, bytes(32)):
        with pytest.raises(Unreadable):
            Cipher(secret, "field", "anna").open(PLACE, crafted)


@pytest.mark.parametrize("context", [("field", "bo"), ("queue", "anna"), ("field",), ("field", "anna", "")])
def test_a_key_derived_for_something_else_opens_nothing(context: tuple[str, ...]) -> None:
    sealed = Cipher(SECRET, "field", "anna").seal(1, PLACE, b"hello")
    with pytest.raises(Unreadable):
        Cipher(SECRET, *context).open(PLACE, sealed)


def test_a_later_format_is_named_not_guessed() -> None:
    sealed = b"\2" + Cipher(SECRET).seal(1, PLACE, b"hello")[1:]
    with pytest.raises(Unreadable, match="format 2"):
        Cipher(SECRET).open(PLACE, sealed)


@given(plaintext=st.binary(max_size=500), generation=st.integers(0, 2**32 - 1))
def test_the_overhead_is_what_callers_reckon_with(plaintext: bytes, generation: int) -> None:
    sealed = Cipher(SECRET).seal(generation, PLACE, plaintext)
    assert len(sealed) == len(plaintext) + OVERHEAD
    assert generation_of(sealed) == generation


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_of_the_wrong_length_is_refused(length: int) -> None:
    with pytest.raises(Unreadable):
        Cipher(bytes(length))


@given(st.lists(st.binary(max_size=5), max_size=4), st.lists(st.binary(max_size=5), max_size=4))
def test_framed_lists_are_equal_only_if_the_lists_are(one: list[bytes], other: list[bytes]) -> None:
    assert (frame(*one) == frame(*other)) == (one == other)


def test_the_vault_is_imported_without_the_sdk_and_boto() -> None:
    """A cold start pays for them only when it comes to KMS."""
    program = (
        "import sys, switchboard.adapters.vault; "
        "print([name for name in ('aws_encryption_sdk', 'botocore', 'boto3') if name in sys.modules])"
    )
    environment = {"PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment)
    assert run.stdout.strip() == "[]"
