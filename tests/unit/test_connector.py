"""The company's own system over HTTPS: the contract on the demo's shop, and what is made of answers that break it."""

from __future__ import annotations

import base64
import hmac
import json
import ssl
import textwrap
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from io import BufferedIOBase
from pathlib import Path
from typing import Any

import pytest

from local import company as sample
from local.certificates import self_signed
from local.emulators.process import ROOT
from local.shop.opening import OpenShop, load, open_shop
from local.shop.signing import is_signed
from switchboard.adapters.aws.endpoints import CONNECTORS, SecretEndpoints
from switchboard.adapters.vendor import calls
from switchboard.adapters.vendor.calls import Endpoint
from switchboard.adapters.vendor.connector import LONGEST_ANSWER, HttpConnector
from switchboard.application.connectors import FAILED, OK, UNKNOWN, ActionAnswer
from switchboard.application.delivery import TryLater
from switchboard.domain.errors import Misconfigured, NotFound, StorageUnavailable
from tests.contract.connector_contract import OPEN, SENT, ConnectorContract, a_call
from tests.unit.https_receiver import Receiver

KEY = bytes(range(32))


def now() -> datetime:
    return datetime.now(UTC)


# -- the demo's shop -----------------------------------------------------------------------------------


@pytest.fixture
def shop() -> Iterator[OpenShop]:
    opened = open_shop(load(), sample.SHOP_SECRET)
    yield opened
    opened.server.stop()


def connected(shop: OpenShop, at: Callable[[], datetime] = now, **changed: Any) -> HttpConnector:
    """By way of what stands in Secrets Manager."""

    class Vault:
        def get_secret_value(self, SecretId: str) -> dict[str, str]:
            assert SecretId == "switchboard/connectors/shop"
            return {"SecretString": json.dumps(shop.endpoint | changed)}

    return HttpConnector(SecretEndpoints(Vault(), "switchboard", time.monotonic, CONNECTORS), at)


class Company:
    def __init__(self, shop: OpenShop) -> None:
        self._shop = shop

    def effects(self) -> list[dict[str, Any]]:
        return self._shop.server.report()["effects"]

    def breaks(self) -> None:
        self._shop.server.trouble(503)

    def loses_its_answer(self) -> None:
        self._shop.server.trouble(None)


class TestHttpConnector(ConnectorContract):
    @pytest.fixture
    def connector(self, shop: OpenShop) -> HttpConnector:
        return connected(shop)

    @pytest.fixture
    def company(self, shop: OpenShop) -> Company:
        return Company(shop)


@pytest.mark.parametrize("off", [timedelta(minutes=-6), timedelta(minutes=6)])
def test_the_shop_takes_no_call_that_was_recorded_or_is_ahead_of_its_time(shop: OpenShop, off: timedelta) -> None:
    assert connected(shop, lambda: now() + off).perform(a_call("order_cancel", order=OPEN)).outcome == FAILED
    assert shop.server.report()["effects"] == []


def test_the_shop_takes_no_call_of_a_stranger(shop: OpenShop) -> None:
    stranger = connected(shop, secret="whsec_" + "A" * 40)
    assert stranger.perform(a_call("order_cancel", order=OPEN)).reason == "the connector 'shop' answered 401"
    assert shop.server.report() == {"effects": [], "calls": []}


def test_the_shop_does_nothing_for_an_id_that_comes_with_another_wish(shop: OpenShop) -> None:
    connector = connected(shop)
    connector.perform(a_call("order_lookup", order=OPEN, call="a1"))
    assert connector.perform(a_call("order_cancel", order=OPEN, call="a1")).outcome == FAILED
    assert shop.server.report()["effects"] == []


def test_a_shop_in_a_private_network_is_called_only_on_purpose(shop: OpenShop) -> None:
    assert "not public" in connected(shop, private=False).perform(a_call("order_lookup", order=SENT)).reason
    assert shop.server.report()["calls"] == []


def look(shop: OpenShop, authorization: str) -> Any:
    url = shop.endpoint["url"].replace("/actions", "/effects")
    context = ssl.create_default_context(cadata=shop.endpoint["ca"])
    request = urllib.request.Request(url, headers={"Authorization": authorization})
    with urllib.request.urlopen(request, timeout=10, context=context) as answer:
        return json.load(answer)


def test_who_knows_the_secret_may_see_what_came_of_it(shop: OpenShop) -> None:
    connected(shop).perform(a_call("invoice_send", order=SENT, email="ann@mail.example"))
    found = look(shop, f"Bearer {shop.endpoint['secret']}")
    assert found["effects"] == [{"do": "invoice_sent", "order": SENT, "email": "ann@mail.example"}]
    assert [(c["action"], c["outcome"]) for c in found["calls"]] == [("invoice_send", "ok")]
    with pytest.raises(urllib.error.HTTPError, match="401"):
        look(shop, "Bearer whsec_guess")


