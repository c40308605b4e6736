"""A customer speaks: builds the vendor's webhook post, keeps the bubble, delivers, and notes how it ended."""

from __future__ import annotations

import asyncio
import json
import secrets
from typing import Any

from . import media as media_store
from .config import Config, WeChatAccount, WhatsAppAccount
from .memory import Memory, Message, Thread, now_ms
from .postman import Envelope, Outcome, Postman
from .wechat import crypto as wechat_crypto
from .wechat import quota
from .wechat import webhook as wechat
from .whatsapp import people
from .whatsapp import webhook as whatsapp

BURST_LIMIT = 1_000
TAMPER = (None, "signature", "body")


class SpeakError(ValueError):
    """The tester's request cannot be carried out; the message says what to change."""


class Speaker:
    """`public_base` is where the system reaches this sandbox, for media links inside webhooks."""

    def __init__(self, config: Config, memory: Memory, postman: Postman, public_base: str) -> None:
        self._whatsapp = {account.account: account for account in config.whatsapp}
        self._wechat = {account.account: account for account in config.wechat}
        self._tuning = config.tuning
        self._memory = memory
        self._postman = postman
        self._public_base = public_base

    def account(self, channel: object, name: object) -> WhatsAppAccount | WeChatAccount:
        accounts: dict[str, WhatsAppAccount | WeChatAccount] = {}
        if channel == "whatsapp":
            accounts.update(self._whatsapp)
        elif channel == "wechat":
            accounts.update(self._wechat)
        if not accounts:
            raise SpeakError("channel must be whatsapp or wechat, and have an account configured")
        if name is None and len(accounts) == 1:
            return next(iter(accounts.values()))
        if not isinstance(name, str) or name not in accounts:
            raise SpeakError(f"unknown {channel} account; configured: {', '.join(accounts)}")
        return accounts[name]

    def thread(self, account: WhatsAppAccount | WeChatAccount, customer: object, name: object = None) -> Thread:
        """The customer's thread; checks the customer's form."""
        if isinstance(account, WhatsAppAccount):
            if not isinstance(customer, str) or not people.is_customer(customer):
                raise SpeakError("customer must be digits with country code, or a BSUID such as US.1349120865530274")
            channel = "whatsapp"
        else:
            if not isinstance(customer, str) or not wechat.OPENID.fullmatch(customer):
                raise SpeakError("customer must be an OpenID: 28 characters of A-Z a-z 0-9 _ -, beginning with o")
            channel = "wechat"
        if name is not None and (not isinstance(name, str) or not 0 < len(name) <= 100):
            raise SpeakError("name must be 1 to 100 characters")
        return self._memory.thread(channel, account.account, customer, name or None)

    async def say(self, fields: dict[str, Any]) -> dict[str, Any]:
        """One message of one customer, delivered with the vendor's retries. Raises SpeakError."""
        [(envelope, spoken)] = self._prepare([fields])
        return await self._deliver(envelope, spoken, retry=fields.get("tamper") is None)

    async def burst(self, document: dict[str, Any]) -> list[dict[str, Any]]:
        """Many messages: `one_post` (WhatsApp only) or `parallel` posts. Raises SpeakError."""
        mode = document.get("mode", "parallel")
        if mode not in ("one_post", "parallel"):
            raise SpeakError("mode must be one_post or parallel")
        many = self._burst_fields(document)
        if mode == "one_post":
            if document.get("channel") != "whatsapp":
                raise SpeakError("WeChat posts one message at a time; use mode parallel")
            [(envelope, spoken)] = self._prepare(many, one_post=True)
            outcome = await self._deliver(envelope, spoken, retry=True)
            return [{**outcome, "message_id": message.id} for _, message in spoken]
        pairs = self._prepare(many)
        return list(await asyncio.gather(*(self._deliver(e, spoken, retry=True) for e, spoken in pairs)))

    @staticmethod
    def _burst_fields(document: dict[str, Any]) -> list[dict[str, Any]]:
        common: dict[str, Any] = {
            key: document[key] for key in ("channel", "account", "customer", "name") if key in document
        }
        messages = document.get("messages")
        if messages is None:
            count, text = document.get("count"), document.get("text", "burst message {n}")
            if not isinstance(count, int) or not isinstance(text, str):
                raise SpeakError("give messages, or a count (and a text, where {n} becomes the number)")
            messages = [{"text": text.replace("{n}", str(n))} for n in range(1, min(count, BURST_LIMIT + 1) + 1)]
        if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
            raise SpeakError("messages must be a list of objects")
        if not 1 <= len(messages) <= BURST_LIMIT:
            raise SpeakError(f"a burst holds 1 to {BURST_LIMIT} messages")
        return [{**common, **message} for message in messages]

    async def replay(self, document: dict[str, Any]) -> list[dict[str, Any]]:
        """The same bytes again, `times` over, one after another or in parallel. Raises SpeakError."""
        key = str(document.get("message_id", ""))
        if status := document.get("status"):
            key = f"{key}:{status}"
        envelope = self._memory.deliveries.get(key)
        if not isinstance(envelope, Envelope):
            raise SpeakError("no post with this message_id (for a status, give message_id and status)")
        times = document.get("times", 1)
        if not isinstance(times, int) or not 1 <= times <= BURST_LIMIT:
            raise SpeakError(f"times must be 1 to {BURST_LIMIT}")
        if document.get("parallel"):
            outcomes = await asyncio.gather(*(self._postman.deliver(envelope) for _ in range(times)))
        else:
            outcomes = [await self._postman.deliver(envelope) for _ in range(times)]
        return [{"message_id": document.get("message_id"), **outcome.public()} for outcome in outcomes]

    def _prepare(
        self, many: list[dict[str, Any]], one_post: bool = False
    ) -> list[tuple[Envelope, list[tuple[Thread, Message]]]]:
        """Build and keep every message before any is posted, so that a bad one stops all of them."""
        built = [self._build(fields) for fields in many]
        pairs: list[tuple[Envelope, list[tuple[Thread, Message]]]] = []
        if one_post:
            account = built[0][0]
            if not isinstance(account, WhatsAppAccount) or any(each[0] is not account for each in built):
                raise SpeakError("one post holds messages of one WhatsApp account")
            value = whatsapp.messages_value(account, [b[1] for b in built], [b[2].raw for b in built])
            envelope = whatsapp.envelope(built[0][2].id, account, [value], self._tuning)
            pairs.append((envelope, [(thread, message) for _, thread, message, _ in built]))
        else:
            pairs += [(self._seal(*each, fields), [(each[1], each[2])]) for each, fields in zip(built, many, strict=True)]
        for envelope, spoken in pairs:
            for thread, message in spoken:
                self._memory.keep_delivery(message.id, envelope)
                if not self._memory.find(thread.channel, message.id):
                    self._memory.add(thread, message)
        for (_, thread, message, _), fields in zip(built, many, strict=True):
            self._note_customer_action(thread, message, fields)
        return pairs

    def _build(self, fields: dict[str, Any]) -> tuple[WhatsAppAccount | WeChatAccount, Thread, Message, str]:
        account = self.account(fields.get("channel"), fields.get("account"))
        if fields.get("tamper") not in TAMPER:
            raise SpeakError("tamper must be signature or body")
        if (stamp := fields.get("timestamp")) is not None and not isinstance(stamp, int):
            raise SpeakError("timestamp must be whole seconds since 1970")
        message_id = fields.get("message_id")
        if message_id is not None and (not isinstance(message_id, str) or not message_id):
            raise SpeakError("message_id must be a non-empty string")
        thread = self.thread(account, fields.get("customer"), fields.get("name"))
        if isinstance(fields.get("username"), str):
            thread.username = fields["username"]
        kind = fields.get("type", "text")
        channel = thread.channel
        known_media = whatsapp.MEDIA_TYPES if channel == "whatsapp" else wechat.MEDIA_TYPES
        try:
            if kind in known_media:
                fields = fields | self._store_media(channel, account.account, known_media[kind], fields)
            if isinstance(account, WhatsAppAccount):
                found = message_id or whatsapp.new_wamid(thread.customer)
                raw: Any = whatsapp.build_message(fields, thread, account.waba_id, found)
                plain = json.dumps(raw)
            else:
                plain, found = wechat.build_push(fields, thread, account, message_id)
                raw = plain
        except ValueError as error:
            raise SpeakError(str(error)) from error
        message = Message(found, "in", kind, _shown(kind, fields), now_ms(), "posting", raw=raw)
        if fields.get("media_id"):
            message.notes.append(f"media {fields['media_id']}")
        return account, thread, message, plain

    def _seal(
        self,
        account: WhatsAppAccount | WeChatAccount,
        thread: Thread,
        message: Message,
        plain: str,
        fields: dict[str, Any],
    ) -> Envelope:
        tamper = fields.get("tamper")
        if isinstance(account, WhatsAppAccount):
            value = whatsapp.messages_value(account, [thread], [message.raw])
            return whatsapp.envelope(message.id, account, [value], self._tuning, tamper)
        return wechat.envelope(message.id, account, plain, thread.customer, self._tuning, tamper)

    def _store_media(self, channel: str, account: str, mime: str, fields: dict[str, Any]) -> dict[str, Any]:
        mime, data = media_store.sent_by_customer(fields, mime)
        stored = media_store.store(self._memory, channel, account, mime, data, str(fields.get("filename", "")))
        url = f"{self._public_base}/wechat/pic/{stored['id']}"
        if channel == "whatsapp":
            until = now_ms() + 5 * 60_000
            url = f"{self._public_base}/graph/media-file/{stored['id']}?hash={stored['key']}&oe={until}"
        return {"mime": mime, "sha256": stored["sha256"], "media_id": stored["id"], "media_url": url}

    def _note_customer_action(self, thread: Thread, message: Message, fields: dict[str, Any]) -> None:
        if fields.get("tamper"):
            return
        kind = fields.get("type", "text")
        thread.last_customer_at = message.at
        if thread.channel == "wechat":
            if kind in ("subscribe", "unsubscribe"):
                thread.subscribed = kind == "subscribe"
            quota.grant(thread, kind, message.at, self._tuning)
        self._memory.tell_thread("thread", thread)

    async def _deliver(self, envelope: Envelope, spoken: list[tuple[Thread, Message]], retry: bool) -> dict[str, Any]:
        outcome = await self._postman.deliver(envelope, retry)
        for thread, message in spoken:
            if message.status == "posting" or not outcome.accepted:
                status = "acknowledged" if outcome.accepted else "undelivered"
                self._memory.mark(thread, message, status, outcome.reason)
        thread, message = spoken[0]
        if thread.channel == "wechat":
            self._show_passive_reply(thread, outcome)
        return {"message_id": message.id, "customer": thread.customer, **outcome.public()}

    def _show_passive_reply(self, thread: Thread, outcome: Outcome) -> None:
        """The customer sees the passive reply, or WeChat's own notice when the account's server failed."""
        if outcome.accepted and outcome.body in (b"", b"success"):
            return
        account = self._wechat[thread.account]
        kind, text, status = "notice", "该公众号提供的服务出现故障，请稍后再试", "delivered"
        if outcome.accepted:
            reply = wechat_crypto.open_reply(account, outcome.body)
            kind = reply.findtext("MsgType") or "text"
            text = reply.findtext("Content") or f"[{kind}]"
        message = Message(f"passive-{secrets.token_hex(8)}", "out", kind, text, now_ms(), status)
        self._memory.add(thread, message)


def _shown(kind: str, fields: dict[str, Any]) -> str:
    if kind in ("text", "menu_reply", "button"):
        return str(fields.get("text", ""))
    if kind in ("button_reply", "list_reply"):
        return str(fields.get("title", ""))
    if kind == "reaction":
        return str(fields.get("emoji", "")) or "(reaction taken back)"
    if kind == "location":
        return f"📍 {fields.get('place') or ''} {fields.get('latitude')}, {fields.get('longitude')}".replace("  ", " ")
    label = fields.get("caption") or fields.get("filename") or fields.get("recognition") or fields.get("key")
    return f"[{kind}] {label}" if label else f"[{kind}]"
