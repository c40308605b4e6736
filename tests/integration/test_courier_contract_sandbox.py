"""The courier keeps its contract with the vendors' send APIs, as the channel sandbox stands in for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from switchboard.adapters.vendor.courier import HttpCourier
from switchboard.channels.base import Account, Outbound, VendorCall
from switchboard.channels.registry import channel
from switchboard.channels.whatsapp import WhatsApp
from tests.contract.courier_contract import CourierContract, FetchedTokenContract, send
from tests.contract.dynamo_tokens import TokenProcesses, token_processes
from tests.contract.sandbox_vendors import Sandbox, SandboxWeChat, SandboxWhatsApp, sandbox
from tests.contract.tokens_contract import never
from tests.contract.vault_fakes import Clock
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.tokens import MemoryTokens, TokenTable

Aws = Callable[[str], Any]


@pytest.fixture(scope="module")
def vendors() -> Iterator[Sandbox]:
    with sandbox() as running:
        yield running


@pytest.fixture(scope="module")
def token_keepers(aws: Aws, endpoint: str) -> Iterator[TokenProcesses]:
    with token_processes(aws, endpoint) as processes:
        yield processes


@pytest.fixture
def accounts() -> MemoryAccounts:
    return MemoryAccounts()


class OnWhatsApp:
    """Its access tokens are lasting ones: none is fetched."""

    @pytest.fixture
    def vendor(self, vendors: Sandbox, accounts: MemoryAccounts) -> SandboxWhatsApp:
        return SandboxWhatsApp(vendors, accounts)

    @pytest.fixture
    def tokens(self) -> MemoryTokens:
        return MemoryTokens(TokenTable(), Clock(), never)

    @pytest.fixture
    def courier(self, accounts: MemoryAccounts, tokens: MemoryTokens) -> HttpCourier:
        return HttpCourier(channel, accounts, tokens)


class TestWhatsApp(OnWhatsApp, CourierContract):
    pass


class TestWhatsAppAlone(OnWhatsApp):
    def test_the_vendor_finds_nothing_wrong_with_our_calls(self, courier: HttpCourier, vendor: SandboxWhatsApp) -> None:
        send(courier, vendor, 'Grüße "您好" \\ 👋\n' + "long " * 1000)
        assert vendor.problems() == []

    def test_an_answer_that_comes_too_late_is_a_lost_one(
        self, vendors: Sandbox, accounts: MemoryAccounts, tokens: MemoryTokens, vendor: SandboxWhatsApp
    ) -> None:
        class Impatient(WhatsApp):
            def render(self, message: Outbound, account: Account, token: str) -> Sequence[VendorCall]:
                return [replace(call, timeout=0.1) for call in super().render(message, account, token)]

        vendors.api("faults", channel="whatsapp", kind="slow", ms=600)
        sent = send(HttpCourier(lambda _: Impatient(), accounts, tokens), vendor, "hello")
        assert (sent.outcome, sent.vendor_ids) == ("unknown", ())

    @pytest.mark.parametrize("kind", ["unauthorised", "expire_token"])
    def test_a_lasting_token_that_is_no_good_is_refused_and_named(
        self, vendors: Sandbox, courier: HttpCourier, vendor: SandboxWhatsApp, kind: str
    ) -> None:
        vendors.api("faults", channel="whatsapp", kind=kind)
        sent = send(courier, vendor, "hello")
        assert (sent.outcome, vendor.shown()) == ("refused", [])
        assert "access token" in sent.reason


@pytest.mark.localstack
class TestWeChat(CourierContract, FetchedTokenContract):
    @pytest.fixture
    def vendor(self, vendors: Sandbox, accounts: MemoryAccounts) -> SandboxWeChat:
        return SandboxWeChat(vendors, accounts)

    @pytest.fixture
    def courier(self, accounts: MemoryAccounts, token_keepers: TokenProcesses) -> HttpCourier:
        return HttpCourier(channel, accounts, token_keepers.start(Clock(), never))

    def test_the_vendor_finds_nothing_wrong_with_our_calls(self, courier: HttpCourier, vendor: SandboxWeChat) -> None:
        send(courier, vendor, 'Grüße "您好" \\ 👋\n' + "长" * 700)
        assert vendor.problems() == []
