"""The WebSocket's requests: who may say what, and which use case hears it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from switchboard.application import views
from switchboard.application.intake import identity_key
from switchboard.application.ports import Principal
from switchboard.application.presence import ALARMED, LEADERS, agent_principal
from switchboard.application.timers import grace_timer
from switchboard.bootstrap import Services
from switchboard.channels.webchat import inbound
from switchboard.domain import events as ev
from switchboard.domain.conversation import Conversation, ledger_of
from switchboard.domain.errors import Forbidden, Malformed, NotAdmitted, SwitchboardError, TooLarge, Unauthenticated
from switchboard.domain.inbound import DeliveryStatus
from switchboard.domain.privacy.policy import hidden_from
from switchboard.entry import named_actions
from switchboard.entry.errors import frame_of
from switchboard.entry.translation_api import own_words_of

REQUEST_BYTES = 64 * 1024
HISTORY_BYTES = 100 * 1024
WEBCHAT = "webchat"

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """One request over a connection. Arguments are checked where they are read."""

    connection: str
    principal: Principal
    actor: ev.Actor
    request: Mapping[str, Any]

    def text(self, name: str, *, required: bool = True) -> str:
        value = self.request.get(name, "")
        if not isinstance(value, str) or (required and not value):
            raise Malformed(f"{name!r} must be a text")
        return value


def connect(services: Services, event: Mapping[str, Any]) -> None:
    """Let a connection in that shows a fresh ticket and comes from an allowed page. Raises Unauthenticated or Forbidden."""
    headers = {k.lower(): v for k, v in (event.get("headers") or {}).items()}
    origin = headers.get("origin", "").rstrip("/")
    if origin and origin not in services.settings.origins:
        raise Forbidden("this page's origin is not on the allow-list")
    ticket = (event.get("queryStringParameters") or {}).get("ticket", "")
    if not ticket:
        raise Unauthenticated("open the WebSocket with a ticket")
    connection = event["requestContext"]["connectionId"]
    principal = services.connections.redeem(ticket, connection, services.clock.now())
    _list_leader(services, connection, principal.claims.get("role", ""))


def _list_leader(services: Services, connection: str, role: str) -> None:
    """Where those are looked for who hear of promises in danger, of which each is judged for each of them; what is not renewed is
    forgotten with its lease."""
    if role in ALARMED:
        services.connections.renew(connection, LEADERS, services.clock.now())


def disconnect(services: Services, event: Mapping[str, Any]) -> None:
    """Forget the connection; an agent's unanswered work returns after the grace period, should they not come back."""
    principal = services.connections.drop(event["requestContext"]["connectionId"], services.clock.now())
    if principal is not None and principal.key.startswith("agent#"):
        now = services.clock.now()
        services.outbox.timer(grace_timer(principal.key.partition("#")[2], now, services.settings.grace), now)


def serve(services: Services, event: Mapping[str, Any]) -> Answer:
    """Answer one request. The answer is a frame for the same connection."""
    id_ = ""
    call: Call | None = None
    try:
        request = _parse(event.get("body") or "")
        id_ = request.get("id", "") if isinstance(request.get("id"), str) else ""
        call = _call(services, event["requestContext"], request)
        handlers = AGENT if call.principal.key.startswith("agent#") else VISITOR
        action = str(request.get("action"))
        if action not in handlers:
            raise Malformed("unknown action; see docs/architecture.md for the protocol")
        result = handlers[action](services, call)
        if call.actor.kind is ev.ActorKind.AGENT:
            result = views.hide(result, hidden_from(services.privacy(), call.actor.role))
        return {"type": "ack", "id": id_, "result": result}
    except Forbidden as error:
        if call is not None and call.actor.kind is ev.ActorKind.AGENT and not isinstance(error, NotAdmitted):
            wanted, resource = str(call.request.get("action"))[:40], str(call.request.get("conversation"))[:80]
            services.access.refused(call.actor, wanted, resource, error)
        return dict(frame_of(error, id_))
    except SwitchboardError as error:
        return dict(frame_of(error, id_))


