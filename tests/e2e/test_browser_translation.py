"""What an agent sees of a customer who writes another language, and what the customer gets of the agent's words."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from local.translate.server import TranslateServer
from tests.e2e.browser import PATIENCE_MS, Windows, accessible
from tests.e2e.stage import Stage
from tests.e2e.test_wire_translation import ASKS, WISH


@pytest.fixture
def service(stage: Stage) -> Iterator[TranslateServer]:
    found = stage.system.translate
    assert found is not None
    yield found
    found.well()


def test_an_agent_reads_and_answers_in_their_own_language(windows: Windows, stage: Stage, service: TranslateServer) -> None:
    mia, gerd = windows.desk("mia").goes("online"), stage.customer("whatsapp")
    gerd.says(f"{WISH} {secrets.token_hex(3)}")
    mia.accepts(gerd.name)
    gerd.says(ASKS)
    expect(mia.row("wo ist meine Bestellung")).to_be_visible(timeout=PATIENCE_MS)
    mia.page.get_by_test_id("translate").click()
    row = mia.row("where is my order SB-10214")
    expect(row).to_be_visible()
    expect(row).to_contain_text("Translated by Amazon Translate")
    row.locator('[data-testid^="original-"]').click()
    expect(mia.row("wo ist meine Bestellung")).to_contain_text("Show in English")
    mia.row("wo ist meine Bestellung").locator('[data-testid^="original-"]').click()

    mia.composer.fill("Your parcel is on its way: SB-10214")
    mia.composer.press("Enter")
    preview = mia.page.get_by_test_id("reply-translation-text")
    expect(preview).to_have_value("Ihr Paket ist unterwegs: SB-10214")
    assert gerd.copies("Ihr Paket") == []  # seen before it is sent
    accessible(mia.page, "console-translated")
    mia.composer.press("Enter")
    gerd.hears("Ihr Paket ist unterwegs: SB-10214")
    assert gerd.copies("Your parcel") == []
    answer = mia.row("Ihr Paket ist unterwegs")
    expect(answer).to_contain_text("Sent as translated by Amazon Translate")
    answer.locator('[data-testid^="original-"]').click()
    expect(mia.row("Your parcel is on its way: SB-10214")).to_be_visible()

    calls = len(service.texts)
    mia.page.reload()  # remembered, and nothing is translated again
    mia.is_connected()
    expect(mia.row("where is my order SB-10214")).to_be_visible()
    assert len(service.texts) == calls

    service.trouble(*["throttle"] * 20)
    mia.composer.fill("I am sorry")
    mia.page.get_by_test_id("send").click()
    warning = mia.page.get_by_test_id("reply-translation")
    expect(warning).to_contain_text(re.compile("Not translated into German"), timeout=PATIENCE_MS)
    expect(mia.page.get_by_test_id("send")).to_contain_text("Send untranslated")
    accessible(mia.page, "console-not-translated")
    mia.page.get_by_test_id("send").click()
    gerd.hears("I am sorry")
