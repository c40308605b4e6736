"""The whole stack, with the emulator's own functions held still where the test's own interpreters do the work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from local.emulators.aws import clients
from local.emulators.process import ROOT
from local.lambda_host.host import Deployed, LambdaHost, deployed
from local.system import LAYERS, STACK, System
from tests.packaging.plumbing import halt, set_up
from tests.template.reading import function
from tests.unit import channel_events

Host = Callable[[str], LambdaHost]
SAMPLE_ACCOUNTS = (channel_events.WHATSAPP, channel_events.WECHAT, channel_events.WEBCHAT)


@pytest.fixture(scope="session")
def system() -> Iterator[System]:
    with System(pages=False, parameters={"AllowedOrigins": "http://localhost:8080"}) as running:
        aws = clients(running.endpoint)
        halt(aws)
        set_up(aws, SAMPLE_ACCOUNTS, running.sandbox)
        yield running


@pytest.fixture(scope="session")
def aws(system: System) -> Any:
    return clients(system.endpoint)


def layers_of(name: str) -> list[str]:
    """The layers of a function in the template's order: those of all functions, then its own."""
    own = [layer["Ref"] for layer in function(name).properties.get("Layers", [])]
    return [layer.removesuffix("Layer").lower() for layer in ("CoreLayer", "RuntimeLayer", *own)]


@pytest.fixture(scope="session")
def packaged(aws: Any) -> Callable[[str], Deployed]:
    """A function with its folder and its layers built for this machine."""

    def find(name: str) -> Deployed:
        layers = [LAYERS[f"layers/{layer}"] for layer in layers_of(name)]
        return deployed(aws, STACK, name, ROOT / "functions" / name, layers)

    return find


@pytest.fixture(scope="session")
def host(system: System, packaged: Callable[[str], Deployed]) -> Iterator[Host]:
    """Gives a function's running interpreter; each is started once."""
    with ExitStack() as stack:
        running: dict[str, LambdaHost] = {}

        def start(name: str) -> LambdaHost:
            if name not in running:
                running[name] = stack.enter_context(LambdaHost(packaged(name), system.endpoint))
            return running[name]

        yield start
