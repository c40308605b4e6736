"""What is kept, how long, and under which key."""

from __future__ import annotations

import pytest

from switchboard.adapters.sqs.inbound import ARRIVED, PARKED
from tests.template.reading import everywhere, resources, strings, template

TABLES = resources("data", "AWS::DynamoDB::Table")


def _schema(keys: list[dict[str, str]]) -> list[str]:
    return [key["AttributeName"] for key in keys]


# Table: keys, time to live, point-in-time recovery, stream, indexes (docs/architecture.md).
CONTRACT: dict[str, tuple[list[str], bool, bool, str | None, dict[str, tuple[list[str], str]]]] = {
    "LedgerTable": (["ledger", "no"], False, True, "NEW_IMAGE", {}),
    "StateTable": (["pk", "sk"], True, True, None, {"listing": (["list_key", "list_sort"], "ALL")}),
    "DeliveriesTable": (
        ["id"],
        True,
        True,
        "NEW_AND_OLD_IMAGES",
        {"by_conversation": (["conversation", "id"], "ALL"), "pending": (["pending", "since"], "KEYS_ONLY")},
    ),
    "ConnectionsTable": (["pk", "sk"], True, False, None, {}),
    "KeysTable": (["pk", "sk"], False, False, None, {}),
}


@pytest.mark.parametrize("name", CONTRACT)
def test_a_table_is_as_the_contract_says(name: str) -> None:
    keys, expires, recovery, stream, indexes = CONTRACT[name]
    table = TABLES[name]["Properties"]
    assert _schema(table["KeySchema"]) == keys
    assert table.get("TimeToLiveSpecification") == ({"AttributeName": "expires", "Enabled": True} if expires else None)
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is recovery
    assert table.get("StreamSpecification", {}).get("StreamViewType") == stream
    found = {
        index["IndexName"]: (_schema(index["KeySchema"]), index["Projection"]["ProjectionType"])
        for index in table.get("GlobalSecondaryIndexes", [])
    }
    assert found == indexes


