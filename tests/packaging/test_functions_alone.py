"""Every function in an interpreter that has nothing but its own folder and its layers: it loads, and answers each sample event."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from local.emulators.process import ROOT
from local.lambda_host.host import Answer, Deployed, FunctionFailed, LambdaHost
from local.system import System
from tests.packaging.conftest import Host
from tests.template.reading import Function, functions

pytestmark = pytest.mark.ministack
SAMPLES = sorted((ROOT / "events").glob("*/*.json"))
LOST_IMPORTS = ("ImportError", "ModuleNotFoundError", "No module named")
# Samples of a conversation, ticket or session that this stack does not have, and samples of what is refused anywhere.
REFUSED = {
    "api/conversation_of_nobody": 404, "api/reply": 404, "api/transfer": 404, "api/routing_refused": 403, "api/not_json": 400,
    "socket/connect": 401, "socket/connect_without_ticket": 401,
    "visitor/ticket_of_no_session": 401, "visitor/other_origin": 403,
}  # fmt: skip
KEPT_IN_THE_QUEUE = {"hook/not_ours", "connector/not_ours", "delivery/message", "delivery/message_last_try"}


def imports_lost(answer: Answer) -> list[str]:
    """What the function says of imports that failed, in its result or in its log."""
    said = [*answer.lines, json.dumps(answer.body)]
    return [line for line in said if any(word in line for word in LOST_IMPORTS)]


@pytest.mark.parametrize("function", functions(), ids=lambda function: function.name)
def test_each_function_has_sample_events(function: Function) -> None:
    assert [path for path in SAMPLES if path.parent.name == function.name], "no sample event drives this function"


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_function_answers_its_sample_events(path: Path, host: Host) -> None:
    name = f"{path.parent.name}/{path.stem}"
    event = json.loads(path.read_text(encoding="utf-8"))
    answer = host(path.parent.name).invoke(event)
    assert not imports_lost(answer)
    assert not answer.failed, answer.body
    if "Records" in event:
        kept = [record["messageId"] for record in event["Records"]] if name in KEPT_IN_THE_QUEUE else []
        assert answer.body == {"batchItemFailures": [{"itemIdentifier": message} for message in kept]}, answer.lines
    elif "requestContext" in event:
        status = answer.body["statusCode"]
        assert status == REFUSED[name] if name in REFUSED else 200 <= status < 300, answer.body
    else:
        assert all(isinstance(found, int | list) for found in answer.body.values())


@pytest.mark.parametrize(
    ("name", "sample", "package"),
    [
        ("webhook_wechat", "text", "defusedxml"),
        ("webhook_whatsapp", "text", "pydantic_core"),
        ("router", "warm_up", "numpy"),
        ("librarian", "search", "numpy"),
        ("planner", "every_five_minutes", "scipy"),
    ],
)
def test_a_package_that_no_layer_carries_is_missed(
    name: str, sample: str, package: str, packaged: Callable[[str], Deployed], system: System, tmp_path: Path
) -> None:
    """The proof of the proof: nothing on this machine stands in for what a layer lost."""
    function = packaged(name)
    layers = tuple(_without(package, layer, tmp_path / str(n)) for n, layer in enumerate(function.layers))
    event = json.loads((ROOT / "events" / name / f"{sample}.json").read_text(encoding="utf-8"))
    said = _answer_or_failure(replace(function, layers=layers), system.endpoint, event)
    assert any(package in line for line in said)


def _answer_or_failure(function: Deployed, endpoint: str, event: object) -> list[str]:
    """What a function says of lost imports, be it when it loads or when it runs."""
    try:
        with LambdaHost(function, endpoint) as running:
            return imports_lost(running.invoke(event))
    except FunctionFailed as failure:
        return [str(failure)] if any(word in str(failure) for word in LOST_IMPORTS) else []


def _without(package: str, layer: Path, copy: Path) -> Path:
    """The layer, linked entry by entry, less one package."""
    (copy / "python").mkdir(parents=True)
    for entry in (layer / "python").iterdir():
        if entry.name != package:
            (copy / "python" / entry.name).symlink_to(entry)
    return copy
