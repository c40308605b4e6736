"""What becomes of an export that two people agreed to, on the ledger of its request. Nothing here is personal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from switchboard.domain.approvals import LastStep
from switchboard.domain.event import Event

KIND = "export"


@dataclass(frozen=True, slots=True)
class ExportBegun(Event):
    """A person's data are being gathered."""

    type: ClassVar[str] = "export_begun"


@dataclass(frozen=True, slots=True)
class ExportStored(LastStep):
    """The file lies under `file` until its time is over. `sha256` of it in hex, `size` in bytes, `lines` of data within."""

    type: ClassVar[str] = "export_stored"
    file: str
    sha256: str
    size: int
    lines: int


@dataclass(frozen=True, slots=True)
class ExportFailed(LastStep):
    """It cannot be made. `reason`: the error's code."""

    type: ClassVar[str] = "export_failed"
    reason: str


EXPORT_TYPES: tuple[type[Event], ...] = (ExportBegun, ExportStored, ExportFailed)
