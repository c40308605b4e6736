"""The templates as plain data, and the few questions that the rules ask of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from local.deploy.template import load
from local.emulators.process import ROOT

NESTED = ("security", "data", "audit", "backup", "messaging", "logging", "access", "observability", "web")


@cache
def template(name: str) -> dict[str, Any]:
    """`root`, or the name of a nested stack."""
    return load(ROOT / ("template.yaml" if name == "root" else f"infra/{name}.yaml"))


def resources(name: str, kind: str) -> dict[str, dict[str, Any]]:
    """The resources of one type, by their logical names."""
    return {key: value for key, value in template(name)["Resources"].items() if value["Type"] == kind}


def everywhere(kind: str) -> dict[str, dict[str, Any]]:
    """The resources of one type of all templates, by `template.Name`."""
    return {f"{name}.{key}": value for name in ("root", *NESTED) for key, value in resources(name, kind).items()}


def strings(value: Any) -> Iterator[str]:
    """Each string within a template, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from strings(key)
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def listed(value: Any) -> list[Any]:
    """What CloudFormation lets one write as a single item or as a list."""
    return value if isinstance(value, list) else [value]


@dataclass(frozen=True)
class Function:
    """A function of the root template with what Globals add."""

    name: str
    logical: str
    properties: dict[str, Any]

    @property
    def environment(self) -> dict[str, Any]:
        variables = self.properties.get("Environment", {}).get("Variables", {})
        assert isinstance(variables, dict)
        return variables

    @property
    def timeout(self) -> int:
        shared = template("root")["Globals"]["Function"]
        return int(self.properties.get("Timeout", shared["Timeout"]))

    def events(self, kind: str) -> list[dict[str, Any]]:
        found = self.properties.get("Events", {}).values()
        return [event["Properties"] for event in found if event["Type"] == kind]

    @property
    def role(self) -> str:
        """The logical name of its role in infra/access.yaml."""
        stack, output = self.properties["Role"]["Fn::GetAtt"]
        assert stack == "Access"
        target, attribute = template("access")["Outputs"][output.removeprefix("Outputs.")]["Value"]["Fn::GetAtt"]
        assert attribute == "Arn"
        return str(target)

    @property
    def statements(self) -> list[dict[str, Any]]:
        """All that its role allows: its own policies and those it shares, whatever condition these are under."""
        role = resources("access", "AWS::IAM::Role")[self.role]["Properties"]
        documents = [policy["PolicyDocument"] for policy in role["Policies"]]
        shared = resources("access", "AWS::IAM::ManagedPolicy")
        documents += [shared[_attached(arn)]["Properties"]["PolicyDocument"] for arn in role.get("ManagedPolicyArns", [])]
        return [_where_it_holds(statement) for document in documents for statement in document["Statement"]]

    def allows(self, action: str, resource: str) -> bool:
        """Whether a statement names the action on a resource whose text mentions `resource`."""
        return any(
            action in listed(statement["Action"]) and any(resource in text for text in strings(statement["Resource"]))
            for statement in self.statements
        )


def _attached(arn: dict[str, Any]) -> str:
    """The logical name of a policy that is attached, always or under a condition."""
    always = arn["Fn::If"][1] if "Fn::If" in arn else arn
    return str(always["Ref"])


def _where_it_holds(statement: dict[str, Any]) -> dict[str, Any]:
    """The statement of a condition that decides between it and none."""
    if "Fn::If" not in statement:
        return statement
    _, where_it_holds, elsewhere = statement["Fn::If"]
    assert elsewhere == {"Ref": "AWS::NoValue"}
    return dict(where_it_holds)


@cache
def functions() -> tuple[Function, ...]:
    found = resources("root", "AWS::Serverless::Function").items()
    return tuple(
        Function(item["Properties"]["CodeUri"].strip("/").split("/")[-1], logical, item["Properties"]) for logical, item in found
    )


def function(name: str) -> Function:
    return next(item for item in functions() if item.name == name)
