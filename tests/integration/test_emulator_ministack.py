"""The embedded emulator and deployment to it, on a real MiniStack."""

import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local.deploy import DeployFailed, deploy
from local.deploy.template import BadTemplate
from local.emulators.aws import clients
from local.emulators.ministack import MiniStack
from local.emulators.process import ROOT, EmulatorFailed, answers

pytestmark = pytest.mark.ministack

_HOLDER = """
import sys
from local.emulators.ministack import MiniStack
with MiniStack() as emulator:
    print(emulator.endpoint, emulator._process.directory, flush=True)
    sys.stdin.read()
"""


def _eventually(holds: Callable[[], bool], seconds: float = 15.0) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_when_its_owner_is_interrupted_or_killed(number: signal.Signals) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", _HOLDER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout
    endpoint, directory = owner.stdout.readline().split()
    assert answers(f"{endpoint}/_ministack/health")
    owner.send_signal(number)
    owner.communicate()
    assert _eventually(lambda: not answers(f"{endpoint}/_ministack/health", timeout=0.5) and not Path(directory).exists())


def test_a_port_that_is_taken_is_an_error_that_says_so(emulator: MiniStack) -> None:
    with pytest.raises(EmulatorFailed, match="already in use"):
        MiniStack(emulator.port, log=ROOT / "build" / "logs" / "ministack-refused.log").start()


