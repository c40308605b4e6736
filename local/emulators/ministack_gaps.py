"""Where MiniStack's CloudFormation falls short of a template, made good before and after a deployment.

Before: resources of types it refuses are left out; none of them changes what functions see.

After: what it drops although MiniStack can do it is applied through MiniStack's API.
- `ReservedConcurrentExecutions` of functions.
- Object Lock of buckets.
- The CORS headers that answer a browser's preflight request (`Cors` of `AWS::Serverless::Api`): its OpenAPI
  import keeps the OPTIONS methods but not their responses.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from local.deploy.intrinsics import NO_VALUE, Evaluator, Unknown
from local.emulators.process import answers

Clients = Callable[[str], Any]

# A firewall's association refuses the whole template, even where its condition is false.
_REFUSED_TYPES = {"AWS::WAFv2::WebACLAssociation"}


class Unapplied(RuntimeError):
    """Something that MiniStack dropped from the template could not be applied; the message names the resource."""


def is_ministack(endpoint: str) -> bool:
    """Whether a MiniStack answers there."""
    return answers(f"{endpoint}/_ministack/health")


def without_refused(template: dict[str, Any]) -> dict[str, Any]:
    """The template without resources of types that MiniStack refuses."""
    kept = {name: resource for name, resource in template["Resources"].items() if resource.get("Type") not in _REFUSED_TYPES}
    return {**template, "Resources": kept}


def fill(client: Clients, stack: str) -> None:
    """Applies what was dropped from the stack and those nested in it."""
    cloudformation = client("cloudformation")
    for name in _with_nested(cloudformation, stack):
        template = _processed(cloudformation, name)
        described = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        parameters = {
            p["ParameterKey"]: p.get("ResolvedValue", p.get("ParameterValue")) for p in described.get("Parameters", [])
        }
        evaluator = Evaluator(template, parameters)
        ids = {r["LogicalResourceId"]: r["PhysicalResourceId"] for r in _resources(cloudformation, name)}
        for logical, resource in template.get("Resources", {}).items():
            if logical not in ids:
                continue
            try:
                _apply(client, ids[logical], resource["Type"], resource.get("Properties") or {}, evaluator)
            except Unknown as error:
                raise Unapplied(f"{name}/{logical} cannot be made complete on MiniStack. {error}") from error


def _apply(client: Clients, physical: str, kind: str, properties: Mapping[str, Any], evaluator: Evaluator) -> None:
    if kind == "AWS::Lambda::Function" and "ReservedConcurrentExecutions" in properties:
        reserved = evaluator.value(properties["ReservedConcurrentExecutions"])
        if reserved is not NO_VALUE:
            client("lambda").put_function_concurrency(FunctionName=physical, ReservedConcurrentExecutions=int(reserved))
    elif kind == "AWS::S3::Bucket" and "ObjectLockConfiguration" in properties:
        client("s3").put_object_lock_configuration(
            Bucket=physical, ObjectLockConfiguration=_numbers(evaluator.value(properties["ObjectLockConfiguration"]))
        )
    elif kind == "AWS::ApiGateway::RestApi" and isinstance(properties.get("Body"), Mapping):
        _answer_preflights(client("apigateway"), physical, properties["Body"], evaluator)


def _numbers(lock: Any) -> Any:
    """A parameter's number comes as text."""
    retention = lock["Rule"]["DefaultRetention"]
    return {**lock, "Rule": {"DefaultRetention": {**retention, "Days": int(retention["Days"])}}}


def _resources(cloudformation: Any, stack: str) -> Iterator[dict[str, Any]]:
    for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack):
        yield from page["StackResourceSummaries"]


def _with_nested(cloudformation: Any, stack: str) -> Iterator[str]:
    yield stack
    for resource in _resources(cloudformation, stack):
        if resource["ResourceType"] == "AWS::CloudFormation::Stack":
            yield from _with_nested(cloudformation, resource["PhysicalResourceId"])


def _processed(cloudformation: Any, stack: str) -> dict[str, Any]:
    body = cloudformation.get_template(StackName=stack, TemplateStage="Processed")["TemplateBody"]
    template: dict[str, Any] = json.loads(body) if isinstance(body, str) else body
    return template


def _answer_preflights(gateway: Any, api: str, body: Mapping[str, Any], evaluator: Evaluator) -> None:
    places = {
        r["path"]: r["id"] for page in gateway.get_paginator("get_resources").paginate(restApiId=api) for r in page["items"]
    }
    for path, methods in (body.get("paths") or {}).items():
        integration = (methods.get("options") or {}).get("x-amazon-apigateway-integration") or {}
        response = (integration.get("responses") or {}).get("default") or {}
        headers = response.get("responseParameters")
        if not headers or path not in places or integration.get("type", "").lower() != "mock":
            continue
        headers = evaluator.value(headers)
        method = {
            "restApiId": api,
            "resourceId": places[path],
            "httpMethod": "OPTIONS",
            "statusCode": str(response["statusCode"]),
        }
        gateway.put_method_response(**method, responseParameters=dict.fromkeys(headers, False))
        gateway.put_integration_response(**method, responseParameters=headers)
