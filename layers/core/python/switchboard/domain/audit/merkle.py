"""The Merkle tree hash of RFC 6962, section 2.1: leaves and nodes are told apart by their first byte."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def root(leaves: Iterable[bytes]) -> str:
    """Hex SHA-256 tree hash of the leaves in this order; of none, the hash of nothing."""
    level = [hashlib.sha256(b"\x00" + leaf).digest() for leaf in leaves]
    if not level:
        return hashlib.sha256(b"").hexdigest()
    while len(level) > 1:  # an odd one rises as it is: the same tree as splitting at the largest power of two
        paired = [hashlib.sha256(b"\x01" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=False)]
        level = paired + level[len(paired) * 2 :]
    return level[0].hex()