def test_the_check_that_the_document_shows_takes_our_calls_and_no_others() -> None:
    """An engineer copies it from docs/connector.md."""
    text = (ROOT / "docs" / "connector.md").read_text(encoding="utf-8")
    sample = textwrap.dedent(text[text.index("    def is_signed") :].partition("\n\n")[0])
    known: dict[str, Any] = {"base64": base64, "hmac": hmac}
    exec(sample, known)
    spelt, body = "whsec_" + base64.b64encode(KEY).decode(), b'{"action": "order_lookup"}'
    headers = calls.signed(KEY, "a1", 1_000_000, body)
    for check in (known["is_signed"], is_signed):
        assert check(spelt, headers, body, 1_000_000.5)
        assert check(spelt, headers | {"webhook-signature": f"v1,AAAA {headers['webhook-signature']}"}, body, 1_000_000)
        assert not check(spelt, headers, body + b" ", 1_000_000)
        assert not check(spelt, headers, body, 1_000_301)
        assert not check(spelt, headers, body, 999_699)
        assert not check(spelt, headers | {"webhook-id": "a2"}, body, 1_000_000)
        assert not check(spelt, headers | {"webhook-timestamp": "1000001"}, body, 1_000_000)
        assert not check("whsec_" + base64.b64encode(b"k" * 32).decode(), headers, body, 1_000_000)


# -- a system that keeps no contract ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls") / "receiver.pem", "receiver")


@pytest.fixture
def receiver(certificate: Path) -> Iterator[Receiver]:
    receiver = Receiver(certificate)
    yield receiver
    receiver.close()


@pytest.fixture
def connector(receiver: Receiver, certificate: Path) -> HttpConnector:
    ca = certificate.read_text().partition("-----BEGIN PRIVATE")[0]

    class One:
        def endpoint(self, name: str) -> Endpoint:
            return Endpoint(name, f"https://127.0.0.1:{receiver.port}/act", KEY, ca, private=True)

    return HttpConnector(One(), now)


def says(receiver: Receiver, outcome: object = "ok", data: object = None) -> None:
    receiver.body = json.dumps({"outcome": outcome} if data is None else {"outcome": outcome, "data": data}).encode()


def test_a_call_names_itself_and_tells_what_is_known(receiver: Receiver, connector: HttpConnector) -> None:
    says(receiver)
    customer = {"id": "k101", "channel": "webchat"}
    connector.perform(a_call("order_lookup", "refund_status", customer, "a1", order="SB-10214"))
    connector.perform(a_call("order_lookup", "", {}, "a2"))
    [(path, headers, body), (_, _, bare)] = receiver.heard
    assert (path, headers["idempotency-key"], headers["webhook-id"]) == ("/act", "a1", "a1")
    assert json.loads(body) == {
        "action": "order_lookup", "call": "a1", "for": "refund_status", "language": "en", "customer": customer,
        "arguments": {"order": "SB-10214"},
    }  # fmt: skip
    assert json.loads(bare) == {"action": "order_lookup", "call": "a2", "language": "en", "customer": {}, "arguments": {}}


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504])
def test_what_may_pass_is_asked_again(receiver: Receiver, connector: HttpConnector, status: int) -> None:
    receiver.status = status
    with pytest.raises(TryLater, match=str(status)):
        connector.perform(a_call("order_lookup"))


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 403, 404, 410, 422])
def test_what_cannot_pass_has_failed(receiver: Receiver, connector: HttpConnector, status: int) -> None:
    says(receiver)
    receiver.status, receiver.headers = status, {"Location": f"https://127.0.0.1:{receiver.port}/elsewhere"}
    assert connector.perform(a_call("order_lookup")) == ActionAnswer(FAILED, {}, f"the connector 'shop' answered {status}")
    assert len(receiver.heard) == 1


@pytest.mark.parametrize(("said", "seconds"), [("3", 3.0), ("86400", 20.0), ("soon", 1.0), ("", 1.0)])
def test_a_company_may_say_when_to_come_again_while_the_customer_waits(
    receiver: Receiver, connector: HttpConnector, said: str, seconds: float
) -> None:
    receiver.status, receiver.headers = 503, {"Retry-After": said}
    with pytest.raises(TryLater) as raised:
        connector.perform(a_call("order_lookup"))
    assert raised.value.seconds == seconds


@pytest.mark.parametrize("outcome", ["ok", "not_found", "a" * 32])
def test_an_outcome_may_have_any_plain_name(receiver: Receiver, connector: HttpConnector, outcome: str) -> None:
    data = {"items": ["Tea, 75 g", "Mug"], "total": {"amount": 9.5, "currency": "GBP"}, "late": False, "count": 3, "restock": None}
    says(receiver, outcome, data)
    assert connector.perform(a_call("order_lookup")) == ActionAnswer(outcome, data)


