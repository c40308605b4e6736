"""Changes of the system itself that need two administrators: what somebody is limited to or granted, and the branch keys' generations.

A change of somebody's rights is done in the transaction that records its approval. One of keys is done by an operator with rights of
their own (`python -m tools.keys`): the product's functions have none to begin or to end the keys of contacts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from switchboard.application.approvals import Approvals, Terms
from switchboard.application.key_rotation import CONTACT, QUEUE, ROTATABLE
from switchboard.application.ports import Along, Clock, Store
from switchboard.application.races import decide_again
from switchboard.domain import events as ev
from switchboard.domain.agents import Agent, is_agent_id
from switchboard.domain.approvals import KEYS, RIGHTS, Fact, Request
from switchboard.domain.authority.limits import Limits
from switchboard.domain.errors import Malformed, NotAllowedNow, NotFound

OPERATOR = ev.Actor(ev.ActorKind.SYSTEM, "keys")  # who it was stands in the trail of the cloud account
RIGHTS_TERMS = Terms(RIGHTS, decide_within=timedelta(days=7))
KEYS_TERMS = Terms(KEYS, decide_within=timedelta(days=7), use_within=timedelta(days=7))
Ceiling = Callable[[Collection[str]], bool]


@dataclass(frozen=True, slots=True)
class Changes:
    store: Store
    approvals: Approvals
    clock: Clock

    # -- limits and grants -------------------------------------------------------------------------

    def ask_limits(self, actor: ev.Actor, agent: str, limits: Limits, reason: str) -> Request:
        """What a person is to be limited to, instead of what they are now. Raises Malformed, and NotAllowedNow where they are
        already."""
        _an_id(agent)
        now = self._agent(agent).limits
        if now == limits:
            raise NotAllowedNow("these are their limits already")
        return self.approvals.ask(actor, RIGHTS_TERMS, agent, {"limits": _told(limits), "instead_of": _told(now)}, reason)

    def ask_grants(self, actor: ev.Actor, who: str, grants: Collection[str], reason: str, ceiling: Ceiling) -> Request:
        """Which actions a person's role, or an API key, is to have added: all of them. `ceiling`: the most that such a one may have.
        Raises Malformed for what is beyond it, and NotAllowedNow where it is so already. What serves whom within it, the policies
        say."""
        _an_id(who)
        wanted = tuple(sorted({*grants}))
        if beyond := [g for g in wanted if not ceiling([g])]:
            raise Malformed(f"nobody of theirs may be granted {', '.join(beyond[:10])}")
        now = self._agent(who).grants
        if now == wanted:
            raise NotAllowedNow("these are their grants already")
        return self.approvals.ask(actor, RIGHTS_TERMS, who, {"grants": list(wanted), "instead_of": list(now)}, reason)

    def _set(self, actor: ev.Actor, r: Request, along: Along) -> None:
        """Who has no record gets one without queues or capacity: rights are not for agents alone. What they have already and may not
        see any more is for others to hand on."""
        event = _wanted(r.parameters)

        def attempt() -> None:
            before = self._agent(r.about)
            now = _told(before.limits) if isinstance(event, ev.AgentLimitsSet) else list(before.grants)
            if now != r.parameters["instead_of"]:
                raise NotAllowedNow("their rights have changed since this was asked for: withdraw it, and ask anew")
            self.store.commit_agent(before, [event], actor, self.clock.now(), along)

        decide_again(attempt)

    def _agent(self, agent: str) -> Agent:
        try:
            return self.store.agent(agent)
        except NotFound:
            return Agent(agent)

    # -- keys --------------------------------------------------------------------------------------

    def ask_keys(self, actor: ev.Actor, change: str, purpose: str, generation: object, reason: str) -> Request:
        """`change`: rotate, which adds a generation of the key of that purpose, or retire, which destroys one. Raises Malformed."""
        if purpose not in ROTATABLE:
            raise Malformed(f"'purpose' is {CONTACT!r} or {QUEUE!r}")
        if change == "rotate" and generation is None:
            what = f"rotate {purpose}"
        elif change == "retire" and isinstance(generation, int) and not isinstance(generation, bool) and 0 < generation < 1_000_000:
            what = f"retire {purpose} {generation}"
        else:
            raise Malformed("'change' is 'rotate', or 'retire' with the number of a 'generation'")
        return self.approvals.ask(actor, KEYS_TERMS, what, {}, reason)

    def begin_keys(self, id_: str, what: str) -> None:
        """An operator is about to do it, once. Raises NotFound, and NotAllowedNow where this was not approved."""
        self.approvals.use(OPERATOR, id_, KEYS, what, {})

    # -- both --------------------------------------------------------------------------------------

    def approve(self, actor: ev.Actor, id_: str, digest: str) -> Request:
        """Raises Forbidden for who asked, NotAllowedNow where it is decided, too late, or not what was read."""
        if self.approvals.read(id_).kind == RIGHTS:
            return self.approvals.approve_and_do(actor, id_, digest, lambda r, along: self._set(actor, r, along))
        return self.approvals.approve(actor, id_, digest)

    def listed(self) -> list[tuple[Request, list[Fact]]]:
        """All open ones and the latest that are over."""
        return [(r, facts) for r, facts in (*self.approvals.open(), *self.approvals.closed()) if r.kind in (RIGHTS, KEYS)]


def _told(limits: Limits) -> Mapping[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(limits).items()}


def _wanted(parameters: Mapping[str, Any]) -> ev.AgentLimitsSet | ev.AgentGrantsSet:
    if "grants" in parameters:
        return ev.AgentGrantsSet(tuple(parameters["grants"]))
    wanted = parameters["limits"]
    regions, brands, tiers = (tuple(wanted[kind]) for kind in ("regions", "brands", "tiers"))
    return ev.AgentLimitsSet(regions, brands, tiers, bool(wanted["assigned_only"]))


def _an_id(who: str) -> None:
    if not is_agent_id(who):
        raise Malformed("an agent id is 1-64 letters, digits and dashes")