def test_no_table_is_outside_the_contract() -> None:
    assert set(everywhere("AWS::DynamoDB::Table")) == {f"data.{name}" for name in CONTRACT}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_lies_under_our_own_key(name: str) -> None:
    encryption = TABLES[name]["Properties"]["SSESpecification"]
    assert encryption == {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": {"Ref": "ContentKeyArn"}}


@pytest.mark.parametrize("name", sorted(set(TABLES) - {"ConnectionsTable"}))
def test_deleting_a_stack_deletes_no_customers_data(name: str) -> None:
    assert TABLES[name]["DeletionPolicy"] == TABLES[name]["UpdateReplacePolicy"] == "Retain"
    assert TABLES[name]["Properties"]["DeletionProtectionEnabled"] == {"Fn::If": ["Production", True, False]}


def test_no_backup_reaches_the_keys() -> None:
    """An erased contact must not come back with a restore."""
    selections = [s["Properties"]["BackupSelection"] for s in everywhere("AWS::Backup::BackupSelection").values()]
    assert [s["Resources"] for s in selections] == [[{"Ref": f"{table}TableArn"} for table in ("Ledger", "State", "Deliveries")]]
    assert not [s for s in selections if "ListOfTags" in s or "Conditions" in s], "tables are chosen by name alone"
    assert {"Key": "backup", "Value": "never"} in TABLES["KeysTable"]["Properties"]["Tags"]


BUCKETS = everywhere("AWS::S3::Bucket")
LOCKED = ("audit.AuditBucket", "audit.TrailBucket")


@pytest.mark.parametrize("name", BUCKETS)
def test_no_bucket_is_public(name: str) -> None:
    properties = BUCKETS[name]["Properties"]
    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(properties["PublicAccessBlockConfiguration"]) == 4
    assert properties["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]


@pytest.mark.parametrize("name", BUCKETS)
def test_a_bucket_with_content_lies_under_our_own_key(name: str) -> None:
    rule = BUCKETS[name]["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]
    encryption = rule["ServerSideEncryptionByDefault"]
    if name in ("web.Site", *LOCKED):  # public files; and evidence, under which no key of ours may be deleted
        assert encryption["SSEAlgorithm"] == "AES256"
    else:
        assert encryption == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": {"Ref": "ContentKeyArn"}}


@pytest.mark.parametrize("name", BUCKETS)
def test_a_bucket_refuses_plain_http_and_tls_below_1_2(name: str) -> None:
    stack, logical = name.split(".")
    policies = resources(stack, "AWS::S3::BucketPolicy").values()
    (policy,) = [policy["Properties"] for policy in policies if policy["Properties"]["Bucket"] == {"Ref": logical}]
    statements = policy["PolicyDocument"]["Statement"]
    everything = [{"Fn::GetAtt": [logical, "Arn"]}, {"Fn::Sub": f"${{{logical}.Arn}}/*"}]
    denials = [s for s in statements if s["Effect"] == "Deny" and s["Action"] == "s3:*" and s["Principal"] == "*"]
    assert [denial["Resource"] for denial in denials] == [everything, everything]
    assert [denial["Condition"] for denial in denials] == [
        {"Bool": {"aws:SecureTransport": "false"}}, {"NumericLessThan": {"s3:TlsVersion": "1.2"}},
    ]  # fmt: skip


def test_a_body_outlives_the_message_that_points_to_it() -> None:
    rules = template("data")["Resources"]["BlobBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    days = {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules if "Prefix" in rule}
    queues = template("messaging")["Resources"]
    alive, dead = (queues[name]["Properties"]["MessageRetentionPeriod"] for name in ("InboundQueue", "InboundDeadQueue"))
    assert days[ARRIVED] * 86400 > alive + dead + alive  # a dead letter's age begins anew, and so does one that is moved back
    assert days[PARKED] >= 90


GROUPS = everywhere("AWS::Logs::LogGroup")


@pytest.mark.parametrize("name", GROUPS)
def test_a_log_is_encrypted_and_ends(name: str) -> None:
    properties = GROUPS[name]["Properties"]
    assert properties["KmsKeyId"] == {"Ref": "LogKeyArn"}
    assert properties["RetentionInDays"] == {"Ref": "LogRetentionDays"}


@pytest.mark.parametrize("name", everywhere("AWS::KMS::Key"))
def test_a_key_rotates_and_is_never_deleted_with_its_stack(name: str) -> None:
    key = everywhere("AWS::KMS::Key")[name]
    if key["Properties"].get("KeyUsage") != "SIGN_VERIFY":  # KMS rotates no asymmetric key
        assert key["Properties"]["EnableKeyRotation"] is True
    assert key["DeletionPolicy"] == key["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("name", LOCKED)
def test_evidence_cannot_be_deleted_by_anybody(name: str) -> None:
    bucket = BUCKETS[name]
    lock = bucket["Properties"]["ObjectLockConfiguration"]
    assert bucket["Properties"]["ObjectLockEnabled"] is True
    assert lock["Rule"]["DefaultRetention"] == {"Mode": "COMPLIANCE", "Days": {"Ref": "AuditLockDays"}}
    assert bucket["Properties"]["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["DeletionPolicy"] == bucket["UpdateReplacePolicy"] == "Retain"
    rules = bucket["Properties"]["LifecycleConfiguration"]["Rules"]
    assert not [rule for rule in rules if "ExpirationInDays" in rule or "NoncurrentVersionExpiration" in rule]
    assert template("root")["Parameters"]["AuditLockDays"]["Default"] == 1, "what is tried out must be possible to clear away"


def test_roots_are_signed_by_a_key_that_can_do_nothing_else() -> None:
    key = resources("audit", "AWS::KMS::Key")["AuditKey"]["Properties"]
    assert (key["KeySpec"], key["KeyUsage"]) == ("ECC_NIST_P256", "SIGN_VERIFY")


def test_the_trail_sees_every_table_and_what_people_say_and_proves_itself() -> None:
    [trail] = [t["Properties"] for t in resources("audit", "AWS::CloudTrail::Trail").values()]
    assert trail["EnableLogFileValidation"] is trail["IsLogging"] is True
    [selector] = trail["EventSelectors"]
    seen = {kind["Type"]: list(strings(kind["Values"])) for kind in selector["DataResources"]}
    assert set(seen["AWS::DynamoDB::Table"]) >= {f"{name}Arn" for name in TABLES}
    assert {"${AuditBucket.Arn}/", "${BlobBucketArn}/"} <= set(seen["AWS::S3::Object"])
    assert selector["ReadWriteType"] == "All"
