"""A company's hours as one document: when each queue is open, who is on shift, and what was promised.

    {"holidays": {"DE": [{"date": "2026-12-25", "until": "2026-12-26", "closed": true, "name": "Weihnachten"}]},
     "calendars": {"berlin": {"zone": "Europe/Berlin", "week": {"mon": ["09:00-12:30", "13:30-18:00"]}, "holidays": ["DE"]}},
     "regions": {"dach": {"calendar": "berlin", "countries": ["DE", "AT", "CH"]}},
     "rosters": {"teams": [{"id": "emea", "calendar": "berlin", "region": "dach", "languages": ["de", "en"]}], "rosters": []},
     "default": {"calendar": "always", "sla": "standard"},
     "queues": {"billing": {"calendar": "berlin", "regions": {"dach": "berlin"}, "teams": ["emea"], "sla": "standard"}},
     "sla": {"standard": {"rules": [{"calendar": "queue", "first_response": 1800, "resolution": 144000}],
                          "on_warning": {"priority": 7}, "on_breach": {"priority": 9, "queue": "supervisors"}}}}

All of it is optional. Calendars, rosters and rules have the forms their own modules read. A date that a calendar names itself counts
before its holidays. A queue has the default's teams and promises unless it says otherwise. `"calendar": "queue"` in a rule counts the
hours of the queue that made the promise; `"sla": null` promises nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from switchboard.domain.errors import Malformed
from switchboard.domain.hours.calendar import (
    ALWAYS,
    HORIZON_DAYS,
    NAME_CHARACTERS,
    Calendar,
    SpecialDay,
    calendar_named,
    check_fields,
    is_open,
    next_open,
    parse_calendars,
    parse_exceptions,
)
from switchboard.domain.hours.countries import ZONES
from switchboard.domain.hours.escalation import Escalation, parse_escalation
from switchboard.domain.hours.follow_the_sun import SunPolicy, parse_policy, who_serves
from switchboard.domain.hours.roster import listed, on_shift
from switchboard.domain.hours.sla import Level
from switchboard.domain.hours.sla_policy import Rule, parse_rules, rule_for
from switchboard.domain.hours.zones import utc

MAX_ENTRIES = 500
LOOKS = 60
"""How many openings are tried for one at which somebody is on shift."""

QUEUE_HOURS = Calendar("UTC", ((),) * 7)
"""Stands in rules for the hours of the queue."""


@dataclass(frozen=True, slots=True)
class SlaPolicy:
    """What is promised, and what follows when it is in danger or broken."""

    rules: tuple[Rule, ...]
    on_warning: Escalation = Escalation()
    on_breach: Escalation = Escalation()

    def escalation(self, level: Level) -> Escalation:
        return self.on_breach if level is Level.BREACH else self.on_warning


@dataclass(frozen=True, slots=True)
class Region:
    """Where customers are. `countries`: ISO 3166, two letters."""

    calendar: Calendar | None = None
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QueueHours:
    """`regions`: hours for customers of a region alone. `teams`: who serves it by roster; none: whoever is online. `sla`: the name of
    what is promised; empty: nothing."""

    calendar: Calendar | None = None
    regions: Mapping[str, Calendar] = field(default_factory=dict)
    teams: tuple[str, ...] = ()
    sla: str = ""


@dataclass(frozen=True, slots=True)
class Attendance:
    """Whether people serve a customer at an instant; if not, the bot does. `teams`: those on shift, best first (none: the queue has
    no roster). `why`: "open", "closed" or a reason of `follow_the_sun.Why`. `opens_at` (UTC): when people will serve, if known."""

    served: bool
    why: str
    teams: tuple[str, ...] = ()
    opens_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HoursSettings:
    """Every queue has hours: those for the customer's region, else its own, else the region's, else the default's."""

    default: QueueHours = QueueHours(ALWAYS)
    queues: Mapping[str, QueueHours] = field(default_factory=dict)
    regions: Mapping[str, Region] = field(default_factory=dict)
    sun: SunPolicy = SunPolicy()
    sla: Mapping[str, SlaPolicy] = field(default_factory=dict)

    @property
    def escalation_queues(self) -> frozenset[str]:
        """Where warnings and breaches send work."""
        return frozenset(e.queue for policy in self.sla.values() for e in (policy.on_warning, policy.on_breach)) - {""}

    # -- hours -----------------------------------------------------------------------------------

    def calendar_of(self, queue: str, region: str = "") -> Calendar:
        """The hours of a queue for customers of a region (empty: unknown)."""
        own, general = self.queues.get(queue, self.default), self.default
        known = self.regions.get(region, Region())
        return own.regions.get(region) or own.calendar or known.calendar or general.regions.get(region) or general.calendar or ALWAYS

    def open_at(self, queue: str, region: str, at: datetime) -> bool:
        return is_open(self.calendar_of(queue, region), at)

    def next_opening(self, queue: str, region: str, at: datetime) -> datetime | None:
        """The first open instant, `at` itself included. None if there is none within HORIZON_DAYS."""
        return next_open(self.calendar_of(queue, region), at)

    def region_of(self, country: str) -> str:
        """The region a country (ISO 3166) belongs to; empty if none."""
        return next((name for name, r in self.regions.items() if country.upper() in r.countries), "")

    # -- rosters ---------------------------------------------------------------------------------

    def attendance(self, queue: str, region: str, language: str, zone: str, at: datetime) -> Attendance:
        """Who serves a customer of that region, language and zone (each may be empty: unknown)."""
        now, calendar, sun = utc(at), self.calendar_of(queue, region), self._sun(queue)
        shut = "" if is_open(calendar, now) else "closed"
        moment: datetime | None = now
        for _ in range(LOOKS):
            opens = next_open(calendar, moment) if moment and moment < now + timedelta(days=HORIZON_DAYS) else None
            if opens is None:
                break
            service = who_serves(sun, language, zone, region, opens) if sun else None
            if service is None or not service.bot:
                teams = service.teams if service else ()
                return Attendance(True, "open", teams) if opens == now else Attendance(False, shut, opens_at=opens)
            moment, shut = service.opens_at, shut or service.why.value
        return Attendance(False, shut)

    def on_shift(self, queue: str, at: datetime) -> frozenset[str] | None:
        """The agents whose shift it is in the queue's teams. None: rosters do not say (no teams, or one without shifts)."""
        sun = self._sun(queue)
        if sun is None or {t.id for t in sun.teams} - {r.team for r in sun.rosters}:
            return None
        return _on_shift(sun, at)

    def off_shift(self, queue: str, at: datetime) -> frozenset[str]:
        """Whom rosters keep from work of the queue at that instant. Of who has a roster in its teams, that one counts; who helps out
        from other teams is off when they are there; who has no roster anywhere is not kept from anything."""
        sun, on = self._sun(queue), self.on_shift(queue, at)
        if sun is None or on is None:
            return frozenset()
        own, all_of_them = ({r.agent for r in rosters} for rosters in (sun.rosters, self.sun.rosters))
        return frozenset((own - on) | (all_of_them - own - _on_shift(self.sun, at)))

    def _sun(self, queue: str) -> SunPolicy | None:
        teams = self.queues.get(queue, self.default).teams
        if not teams:
            return None
        theirs = tuple(t for t in self.sun.teams if t.id in teams)
        return replace(self.sun, teams=theirs, rosters=tuple(r for r in self.sun.rosters if r.team in teams))

    @property
    def asks_where(self) -> bool:
        """Whether it matters for anything where a customer is."""
        return bool(self.regions) or any(q.teams for q in (self.default, *self.queues.values()))

    # -- promises --------------------------------------------------------------------------------

    @property
    def asks_tier(self) -> bool:
        """Whether any promise is to some tiers of customers alone."""
        return any(r.tiers for p in self.sla.values() for r in p.rules)

    @property
    def soonest_alarm(self) -> timedelta | None:
        """The shortest time in which any clock can come to its warning; None: nothing is promised."""
        seconds = (t * r.warn_at for p in self.sla.values() for r in p.rules for t in r.targets.values())
        return timedelta(seconds=found) if (found := min(seconds, default=None)) is not None else None

    def sla_of(self, queue: str) -> SlaPolicy | None:
        return self.sla.get(self.queues.get(queue, self.default).sla)

    def promise(self, queue: str, priority: int, tier: str, channel: str) -> Rule | None:
        """What was promised to such a conversation; None: nothing."""
        policy = self.sla_of(queue)
        rule = rule_for(policy.rules, priority, tier, channel) if policy else None
        return replace(rule, calendar=self.calendar_of(queue)) if rule and rule.calendar is QUEUE_HOURS else rule


