"""A draft by the large model as an agent has it: asked for, read with its sources, changed, sent by hand; and a refusal."""

from __future__ import annotations

from playwright.sync_api import expect

from local.large_model.server import PretendedModel
from tests.e2e.browser import Windows, accessible
from tests.e2e.stage import Stage

SOON_MS = 60_000


def test_a_draft_is_read_with_its_sources_changed_and_sent_by_the_agent(
    windows: Windows, stage: Stage, kettle: str, model: PretendedModel
) -> None:
    mia, customer = windows.desk("mia").goes("online"), stage.customer("whatsapp", "Kim Example")
    customer.wishes()
    mia.accepts(customer.name)
    customer.says(kettle)
    expect(mia.row(kettle[:40])).to_be_visible(timeout=SOON_MS)
    ask, draft = mia.page.get_by_test_id("draft-ask"), mia.page.get_by_test_id("draft")
    expect(mia.page.get_by_test_id("draft-cost")).to_have_count(0)

    model.mode = "obedient"
    ask.click()
    refused = mia.page.get_by_test_id("draft-refused")
    expect(refused).to_contain_text("No draft.", timeout=SOON_MS)
    accessible(mia.page, "console-draft-refused")
    refused.get_by_test_id("draft-dismiss").click()

    model.mode = "honest"
    ask.click()
    expect(draft).to_contain_text("white vinegar", timeout=SOON_MS)
    draft.get_by_test_id("draft-source-1").click()
    expect(draft).to_contain_text("Descaling an enamel kettle")
    expect(mia.page.get_by_test_id("draft-cost")).to_contain_text("2 calls")
    suggestions = mia.page.get_by_test_id("suggestions-toggle")
    expect(suggestions).to_have_attribute("aria-expanded", "false")  # the draft has their room, and the customer's words stay in sight
    expect(mia.row(kettle[:40])).to_be_in_viewport()
    accessible(mia.page, "console-draft")
    draft.get_by_test_id("draft-use").click()
    expect(draft).to_have_count(0)
    expect(suggestions).to_have_attribute("aria-expanded", "true")
    text = mia.composer.input_value()
    assert "white vinegar" in text
    assert "[1]" not in text
    assert customer.copies("white vinegar") == []
    mia.composer.fill(f"Mia here. {text}")
    mia.composer.press("Enter")
    customer.hears("Mia here. Fill the kettle")
