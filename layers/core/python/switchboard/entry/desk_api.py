"""The desk's REST API: one table of routes, one view that signs the caller in and maps errors."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from chalice.app import Response

from switchboard.application import views
from switchboard.application.admission import SETTINGS
from switchboard.bootstrap import Services
from switchboard.domain import events as ev
from switchboard.domain import handover
from switchboard.domain.authority.question import Resource
from switchboard.domain.contacts import Contact
from switchboard.domain.conversation import Conversation, ledger_of
from switchboard.domain.drafting import costs
from switchboard.domain.errors import Forbidden, Malformed, NotAdmitted, NotFound, SwitchboardError, TooLarge, Unauthenticated
from switchboard.domain.privacy.policy import hidden_from
from switchboard.entry import (
    assist_api,
    audit_api,
    changes_api,
    drafts_api,
    erasure_api,
    exports_api,
    flows_api,
    hours_api,
    improvement_api,
    knowledge_api,
    named_actions,
    privacy_api,
    retention_api,
    routing_api,
    rules_api,
    showing,
    subjects_api,
    translation_api,
    waiting_room_api,
    what_if_api,
)
from switchboard.entry.calls import Call
from switchboard.entry.errors import body_of, status_of
from switchboard.entry.http import GUARDS
from switchboard.entry.sockets import agent_ticket, level_of, proved_of
from switchboard.entry.telemetry import count, logger

BODY_BYTES = 1024 * 1024  # the largest that any route has use for (rule sets, flows, macros, imported articles) is a quarter of it
SERVING = ("supervisor", "agent")  # the stronger first; who is both is the stronger
APART = ("administrator", "auditor", "privacy_officer", "integration")  # who is one of these is nothing else
AUDIT_PAGE = 100
LIST_MARKS = str.maketrans("[],'\"", "     ")  # API Gateway and emulators spell a list of groups differently


def call(services: Services, request: Any, route: str, path: Mapping[str, str]) -> Any:
    """Answer a request of a known route; every error is one of the table's."""
    actor: ev.Actor | None = None
    try:
        actor = actor_of(request.context)
        c = Call(services, actor, path, request.query_params or {}, _body(request))
        result = ROUTES[(request.method, route)](c)
        if (request.method, route) not in showing.SETTINGS:
            result = views.hide(result, hidden_from(services.privacy(), actor.role))
    except SwitchboardError as error:
        count("DeskRefused", code=error.code)
        logger.warning("refused", extra={"route": route, "code": error.code})
        recorded = request.method == "GET" or isinstance(error, NotAdmitted)  # by what read, or by the gate
        if isinstance(error, Forbidden) and actor is not None and not recorded:
            services.access.refused(actor, f"{request.method} {route}", str(path.get("id", ""))[:80], error)
        return _response(body_of(error), status_of(error), _cors(services, request))
    return _response(result, 200, _cors(services, request))


def unknown(services: Services, event: Mapping[str, Any]) -> Response:
    """The answer where there is no such route."""
    error = NotFound("the desk has no such address; docs/architecture.md lists them")
    return _response(body_of(error), status_of(error), _allowed(services, event.get("headers") or {}))


def no_method(services: Services, event: Mapping[str, Any], route: str) -> Response:
    """The answer where there is such a route, and another method is meant."""
    body = {"code": "no_such_method", "message": "this address is asked for by another method; see Allow"}
    answer = _response(body, 405, _allowed(services, event.get("headers") or {}))
    answer.headers["Allow"] = ", ".join(sorted(method for method, path in ROUTES if path == route))
    return answer


def _cors(services: Services, request: Any) -> dict[str, str]:
    return _allowed(services, request.headers)


def _allowed(services: Services, headers: Mapping[str, Any]) -> dict[str, str]:
    """The console's page may read the answer; pages we do not know may not."""
    named = {name.lower(): value for name, value in headers.items()}
    origin = str(named.get("origin", "")).rstrip("/")
    return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"} if origin in services.settings.origins else {}


def _response(body: Any, status: int, cors: Mapping[str, str]) -> Response:
    headers: dict[str, str | list[str]] = {"Content-Type": "application/json", **GUARDS, **cors}
    return Response(json.dumps(body, ensure_ascii=False), headers, status)


