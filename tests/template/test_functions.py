"""Each function stands alone: its own code, role, log and environment."""

from __future__ import annotations

import re

import pytest

from local.emulators.process import ROOT
from switchboard.entry import routing
from switchboard.settings import Settings
from tests.template.reading import Function, functions, resources, template

EVERY = pytest.mark.parametrize("function", functions(), ids=lambda function: function.name)


def test_the_functions_of_the_architecture_are_deployed() -> None:
    contract = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    table = contract.split("## Functions")[1].split("\n## ")[0]
    first_cells = re.findall(r"^\| ([a-z_, ]+) \|", table, re.MULTILINE)
    named = {name.strip() for cell in first_cells for name in cell.split(",")} - {"function"}
    assert {function.name for function in functions()} == named


def test_no_two_functions_share_a_role() -> None:
    roles = [function.role for function in functions()]
    assert len(set(roles)) == len(roles)
    assert set(roles) == set(resources("access", "AWS::IAM::Role")), "a role that no function takes"


@EVERY
def test_a_function_is_what_its_name_says(function: Function) -> None:
    """Else an operator who looks at one function's log or role sees another's."""
    properties = function.properties
    title = "".join(part.title() for part in function.name.split("_"))
    assert properties["FunctionName"] == {"Fn::Sub": f"${{AWS::StackName}}-{function.name}"}
    assert function.logical == f"{title}Function"
    assert function.role == f"{title}Role"
    log = properties["LoggingConfig"]["LogGroup"]["Fn::GetAtt"]
    assert log == ["Logging", f"Outputs.{title}LogGroup"]
    group = resources("logging", "AWS::Logs::LogGroup")[f"{title}LogGroup"]["Properties"]
    assert group["LogGroupName"]["Fn::Sub"].endswith(f"/functions/{function.name}")
    assert function.allows("logs:PutLogEvents", f"/functions/{function.name}:*")


@EVERY
def test_a_function_brings_no_policy_of_sams(function: Function) -> None:
    """SAM's ready-made policies reach all queues, streams and logs of the account; with a Role it adds none."""
    assert not {"Policies", "PermissionsBoundary", "AssumeRolePolicyDocument"} & set(function.properties)


def test_globals_hold_only_what_is_true_of_every_function() -> None:
    shared = template("root")["Globals"]["Function"]
    assert set(template("root")["Globals"]) == {"Function"}
    assert shared["Runtime"] == "python3.13"
    assert shared["Architectures"] == [{"Ref": "Architecture"}]
    assert template("root")["Parameters"]["Architecture"]["Default"] == "arm64"
    assert shared["Tracing"] == "Active"
    assert shared["LoggingConfig"]["LogFormat"] == "JSON"
    assert not [name for name in shared["Environment"]["Variables"] if name.startswith("SWITCHBOARD_")]
    overridden = {"Runtime", "Handler", "Architectures", "Tracing"}
    assert not [function.name for function in functions() if overridden & set(function.properties)]


def test_only_who_understands_or_searches_carries_the_model_and_only_the_planner_the_solver() -> None:
    carried = {function.name: function.properties["Layers"] for function in functions() if "Layers" in function.properties}
    model = [{"Ref": "IntentLayer"}]
    assert carried == {"router": model, "librarian": model, "indexer": model, "planner": [{"Ref": "PlanningLayer"}]}


