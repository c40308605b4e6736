"""What a company decides about its Switchboard: each is a version on a ledger of its own, and the last one holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from switchboard.domain.event import Event


@dataclass(frozen=True, slots=True)
class BotPolicySet(Event):
    """What the bot answers and whom it hands to, from now on (the fields of `domain.bot.BotPolicy`)."""

    type: ClassVar[str] = "bot_policy_set"
    policy: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class HoursSet(Event):
    """When queues are open, who is on shift and what is promised, from now on (the document `domain.hours.settings` reads)."""

    type: ClassVar[str] = "hours_set"
    policy: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RulesSet(Event):
    """What follows by itself from what happens, from now on (a document of `domain.rules`). Its version is the commit's number."""

    type: ClassVar[str] = "rules_set"
    rules: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RoutingPolicySet(Event):
    """The routing policy in force from now on (the document `domain.routing.policy` reads)."""

    type: ClassVar[str] = "routing_policy_set"
    policy: Mapping[str, Any]
    note: str = ""
    rolled_back_to: int = 0  # the version this one repeats


@dataclass(frozen=True, slots=True)
class PlanMade(Event):
    """A shard's part of the staffing plan (`domain.strategies.index.Plan`). `classes`: "<kind>|<1 if complex>"; `values`, `demand`
    (conversations a second), `finished` (conversations, in all) and each agent's `seconds` (0: not known) are in their order.
    `worked`: slot-seconds in all, and of these and of those on duty what still counts, by agent."""

    type: ClassVar[str] = "plan_made"
    classes: tuple[str, ...]
    values: tuple[float, ...]
    demand: tuple[float, ...]
    finished: tuple[int, ...]
    worked: Mapping[str, tuple[float, float, float]]
    prices: Mapping[str, float]
    seconds: Mapping[str, tuple[int, ...]]
    use: Mapping[str, float]
    doubtful: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoutingPolicyDrafted(Event):
    """A routing policy somebody works on; not in force."""

    type: ClassVar[str] = "routing_policy_drafted"
    policy: Mapping[str, Any]
    note: str = ""


@dataclass(frozen=True, slots=True)
class FlowSaved(Event):
    """A version of one of the bot's flows (the document `domain.dialogue.reading` reads); its number is the commit's on the flow's
    ledger. Not in force by itself."""

    type: ClassVar[str] = "flow_saved"
    flow: Mapping[str, Any]
    note: str = ""


@dataclass(frozen=True, slots=True)
class FlowsPublished(Event):
    """Which version of each flow holds from now on: 0 is the shipped one, a negative number switches the flow off. Flows that are not
    named are as they are shipped."""

    type: ClassVar[str] = "flows_published"
    versions: Mapping[str, int]


CONFIGURATION_TYPES: tuple[type[Event], ...] = (
    BotPolicySet, HoursSet, RulesSet, RoutingPolicySet, PlanMade, RoutingPolicyDrafted, FlowSaved, FlowsPublished,
)
