"""The channel sandbox as the far side of a courier: it stands in for the vendors' send APIs, faults and all."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from local.emulators.process import free_port
from local.sandbox.testing import Receiver, Rig, config_document, running
from switchboard.channels.base import Account
from tests.contract import samples as s
from tests.contract.courier_contract import Trouble
from tests.fakes.accounts import MemoryAccounts

T = TypeVar("T")


class Sandbox:
    """Runs beside the test, for the courier blocks while it waits for an answer."""

    def __init__(self, loop: asyncio.AbstractEventLoop, rig: Rig) -> None:
        self._loop = loop
        self._rig = rig
        self.base = rig.base

    def api(self, path: str, **document: Any) -> dict[str, Any]:
        answer = self._wait(self._rig.api(path, **document))
        assert answer["_status"] == 200, answer
        return answer

    def look(self, path: str, **query: str) -> dict[str, Any]:
        return self._wait(self._rig.look(path, **query))

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)


@contextmanager
def sandbox() -> Iterator[Sandbox]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="sandbox")
    thread.start()
    rig = running(Receiver(usual=(200, b"success")))
    try:
        made = asyncio.run_coroutine_threadsafe(rig.__aenter__(), loop).result(30)
        try:
            yield Sandbox(loop, made)
        finally:
            asyncio.run_coroutine_threadsafe(rig.__aexit__(None, None, None), loop).result(30)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
        loop.close()


class _SandboxVendor:
    """One account, and a customer who has just written. Implements `courier_contract.Vendor`.

    The courier knows the account by a name of this test alone, so that no token of an earlier test is its own."""

    channel: str
    theirs: str  # the account's name in the sandbox
    customer: str
    limit: int
    faults: dict[Trouble, dict[str, Any]]

    def __init__(self, sandbox: Sandbox, accounts: MemoryAccounts) -> None:
        self._sandbox = sandbox
        self._accounts = accounts
        self.account = s.fresh("shop")
        sandbox.api("reset")
        sandbox.api("say", channel=self.channel, account=self.theirs, customer=self.customer, text="hi")
        self.come_back()

    def secrets(self, configured: dict[str, Any]) -> dict[str, str]:
        """What an operator copies from the vendor's console. `configured` is the sandbox's account."""
        raise NotImplementedError

    def address(self, base: str) -> str:
        raise NotImplementedError

    def plan(self, *parts: Trouble | None) -> None:
        for part in parts:
            fault = self.faults[part] if part else {"kind": "slow", "ms": 0}  # a fault that changes nothing keeps the place
            self._sandbox.api("faults", channel=self.channel, **fault)

    def vanish(self) -> None:
        self._stand_at(f"http://127.0.0.1:{free_port()}")

    def come_back(self) -> None:
        self._stand_at(self._sandbox.base)

    def shown(self) -> list[str]:
        return [message["text"] for message in self._out()]

    def ids(self) -> list[str]:
        return [message["id"] for message in self._out()]

    def problems(self) -> list[str]:
        """What the vendor found wrong with our calls, even where it put up with it."""
        return [p for request in self.calls() for p in request["problems"]]

    def calls(self) -> list[dict[str, Any]]:
        return list(self._sandbox.look("log", channel=self.channel)["requests"])

    def _out(self) -> list[dict[str, Any]]:
        found = self._sandbox.look("thread", channel=self.channel, account=self.theirs, customer=self.customer)
        return [message for message in found["messages"] if message["direction"] == "out"]

    def _stand_at(self, base: str) -> None:
        [configured] = config_document("")[self.channel]
        account = Account(self.channel, self.account, self.secrets(configured), base_url=self.address(base), private=True)
        self._accounts.add(account)


class SandboxWhatsApp(_SandboxVendor):
    channel, theirs, customer, limit = "whatsapp", "wa-main", "491511234567", 4096
    faults = {
        Trouble.REFUSED: {"kind": "window", "mode": "sync"},
        Trouble.THROTTLED: {"kind": "rate_limit"},
        Trouble.DOWN: {"kind": "down"},
        Trouble.LOST: {"kind": "drop_response"},
    }

    def secrets(self, configured: dict[str, Any]) -> dict[str, str]:
        return {name: configured[name] for name in ("app_secret", "verify_token", "access_token", "phone_number_id")}

    def address(self, base: str) -> str:
        return f"{base}/graph/v23.0"


class SandboxWeChat(_SandboxVendor):
    channel, theirs, customer, limit = "wechat", "oa-main", "o6_bmjrPTlm6_2sgVt7hMZOPfL2M", 2048
    faults = {
        Trouble.REFUSED: {"kind": "window"},
        Trouble.THROTTLED: {"kind": "down"},  # "the system is busy": the pause is the adapter's knowledge, not the answer's
        Trouble.DOWN: {"kind": "down"},
        Trouble.LOST: {"kind": "drop_response"},
        Trouble.STALE: {"kind": "expire_token"},
    }

    def secrets(self, configured: dict[str, Any]) -> dict[str, str]:
        return {
            "token": configured["token"], "encoding_aes_key": configured["encoding_aes_key"],
            "appid": configured["app_id"], "secret": configured["app_secret"],
        }  # fmt: skip

    def address(self, base: str) -> str:
        return f"{base}/wechat"

    def ids(self) -> list[str]:
        return []  # the vendor's answer names no message

    def token_calls(self) -> int:
        return sum(call["path"].endswith("/stable_token") for call in self.calls())

    def deny_token(self) -> None:
        self._sandbox.api("faults", channel=self.channel, kind="down", on="token")