def _body(request: Any) -> Mapping[str, Any]:
    if not request.raw_body:
        return {}
    if len(request.raw_body) > BODY_BYTES:
        raise TooLarge(f"the body holds at most {BODY_BYTES} bytes")
    try:
        body = json.loads(request.raw_body)
    except (ValueError, RecursionError):
        raise Malformed("the body is one JSON object") from None
    if not isinstance(body, dict):
        raise Malformed("the body is one JSON object")
    return body


def actor_of(context: Mapping[str, Any]) -> ev.Actor:
    """The caller, by the claims the authorizer verified. Only id tokens name groups we trust."""
    claims = ((context.get("authorizer") or {}).get("claims")) or {}
    agent, use = claims.get("cognito:username", ""), claims.get("token_use", "")
    if not agent or use != "id":
        raise Unauthenticated("sign in; send the id token as bearer")
    groups = str(claims.get("cognito:groups", "")).translate(LIST_MARKS).split()
    role = _role_of(groups)
    source_ip = (context.get("identity") or {}).get("sourceIp", "")
    return ev.Actor(ev.ActorKind.AGENT, agent, role, source_ip, context.get("requestId", ""))


def _role_of(groups: list[str]) -> str:
    """Separation of duties holds at the door, too: whoever was put into groups that exclude each other is nobody until one goes."""
    apart = [r for r in APART if r in groups]
    serving = [r for r in SERVING if r in groups]
    if not apart and not serving:
        raise Forbidden("this account has no role; an administrator must add it to a group")
    if len(apart) + bool(serving) > 1:
        raise Forbidden(f"this account is in groups that exclude each other ({', '.join([*apart, *serving])}); one must go")
    return (*apart, *serving)[0]


# -- me --------------------------------------------------------------------------------------------


def _me(c: Call) -> Any:
    try:
        agent = views.agent(c.services.store.agent(c.actor.id))
    except NotFound:  # supervisors and administrators need no place in the roster
        agent = {"id": c.actor.id, "name": c.actor.id, "presence": "offline", "capacity": 0, "load": 0, "queues": [],
                 "languages": []}  # fmt: skip
    return {"agent": agent, "role": c.actor.role, "large_model": bool(c.services.settings.large_model)}


def _presence(c: Call) -> Any:
    wanted = c.text("presence")
    if wanted not in {p.value for p in ev.Presence}:
        raise Malformed("presence is online, away or offline")
    return views.agent(c.services.presence.set_presence(c.actor, c.actor.id, ev.Presence(wanted)))


def _inbox(c: Call) -> Any:
    def read() -> Any:
        store, admission = c.services.store, c.services.admission
        principal = admission.principal(c.actor)
        waiting = sorted((w for q in sorted(principal.teams) for w in store.waiting(q, 50)), key=lambda w: w.order)
        found = store.conversations([w.conversation for w in waiting[:100]])
        return {
            "mine": [views.summary(x) for x in admission.seen(principal, "SeeInInbox", store.owned_by(c.actor.id))],
            "waiting": [views.summary(x) for x in admission.seen(principal, "SeeInInbox", found)],
        }

    return c.services.access.recorded(c.actor, "GetInbox", f"agt#{c.actor.id}", read)


# -- conversations -----------------------------------------------------------------------------------


def _conversation(c: Call) -> Any:
    id_ = c.path["id"]

    def read() -> Any:
        store = c.services.store
        found = store.conversation(id_)
        recorded = [r for r in store.events(found.ledger) if r.no <= found.last_event]  # one moment's picture
        return {
            "conversation": views.summary(found),
            "contact": _contact_of(c, found),
            "events": [views.event(r) for r in recorded],
            "handover": views.plain(handover.summary(recorded)),
            "large_model": costs.shown(costs.spent(recorded)),
            "deliveries": views.deliveries(c.services.deliveries.of(id_)),
        }

    return c.services.access.recorded(c.actor, "GetConversation", id_[:80], read)


def _contact_of(c: Call, found: Conversation) -> Any:
    """The contact as it is now; by name alone for who may read this conversation, and not what is known of the customer today."""
    known = c.services.store.contact(found.contact).contact
    if c.services.admission.sees_contact(c.actor, "GetContact", found.contact):
        return views.contact(known)
    return views.contact(Contact(known.id, name=known.name))


def _events(c: Call) -> Any:
    id_ = c.path["id"]

    def read() -> Any:
        return {
            "events": [views.event(r) for r in c.services.store.events(ledger_of(id_), c.number("after"))],
            "deliveries": views.deliveries(c.services.deliveries.of(id_)),
        }

    return c.services.access.recorded(c.actor, "GetConversationEvents", id_[:80], read)


