"""The Graph API calls a business makes: send a message, mark read, upload and fetch media."""

from __future__ import annotations

import asyncio
import hmac
import re
from typing import Any

from aiohttp import web

from .. import media as media_store
from ..config import Config, WhatsAppAccount
from ..faults import Fault, FaultBook
from ..memory import Memory, Message, Thread, now_ms
from ..pace import Buckets
from ..wirelog import about, parse_json, problem
from . import errors, people, schema, webhook
from .errors import GraphError
from .statuses import StatusDesk

TYPING_SHOWN_MS = 25_000
MEDIA_URL_LIVES_MS = 5 * 60_000
_VERSION = re.compile(r"v\d{1,2}\.\d")


class Graph:
    def __init__(self, config: Config, memory: Memory, faults: FaultBook, statuses: StatusDesk) -> None:
        self._accounts = config.whatsapp
        self._tuning = config.tuning
        self._memory = memory
        self._faults = faults
        self._statuses = statuses
        self._pairs = Buckets(config.tuning.pair_burst, config.tuning.pair_refill_seconds)
        rate = max(1, config.tuning.number_messages_per_second)
        self._numbers = Buckets(rate, 1 / rate)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/graph/media-file/{node}", self.media_bytes),
            web.post("/graph/{version}/{node}/messages", self.send),
            web.post("/graph/{version}/{node}/media", self.upload),
            web.get("/graph/{version}/{node}", self.media_facts),
        ]

    def reset(self) -> None:
        self._pairs.reset()
        self._numbers.reset()

    async def send(self, request: web.Request) -> web.Response:
        account, refusal = self._enter(request)
        body = parse_json(await request.read())
        if refusal or account is None:
            return _refuse(request, refusal or errors.BAD_TOKEN)
        fault = await self._fault(account, "typing" if body and "status" in body else "send")
        if ordered := _ordered_refusal(fault):
            return _refuse(request, ordered)
        if request.content_type != "application/json":
            problem(request, f"Content-Type is {request.content_type}, not application/json")
            return _refuse(request, errors.required("messaging_product"))
        breaches = schema.check(body, account)
        for breach in breaches:
            problem(request, f"{breach.message}: {breach.details}" if breach.details else breach.message)
        if breaches or body is None:
            return _answer(breaches[0])
        if "status" in body:
            return self._mark_read(request, account, body)
        return await self._accept(request, account, body, fault)

    async def _accept(
        self, request: web.Request, account: WhatsAppAccount, body: dict[str, Any], fault: Fault | None
    ) -> web.Response:
        kind = body.get("type", "text")
        if kind in ("image", "document") and "id" in body[kind]:
            known = self._memory.media.get(body[kind]["id"])
            if known is None or known["account"] != account.account:
                return _refuse(request, errors.invalid(f"{kind}.id is not media uploaded by this number"))
        customer = self._recipient(account, body)
        about(request, account=account.account, customer=customer)
        if not self._numbers.take(account.account):
            return _refuse(request, errors.RATE_LIMIT)
        if not self._pairs.take((account.account, customer)):
            return _refuse(request, errors.PAIR_LIMIT)
        thread = self._memory.thread("whatsapp", account.account, customer)
        error = self._later_failure(thread, body, fault)
        if error and fault and fault.kind == "window" and fault.mode == "sync":
            return _refuse(request, error)
        message = Message(
            webhook.new_wamid(customer),
            "out",
            kind,
            _shown(body),
            now_ms(),
            "accepted",
            raw=body,
            notes=[f"in reply to {body['context']['message_id']}"] if "context" in body else [],
        )
        about(request, message_id=message.id)
        self._memory.add(thread, message)
        thread.last_business_at, thread.typing_until = message.at, 0
        if people.BSUID.fullmatch(str(body.get("to", ""))):
            problem(
                request,
                "a BSUID belongs in `recipient`; in `to` the message is accepted and dropped silently",
            )
            self._memory.mark(thread, message, "dropped", "BSUID in `to`: never delivered")
        else:
            if error:
                problem(request, f"{error.message}: {error.details}")
            await self._statuses.follow(account, thread, message, body.get("biz_opaque_callback_data", ""), error)
        if fault and fault.kind == "drop_response":
            about(request, dropped=True)
            if request.transport:
                request.transport.abort()
        named = (
            {"input": body["to"], "wa_id": customer}
            if "to" in body
            else {
                "input": body["recipient"],
                "user_id": body["recipient"],
            }
        )
        sent = {"id": message.id} | ({"message_status": "accepted"} if kind == "template" else {})
        return web.json_response({"messaging_product": "whatsapp", "contacts": [named], "messages": [sent]})

    def _recipient(self, account: WhatsAppAccount, body: dict[str, Any]) -> str:
        """The thread's customer: `to` wins over `recipient`; a BSUID we issued finds its phone."""
        to = body.get("to")
        if isinstance(to, str) and not people.BSUID.fullmatch(to):
            return re.sub(r"\D", "", to)
        wanted = to or body["recipient"]
        for channel, name, customer in self._memory.threads:
            here = (channel, name) == ("whatsapp", account.account)
            if here and people.bsuid_of(account.waba_id, customer) == wanted:
                return customer
        return str(wanted)

    def _later_failure(self, thread: Thread, body: dict[str, Any], fault: Fault | None) -> GraphError | None:
        if fault and fault.kind == "window":
            return errors.WINDOW
        if people.phone_of(thread.customer) is None and thread.last_customer_at is None:
            return errors.UNDELIVERABLE  # a BSUID exists only once the customer has written
        if body.get("type") == "template":
            return None
        opened = thread.last_customer_at
        if opened is None or now_ms() - opened > self._tuning.whatsapp_window_seconds * 1000:
            return errors.WINDOW
        return None

    def _mark_read(self, request: web.Request, account: WhatsAppAccount, body: dict[str, Any]) -> web.Response:
        found = self._memory.find("whatsapp", body["message_id"])
        if found is None or found[1].direction != "in" or found[0].account != account.account:
            return _refuse(request, errors.bad_value("message_id is not a message this number received"))
        thread, message = found
        about(request, account=account.account, customer=thread.customer, message_id=message.id)
        last = thread.messages.index(message)
        for earlier in thread.messages[: last + 1]:
            if earlier.direction == "in" and earlier.status != "read":
                self._memory.mark(thread, earlier, "read")
        thread.read_up_to = message.id
        if "typing_indicator" in body:
            thread.typing_until = now_ms() + TYPING_SHOWN_MS
        self._memory.tell_thread("thread", thread)
        return web.json_response({"success": True})

    async def upload(self, request: web.Request) -> web.Response:
        account, refusal = self._enter(request)
        if refusal or account is None:
            return _refuse(request, refusal or errors.BAD_TOKEN)
        if ordered := _ordered_refusal(await self._fault(account, "media")):
            return _refuse(request, ordered)
        if request.content_type != "multipart/form-data":
            return _refuse(request, errors.required("file"))
        form = await request.post()
        upload = form.get("file")
        if form.get("messaging_product") != "whatsapp":
            return _refuse(request, errors.required("messaging_product"))
        if not isinstance(upload, web.FileField):
            return _refuse(request, errors.required("file"))
        mime = form.get("type") or upload.content_type
        data = upload.file.read()
        stored = media_store.store(self._memory, "whatsapp", account.account, str(mime), data, upload.filename)
        return web.json_response({"id": stored["id"]})

    async def media_facts(self, request: web.Request) -> web.Response:
        accounts = self._bearers(request)
        if refusal := self._bad_bearer(request):
            return _refuse(request, refusal)
        refusal = _ordered_refusal(await self._fault(accounts[0], "media"))
        found = self._memory.media.get(request.match_info["node"])
        if refusal is None and (found is None or found["account"] not in {a.account for a in accounts}):
            refusal = errors.MEDIA_GONE
        if refusal or found is None:
            return _refuse(request, refusal or errors.MEDIA_GONE)
        number = request.query.get("phone_number_id")
        if number and number not in {a.phone_number_id for a in accounts if a.account == found["account"]}:
            return _refuse(request, errors.bad_value("phone_number_id is not the number that holds this media"))
        about(request, account=found["account"])
        return web.json_response(
            {
                "messaging_product": "whatsapp",
                "url": media_url(request, found, now_ms() + MEDIA_URL_LIVES_MS),
                "mime_type": found["mime"],
                "sha256": found["sha256"],
                "file_size": len(found["data"]),
                "id": found["id"],
            }
        )

    async def media_bytes(self, request: web.Request) -> web.Response:
        if refusal := self._bad_bearer(request):
            return _refuse(request, refusal)
        found = self._memory.media.get(request.match_info["node"])
        until = request.query.get("oe", "")
        if found is None or request.query.get("hash") != found["key"]:
            return _refuse(request, errors.MEDIA_GONE)
        if not until.isdigit() or int(until) < now_ms():
            problem(request, "this media URL has expired; ask for the media id again")
            return _refuse(request, errors.MEDIA_GONE)
        about(request, account=found["account"])
        return web.Response(body=found["data"], headers={"Content-Type": found["mime"]})

    async def _fault(self, account: WhatsAppAccount, on: str) -> Fault | None:
        """Taken only by calls whose token is good, so that a fault is never spent on a call refused anyway."""
        fault = self._faults.take("whatsapp", account.account, on)
        if fault and fault.kind == "slow":
            await asyncio.sleep(fault.ms / 1000)
        return fault

    def _enter(self, request: web.Request) -> tuple[WhatsAppAccount | None, GraphError | None]:
        """Check version, token and phone number id, in the order Graph does."""
        if not _VERSION.fullmatch(request.match_info["version"]):
            problem(request, "the path must begin with a Graph version such as v23.0")
            return None, GraphError(400, 2500, "Unknown path components")
        node = request.match_info["node"]
        account = next((a for a in self._accounts if a.phone_number_id == node), None)
        if account:
            about(request, account=account.account)
        if refusal := self._bad_bearer(request):
            return account, refusal
        if account is None or account not in self._bearers(request):
            return account, errors.no_such_object(node)
        return account, None

    def _bearers(self, request: web.Request) -> list[WhatsAppAccount]:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return []
        return [a for a in self._accounts if hmac.compare_digest(a.access_token.encode(), token.encode())]

    def _bad_bearer(self, request: web.Request) -> GraphError | None:
        if "Authorization" not in request.headers:
            return errors.NO_TOKEN
        return None if self._bearers(request) else errors.BAD_TOKEN


