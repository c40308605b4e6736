"""The composition root's part for people's rights over their data."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from switchboard.application.approvals import Approvals
    from switchboard.application.consents import ConsentDesk
    from switchboard.application.subject_rights import SubjectRights
    from switchboard.bootstrap import Services


def approvals(services: Services) -> Approvals:
    from switchboard.adapters.dynamo.request_lists import DynamoRequests
    from switchboard.application.approvals import Approvals

    return Approvals(services.store, DynamoRequests(services.tables), services.ids, services.clock)


def consents(services: Services) -> ConsentDesk:
    from switchboard.application.consents import ConsentDesk

    return ConsentDesk(services.store, services.clock)


def subject_rights(services: Services) -> SubjectRights:
    from switchboard.application.subject_rights import SubjectRights

    return SubjectRights(services.store, services.clock)
