"""Retention rules: how many days what is kept, by type, channel and region.

    {"rules": [{"type": "contacts", "channel": "*", "region": "*", "days": 730},
               {"type": "contacts", "channel": "webchat", "region": "eu", "days": 90},
               {"type": "exports", "days": 3}]}

Of the rules of a type that fit, the most specific holds: the closest region first, then the channel. Where none fits, it is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from switchboard.domain.errors import Malformed

ANY = "*"


class Bounds(NamedTuple):
    """Days; and whether there are rules of it by channel and by region."""

    least: int
    most: int
    by_channel: bool
    by_region: bool


CONTACTS, PARKED, EXPORTS, FACTS = "contacts", "parked", "exports", "facts"
TYPES: Mapping[str, Bounds] = {
    # Everything of a person who has been silent for so long. Not sooner than the last queue has forgotten them (18 days, 19 with the
    # processes; `domain.privacy.erasure`), so that no queue's key need change for it.
    CONTACTS: Bounds(30, 3650, True, True),
    PARKED: Bounds(1, 90, True, False),  # the bucket's lifecycle ends it at 90
    EXPORTS: Bounds(1, 7, False, False),  # the same at 7
    FACTS: Bounds(30, 3650, False, False),  # a month's figures are made after the month
}
TOGETHER = frozenset({"conversations", "messages", "notes", "profiles"})
AUDITED = frozenset({"access", "audit", "ledger", "ledgers", "archive", "approvals", "certificates"})
MOST_RULES, LONGEST = 200, 40
SHIPPED: Mapping[str, Any] = {"rules": [
    {"type": PARKED, "channel": ANY, "region": ANY, "days": 90}, {"type": EXPORTS, "channel": ANY, "region": ANY, "days": 7},
]}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    type: str
    channel: str
    region: str
    days: int

    @property
    def name(self) -> str:
        """By which reports call it."""
        return f"{self.type}/{self.channel}/{self.region}/{self.days}"

    @property
    def period(self) -> timedelta:
        return timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Rules:
    rules: tuple[Rule, ...] = ()

    def of(self, type_: str) -> tuple[Rule, ...]:
        return tuple(r for r in self.rules if r.type == type_)

    def applying(self, type_: str, channel: str = "", places: Sequence[str] = ()) -> Rule | None:
        """The rule that holds there. `places`: where it is, the closest first; ""/(): unknown, which `*` alone fits."""
        near = [*places, ANY]
        fitting = [r for r in self.of(type_) if r.channel in (channel, ANY) and r.region in near]
        return min(fitting, key=lambda r: (near.index(r.region), r.channel == ANY), default=None)

    def shortest(self, type_: str) -> timedelta | None:
        """What is younger than this is due by none of them; None where there is no rule."""
        return min((r.period for r in self.of(type_)), default=None)


def parse(document: Mapping[str, Any]) -> Rules:
    """Raises Malformed with the place of what is wrong."""
    given = document.get("rules")
    if {*document} != {"rules"} or not isinstance(given, list) or len(given) > MOST_RULES:
        raise Malformed(f"a retention policy is {{'rules': [..]}} with at most {MOST_RULES} rules")
    rules = tuple(_rule(entry, f"rules[{n}]") for n, entry in enumerate(given))
    seen: set[tuple[str, str, str]] = set()
    for n, r in enumerate(rules):
        if (r.type, r.channel, r.region) in seen:
            raise Malformed(f"rules[{n}]: there is a rule for {r.type} of {r.channel} in {r.region} already")
        seen.add((r.type, r.channel, r.region))
    return Rules(rules)


def _rule(entry: Any, place: str) -> Rule:
    if not isinstance(entry, dict) or not {"type", "days"} <= {*entry} <= {"type", "channel", "region", "days"}:
        raise Malformed(f"{place} has 'type' and 'days', and may have 'channel' and 'region'")
    type_, days = entry["type"], entry["days"]
    channel, region = (_name(entry.get(name, ANY), f"{place}.{name}") for name in ("channel", "region"))
    if not isinstance(type_, str):
        raise Malformed(f"{place}.type is one of {', '.join(TYPES)}")
    if type_ in TOGETHER:
        raise Malformed(f"{place}.type: {type_} are sealed under their person's key and kept as long: write a rule for contacts")
    if type_ in AUDITED:
        raise Malformed(f"{place}.type: {type_} is evidence; its time is the audit's (AuditLockDays)")
    if type_ not in TYPES:
        raise Malformed(f"{place}.type is one of {', '.join(TYPES)}")
    bounds = TYPES[type_]
    if not isinstance(days, int) or isinstance(days, bool) or not bounds.least <= days <= bounds.most:
        raise Malformed(f"{place}.days of {type_} is {bounds.least} to {bounds.most}")
    if (channel != ANY and not bounds.by_channel) or (region != ANY and not bounds.by_region):
        raise Malformed(f"{place}: {type_} are not kept by {'channel' if channel != ANY and not bounds.by_channel else 'region'}")
    return Rule(type_, channel, region, days)


def _name(value: Any, place: str) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST or not value.isprintable() or "/" in value:
        raise Malformed(f"{place} is a text of 1 to {LONGEST} characters without '/', or '*'")
    return value.strip().lower()


# -- what is due --------------------------------------------------------------------------------------

LEGAL_HOLD, RESTRICTED, REQUEST, CONVERSATION = "legal_hold", "restricted", "open_request", "open_conversation"


@dataclass(frozen=True, slots=True)
class Person:
    """What decides on somebody, all contacts merged into them included. `active`: when they last wrote, were written to, or said what
    may be done with their data. `requested`: somebody asked for an export or an erasure and it is not over."""

    channels: frozenset[str]
    places: tuple[str, ...]
    active: datetime
    held: bool = False
    restricted: bool = False
    requested: bool = False
    talking: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """`rule`: by which somebody's time is over, None where it is not. `kept_for`: why they are kept all the same."""

    rule: Rule | None = None
    kept_for: str = ""

    @property
    def due(self) -> bool:
        return self.rule is not None and not self.kept_for


def judge(rules: Rules, p: Person, now: datetime) -> Verdict:
    """Somebody on several channels is kept as long as one of them asks for it."""
    found = [rules.applying(CONTACTS, channel, p.places) for channel in sorted(p.channels) or [""]]
    fitting = [r for r in found if r is not None]
    if len(fitting) < len(found):
        return Verdict()
    rule = max(fitting, key=lambda r: r.days)
    if now - p.active < rule.period:
        return Verdict()
    reasons = ((p.held, LEGAL_HOLD), (p.restricted, RESTRICTED), (p.requested, REQUEST), (p.talking, CONVERSATION))
    return Verdict(rule, next((name for is_so, name in reasons if is_so), ""))
