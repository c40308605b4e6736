"""Whether an agent may take waiting work now, or why not. What is asked for is asked for a while only: the policy's ladder says how
long each thing is."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from switchboard.domain.agents import Agent
from switchboard.domain.events import Presence
from switchboard.domain.routing.policy import RoutingPolicy
from switchboard.domain.routing.waiting import Waiting

TINY = 1e-6  # weights are steps of 0.05, and floats


class Reason(StrEnum):
    """Why an agent and work do not meet now."""

    OFF_SHIFT = "off_shift"
    NO_ROOM = "no_room"
    HANDED_BACK = "handed_back"
    QUEUE = "queue"
    CHANNEL = "channel"
    SKILL = "skill"
    LEVEL = "level"
    LANGUAGE = "language"
    REGION = "region"
    KEPT = "kept"
    HELD_BACK = "held_back"
    DEAR = "dear"

    @property
    def meaning(self) -> str:
        """For people who read a receipt."""
        return _MEANINGS[self]


_MEANINGS = {
    Reason.OFF_SHIFT: "a roster says that they are off shift",
    Reason.NO_ROOM: "offline, away or full",
    Reason.HANDED_BACK: "they handed it back themselves",
    Reason.QUEUE: "not of their queue, and it does not overflow to them yet",
    Reason.CHANNEL: "they do not serve this channel",
    Reason.SKILL: "they lack the skill, which is still asked for",
    Reason.LEVEL: "they lack the level of the skill, which is still asked for",
    Reason.LANGUAGE: "they do not speak the language, which is still asked for",
    Reason.REGION: "they serve other regions, and this one is still asked for",
    Reason.KEPT: "it is kept for the agent it prefers",
    Reason.HELD_BACK: "an expert's slots are kept for complex work",
    Reason.DEAR: "cheaper hands are worth waiting for",
}


class Gate:
    """Who may take one piece of work now. What depends on the work alone is found once: there may be hundreds of agents to ask."""

    def __init__(self, policy: RoutingPolicy, work: Waiting, now: datetime, *, preferred_is_in: bool = False) -> None:
        """`preferred_is_in`: the agent whom the work prefers is at work."""
        waited = (now - work.since).total_seconds()
        needs, ladder = work.requires, policy.ladder
        self._channel, self._not_to, self._kind = work.channel, work.not_to, needs.kind
        rule = policy.channels.get(work.channel)
        self._weight = None if rule is not None and rule.exclusive else policy.weight(work.channel, 1.0)
        self._policy = policy
        self._queues = {work.queue, *(way.to for way in policy.overflow.get(work.queue, ()) if waited >= way.after)}
        skill_asked = needs.level > 0 and _asked(ladder.skill, waited)
        self._any_level = 1 if skill_asked else 0
        self._level = needs.level if skill_asked and _asked(ladder.level, waited) else self._any_level  # a little is more than nothing
        self._language = work.language if work.language != "und" and _asked(ladder.language, waited) else ""
        self._region = needs.region if _asked(ladder.region, waited) else ""
        kept = preferred_is_in and needs.prefers != work.not_to and waited < policy.sticky.hold
        self._kept_for = needs.prefers if kept else ""

    def rejects(self, agent: Agent, *, off_shift: bool = False) -> Reason | None:
        """None: they may. `off_shift`: by roster, for the work's queue."""
        if off_shift:
            return Reason.OFF_SHIFT
        weight = self._weight if self._weight is not None else self._policy.weight(self._channel, agent.capacity)
        if agent.presence is not Presence.ONLINE or agent.capacity - agent.load < weight - TINY:  # `free`, without its rounding
            return Reason.NO_ROOM
        if agent.id == self._not_to:
            return Reason.HANDED_BACK
        if self._queues.isdisjoint(agent.queues):
            return Reason.QUEUE
        if agent.channels and self._channel not in agent.channels:
            return Reason.CHANNEL
        if self._level:
            level = agent.skills.get(self._kind, 0)
            if level < self._level:
                return Reason.SKILL if level < self._any_level else Reason.LEVEL
        if self._language and self._language not in agent.languages:
            return Reason.LANGUAGE
        if self._region and agent.regions and self._region not in agent.regions:
            return Reason.REGION
        if self._kept_for and agent.id != self._kept_for:
            return Reason.KEPT
        return None


def rejection(
    policy: RoutingPolicy, work: Waiting, agent: Agent, now: datetime, preferred_is_in: bool = False, *, off_shift: bool = False
) -> Reason | None:
    """Why one agent may not take one piece of work now; None: they may."""
    return Gate(policy, work, now, preferred_is_in=preferred_is_in).rejects(agent, off_shift=off_shift)


def steps(policy: RoutingPolicy, work: Waiting) -> list[int]:
    """Seconds of waiting at which somebody may become eligible who was not, ascending."""
    ladder = policy.ladder
    own = (ladder.level, ladder.skill, ladder.language, ladder.region, policy.sticky.hold)
    over = (way.after for way in policy.overflow.get(work.queue, ()))
    return sorted({s for s in (*own, *over) if s})


def _asked(until: int | None, waited: float) -> bool:
    return until is None or waited < until