def _parse(body: str) -> dict[str, Any]:
    if len(body.encode("utf-8", "surrogatepass")) > REQUEST_BYTES:
        raise TooLarge(f"a request holds at most {REQUEST_BYTES} bytes")
    try:
        request = json.loads(body)
    except (ValueError, RecursionError):
        raise Malformed("a request is one JSON object") from None
    if not isinstance(request, dict):
        raise Malformed("a request is one JSON object")
    return request


def _call(services: Services, context: Mapping[str, Any], request: Mapping[str, Any]) -> Call:
    connection = context["connectionId"]
    principal = services.connections.principal(connection)
    source_ip = (context.get("identity") or {}).get("sourceIp", "")
    claims = principal.claims
    kind = ev.ActorKind.AGENT if principal.key.startswith("agent#") else ev.ActorKind.CUSTOMER
    actor = ev.Actor(kind, claims.get("id", ""), claims.get("role", ""), source_ip, context.get("requestId", ""))
    return Call(connection, principal, actor, request)


# -- both ------------------------------------------------------------------------------------------


def _heartbeat(services: Services, call: Call) -> Answer:
    services.connections.renew(call.connection, call.principal.key, services.clock.now())
    _list_leader(services, call.connection, call.actor.role)
    return {}


# -- agents ----------------------------------------------------------------------------------------


def _conversation(c: Conversation) -> Answer:
    return {"conversation": views.summary(c)}


def _presence(services: Services, call: Call) -> Answer:
    wanted = call.text("presence")
    if wanted not in {p.value for p in ev.Presence}:
        raise Malformed("presence is online, away or offline")
    services.connections.renew(call.connection, call.principal.key, services.clock.now())
    return {"agent": views.agent(services.presence.set_presence(call.actor, call.actor.id, ev.Presence(wanted)))}


def _transfer(services: Services, call: Call) -> Answer:
    agent, queue, skill, note = (call.text(n, required=False) for n in ("agent", "queue", "skill", "note"))
    return _conversation(services.desk.transfer(
        call.actor, call.text("conversation"), agent=agent, queue=queue, skill=skill, level=level_of(call.request), note=note
    ))  # fmt: skip


def proved_of(arguments: Mapping[str, Any]) -> bool | None:
    """Whether a matter was complex, if the one who resolves it says."""
    proved = arguments.get("complex")
    if proved is not None and not isinstance(proved, bool):
        raise Malformed("'complex' is true or false, or left out")
    return proved


def level_of(arguments: Mapping[str, Any]) -> int:
    """The level of a skill that a transfer asks for."""
    level = arguments.get("level", 1)
    if not isinstance(level, int) or isinstance(level, bool):
        raise Malformed("'level' is a whole number from 1 to 5")
    return level


def _agent_typing(services: Services, call: Call) -> Answer:
    c = services.store.conversation(call.text("conversation"))
    services.screens.typing(c, "agent")
    return {}


Handler = Callable[[Services, Call], Answer]

_AGENT: Mapping[str, Handler] = {
    "heartbeat": _heartbeat,
    "presence": _presence,
    "accept": lambda s, c: _conversation(s.desk.accept(c.actor, c.text("conversation"))),
    "decline": lambda s, c: _conversation(s.presence.decline(c.actor, c.text("conversation"))),
    "take": lambda s, c: _conversation(s.desk.take(c.actor, c.text("conversation"))),
    "resolve": lambda s, c: _conversation(s.desk.resolve(c.actor, c.text("conversation"), proved_of(c.request))),
    "reply": lambda s, c: _conversation(
        s.desk.reply(c.actor, c.text("conversation"), c.text("text"), c.text("client_id"), own_words_of(c.text))
    ),
    "note": lambda s, c: _conversation(
        s.desk.note(c.actor, c.text("conversation"), c.text("text"), c.text("client_id"))
    ),
    "resend": lambda s, c: _conversation(s.desk.resend(c.actor, c.text("conversation"), c.text("message"))),
    "transfer": _transfer,
    "consult": lambda s, c: _conversation(s.desk.consult(c.actor, c.text("conversation"), c.text("agent"), c.text("question"))),
    "end_consult": lambda s, c: _conversation(s.desk.end_consult(c.actor, c.text("conversation"), c.text("agent"))),
    "typing": _agent_typing,
}


