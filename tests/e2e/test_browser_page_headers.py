"""The pages under the headers they are deployed with: their own code runs, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser

from local.pages import Pages
from local.system import WEB

NOWHERE = "http://127.0.0.1:59999"  # nobody is there: what is refused is refused before


FOREIGN = """() => {
    const script = document.createElement('script');
    script.textContent = 'window.foreign = 1';
    document.body.append(script);
    const link = document.createElement('a');
    link.setAttribute('onclick', 'window.foreign = 2');
    document.body.append(link);
    link.click();
}"""


@pytest.fixture
def pages() -> Iterator[Pages]:
    config = {"deskApi": NOWHERE, "publicApi": NOWHERE, "cognitoEndpoint": NOWHERE, "clientId": "c", "account": "shop"}
    served = Pages(WEB, 0, config)
    served.start()
    yield served
    served.stop()


@pytest.mark.parametrize(("path", "shows"), [("/console/", "Sign in"), ("/shop/", "Larkmoor")])
def test_a_page_works_under_its_policy_and_foreign_code_does_not(chromium: Browser, pages: Pages, path: str, shows: str) -> None:
    page = chromium.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    try:
        page.goto(pages.url + path)
        page.get_by_text(shows).first.wait_for()
        assert [text for text in said if "Content Security Policy" in text or "Permissions-Policy" in text] == []
        page.evaluate(FOREIGN)
        assert page.evaluate("window.foreign") is None
        leak = "fetch('https://elsewhere.example/', {mode: 'no-cors'}).then(() => 'out', () => 'refused')"
        assert page.evaluate(leak) == "refused"
        assert any("Content Security Policy" in text and "elsewhere.example" in text for text in said)
    finally:
        page.close()


@pytest.fixture
def foreign(pages: Pages, tmp_path: Path) -> Iterator[str]:
    """A page of somebody else's with the console in a frame."""
    (tmp_path / "index.html").write_text(f'<iframe src="{pages.url}/console/"></iframe>')
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(tmp_path)))
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


def test_the_console_cannot_be_framed(chromium: Browser, pages: Pages, foreign: str) -> None:
    page = chromium.new_page()
    try:
        with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
            page.goto(foreign)
        [_, frame] = page.frames
        assert frame.locator("input").count() == 0
    finally:
        page.close()
