"""Calls of the company's own systems: signed as their libraries expect, to configured addresses alone, and nowhere else."""

from __future__ import annotations

import hmac
import json
import socket
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.certificates import self_signed
from switchboard.adapters.aws.endpoints import CONNECTORS, KEPT, SecretEndpoints
from switchboard.adapters.vendor import calls
from switchboard.adapters.vendor.calls import Endpoint, signed
from switchboard.adapters.vendor.hooks import HttpHooks
from switchboard.application.hooks import HookCall, HookDelivery
from switchboard.application.ports import Sent
from switchboard.domain.errors import Misconfigured, NotFound, StorageUnavailable, VendorUnavailable
from tests.fakes.hooks import MemoryHooks
from tests.unit.https_receiver import Receiver

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KEY = bytes(range(32))


def test_the_signature_is_that_of_the_specification() -> None:
    """The example of the specification's own reference libraries."""
    key = b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = signed(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


# -- the far side ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls") / "receiver.pem", "receiver")


@pytest.fixture
def receiver(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    receiver = Receiver(certificate)
    yield receiver
    receiver.close()


class One:
    """One configured endpoint, "crm"."""

    def __init__(self, url: str, ca: str = "", private: bool = True) -> None:
        self._endpoint = Endpoint("crm", url, KEY, ca, private)

    def endpoint(self, name: str) -> Endpoint:
        if name != "crm":
            raise NotFound("there is no such endpoint")
        return self._endpoint


def tell(port: int, path: str = "/in?key=1", name: str = "crm", private: bool = True, ca: str = "") -> Sent:
    return HttpHooks(One(f"https://127.0.0.1:{port}{path}", ca, private), lambda: NOW).send(name, '{"ä":1}', "h1")


def test_a_receiver_can_tell_that_it_is_us_and_which_call_it_is(receiver: Receiver) -> None:
    assert tell(receiver.port) == Sent("accepted", ("h1",))
    [(path, headers, body)] = receiver.heard
    assert (path, json.loads(body), headers["content-type"]) == ("/in?key=1", {"ä": 1}, "application/json")
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    assert headers["webhook-signature"] == "v1," + b64encode(hmac.digest(KEY, content, "sha256")).decode()
    assert (headers["webhook-id"], int(headers["webhook-timestamp"])) == ("h1", int(NOW.timestamp()))


@pytest.mark.parametrize(("status", "outcome"), [
    (200, "accepted"), (204, "accepted"), (400, "refused"), (404, "refused"), (410, "refused"), (408, "retry"), (429, "retry"),
    (500, "retry"), (503, "retry"),
])  # fmt: skip
def test_what_may_pass_is_tried_again_and_what_may_not_is_given_up(receiver: Receiver, status: int, outcome: str) -> None:
    receiver.status = status
    answer = tell(receiver.port)
    assert (answer.outcome, len(receiver.heard)) == (outcome, 1)
    assert outcome == "accepted" or str(status) in answer.reason


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_nobody_can_lead_us_elsewhere(receiver: Receiver, status: int) -> None:
    receiver.status, receiver.headers = status, {"Location": f"https://127.0.0.1:{receiver.port}/other"}
    assert tell(receiver.port).outcome == "refused"
    assert len(receiver.heard) == 1


@pytest.mark.parametrize(("said", "pause"), [("7", 7.0), ("999999", 3600.0), ("soon", None), ("-5", None), ("", None)])
def test_a_receiver_may_say_when_to_come_again_but_not_in_a_year(receiver: Receiver, said: str, pause: float | None) -> None:
    receiver.status, receiver.headers = 503, {"Retry-After": said}
    assert tell(receiver.port).retry_after == pause


def test_an_address_within_our_own_network_hears_nothing(receiver: Receiver) -> None:
    assert tell(receiver.port, private=False).outcome == "refused"
    assert receiver.heard == []


def test_a_receiver_nobody_vouches_for_hears_nothing(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    assert tell(receiver.port).outcome == "retry"
    assert receiver.heard == []


def test_a_company_may_vouch_for_its_receivers_itself(
    receiver: Receiver, certificate: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """By its own authority, which then is the only one: no public one can vouch for a stranger in its place."""
    monkeypatch.delenv("SSL_CERT_FILE")
    ca = certificate.read_text().partition("-----BEGIN PRIVATE")[0]
    assert tell(receiver.port, ca=ca).outcome == "accepted"
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    other = self_signed(tmp_path / "other.pem", "other").read_text().partition("-----BEGIN PRIVATE")[0]
    assert tell(receiver.port, ca=other).outcome == "retry"
    assert len(receiver.heard) == 1


def test_a_receiver_that_never_answers_is_left_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert tell(silent.getsockname()[1]).outcome == "retry"


def test_a_receiver_that_is_not_there_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    assert tell(port).outcome == "retry"


def test_an_endpoint_nobody_set_up_is_not_called() -> None:
    assert tell(1, name="erp").outcome == "refused"


def test_the_key_is_shown_by_nothing(receiver: Receiver) -> None:
    endpoint = One("https://a.example").endpoint("crm")
    receiver.status = 500
    assert repr(KEY) not in repr(endpoint) + repr(tell(receiver.port))


# -- from the queue ------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["retry", "unknown"])
def test_what_was_not_taken_comes_again_by_the_queue(outcome: str) -> None:
    with pytest.raises(VendorUnavailable):
        HookDelivery(MemoryHooks(Sent(outcome, reason="it answered 500"))).deliver(HookCall("h1", "crm", "{}"))


@pytest.mark.parametrize("outcome", ["accepted", "refused"])
def test_what_is_settled_does_not_come_again(outcome: str) -> None:
    told = MemoryHooks(Sent(outcome))
    assert HookDelivery(told).deliver(HookCall("h1", "crm", "{}")).outcome == outcome
    assert told.told == [("crm", "{}", "h1")]


# -- where the addresses are -----------------------------------------------------------------------------


class Vault:
    """The calls of a Secrets Manager client that are made."""

    def __init__(self, **secrets: str) -> None:
        self.secrets, self.asked, self.down, self.leaving = secrets, list[str](), False, set[str]()

    def get_secret_value(self, SecretId: str) -> dict[str, Any]:
        return {"SecretString": self._secret(SecretId)}

    def describe_secret(self, SecretId: str) -> dict[str, Any]:
        self._secret(SecretId)
        return {"Name": SecretId} | ({"DeletedDate": "soon"} if SecretId in self.leaving else {})

    def _secret(self, SecretId: str) -> str:
        self.asked.append(SecretId)
        name = SecretId.rpartition("/")[2]
        if self.down or name not in self.secrets:
            code = "InternalServiceError" if self.down else "ResourceNotFoundException"
            raise ClientError({"Error": {"Code": code, "Message": ""}}, "GetSecretValue")
        return self.secrets[name]


def secret(url: str = "https://crm.example/in", key: str = "whsec_" + b64encode(KEY).decode(), **more: object) -> str:
    return json.dumps({"url": url, "secret": key, **more})


def endpoints(vault: Vault, clock: Callable[[], float] = lambda: 0.0) -> SecretEndpoints:
    return SecretEndpoints(vault, "switchboard", clock)


def test_connectors_lie_in_a_folder_of_their_own() -> None:
    vault = Vault(shop=secret())
    assert SecretEndpoints(vault, "switchboard", lambda: 0.0, CONNECTORS).endpoint("shop").url == "https://crm.example/in"
    assert vault.asked == ["switchboard/connectors/shop"]


def test_an_endpoint_within_a_private_network_says_so_and_may_bring_its_authority(certificate: Path) -> None:
    ca = certificate.read_text().partition("-----BEGIN PRIVATE")[0]
    found = endpoints(Vault(crm=secret(private=True, ca=ca))).endpoint("crm")
    assert (found.private, found.ca) == (True, ca)
    assert not endpoints(Vault(crm=secret())).endpoint("crm").private


def test_an_endpoint_is_what_its_secret_says_and_read_once_in_a_while() -> None:
    vault, time = Vault(crm=secret()), [0.0]
    found = endpoints(vault, lambda: time[0])
    assert found.endpoint("crm") == Endpoint("crm", "https://crm.example/in", KEY)
    vault.secrets["crm"] = secret("https://new.example/in")
    assert found.endpoint("crm").url == "https://crm.example/in"
    time[0] = KEPT
    assert found.endpoint("crm").url == "https://new.example/in"
    assert vault.asked == ["switchboard/hooks/crm"] * 2


@pytest.mark.parametrize("wrong", [
    "", "[]", "null", "{}", secret("http://crm.example/in"), secret("https://"), secret("file:///etc/passwd"), secret("crm.example"),
    secret("https://me:you@crm.example/"), secret("https://crm.example/#x"), secret("https://[::1"), secret(key="whsec_abc"),
    secret(key="whsec_" + b64encode(b"short").decode()), json.dumps({"url": 7, "secret": "x"}), json.dumps({"url": "https://a.b"}),
    secret(ca="no certificate"), secret(ca=7), secret(ca=[]), secret(private="yes"), secret(private=1),
])  # fmt: skip
def test_a_secret_of_another_shape_is_an_operators_matter_and_is_not_shown(wrong: str) -> None:
    with pytest.raises(Misconfigured, match="'crm'") as caught:
        endpoints(Vault(crm=wrong)).endpoint("crm")
    assert not wrong or wrong not in str(caught.value)
    assert endpoints(Vault(crm=wrong)).known("crm")


@pytest.mark.parametrize("name", ["erp", "../accounts/whatsapp/main", "", "CRM", "a/b", "x" * 65])
def test_no_name_reaches_another_secret(name: str) -> None:
    vault = Vault(crm=secret())
    assert not endpoints(vault).known(name)
    assert all(asked == "switchboard/hooks/erp" for asked in vault.asked)


def test_an_endpoint_whose_secret_is_to_be_deleted_is_not_set_up_any_more() -> None:
    vault = Vault(crm=secret())
    vault.leaving.add("switchboard/hooks/crm")
    assert not endpoints(vault).known("crm")


def test_a_store_of_secrets_that_is_down_says_nothing_of_what_exists() -> None:
    vault = Vault(crm=secret())
    vault.down = True
    with pytest.raises(StorageUnavailable):
        endpoints(vault).known("crm")
