"""The composition root's part by which the bot gets better."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from switchboard.application.corrections import CorrectionDesk
    from switchboard.application.improvement_desk import ImprovementDesk
    from switchboard.application.improvements import Improvements
    from switchboard.bootstrap import Services

BUDGET = 200.0  # seconds of a run that go to opening and comparing; what is left over was a larger sample than it could be


def correction_desk(services: Services) -> CorrectionDesk:
    from switchboard.adapters.dynamo.corrections import DynamoCorrectedMessages
    from switchboard.application.corrections import CorrectionDesk

    return CorrectionDesk(services.store, DynamoCorrectedMessages(services.tables), services.clock)


def improvement_desk(services: Services) -> ImprovementDesk:
    """Takes questions in every function; only one that carries the encoder can answer them."""
    from switchboard.adapters.aws.improver import ImproverFunction
    from switchboard.application.improvement_desk import ImprovementDesk

    lookers = ImproverFunction(lambda: services.client("lambda"), services.settings.indexer_function)
    store = services.store
    return ImprovementDesk(store, store, services.clock, services.ids, lookers, lambda: _improvements(services), time.monotonic)


def _improvements(services: Services) -> Improvements:
    from switchboard.adapters.dynamo.past import DynamoPast
    from switchboard.adapters.knowledge.centres import Centres
    from switchboard.adapters.knowledge.groups import MeaningGroups
    from switchboard.application.improvements import Improvements
    from switchboard.librarians import encoder

    grouping = MeaningGroups(encoder(services), Centres.shipped(), services.knowledge)
    past = DynamoPast(services.client("dynamodb"), services.settings.ledger_table)
    return Improvements(past, services.store, grouping, time.monotonic, BUDGET)
