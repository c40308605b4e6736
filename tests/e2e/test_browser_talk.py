"""Agents at the console and customers at the shop, at WhatsApp and WeChat: what both see on their screens."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from local.peers import call
from tests.e2e.browser import Desk, Shop, Windows, accessible, screen
from tests.e2e.stage import ACCOUNTS, Stage, until
from tests.e2e.test_wire_delivery import DAY, calls_with

VISITOR = re.compile("Unknown customer|Visitor")


def at_the_shop(windows: Windows, wish: str) -> tuple[Desk, Shop]:
    """Mia online, and a visitor of the shop whose wish for a person was offered to her."""
    desk, shop = windows.desk("mia").goes("online"), windows.shop()
    shop.says(wish)
    expect(desk.mine.get_by_test_id("countdown")).to_be_visible()
    return desk, shop


def in_talk_at_the_shop(windows: Windows, wish: str) -> tuple[Desk, Shop]:
    desk, shop = at_the_shop(windows, wish)
    desk.mine.get_by_test_id("accept").click()
    desk.mine.get_by_role("link").click()
    expect(desk.row(wish)).to_be_visible()
    return desk, shop


def test_a_visitor_is_offered_accepted_answered_and_resolved(windows: Windows, stage: Stage) -> None:
    wish = "Hello, I would like to talk to a person"
    desk, shop = at_the_shop(windows, wish)
    shop.is_sent(wish)
    seconds = re.compile(r"\d+")
    first = int(seconds.findall(desk.mine.get_by_test_id("countdown").inner_text())[0])
    assert 20 < first <= 30
    expect(desk.mine.get_by_test_id("countdown")).not_to_contain_text(f"{first} s")
    assert int(seconds.findall(desk.mine.get_by_test_id("countdown").inner_text())[0]) < first
    expect(desk.page).to_have_title(re.compile(r"^\(\d\)"))
    accessible(desk.page, "console-offer")

    desk.mine.get_by_test_id("accept").click()
    expect(desk.mine.get_by_test_id("countdown")).to_have_count(0)
    expect(desk.page.get_by_test_id("load")).to_have_text("1 of 4 conversations")
    desk.mine.get_by_role("link").click()
    expect(desk.row(wish)).to_be_visible()
    expect(desk.page.get_by_test_id("status")).to_have_text("Active")
    expect(desk.thread.locator('[data-testid^="intent-"]').first).to_contain_text("Wants a person")

    desk.says("Good morning, this is Mia. How can I help?")
    shop.sees("Good morning, this is Mia. How can I help?")
    desk.ticks("Good morning, this is Mia.", "delivered")
    accessible(desk.page, "console-conversation")
    accessible(shop.page, "shop-chat")

    shop.says("Do you have the green tea?")
    expect(desk.row("Do you have the green tea?")).to_be_visible()
    desk.page.get_by_test_id("resolve").click()
    desk.is_empty()
    shop.sees("This conversation was closed. Write again whenever you like.")
    expect(desk.page.get_by_test_id("load")).to_have_text("0 of 4 conversations")
    shop.says("I want to talk to a human agent again please")
    expect(desk.mine.get_by_test_id("accept")).to_be_visible()


def test_a_note_stays_among_colleagues(windows: Windows) -> None:
    desk, shop = in_talk_at_the_shop(windows, "I want to talk to a human agent please")
    desk.page.get_by_test_id("note-toggle").click()
    desk.says("Sounds upset, be kind")
    expect(desk.row("Sounds upset, be kind")).to_contain_text("Only colleagues see this")
    desk.says("I am sorry to hear that")
    shop.sees("I am sorry to hear that")
    expect(shop.messages).not_to_contain_text("upset")


def test_both_see_the_other_typing(windows: Windows) -> None:
    desk, shop = in_talk_at_the_shop(windows, "I want to talk to a human agent please")
    shop.input.press_sequentially("Let me see")
    expect(desk.page.get_by_test_id("typing")).to_be_visible()
    desk.composer.press_sequentially("One moment")
    expect(shop.page.get_by_test_id("sb-typing")).to_be_visible()


def test_markup_in_messages_is_text_on_both_screens(windows: Windows) -> None:
    desk, shop = in_talk_at_the_shop(windows, "I want to talk to a human agent please")
    bad = "<img src=x onerror=\"document.title='broken'\"> & <b>bold</b>"
    shop.says(bad)
    expect(desk.row("onerror")).to_contain_text(bad)
    desk.says(bad)
    shop.sees("onerror").last.wait_for()
    for page in (desk.page, shop.page):
        assert page.title() != "broken"


def test_a_whatsapp_customer_types_by_hand_and_the_ticks_turn(windows: Windows, stage: Stage) -> None:
    ann = stage.customer("whatsapp", "Ann Whitaker")
    phone = windows.open(windows.system.sandbox)
    column = phone.locator('.column[data-channel="whatsapp"]')
    column.get_by_label("Customer").select_option(ann.id)
    desk = windows.desk("mia").goes("online")
    column.get_by_label("Message").fill("I need to speak to a human agent")
    column.get_by_role("button", name="Send", exact=True).click()
    desk.accepts("Ann Whitaker")
    expect(desk.page.get_by_test_id("contact")).to_contain_text(f"+{ann.id}")
    desk.says("Hello Ann, Mia here.")
    expect(column.get_by_role("log")).to_contain_text("Hello Ann, Mia here.")
    desk.ticks("Hello Ann, Mia here.", "read")
    screen(phone, "sandbox-whatsapp")
    screen(desk.page, "console-whatsapp")


def test_a_wechat_customer_types_by_hand_and_one_tick_is_all_there_is(windows: Windows, stage: Stage) -> None:
    xiaoming = stage.customer("wechat", "小明")
    phone = windows.open(windows.system.sandbox)
    column = phone.locator('.column[data-channel="wechat"]')
    column.get_by_label("Customer").select_option(xiaoming.id)
    desk = windows.desk("chen", locale="zh-CN").goes("online")
    column.get_by_label("Message").fill("转人工客服")
    column.get_by_role("button", name="Send", exact=True).click()
    desk.mine.get_by_test_id("accept").click()
    desk.mine.get_by_role("link").click()
    desk.says("您好，请问有什么可以帮您？")
    expect(column.get_by_role("log")).to_contain_text("您好，请问有什么可以帮您？")
    desk.ticks("您好，请问有什么可以帮您？", "sent")
    screen(desk.page, "console-wechat-zh")


def test_a_message_that_was_not_delivered_says_so_and_can_be_sent_again(windows: Windows, stage: Stage) -> None:
    ann = stage.customer("whatsapp")
    desk = windows.desk("mia").goes("online")
    ann.wishes()
    desk.accepts(ann.name)
    ann.post("age", seconds=DAY + 1)
    desk.says("Your parcel has left")
    desk.ticks("Your parcel has left", "failed")
    expect(desk.row("Your parcel has left")).to_contain_text("Not delivered")
    accessible(desk.page, "console-not-delivered")
    ann.says("I am here again")
    expect(desk.row("I am here again")).to_be_visible()
    desk.row("Your parcel has left").get_by_role("button", name="Resend").click()
    expect(desk.row("Your parcel has left")).to_have_count(2)
    desk.ticks("Your parcel has left", "read")
    expect(desk.thread.get_by_role("button", name="Resend")).to_have_count(0)
    assert [m["status"] for m in ann.copies("Your parcel has left")] == ["failed", "read"]


def test_a_very_large_message_is_on_the_screen_without_a_reload(windows: Windows, stage: Stage) -> None:
    """Too large for a frame: the console must fetch it."""
    ann = stage.customer("whatsapp")
    desk = windows.desk("mia").goes("online")
    ann.wishes()
    desk.accepts(ann.name)
    ann.says("Begin of it. " + "very long " * 20_000 + "End of it.")
    expect(desk.row("End of it.")).to_be_visible()


def test_a_vendors_outage_is_seen_and_ends(windows: Windows, stage: Stage) -> None:
    ann = stage.customer("whatsapp")
    desk = windows.desk("mia").goes("online")
    ann.wishes()
    desk.accepts(ann.name)
    call("POST", f"{stage.system.sandbox}/api/faults", {"channel": "whatsapp", "account": ACCOUNTS["whatsapp"], "kind": "down"})
    row = desk.says("Late but there")
    until("a first try", lambda: calls_with(stage, "Late but there"))
    expect(row.get_by_title("On its way")).to_be_visible()
    desk.ticks("Late but there", "read")


def test_the_desk_can_be_worked_by_keyboard_alone(windows: Windows, stage: Stage) -> None:
    ann = stage.customer("whatsapp")
    desk = Desk(windows.open(f"{windows.system.console}/console/"), "mia")
    keys = desk.page.keyboard
    expect(desk.page.get_by_test_id("login-username")).to_be_focused()
    keys.type("mia")
    keys.press("Tab")
    keys.type(desk.password)
    keys.press("Enter")
    desk.is_connected()
    _tab_to(desk, "presence-online")
    keys.press("Enter")
    expect(desk.page.get_by_test_id("presence-online")).to_have_attribute("aria-pressed", "true")
    ann.wishes()
    expect(desk.mine.get_by_test_id("accept")).to_be_visible()
    keys.press("Alt+ArrowDown")
    expect(desk.page.get_by_role("heading", level=1, name=ann.name)).to_be_visible()
    _tab_to(desk, "thread-accept")
    keys.press("Space")
    expect(desk.composer).to_be_focused()
    keys.type("Typed without a mouse")
    keys.press("Shift+Enter")
    keys.type("and in two lines")
    keys.press("Enter")
    assert ann.hears("Typed without a mouse")["text"] == "Typed without a mouse\nand in two lines"
    expect(desk.composer).to_be_focused()
    _tab_to(desk, "resolve", backwards=True)
    keys.press("Enter")
    desk.is_empty()


def _tab_to(desk: Desk, test_id: str, backwards: bool = False) -> None:
    for _ in range(60):
        if desk.page.evaluate("document.activeElement.dataset.testid ?? ''") == test_id:
            return
        desk.page.keyboard.press("Shift+Tab" if backwards else "Tab")
    raise AssertionError(f"{test_id} cannot be reached by Tab")
