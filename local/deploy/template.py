"""Templates on disk, made ready for CloudFormation: local folders and nested templates replaced by where they
were uploaded.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import yaml

Template = dict[str, Any]

_CODE = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
}
_NESTED = {
    "AWS::CloudFormation::Stack": "TemplateURL",
    "AWS::Serverless::Application": "Location",
}
_REMOTE = ("s3://", "http://", "https://")


class BadTemplate(ValueError):
    """The template cannot be deployed as it is; the message names the resource and what is wrong."""


def load(path: Path) -> Template:
    """Reads a YAML template; short forms such as `!Ref` become the long ones. Raises BadTemplate where it is no
    template.
    """
    try:
        template = yaml.load(path.read_text(), _Loader)  # a SafeLoader
    except FileNotFoundError:
        raise BadTemplate(f"There is no template {path}.") from None
    except yaml.YAMLError as error:
        raise BadTemplate(f"{path} is not valid YAML: {error}") from error
    if not isinstance(template, dict) or not isinstance(template.get("Resources"), dict):
        raise BadTemplate(f"{path} has no Resources, so it is no CloudFormation template.")
    return template


def resolve(
    template: Template,
    *,
    folder: Callable[[str, bool], str],
    nested: Callable[[str], str],
) -> Template:
    """The template with each local path replaced, the given one unchanged.

    `folder(path, built)` answers the `s3://` address of a code or content folder; `built` tells that the
    resource has a BuildMethod, so that its source folder is not what Lambda should get. `nested(path)` answers
    the URL of a nested template.
    """
    resources: dict[str, Any] = {}
    for name, resource in template["Resources"].items():
        kind, properties = resource.get("Type", ""), dict(resource.get("Properties") or {})
        try:
            if path := _local(properties.get(_CODE.get(kind, ""))):
                properties[_CODE[kind]] = folder(path, "BuildMethod" in (resource.get("Metadata") or {}))
            if path := _local(properties.get(_NESTED.get(kind, ""))):
                properties[_NESTED[kind]] = nested(path)
        except (OSError, ValueError) as error:
            raise BadTemplate(f"{name}: {error}") from error
        resources[name] = {**resource, "Properties": properties} if properties else resource
    resolved = {**template, "Resources": resources}
    common = (template.get("Globals") or {}).get("Function") or {}
    if path := _local(common.get("CodeUri")):
        resolved["Globals"] = {**template["Globals"], "Function": {**common, "CodeUri": folder(path, False)}}
    return resolved


def _local(value: object) -> str | None:
    return value if isinstance(value, str) and not value.startswith(_REMOTE) else None


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's tags."""


def _long_form(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(cast(yaml.MappingNode, node), deep=True)
    if suffix in ("Ref", "Condition"):
        return {suffix: value}
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _long_form)
# Dates such as a template's or a policy's Version stay the text they are.
_Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda _loader, node: node.value)
