"""Templates made ready for an emulator: what is replaced, what is left alone, and what is refused."""

from pathlib import Path
from typing import Any

import pytest

from local.deploy import DeployFailed, deploy
from local.deploy.template import BadTemplate, load, resolve


def _resolved(text: str, tmp_path: Path) -> dict[str, Any]:
    path = tmp_path / "template.yaml"
    path.write_text(text)
    return resolve(
        load(path),
        folder=lambda local, built: f"s3://b/{local}{'+built' if built else ''}",
        nested=lambda local: f"http://b/{local}",
    )


def test_local_code_layers_and_nested_templates_are_replaced(tmp_path: Path) -> None:
    resources = _resolved(
        """
        Resources:
          F: {Type: AWS::Serverless::Function, Properties: {CodeUri: functions/api, Handler: handler.handler}}
          L:
            Type: AWS::Serverless::LayerVersion
            Metadata: {BuildMethod: makefile}
            Properties: {ContentUri: layers/intent}
          S:
            Type: AWS::CloudFormation::Stack
            Properties: {TemplateURL: infra/data.yaml, Parameters: {Stage: !Ref Stage}}
          A: {Type: AWS::Serverless::Application, Properties: {Location: infra/web.yaml}}
        """,
        tmp_path,
    )["Resources"]
    assert resources["F"]["Properties"] == {"CodeUri": "s3://b/functions/api", "Handler": "handler.handler"}
    assert resources["L"]["Properties"]["ContentUri"] == "s3://b/layers/intent+built"
    assert resources["S"]["Properties"] == {
        "TemplateURL": "http://b/infra/data.yaml",
        "Parameters": {"Stage": {"Ref": "Stage"}},
    }
    assert resources["A"]["Properties"]["Location"] == "http://b/infra/web.yaml"


def test_what_is_uploaded_already_or_inline_is_left_alone(tmp_path: Path) -> None:
    text = """
        Resources:
          A: {Type: AWS::Serverless::Function, Properties: {CodeUri: s3://else/where.zip}}
          B: {Type: AWS::Serverless::Function, Properties: {CodeUri: {Bucket: b, Key: k}}}
          C: {Type: AWS::Serverless::Function, Properties: {InlineCode: "def f(e, c): ..."}}
          D: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: "https://b/t.yaml"}}
          E: {Type: AWS::SQS::Queue}
    """
    assert _resolved(text, tmp_path)["Resources"] == load(tmp_path / "template.yaml")["Resources"]


def test_code_given_for_all_functions_is_replaced(tmp_path: Path) -> None:
    resolved = _resolved("Globals: {Function: {CodeUri: functions/all, Timeout: 5}}\nResources: {}", tmp_path)
    assert resolved["Globals"]["Function"] == {"CodeUri": "s3://b/functions/all", "Timeout": 5}


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("!Ref Table", {"Ref": "Table"}),
        ("!GetAtt Table.StreamArn", {"Fn::GetAtt": ["Table", "StreamArn"]}),
        ("!GetAtt Data.Outputs.Table", {"Fn::GetAtt": ["Data", "Outputs.Table"]}),
        ("!Condition IsLocal", {"Condition": "IsLocal"}),
        ("!If [IsLocal, !Ref A, !Ref 'AWS::NoValue']", {"Fn::If": ["IsLocal", {"Ref": "A"}, {"Ref": "AWS::NoValue"}]}),
        ("!Sub ['${x}/y', {x: !ImportValue z}]", {"Fn::Sub": ["${x}/y", {"x": {"Fn::ImportValue": "z"}}]}),
        ("2012-10-17", "2012-10-17"),
    ],
)
def test_short_forms_become_long_forms(short: str, long: Any, tmp_path: Path) -> None:
    resources = _resolved(f"Resources: {{X: {{Type: T, Properties: {{Value: {short}}}}}}}", tmp_path)["Resources"]
    assert resources["X"]["Properties"]["Value"] == long


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("Resources: [", "not valid YAML"), ("just text", "no Resources"), ("Outputs: {}", "no Resources")],
)
def test_what_is_no_template_is_refused_by_name(text: str, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(text)
    with pytest.raises(BadTemplate, match=rf"broken\.yaml.*{complaint}"):
        load(path)


def test_a_missing_folder_is_reported_with_its_resource(tmp_path: Path) -> None:
    def nowhere(local: str, built: bool) -> str:
        raise FileNotFoundError(f"There is no folder {local} to package.")

    template = {"Resources": {"Api": {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "functions/api"}}}}
    with pytest.raises(BadTemplate, match="Api: There is no folder functions/api"):
        resolve(template, folder=nowhere, nested=str)


def test_aws_itself_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    with pytest.raises(DeployFailed, match="sam deploy"):
        deploy(tmp_path / "template.yaml", "s", endpoint="https://cloudformation.eu-west-1.amazonaws.com")
