"""Each case of the matrix as a question: the person, the thing and the facts as the situation's `setup` says, one thing different."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from switchboard.domain.authority.actions import DOORS
from switchboard.domain.authority.question import Kind, Principal, Question, Resource
from tests.roles_matrix.expand import Case

ME, OTHER = "me", "colleague"
KINDS = {"bot": Kind.BOT, "integration": Kind.INTEGRATION, "visitor": Kind.VISITOR, "anonymous": Kind.ANONYMOUS}

CONTACT_ACTIONS = {
    *("GetContact", "SetAttributes", "SetDecidingAttributes", "MergeContacts", "ListConversations", "GetConsents"),
}
PEOPLE_ACTIONS = {"SeeAgent", "SetAgent", "PushAgent"}
PARKED_ACTIONS = {"SeeParked", "RedriveParked", "DiscardParked"}
SUBJECT_ACTIONS = {
    *("FindContact", "ReadPrivacyRequests", "RequestExport", "ApproveExport", "FetchExport", "RequestErasure", "ApproveErasure"),
    *("Rectify", "Restrict", "Object", "SetConsent", "PlaceHold", "LiftHold"),
}
APPROVAL_ACTIONS = {"ApproveRotation", "ApproveRoles"}
RECORDS_ACTIONS = {"MakeBreachPack", "SearchAudit", "ExportAudit", "VerifyAudit"}
DESK_ACTIONS = {
    *("GetMe", "OpenTicket", "Connect", "Heartbeat", "SetPresence", "OpenSession", "OpenVisitorTicket", "ConfirmWebhook"),
    *("ReceiveWebhook", "SendAsVisitor", "ResumeAsVisitor", "ConfirmReceived"),
}


@dataclass
class Scene:
    """What a situation changes: the person, the thing, the facts."""

    action: str
    who: Principal
    what: Resource
    facts: dict[str, bool | str] = field(default_factory=dict)

    def person(self, **changes: object) -> None:
        self.who = replace(self.who, **changes)  # type: ignore[arg-type]

    def thing(self, **changes: object) -> None:
        self.what = replace(self.what, **changes)  # type: ignore[arg-type]


def question(case: Case) -> Question:
    """Raises KeyError for a situation that nobody taught us to set up."""
    action = DOORS[case.action]
    scene = Scene(action, _person(case.principal), _thing(action, case.principal))
    scene.facts.update(reason=True, origin=True, no_hold=True, into=True)  # what every situation has, unless it says otherwise
    if case.base:
        _set_up(scene, case.base)
        DIFFERENT[case.situation](scene)
    else:
        _set_up(scene, case.situation)
    return Question(scene.who, action, scene.what, scene.facts)


def _person(principal: str) -> Principal:
    one = {name: frozenset({value}) for name, value in (("regions", "eu"), ("brands", "north"), ("tiers", "standard"))}
    if principal.startswith("service "):
        return Principal(Kind.SERVICE, principal.removeprefix("service "), principal.removeprefix("service "))
    if principal in ("visitor", "anonymous"):
        return Principal(KINDS[principal], ME if principal == "visitor" else "")
    role = "" if principal in ("no_role", "deactivated") else principal
    return Principal(KINDS.get(principal, Kind.PERSON), ME, role, frozenset({"billing"}), **one)


def _thing(action: str, principal: str) -> Resource:
    """THE CONVERSATION, or what else the action is about."""
    of = Resource("conversation", "c", "active", "billing", OTHER, "eu", "north", "standard", served_by=OTHER)
    if action in CONTACT_ACTIONS:
        return replace(of, kind="contact")
    if action in PEOPLE_ACTIONS:
        return Resource("agent", OTHER, about=OTHER, teams=frozenset({"billing"}))
    if action in PARKED_ACTIONS:
        return replace(of, kind="parked", state="", owner="", served_by="")
    if action in SUBJECT_ACTIONS:
        return replace(of, kind="subject", owner=ME if principal in ("agent", "bot") else OTHER)
    if action in APPROVAL_ACTIONS:
        return Resource("approval", "a", asked_by=OTHER)
    if action == "RequestRoles":
        return Resource("agent", OTHER, about=OTHER)
    if action in RECORDS_ACTIONS:
        return Resource("records")
    if action in DESK_ACTIONS:
        return Resource("desk")
    if action.endswith("AsService") or action in {"Sweep", "Plan", "Index", "SignRoots", "EraseByRule", "EraseByRequest", "Rewrap"}:
        return Resource("work")
    return of if _about_conversations(action) else Resource("settings")


def _about_conversations(action: str) -> bool:
    doors = [door for door, name in DOORS.items() if name == action]
    words = (
        "/v1/conversations/",
        "frame ",
        "be ",
        "bot suggest",
        "socket typing",
        "reveal",
        "see card",
        "inbox",
        "(row)",
        "(example)",
    )
    return any(word in door for door in doors for word in words)


def _set_up(scene: Scene, situation: str) -> None:
    if situation.startswith("assigned_only_"):
        scene.person(assigned_only=True)
        situation = ASSIGNED_ONLY[situation]
    elif situation in ("own_without_reason", "team_without_reason", "case_without_reason"):
        scene.facts["reason"] = "  "
        situation = {"own": "own", "team": "team_colleagues", "case": "case_named"}[situation.partition("_")[0]]
    elif situation in DIFFERENT:  # tried for itself, upon the usual
        DIFFERENT[situation](scene)
        return
    if situation == "own" and scene.action in ("Accept", "Decline"):
        situation = "offered"
    SITUATIONS[situation](scene)


ASSIGNED_ONLY = {
    "assigned_only_own": "own", "assigned_only_waiting": "waiting_in_team", "assigned_only_team": "team_colleagues",
    "assigned_only_consulted": "consulted", "assigned_only_finished": "finished_by_me",
    "assigned_only_earlier": "earlier_of_my_customer",
}  # fmt: skip


def _own(s: Scene) -> None:
    if s.who.kind is Kind.BOT:
        s.thing(state="bot", owner="", served_by="")
    else:
        s.thing(owner=ME, served_by=ME)


def _consulted(s: Scene) -> None:
    s.thing(consulted=frozenset({ME}))
    if s.action == "EndConsult":
        s.thing(about=ME)


def _foreign_team(s: Scene) -> None:
    s.thing(queue="claims")
    if s.action == "BeAssigned":
        _waiting(s)


def _waiting(s: Scene) -> None:
    s.thing(state="queued", owner="", served_by="")


def _no_teams(s: Scene) -> None:
    _waiting(s)
    s.person(teams=frozenset())


def _resolved(finished_by: str, served_by: str = "", queue: str = "billing") -> Callable[[Scene], None]:
    return lambda s: s.thing(state="resolved", owner="", finished_by=finished_by, served_by=served_by, queue=queue)


def _thing_is(**changes: object) -> Callable[[Scene], None]:
    return lambda s: s.thing(**changes)


def _facts_are(**facts: bool | str) -> Callable[[Scene], None]:
    return lambda s: s.facts.update(facts)


def _nothing(_: Scene) -> None:
    """The scene as it is."""


def _asked_by(who: str, **changes: object) -> Callable[[Scene], None]:
    return lambda s: s.thing(asked_by=who, **changes)


def _two_hats(s: Scene) -> None:
    """Asked by a key that the same human being holds: `asked_by` names who is behind."""
    s.person(person="the human being")
    s.thing(asked_by="the human being")


def _approved(s: Scene, asked_by: str) -> None:
    s.thing(asked_by=asked_by)
    s.facts.update(approved=True)


def _key(s: Scene, within: bool) -> None:
    s.what = Resource("key", "k", about="k")
    s.facts.update(within_ceiling=within)


def _own_record(s: Scene) -> None:
    s.thing(id=ME, about=ME)


def _own_roles(s: Scene) -> None:
    _own_record(s)
    s.facts.update(compatible=True)


def _team_record(queue: str) -> Callable[[Scene], None]:
    return lambda s: s.thing(queue=queue) if s.what.kind == "parked" else s.thing(teams=frozenset({queue}))


def _conversations(**changes: object) -> Callable[[Scene], None]:
    def set_up(s: Scene) -> None:
        s.what = replace(_thing("GetConversation", ""), **changes)  # type: ignore[arg-type]

    return set_up


def _ledger(resource: Resource) -> Callable[[Scene], None]:
    def set_up(s: Scene) -> None:
        s.what = resource

    return set_up


def _ledger_abroad(s: Scene) -> None:
    if s.what.kind == "records":
        s.thing(region="cn")
    else:
        s.what = replace(_thing("GetConversation", ""), region="cn")


def _no_limits(s: Scene) -> None:
    s.person(regions=frozenset(), brands=frozenset(), tiers=frozenset())
    s.thing(region="cn", brand="south", tier="private_banking")


def _granted(s: Scene) -> None:
    s.person(grants=frozenset({s.action}))


DIFFERENT: dict[str, Callable[[Scene], None]] = {
    "foreign_region": _thing_is(region="cn"),
    "foreign_brand": _thing_is(brand="south"),
    "foreign_tier": _thing_is(tier="private_banking"),
    "unknown_region": _thing_is(region=""),
    "no_limits": _no_limits,
    "into_foreign_team": _facts_are(into=False),
    "into_foreign_region": _facts_are(into=False),
}

SITUATIONS: dict[str, Callable[[Scene], None]] = {
    "own": _own,
    "offered": _thing_is(state="offered", owner=ME, served_by=ME),
    "waiting_in_team": _waiting,
    "team_colleagues": _nothing,
    "foreign_team": _foreign_team,
    "no_teams": _no_teams,
    "consulted": _consulted,
    "consult_over": _nothing,
    "finished_by_me": _resolved(ME),
    "finished_team_left": _resolved(ME, queue="claims"),
    "earlier_of_my_customer": _resolved(OTHER, served_by=ME),
    "earlier_foreign_team": _resolved(OTHER, served_by=ME, queue="claims"),
    "earlier_not_mine_now": _resolved(OTHER),
    "no_case": _nothing,
    "case_named": _facts_are(case=True),
    "default": _nothing,
    "granted": _granted,
    "any": _nothing,
    "myself": _own_record,
    "own_team": _team_record("billing"),
    "other_team": _team_record("claims"),
    "no_team": _thing_is(queue="", tier=""),
    "audience_customer": _facts_are(audience="customer"),
    "audience_agent": _facts_are(audience="agent"),
    "sample": _nothing,
    "conversations_in_team": _conversations(),
    "conversations_foreign_team": _conversations(queue="claims"),
    "conversations_foreign_region": _conversations(region="cn"),
    "settings_ledger": _ledger(Resource("settings")),
    "people_ledger": _ledger(Resource("agent", OTHER, about=OTHER)),
    "access_ledger": _ledger(Resource("records")),
    "conversation_ledger": _conversations(),
    "ledger_foreign_region": _ledger_abroad,
    "in_reach": _nothing,
    "asked_by_self": _asked_by(ME),
    "asked_by_other": _asked_by(OTHER),
    "asked_by_other_foreign_region": _asked_by(OTHER, region="cn"),
    "asked_by_self_other_account": _two_hats,
    "asked_by_other_about_me": _asked_by(OTHER, about=ME),
    "asked_by_other_answered": _asked_by(OTHER, answered=True),
    "others_roles": _facts_are(compatible=True),
    "own_roles": _own_roles,
    "conflicting_pair": _facts_are(compatible=False),
    "key_grants": lambda s: _key(s, within=True),
    "key_beyond": lambda s: _key(s, within=False),
    "fetch_mine_approved": lambda s: _approved(s, ME),
    "fetch_others_approved": lambda s: _approved(s, OTHER),
    "fetch_not_approved": _asked_by(ME),
    "fresh_ticket": _facts_are(ticket=True),
    "used_ticket": _facts_are(ticket=False),
    "expired_ticket": _facts_are(ticket=False),
    "by_hand": _nothing,
    "on_schedule": _nothing,
    "other_service": _nothing,
    "desk_token": _facts_are(origin=False),
    "own_session": _facts_are(session=True),
    "foreign_session": _facts_are(session=False),
    "foreign_origin": _facts_are(session=True, origin=False),
    "unsigned": _facts_are(signed=False),
    "signed": _facts_are(signed=True),
    "approved_after_delay": _facts_are(approved=True, delay_over=True),
    "approved_in_delay": _facts_are(approved=True, delay_over=False),
    "not_approved": _facts_are(approved=False, delay_over=True),
    "due_by_rule": _facts_are(due=True),
    "not_due": _facts_are(due=False),
    "held": _facts_are(approved=True, delay_over=True, due=True, no_hold=False),
}
