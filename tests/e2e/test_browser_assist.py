"""What helps agents on their screen: an article's answer, sent and counted; macros by keyboard; a look before sending; a summary."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Windows, accessible
from tests.e2e.stage import Agent, Stage, until

SOON = 60.0
ARTICLE = """---
id: e2e-moths
title: Moths in loose tea
locale: en
---
Freeze the loose tea for three days, then keep it in a tin with a tight lid: the moths are gone for good."""
QUESTION = "There are moths in my loose tea, what should I do about the moths?"


@pytest.fixture(scope="module")
def admin(theatre: Stage) -> Iterator[Agent]:
    """An article is published and found."""
    admin = theatre.agent("admin")
    admin.rest("POST", "/v1/knowledge/articles", {"markdown": ARTICLE, "publish": True})
    asked = {"text": QUESTION, "locale": "en", "audience": "customer"}

    def found() -> bool:
        return "e2e-moths" in [h["article"] for h in admin.rest("POST", "/v1/knowledge/search", asked)["hits"]]

    until("the index holds it", found, SOON)
    yield admin
    admin.rest("POST", "/v1/knowledge/articles/e2e-moths/retire", {})


def test_an_articles_answer_is_used_and_another_rejected_and_both_are_counted(windows: Windows, stage: Stage, admin: Agent) -> None:
    mia, customer = windows.desk("mia").goes("online"), stage.customer("whatsapp")
    customer.says("I want to speak to a human agent please")
    mia.accepts(customer.name)
    customer.says(QUESTION)
    offered = mia.page.get_by_test_id("suggestion-e2e-moths")
    expect(offered).to_contain_text("Moths in loose tea", timeout=SOON * 1000)
    others = mia.page.locator('[data-testid^="reject-"]:not([data-testid="reject-e2e-moths"])')
    rejected = others.first.get_attribute("data-testid") if others.count() else None
    if rejected:
        others.first.click()
    offered.get_by_test_id("suggestion-e2e-moths-use").click()
    assert mia.composer.input_value().startswith("Freeze the loose tea")
    accessible(mia.page, "console-suggestions")
    mia.composer.fill(f"{mia.composer.input_value()} Good luck!")
    mia.composer.press("Enter")
    customer.hears("gone for good. Good luck!")

    def counts() -> dict[str, tuple[int, int, int]]:
        said = admin.rest("GET", "/v1/knowledge/usage")["articles"]
        return {a["article"]: (a["used"], a["edited"], a["rejected"]) for a in said}

    until("it is counted", lambda: counts().get("e2e-moths") == (0, 1, 0))
    if rejected:
        assert counts()[rejected.removeprefix("reject-")][2] >= 1


def test_a_reply_is_held_once_then_a_macro_is_applied_by_the_keyboard_and_a_summary_noted(windows: Windows, stage: Stage) -> None:
    mia, customer = windows.desk("mia").goes("online"), stage.customer("whatsapp")
    customer.says("I want to speak to a human agent please")
    mia.accepts(customer.name)
    customer.says("My parcel has not come. When will it be here?")
    expect(mia.row("When will it be here?")).to_be_visible()

    mia.composer.fill("Is your card 4111 1111 1111 1111 still good?")
    expect(mia.page.get_by_test_id("remark-card")).to_be_visible()
    mia.composer.press("Enter")
    expect(mia.page.get_by_test_id("send")).to_have_text("Send anyway")
    accessible(mia.page, "console-held")
    assert customer.copies("still good?") == []
    mia.composer.press("Enter")
    customer.hears("still good?")
    expect(mia.composer).to_have_value("")

    mia.composer.press("/")
    search = mia.page.get_by_test_id("macro-search")
    expect(search).to_be_focused()
    search.press_sequentially("moment")
    expect(mia.page.get_by_test_id("macro-text")).to_have_value("Thank you for your patience. I am checking this for you and will be "
                                                                "back here in a moment.")  # fmt: skip
    accessible(mia.page, "console-macro")
    search.press("Enter")
    expect(mia.page.get_by_test_id("macro-apply")).to_be_focused()
    mia.page.keyboard.press("Enter")
    customer.hears("back here in a moment.")
    expect(mia.thread).to_contain_text("You used the macro hold")

    mia.page.get_by_test_id("summary-open").click()
    expect(mia.page.get_by_test_id("summary")).to_contain_text("2 answers")
    accessible(mia.page, "console-summary")
    mia.page.get_by_test_id("summary-note").click()
    expect(mia.row("Answered by: Mia Keller (2 answers)")).to_be_visible()
