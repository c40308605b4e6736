"""One root: is it signed, and is what it says of its leaves true?"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from switchboard_verify.records import NAME, Fault, spelled, text, whole

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256

_TIME = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
LONGEST_INTERVAL = 7 * 24 * 3600  # seconds between roots
KEY_FILE = re.compile(r"keys/\d{10}-[A-Za-z0-9_.-]{1,128}\.pem", re.ASCII)

PublicKey = ec.EllipticCurvePublicKey


class Root(NamedTuple):
    """What a root says. `heads`: (number of commits, hash of the last) of each ledger that has moved."""

    key: str
    number: int
    at: datetime
    seen: datetime
    interval: int
    previous: str
    archive: list[tuple[str, str]]
    heads: dict[str, tuple[int, str]]
    held: frozenset[str]
    key_name: str
    digest: str  # of its file
    signer: int  # which of the given keys has signed it; -1: none


def place(number: int) -> str:
    return f"roots/{number:010d}.jsonl"


def number_in(key: str) -> int | None:
    digits = key.removeprefix("roots/").removesuffix(".jsonl")
    return int(digits) if digits.isdecimal() and key == place(int(digits)) else None


def public_key(pem: bytes) -> PublicKey:
    """Raises ValueError where it is none of P-256."""
    key = load_pem_public_key(pem)
    if not isinstance(key, PublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("the public key must be one of the curve P-256, in PEM")  # noqa: TRY004 - a wrong value to whoever gave the file
    return key


def examine(number: int, raw: bytes, keys: Sequence[PublicKey]) -> tuple[Root | None, list[Fault]]:
    """The root in the file of this number, where it can be read, and what is wrong with it."""
    where = place(number)
    try:
        if not raw.endswith(b"\n"):
            raise ValueError("it is cut off")
        statement, signature, *leaves = raw[:-1].split(b"\n")
        said: dict[str, Any] = json.loads(statement)
        signed = base64.b64decode(signature, validate=True)
        pairs = json.loads(b"[" + b",".join(leaves) + b"]")  # at once: a busy root has thousands
        heads = {text(ledger): (whole(commits), text(last)) for ledger, commits, last in pairs}
        signer = next((n for n, key in enumerate(keys) if _holds(key, statement, signed)), -1)
        root = Root(
            where, whole(said["number"]), _time(said["at"]), _time(said["seen"]), whole(said["interval"], 1, LONGEST_INTERVAL),
            text(said["previous"]), [(text(k), text(h)) for k, h in said["archive"]], heads, frozenset(map(text, said["held"])),
            text(said["key"]), hashlib.sha256(raw).hexdigest(), signer,
        )  # fmt: skip
        wrong = _wrong(number, said, statement, signature, signed, leaves, pairs, signer)
    except Exception as error:  # whatever a forged file makes the parsers raise
        return None, [Fault(where, f"the root cannot be read ({type(error).__name__})")]
    return root, [Fault(where, what) for what in wrong]


def _wrong(
    number: int, said: dict[str, Any], statement: bytes, signature: bytes, signed: bytes, leaves: list[bytes], pairs: list[Any],
    signer: int,
) -> list[str]:  # fmt: skip
    found = []
    alike = spelled(pairs) == b"[" + b",".join(leaves) + b"]" and len(pairs) == len(leaves)
    if not alike or spelled(said) != statement or base64.b64encode(signed) != signature:
        found.append("the root is not spelled as it was written")
    if signer < 0:
        found.append("the signature is by none of the given keys, or of other words")
    if type(said["version"]) is not int or said["version"] != 1:  # True is 1, too
        found.append("the root is of a version that this verifier does not know")
    if said["number"] != number:
        found.append(f"the root says that its number is {said['number']}")
    lines = b"".join(leaf + b"\n" for leaf in leaves)
    if said["leaves"] != {"count": len(leaves), "sha256": hashlib.sha256(lines).hexdigest()} or said["merkle"] != _tree(leaves):
        found.append("the root's leaves are not those that it has signed for")
    if [p[0] for p in pairs] != sorted({p[0] for p in pairs}):
        found.append("the root's leaves are out of order")
    for key, digest in said["archive"]:
        match = NAME.fullmatch(key)
        if match is None or match[4] != digest:
            found.append(f"the root names {key}, which is no name of a file with that hash")
    return found


def _time(value: object) -> datetime:
    """Raises ValueError for what is no time of this century, told as a root tells it."""
    if _TIME.fullmatch(text(value)) is None:
        raise ValueError("not a time")
    return datetime.strptime(text(value), "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def _holds(key: PublicKey, statement: bytes, signature: bytes) -> bool:
    try:
        key.verify(signature, statement, ec.ECDSA(hashes.SHA256()))
        r, s = utils.decode_dss_signature(signature)
    except (InvalidSignature, ValueError):
        return False
    return s <= _ORDER // 2 and utils.encode_dss_signature(r, s) == signature  # one spelling of a signature


def _tree(leaves: Sequence[bytes]) -> str:
    """The Merkle tree hash of RFC 6962, section 2.1."""
    return _subtree([hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves]).hex() if leaves else hashlib.sha256().hexdigest()


def _subtree(hashed: Sequence[bytes]) -> bytes:
    if len(hashed) == 1:
        return hashed[0]
    split = 1 << (len(hashed) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + _subtree(hashed[:split]) + _subtree(hashed[split:])).digest()
