"""Which teams serve a customer at an instant, wherever both are; and if none does, when one will."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from switchboard.domain.errors import Malformed
from switchboard.domain.hours.calendar import HORIZON_DAYS, Calendar, calendar_named, check_fields, is_open, next_open
from switchboard.domain.hours.roster import Roster, listed, parse_roster, text
from switchboard.domain.hours.zones import offset, utc, zone_named

ANY_LANGUAGE = "und"
_A_DAY = 24.0


@dataclass(frozen=True, slots=True)
class Team:
    """`zone` is where its people are (its calendar's, unless said otherwise); `languages` as BCP 47 tags, of which only the language
    itself counts."""

    id: str
    calendar: Calendar
    zone: str
    region: str = ""
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SunPolicy:
    """`max_hours_apart`: a team whose clocks differ more from the customer's does not serve them. `fallback_language`: teams that
    speak it serve customers after those who speak their own; empty: nobody is served in another language."""

    teams: tuple[Team, ...] = ()
    rosters: tuple[Roster, ...] = ()
    max_hours_apart: float = 12.0
    fallback_language: str = ""


class Why(StrEnum):
    """Why a service is as it is."""

    ON_SHIFT = "on_shift"
    ALL_OFF_SHIFT = "all_off_shift"
    NOBODY_SPEAKS_IT = "nobody_speaks_it"
    TOO_FAR = "too_far"


@dataclass(frozen=True, slots=True)
class Service:
    """`teams`: who serves, best first; empty: the bot does. Then `opens_at` (UTC) is when `next_team` comes on shift, None if none
    does within HORIZON_DAYS."""

    teams: tuple[str, ...]
    why: Why
    opens_at: datetime | None = None
    next_team: str = ""

    @property
    def bot(self) -> bool:
        return not self.teams


def who_serves(policy: SunPolicy, customer_language: str, customer_zone: str, region: str, at: datetime) -> Service:
    """The teams on shift that speak the language and are near enough: those of the customer's own language first, of them those of
    the same region, of them the nearest by the clock at that instant. An unknown language (`und` or empty) matches every team; an
    unknown zone (empty) is as near to one as to another."""
    at = utc(at)
    spoken = [(rank, t) for t in policy.teams if (rank := _language_rank(policy, t, customer_language)) is not None]
    if not spoken:
        return Service((), Why.NOBODY_SPEAKS_IT)
    near = [(rank, t.region != region, apart, t.id, t) for rank, t in spoken
            if (apart := hours_apart(t.zone, customer_zone, at)) <= policy.max_hours_apart]  # fmt: skip
    if not near:
        return Service((), Why.TOO_FAR)
    ranked = [entry[-1] for entry in sorted(near, key=lambda entry: entry[:-1])]
    if serving := tuple(t.id for t in ranked if next_on_shift(policy, t, at) == at):
        return Service(serving, Why.ON_SHIFT)
    openings = [(opens, n) for n, t in enumerate(ranked) if (opens := next_on_shift(policy, t, at))]
    if not openings:
        return Service((), Why.ALL_OFF_SHIFT)
    opens, first = min(openings)
    return Service((), Why.ALL_OFF_SHIFT, opens, ranked[first].id)


def next_on_shift(policy: SunPolicy, team: Team, at: datetime) -> datetime | None:
    """The first instant, `at` included, at which the team's calendar is open and, if it has rosters, somebody's shift. None if there
    is none within HORIZON_DAYS."""
    shifts = [r.hours for r in policy.rosters if r.team == team.id]
    staffed = utc(at)
    end = staffed + timedelta(days=HORIZON_DAYS)
    while staffed < end:
        opens = next_open(team.calendar, staffed)
        if opens is None or not shifts:
            return opens
        comes = min((shift for s in shifts if (shift := next_open(s, opens))), default=None)
        if comes is None or is_open(team.calendar, comes):
            return comes
        staffed = comes
    return None


def hours_apart(zone: str, other: str, at: datetime) -> float:
    """How far two zones' clocks differ at that instant, round the dial: 0 to 12 hours. Those of Auckland and Honolulu, 23 hours apart,
    show times of day one hour apart: their people work at the same time. 0 if a zone is unknown (empty)."""
    if not zone or not other:
        return 0.0
    apart = abs(offset(zone, at) - offset(other, at)).total_seconds() / 3600 % _A_DAY
    return min(apart, _A_DAY - apart)


def _language_rank(policy: SunPolicy, team: Team, language: str) -> int | None:
    spoken = {_language(tag) for tag in team.languages}
    if _language(language) in ("", ANY_LANGUAGE) or _language(language) in spoken:
        return 0
    return 1 if policy.fallback_language and _language(policy.fallback_language) in spoken else None


def _language(tag: str) -> str:
    return tag.replace("_", "-").partition("-")[0].lower()


# -- from JSON ---------------------------------------------------------------------------------

_FIELDS = ("teams", "rosters", "max_hours_apart", "fallback_language")
_TEAM_FIELDS = ("id", "calendar", "zone", "region", "languages")


def parse_policy(data: object, calendars: Mapping[str, Calendar], field: str = "policy") -> SunPolicy:
    """A policy from JSON's types; teams name one of the calendars, or `always` together with a zone:

        {"teams": [{"id": "emea", "calendar": "berlin", "region": "emea", "languages": ["de", "en"]}],
         "rosters": [...], "max_hours_apart": 12, "fallback_language": "en"}

    Raises Malformed, which names the field at fault."""
    known = check_fields(data, _FIELDS, field)
    teams = tuple(_team(t, calendars, f"{field}.teams[{n}]") for n, t in enumerate(listed(known.get("teams", ()), f"{field}.teams")))
    names = [t.id for t in teams]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise Malformed(f"'{field}.teams' names {twice[0]!r} twice")
    rosters = tuple(
        parse_roster(r, f"{field}.rosters[{n}]") for n, r in enumerate(listed(known.get("rosters", ()), f"{field}.rosters"))
    )
    if strangers := [n for n, r in enumerate(rosters) if r.team not in names]:
        raise Malformed(f"'{field}.rosters[{strangers[0]}].team' is the id of one of the teams")
    apart = known.get("max_hours_apart", 12.0)
    if isinstance(apart, bool) or not isinstance(apart, int | float) or not 0 <= apart <= 12:
        raise Malformed(f"'{field}.max_hours_apart' is a number from 0 to 12")
    fallback = known.get("fallback_language", "")
    if fallback != "":
        text(fallback, f"{field}.fallback_language")
    return SunPolicy(teams, rosters, float(apart), str(fallback))


def _team(data: object, calendars: Mapping[str, Calendar], field: str) -> Team:
    known = check_fields(data, _TEAM_FIELDS, field)
    calendar = calendar_named(known.get("calendar"), calendars, f"{field}.calendar")
    zone = zone_named(known["zone"], f"{field}.zone") if "zone" in known else calendar.zone
    if known.get("calendar") == "always" and "zone" not in known:
        raise Malformed(f"'{field}.zone' is needed by a team whose calendar is 'always'")
    languages = listed(known.get("languages", ()), f"{field}.languages")
    region = text(known["region"], f"{field}.region") if "region" in known else ""
    spoken = tuple(text(tag, f"{field}.languages[{n}]") for n, tag in enumerate(languages))
    return Team(text(known.get("id"), f"{field}.id"), calendar, zone, region, spoken)
