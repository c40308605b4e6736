"""Chromium, and the pages as the people in front of them know them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from local import company
from local.emulators.process import ROOT
from local.system import System
from tests.e2e.stage import Stage

SCREENS = ROOT / "build" / "screens"
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic"]
PATIENCE_MS = 20_000
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
# What a browser itself prints of refused or lost requests; the pages say it in their own words.
ANYWAY = re.compile("Send anyway|仍然发送")
NETWORK = re.compile(r"Failed to load resource|WebSocket connection to|ERR_INTERNET_DISCONNECTED|net::ERR")


@dataclass
class Windows:
    """The browser windows of one test. `complaints` gathers whatever the pages print as errors or throw."""

    browser: Browser
    system: System
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, address: str, **options: Any) -> Page:
        """A page in a context of its own, as another person's computer."""
        usual = {"viewport": {"width": 1440, "height": 900}, "locale": "en-GB", "reduced_motion": "reduce"}
        context = self.browser.new_context(**(usual | options))
        context.set_default_timeout(PATIENCE_MS)
        self.contexts.append(context)
        return self.more(context, address)

    def more(self, context: BrowserContext, address: str) -> Page:
        """One more tab on the same computer."""
        page = context.new_page()
        page.on("console", lambda m: self._printed(m.type, m.text))
        page.on("pageerror", lambda e: self.complaints.append(str(e)))
        page.goto(address)
        return page

    def _printed(self, kind: str, text: str) -> None:
        if kind == "error" and not NETWORK.search(text):
            self.complaints.append(text)

    def desk(self, login: str, **options: Any) -> Desk:
        """An agent's console, signed in."""
        desk = Desk(self.open(f"{self.system.console}/console/", **options), login)
        desk.signs_in()
        return desk

    def shop(self, **options: Any) -> Shop:
        """The shop, with its chat opened."""
        shop = Shop(self.open(f"{self.system.console}/shop/", **options))
        shop.opens_chat()
        return shop

    def go_offline(self, page: Page, stage: Stage, kind: str) -> None:
        """The line breaks and cannot be had again until `page.context.set_offline(False)`. Chromium leaves an open WebSocket
        alone when it goes offline, so the far side ends it while no new ticket can be had."""
        page.route("**/tickets", lambda route: route.abort())
        with page.expect_event("requestfailed", lambda r: str(r.url).endswith("/tickets")):
            stage.cut(kind)
        page.context.set_offline(True)
        page.unroute("**/tickets")

    def close(self) -> None:
        for context in self.contexts:
            context.close()


def screen(page: Page, name: str) -> None:
    """A picture for people to look at."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"{name}.png")


def accessible(page: Page, screen_name: str) -> None:
    """No serious violation of WCAG 2.1 AA, as axe-core sees it; takes the screen's picture on the way."""
    screen(page, screen_name)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", STANDARD)
    serious = [
        f"{v['id']} ({v['impact']}): {n['target']} {n['failureSummary'][:200]}"
        for v in found["violations"] if v["impact"] in ("serious", "critical") for n in v["nodes"]
    ]  # fmt: skip
    assert serious == [], f"{screen_name}: {serious}"


class Desk:
    """The agent console."""

    def __init__(self, page: Page, login: str) -> None:
        self.page = page
        self.login = login
        self.password = next(p.password for p in company.PEOPLE if p.login == login)
        self.mine, self.waiting = page.get_by_test_id("inbox-mine"), page.get_by_test_id("inbox-waiting")
        self.thread, self.composer = page.get_by_test_id("thread"), page.get_by_test_id("composer")

    def fills_in(self, login: str, password: str) -> None:
        self.page.get_by_test_id("login-username").fill(login)
        self.page.get_by_test_id("login-password").fill(password)
        self.page.get_by_test_id("login-submit").click()

    def signs_in(self) -> None:
        self.fills_in(self.login, self.password)
        self.is_connected()

    def is_connected(self) -> None:
        expect(self.page.get_by_test_id("connection-state")).to_have_attribute("data-state", "open", timeout=30_000)

    def goes(self, presence: str) -> Desk:
        button = self.page.get_by_test_id(f"presence-{presence}")
        with self.page.expect_response(lambda r: r.url.endswith("/v1/me/presence") and r.request.method == "PUT"):
            button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        return self

    def card(self, text: str) -> Locator:
        """The card of a conversation, in either list, by what stands on it."""
        return self.page.locator('[data-testid^="conversation-"]').filter(has_text=text)

    def opens(self, name: str) -> None:
        self.card(name).get_by_role("link").click()
        expect(self.page.get_by_role("heading", level=1, name=name)).to_be_visible()

    def accepts(self, name: str) -> None:
        """Opens an offered conversation and accepts it there."""
        self.opens(name)
        self.page.get_by_test_id("thread-accept").click()
        expect(self.page.get_by_test_id("status")).to_have_attribute("data-status", "active")

    def says(self, text: str) -> Locator:
        """Answers, twice where the desk asks whether that is meant; the row of the answer once it is on record."""
        self.composer.fill(text)
        send, row = self.page.get_by_test_id("send"), self.row(text)
        send.click()
        asked = send.filter(has_text=ANYWAY)
        expect(row.or_(asked).first).to_be_visible()
        if asked.count():
            send.click()
        expect(row).to_be_visible()
        return row

    def row(self, text: str) -> Locator:
        return self.thread.locator('[data-testid^="message-"]').filter(has_text=text)

    def ticks(self, text: str, status: str) -> None:
        """Awaits that the tick of an answer shows a status."""
        tick = self.row(text).locator('[data-testid^="tick-"]').last
        expect(tick).to_have_attribute("data-status", status, timeout=PATIENCE_MS)

    def is_empty(self) -> None:
        expect(self.mine.locator('[data-testid^="conversation-"]')).to_have_count(0)


class Shop:
    """The shop's page with the chat widget."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.messages, self.input = page.get_by_test_id("sb-messages"), page.get_by_test_id("sb-input")

    def opens_chat(self) -> None:
        self.page.get_by_test_id("sb-open").click()
        expect(self.input).to_be_focused()

    def says(self, text: str) -> None:
        self.input.fill(text)
        self.page.get_by_test_id("sb-send").click()

    def sees(self, text: str) -> Locator:
        found = self.messages.get_by_text(text)
        expect(found).to_be_visible(timeout=PATIENCE_MS)
        return found

    def is_sent(self, text: str) -> None:
        """Awaits the tick that says the message has been taken."""
        row = self.messages.locator('[data-testid^="sb-message-"]').filter(has_text=text)
        expect(row.locator('[data-testid^="sb-tick-"]')).to_have_attribute("data-state", "sent", timeout=PATIENCE_MS)