def _on_shift(sun: SunPolicy, at: datetime) -> frozenset[str]:
    staffed = {t.id for t in sun.teams if is_open(t.calendar, at)}
    return frozenset(on_shift((r for r in sun.rosters if r.team in staffed), at))


# -- from JSON ---------------------------------------------------------------------------------

_FIELDS = ("holidays", "calendars", "regions", "rosters", "default", "queues", "sla")
_QUEUE_FIELDS = ("calendar", "regions", "teams", "sla")


def parse(data: object, field: str = "hours") -> HoursSettings:
    """The settings of such a document. Raises Malformed, which names the field at fault."""
    known = check_fields(data, _FIELDS, field)
    calendars = _calendars(known, field)
    regions = {name: _region(r, calendars, f"{field}.regions.{name}") for name, r in _named(known, "regions", field).items()}
    _once_each([c for r in regions.values() for c in r.countries], f"{field}.regions", "country")
    sun = parse_policy(known.get("rosters", {}), calendars, f"{field}.rosters")
    sla = {name: _policy(p, calendars, f"{field}.sla.{name}") for name, p in _named(known, "sla", field).items()}

    def hours(value: object, place: str, unless: QueueHours) -> QueueHours:
        entry = check_fields(value, _QUEUE_FIELDS, place)
        calendar = calendar_named(entry["calendar"], calendars, f"{place}.calendar") if "calendar" in entry else None
        theirs = {
            region: calendar_named(name, calendars, f"{place}.regions.{region}")
            for region, name in _named(entry, "regions", place).items()
        }
        _all_known(theirs, regions, f"{place}.regions", "region")
        teams = tuple(str(t) for t in listed(entry.get("teams", unless.teams), f"{place}.teams"))
        _all_known(teams, {t.id for t in sun.teams}, f"{place}.teams", "team of the rosters")
        promised = entry.get("sla", unless.sla)
        if promised not in (None, ""):
            _all_known([promised], sla, f"{place}.sla", "policy under 'sla'")
        return QueueHours(calendar, theirs, teams, str(promised or ""))

    default = hours(known.get("default", {}), f"{field}.default", QueueHours())
    queues = {name: hours(q, f"{field}.queues.{name}", default) for name, q in _named(known, "queues", field).items()}
    return HoursSettings(default, queues, regions, sun, sla)


