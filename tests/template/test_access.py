"""Least privilege, statement by statement."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from switchboard.adapters.vault import Purpose
from switchboard.domain.privacy import erasure
from tests.template.reading import Function, everywhere, functions, listed, resources, strings, template

EVERY = pytest.mark.parametrize("function", functions(), ids=lambda function: function.name)

# The only actions on "every resource", and why.
WITHOUT_RESOURCES = {
    "xray:PutTraceSegments": "X-Ray has no resource to name",
    "xray:PutTelemetryRecords": "X-Ray has no resource to name",
    "translate:TranslateText": "a text is no resource, and our terms are no terminology of the service",
}


@EVERY
def test_every_statement_names_its_actions_and_resources(function: Function) -> None:
    for statement in function.statements:
        assert statement["Effect"] == "Allow"
        assert statement["Sid"]
        actions = listed(statement["Action"])
        assert not [action for action in actions if "*" in action], statement["Sid"]
        if listed(statement["Resource"]) == ["*"]:
            assert set(actions) <= set(WITHOUT_RESOURCES), statement["Sid"]


@EVERY
def test_a_wildcard_stands_only_below_one_named_parent(function: Function) -> None:
    """`prefix/*` of one bucket, log group, stream, secret folder or API is meant; `*` in the middle is a hole."""
    for statement in function.statements:
        for text in strings(statement["Resource"]):
            if text != "*":
                assert "*" not in text[:-1], text
                assert not text.endswith("*") or text[-2] in "/:", text


@EVERY
def test_nobody_changes_or_deletes_what_the_ledger_says(function: Function) -> None:
    for action in ("dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem", "dynamodb:DeleteTable"):
        assert not function.allows(action, "LedgerTableArn")


def test_only_those_who_commit_write_the_ledger() -> None:
    writers = {function.name for function in functions() if function.allows("dynamodb:PutItem", "LedgerTableArn")}
    assert writers == {"socket", "api", "router", "outbox", "delivery", "timer", "connector", "sweeper", "planner", "indexer",
                       "eraser", "exporter"}  # fmt: skip


def test_only_who_talks_to_a_channel_or_an_endpoint_reads_secrets() -> None:
    readers: dict[str, set[str]] = {}
    for function in functions():
        for statement in function.statements:
            if statement["Action"] == "secretsmanager:GetSecretValue":
                texts = [text for text in strings(statement["Resource"]) if "secret:" in text]
                readers[function.name] = {text.split("${SecretPrefix}/")[1] for text in texts}
    assert readers == {
        "webhook_whatsapp": {"accounts/whatsapp/*"},
        "webhook_wechat": {"accounts/wechat/*"},
        "visitor": {"accounts/webchat/*"},
        "delivery": {"accounts/whatsapp/*", "accounts/wechat/*"},
        "hook": {"hooks/*"},
        "connector": {"connectors/*"},
    }
    sees_that_they_exist = {f.name for f in functions() if any(s["Action"] == "secretsmanager:DescribeSecret" for s in f.statements)}
    assert sees_that_they_exist == {"api"}  # which checks rules


def test_only_the_desk_may_have_texts_translated_and_only_where_the_company_chose_so() -> None:
    may = [f for f in functions() if any("translate:TranslateText" in listed(s["Action"]) for s in f.statements)]
    assert [f.name for f in may] == ["api"]
    [policy] = resources("access", "AWS::IAM::Role")["ApiRole"]["Properties"]["Policies"]
    [conditional] = [s["Fn::If"] for s in policy["PolicyDocument"]["Statement"] if "translate:TranslateText" in list(strings(s))]
    assert conditional[0] == "TranslatesByAmazon"
    assert template("access")["Conditions"]["TranslatesByAmazon"] == {"Fn::Equals": [{"Ref": "Translator"}, "amazon"]}
    assert template("root")["Parameters"]["Translator"]["Default"] == "offline"


@EVERY
def test_a_mapping_may_read_its_source_and_report_its_failures(function: Function) -> None:
    for queue in function.events("SQS"):
        name = queue["Queue"]["Fn::GetAtt"][1].removeprefix("Outputs.")
        for action in ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"):
            assert function.allows(action, name)
    for stream in function.events("DynamoDB"):
        name = stream["Stream"]["Fn::GetAtt"][1].removeprefix("Outputs.")
        for action in ("dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"):
            assert function.allows(action, name)
        failures = stream["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"][1]
        assert function.allows("sqs:SendMessage", failures.removeprefix("Outputs."))


def _encryption(function: Function, service: str) -> set[str]:
    return {
        action
        for statement in function.statements
        for action in listed(statement["Action"])
        if action.startswith("kms:") and any(text.startswith(service) for text in strings(statement.get("Condition", {})))
    }


def _on_audit(statement: dict[str, Any]) -> bool:
    return any("AuditBucketArn" in text for text in strings(statement["Resource"]))


@EVERY
def test_encrypted_queues_and_tables_can_be_used(function: Function) -> None:
    """A right to a queue or table without the right to its key fails only on AWS: no emulator checks it."""
    actions = {action for statement in function.statements for action in listed(statement["Action"])}
    direct = any("kms:Decrypt" in s["Action"] and "kms:ViaService" not in str(s.get("Condition")) for s in function.statements)
    if "sqs:SendMessage" in actions:
        assert _encryption(function, "sqs.") >= {"kms:GenerateDataKey", "kms:Decrypt"}
    if "sqs:ReceiveMessage" in actions:
        assert "kms:Decrypt" in _encryption(function, "sqs.")
    if "dynamodb:PutItem" in actions:
        assert _encryption(function, "dynamodb.") >= {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"}
    if "dynamodb:GetItem" in actions:
        assert direct or "kms:Decrypt" in _encryption(function, "dynamodb.")
    puts = [s for s in function.statements if "s3:PutObject" in listed(s["Action"])]
    if not all(_on_audit(s) for s in puts):  # that bucket lies under S3's own key
        assert "kms:GenerateDataKey" in _encryption(function, "s3.")


def test_who_may_archive_may_not_sign_and_nobody_may_take_from_the_audit() -> None:
    def who(action: str, resource: str) -> set[str]:
        return {function.name for function in functions() if function.allows(action, resource)}

    assert who("s3:PutObject", "AuditBucketArn}/archive/") == {"outbox", "sweeper"}
    assert who("s3:PutObject", "AuditBucketArn}/keys/") == {"notary"}
    assert who("s3:PutObject", "AuditBucketArn}/roots/") == who("kms:Sign", "AuditKeyArn") == {"notary"}
    granted = {action for function in functions() for s in function.statements if _on_audit(s) for action in listed(s["Action"])}
    assert granted == {"s3:PutObject", "s3:GetObject", "s3:ListBucket", "s3:ListBucketVersions"}
    assert who("s3:ListBucketVersions", "AuditBucketArn") == {"api"}  # an auditor has it verified


AUDITS = {"ANCHOR*", "AUDIT#*"}  # items of the state table
MAY_CHANGE_THE_AUDITS: dict[str, set[str]] = {"notary": AUDITS, "outbox": {"AUDIT#GAPS"}, "sweeper": {"AUDIT#GAPS"}}


@EVERY
def test_where_the_audit_stands_is_changed_by_nobody_who_commits(function: Function) -> None:
    changing = {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"}
    for statement in function.statements:
        if changing & set(listed(statement["Action"])) and "StateTableArn" in set(strings(statement["Resource"])):
            [(test, keys)] = statement["Condition"].items()
            patterns = set(keys["dynamodb:LeadingKeys"])
            if test == "ForAllValues:StringNotLike":
                assert patterns == AUDITS
            else:
                assert test in ("ForAllValues:StringLike", "ForAllValues:StringEquals")
                assert patterns <= MAY_CHANGE_THE_AUDITS.get(function.name, set())


def test_only_lambda_takes_a_functions_role() -> None:
    for role in template("access")["Resources"].values():
        if role["Type"] == "AWS::IAM::Role":
            statements = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
            assert [statement["Principal"] for statement in statements] == [{"Service": "lambda.amazonaws.com"}]


def test_no_user_group_or_access_key_is_made() -> None:
    kinds: list[dict[str, Any]] = [everywhere(f"AWS::IAM::{kind}") for kind in ("User", "Group", "AccessKey")]
    assert not any(kinds)


DOORS = {"webhook_whatsapp", "webhook_wechat", "visitor"}  # strangers reach them


@EVERY
def test_the_doors_may_not_unwrap_the_keys_of_contacts(function: Function) -> None:
    """Who breaks into one of them opens nothing that is stored. KMS sees the purpose in what the wrapped key is bound to."""
    direct = [
        s for s in function.statements
        if "kms:Decrypt" in listed(s["Action"]) and "kms:ViaService" not in str(s.get("Condition"))
    ]  # fmt: skip
    if function.name in DOORS:
        [statement] = direct
        assert statement["Condition"] == {"StringEquals": {"kms:EncryptionContext:purpose": ["queue", "index"]}}
        assert set(Purpose) - set(statement["Condition"]["StringEquals"]["kms:EncryptionContext:purpose"]) == {Purpose.CONTACT}
    else:
        assert all("Condition" not in s for s in direct)


@EVERY
def test_no_function_walks_over_all_keys_and_the_eraser_alone_ends_some(function: Function) -> None:
    for action in ("dynamodb:Scan", "dynamodb:UpdateItem"):
        assert not function.allows(action, "KeysTableArn")
    deleting = [s for s in function.statements if "dynamodb:DeleteItem" in listed(s["Action"])]
    ending = [s for s in deleting if "KeysTableArn" in strings(s["Resource"])]
    assert [s["Sid"] for s in ending] == (["EndKeys"] if function.name == "eraser" else [])
    for statement in ending:  # contacts' ids begin with c; the company's own key is org's, and the index's is never ended
        assert statement["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["branch#queue", "contact#c*"]}}


def test_who_ends_keys_decides_on_nothing_and_signs_with_a_key_of_its_own() -> None:
    assert {f.name for f in functions() if f.allows("kms:Sign", "CertificateKeyArn")} == {"eraser"}
    [eraser] = [f for f in functions() if f.name == "eraser"]
    assert not eraser.events("Api")
    assert not eraser.allows("kms:Sign", "AuditKeyArn")


def test_what_was_queued_is_waited_out_before_it_is_certified_that_nothing_is_left() -> None:
    queues = resources("messaging", "AWS::SQS::Queue")
    kept = [timedelta(seconds=queues[name]["Properties"]["MessageRetentionPeriod"]) for name in ("InboundQueue", "InboundDeadQueue")]
    assert kept == [erasure.QUEUED, erasure.DEAD]
    assert "VersioningConfiguration" not in resources("data", "AWS::S3::Bucket")["BlobBucket"]["Properties"]
