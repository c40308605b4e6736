"""The composition root's part for the audit: what archives and what signs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from switchboard.adapters.aws.audit_reading import S3AuditReading
    from switchboard.application.archive import Archive, ArchiveRepair
    from switchboard.application.audit_export import AuditExport
    from switchboard.application.audit_search import AuditSearch
    from switchboard.application.audit_verification import AuditVerification
    from switchboard.application.notary import Notary
    from switchboard.bootstrap import Services


def archive(services: Services) -> Archive:
    from switchboard.adapters.aws.audit_files import S3AuditFiles
    from switchboard.adapters.dynamo.marks import DynamoMarks
    from switchboard.application.archive import Archive
    from switchboard.domain.audit.record import Where

    s = services.settings
    where = Where(s.audit_source, services.region, s.aws_account)
    s3 = services.client("s3", retries=1, answer_within=2)  # customers' messages leave by the same function
    return Archive(S3AuditFiles(s3, s.audit_bucket), DynamoMarks(services.tables), where, services.clock)


def archive_repair(services: Services) -> ArchiveRepair:
    from switchboard.adapters.dynamo.marks import DynamoChains
    from switchboard.application.archive import ArchiveRepair

    kept = services.archive
    return ArchiveRepair(kept, kept.marks, DynamoChains(services.tables))


def notary(services: Services) -> Notary:
    from switchboard.adapters.aws.audit_files import S3AuditFiles
    from switchboard.adapters.aws.signer import KmsSigner
    from switchboard.adapters.dynamo.anchors import DynamoAnchors
    from switchboard.adapters.dynamo.marks import DynamoMarks
    from switchboard.application.notary import Notary

    s = services.settings
    files = S3AuditFiles(services.client("s3"), s.audit_bucket)
    signer = KmsSigner(services.client("kms"), s.audit_key_arn)
    trouble = lambda file, why: services.on_audit_trouble(file, why)  # noqa: E731 - the edge may set it later
    return Notary(files, DynamoAnchors(services.tables), DynamoMarks(services.tables), signer, services.clock, broken=trouble)


def _reading(services: Services) -> S3AuditReading:
    from switchboard.adapters.aws.audit_reading import S3AuditReading

    return S3AuditReading(services.client("s3", signature="s3v4"), services.settings.audit_bucket)


def audit_search(services: Services) -> AuditSearch:
    import time

    from switchboard.application.audit_search import AuditSearch

    return AuditSearch(_reading(services), time.monotonic)


def audit_verification(services: Services) -> AuditVerification:
    from switchboard.adapters.dynamo.marks import DynamoChains
    from switchboard.adapters.verifying import FolderVerifier
    from switchboard.application.audit_roots import AuditRoots
    from switchboard.application.audit_verification import AuditVerification

    files = _reading(services)
    return AuditVerification(files, AuditRoots(files), DynamoChains(services.tables), FolderVerifier(), services.clock)


def audit_export(services: Services) -> AuditExport:
    from switchboard.application.audit_export import AuditExport
    from switchboard.application.audit_roots import AuditRoots

    files = _reading(services)
    return AuditExport(files, AuditRoots(files))
