"""The audit's files in S3, its heads on DynamoDB and its key in KMS keep the contract, and what they keep proves itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from switchboard.adapters.aws.audit_files import S3AuditFiles
from switchboard.adapters.aws.audit_reading import S3AuditReading
from switchboard.adapters.aws.signer import KmsSigner
from switchboard.adapters.dynamo import DynamoStore, Tables
from switchboard.adapters.dynamo.anchors import DynamoAnchors
from switchboard.adapters.dynamo.marks import DynamoChains, DynamoMarks
from switchboard.application.archive import Archive, ArchiveRepair, Repaired
from switchboard.domain import events as ev
from switchboard.domain.audit import archive
from switchboard.domain.audit.gaps import Gap
from switchboard_verify.verify import verify
from tests.contract import audit_contract as audit
from tests.contract.dynamo_tables import OnDynamo
from tests.fakes.audited import WHERE, Audited
from tests.fakes.system import ManualClock

pytestmark = pytest.mark.localstack
Aws = Callable[[str], Any]


@pytest.fixture
def files(aws: Aws, unique: str) -> S3AuditFiles:
    s3 = aws("s3")
    s3.create_bucket(Bucket=unique, ObjectLockEnabledForBucket=True)
    lock = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 1}}}
    s3.put_object_lock_configuration(Bucket=unique, ObjectLockConfiguration=lock)
    return S3AuditFiles(s3, unique)


@pytest.fixture
def signer(aws: Aws) -> KmsSigner:
    made = aws("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
    return KmsSigner(aws("kms"), made["KeyMetadata"]["Arn"])


class TestFiles(audit.FilesContract):
    pass


class TestReading(audit.ReadingContract):
    @pytest.fixture
    def files(self, files: S3AuditFiles, aws: Aws, unique: str) -> S3AuditReading:
        """In the same bucket."""
        return S3AuditReading(aws("s3"), unique)

    def test_older_versions_and_marks_of_deletion_are_told(self, files: S3AuditReading, aws: Aws, unique: str) -> None:
        s3 = aws("s3")
        for name in ("a", "b", "c"):
            files.put(f"archive/{name}", b"x")
        s3.put_object(Bucket=unique, Key="archive/b", Body=b"y")
        s3.delete_object(Bucket=unique, Key="archive/c")
        told = {each.key: (each.versions, each.deleted) for each in files.listed("archive/", "", "archive/~")}
        assert told == {"archive/a": (1, False), "archive/b": (2, False), "archive/c": (1, True)}

    def test_whoever_has_a_link_has_the_file_for_a_time(self, files: S3AuditReading) -> None:
        files.put("archive/a", b"what was signed")
        link = files.link("archive/a", 60)
        with urlopen(link, timeout=30) as answer:
            assert answer.read() == b"what was signed"
        assert "Expires=" in link


class TestSigner(audit.SignerContract):
    pass


class TestAnchored(OnDynamo, audit.AnchoredContract):
    @pytest.fixture
    def anchored(self, bound: Tables) -> DynamoAnchors:
        return DynamoAnchors(bound)


class TestMarks(OnDynamo, audit.MarksContract):
    @pytest.fixture
    def marks(self, bound: Tables) -> DynamoMarks:
        return DynamoMarks(bound)


class TestRepair(OnDynamo):
    def test_what_was_marked_is_archived_from_the_ledger_as_it_is_stored(
        self, store: DynamoStore, bound: Tables, files: S3AuditFiles
    ) -> None:
        boss, at = ev.Actor(ev.ActorKind.AGENT, "boss", "administrator"), datetime(2026, 3, 2, 9, tzinfo=UTC)
        for n in range(7):
            store.append("access", [ev.AccessRecorded("ReadConversation", f"cnv#{n}")], boss, at)
        marks, chains = DynamoMarks(bound), DynamoChains(bound)
        kept = Archive(files, marks, WHERE, ManualClock(at))
        marks.mark([Gap("access", 2, 6)])
        repair = ArchiveRepair(kept, marks, chains, commits=3)
        assert repair.run() == Repaired(3, 0, True)
        assert repair.run() == Repaired(2, 0, False)
        found = [c for key in files.keys("archive/") for c in archive.read(key, files.get(key))]
        assert sorted(c.no for c in found) == [2, 3, 4, 5, 6]
        assert all(c.intact for c in found)
        assert marks.open(9) == []


class TestWhole(OnDynamo):
    def test_what_was_anchored_with_aws_is_verified_without(
        self, files: S3AuditFiles, signer: KmsSigner, bound: Tables, aws: Aws, tmp_path: Path
    ) -> None:
        company = Audited(customers=5)
        company.archive = replace(company.archive, files=files)
        company.notary = replace(company.notary, files=files, signer=signer, anchored=DynamoAnchors(bound))
        company.life(3, batches=2, commits=5)
        for key in [*files.keys("archive/"), *files.keys("roots/"), *files.keys("keys/")]:
            (tmp_path / key).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / key).write_bytes(files.get(key))
        public = load_der_public_key(aws("kms").get_public_key(KeyId=signer.key)["PublicKey"])
        pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        report = verify(tmp_path, [pem], company.now)
        assert report.faults == []
        assert (report.roots, report.anchored["commits"]) == (3, 30)

    def test_the_bucket_lets_nobody_delete_what_was_written(self, files: S3AuditFiles, aws: Aws, unique: str) -> None:
        files.put("roots/0000000001.jsonl", b"x")
        [version] = aws("s3").list_object_versions(Bucket=unique)["Versions"]
        kept = aws("s3").get_object_retention(Bucket=unique, Key=version["Key"], VersionId=version["VersionId"])["Retention"]
        assert kept["Mode"] == "COMPLIANCE"
        assert kept["RetainUntilDate"] > datetime.now(UTC)
        with pytest.raises(Exception, match=r"AccessDenied|Access Denied"):
            aws("s3").delete_object(Bucket=unique, Key=version["Key"], VersionId=version["VersionId"], BypassGovernanceRetention=True)
