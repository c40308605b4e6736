"""The composition root's part for people's rights over their data."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from switchboard.application.approvals import Approvals
    from switchboard.application.consents import ConsentDesk
    from switchboard.application.erasure import Erasure, ErasureDesk
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


def erasure_desk(services: Services) -> ErasureDesk:
    from switchboard.application.erasure import ErasureDesk

    return ErasureDesk(services.store, services.approvals, services.clock, services.settings.erasure_delay)


def erasure(services: Services) -> Erasure:
    from switchboard.adapters.aws.audit_files import S3AuditFiles
    from switchboard.adapters.aws.signer import KmsSigner
    from switchboard.adapters.sqs.bodies import SealedBodies
    from switchboard.application.erasure import Erasure

    s, s3 = services.settings, services.client("s3")
    return Erasure(
        services.store, services.store, services.approvals, services.generations, SealedBodies(s3, s.blob_bucket, services.queue_seal),
        S3AuditFiles(s3, s.audit_bucket), KmsSigner(services.client("kms"), s.certificate_key_arn), services.ids, services.clock,
        lambda id_, error: services.on_erasure_trouble(id_, error),
    )  # fmt: skip
