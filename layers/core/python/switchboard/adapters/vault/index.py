"""Keyed hashes: personal data (a phone number, a vendor's user id) as a key of a table, without telling
it."""

from __future__ import annotations

import hmac

from switchboard.adapters.vault.branches import BranchKeys
from switchboard.adapters.vault.cipher import frame
from switchboard.adapters.vault.model import KeyMissing, NotProvisioned, Purpose

_GENERATION = 1


class Index:
    """HMAC-SHA256 (RFC 2104) under the index branch key, whose first generation serves for ever."""

    def __init__(self, branches: BranchKeys) -> None:
        self._branches = branches

    def key(self, purpose: str, *parts: str) -> str:
        """64 hex digits, the same for the same purpose and parts in every process. Raises
        `StorageUnavailable`."""
        message = frame(purpose, *parts)
        try:
            secret = self._branches.get(Purpose.INDEX, _GENERATION, len(message))
        except KeyMissing:  # not the fault of any stored thing: whoever asked should try again
            raise NotProvisioned("there is no index key yet; create it") from None
        return hmac.digest(secret, message, "sha256").hex()
