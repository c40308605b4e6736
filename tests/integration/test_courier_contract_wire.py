"""What went wrong on the wire decides whether a message may be sent again: only if it cannot have arrived."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.certificates import self_signed
from switchboard.adapters.vendor.courier import HttpCourier
from switchboard.application.ports import Sent
from switchboard.channels.base import Account
from switchboard.channels.registry import channel
from switchboard.domain.content import Content
from tests.contract.tokens_contract import never
from tests.contract.vault_fakes import Clock
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.tokens import MemoryTokens, TokenTable

GARBAGE = b"\x17\x03\x03\x00\x20" + b"not a TLS record that anybody made"[:32]


class Host:
    """Stands at a vendor's address, takes one connection and never answers properly. `heard` is the request it got."""

    def __init__(self, certificate: Path) -> None:
        self.heard = b""
        self.last_words = b""
        self.speaks_tls = True
        self._certificate = certificate
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(10)
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    def close(self) -> None:
        self._thread.join(15)
        self._socket.close()

    def _serve(self) -> None:
        connection, _ = self._socket.accept()
        with connection:
            connection.settimeout(10)
            if not self.speaks_tls:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                return
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self._certificate)
            try:
                secured = context.wrap_socket(connection, server_side=True)
            except (ssl.SSLError, OSError):  # the client wants nothing to do with us
                return
            while b"messaging_product" not in self.heard:
                self.heard += secured.recv(4096)
            with socket.socket(fileno=secured.detach()) as bare:
                bare.sendall(self.last_words)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls") / "vendor.pem", "vendor")


@pytest.fixture
def host(certificate: Path) -> Iterator[Host]:
    host = Host(certificate)
    yield host
    host.close()


def send_to(base: str) -> Sent:
    secrets = {"access_token": "EAAG", "phone_number_id": "1"}
    accounts = MemoryAccounts([Account("whatsapp", "shop", secrets, base_url=base, private=True)])
    courier = HttpCourier(channel, accounts, MemoryTokens(TokenTable(), Clock(), never))
    return courier.prepare("whatsapp", "shop", "4915100000001", Content(text="hello"), "m1").send()


@pytest.mark.parametrize("last_words", [b"", GARBAGE], ids=["hangs up", "garbage"])
def test_a_line_that_breaks_after_the_request_leaves_it_unknown(
    host: Host, certificate: Path, monkeypatch: pytest.MonkeyPatch, last_words: bytes
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    host.last_words = last_words
    assert send_to(f"https://127.0.0.1:{host.port}").outcome == "unknown"
    assert b"hello" in host.heard


@pytest.mark.parametrize("speaks_tls", [True, False], ids=["a certificate nobody vouches for", "no TLS at all"])
def test_a_host_that_is_not_the_vendor_hears_nothing_and_it_is_tried_again(host: Host, speaks_tls: bool) -> None:
    host.speaks_tls = speaks_tls
    assert send_to(f"https://127.0.0.1:{host.port}").outcome == "retry"
    assert host.heard == b""


@pytest.mark.parametrize("address", ["ftp://vendor.example", "https://", "https://[::1", "https://a:99999"])
def test_an_address_that_is_none_is_not_called_unknown(address: str) -> None:
    """An operator's slip in `base_url`: nothing left, and once it is mended the message may go."""
    assert send_to(address).outcome == "retry"
