"""Delivers one webhook post as a vendor does: a deadline, retries with the same bytes, then giving up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from yarl import URL

from .memory import Memory, now_ms

ANSWER_SHOWN = 2_000


@dataclass(frozen=True)
class Envelope:
    """One webhook post, byte for byte. Kept so that a retry or a replay is truly the same post."""

    key: str
    channel: str
    account: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    readable: str
    """What a person should see: for an encrypted body, its plain text."""
    timeout_ms: int
    gaps_ms: tuple[int, ...]
    judge: Callable[[int, bytes], str | None] = field(repr=False)
    """Given status and answer, why the vendor would not accept it; None when it would."""


@dataclass
class Outcome:
    """How a delivery ended. `ms` is the last attempt's duration; `http_status` None means no answer."""

    http_status: int | None
    answer: str
    attempts: int
    ms: float
    accepted: bool
    reason: str | None
    body: bytes = b""

    def public(self) -> dict[str, Any]:
        return {
            "http_status": self.http_status,
            "answer": self.answer,
            "attempts": self.attempts,
            "ms": self.ms,
            "accepted": self.accepted,
            "reason": self.reason,
        }


class Postman:
    def __init__(self, session: aiohttp.ClientSession, memory: Memory) -> None:
        self._session = session
        self._memory = memory

    async def deliver(self, envelope: Envelope, retry: bool = True) -> Outcome:
        """Post until accepted or the vendor would give up. Never raises for what the receiver does."""
        record: dict[str, Any] = {
            "at": now_ms(),
            "channel": envelope.channel,
            "account": envelope.account,
            "key": envelope.key,
            "url": envelope.url,
            "headers": dict(envelope.headers),
            "body": envelope.readable,
            "bytes": len(envelope.body),
            "attempts": [],
            "accepted": None,
        }
        self._memory.webhooks.append(record)
        gaps = envelope.gaps_ms if retry else ()
        for attempt, gap in enumerate((*gaps, None), start=1):
            outcome = await self._once(envelope, attempt)
            record["attempts"].append({"at": now_ms(), **outcome.public()})
            record["accepted"] = outcome.accepted
            self._memory.tell("webhook", record)
            if outcome.accepted or gap is None:
                return outcome
            await asyncio.sleep(gap / 1000)
        raise AssertionError("the last gap is always None")

    async def _once(self, envelope: Envelope, attempt: int) -> Outcome:
        started = time.perf_counter()
        status: int | None = None
        body = b""
        reason: str | None
        try:
            timeout = aiohttp.ClientTimeout(total=envelope.timeout_ms / 1000)
            async with self._session.post(
                URL(envelope.url, encoded=True),
                data=envelope.body,
                headers=envelope.headers,
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                status = response.status
                body = await response.read()
            reason = envelope.judge(status, body)
        except TimeoutError:
            status, reason = None, f"no answer within {envelope.timeout_ms} ms"
        except aiohttp.ClientError as error:
            status, reason = None, f"connection failed: {type(error).__name__}"
        ms = round((time.perf_counter() - started) * 1000, 1)
        shown = body[:ANSWER_SHOWN].decode("utf-8", "replace")
        return Outcome(status, shown, attempt, ms, reason is None, reason, body)