def test_an_answer_without_data_has_none(receiver: Receiver, connector: HttpConnector) -> None:
    says(receiver)
    assert connector.perform(a_call("order_lookup")) == ActionAnswer(OK, {})


DEEP = "[" * 8000
UNREADABLE = [
    b"", b"OK", b"\xff\xfe", b"[]", b"null", b'"ok"', b"{}", b'{"outcome": null}', b'{"outcome": 1}', b'{"outcome": ""}',
    b'{"outcome": "OK"}', b'{"outcome": "not found"}', b'{"outcome": "ok\\n"}', b'{"outcome": "' + b"a" * 33 + b'"}',
    b'{"outcome": "ok", "data": []}', b'{"outcome": "ok", "data": "text"}', b'{"outcome": "ok", "data": {"a": NaN}}',
    b'{"outcome": "ok", "data": {"a": 1e999}}', b'{"outcome": "ok", "data": {"a": 123456789012345678901}}',
    b'{"outcome": "ok", "data": {"a": "\\ud800"}}', b'{"outcome": "ok", "data": {"\\ud800": 1}}',
    b'{"outcome": "ok", "data": {"a": [[[1]]]}}', b'{"outcome": "ok", "data": ' + DEEP.encode(),
    b'{"outcome": "ok", "data": {"a": ' + b"1" * 5000 + b"}}",
]  # fmt: skip


@pytest.mark.parametrize("body", UNREADABLE, ids=lambda body: ascii(body[:40]))
def test_of_an_answer_of_another_form_nothing_is_known_and_it_is_not_repeated_in_the_reason(
    receiver: Receiver, connector: HttpConnector, body: bytes
) -> None:
    """What breaks the form would break what is stored, shown or said later."""
    receiver.body = body
    answer = connector.perform(a_call("order_lookup"))
    assert (answer.outcome, dict(answer.data)) == (UNKNOWN, {})
    assert answer.reason.startswith("the connector 'shop' answered 200, but ")
    assert "123456789" not in answer.reason


def test_the_longest_answer_is_taken_and_a_longer_one_is_not_even_read(receiver: Receiver, connector: HttpConnector) -> None:
    frame = len(json.dumps({"outcome": "ok", "data": {"a": ""}}))
    says(receiver, data={"a": "x" * (LONGEST_ANSWER - frame)})
    assert connector.perform(a_call("order_lookup")).outcome == OK
    says(receiver, data={"a": "x" * (LONGEST_ANSWER - frame + 1)})
    assert "more than 16384 bytes" in connector.perform(a_call("order_lookup")).reason

    sent = 0

    def endless(out: BufferedIOBase) -> None:
        nonlocal sent
        while sent < 100_000_000:
            sent += out.write(b"x" * 65_536)

    receiver.speak = endless
    assert connector.perform(a_call("order_lookup")).outcome == UNKNOWN
    assert sent < 100_000_000


def test_who_answers_byte_by_byte_gets_no_more_time(
    receiver: Receiver, connector: HttpConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "SECONDS", 0.5)

    def dribble(out: BufferedIOBase) -> None:
        until = time.monotonic() + 10
        with suppress(OSError):
            while time.monotonic() < until:
                out.write(b" ")
                time.sleep(0.05)  # how slow it is

    receiver.speak = dribble
    begun = time.monotonic()
    with pytest.raises(TryLater):
        connector.perform(a_call("order_lookup"))
    assert time.monotonic() - begun < 5


# -- where it is --------------------------------------------------------------------------------------------


class Broken:
    def __init__(self, error: Exception) -> None:
        self._error = error

    def endpoint(self, name: str) -> Endpoint:
        raise self._error


def test_a_company_without_a_connector_fails_every_call() -> None:
    assert HttpConnector(Broken(NotFound("none")), now).perform(a_call("order_lookup")).reason == "there is no connector 'shop'"


def test_a_badly_set_up_connector_fails_and_says_what_to_correct() -> None:
    answer = HttpConnector(Broken(Misconfigured("correct it")), now).perform(a_call("order_lookup"))
    assert (answer.outcome, answer.reason) == (FAILED, "correct it")


def test_secrets_that_cannot_be_read_now_are_asked_for_again() -> None:
    with pytest.raises(TryLater):
        HttpConnector(Broken(StorageUnavailable("try again")), now).perform(a_call("order_lookup"))


def test_a_company_that_is_not_there_is_asked_again(certificate: Path) -> None:
    closed = Receiver(certificate)
    closed.close()
    nobody = Endpoint("shop", f"https://127.0.0.1:{closed.port}/", KEY, private=True)

    class One:
        def endpoint(self, name: str) -> Endpoint:
            return nobody

    with pytest.raises(TryLater):
        HttpConnector(One(), now).perform(a_call("order_lookup"))
