"""What a function's role allows, read from the deployed stack with every name filled in."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any


@dataclass(frozen=True)
class Grant:
    """One statement. `via` is the service whose calls alone it serves (`kms:ViaService`), or empty."""

    sid: str
    actions: frozenset[str]
    resources: frozenset[str]
    via: str

    def allows(self, action: str, resource: str) -> bool:
        return action in self.actions and any(fnmatchcase(resource, pattern) for pattern in self.resources)


def grants_of(aws: Any, function: str) -> list[Grant]:
    """The statements of all policies of a function's role. `aws` makes boto3 clients."""
    iam = aws("iam")
    role = aws("lambda").get_function_configuration(FunctionName=function)["Role"].rsplit("/", 1)[1]
    documents = [
        iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]
    ]
    for attached in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        arn = attached["PolicyArn"]
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        documents.append(iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"])
    return [_grant(statement) for document in documents for statement in document["Statement"]]


def _grant(statement: dict[str, Any]) -> Grant:
    via = statement.get("Condition", {}).get("StringEquals", {}).get("kms:ViaService", "")
    return Grant(statement["Sid"], _several(statement["Action"]), _several(statement["Resource"]), via.split(".")[0])


def _several(value: str | list[str]) -> frozenset[str]:
    return frozenset([value] if isinstance(value, str) else value)
