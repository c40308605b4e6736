"""Where LocalStack's CloudFormation falls short of a template, made good before a deployment."""

from typing import Any


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
