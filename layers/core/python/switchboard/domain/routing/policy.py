"""The routing policy: one validated document that says how work and agents are matched. Versions are commits of `cfg#routing`.

    {"strategy": "index", "weights": {"vip": 6}, "priority_worth": 120,
     "channels": {"email": {"weight": 0.5}, "voice": {"exclusive": true, "ahead": 60}},
     "kinds": {"refund_request": {"kind": "payments", "level": 2, "complex": false}},
     "ladder": {"level": 5, "skill": 5, "language": 0, "region": 300},
     "overflow": {"billing": [{"to": "general", "after": 60}]},
     "vip": {"attribute": "tier", "values": ["gold"], "ahead": 600},
     "sticky": {"last_agent_days": 7, "attribute": "account_manager", "hold": 20},
     "regions": {"whatsapp/main": "eu"}, "brands": {"whatsapp/main": "north"}, "spread": 0.05}"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from switchboard.domain.rules.place import Place, as_flag, as_list, as_name, as_object, as_text, as_whole
from switchboard.domain.strategies.index import Weights

STRATEGIES = ("index", "least_load", "longest_idle", "round_robin")
LONGEST = 86_400  # seconds
NAME = 64  # characters
TIER = re.compile(r"[A-Za-z0-9_-]{1,64}")
MOST = 500  # entries of one kind
WEIGHTS = {"patience": (1, LONGEST), "vip": (1, 1000), "fairness": (0, 1)}  # least and most


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """`weight`: share of a conversation of weight 1 that one of this channel takes of an agent's capacity. `exclusive`: it takes the
    whole agent, who must have nothing else. `ahead`: seconds it counts as having waited before it came."""

    weight: float = 1.0
    exclusive: bool = False
    ahead: int = 0


@dataclass(frozen=True, slots=True)
class KindRule:
    """What an intent's work asks for: a skill (`kind`) at a level, 0: whoever lacks it may take it too; and whether it is complex."""

    kind: str
    level: int = 1
    complex: bool = False


@dataclass(frozen=True, slots=True)
class Ladder:
    """Seconds of waiting after which something is no longer asked for; None: never. 0: it is only a preference."""

    level: int | None = 5
    skill: int | None = 5
    language: int | None = 0
    region: int | None = 300


@dataclass(frozen=True, slots=True)
class Overflow:
    """From `after` seconds of waiting agents of the queue `to` may take the work too."""

    to: str
    after: int


@dataclass(frozen=True, slots=True)
class Vip:
    """Whose contact attribute has one of the values is important: their wait is worth more, and counts as `ahead` seconds longer."""

    attribute: str = "tier"
    values: tuple[str, ...] = ("vip",)
    ahead: int = 600


@dataclass(frozen=True, slots=True)
class Sticky:
    """Who served the customer within `last_agent_days`, or is named by the contact attribute, is asked first; for `hold` seconds
    nobody else is, if they are at work."""

    last_agent_days: int = 7
    attribute: str = "account_manager"
    hold: int = 0


@dataclass(frozen=True, slots=True)
class RoutingPolicy:
    """`spread`: candidates whose score is within this share of the best are taken in turn, so that routers at work at the same time do
    not all try the same agent. `regions` and `brands` by channel and account: people are limited by them. The other fields are
    described by their classes. `version` 0 is the shipped policy."""

    strategy: str = "index"
    weights: Weights = field(default_factory=Weights)
    priority_worth: int = 120
    channels: Mapping[str, ChannelRule] = field(default_factory=dict)
    kinds: Mapping[str, KindRule] = field(default_factory=dict)
    ladder: Ladder = field(default_factory=Ladder)
    overflow: Mapping[str, tuple[Overflow, ...]] = field(default_factory=dict)
    vip: Vip = field(default_factory=Vip)
    sticky: Sticky = field(default_factory=Sticky)
    regions: Mapping[str, str] = field(default_factory=dict)
    brands: Mapping[str, str] = field(default_factory=dict)
    spread: float = 0.05
    version: int = 0

    def weight(self, channel: str, capacity: float) -> float:
        """What a conversation of a channel takes of an agent with this capacity."""
        rule = self.channels.get(channel, ChannelRule())
        return max(capacity, 1.0) if rule.exclusive else rule.weight

    def region_of(self, channel: str, account: str) -> str:
        """"" where it is not known."""
        return self.regions.get(f"{channel}/{account}", "")

    def brand_of(self, channel: str, account: str) -> str:
        """"" where it is not known."""
        return self.brands.get(f"{channel}/{account}", "")

    def tier_of(self, attributes: Mapping[str, str]) -> str:
        """By the contact's attribute that says how important they are; "" where it is not known, or no short plain name: what else an
        attribute may hold is personal and leaves the contact's sealed profile nowhere."""
        tier = attributes.get(self.vip.attribute, "")
        return tier if TIER.fullmatch(tier) else ""

    def queues_open_to(self, queues: tuple[str, ...]) -> tuple[str, ...]:
        """An agent's queues, and those whose work may overflow to them."""
        helped = [q for q, ways in self.overflow.items() if any(way.to in queues for way in ways)]
        return tuple(dict.fromkeys([*queues, *helped]))

    def queues_serving(self, queue: str) -> tuple[str, ...]:
        """A queue, and those its work may overflow to."""
        return tuple(dict.fromkeys([queue, *(way.to for way in self.overflow.get(queue, ()))]))


