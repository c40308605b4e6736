"""The demo's pages come with the headers of the deployed ones, so that the browser tests judge them."""

from __future__ import annotations

from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from local.pages import Pages

CONFIG = {"deskApi": "http://127.0.0.1:4566/restapis/a/dev", "publicApi": "http://127.0.0.1:4567/x", "cognitoEndpoint": "http://127.0.0.1:4566"}


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    for name in ("console", "shop", "widget"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").write_text(name)
    served = Pages(tmp_path, 0, CONFIG)
    served.start()
    yield served
    served.stop()


def headers(pages: Pages, path: str) -> dict[str, str]:
    line = HTTPConnection(pages.url.removeprefix("http://"))
    line.request("GET", path)
    answer = line.getresponse()
    assert answer.status == 200
    return dict(answer.getheaders())


@pytest.mark.parametrize("path", ["/console/", "/config.json"])
def test_the_console_comes_with_the_headers_of_the_deployed_one(pages: Pages, path: str) -> None:
    found = headers(pages, path)
    policy = found["Content-Security-Policy"]
    assert "connect-src 'self' http://127.0.0.1:4566 ws://127.0.0.1:4566 http://127.0.0.1:4566;" in policy
    assert "frame-ancestors 'none'" in policy
    assert "$" not in policy
    assert found["X-Frame-Options"] == "DENY"
    assert "camera=()" in found["Permissions-Policy"]
    assert found["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize("path", ["/shop/", "/widget/"])
def test_the_shop_lets_in_what_the_widget_needs_and_no_more(pages: Pages, path: str) -> None:
    found = headers(pages, path)
    assert "connect-src 'self' http://127.0.0.1:4567 ws://127.0.0.1:4566;" in found["Content-Security-Policy"]
    assert found["Access-Control-Allow-Origin"] == "*"
    assert found["X-Content-Type-Options"] == "nosniff"
