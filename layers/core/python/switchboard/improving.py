"""The composition root's part by which the bot gets better."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from switchboard.application.corrections import CorrectionDesk
    from switchboard.bootstrap import Services


def correction_desk(services: Services) -> CorrectionDesk:
    from switchboard.adapters.dynamo.corrections import DynamoCorrectedMessages
    from switchboard.application.corrections import CorrectionDesk

    return CorrectionDesk(services.store, DynamoCorrectedMessages(services.tables), services.clock)
