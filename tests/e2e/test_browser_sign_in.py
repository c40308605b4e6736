"""Getting to the desk and away from it, in a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Desk, Windows, accessible
from tests.e2e.stage import Stage


@pytest.mark.parametrize(("login", "password"), [("mia", "wrong-Password-1"), ("nobody", "wrong-Password-1")])
def test_a_wrong_name_or_password_is_told_in_the_same_words(windows: Windows, login: str, password: str) -> None:
    desk = Desk(windows.open(f"{windows.system.console}/console/"), "mia")
    desk.fills_in(login, password)
    expect(desk.page.get_by_test_id("login-error")).to_have_text("User name or password is wrong.")
    accessible(desk.page, f"sign-in-refused-{login}")
    desk.signs_in()
    expect(desk.page.get_by_test_id("load")).to_have_text("0 of 4 conversations")


def test_the_address_of_the_site_leads_to_the_console(windows: Windows) -> None:
    page = windows.open(windows.system.console)
    expect(page.get_by_test_id("login-username")).to_be_focused()


def test_a_reload_keeps_the_agent_signed_in_and_another_tab_does_not_inherit_it(windows: Windows) -> None:
    desk = windows.desk("mia").goes("online")
    desk.page.reload()
    desk.is_connected()
    expect(desk.page.get_by_test_id("presence-online")).to_have_attribute("aria-pressed", "true")
    other = windows.more(desk.page.context, f"{windows.system.console}/console/")
    expect(other.get_by_test_id("login-username")).to_be_visible()


def test_signing_out_goes_offline_and_leaves_nothing_behind(windows: Windows, stage: Stage) -> None:
    desk = windows.desk("mia").goes("online")
    desk.page.get_by_test_id("sign-out").click()
    expect(desk.page.get_by_test_id("login-username")).to_be_visible()
    assert desk.page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}])").count("refresh") == 0
    assert stage.agent("mia").rest("GET", "/v1/me")["agent"]["presence"] == "offline"
    desk.page.go_back()
    expect(desk.page.get_by_test_id("inbox-mine")).to_have_count(0)


@pytest.mark.parametrize(("login", "seen"), [("mia", False), ("sofia", True), ("admin", False)])
def test_parked_messages_are_offered_to_supervisors_only(windows: Windows, login: str, seen: bool) -> None:
    desk = windows.desk(login)
    expect(desk.page.get_by_test_id("nav-parked")).to_have_count(1 if seen else 0)
    if not seen:
        desk.page.goto(f"{windows.system.console}/console/#/parked")
        expect(desk.page.get_by_test_id("nav-parked")).to_have_count(0)


def test_the_console_speaks_chinese_and_dark_on_a_small_screen(windows: Windows) -> None:
    desk = windows.desk("chen", locale="zh-CN", color_scheme="dark", viewport={"width": 1024, "height": 720})
    expect(desk.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(desk.page.get_by_test_id("presence-online")).to_have_text("在线")
    accessible(desk.page, "console-zh-dark")
    assert desk.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is wider than the window"
