"""What was promised: targets in seconds of business time, by priority, tier and channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from switchboard.domain.errors import Malformed
from switchboard.domain.hours.calendar import ALWAYS, Calendar, calendar_named, check_fields
from switchboard.domain.hours.roster import listed, text

MAX_TARGET = 366 * 86400
MAX_RULES = 200


class ClockKind(StrEnum):
    """What a clock measures. NEXT_RESPONSE: the answer to what a customer wrote after an agent had answered before."""

    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"


class Start(StrEnum):
    """From when first response and resolution count. QUEUED leaves out the time with the bot."""

    OPENED = "opened"
    QUEUED = "queued"


@dataclass(frozen=True, slots=True)
class Rule:
    """`priorities`, `tiers`, `channels`: whom it is for; empty: for all. `targets`: seconds of the calendar's time; a kind left out
    has no clock. `warn_at`: the share of a target at which to warn. `pauses`: resolution stands still while the customer is waited
    for."""

    targets: Mapping[ClockKind, int]
    calendar: Calendar = ALWAYS
    priorities: frozenset[int] = frozenset()
    tiers: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    warn_at: float = 0.8
    counts_from: Start = Start.QUEUED
    pauses: bool = True


def rule_for(rules: tuple[Rule, ...], priority: int, tier: str, channel: str) -> Rule | None:
    """The first rule for such a conversation; None: nothing was promised."""
    for r in rules:
        if all(not wanted or has in wanted for wanted, has in ((r.priorities, priority), (r.tiers, tier), (r.channels, channel))):
            return r
    return None


_FIELDS = (
    "priorities", "tiers", "channels", "calendar", "warn_at", "counts_from", "pause_waiting", *(kind.value for kind in ClockKind)
)  # fmt: skip


def parse_rules(data: object, calendars: Mapping[str, Calendar], field: str = "sla") -> tuple[Rule, ...]:
    """Rules from JSON's types, the first that fits counts; `calendar` is the name of one of the calendars, or `always`:

        [{"priorities": [0, 1], "tiers": ["gold"], "channels": ["webchat"], "calendar": "always", "first_response": 300},
         {"calendar": "berlin", "first_response": 3600, "next_response": 7200, "resolution": 144000, "warn_at": 0.75,
          "counts_from": "queued", "pause_waiting": true}]

    Raises Malformed, which names the field at fault."""
    rules = listed(data, field)
    if len(rules) > MAX_RULES:
        raise Malformed(f"{field!r} has more than {MAX_RULES} rules")
    return tuple(_rule(item, calendars, f"{field}[{n}]") for n, item in enumerate(rules))


def _rule(data: object, calendars: Mapping[str, Calendar], field: str) -> Rule:
    known = check_fields(data, _FIELDS, field)
    targets = {kind: _target(known[kind.value], f"{field}.{kind.value}") for kind in ClockKind if known.get(kind.value) is not None}
    priorities = listed(known.get("priorities", ()), f"{field}.priorities")
    if not all(isinstance(p, int) and not isinstance(p, bool) and 0 <= p <= 9 for p in priorities):
        raise Malformed(f"'{field}.priorities' are whole numbers from 0 to 9")
    tiers, channels = (
        frozenset(text(item, f"{field}.{name}[{n}]") for n, item in enumerate(listed(known.get(name, ()), f"{field}.{name}")))
        for name in ("tiers", "channels")
    )
    share = known.get("warn_at", 0.8)
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 < share < 1:
        raise Malformed(f"'{field}.warn_at' is a share above 0 and below 1")
    start, pauses = known.get("counts_from", Start.QUEUED.value), known.get("pause_waiting", True)
    if start not in (Start.OPENED.value, Start.QUEUED.value):
        raise Malformed(f"'{field}.counts_from' is 'opened' or 'queued'")
    if not isinstance(pauses, bool):
        raise Malformed(f"'{field}.pause_waiting' is true or false")
    calendar = calendar_named(known.get("calendar"), calendars, f"{field}.calendar")
    whom = frozenset(p for p in priorities if isinstance(p, int))
    return Rule(targets, calendar, whom, tiers, channels, float(share), Start(str(start)), pauses)


def _target(value: object, field: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= MAX_TARGET:
        raise Malformed(f"{field!r} is a whole number of seconds from 1 to {MAX_TARGET}")
    return value