def _acting(act: Callable[[Call, str], Conversation]) -> Callable[[Call], Any]:
    return lambda c: views.summary(act(c, c.path["id"]))


def _transfer(c: Call, id_: str) -> Conversation:
    agent, queue, skill, note = (c.text(n, required=False) for n in ("agent", "queue", "skill", "note"))
    return c.services.desk.transfer(c.actor, id_, agent=agent, queue=queue, skill=skill, level=level_of(c.body), note=note)


def _note(c: Call, id_: str) -> Conversation:
    return c.services.desk.note(c.actor, id_, c.text("text"), c.text("client_id"))


# -- contacts ----------------------------------------------------------------------------------------


def _contact(c: Call) -> Any:
    id_ = c.path["id"]
    return c.services.access.recorded(
        c.actor, "GetContact", id_[:80], lambda: views.contact(c.services.store.contact(id_).contact)
    )


def _attributes(c: Call) -> Any:
    id_, wanted = c.path["id"], c.body.get("attributes")
    if not isinstance(wanted, dict) or not all(isinstance(v, str) for v in wanted.values()):
        raise Malformed("'attributes' is an object of texts")
    return views.contact(c.services.contacts.set_attributes(c.actor, id_, wanted))


def _merge(c: Call) -> Any:
    return views.contact(c.services.contacts.merge(c.actor, c.path["id"], c.text("into")))


def _contact_conversations(c: Call) -> Any:
    id_ = c.path["id"]

    def read() -> Any:
        admission = c.services.admission
        found = admission.seen(admission.principal(c.actor), "SeeInHistory", c.services.access.history(id_))
        return {"conversations": [views.summary(x) for x in found]}

    return c.services.access.recorded(c.actor, "ListConversations", id_[:80], read)


# -- agents, operations, audit -----------------------------------------------------------------------


def _agents(c: Call) -> Any:
    """What people are limited to is shown to those who look after rights."""
    admission = c.services.admission
    principal = admission.principal(c.actor)
    found = admission.colleagues(principal, "SeeAgent", c.services.store.agents())
    if not admission.decide(principal, "ReadRoles", Resource(SETTINGS)).allowed:
        return {"agents": [views.agent(a) for a in found]}
    return {"agents": [{**views.agent(a), "limits": views.plain(a.limits), "grants": list(a.grants)} for a in found]}


def _set_agent(c: Call) -> Any:
    return views.agent(c.services.presence.set_profile(c.actor, c.path["id"], _profile(c)))


def _profile(c: Call) -> ev.AgentProfileSet:
    """What was left out is as with a new agent: no skills, every channel and region."""
    capacity, skills, expert = c.body.get("capacity"), c.body.get("skills", {}), c.body.get("expert", False)
    if not isinstance(capacity, int) or isinstance(capacity, bool):
        raise Malformed("'capacity' must be a whole number")
    if not isinstance(expert, bool):
        raise Malformed("'expert' is true or false")
    if not isinstance(skills, dict) or len(skills) > 100 or not all(
        isinstance(k, str) and 0 < len(k) <= 64 and isinstance(v, int) and not isinstance(v, bool) for k, v in skills.items()
    ):  # fmt: skip
        raise Malformed("'skills' maps names to levels from 1 to 5")
    return ev.AgentProfileSet(
        capacity=capacity, queues=c.texts("queues"), languages=c.texts("languages"), name=c.text("name"), skills=skills,
        channels=c.texts("channels", required=False), regions=c.texts("regions", required=False), expert=expert,
    )  # fmt: skip


def _bot(c: Call) -> Any:
    return {"policy": views.plain(c.services.configuration.bot_policy())}


def _set_bot(c: Call) -> Any:
    policy = c.body.get("policy")
    if not isinstance(policy, dict):
        raise Malformed("'policy' is an object; GET shows the one in force")
    return {"policy": views.plain(c.services.configuration.set_bot_policy(c.actor, policy))}


def _parked(c: Call) -> Any:
    admission = c.services.admission
    found = admission.left_parked(admission.principal(c.actor), "SeeParked", c.services.store.parked())
    return {"parked": [views.parked(p) for p in found]}


def _redrive(c: Call) -> Any:
    c.services.access.recorded(
        c.actor, "RedriveParked", c.path["id"][:80],
        lambda: c.services.parking.redrive(c.actor, c.path["id"], c.text("text", required=False)),
    )  # fmt: skip
    return {}