def _named(known: Mapping[str, object], name: str, field: str) -> Mapping[str, object]:
    """An object of entries by name."""
    value = known.get(name, {})
    if not isinstance(value, Mapping) or not all(isinstance(key, str) and 0 < len(key) <= NAME_CHARACTERS for key in value):
        raise Malformed(f"'{field}.{name}' maps names of at most {NAME_CHARACTERS} characters to what they stand for")
    if len(value) > MAX_ENTRIES:
        raise Malformed(f"'{field}.{name}' has more than {MAX_ENTRIES} entries")
    return value


def _calendars(known: Mapping[str, object], field: str) -> dict[str, Calendar]:
    """The calendars, each with the holidays it observes. Of several lists that name a date, the first counts."""
    holidays = {name: parse_exceptions(h, f"{field}.holidays.{name}") for name, h in _named(known, "holidays", field).items()}
    entries = _named(known, "calendars", field)
    if "queue" in entries:
        raise Malformed(f"'{field}.calendars.queue' is taken: in rules it means the hours of the queue")
    bare = {n: {k: v for k, v in e.items() if k != "holidays"} if isinstance(e, Mapping) else e for n, e in entries.items()}
    calendars = parse_calendars(bare, f"{field}.calendars")
    for name, entry in entries.items():
        observed = listed(entry.get("holidays", ()), f"{field}.calendars.{name}.holidays") if isinstance(entry, Mapping) else ()
        _all_known(observed, holidays, f"{field}.calendars.{name}.holidays", "list under 'holidays'")
        off: dict[date, SpecialDay] = {}
        for which in reversed(observed):
            off |= holidays[str(which)]
        calendars[name] = replace(calendars[name], exceptions={**off, **calendars[name].exceptions})
    return calendars


def _region(data: object, calendars: Mapping[str, Calendar], field: str) -> Region:
    known = check_fields(data, ("calendar", "countries"), field)
    calendar = calendar_named(known["calendar"], calendars, f"{field}.calendar") if "calendar" in known else None
    countries = listed(known.get("countries", ()), f"{field}.countries")
    _all_known(countries, ZONES, f"{field}.countries", "country by its two letters, e.g. DE")
    return Region(calendar, tuple(str(c) for c in countries))


def _policy(data: object, calendars: Mapping[str, Calendar], field: str) -> SlaPolicy:
    known = check_fields(data, ("rules", "on_warning", "on_breach"), field)
    rules = parse_rules(known.get("rules", ()), {**calendars, "queue": QUEUE_HOURS}, f"{field}.rules")
    warned, broken = (parse_escalation(known.get(name, {}), f"{field}.{name}") for name in ("on_warning", "on_breach"))
    return SlaPolicy(rules, warned, broken)


def _all_known(values: Iterable[object], known: Collection[str], field: str, what: str) -> None:
    for value in values:
        if not isinstance(value, str) or value not in known:
            raise Malformed(f"{field!r}: {str(value)[:64]!r} is no {what}")


def _once_each(values: Sequence[str], field: str, what: str) -> None:
    if twice := sorted({v for v in values if values.count(v) > 1}):
        raise Malformed(f"{field!r} names the {what} {twice[0]!r} twice")
