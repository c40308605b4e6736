"""The desk among colleagues and in rough weather: transfers, declined offers, parked messages, reloads, broken lines."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.browser import Desk, Windows, accessible
from tests.e2e.stage import Customer, Stage, until
from tests.e2e.test_wire_parked import poison


def in_talk(windows: Windows, stage: Stage) -> tuple[Desk, Customer]:
    desk, customer = windows.desk("mia").goes("online"), stage.customer("whatsapp")
    customer.wishes()
    desk.accepts(customer.name)
    return desk, customer


def test_a_conversation_handed_to_a_colleague_moves_from_desk_to_desk(windows: Windows, stage: Stage) -> None:
    mia, customer = in_talk(windows, stage)
    sofia = windows.desk("sofia").goes("online")
    mia.page.get_by_test_id("transfer").click()
    mia.page.get_by_test_id("transfer-agent-sofia").click()
    mia.page.get_by_test_id("transfer-note").fill("Wants a refund")
    accessible(mia.page, "console-transfer")
    mia.page.get_by_test_id("transfer-submit").click()
    expect(mia.page.get_by_test_id("transfer-form")).to_have_count(0)
    mia.is_empty()
    sofia.accepts(customer.name)
    expect(sofia.row("Wants a refund")).to_be_visible()
    expect(sofia.thread).to_contain_text("Transferred to you")
    sofia.says("Sofia here, I take care of it")
    customer.hears("Sofia here, I take care of it")


def test_a_conversation_handed_to_a_queue_is_offered_there(windows: Windows, stage: Stage) -> None:
    mia, customer = in_talk(windows, stage)
    omar = windows.desk("omar").goes("online")
    mia.goes("away")
    mia.page.get_by_test_id("transfer").click()
    mia.page.get_by_test_id("transfer-queue-technical").click()
    mia.page.get_by_test_id("transfer-submit").click()
    expect(omar.mine.get_by_test_id("accept")).to_be_visible()
    expect(omar.card(customer.name)).to_be_visible()


def test_the_transfer_dialog_closes_by_escape_and_gives_the_focus_back(windows: Windows, stage: Stage) -> None:
    mia, _ = in_talk(windows, stage)
    mia.page.get_by_test_id("transfer").click()
    expect(mia.page.get_by_test_id("transfer-form")).to_be_visible()
    mia.page.keyboard.press("Escape")
    expect(mia.page.get_by_test_id("transfer-form")).to_have_count(0)
    expect(mia.page.get_by_test_id("transfer")).to_be_focused()


def test_a_declined_offer_goes_to_the_other_desk_and_says_what_it_means(windows: Windows, stage: Stage) -> None:
    mia, customer = windows.desk("mia").goes("online"), stage.customer("whatsapp")
    customer.wishes()
    expect(mia.mine.get_by_test_id("decline")).to_be_visible()
    sofia = windows.desk("sofia").goes("online")
    mia.mine.get_by_test_id("decline").click()
    expect(mia.page.get_by_test_id("toast-info")).to_contain_text("You declined and are shown as away")
    expect(mia.page.get_by_test_id("presence-away")).to_have_attribute("aria-pressed", "true")
    mia.is_empty()
    expect(sofia.mine.get_by_test_id("accept")).to_be_visible()


def test_waiting_work_is_listed_and_the_first_to_take_it_has_it(windows: Windows, stage: Stage) -> None:
    customer = stage.customer("whatsapp")
    customer.wishes()
    watch = stage.agent("sofia")
    until("it waits", lambda: watch.rest("GET", "/v1/inbox")["waiting"])
    sofia = windows.desk("sofia")
    expect(sofia.waiting.locator('[data-testid^="conversation-"]')).to_have_count(1)
    sofia.opens(customer.name)
    accessible(sofia.page, "console-waiting")
    sofia.page.get_by_test_id("take").click()
    expect(sofia.page.get_by_test_id("toast-error")).to_be_visible()  # offline: no room
    sofia.goes("online")
    expect(sofia.page.get_by_test_id("thread-accept")).to_be_visible()  # going online was enough
    sofia.page.get_by_test_id("thread-accept").click()
    expect(sofia.waiting.locator('[data-testid^="conversation-"]')).to_have_count(0)
    expect(sofia.page.get_by_test_id("status")).to_have_attribute("data-status", "active")


def test_a_reload_keeps_conversation_thread_and_draft(windows: Windows, stage: Stage) -> None:
    mia, customer = in_talk(windows, stage)
    mia.says("Before the reload")
    mia.ticks("Before the reload", "read")
    mia.composer.fill("A draft that is not finished")
    mia.page.reload()
    mia.is_connected()
    expect(mia.page.get_by_role("heading", level=1, name=customer.name)).to_be_visible()
    expect(mia.row("Before the reload")).to_be_visible()
    mia.ticks("Before the reload", "read")
    expect(mia.composer).to_have_value("A draft that is not finished")
    mia.composer.press("Enter")
    customer.hears("A draft that is not finished")
    assert len(customer.copies("A draft that is not finished")) == 1


def test_after_a_broken_line_the_gap_is_fetched_and_what_was_written_goes_out_once(windows: Windows, stage: Stage) -> None:
    mia, customer = in_talk(windows, stage)
    windows.go_offline(mia.page, stage, "agent#mia")
    state = mia.page.get_by_test_id("connection-state")
    expect(state).not_to_have_attribute("data-state", "open")
    customer.says("Said while the line was down")
    customer.says("And this too")
    mia.composer.fill("Written without a connection")
    mia.composer.press("Enter")
    expect(mia.thread).to_contain_text("Goes out when the connection is back")
    accessible(mia.page, "console-offline")
    mia.page.context.set_offline(False)
    mia.is_connected()
    expect(mia.row("And this too")).to_be_visible()
    customer.hears("Written without a connection")
    expect(mia.row("Written without a connection")).to_have_count(1)
    texts = mia.thread.locator('[data-testid^="message-"][data-side]').all_inner_texts()
    order = [next(i for i, t in enumerate(texts) if w in t) for w in ("Said while", "And this too", "Written without")]
    assert order == sorted(order)
    assert len(customer.copies("Written without a connection")) == 1
    expect(mia.page.get_by_test_id("presence-online")).to_have_attribute("aria-pressed", "true")


def test_a_line_the_server_has_forgotten_is_opened_anew(windows: Windows, stage: Stage) -> None:
    """A push that meets a connection in its handshake makes the server forget it: the desk must not stay deaf."""
    mia, customer = in_talk(windows, stage)
    table = stage.aws("dynamodb"), stage.system.outputs["ConnectionsTable"]
    for item in table[0].scan(TableName=table[1])["Items"]:
        if "agent#mia" in (item["pk"]["S"], item.get("principal", {}).get("S")):
            table[0].delete_item(TableName=table[1], Key={"pk": item["pk"], "sk": item["sk"]})
    mia.page.evaluate("window.dispatchEvent(new Event('online'))")  # the next heartbeat, without waiting for it
    customer.says("Can you hear me?")
    expect(mia.row("Can you hear me?")).to_be_visible()


def test_two_windows_of_one_agent_show_the_same(windows: Windows, stage: Stage) -> None:
    mia, customer = in_talk(windows, stage)
    other = windows.desk("mia")
    other.opens(customer.name)
    mia.says("Written in the first window")
    expect(other.row("Written in the first window")).to_be_visible()
    other.ticks("Written in the first window", "read")
    other.page.get_by_test_id("resolve").click()
    mia.is_empty()


def test_a_supervisor_repairs_a_parked_message(windows: Windows, stage: Stage) -> None:
    mia, customer = in_talk(windows, stage)
    poison(stage, stage.group(customer))
    expect(mia.thread).to_contain_text("A message could not be processed")
    sofia = windows.desk("sofia")
    sofia.page.get_by_test_id("nav-parked").click()
    conversation = stage.current(customer)
    [parked] = [p for p in stage.agent("sofia").rest("GET", "/v1/parked")["parked"] if p["ledger"] == f"cnv#{conversation}"]
    sofia.page.get_by_test_id(f"parked-{parked['id']}").click()
    sofia.page.get_by_test_id("parked-text").fill("Please leave it with the neighbour")
    accessible(sofia.page, "console-parked")
    sofia.page.get_by_test_id("parked-redrive").click()
    expect(sofia.page.get_by_test_id(f"parked-{parked['id']}")).to_have_count(0)
    expect(mia.row("Please leave it with the neighbour")).to_be_visible()
