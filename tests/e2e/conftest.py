"""One running system for the session of each worker. Its start takes some seconds; each test brings people of its own."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from local.emulators.aws import clients
from local.large_model.server import PretendedModel
from local.system import System, web_is_built
from tests.e2e.browser import FLAGS, PATIENCE_MS, Windows
from tests.e2e.stage import Stage, until
from tests.e2e.trouble import Trouble
from tools.chromium import find
from tools.layers import destination, digest

LAST = "test_wire_data_at_rest"
KETTLE = """---
id: e2e-kettle
title: Descaling an enamel kettle
locale: en
---
Fill the kettle with two parts of water and one part of white vinegar. Let it boil once and leave it for 25 minutes. Rinse it twice."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The look at what lies in storage comes last, when the others of its worker have left as much as they can."""
    items.sort(key=lambda item: item.path.stem == LAST)


@pytest.fixture(scope="session")
def system() -> Iterator[System]:
    if not web_is_built():
        pytest.fail("the web pages are not built: make web")
    mark = destination("core", "host") / ".inputs"
    if not mark.is_file() or mark.read_text() != digest("core", "host"):
        pytest.fail("build/layers/core is not of the present sources: make layers")
    with System(translates=True, large_model=True, parameters={"ErasureDelayHours": "0"}) as running:
        Stage(running).agent("admin").rest("GET", "/v1/inbox")  # the first call of the API takes long on a busy machine
        # A plan of the first five minutes would keep work for who was at work then, and has gone home.
        events = clients(running.endpoint)("events")
        planning = [rule["Name"] for rule in events.list_rules()["Rules"] if "Planner" in rule["Name"]]
        assert planning
        for name in planning:
            events.disable_rule(Name=name)
        yield running


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure comes with what the functions logged meanwhile."""
    report = yield
    trouble: Trouble | None = getattr(item, "funcargs", {}).get("trouble")
    if trouble is not None and report.failed and (told := trouble.told()):
        report.sections.append((f"the system's trouble ({call.when})", told))
    return report


@pytest.fixture(autouse=True)
def trouble(system: System) -> Trouble:
    told = Trouble(system.log)
    told.mark()
    return told


@pytest.fixture(scope="session")
def theatre(system: System) -> Stage:
    """The stage of the session; use `stage`, which is empty at the start and end of every test."""
    return Stage(system)


@pytest.fixture(scope="session")
def kettle(theatre: Stage) -> Iterator[str]:
    """A question that a published article answers: drafts are made of it. It stays to the end: a newer index is looked for now and
    then."""
    admin, question = theatre.agent("admin"), "How do I descale the enamel kettle, order SB-10214? My mail is kim.example@mail.example"
    admin.rest("POST", "/v1/knowledge/articles", {"markdown": KETTLE, "publish": True})
    asked = {"text": question, "locale": "en", "audience": "customer"}
    search = partial(admin.rest, "POST", "/v1/knowledge/search", asked)
    until("the index holds it", lambda: any(hit["article"] == "e2e-kettle" for hit in search()["hits"]), 120)
    yield question
    admin.rest("POST", "/v1/knowledge/articles/e2e-kettle/retire", {})


@pytest.fixture
def model(stage: Stage) -> Iterator[PretendedModel]:
    """The pretended large model, which has heard nothing yet and is honest."""
    found = stage.system.model
    assert found is not None
    found.calls.clear()
    yield found
    found.mode = "honest"


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
