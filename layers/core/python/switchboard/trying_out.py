"""The composition root's part that tries out other routing policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from switchboard.application.what_if import WhatIf
    from switchboard.application.what_if_desk import WhatIfDesk
    from switchboard.bootstrap import Services


def what_if_desk(services: Services) -> WhatIfDesk:
    """Takes questions in every function; only one that carries the solver can answer them."""
    from switchboard.adapters.aws.planner import PlannerFunction
    from switchboard.application.what_if_desk import WhatIfDesk

    def what_if() -> WhatIf:
        from switchboard.adapters.dynamo.past import DynamoPast
        from switchboard.adapters.planning.prices import solve
        from switchboard.application.what_if import WhatIf

        return WhatIf(DynamoPast(services.client("dynamodb"), services.settings.ledger_table), solve)

    players = PlannerFunction(services.client("lambda"), services.settings.planner_function)
    return WhatIfDesk(services.store, services.clock, services.ids, players, what_if)
