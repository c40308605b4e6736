"""Where LocalStack's CloudFormation falls short of a template, made good before a deployment."""

from collections.abc import Mapping
from typing import Any

from local.deploy.intrinsics import Evaluator


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
    defaults = {name: str(p["Default"]) for name, p in (template.get("Parameters") or {}).items() if "Default" in p}
    evaluator = Evaluator(template, defaults | dict(given))
    there = {name: o for name, o in outputs.items() if "Condition" not in o or evaluator.holds(o["Condition"])}
    return {**template, "Outputs": there}
