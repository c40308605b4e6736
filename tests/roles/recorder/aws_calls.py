"""AWS calls as IAM sees them. Stands alone: functions load it from a folder on their path, with nothing of the tests beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

ARN = "arn:aws:{service}:us-east-1:000000000000:{place}"
# An item of TransactWriteItems needs the right to the single call.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
ITEM_ACTIONS = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}
# Calls whose right is named otherwise, after the Service Authorization Reference.
OTHER_NAMES = {"sqs:SendMessageBatch": "sqs:SendMessage", "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
               "s3:ListObjectsV2": "s3:ListBucket", "s3:ListObjectVersions": "s3:ListBucketVersions"}  # fmt: skip

Use = tuple[str, str]  # action, ARN
Listener = Callable[[str, str, Mapping[str, Any], str], None]  # service, operation, parameters, endpoint


def uses(service: str, operation: str, params: Mapping[str, Any], endpoint: str) -> Iterator[Use]:
    """The actions on resources that a call needs. Raises LookupError for a service nobody mapped."""
    if service == "dynamodb":
        yield from _dynamodb(operation, params)
    elif service == "sqs":
        name = OTHER_NAMES.get(f"sqs:{operation}", f"sqs:{operation}")
        yield name, ARN.format(service="sqs", place=params["QueueUrl"].rsplit("/", 1)[1])
    elif service == "s3":
        if operation in ("ListObjectsV2", "ListObjectVersions"):
            yield OTHER_NAMES[f"s3:{operation}"], f"arn:aws:s3:::{params['Bucket']}"
        elif operation == "DeleteObjects":
            for each in params["Delete"]["Objects"]:
                yield "s3:DeleteObject", f"arn:aws:s3:::{params['Bucket']}/{each['Key']}"
        else:
            operation = "GetObject" if operation == "HeadObject" else operation  # which has no right of its own
            yield f"s3:{operation}", f"arn:aws:s3:::{params['Bucket']}/{params['Key']}"
    elif service == "kms":
        key = str(params.get("KeyId", "not named"))
        yield f"kms:{operation}", key if key.startswith("arn:") else ARN.format(service="kms", place=f"key/{key}")
    elif service == "secretsmanager":
        # The ARN ends with six characters that nobody chooses.
        yield f"secretsmanager:{operation}", ARN.format(service="secretsmanager", place=f"secret:{params['SecretId']}-AbCdEf")
    elif service == "firehose":
        yield f"firehose:{operation}", ARN.format(service="firehose", place=f"deliverystream/{params['DeliveryStreamName']}")
    elif (service, operation) == ("lambda", "Invoke"):
        yield "lambda:InvokeFunction", ARN.format(service="lambda", place=f"function:{params['FunctionName']}")
    elif (service, operation) == ("bedrock-runtime", "Converse"):
        # The Converse API is called by the right to InvokeModel.
        # https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
        yield "bedrock:InvokeModel", f"arn:aws:bedrock:us-east-1::foundation-model/{params['modelId']}"
        if guardrail := params.get("guardrailConfig"):
            yield "bedrock:ApplyGuardrail", ARN.format(service="bedrock", place=f"guardrail/{guardrail['guardrailIdentifier']}")
    elif (service, operation) == ("translate", "TranslateText"):
        yield "translate:TranslateText", "*"
    elif service == "apigatewaymanagementapi":
        api, stage = urlsplit(endpoint).path.strip("/").split("/")[-2:]
        verb = {"PostToConnection": "POST", "DeleteConnection": "DELETE", "GetConnection": "GET"}[operation]
        place = f"{api}/{stage}/{verb}/@connections/{params['ConnectionId']}"
        yield "execute-api:ManageConnections", ARN.format(service="execute-api", place=place)
    else:
        raise LookupError(f"{service}:{operation} is not mapped to an action")


def _dynamodb(operation: str, params: Mapping[str, Any]) -> Iterator[Use]:
    def table(name: str, index: str = "") -> str:
        return ARN.format(service="dynamodb", place=f"table/{name}" + (f"/index/{index}" if index else ""))

    if operation == "TransactWriteItems":
        for item in params["TransactItems"]:
            for kind, request in item.items():
                yield f"dynamodb:{ITEM_ACTIONS[kind]}", table(request["TableName"])
    elif operation == "TransactGetItems":
        for item in params["TransactItems"]:
            yield "dynamodb:GetItem", table(item["Get"]["TableName"])
    elif "RequestItems" in params:
        for name in params["RequestItems"]:
            yield f"dynamodb:{operation}", table(name)
    else:
        yield f"dynamodb:{operation}", table(params["TableName"], params.get("IndexName", ""))


def listen(listener: Listener) -> Callable[[], None]:
    """Tell the listener of every AWS call that this process makes from now on, before it is sent. Returns how to stop it."""
    from botocore.client import BaseClient

    original = BaseClient._make_api_call

    def telling(client: Any, operation: str, params: Mapping[str, Any]) -> Any:
        listener(client.meta.service_model.service_name, operation, params, client.meta.endpoint_url)
        return original(client, operation, params)

    BaseClient._make_api_call = telling

    def stop() -> None:
        BaseClient._make_api_call = original

    return stop
