"""The shop's chat on the visitor's side: tabs, reloads, broken lines, small screens."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.browser import Shop, Windows, accessible
from tests.e2e.stage import Agent, Stage, a_wish


def in_talk(windows: Windows, stage: Stage) -> tuple[Agent, Shop, str, str]:
    """An agent, a visitor, their conversation, and the visitor's first words."""
    mia, shop = stage.agent("mia").online(), windows.shop()
    shop.says(wish := a_wish())
    return mia, shop, mia.takes_up(wish), wish


def test_a_page_view_costs_no_connection_until_the_chat_is_opened(windows: Windows) -> None:
    page = windows.open("about:blank")
    called: list[str] = []
    page.on("request", lambda r: called.append(r.url))
    page.on("websocket", lambda s: called.append(s.url))
    page.goto(f"{windows.system.console}/shop/")
    expect(page.get_by_test_id("sb-open")).to_be_visible()
    accessible(page, "shop")
    assert not [url for url in called if "webchat" in url or url.startswith("ws")]


def test_the_bot_answers_in_the_widget(windows: Windows) -> None:
    shop = windows.shop()
    shop.says("hello")
    shop.sees("Hello! How can we help you today?")


def test_two_tabs_are_one_visitor_and_show_the_same(windows: Windows, stage: Stage) -> None:
    mia, shop, conversation, wish = in_talk(windows, stage)
    second = Shop(windows.more(shop.page.context, f"{windows.system.console}/shop/"))
    second.opens_chat()
    second.sees(wish)
    mia.reply(conversation, "Answer for both tabs")
    for tab in (shop, second):
        tab.sees("Answer for both tabs")
    second.says("From the second")
    shop.sees("From the second")
    mia.sees("From the second")
    assert mia.received(conversation) == [wish, "From the second"]


def test_a_reload_keeps_the_talk_and_answers_meanwhile_are_counted(windows: Windows, stage: Stage) -> None:
    mia, shop, conversation, wish = in_talk(windows, stage)
    shop.page.goto("about:blank")
    message = mia.reply(conversation, "Are you still there?")
    shop.page.goto(f"{windows.system.console}/shop/")
    expect(shop.page.get_by_test_id("sb-open")).to_have_attribute("aria-label", re.compile("[1-9] new"))
    assert "delivered" not in mia.statuses_of(message)
    shop.opens_chat()
    shop.sees("Are you still there?")
    shop.sees(wish)
    mia.hears_of_delivery(message, "delivered")


def test_what_is_written_without_a_connection_arrives_once_when_it_is_back(windows: Windows, stage: Stage) -> None:
    mia, shop, conversation, _ = in_talk(windows, stage)
    windows.go_offline(shop.page, stage, "visitor#")
    shop.says("Written without a connection")
    expect(shop.page.get_by_test_id("sb-state")).to_contain_text("No connection")
    mia.reply(conversation, "Said while you were gone")
    accessible(shop.page, "shop-offline")
    shop.page.context.set_offline(False)
    shop.is_sent("Written without a connection")
    shop.sees("Said while you were gone")
    mia.sees("Written without a connection")
    assert mia.received(conversation).count("Written without a connection") == 1
    expect(shop.messages.get_by_text("Written without a connection")).to_have_count(1)


def test_the_chat_fits_a_phone_in_the_dark_and_is_closed_by_escape(windows: Windows) -> None:
    shop = windows.shop(viewport={"width": 390, "height": 780}, color_scheme="dark")
    accessible(shop.page, "shop-phone-dark")
    assert shop.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shop.page.keyboard.press("Escape")
    expect(shop.page.get_by_test_id("sb-panel")).to_be_hidden()
    expect(shop.page.get_by_test_id("sb-open")).to_be_focused()


def test_the_chat_speaks_the_pages_language(windows: Windows, stage: Stage) -> None:
    """And the bot answers in the customer's."""
    shop = windows.shop()
    shop.says("你好")
    shop.sees("您好！请问有什么可以帮您？")
