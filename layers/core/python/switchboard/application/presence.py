"""Agents come and go. A lost connection is not a choice: unanswered work returns after a grace period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from switchboard.application.assignment import Assignment
from switchboard.application.ports import Clock, Connections, Store
from switchboard.application.races import decide_again
from switchboard.domain import conversation as cv
from switchboard.domain import events as ev
from switchboard.domain.agents import Agent, is_agent_id
from switchboard.domain.change import Change
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.errors import Malformed, NotAllowedNow, NotFound, Unreadable

EARLY = timedelta(milliseconds=500)  # clocks differ: a timer may come this much before its time


AGENT = "agent#"
LEADERS = "leaders"  # the key under which the connections of those can be found too who hear of alarms
ALARMED = frozenset({"supervisor"})  # roles


def agent_principal(agent: str) -> str:
    """The key of an agent's connections."""
    return AGENT + agent


def visitor_principal(identity: str) -> str:
    """The key of a visitor's connections."""
    return f"visitor#{identity}"


@dataclass(frozen=True, slots=True)
class PresenceDesk:
    """Presence, profiles, and offers that were not taken up."""

    store: Store
    connections: Connections
    assignment: Assignment
    clock: Clock
    grace: timedelta

    def set_presence(self, actor: ev.Actor, agent: str, presence: ev.Presence, reason: str = "agent") -> Agent:
        """Coming online takes waiting work at once; leaving keeps accepted work and returns mere offers."""
        after = self._change(actor, agent, presence, reason)
        if presence is ev.Presence.ONLINE:
            self.assignment.wake_agent(agent)
        else:
            lost = reason == "connection_lost"
            self._return_offers(agent, ev.ReleaseReason.CONNECTION_LOST if lost else ev.ReleaseReason.DECLINED)
        return after

    def _change(self, actor: ev.Actor, agent: str, presence: ev.Presence, reason: str) -> Agent:
        def attempt() -> Agent:
            before = self.store.agent(agent)
            if before.presence is presence:
                return before
            return self.store.commit_agent(before, [ev.PresenceChanged(presence, reason)], actor, self.clock.now())

        return decide_again(attempt)

    def set_profile(self, actor: ev.Actor, agent: str, profile: ev.AgentProfileSet) -> Agent:
        """Create an agent or change what they can take."""
        if not is_agent_id(agent):
            raise Malformed("an agent id is 1-64 letters, digits and dashes")
        if not 0 <= profile.capacity <= 50:
            raise Malformed("capacity is a number of conversations from 0 to 50")
        if not all(1 <= level <= 5 for level in profile.skills.values()):
            raise Malformed("a skill's level is a whole number from 1 to 5")

        def attempt() -> Agent:
            try:
                before = self.store.agent(agent)
            except NotFound:
                before = Agent(agent)
            if profile.capacity > before.capacity and self._wholly_taken(before):
                raise NotAllowedNow("they are on a call, which takes them whole; raise their capacity when it has ended")
            return self.store.commit_agent(before, [profile], actor, self.clock.now())

        after = decide_again(attempt)
        self.assignment.wake_agent(agent)
        return after

    def _wholly_taken(self, a: Agent) -> bool:
        """Whether something exclusive is all they have: it was weighed by the capacity they had then."""
        rules = self.assignment.policy.channels
        exclusive = {name for name, rule in rules.items() if rule.exclusive}
        return a.load > 0 and bool(exclusive) and any(c.channel in exclusive for c in self.store.owned_by(a.id))

    def connection_lost(self, agent: str) -> bool:
        """Take an agent offline whose last connection is gone for the whole grace period; a drop of a moment is no absence."""
        try:
            before = self.store.agent(agent)
        except NotFound:
            return False  # signed in, but without a place in the roster
        now = self.clock.now()
        seen = self.connections.last_seen(agent_principal(agent))
        if before.presence is ev.Presence.OFFLINE or (seen is not None and seen + self.grace > now + EARLY):
            return False
        self.set_presence(ev.SYSTEM, agent, ev.Presence.OFFLINE, "connection_lost")
        if self.connections.live(agent_principal(agent), self.clock.now()):  # they came back at this very moment
            self.set_presence(ev.SYSTEM, agent, before.presence, "reconnected")
        return True

    def decline(self, actor: ev.Actor, conversation: str) -> Conversation:
        """Give an offer back. The agent is set away first, or the same work would come straight back."""
        c = self.store.conversation(conversation)
        cv.accept(c, actor.id)  # only the owner
        if c.status is not Status.ASSIGNED:
            raise NotAllowedNow("this conversation is accepted already; transfer or resolve it")
        self._change(actor, actor.id, ev.Presence.AWAY, "declined")
        self._withdraw(conversation, c.assignments, ev.ReleaseReason.DECLINED)
        return self.store.conversation(conversation)

    def offer_expired(self, conversation: str, number: int) -> bool:
        """The agent did not accept assignment `number` in time: they are set away, and the work goes to somebody else.
        False if it was accepted or moved on."""
        try:
            c = self.store.conversation(conversation)
        except (NotFound, Unreadable):  # erased: nobody waits any more
            return False
        if c.status is not Status.ASSIGNED or c.assignments != number:
            return False
        if self.store.agent(c.owner).presence is ev.Presence.ONLINE:
            self._change(ev.SYSTEM, c.owner, ev.Presence.AWAY, "not_accepted")
        return self._withdraw(conversation, number, ev.ReleaseReason.NOT_ACCEPTED)

    def _return_offers(self, agent: str, reason: ev.ReleaseReason) -> None:
        for c in self.store.owned_by(agent):
            if c.status is Status.ASSIGNED:
                self._withdraw(c.id, c.assignments, reason)

    def _withdraw(self, conversation: str, number: int, reason: ev.ReleaseReason) -> bool:
        """Take assignment `number` back unless it was accepted or moved on. It keeps the age it has in its queue."""

        def attempt() -> Conversation | None:
            c = self.store.conversation(conversation)
            if c.status is not Status.ASSIGNED or c.assignments != number:
                return None
            now = self.clock.now()
            return self.store.commit(Change(c, tuple(cv.release(c, reason, at=now)), ev.SYSTEM, now))

        after = decide_again(attempt)
        if after is None:
            return False
        self.assignment.wake_work(after)
        return True
