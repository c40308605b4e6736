"""The branch keys' generations as the rotation sees them: `application.key_rotation.Branches`."""

from __future__ import annotations

from datetime import UTC, datetime

from switchboard.adapters.vault.branches import BranchKeys
from switchboard.adapters.vault.contact_keys import rewrapped
from switchboard.adapters.vault.model import KeyRecord
from switchboard.adapters.vault.ports import BranchRecords
from switchboard.application.key_rotation import Generation


class Generations:
    def __init__(self, branches: BranchKeys, records: BranchRecords) -> None:
        self._branches = branches
        self._records = records

    def generations(self, purpose: str) -> list[Generation]:
        return [Generation(r.generation, datetime.fromtimestamp(r.made, UTC)) for r in self._records.all(purpose)]

    def rotate(self, purpose: str) -> int:
        return self._branches.rotate(purpose)

    def rewrap(self, key: KeyRecord, generation: int) -> KeyRecord:
        return rewrapped(self._branches, key, generation)

    def remove(self, purpose: str, generation: int) -> None:
        self._records.remove(purpose, generation)
