"""Whether an agent may take waiting work now, or why not. What is asked for is asked for a while only: the policy's ladder says how
long each thing is."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from switchboard.domain.agents import Agent
from switchboard.domain.routing.policy import RoutingPolicy
from switchboard.domain.routing.waiting import Waiting


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


def rejection(
    policy: RoutingPolicy, work: Waiting, agent: Agent, now: datetime, preferred_is_in: bool = False, *, off_shift: bool = False
) -> Reason | None:
    """None: they may. `preferred_is_in`: the agent whom the work prefers is at work. `off_shift`: by roster, for the work's queue."""
    if off_shift:
        return Reason.OFF_SHIFT
    waited = (now - work.since).total_seconds()
    needs, ladder = work.requires, policy.ladder
    if agent.free < policy.weight(work.channel, agent.capacity):
        return Reason.NO_ROOM
    if agent.id == work.not_to:
        return Reason.HANDED_BACK
    if work.queue not in agent.queues and not any(
        way.to in agent.queues and waited >= way.after for way in policy.overflow.get(work.queue, ())
    ):
        return Reason.QUEUE
    if agent.channels and work.channel not in agent.channels:
        return Reason.CHANNEL
    level = agent.skills.get(needs.kind, 0)
    if needs.level > 0 and level == 0 and _asked(ladder.skill, waited):
        return Reason.SKILL
    if 0 < level < needs.level and _asked(ladder.level, waited):
        return Reason.LEVEL
    if work.language != "und" and work.language not in agent.languages and _asked(ladder.language, waited):
        return Reason.LANGUAGE
    if needs.region and agent.regions and needs.region not in agent.regions and _asked(ladder.region, waited):
        return Reason.REGION
    if preferred_is_in and agent.id != needs.prefers and waited < policy.sticky.hold:
        return Reason.KEPT
    return None


def steps(policy: RoutingPolicy, work: Waiting) -> list[int]:
    """Seconds of waiting at which somebody may become eligible who was not, ascending."""
    ladder = policy.ladder
    own = (ladder.level, ladder.skill, ladder.language, ladder.region, policy.sticky.hold)
    over = (way.after for way in policy.overflow.get(work.queue, ()))
    return sorted({s for s in (*own, *over) if s})


def _asked(until: int | None, waited: float) -> bool:
    return until is None or waited < until
