"""What needs two people, in a browser: read as it will be approved, decided by another, and done."""

from __future__ import annotations

import io
import urllib.request
import zipfile
from typing import Any

from playwright.sync_api import expect

from tests.e2e.browser import Windows, accessible
from tests.e2e.stage import Stage, until


def test_an_administrator_reads_and_approves_anothers_change_of_rights(windows: Windows, stage: Stage) -> None:
    kofi, admin = stage.new_person("kofi", "administrator"), stage.agent("admin")
    asked = kofi.rest("PUT", "/v1/agents/omar/grants", {"grants": ["Resolve"], "reason": "he leads the night shift"})
    page = windows.desk("admin").page
    page.get_by_test_id("nav-requests").click()
    page.get_by_test_id(f"request-{asked['id']}").click()
    request = page.get_by_test_id("request")
    for words in ("omar", "Resolve", "he leads the night shift", kofi.id):
        expect(request).to_contain_text(words)
    accessible(page, "request-rights")
    page.get_by_test_id("request-approve").click()
    expect(page.get_by_test_id("request-state")).to_have_text("Done or under way")
    [omar] = [a for a in admin.rest("GET", "/v1/agents")["agents"] if a["id"] == "omar"]
    assert omar["grants"] == ["Resolve"]
    mine = admin.rest("PUT", "/v1/agents/omar/grants", {"grants": [], "reason": "the night is over"})
    page.goto(f"{windows.system.console}/console/#/requests/{mine['id']}")
    page.reload()
    expect(page.get_by_test_id("request-withdraw")).to_be_visible()
    expect(page.get_by_test_id("request-approve")).to_have_count(0)  # another must
    kofi.rest("POST", f"/v1/changes/{mine['id']}/approve", {"digest": mine["digest"]})


def test_a_privacy_officer_asks_for_an_export_and_has_the_file_once_another_agreed(windows: Windows, stage: Stage) -> None:
    mia, vera = stage.agent("mia").online(), stage.new_person("vera", "privacy_officer")
    conversation = mia.takes_up(stage.customer("whatsapp").wishes())
    contact = mia.conversation(conversation)["contact"]["id"]
    page = windows.desk("paul").page
    page.get_by_test_id("nav-requests").click()
    page.get_by_test_id("request-new").click()
    page.get_by_test_id("ask-contact").fill(contact)
    page.get_by_test_id("ask-reason").fill("they asked for it by letter")
    accessible(page, "request-ask")
    page.get_by_test_id("ask-export").click()

    def found() -> list[dict[str, Any]]:
        return [r for r in vera.rest("GET", "/v1/privacy/requests")["requests"] if r["about"] == contact]

    [asked] = until("it is asked for", found)
    page.get_by_test_id(f"request-{asked['id']}").click()
    expect(page.get_by_test_id("request-approve")).to_have_count(0)
    vera.rest("POST", f"/v1/privacy/requests/{asked['id']}/approve", {"digest": asked["digest"]})
    until("the file is made", lambda: stage.invoke("exporter", {}).get(asked["id"]) == "made" or None)
    page.reload()
    page.get_by_test_id("request-fetch").click()
    link = page.get_by_test_id("export-link").get_attribute("href") or ""
    with urllib.request.urlopen(link, timeout=30) as answer:
        assert "export.json" in zipfile.ZipFile(io.BytesIO(answer.read())).namelist()


def test_an_officer_refuses_an_erasure_with_a_reason_and_the_person_stays(windows: Windows, stage: Stage) -> None:
    mia, vera = stage.agent("mia").online(), stage.new_person("vera", "privacy_officer")
    conversation = mia.takes_up(stage.customer("whatsapp").wishes())
    contact = mia.conversation(conversation)["contact"]["id"]
    wish = {"ground": "request", "reason": "they asked for it by letter"}
    asked = vera.rest("POST", f"/v1/privacy/contacts/{contact}/erasure", wish)
    page = windows.desk("paul").page
    page.goto(f"{windows.system.console}/console/#/requests/{asked['id']}")
    expect(page.get_by_test_id("request-refuse")).to_be_disabled()
    page.get_by_test_id("request-refusal").fill("they took it back on the phone")
    page.get_by_test_id("request-refuse").click()
    expect(page.get_by_test_id("request-state")).to_have_text("Refused")
    assert mia.conversation(conversation)["contact"]["id"] == contact