# What a variable gives a function to call, and the text by which the role's statements name it.
REACHED = {
    "SWITCHBOARD_LEDGER_TABLE": "LedgerTableArn",
    "SWITCHBOARD_STATE_TABLE": "StateTableArn",
    "SWITCHBOARD_DELIVERIES_TABLE": "DeliveriesTableArn",
    "SWITCHBOARD_CONNECTIONS_TABLE": "ConnectionsTableArn",
    "SWITCHBOARD_KEYS_TABLE": "KeysTableArn",
    "SWITCHBOARD_BLOB_BUCKET": "BlobBucketArn",
    "SWITCHBOARD_FACTS_STREAM": "FactsStreamArn",
    "SWITCHBOARD_SECRET_PREFIX": "${SecretPrefix}",
}
SENT = {
    "SWITCHBOARD_INBOUND_QUEUE_URL": "InboundQueueArn",
    "SWITCHBOARD_OUTBOUND_QUEUE_URL": "OutboundQueueArn",
    "SWITCHBOARD_TIMERS_QUEUE_URL": "TimersQueueArn",
    "SWITCHBOARD_HOOKS_QUEUE_URL": "HooksQueueArn",
    "SWITCHBOARD_ACTIONS_QUEUE_URL": "ActionsQueueArn",
}


@EVERY
def test_what_a_function_is_told_of_it_may_use_and_the_reverse(function: Function) -> None:
    """A name without a right fails at run time; a right without a name is one that nobody needs."""
    wanted = {variable for variable in function.environment if variable in REACHED or variable in SENT}
    stream_actions = {"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"}
    granted = set()
    for statement in function.statements:
        actions = set(statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]])
        if actions <= stream_actions:
            continue
        text = str(statement["Resource"])
        granted |= {variable for variable, resource in REACHED.items() if resource in text}
        if actions & {"sqs:SendMessage", "sqs:ChangeMessageVisibility"}:
            granted |= {variable for variable, resource in SENT.items() if resource in text}
    assert wanted == granted


@EVERY
def test_a_function_that_handles_content_knows_the_key_it_may_use(function: Function) -> None:
    direct = [s for s in function.statements if "kms:Decrypt" in s["Action"] and "kms:ViaService" not in str(s.get("Condition"))]
    assert bool(direct) == ("SWITCHBOARD_KMS_KEY_ID" in function.environment)


def test_every_setting_is_one_the_code_reads() -> None:
    """A misspelt variable is silently its default."""
    for function in functions():
        for variable in function.environment:
            assert variable.removeprefix("SWITCHBOARD_").lower() in Settings.model_fields, f"{function.name}: {variable}"


@pytest.mark.parametrize("setting", ["accept_seconds", "grace_seconds"])
def test_a_parameter_takes_what_the_code_takes(setting: str) -> None:
    """What the deployment accepts and the code refuses would stop every function that reads it."""
    parameter = template("root")["Parameters"]["".join(word.title() for word in setting.split("_"))]
    field = Settings.model_fields[setting]
    bounds = {type(limit).__name__: limit for limit in field.metadata}
    assert parameter["Default"] == field.default
    assert parameter["MinValue"] == bounds["Ge"].ge
    if "Le" in bounds:
        assert parameter["MaxValue"] == bounds["Le"].le


def _receives(queue: str) -> int:
    return int(resources("messaging", "AWS::SQS::Queue")[queue]["Properties"]["RedrivePolicy"]["maxReceiveCount"])


def test_delivery_knows_its_last_try() -> None:
    """There the failure is put on record; told wrongly, it is too early or SQS takes the message away first."""
    assert Settings.model_fields["outbound_max_receives"].default == _receives("OutboundQueue")


def test_the_router_parks_before_the_queue_takes_the_message_away() -> None:
    """Also where one batch holds three messages that each end two processes: the third is parked at the receive after its second."""
    assert _receives("InboundQueue") > routing.PARKED_AT
    assert _receives("InboundQueue") > routing.CAREFUL_FROM + 3 * routing.DEATHS


@EVERY
def test_a_functions_folder_holds_what_is_deployed_and_nothing_that_would_have_to_be_installed(function: Function) -> None:
    """SAM deploys the folder as it lies; a requirements file in it would be ignored in silence."""
    assert template("root")["Resources"][function.logical]["Metadata"] == {"SkipBuild": True}
    folder = ROOT / "functions" / function.name
    assert [path.name for path in folder.iterdir() if path.name != "__pycache__"] == ["handler.py"]