@pytest.fixture(scope="module")
def emulator() -> Iterator[MiniStack]:
    with MiniStack() as running:
        yield running


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project as deployment meets it: a root template, a nested one, a function, a built layer."""
    (tmp_path / "functions" / "api").mkdir(parents=True)
    (tmp_path / "functions" / "api" / "handler.py").write_text(
        "import os, phrases\n"
        "def handler(event, context):\n"
        "    print('asked')\n"
        "    return {'statusCode': 200, 'body': phrases.GREETING + ' ' + os.environ['TABLE']}\n"
    )
    layer = tmp_path / "build" / "layers" / "core" / "python"
    layer.mkdir(parents=True)
    (layer / "phrases.py").write_text("GREETING = 'hello'\n")
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "data.yaml").write_text(
        "Resources:\n"
        "  Table:\n"
        "    Type: AWS::DynamoDB::Table\n"
        "    Properties:\n"
        "      BillingMode: PAY_PER_REQUEST\n"
        "      AttributeDefinitions: [{AttributeName: pk, AttributeType: S}]\n"
        "      KeySchema: [{AttributeName: pk, KeyType: HASH}]\n"
        "Outputs: {TableName: {Value: !Ref Table}}\n"
    )
    (tmp_path / "template.yaml").write_text(
        "Transform: AWS::Serverless-2016-10-31\n"
        "Parameters: {Reserved: {Type: Number, Default: 3}}\n"
        "Resources:\n"
        "  Data: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: infra/data.yaml}}\n"
        "  Core:\n"
        "    Type: AWS::Serverless::LayerVersion\n"
        "    Metadata: {BuildMethod: makefile}\n"
        "    Properties: {ContentUri: layers/core, CompatibleRuntimes: [python3.13]}\n"
        "  Api:\n"
        "    Type: AWS::Serverless::Api\n"
        "    Properties:\n"
        "      StageName: v1\n"
        "      Cors: {AllowOrigin: \"'https://desk.example'\", AllowHeaders: \"'authorization'\"}\n"
        "  Greet:\n"
        "    Type: AWS::Serverless::Function\n"
        "    Properties:\n"
        "      CodeUri: functions/api\n"
        "      Handler: handler.handler\n"
        "      Runtime: python3.13\n"
        "      Layers: [!Ref Core]\n"
        "      ReservedConcurrentExecutions: !Ref Reserved\n"
        "      Environment: {Variables: {TABLE: !GetAtt Data.Outputs.TableName}}\n"
        "      Events: {Get: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /greeting, Method: GET}}}\n"
        "Outputs:\n"
        "  Api: {Value: !Ref Api}\n"
        "  Function: {Value: !Ref Greet}\n"
        "  Table: {Value: !GetAtt Data.Outputs.TableName}\n"
    )
    return tmp_path


def _deploy(emulator: MiniStack, project: Path, stack: str, **options: Any) -> dict[str, str]:
    options.setdefault("layers", {"./layers/core/": project / "build" / "layers" / "core"})
    return deploy(project / "template.yaml", stack, endpoint=emulator.endpoint, **options)


def _greeting(emulator: MiniStack, outputs: dict[str, str]) -> str:
    with urllib.request.urlopen(f"{emulator.rest_url(outputs['Api'], 'v1')}/greeting") as response:
        body: bytes = response.read()
        return body.decode()


@pytest.mark.parametrize("link_layers", [False, True])
def test_a_template_with_layer_and_nested_stack_runs(emulator: MiniStack, project: Path, link_layers: bool) -> None:
    outputs = _deploy(emulator, project, f"runs-{link_layers}".lower(), link_layers=link_layers)
    assert _greeting(emulator, outputs) == f"hello {outputs['Table']}"


def test_an_update_brings_new_code_and_keeps_data_and_parameters(emulator: MiniStack, project: Path) -> None:
    before = _deploy(emulator, project, "updated", parameters={"Reserved": "7"})
    handler = project / "functions" / "api" / "handler.py"
    handler.write_text(handler.read_text().replace("phrases.GREETING", "'goodbye'"))
    after = _deploy(emulator, project, "updated")
    assert _greeting(emulator, after) == f"goodbye {before['Table']}"
    reserved = clients(emulator.endpoint)("lambda").get_function_concurrency(FunctionName=after["Function"])
    assert reserved["ReservedConcurrentExecutions"] == 7


def test_deploying_the_same_again_changes_nothing(emulator: MiniStack, project: Path) -> None:
    assert _deploy(emulator, project, "same") == _deploy(emulator, project, "same")


def test_a_browser_may_ask_before_it_calls(emulator: MiniStack, project: Path) -> None:
    outputs = _deploy(emulator, project, "preflight")
    question = urllib.request.Request(f"{emulator.rest_url(outputs['Api'], 'v1')}/greeting", method="OPTIONS")
    with urllib.request.urlopen(question) as response:
        assert response.headers["Access-Control-Allow-Origin"] == "https://desk.example"
        assert response.headers["Access-Control-Allow-Headers"] == "authorization"


def test_a_failure_names_the_resource_of_the_nested_stack_and_the_reason(emulator: MiniStack, project: Path) -> None:
    (project / "infra" / "data.yaml").write_text(
        "Resources:\n  Bad: {Type: AWS::Nowhere::Thing}\nOutputs: {TableName: {Value: x}}\n"
    )
    with pytest.raises(DeployFailed) as failure:
        _deploy(emulator, project, "failing")
    assert "AWS::Nowhere::Thing" in str(failure.value)


def test_a_stack_that_failed_can_be_deployed_once_it_is_mended(emulator: MiniStack, project: Path) -> None:
    data = project / "infra" / "data.yaml"
    good = data.read_text()
    data.write_text("Resources:\n  Bad: {Type: AWS::Nowhere::Thing}\nOutputs: {TableName: {Value: x}}\n")
    with pytest.raises(DeployFailed):
        _deploy(emulator, project, "mended")
    data.write_text(good)
    assert "hello" in _greeting(emulator, _deploy(emulator, project, "mended"))


def test_a_parameter_that_the_template_lacks_is_refused(emulator: MiniStack, project: Path) -> None:
    with pytest.raises(BadTemplate, match=r"no parameter Reservd.*Reserved"):
        _deploy(emulator, project, "misspelt", parameters={"Reservd": "1"})


def test_a_layer_that_was_not_built_is_refused(emulator: MiniStack, project: Path) -> None:
    with pytest.raises(BadTemplate, match="Core: layers/core has a BuildMethod"):
        _deploy(emulator, project, "unbuilt", layers={})


def test_a_reserved_concurrency_of_zero_stops_the_function(emulator: MiniStack, project: Path) -> None:
    outputs = _deploy(emulator, project, "stopped", parameters={"Reserved": "0"})
    lambda_ = clients(emulator.endpoint)("lambda")
    with pytest.raises(lambda_.exceptions.TooManyRequestsException):
        lambda_.invoke(FunctionName=outputs["Function"], Payload=json.dumps({}))


def test_functions_do_not_see_the_developers_own_aws_settings(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "company")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    (project / "functions" / "api" / "handler.py").write_text(
        "import json, os\ndef handler(event, context):\n"
        "    print('asked')\n"
        "    seen = {k: os.environ.get(k, '') for k in ('AWS_PROFILE', 'AWS_ENDPOINT_URL')}\n"
        "    return {'statusCode': 200, 'body': json.dumps(seen)}\n"
    )
    with MiniStack() as own:
        seen = json.loads(_greeting(own, _deploy(own, project, "clean")))
        assert seen == {"AWS_PROFILE": "", "AWS_ENDPOINT_URL": own.endpoint}
