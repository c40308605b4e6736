"""One running system for the whole session. Its start takes some seconds; each test brings people of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from local.system import System, web_is_built
from tests.e2e.browser import FLAGS, PATIENCE_MS, Windows
from tests.e2e.stage import Stage
from tools.chromium import find
from tools.layers import destination, digest

LAST = "test_wire_data_at_rest"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The look at what lies in storage comes last, when the others have left as much as they can."""
    items.sort(key=lambda item: item.path.stem == LAST)


@pytest.fixture(scope="session")
def system() -> Iterator[System]:
    if not web_is_built():
        pytest.fail("the web pages are not built: make web")
    mark = destination("core", "host") / ".inputs"
    if not mark.is_file() or mark.read_text() != digest("core", "host"):
        pytest.fail("build/layers/core is not of the present sources: make layers")
    with System(translates=True, large_model=True) as running:
        Stage(running).agent("admin").rest("GET", "/v1/inbox")  # the first call of the API takes long on a busy machine
        yield running


@pytest.fixture(scope="session")
def theatre(system: System) -> Stage:
    """The stage of the session; use `stage`, which is empty at the start and end of every test."""
    return Stage(system)


@pytest.fixture
def stage(theatre: Stage) -> Iterator[Stage]:
    theatre.clear()
    yield theatre
    theatre.clear()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = find()
    if path is None:
        pytest.fail("Chromium is not installed: python -m tools.chromium")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=path, args=FLAGS)


@pytest.fixture
def windows(chromium: Browser, stage: Stage) -> Iterator[Windows]:
    """Browser windows of this test; no page may have complained when it ends."""
    opened = Windows(chromium, stage.system)
    yield opened
    opened.close()
    assert opened.complaints == []
