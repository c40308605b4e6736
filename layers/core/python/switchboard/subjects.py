"""The composition root's part for people's rights over their data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from switchboard.application.approvals import Approvals
    from switchboard.application.changes import Changes
    from switchboard.application.consents import ConsentDesk
    from switchboard.application.erasure import Erasure, ErasureDesk
    from switchboard.application.exports import ExportDesk, Exporter
    from switchboard.application.retention import Retention, RetentionDesk
    from switchboard.application.subject_rights import SubjectRights
    from switchboard.bootstrap import Services


def approvals(services: Services) -> Approvals:
    from switchboard.adapters.dynamo.request_lists import DynamoRequests
    from switchboard.application.approvals import Approvals

    return Approvals(services.store, DynamoRequests(services.tables), services.ids, services.clock)


def changes(services: Services) -> Changes:
    from switchboard.application.changes import Changes

    return Changes(services.store, services.approvals, services.clock)


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
        _may(services, "eraser", "EraseByRequest"), lambda id_, error: services.on_erasure_trouble(id_, error),
    )  # fmt: skip


def retention_desk(services: Services) -> RetentionDesk:
    from switchboard.application.retention import RetentionDesk

    return RetentionDesk(services.store, services.clock, services.settings.erasure_delay)


def retention(services: Services) -> Retention:
    from switchboard.adapters.aws.old_files import S3Files
    from switchboard.adapters.dynamo.census import DynamoCensus
    from switchboard.application.retention import Retention

    s, s3 = services.settings, services.client("s3")
    return Retention(
        services.store, services.retention_desk, DynamoCensus(services.client("dynamodb"), s.state_table), services.erasure,
        services.approvals, S3Files(s3, s.blob_bucket), S3Files(s3, s.facts_bucket), services.clock,
        _may(services, "retention", "EraseByRule"), lambda what, error: services.on_retention_trouble(what, error),
    )  # fmt: skip


def export_desk(services: Services) -> ExportDesk:
    from switchboard.adapters.aws.export_files import S3ExportFiles
    from switchboard.application.exports import ExportDesk

    # A link to what lies under a key of KMS must be signed by version 4; by itself botocore signs links by version 2.
    files = S3ExportFiles(services.client("s3", signature="s3v4"), services.settings.blob_bucket)
    return ExportDesk(services.store, services.approvals, files, services.access, services.clock)


def exporter(services: Services) -> Exporter:
    from switchboard.adapters.aws.export_files import S3ExportFiles
    from switchboard.adapters.sqs.inbound import SqsInboundQueue
    from switchboard.application.exports import Exporter
    from switchboard.application.subject_export import SubjectExport

    s, s3 = services.settings, services.client("s3")
    files = S3ExportFiles(s3, s.blob_bucket)
    bodies = SqsInboundQueue(None, s3, "", s.blob_bucket, services.queue_seal, services.index)  # which is opened, and sends nothing
    gathered = SubjectExport(services.store, services.deliveries, services.ids, services.clock, bodies)
    return Exporter(
        services.store, services.approvals, gathered, files, services.clock, _may(services, "exporter", "MakeExport"),
        lambda request, error: services.on_export_trouble(request, error),
    )  # fmt: skip


def _may(services: Services, service: str, action: str) -> Callable[[Mapping[str, bool]], object]:
    from switchboard.application.admission import admit_work

    return partial(admit_work, services.authority, service, action)
