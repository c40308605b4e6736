"""Queued bodies, sealed so that neither the queue nor its dead-letter queue holds personal data in clear."""

from __future__ import annotations

from base64 import b64decode, b64encode

from switchboard.adapters.vault.branches import BranchKeys
from switchboard.adapters.vault.cipher import Cipher, frame, generation_of
from switchboard.adapters.vault.model import Purpose
from switchboard.domain.errors import Unreadable


class QueueSeal:
    """Seals with the newest generation of the queue's branch key; opens any. A body is bound to its message
    group."""

    def __init__(self, branches: BranchKeys) -> None:
        self._branches = branches

    def seal(self, group: str, body: bytes) -> str:
        """Base64 text of 4/3 of (`body` + 65) bytes. Raises `StorageUnavailable`."""
        generation, key = self._branches.newest(Purpose.QUEUE, len(body))
        sealed = Cipher(key, "queue", group).seal(generation, frame(group), body)
        return b64encode(sealed).decode("ascii")

    def unseal(self, group: str, body: str) -> bytes:
        """Raises `Unreadable` if the body was changed, is no body of ours, or belongs to another group."""
        try:
            sealed = b64decode(body)
        except ValueError:
            raise Unreadable("the queued body is not base64") from None
        # The decoder skips foreign characters and unused bits: only the text as it was written will do.
        if b64encode(sealed).decode("ascii") != body:
            raise Unreadable("the queued body is not base64 as we write it")
        key = self._branches.get(Purpose.QUEUE, generation_of(sealed), len(sealed))
        return Cipher(key, "queue", group).open(frame(group), sealed)
