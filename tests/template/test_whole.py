"""What holds across all templates: they fit together, and they fit any account, region and partition."""

from __future__ import annotations

import re

import pytest

from tests.template.reading import NESTED, resources, strings, template

EVERY = pytest.mark.parametrize("name", ["root", *NESTED])


@EVERY
def test_nothing_names_a_partition_region_or_account(name: str) -> None:
    """Descriptions aside, an ARN begins with ${AWS::Partition}, and hosts end in ${AWS::URLSuffix}."""
    for text in strings(template(name)):
        assert "arn:aws" not in text, text
        assert not re.search(r"\b\d{12}\b", text), text
        assert not re.search(r"\b(us|eu|ap|sa|ca|cn|me|af|il)(-gov)?-(north|south|east|west|central)+-\d\b", text), text
        if "amazonaws.com" in text:
            assert re.fullmatch(r"[a-z]+\.amazonaws\.com", text), f"{text}: only a service principal may say so"


@EVERY
def test_every_parameter_is_used(name: str) -> None:
    body = {key: value for key, value in template(name).items() if key != "Parameters"}
    text = " ".join(strings(body))
    for parameter in template(name).get("Parameters", {}):
        used = re.search(rf"(\$\{{|^|\s){parameter}(\}}|$|\s)", text)
        assert used, f"{name}: {parameter}"


def test_nested_stacks_hold_no_functions_and_all_are_nested() -> None:
    stacks = resources("root", "AWS::CloudFormation::Stack")
    assert {stack["Properties"]["TemplateURL"] for stack in stacks.values()} == {f"infra/{name}.yaml" for name in NESTED}
    for name in NESTED:
        kinds = {item["Type"] for item in template(name)["Resources"].values()}
        assert not [kind for kind in kinds if kind.startswith(("AWS::Serverless::", "AWS::Lambda::"))]
        assert "Transform" not in template(name)


def _stack_template(logical: str) -> str:
    url = template("root")["Resources"][logical]["Properties"]["TemplateURL"]
    return str(url).removeprefix("infra/").removesuffix(".yaml")


def test_a_stack_is_given_exactly_its_parameters() -> None:
    for logical, stack in resources("root", "AWS::CloudFormation::Stack").items():
        declared = template(_stack_template(logical)).get("Parameters", {})
        assert set(stack["Properties"]["Parameters"]) == set(declared), logical


def test_what_one_stack_gives_another_keeps_its_name() -> None:
    """Two ARNs swapped between stacks deploy without a word and fail at run time."""
    for stack in resources("root", "AWS::CloudFormation::Stack").values():
        for parameter, value in stack["Properties"]["Parameters"].items():
            if isinstance(value, dict) and "Fn::GetAtt" in value:
                assert value["Fn::GetAtt"][1] == f"Outputs.{parameter}"


def test_an_output_of_a_nested_stack_that_is_asked_for_exists() -> None:
    asked = re.compile(r"Outputs\.(\w+)")

    def walk(value: object) -> None:
        if isinstance(value, dict):
            attribute = value.get("Fn::GetAtt")
            if isinstance(attribute, list) and (match := asked.fullmatch(attribute[1])):
                assert match.group(1) in template(_stack_template(attribute[0]))["Outputs"], attribute
            for item in value.values():
                walk(item)
        elif isinstance(value, list):
            for item in value:
                walk(item)

    walk(template("root"))


def test_the_environment_names_what_it_says() -> None:
    """SWITCHBOARD_STATE_TABLE must be the state table; a swap would deploy without a word."""
    for item in resources("root", "AWS::Serverless::Function").values():
        for variable, value in item["Properties"]["Environment"]["Variables"].items():
            words = "".join(word.title() for word in variable.removeprefix("SWITCHBOARD_").split("_"))
            if isinstance(value, dict) and "Fn::GetAtt" in value and variable != "SWITCHBOARD_KMS_KEY_ID":
                assert value["Fn::GetAtt"][1] == f"Outputs.{words}"
            if isinstance(value, dict) and "Ref" in value:
                assert value["Ref"] == words