def media_url(request: web.Request, found: dict[str, Any], until: int) -> str:
    """A short-lived URL for the bytes; it needs the bearer token too, as Meta's does."""
    return f"{request.scheme}://{request.host}/graph/media-file/{found['id']}?hash={found['key']}&oe={until}"


def _ordered_refusal(fault: Fault | None) -> GraphError | None:
    return (
        None
        if fault is None
        else {
            "down": errors.SERVICE_DOWN,
            "unauthorised": errors.BAD_TOKEN,
            "expire_token": errors.EXPIRED_TOKEN,
            "rate_limit": errors.RATE_LIMIT,
            "pair_limit": errors.PAIR_LIMIT,
        }.get(fault.kind)
    )


def _answer(error: GraphError) -> web.Response:
    headers = {}
    if error.status == 401:
        headers["WWW-Authenticate"] = 'OAuth "Facebook Platform" "invalid_token" "Invalid OAuth access token."'
    return web.json_response(error.body(), status=error.status, headers=headers)


def _refuse(request: web.Request, error: GraphError) -> web.Response:
    problem(request, f"{error.message}: {error.details}" if error.details else error.message)
    return _answer(error)


def _shown(body: dict[str, Any]) -> str:
    """What the customer reads."""
    kind = body.get("type", "text")
    content = body[kind]
    if kind == "text":
        return str(content["body"])
    if kind == "reaction":
        return str(content["emoji"])
    if kind == "template":
        values = [
            str(parameter.get("text", "…"))
            for component in content.get("components", [])
            if component["type"] == "body"
            for parameter in component.get("parameters", [])
        ]
        return f"[{content['name']}] " + " · ".join(values)
    if kind == "interactive":
        return str(content["body"]["text"])
    return str(content.get("caption") or content.get("filename") or f"[{kind}]")
