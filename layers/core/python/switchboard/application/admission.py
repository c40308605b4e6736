"""The gate: before anything is read for a caller, or done, it is asked whether they may. REST, the WebSocket, lists, pushed frames and
work by schedule all come through here; what decides is behind the port `Authority`.

Refusals, and what only few may do, go on the caller's access ledger with the policies that decided: it is the log of decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from switchboard.application.access import Access
from switchboard.application.authority import Authority
from switchboard.application.consents import standing
from switchboard.application.intake import OPERATIONS_LEDGER
from switchboard.application.ports import ContactState, Parked, Store
from switchboard.domain import events as ev
from switchboard.domain.agents import Agent
from switchboard.domain.approvals import KEYS, RIGHTS, Request, State
from switchboard.domain.authority.question import Decision, Kind, Principal, Question, Resource
from switchboard.domain.authority.separation import addable, within_ceiling
from switchboard.domain.conversation import Conversation
from switchboard.domain.errors import Forbidden, Malformed, NotAdmitted, NotAllowedNow, NotFound, SwitchboardError
from switchboard.domain.routing.policy import RoutingPolicy

Facts = Mapping[str, bool | str]
UNKNOWN = "?"
OF_THE_OPEN = frozenset({
    "Accept", "Decline", "Take", "Reply", "Resend", "Transfer", "Resolve", "Consult", "EndConsult", "ApplyMacro", "PreviewMacro",
    "DraftAnswer", "CheckAnswer", "TranslateDraft", "RateSuggestion", "GetSuggestions", "GetAssist", "ShowTyping",
})  # fmt: skip
KINDS = {"integration": Kind.INTEGRATION, "": Kind.ANONYMOUS}
CONVERSATION, CONTACT, SUBJECT, REQUEST, AGENT, SETTINGS, DESK, RECORDS, PARKED, ROWS, WORK, KEY = (
    "conversation", "contact", "subject", "request", "agent", "settings", "desk", "records", "parked", "rows", "work", "key",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class About:
    """What is asked about, by its id. `rows`: a list, whose rows are judged one by one. `into`: of a merge, the other contact;
    `about`: of a consult that is to end, the colleague. `by_kind`: of a request of a data subject, what is asked for by its kind; no
    other kind of requests is meant then."""

    kind: str
    id: str = ""
    facts: Facts = field(default_factory=dict)
    into: str = ""
    about: str = ""
    by_kind: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Admission:
    """`policy` is the routing policy in force: it says which region and brand an account is of, and which attribute is a tier.
    `requests`: of data subjects, by their ids; raises NotFound."""

    store: Store
    access: Access
    authority: Authority
    policy: Callable[[], RoutingPolicy]
    requests: Callable[[str], Request]

    # -- doors -------------------------------------------------------------------------------------

    def admit(self, actor: ev.Actor, action: str, about: About, *, record: bool = False) -> None:
        """Return where the caller may. Raises NotAdmitted, which is on record then, and what looking for the thing raises. `record`:
        that it was allowed goes on record too, before anything is done."""
        if about.kind == ROWS:
            return
        asked = action
        try:
            principal = self._who(actor, action, about.kind)
            facts = dict(about.facts)
            if about.kind == REQUEST:
                request = self.requests(about.id)
                asked = action = _by_kind(about, request, action)
                resource, facts = self._request(principal, request), {**facts, **_decided(request)}
            else:
                resource = self._resource(principal, about)
            if about.into:
                other = self._contact(principal, self.store.contact(about.into))
                facts["into"] = self.decide(principal, action, other, {"into": True}).allowed
        except (NotFound, Malformed) as error:
            self.access.refused(actor, action, about.id[:120], error)
            raise
        if action == "Take" and resource.owner == principal.id:  # offered to them meanwhile: it is taken up
            asked = "Accept"
        self._settled(actor, principal, action, resource, self.decide(principal, asked, resource, facts), about.id, record=record)

    def still(self, actor: ev.Actor, action: str, c: Conversation) -> None:
        """The same about a conversation as it was read for a change: between the door and the change it may have moved on."""
        principal = self.principal(actor)
        resource = self.of_conversation(principal, c)
        self._settled(actor, principal, action, resource, self.decide(principal, action, resource), c.id)

    def may_be_given(self, action: str, agent: Agent, c: Conversation) -> bool:
        """Whether a colleague may be handed a conversation, or asked about it. Who may work is a person with queues; the roles that
        are never given work cannot go online, and have none."""
        principal = self.person(agent)
        return self.decide(principal, action, self.of_conversation(principal, c)).allowed

    def _settled(
        self, actor: ev.Actor, principal: Principal, action: str, resource: Resource, decision: Decision, id_: str, *,
        record: bool = False,
    ) -> None:  # fmt: skip
        if not decision.allowed:
            error = self._refusal(principal, action, resource)
            self.access.decided(actor, action, id_[:120], decision.policies, error)
            raise error
        if record:
            self.access.decided(actor, action, id_[:120], decision.policies)

    def _refusal(self, principal: Principal, action: str, resource: Resource) -> SwitchboardError:
        """Who may read what is over is told that it is; that gives nothing away."""
        if resource.answered and self.decide(principal, action, replace(resource, answered=False)).allowed:
            return NotAllowedNow("this request is decided")
        over = resource.kind == CONVERSATION and resource.state == "resolved" and action in OF_THE_OPEN
        if over and self.decide(principal, "GetConversation", resource).allowed:
            return NotAllowedNow("this conversation is resolved")
        return NotAdmitted(_why(principal, action, resource))

    # -- rows and frames ---------------------------------------------------------------------------

    def decide(self, principal: Principal, action: str, resource: Resource, facts: Facts | None = None) -> Decision:
        return self.authority.decide(Question(principal, action, resource, facts or {}))

    def sees(self, principal: Principal, action: str, c: Conversation) -> bool:
        return self.decide(principal, action, self.of_conversation(principal, c)).allowed

    def sees_by_id(self, principal: Principal, action: str, conversation: str) -> bool:
        """The same of one that may be gone."""
        try:
            return self.sees(principal, action, self.store.conversation(conversation))
        except SwitchboardError:
            return False

    def seen(self, principal: Principal, action: str, found: Iterable[Conversation]) -> list[Conversation]:
        """Those of a list that the person is shown."""
        return [c for c in found if self.sees(principal, action, c)]

    def colleagues(self, principal: Principal, action: str, found: Iterable[Agent]) -> list[Agent]:
        return [a for a in found if self.decide(principal, action, _record(a)).allowed]

    def left_parked(self, principal: Principal, action: str, found: Iterable[Parked]) -> list[Parked]:
        return [p for p in found if self.decide(principal, action, self._parked(principal, p)).allowed]

    def requested(self, principal: Principal, action: str, r: Request) -> bool:
        """Whether a row of the list of requests is shown."""
        return self.decide(principal, action, self._request(principal, r)).allowed

    def sees_contact(self, actor: ev.Actor, action: str, contact: str) -> bool:
        principal = self.principal(actor)
        return self.decide(principal, action, self._contact(principal, self.store.contact(contact))).allowed

    # -- who asks ----------------------------------------------------------------------------------

    def principal(self, actor: ev.Actor) -> Principal:
        """The caller with the queues and limits of their record; without a record they have no queue and no limit."""
        try:
            return replace(self.person(self.store.agent(actor.id), actor.role), kind=_kind(actor))
        except NotFound:
            return self.signed_in(actor)

    def _who(self, actor: ev.Actor, action: str, about: str) -> Principal:
        """As much of them as decides: neither limits nor queues touch the company's settings, and few of those can be granted."""
        if about not in (SETTINGS, DESK):
            return self.principal(actor)
        found = self.signed_in(actor)
        if about == DESK or not (addable([action]) or within_ceiling([action])):
            return found
        return replace(found, grants=self.principal(actor).grants)

    def signed_in(self, actor: ev.Actor) -> Principal:
        """The caller by who they are alone, for what is of no customer, queue or colleague."""
        return Principal(_kind(actor), actor.id, actor.role)

    def person(self, agent: Agent, role: str = "agent") -> Principal:
        """Work that overflows to an agent's queues is of their team; nobody leads the queues it comes from for that."""
        queues = self.policy().queues_open_to(agent.queues) if role == "agent" else agent.queues
        limits = agent.limits
        return Principal(
            Kind.PERSON, agent.id, role, frozenset(queues), frozenset(limits.regions), frozenset(limits.brands),
            frozenset(limits.tiers), limits.assigned_only, frozenset(agent.grants),
        )  # fmt: skip

    # -- what is asked about -----------------------------------------------------------------------

    def _resource(self, principal: Principal, about: About) -> Resource:
        match about.kind:
            case "conversation":
                found = self.of_conversation(principal, self.store.conversation(about.id))
                return replace(found, about=about.about)
            case "contact" | "subject":
                return replace(self._contact(principal, self.store.contact(about.id)), kind=about.kind)
            case "agent":
                return self._colleague(about.id)
            case "key":
                return Resource(KEY, about.id, about=about.id)
            case "parked":
                return self._parked(principal, self.store.parked_message(about.id))
            case "records":
                return self._records(principal, about.id)
            case kind:
                return Resource(kind, about.id)

    def of_conversation(self, principal: Principal, c: Conversation) -> Resource:
        """Only what may decide is read: the tier for who is limited by tiers, and of what is over who serves the customer now."""
        policy = self.policy()
        state = None
        if principal.tiers or not c.open:
            state = self._today(c.contact)
        now = c if c.open else state.conversation if state is not None else None
        return Resource(
            CONVERSATION, c.id, state=_state(c), queue=c.queue, owner=c.owner, region=policy.region_of(c.channel, c.account),
            brand=policy.brand_of(c.channel, c.account), tier=policy.tier_of(state.contact.attributes) if state is not None else "",
            finished_by=c.finished_by, consulted=frozenset(c.consulted), served_by=now.owner if now is not None else "",
        )  # fmt: skip

    def _contact(self, principal: Principal, state: ContactState) -> Resource:
        """A contact who was merged away is asked about as whoever they go on in."""
        if state.contact.merged_into:
            state = self._today(state.contact.id) or state
        c, tier = state.conversation, self.policy().tier_of(state.contact.attributes)
        if c is None:
            return Resource(CONTACT, state.contact.id, tier=tier)
        return replace(self.of_conversation(principal, c), kind=CONTACT, id=state.contact.id, tier=tier)

    def _request(self, principal: Principal, r: Request) -> Resource:
        """Of a change of the system, or a data subject's, who may be erased by now."""
        if r.kind in (RIGHTS, KEYS):
            about = r.about if r.kind == RIGHTS else ""
            return Resource("approval", r.id, asked_by=r.asked_by, about=about, answered=r.state is not State.PENDING)
        try:
            found = self._contact(principal, self.store.contact(r.about))
        except SwitchboardError:
            found = Resource(SUBJECT, r.about, region=UNKNOWN, brand=UNKNOWN, tier=UNKNOWN if principal.tiers else "")
        return replace(found, kind=SUBJECT, asked_by=r.asked_by, answered=r.state is not State.PENDING)

    def _today(self, contact: str) -> ContactState | None:
        try:
            return self.store.contact(standing(self.store, contact).id)
        except NotFound:  # erased
            return None

    def _colleague(self, agent: str) -> Resource:
        try:
            return _record(self.store.agent(agent))
        except NotFound:  # about to be made
            return Resource(AGENT, agent, about=agent)

    def _parked(self, principal: Principal, p: Parked) -> Resource:
        if p.ledger == OPERATIONS_LEDGER:
            return Resource(PARKED, p.id)
        try:
            found = self.of_conversation(principal, self.store.conversation(p.ledger.partition("#")[2]))
        except SwitchboardError:
            return Resource(PARKED, p.id)
        return replace(found, kind=PARKED, id=p.id)

    def _records(self, principal: Principal, ledger: str) -> Resource:
        """The ledger of a conversation or contact has their place; what is not known of it is a place that nobody is limited to."""
        kind, _, subject = ledger.partition("#")
        if kind not in ("cnv", "cct"):
            return Resource(RECORDS, ledger)
        try:
            if kind == "cct":
                found = self._contact(principal, self.store.contact(subject))
            else:
                found = self.of_conversation(principal, self.store.conversation(subject))
        except SwitchboardError:  # erased, or never there
            found = Resource(RECORDS)
        tier = (found.tier or UNKNOWN) if principal.tiers else ""
        return Resource(RECORDS, ledger, region=found.region or UNKNOWN, brand=found.brand or UNKNOWN, tier=tier)


