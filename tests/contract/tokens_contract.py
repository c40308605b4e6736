"""What every `Tokens` must do: see `adapters.vendor.courier.Tokens`. A process has an instance of its own."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable

import pytest

from switchboard.adapters.vendor.courier import Tokens
from switchboard.channels.base import Account
from switchboard.domain.errors import VendorUnavailable
from tests.contract import samples as s
from tests.contract.vault_fakes import Clock

LIFE = 7200.0  # seconds a token lives
Pause = Callable[[float], None]
Process = Callable[[Pause], Tokens]


class TokenService:
    """A vendor's. It keeps one token valid; a refresh voids it, whoever has it. `calls` holds the refresh flags."""

    def __init__(self) -> None:
        self.calls: list[bool] = []
        self.good = ""
        self.trouble: Exception | None = None
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def fetch(self, refresh: bool) -> tuple[str, float]:
        with self._lock:
            self.calls.append(refresh)
            if self.trouble is not None:
                raise self.trouble
            if refresh or not self.good:
                self.good = f"token-{next(self._numbers)}"
            return self.good, LIFE


def never(seconds: float) -> None:
    raise AssertionError("nobody else fetches: there is nothing to wait for")


class TokensContract:
    """Subclasses give the fixtures `clock` and `process`, which starts a process with the pause it makes while another
    fetches; all processes of a test share what they keep."""

    @pytest.fixture
    def account(self) -> Account:
        return Account("wechat", s.fresh("oa"), {})

    @pytest.fixture
    def service(self) -> TokenService:
        return TokenService()

    @pytest.fixture
    def tokens(self, process: Process) -> Tokens:
        return process(never)

    def at_once(self, process: Process, number: int, work: Callable[[Tokens], str]) -> list[str | Exception]:
        """The same work by so many processes; those that wait do so until one is done."""
        done = threading.Event()

        def pause(seconds: float) -> None:
            done.wait(10)

        def run(tokens: Tokens) -> str:
            try:
                return work(tokens)
            finally:
                done.set()

        return s.each_at_once(run, [process(pause) for _ in range(number)])

    # -- one for all ---------------------------------------------------------------------------------

    def test_a_token_is_fetched_once_and_serves_every_process(
        self, process: Process, account: Account, service: TokenService
    ) -> None:
        processes = [process(never) for _ in range(3)]
        assert {each.token(account, service.fetch) for each in processes} == {"token-1"}
        assert service.calls == [False]

    def test_of_processes_that_need_one_at_once_one_fetches(
        self, process: Process, account: Account, service: TokenService
    ) -> None:
        found = self.at_once(process, 8, lambda tokens: tokens.token(account, service.fetch))
        assert found == ["token-1"] * 8
        assert service.calls == [False]

    def test_each_account_has_its_own(self, tokens: Tokens, account: Account) -> None:
        one, two = TokenService(), TokenService()
        two.good = "another"
        other = Account("wechat", account.account + "x", {})
        assert tokens.token(account, one.fetch) == "token-1"
        assert tokens.token(other, two.fetch) == "another"
        assert tokens.token(account, one.fetch) == "token-1"

    # -- its end -------------------------------------------------------------------------------------

    def test_a_token_is_replaced_before_it_can_end_on_its_way(
        self, tokens: Tokens, account: Account, service: TokenService, clock: Clock
    ) -> None:
        tokens.token(account, service.fetch)
        clock.now += LIFE - 600
        assert tokens.token(account, service.fetch) == "token-1"
        service.good = "next"
        clock.now += 540
        assert tokens.token(account, service.fetch) == "next"
        assert service.calls == [False, False]  # its time was over, so nothing needed to be voided

    # -- refused by the vendor -----------------------------------------------------------------------

    def test_a_stale_token_is_replaced(self, tokens: Tokens, account: Account, service: TokenService) -> None:
        first = tokens.token(account, service.fetch)
        second = tokens.token(account, service.fetch, stale=first)
        assert (second, tokens.token(account, service.fetch)) == ("token-2", "token-2")
        assert service.calls == [False, True]

    def test_who_comes_with_the_token_before_gets_the_newest_and_voids_nothing(
        self, process: Process, account: Account, service: TokenService
    ) -> None:
        first = process(never).token(account, service.fetch)
        process(never).token(account, service.fetch, stale=first)
        assert process(never).token(account, service.fetch, stale=first) == "token-2"
        assert service.calls == [False, True]

    def test_of_processes_with_a_stale_token_at_once_one_replaces_it(
        self, process: Process, account: Account, service: TokenService
    ) -> None:
        """A second refresh would void what the first has just got."""
        first = process(never).token(account, service.fetch)
        found = self.at_once(process, 8, lambda tokens: tokens.token(account, service.fetch, stale=first))
        assert found == ["token-2"] * 8
        assert service.calls == [False, True]

    def test_a_stale_token_nobody_keeps_costs_no_refresh(
        self, tokens: Tokens, account: Account, service: TokenService
    ) -> None:
        assert tokens.token(account, service.fetch, stale="long ago") == "token-1"
        assert service.calls == [False]

    # -- troubles ------------------------------------------------------------------------------------

    def test_a_failed_fetch_is_told_and_the_next_process_need_not_wait(
        self, process: Process, account: Account, service: TokenService
    ) -> None:
        service.trouble = VendorUnavailable("down")
        with pytest.raises(VendorUnavailable, match="down"):
            process(never).token(account, service.fetch)
        service.trouble = None
        assert process(never).token(account, service.fetch) == "token-1"

    def test_a_failed_refresh_keeps_the_stale_token_from_coming_back(
        self, process: Process, account: Account, service: TokenService
    ) -> None:
        first = process(never).token(account, service.fetch)
        service.trouble = VendorUnavailable("down")
        with pytest.raises(VendorUnavailable):
            process(never).token(account, service.fetch, stale=first)
        service.trouble = None
        assert process(never).token(account, service.fetch, stale=first) == "token-2"

    def test_who_waits_too_long_for_anothers_fetch_tries_the_message_later(
        self, process: Process, account: Account, service: TokenService
    ) -> None:
        paused: list[float] = []

        def meanwhile(refresh: bool) -> tuple[str, float]:
            with pytest.raises(VendorUnavailable):
                process(paused.append).token(account, service.fetch)
            return service.fetch(refresh)

        assert process(never).token(account, meanwhile) == "token-1"
        assert service.calls == [False]
        assert 1 <= sum(paused) <= 5

    def test_a_process_that_died_while_fetching_does_not_stop_the_others_for_long(
        self, process: Process, account: Account, service: TokenService, clock: Clock
    ) -> None:
        def meanwhile(refresh: bool) -> tuple[str, float]:
            """This process hangs here, as far as the others can see for ever."""
            clock.now += 30
            assert process(never).token(account, service.fetch) == "token-1"
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            process(never).token(account, meanwhile)
        assert process(never).token(account, service.fetch) == "token-1"
        assert service.calls == [False]
