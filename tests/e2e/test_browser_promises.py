"""A colleague asked, a conversation handed on by skill, and a promise broken: done and seen in the browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from local.system import System
from tests.e2e.browser import Windows, accessible
from tests.e2e.stage import Stage
from tests.e2e.test_browser_desk import in_talk

SOON_MS = 45_000
QUESTION = "Is part 7 still made?"
SHORT = {
    "default": {"calendar": "always", "sla": "short"},
    "sla": {"short": {"rules": [{"calendar": "always", "first_response": 10, "warn_at": 0.5}]}},
}


@contextmanager
def serving(stage: Stage, login: str, **otherwise: Any) -> Iterator[None]:
    """An agent whose profile is another for a while."""
    admin = stage.agent("admin")
    found = next(a for a in admin.rest("GET", "/v1/agents")["agents"] if a["id"] == login)
    profile = {k: found[k] for k in ("name", "capacity", "queues", "languages")}
    admin.rest("PUT", f"/v1/agents/{login}", profile | otherwise)
    yield
    stage.agent("admin").rest("PUT", f"/v1/agents/{login}", profile)


@pytest.fixture
def opticians(stage: Stage) -> Iterator[None]:
    """chen knows lenses, at level 4."""
    with serving(stage, "chen", skills={"lenses": 4}):
        yield


@pytest.fixture(scope="module")
def hasty() -> Iterator[Stage]:
    """A system of its own, where everybody is promised a first answer within seconds."""
    before = os.environ.get("AWS_ENDPOINT_URL")
    with System() as running:
        stage = Stage(running)
        stage.agent("admin").rest("PUT", "/v1/hours", {"hours": SHORT})  # before any function has read those that were shipped
        yield stage
    if before is not None:
        os.environ["AWS_ENDPOINT_URL"] = before


@pytest.fixture
def hasty_windows(chromium: Browser, hasty: Stage) -> Iterator[Windows]:
    opened = Windows(chromium, hasty.system)
    yield opened
    opened.close()
    hasty.clear()
    assert opened.complaints == []


def test_a_colleague_who_is_asked_reads_along_and_answers_until_it_is_over(windows: Windows, stage: Stage) -> None:
    mia, customer = in_talk(windows, stage)
    chen = windows.desk("chen")
    mia.page.get_by_test_id("consult").click()
    mia.page.get_by_test_id("consult-agent-chen").click()
    mia.page.get_by_test_id("consult-question").fill(QUESTION)
    accessible(mia.page, "console-consult")
    mia.page.get_by_test_id("consult-submit").click()
    expect(mia.row(QUESTION)).to_be_visible()

    asked = chen.page.get_by_test_id("inbox-asked")
    expect(asked).to_contain_text(customer.name)
    chen.opens(customer.name)
    expect(chen.row(QUESTION)).to_be_visible()
    customer.says("Any news of my part?")
    expect(chen.row("Any news of my part?")).to_be_visible()
    chen.says("Yes, until May")
    expect(mia.row("Yes, until May")).to_be_visible()
    accessible(chen.page, "console-asked")

    chen.page.reload()  # no list of the server names it
    chen.is_connected()
    expect(asked).to_contain_text(customer.name)
    mia.page.get_by_test_id("end-consult-chen").click()
    expect(mia.page.get_by_test_id("consults")).to_have_count(0)
    chen.page.reload()
    chen.is_connected()
    expect(asked).to_have_count(0)
    assert customer.copies("Yes, until May") == []


def test_a_conversation_handed_on_by_skill_goes_to_whoever_has_it(windows: Windows, stage: Stage, opticians: None) -> None:
    mia, customer = in_talk(windows, stage)
    chen, sofia = windows.desk("chen"), windows.desk("sofia")
    chen.goes("online")
    sofia.goes("online")
    mia.page.get_by_test_id("transfer").click()
    mia.page.get_by_test_id("transfer-skill-lenses").click()
    mia.page.get_by_test_id("transfer-level").select_option("4")
    mia.page.get_by_test_id("transfer-note").fill("A lens of another shop")
    accessible(mia.page, "console-transfer-skill")
    mia.page.get_by_test_id("transfer-submit").click()
    mia.is_empty()
    chen.accepts(customer.name)
    expect(chen.row("A lens of another shop")).to_be_visible()
    expect(chen.thread).to_contain_text("Handed to whoever has lenses, level 4 or more")
    chen.says("Chen here, which lens is it?")
    customer.hears("Chen here, which lens is it?")
    sofia.is_empty()


def test_a_supervisor_gives_waiting_work_to_an_agent_and_sees_why_another_was_chosen(windows: Windows, stage: Stage) -> None:
    mia, customer = in_talk(windows, stage)
    sofia = windows.desk("sofia")
    sofia.page.goto(f"{stage.system.console}/console/#/c/{stage.current(customer)}")
    sofia.page.get_by_test_id("why").locator("summary").click()
    expect(sofia.page.get_by_test_id("receipt")).to_contain_text("Mia Keller")
    expect(sofia.page.get_by_test_id("receipt-again")).to_have_attribute("data-again", "same")
    expect(mia.page.get_by_test_id("why")).to_have_count(0)  # it says much of colleagues
    accessible(sofia.page, "console-why")

    mia.goes("away")
    sofia.goes("away")  # is told what waits, and is offered none of it
    other = stage.customer("whatsapp")
    other.wishes()
    expect(sofia.waiting).to_contain_text(other.name)
    sofia.opens(other.name)
    sofia.page.get_by_test_id("transfer").click()
    expect(sofia.page.get_by_test_id("transfer-form")).to_contain_text("No agent is online")
    with serving(stage, "chen", channels=["webchat"]):  # the router gives her none of it
        chen = windows.desk("chen").goes("online")
        sofia.page.get_by_test_id("transfer-agent-chen").click()
        sofia.page.get_by_test_id("transfer-submit").click()
        chen.accepts(other.name)
        expect(chen.thread).to_contain_text("A supervisor gave it to you")


def test_a_broken_promise_is_a_line_a_mark_and_a_supervisors_toast(hasty_windows: Windows, hasty: Stage) -> None:
    sofia, customer = hasty_windows.desk("sofia").goes("away"), hasty.customer("whatsapp")
    customer.wishes()
    expect(sofia.waiting).to_contain_text(customer.name)
    toast = sofia.page.get_by_test_id("toast-late")
    expect(toast).to_contain_text(f"{customer.name}: First answer late", timeout=SOON_MS)
    mark = sofia.card(customer.name).get_by_test_id("alarm-first_response")
    expect(mark).to_contain_text("First answer late")
    toast.get_by_test_id("toast-open").click()
    expect(sofia.thread).to_contain_text("First answer late (was due")
    accessible(sofia.page, "console-late")
    sofia.page.reload()
    sofia.is_connected()
    expect(mark).to_be_visible()
    sofia.goes("online")
    sofia.page.get_by_test_id("thread-accept").click()
    expect(sofia.page.get_by_test_id("status")).to_have_attribute("data-status", "active")
    sofia.says("At last: how can I help?")
    expect(sofia.page.get_by_test_id("alarm-first_response")).to_have_count(0)
    customer.hears("At last: how can I help?")