def admit_work(authority: Authority, service: str, action: str, facts: Facts | None = None) -> None:
    """Admit a function to the work it is there for, under its own identity. It needs no more than the policies, so that those without
    any right to the ledger can ask. Raises Forbidden."""
    principal = Principal(Kind.SERVICE, service, service)
    if not authority.decide(Question(principal, action, Resource(WORK), facts or {})).allowed:
        raise Forbidden(f"{action} is not the work of {service}")


def _kind(actor: ev.Actor) -> Kind:
    if actor.kind is ev.ActorKind.SYSTEM:
        return Kind.SERVICE
    return Kind.BOT if actor.kind is ev.ActorKind.BOT else KINDS.get(actor.role, Kind.PERSON)


def _by_kind(about: About, r: Request, action: str) -> str:
    """Raises NotFound for a request of another kind than this door is for."""
    if not about.by_kind:
        return action
    if r.kind not in about.by_kind:
        raise NotFound("there is no such request")
    return about.by_kind[r.kind]


def _decided(r: Request) -> dict[str, bool]:
    return {"approved": r.state in (State.APPROVED, State.USED)}


def _state(c: Conversation) -> str:
    return {"assigned": "offered"}.get(c.status.value, c.status.value)


def _record(a: Agent) -> Resource:
    return Resource(AGENT, a.id, about=a.id, teams=frozenset(a.queues))


def _why(principal: Principal, action: str, resource: Resource) -> str:
    if action == "Take":
        return "it does not wait in your queues, or not any more"
    who = f"you are signed in as {principal.role.replace('_', ' ')}" if principal.role else "you have no role here"
    what = f" of this {resource.kind}" if resource.kind in (CONVERSATION, CONTACT, PARKED) else ""
    return f"{action}{what} is not among what you may do; {who}"


