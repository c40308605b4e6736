"""LocalStack for the integration suite: started once, or the one `AWS_ENDPOINT_URL` names. It fails, and is
never skipped, without one.
"""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local.deploy import deploy
from local.deploy.template import load
from local.emulators.aws import clients
from local.emulators.localstack import LocalStack
from local.emulators.process import ROOT

Aws = Callable[[str], Any]

_STORES = ("Security", "Data", "Audit", "Messaging")


@pytest.fixture(scope="session")
def localstack() -> Iterator[LocalStack]:
    with LocalStack() as running:
        yield running


@pytest.fixture(scope="session")
def endpoint(localstack: LocalStack) -> str:
    return localstack.endpoint


@pytest.fixture(scope="session")
def aws(endpoint: str) -> Aws:
    """Makes boto3 clients for the emulator: `aws("dynamodb")`."""
    return clients(endpoint)


@pytest.fixture
def unique() -> str:
    """A name of this test alone, for whatever it creates."""
    return f"t{uuid.uuid4().hex[:12]}"


@pytest.fixture(scope="session")
def deployed_stores(endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The outputs of the root stack's tables, buckets, queues and keys, deployed once from the templates that
    production uses.
    """
    path = tmp_path_factory.mktemp("stores") / "stores.yaml"
    path.write_text(json.dumps(_only_stores(ROOT / "template.yaml")))
    return deploy(path, f"stores-{uuid.uuid4().hex[:8]}", endpoint=endpoint, parameters={"Stage": "local"})


@pytest.fixture
def stores(deployed_stores: dict[str, str], aws: Aws) -> Iterator[dict[str, str]]:
    """`deployed_stores`, emptied after the test: names of tables and buckets, URLs of queues, by the root
    stack's output names.
    """
    yield deployed_stores
    for name, value in deployed_stores.items():
        if name.endswith("Table"):
            _empty_table(aws("dynamodb"), value)
        elif name.endswith("QueueUrl"):
            aws("sqs").purge_queue(QueueUrl=value)


@pytest.fixture(scope="session")
def eventually() -> Callable[..., Any]:
    """`eventually(look, seconds=30)` answers the first true thing that `look()` answers, and fails where none
    comes in time.
    """

    def wait(look: Callable[[], Any], seconds: float = 30.0) -> Any:
        deadline = time.monotonic() + seconds
        while not (found := look()):
            assert time.monotonic() < deadline, f"{look.__name__} did not come true within {seconds} s"
            time.sleep(0.05)
        return found

    return wait


def _only_stores(root: Path) -> dict[str, Any]:
    template = load(root)
    resources = {name: template["Resources"][name] for name in _STORES}
    for resource in resources.values():
        resource["Properties"]["TemplateURL"] = str(root.parent / resource["Properties"]["TemplateURL"])
    outputs = {
        name: output
        for name, output in template["Outputs"].items()
        if isinstance(output["Value"], dict) and output["Value"].get("Fn::GetAtt", [""])[0] in _STORES
    }
    # Not in LocalStack's free edition; tests that want a user pool make one.
    outputs = {name: output for name, output in outputs.items() if not name.startswith("UserPool")}
    kept = {
        name: section
        for name, section in template.items()
        if name in ("AWSTemplateFormatVersion", "Parameters", "Conditions")
    }
    return {**kept, "Resources": resources, "Outputs": outputs}


def _empty_table(dynamodb: Any, table: str) -> None:
    keys = [key["AttributeName"] for key in dynamodb.describe_table(TableName=table)["Table"]["KeySchema"]]
    for page in dynamodb.get_paginator("scan").paginate(TableName=table):
        for item in page["Items"]:
            dynamodb.delete_item(TableName=table, Key={key: item[key] for key in keys})
