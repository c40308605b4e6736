"""Whether an agent may take waiting work now, or why not. What is asked for is asked for a while only: the policy's ladder says how
long each thing is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum

from switchboard.domain.agents import Agent
from switchboard.domain.authority.limits import UNLIMITED
from switchboard.domain.events import Presence
from switchboard.domain.routing.policy import RoutingPolicy
from switchboard.domain.routing.waiting import Waiting

TINY = 1e-6  # weights are steps of 0.05, and floats
ONLINE = Presence.ONLINE
NO_WAYS: frozenset[str] = frozenset()


class Reason(StrEnum):
    """Why an agent and work do not meet now."""

    OFF_SHIFT = "off_shift"
    NO_ROOM = "no_room"
    HANDED_BACK = "handed_back"
    QUEUE = "queue"
    LIMITS = "limits"
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
    Reason.LIMITS: "outside the regions, brands or tiers they are limited to",
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

    __slots__ = (
        "_any_level", "_channel", "_kept_for", "_kind", "_language", "_level", "_not_to", "_queue", "_region", "_ways", "_weight",
        "_where",
    )  # fmt: skip

    def __init__(self, policy: RoutingPolicy, work: Waiting, now: datetime, *, preferred_is_in: bool = False) -> None:
        """`preferred_is_in`: the agent whom the work prefers is at work."""
        waited = (now - work.since).total_seconds()
        needs, ladder = work.requires, policy.ladder
        self._channel, self._not_to, self._kind = work.channel, work.not_to, needs.kind
        rule = policy.channels.get(work.channel)
        self._weight = 1.0 if rule is None else TINY if rule.exclusive else rule.weight  # what is exclusive takes all of them
        ways = policy.overflow.get(work.queue)
        self._queue = work.queue
        self._ways = NO_WAYS if ways is None else frozenset(way.to for way in ways if waited >= way.after)
        self._level = self._any_level = 0
        if needs.level > 0 and _asked(ladder.skill, waited):
            self._any_level = 1  # a little is more than nothing
            self._level = needs.level if _asked(ladder.level, waited) else 1
        self._language = work.language if work.language != "und" and _asked(ladder.language, waited) else ""
        self._region = needs.region if needs.region and _asked(ladder.region, waited) else ""
        self._where = (needs.region, needs.brand, needs.tier)
        self._kept_for = ""
        if preferred_is_in and needs.prefers != work.not_to and waited < policy.sticky.hold:
            self._kept_for = needs.prefers

    def rejects(self, agent: Agent, *, off_shift: bool = False) -> Reason | None:
        """None: they may. `off_shift`: by roster, for the work's queue."""
        _, refused = self.sift((agent,), (agent.id,) if off_shift else ())
        return refused[0][1] if refused else None

    def sift(self, agents: Iterable[Agent], off_shift: Collection[str] = ()) -> tuple[list[Agent], list[tuple[Agent, Reason]]]:
        """Those who may; and those who may not, and why. One loop over local names, for it is most of what a decision costs."""
        queue, ways, channel, not_to, kept_for = self._queue, self._ways, self._channel, self._not_to, self._kept_for
        level, kind, language, region, needed = self._level, self._kind, self._language, self._region, self._weight - TINY
        where = self._where
        able: list[Agent] = []
        refused: list[tuple[Agent, Reason]] = []
        for agent in agents:
            if off_shift and agent.id in off_shift:
                reason = Reason.OFF_SHIFT
            elif agent.presence is not ONLINE or agent.capacity - agent.load < (needed or max(agent.capacity, 1.0) - TINY):
                reason = Reason.NO_ROOM
            elif agent.id == not_to:
                reason = Reason.HANDED_BACK
            elif queue not in agent.queues and ways.isdisjoint(agent.queues):
                reason = Reason.QUEUE
            elif agent.limits is not UNLIMITED and not agent.limits.admit(*where):
                reason = Reason.LIMITS
            elif agent.channels and channel not in agent.channels:
                reason = Reason.CHANNEL
            elif level and (has := agent.skills.get(kind, 0)) < level:
                reason = Reason.SKILL if has < self._any_level else Reason.LEVEL
            elif language and language not in agent.languages:
                reason = Reason.LANGUAGE
            elif region and agent.regions and region not in agent.regions:
                reason = Reason.REGION
            elif kept_for and agent.id != kept_for:
                reason = Reason.KEPT
            else:
                able.append(agent)
                continue
            refused.append((agent, reason))
        return able, refused


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