def parse(data: object, version: int = 0) -> RoutingPolicy:
    """A policy from JSON's types. Raises Malformed, which names the field at fault and says what belongs there."""
    top = Place("the routing policy")
    d = as_object(data, top, (), tuple(f.name for f in fields(RoutingPolicy) if f.name != "version"))
    given: dict[str, Any] = {"version": version}
    readers: dict[str, Any] = {
        "strategy": _strategy, "weights": _weights, "channels": _channels, "kinds": _kinds, "ladder": _ladder, "overflow": _overflow,
        "vip": _vip, "sticky": _sticky, "regions": _regions, "brands": _regions,
        "priority_worth": lambda v, p: as_whole(v, p, 0, LONGEST),
        "spread": lambda v, p: _number(v, p, 0, 1),
    }  # fmt: skip
    for name, value in d.items():
        given[name] = readers[name](value, top.at(name))
    return RoutingPolicy(**given)


def differences(before: Mapping[str, object], after: Mapping[str, object]) -> list[dict[str, object]]:
    """What changed between two documents: `{path, before, after}` by path; None stands for "not there", "never" for null."""
    flat = [dict(_flat(d, "")) for d in (before, after)]
    paths = sorted(flat[0].keys() | flat[1].keys())
    return [
        {"path": p, "before": flat[0].get(p), "after": flat[1].get(p)} for p in paths if flat[0].get(p) != flat[1].get(p)
    ]  # fmt: skip


def _flat(value: object, path: str) -> list[tuple[str, object]]:
    if isinstance(value, Mapping) and value:
        return [pair for k, v in value.items() for pair in _flat(v, f"{path}.{k}" if path else str(k))]
    return [(path, "never" if value is None else value)] if path else []


def _number(value: object, place: Place, least: float, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        place.wrong(f"is a number from {least} to {most}")
    return float(value)


def _seconds(value: object, place: Place) -> int:
    return as_whole(value, place, 0, LONGEST)


def _strategy(value: object, place: Place) -> str:
    if value not in STRATEGIES:
        place.wrong(f"is one of {', '.join(STRATEGIES)}")
    return str(value)


def _weights(value: object, place: Place) -> Weights:
    names = tuple(f.name for f in fields(Weights) if f.name != "relax")  # the ladder's
    d = as_object(value, place, (), names)
    return Weights(**{k: _number(v, place.at(k), *WEIGHTS.get(k, (0, LONGEST))) for k, v in d.items()})


def _entries(value: object, place: Place) -> list[tuple[str, object, Place]]:
    if not isinstance(value, Mapping) or len(value) > MOST:
        place.wrong(f"is an object with at most {MOST} entries")
    return [(as_name(k, place, 2 * NAME), v, place.at(str(k)[:NAME])) for k, v in value.items()]


def _channels(value: object, place: Place) -> dict[str, ChannelRule]:
    return {name: _channel(v, p) for name, v, p in _entries(value, place)}


def _channel(value: object, place: Place) -> ChannelRule:
    d = as_object(value, place, (), ("weight", "exclusive", "ahead"))
    weight = _number(d.get("weight", 1.0), place.at("weight"), 0.05, 50)
    if abs(weight * 20 - round(weight * 20)) > 1e-9:
        place.at("weight").wrong("is a multiple of 0.05")
    exclusive = as_flag(d.get("exclusive", False), place.at("exclusive"))
    return ChannelRule(round(weight, 2), exclusive, _seconds(d.get("ahead", 0), place.at("ahead")))


def _kinds(value: object, place: Place) -> dict[str, KindRule]:
    return {name: _kind(v, p) for name, v, p in _entries(value, place)}


def _kind(value: object, place: Place) -> KindRule:
    d = as_object(value, place, ("kind",), ("level", "complex"))
    return KindRule(
        as_name(d["kind"], place.at("kind"), NAME), as_whole(d.get("level", 1), place.at("level"), 0, 5),
        as_flag(d.get("complex", False), place.at("complex")),
    )  # fmt: skip


def _ladder(value: object, place: Place) -> Ladder:
    d = as_object(value, place, (), tuple(f.name for f in fields(Ladder)))
    return Ladder(**{k: None if v is None else _seconds(v, place.at(k)) for k, v in d.items()})


def _overflow(value: object, place: Place) -> dict[str, tuple[Overflow, ...]]:
    found = {}
    for queue, ways, p in _entries(value, place):
        found[queue] = tuple(_way(way, p.item(n)) for n, way in enumerate(as_list(ways, p, 20)))
    return found


def _way(value: object, place: Place) -> Overflow:
    d = as_object(value, place, ("to", "after"))
    return Overflow(as_name(d["to"], place.at("to"), NAME), _seconds(d["after"], place.at("after")))


def _vip(value: object, place: Place) -> Vip:
    d = as_object(value, place, (), ("attribute", "values", "ahead"))
    listed = as_list(d.get("values", ["vip"]), place.at("values"), 50)
    values = tuple(as_text(v, place.at("values").item(n), NAME) for n, v in enumerate(listed))
    attribute = as_name(d.get("attribute", "tier"), place.at("attribute"), NAME)
    return Vip(attribute, values, _seconds(d.get("ahead", 600), place.at("ahead")))


def _sticky(value: object, place: Place) -> Sticky:
    d = as_object(value, place, (), ("last_agent_days", "attribute", "hold"))
    return Sticky(
        as_whole(d.get("last_agent_days", 7), place.at("last_agent_days"), 0, 3650),
        as_name(d.get("attribute", "account_manager"), place.at("attribute"), NAME), _seconds(d.get("hold", 0), place.at("hold")),
    )  # fmt: skip


def _regions(value: object, place: Place) -> dict[str, str]:
    return {name: as_name(v, p, NAME) for name, v, p in _entries(value, place)}