def _gated(action: str, handler: Handler) -> Handler:
    named = named_actions.SOCKET[action]

    def through_the_gate(services: Services, call: Call) -> Answer:
        asked = named_actions.Asked(call.actor, {}, {}, call.request, f"{services.clock.now():%Y-%m-%d}")
        named_actions.admit(services.admission, named, asked)
        return handler(services, call)

    return through_the_gate


AGENT: Mapping[str, Handler] = {action: _gated(action, handler) for action, handler in _AGENT.items()}


# -- visitors --------------------------------------------------------------------------------------


def _visitor_message(services: Services, call: Call) -> Answer:
    claims = call.principal.claims
    name = ""
    if "name" in claims:
        name = services.queue_seal.unseal(call.principal.key.partition("#")[2], claims["name"]).decode()
    message = inbound(
        claims["visitor"], name, claims["account"], call.text("text"), call.text("client_id"),
        services.clock.now(),
    )  # fmt: skip
    services.inbound.send([message])
    return {"client_id": message.client_id}


def _visitor_conversation(services: Services, call: Call) -> Conversation | None:
    claims = call.principal.claims
    key = identity_key(services.index, WEBCHAT, claims["account"], claims["visitor"])
    arrival = services.store.arrival(key, "-")
    return services.store.contact(arrival.contact).conversation if arrival.contact else None


def _resume(services: Services, call: Call) -> Answer:
    """The visitor's messages after a number; the widget asks after every (re)connect."""
    after = call.request.get("after", 0)
    if not isinstance(after, int) or isinstance(after, bool) or after < 0:
        raise Malformed("'after' is the number of the last event the widget has")
    c = _visitor_conversation(services, call)
    if c is None:
        return {"conversation": None, "events": [], "deliveries": {}}
    events = views.visitor_events(services.store.events(ledger_of(c.id), after))
    while len(events) > 1 and len(json.dumps(events, ensure_ascii=False).encode()) > HISTORY_BYTES:
        events = events[max(1, len(events) // 4) :]  # a frame holds 128 KB; the newest matter
    return {"conversation": {"id": c.id, "status": c.status.value}, "events": events, "last_event": c.last_event}


def _received(services: Services, call: Call) -> Answer:
    """The widget has shown these messages: proof of delivery, which nobody else can give."""
    shown = call.request.get("messages")
    if not isinstance(shown, list) or len(shown) > 100 or not all(isinstance(m, str) for m in shown):
        raise Malformed("'messages' is a list of at most 100 message ids")
    c = _visitor_conversation(services, call)
    mine = {d.message for d in services.deliveries.of(c.id)} if c is not None else set()
    for message in mine.intersection(shown):
        services.deliveries.raise_to(message, DeliveryStatus.DELIVERED, services.clock.now())
    return {}


def _visitor_typing(services: Services, call: Call) -> Answer:
    c = _visitor_conversation(services, call)
    if c is not None and c.open:
        services.screens.typing(c, "customer")
    return {}


VISITOR: Mapping[str, Handler] = {
    "heartbeat": _heartbeat,
    "message": _visitor_message,
    "resume": _resume,
    "received": _received,
    "typing": _visitor_typing,
}


def agent_ticket(services: Services, agent: str, role: str) -> Answer:
    """A ticket for an agent's WebSocket, and the address to use it at."""
    principal = Principal(agent_principal(agent), {"id": agent, "role": role})
    ticket = services.connections.issue(principal, services.clock.now())
    return {"ticket": ticket, "url": f"{services.settings.socket_url}?ticket={ticket}"}
