"""What an erasure reaches outside the store, in memory."""

from __future__ import annotations

from collections.abc import Sequence

from switchboard.adapters.sqs.inbound import ARRIVED, PARKED
from switchboard.application.key_rotation import Generation
from switchboard.application.ports import Clock
from switchboard.domain.errors import Unreadable


class MemoryQueueKeys:
    """Implements `application.erasure.QueueKeys`, with one generation at the beginning."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.made = {1: clock.now()}
        self._last = 1

    def generations(self, purpose: str) -> Sequence[Generation]:
        return [Generation(n, at) for n, at in sorted(self.made.items())]

    def rotate(self, purpose: str) -> int:
        self._last += 1
        self.made[self._last] = self._clock.now()
        return self._last

    def remove(self, purpose: str, generation: int) -> None:
        self.made.pop(generation, None)


class MemoryBodies:
    """Implements `application.erasure.Bodies`. A ciphertext is "<generation>|<object or nothing>|<words>"; `objects` are stored."""

    def __init__(self, keys: MemoryQueueKeys) -> None:
        self._keys = keys
        self.objects: set[str] = set()

    def sealed(self, words: str, stored: str = "") -> str:
        self.objects |= {stored} - {""}
        return f"{max(self._keys.made)}|{stored}|{words}"

    def generation(self, ciphertext: str) -> int:
        head = ciphertext.partition("|")[0]
        return int(head) if head.isdecimal() else 0

    def stored_as(self, group: str, ciphertext: str) -> str:
        return ciphertext.split("|")[1] if self.generation(ciphertext) in self._keys.made else ""

    def words(self, ciphertext: str) -> str:
        """Raises Unreadable where the key is gone."""
        if self.generation(ciphertext) not in self._keys.made:
            raise Unreadable("the queue key is gone")
        return ciphertext.split("|")[2]

    def reseal(self, group: str, ciphertext: str) -> str:
        return self.sealed(self.words(ciphertext), ciphertext.split("|")[1])

    def destroy(self, names: Sequence[str]) -> None:
        self.objects -= set(names)

    def named(self, message: str) -> Sequence[str]:
        return (ARRIVED + message, PARKED + message)
