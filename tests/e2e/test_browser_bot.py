"""What agents, supervisors and visitors see of the bot: the hand-over, its suggestion, an angry customer, and a talk led by it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Windows, accessible
from tests.e2e.stage import Stage
from tests.e2e.test_wire_bot import FURIOUS, NADIA, SOON

SOON_MS = SOON * 1000


@pytest.fixture
def suggests(stage: Stage) -> Iterator[None]:
    """Of returns the bot only suggests answers."""
    admin = stage.agent("admin")
    policy = admin.rest("GET", "/v1/bot")["policy"]
    admin.rest("PUT", "/v1/bot", {"policy": {**policy, "rollout": [{"mode": "suggests", "intents": ["return_request"]}]}})
    stage.anew("router")  # which reads the policy once a minute
    yield
    admin.rest("PUT", "/v1/bot", {"policy": policy})
    stage.anew("router")


def test_who_takes_over_sees_why_and_what_the_bot_did(windows: Windows, stage: Stage) -> None:
    mia, nadia = windows.desk("mia").goes("online"), stage.customer("whatsapp", "Nadia Haddad", id_=NADIA)
    nadia.says("Please send me the invoice for order SB-10141")
    nadia.hears("Which e-mail address shall I send it to?", SOON)
    nadia.says("Let me talk to a human agent please")
    mia.accepts(nadia.name)
    card = mia.page.get_by_test_id("handover")
    expect(card).to_contain_text("Handed over by the bot")
    expect(card).to_contain_text("SB-10141")
    expect(card).to_contain_text("Invoice")
    expect(card).to_contain_text("Order lookup")
    expect(card).to_contain_text("The customer asked for a person")
    expect(card.get_by_test_id("handover-doubt")).to_have_count(0)
    accessible(mia.page, "console-handover")
    mia.page.get_by_test_id("handover-toggle").click()
    expect(card).not_to_contain_text("SB-10141")
    mia.page.reload()  # as it was left
    mia.is_connected()
    expect(card).to_be_visible()
    expect(card).not_to_contain_text("SB-10141")
    mia.page.get_by_test_id("handover-toggle").click()
    expect(card).to_contain_text("SB-10141")
    mia.says("I have sent it to you")
    nadia.hears("I have sent it to you")


def test_a_suggestion_of_the_bot_is_used_changed_and_sent(windows: Windows, stage: Stage, suggests: None) -> None:
    mia, customer = windows.desk("mia").goes("online"), stage.customer("whatsapp")
    customer.says("I would like to return my order")
    mia.accepts(customer.name)
    suggestion = mia.page.get_by_test_id("suggestion")
    expect(suggestion).to_contain_text("Which order")
    expect(suggestion).to_contain_text("SB-12345")
    accessible(mia.page, "console-suggestion")
    suggestion.get_by_test_id("suggestion-use").click()
    expect(suggestion).to_have_count(0)
    text = mia.composer.input_value()
    assert text.startswith("Which order")
    assert customer.copies("Which order") == []
    mia.composer.fill(f"Hello, Mia here. {text}")
    mia.composer.press("Enter")
    customer.hears("Hello, Mia here. Which order")
    mia.page.reload()
    mia.is_connected()
    expect(mia.row("Hello, Mia here.")).to_be_visible()
    expect(suggestion).to_have_count(0)


def test_a_supervisor_is_fetched_by_an_angry_customer_and_opens_the_conversation(windows: Windows, stage: Stage) -> None:
    sofia, customer = windows.desk("sofia").goes("away"), stage.customer("whatsapp")
    customer.says("Where is my order?")
    customer.hears("Which order may I look up", SOON)
    mark = secrets.token_hex(3)
    customer.says(f"{FURIOUS} {mark}")
    toast = sofia.page.get_by_test_id("toast-anger")
    expect(toast).to_contain_text(f"{customer.name} is angry: “I am furious!", timeout=SOON_MS)
    expect(sofia.card(customer.name).get_by_test_id("anger")).to_be_visible()
    accessible(sofia.page, "console-anger-toast")
    toast.get_by_test_id("toast-open").click()
    expect(sofia.page.get_by_role("heading", level=1, name=customer.name)).to_be_visible()
    expect(sofia.row(mark)).to_be_visible()
    expect(sofia.page.get_by_test_id("handover")).to_contain_text(mark)
    accessible(sofia.page, "console-anger")
    sofia.page.get_by_test_id("handover-angry").click()
    expect(sofia.row(mark)).to_be_focused()


def test_a_visitor_of_the_shop_is_led_to_an_answer(windows: Windows) -> None:
    shop = windows.shop()
    shop.says("Is the High Oolong in stock?")
    shop.sees("High Oolong comes in: 75 g, 150 g. Which one would you like?")
    shop.says("150 g")
    shop.sees("Good news: High Oolong 150 g is in stock.")
    accessible(shop.page, "shop-bot")
    shop.says("no thanks, that was all")
    shop.sees("Thank you")


def test_an_agent_says_what_a_message_really_wanted_and_it_stays_so(windows: Windows, stage: Stage) -> None:
    mia, customer = windows.desk("mia").goes("online"), stage.customer("whatsapp")
    customer.says("Let me talk to a human agent please")
    mia.accepts(customer.name)
    label = mia.page.locator('[data-testid^="intent-"]').first
    expect(label).to_contain_text("Wants a person")
    mia.page.locator('[data-testid^="correct-"]').first.select_option("complaint")
    expect(label).to_have_attribute("data-corrected", "true", timeout=SOON_MS)
    expect(label).to_contain_text("Complaint")
    accessible(mia.page, "console-corrected")
    mia.page.reload()
    mia.is_connected()
    expect(label).to_contain_text("Complaint")
    found = stage.agent("sofia").events(stage.current(customer))
    assert [(e["intent"], e["was"]) for e in found if e["type"] == "intent_corrected"] == [("complaint", "human_agent")]
