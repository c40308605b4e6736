"""Where LocalStack's CloudFormation falls short of a template, made good before a deployment."""

import json
import re
from collections.abc import Mapping
from typing import Any

from local.deploy.intrinsics import Evaluator, Unknown


def with_names(template: dict[str, Any]) -> dict[str, Any]:
    """The template with a name for each Firehose stream without one: LocalStack invents names for other
    resources, and fails here.
    """
    resources = {}
    for name, resource in template["Resources"].items():
        if resource.get("Type") == "AWS::KinesisFirehose::DeliveryStream":
            named = {"DeliveryStreamName": {"Fn::Sub": "${AWS::StackName}-" + name}}
            resource = {**resource, "Properties": named | resource.get("Properties", {})}
        resources[name] = resource
    return {**template, "Resources": resources}


def without_absent_outputs(template: dict[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """The template without outputs whose condition is false under the given parameters and the others' defaults:
    LocalStack works out their values all the same, and fails where they name a resource that is not there.
    """
    outputs = template.get("Outputs")
    if not outputs:
        return template
    there = {name: o for name, o in outputs.items() if not _absent(_evaluator(template, given), o)}
    return {**template, "Outputs": there}


def without_absent_resources(template: dict[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """The same of resources that nothing which stays names: LocalStack fails where one that is not there names another one."""
    evaluator, resources = _evaluator(template, given), dict(template["Resources"])
    gone = {name for name, resource in resources.items() if _absent(evaluator, resource)}
    while True:
        staying = json.dumps([{n: r for n, r in resources.items() if n not in gone}, template.get("Outputs")], default=str)
        named = {name for name in gone if re.search(rf"\b{name}\b", staying)}
        if not named:
            return {**template, "Resources": {name: r for name, r in resources.items() if name not in gone}}
        gone -= named


def given_to_nested(template: dict[str, Any], given: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The parameters that nested stacks get, by their template's path, as far as the stack's own decide them."""
    evaluator, found = _evaluator(template, given), dict[str, dict[str, str]]()
    for resource in template["Resources"].values():
        if resource.get("Type") == "AWS::CloudFormation::Stack":
            properties = resource["Properties"]
            values = found.setdefault(str(properties["TemplateURL"]), {})
            for name, value in (properties.get("Parameters") or {}).items():
                try:
                    values[name] = str(evaluator.value(value))
                except Unknown:
                    continue
    return found


def _evaluator(template: dict[str, Any], given: Mapping[str, str]) -> Evaluator:
    defaults = {name: str(p["Default"]) for name, p in (template.get("Parameters") or {}).items() if "Default" in p}
    return Evaluator(template, defaults | dict(given))


def _absent(evaluator: Evaluator, declared: Mapping[str, Any]) -> bool:
    """Whether parameters decide that it is not there."""
    try:
        return "Condition" in declared and not evaluator.holds(declared["Condition"])
    except Unknown:
        return False
