"""The optional large model: off unless a model is named, and then that model alone."""

from __future__ import annotations

from typing import Any

from switchboard.settings import Settings
from tests.template.reading import functions, listed, resources, template

NOTHING = {"Ref": "AWS::NoValue"}
PREFIX = "SWITCHBOARD_LARGE_MODEL"


def _bedrock() -> dict[str, dict[str, Any]]:
    """The policies that name an action of bedrock."""
    return {
        name: policy for name, policy in resources("access", "AWS::IAM::ManagedPolicy").items()
        if any(str(a).startswith("bedrock:") for s in policy["Properties"]["PolicyDocument"]["Statement"] for a in listed(s["Action"]))
    }  # fmt: skip


def test_it_is_off_unless_somebody_names_a_model() -> None:
    root = template("root")
    assert root["Parameters"]["LargeModelId"]["Default"] == ""
    assert root["Conditions"]["LargeModel"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "LargeModelId"}, ""]}]}
    assert Settings().large_model == ""


def test_only_the_desks_api_is_told_of_it_and_only_where_it_is_on() -> None:
    told = {f.name: {k: v for k, v in f.environment.items() if k.startswith(PREFIX)} for f in functions()}
    assert {name for name, found in told.items() if found} == {"api"}
    for variable, value in told["api"].items():
        condition, _, otherwise = value["Fn::If"]
        assert (condition, otherwise) == ("LargeModel", NOTHING), variable


def test_every_setting_of_it_can_be_given() -> None:
    known = {name for name in Settings.model_fields if name.startswith("large_model")}
    [api] = [f for f in functions() if f.name == "api"]
    assert {k.removeprefix("SWITCHBOARD_").lower() for k in api.environment if k.startswith(PREFIX)} == known


def test_the_right_to_ask_it_exists_only_where_it_is_on_and_names_that_model() -> None:
    policies = _bedrock()
    assert {name: policy["Condition"] for name, policy in policies.items()} == {
        "LargeModelPolicy": "LargeModel", "GuardrailPolicy": "Guardrail",
    }  # fmt: skip
    [statement] = policies["LargeModelPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Action"] == "bedrock:InvokeModel"
    condition, named, otherwise = statement["Resource"]["Fn::If"]
    assert (condition, named) == ("NamedArns", {"Fn::Split": [",", {"Ref": "LargeModelArns"}]})
    assert otherwise["Fn::Sub"].endswith(":bedrock:${AWS::Region}::foundation-model/${LargeModelId}")
    holders = {
        name: [a["Fn::If"] for a in role["Properties"].get("ManagedPolicyArns", []) if "Fn::If" in a]
        for name, role in resources("access", "AWS::IAM::Role").items()
    }
    assert {name for name, found in holders.items() if found} == {"ApiRole"}
    assert all(otherwise == NOTHING for _, _, otherwise in holders["ApiRole"])


def test_no_role_has_such_a_right_of_its_own() -> None:
    for role in resources("access", "AWS::IAM::Role").values():
        assert "bedrock" not in str(role["Properties"]["Policies"])
