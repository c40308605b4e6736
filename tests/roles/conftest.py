"""The whole system with its functions' AWS calls written down, after a journey that makes them do all they can."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local.emulators.aws import clients, invoke
from local.emulators.ministack import MiniStack
from local.emulators.process import ROOT
from local.system import STACK, System
from switchboard.settings import PREFIX
from tests.packaging.plumbing import set_up
from tests.roles.grants import Grant, grants_of
from tests.roles.journey import Journey
from tests.roles.recorder.aws_calls import Use
from tests.template.reading import functions
from tests.unit import channel_events

RECORDER = Path(__file__).with_name("recorder")
SAMPLE_ACCOUNTS = (channel_events.WHATSAPP, channel_events.WECHAT, channel_events.WEBCHAT)


class RecordedSystem(System):
    """A system whose functions load the recorder."""

    def __init__(self, calls: Path, parameters: dict[str, str]) -> None:
        super().__init__(pages=False, parameters=parameters, translates=True, large_model=True)
        self._emulator = MiniStack(environment={"PYTHONPATH": str(RECORDER), "RECORDED_CALLS": str(calls)})
        self.endpoint = self._emulator.endpoint

    def _step(self, began: float, what: str) -> None:
        """The sweeper's first run makes a new stack's keys; here it comes before the seed would."""
        if what == "signing in the sample company":
            invoke(clients(self.endpoint)("lambda"), f"{STACK}-sweeper", {})


@dataclass(frozen=True)
class Findings:
    """By function: what it called, what its role allows, the variables it is given and the settings it read."""

    used: Mapping[str, frozenset[Use]]
    granted: Mapping[str, tuple[Grant, ...]]
    given: Mapping[str, Mapping[str, str]]
    read: Mapping[str, frozenset[str]]


@pytest.fixture(scope="session")
def findings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Findings]:
    calls = tmp_path_factory.mktemp("calls")
    parameters = {"AcceptSeconds": "5", "GraceSeconds": "0", "ErasureDelayHours": "0"}
    with RecordedSystem(calls, parameters) as system:
        aws = clients(system.endpoint)
        Journey(system, aws).play()
        _samples(aws, system.sandbox)
        yield findings_of(aws, calls)


def findings_of(aws: Any, calls: Path) -> Findings:
    names = [function.name for function in functions()]
    lines = {name: _lines(calls, name) for name in names}
    variables = {
        name: aws("lambda").get_function_configuration(FunctionName=f"{STACK}-{name}")["Environment"]["Variables"] for name in names
    }
    return Findings(
        used={name: frozenset(line for line in found if line[0] != "setting") for name, found in lines.items()},
        granted={name: tuple(grants_of(aws, f"{STACK}-{name}")) for name in names},
        given={name: {k: v for k, v in given.items() if k.startswith(PREFIX)} for name, given in variables.items()},
        read={name: frozenset(line[1] for line in found if line[0] == "setting") for name, found in lines.items()},
    )


def _samples(aws: Any, sandbox: str) -> None:
    """The webhooks' sample events: kinds of message that the journey does not send."""
    set_up(aws, SAMPLE_ACCOUNTS, sandbox)
    for path in sorted((ROOT / "events").glob("webhook_*/*.json")) + sorted((ROOT / "events").glob("visitor/*.json")):
        invoke(aws("lambda"), f"{STACK}-{path.parent.name}", path.read_bytes())


def _lines(calls: Path, name: str) -> set[tuple[str, str]]:
    lines = [line for file in calls.glob(f"{STACK}-{name}.*") for line in file.read_text().splitlines()]
    return {(first, second) for first, _, second in (line.partition(" ") for line in lines)}