def _discard(c: Call) -> Any:
    c.services.parking.discard(c.actor, c.path["id"])
    return {}


def _audit(c: Call) -> Any:
    """The records of one ledger above commit `after`; without `ledger`, what `agent` (or the caller) read today."""
    ledger = named_actions.audited(c.actor, c.query, f"{c.services.clock.now():%Y-%m-%d}")

    def read() -> Any:
        found = c.services.store.audit_events(ledger, c.number("after"), AUDIT_PAGE)
        return {"records": [views.audit_record(r, c.services.region) for r in found], "next": found[-1].commit if found else None}

    return c.services.access.recorded(c.actor, "LookupEvents", ledger[:120], read)


def _gated(route: tuple[str, str], handler: Callable[[Call], Any]) -> Callable[[Call], Any]:
    named = named_actions.ROUTES[route]

    def through_the_gate(c: Call) -> Any:
        asked = named_actions.Asked(c.actor, c.path, c.query, c.body, f"{c.services.clock.now():%Y-%m-%d}")
        named_actions.admit(c.services.admission, named, asked)
        return handler(c)

    return through_the_gate


_HANDLERS: Mapping[tuple[str, str], Callable[[Call], Any]] = {
    ("GET", "/v1/me"): _me,
    ("POST", "/v1/tickets"): lambda c: agent_ticket(c.services, c.actor.id, c.actor.role),
    ("PUT", "/v1/me/presence"): _presence,
    ("GET", "/v1/inbox"): _inbox,
    ("GET", "/v1/conversations/{id}"): _conversation,
    ("GET", "/v1/conversations/{id}/events"): _events,
    ("POST", "/v1/conversations/{id}/accept"): _acting(lambda c, i: c.services.desk.accept(c.actor, i)),
    ("POST", "/v1/conversations/{id}/decline"): _acting(lambda c, i: c.services.presence.decline(c.actor, i)),
    ("POST", "/v1/conversations/{id}/take"): _acting(lambda c, i: c.services.desk.take(c.actor, i)),
    ("POST", "/v1/conversations/{id}/resolve"): _acting(lambda c, i: c.services.desk.resolve(c.actor, i, proved_of(c.body))),
    ("POST", "/v1/conversations/{id}/messages"): _acting(
        lambda c, i: c.services.desk.reply(
            c.actor, i, c.text("text"), c.text("client_id"), translation_api.own_words_of(c.text)
        )
    ),
    ("POST", "/v1/conversations/{id}/notes"): _acting(_note),
    ("POST", "/v1/conversations/{id}/transfer"): _acting(_transfer),
    ("POST", "/v1/conversations/{id}/resend"): _acting(lambda c, i: c.services.desk.resend(c.actor, i, c.text("message"))),
    ("GET", "/v1/contacts/{id}"): _contact,
    ("PUT", "/v1/contacts/{id}/attributes"): _attributes,
    ("POST", "/v1/contacts/{id}/merge"): _merge,
    ("GET", "/v1/contacts/{id}/conversations"): _contact_conversations,
    ("GET", "/v1/agents"): _agents,
    ("PUT", "/v1/agents/{id}"): _set_agent,
    ("GET", "/v1/bot"): _bot,
    ("PUT", "/v1/bot"): _set_bot,
    ("GET", "/v1/parked"): _parked,
    ("POST", "/v1/parked/{id}/redrive"): _redrive,
    ("POST", "/v1/parked/{id}/discard"): _discard,
    ("GET", "/v1/audit"): _audit,
    **routing_api.ROUTES,
    **rules_api.ROUTES,
    **flows_api.ROUTES,
    **hours_api.ROUTES,
    **waiting_room_api.ROUTES,
    **what_if_api.ROUTES,
    **knowledge_api.ROUTES,
    **improvement_api.ROUTES,
    **drafts_api.ROUTES,
    **translation_api.ROUTES,
    **privacy_api.ROUTES,
    **subjects_api.ROUTES,
    **erasure_api.ROUTES,
    **retention_api.ROUTES,
    **exports_api.ROUTES,
    **assist_api.ROUTES,
    **audit_api.ROUTES,
    **changes_api.ROUTES,
}
ROUTES: Mapping[tuple[str, str], Callable[[Call], Any]] = {route: _gated(route, handler) for route, handler in _HANDLERS.items()}
