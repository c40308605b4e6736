"""Who is on shift, and which teams serve a customer round the globe."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.domain.errors import Malformed
from switchboard.domain.hours.calendar import ALWAYS, Calendar, is_open, parse, parse_calendars
from switchboard.domain.hours.follow_the_sun import Service, SunPolicy, Team, Why, hours_apart, next_on_shift, parse_policy, who_serves
from switchboard.domain.hours.roster import on_shift, parse_roster
from tests.unit.hours_oracle import WEEKDAYS, ZONES


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def daily(zone: str, *spans: str) -> dict[str, Any]:
    return {"zone": zone, "week": {day: list(spans) for day in WEEKDAYS}}


CALENDARS = parse_calendars(
    {"berlin": daily("Europe/Berlin", "08:00-16:00"), "boston": daily("America/New_York", "10:00-18:00"),
     "manila": daily("Asia/Manila", "07:00-15:00"), "night": daily("Europe/Berlin", "22:00-06:00")}
)  # fmt: skip
GLOBE = {
    "teams": [
        {"id": "emea", "calendar": "berlin", "region": "emea", "languages": ["de-DE", "en", "fr"]},
        {"id": "amer", "calendar": "boston", "region": "amer", "languages": ["en", "es"]},
        {"id": "apac", "calendar": "manila", "region": "apac", "languages": ["en", "zh-Hant"]},
    ],
}


def globe(**more: Any) -> SunPolicy:
    return parse_policy({**GLOBE, **more}, CALENDARS)


# -- shifts ----------------------------------------------------------------------------------------


def shift(
    agent: str = "ana", team: str = "emea", zone: str = "Europe/Berlin", spans: str = "22:00-06:00", **more: Any
) -> dict[str, Any]:
    return {"agent": agent, "team": team, **daily(zone, spans), **more}


def test_a_night_shift_goes_on_until_the_morning_and_absence_counts_by_the_evening() -> None:
    nights = parse_roster(shift(absent=[{"from": "2026-05-04", "until": "2026-05-05"}]))
    mornings = [day for day in range(3, 9) if on_shift([nights], at(f"2026-05-0{day}T03:00"))]
    assert mornings == [3, 4, 7, 8], "the nights of the 4th and 5th, whose mornings are the 5th and 6th, are off"


def test_extra_shifts_come_on_top_and_stand_in_for_the_regular_ones_on_days_of_absence() -> None:
    extra = [{"date": "2026-05-04", "spans": ["12:00-14:00"]}, {"date": "2026-05-05", "spans": ["12:00-14:00"]}]
    ana = parse_roster(shift(spans="08:00-10:00", extra=extra, absent=[{"from": "2026-05-05"}]))
    hours = {day: [h for h in range(24) if on_shift([ana], at(f"2026-05-0{day}T{h:02}:00"))] for day in (4, 5, 6)}
    assert hours == {4: [6, 7, 10, 11], 5: [10, 11], 6: [6, 7]}


def test_agents_of_many_zones_are_on_shift_by_their_own_clocks_each_named_once() -> None:
    rosters = [parse_roster(shift(agent, "emea", zone, "09:00-17:00")) for agent, zone in (
        ("kim", "Asia/Seoul"), ("ana", "Europe/Berlin"), ("ana", "Europe/Lisbon"), ("bo", "Asia/Kathmandu"))]  # fmt: skip
    assert on_shift(rosters, at("2026-07-01T08:00")) == ("ana", "bo")
    assert on_shift(rosters, at("2026-07-01T07:30")) == ("ana", "bo", "kim")
    assert on_shift(rosters, at("2026-07-01T20:00")) == ()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"agent": ""}, "roster.agent"),
        ({"team": 3}, "roster.team"),
        ({"zone": "Nowhere"}, "roster.zone"),
        ({"week": {"mon": ["25:00-26:00"]}}, "roster.week.mon[0]"),
        ({"reason": "ill"}, "reason"),
        ({"absent": "all week"}, "roster.absent"),
        ({"absent": [{"until": "2026-05-05"}]}, "roster.absent[0].from"),
        ({"absent": [{"from": "2026-05-05", "until": "2026-05-04"}]}, "roster.absent[0].until"),
        ({"extra": [{"date": "2026-05-05"}]}, "roster.extra[0].spans"),
        ({"extra": [{"date": "May", "spans": []}]}, "roster.extra[0].date"),
    ],
)
def test_a_roster_that_cannot_be_read_names_the_field_at_fault(change: dict[str, Any], field: str) -> None:
    with pytest.raises(Malformed) as refused:
        parse_roster({**shift(), **change})
    assert f"'{field}'" in str(refused.value)


# -- round the globe -------------------------------------------------------------------------------


def test_three_teams_follow_the_sun() -> None:
    """In winter: Manila 23-07 UTC, Berlin 07-15, Boston 15-23. Somebody always is there."""
    served = {h: who_serves(globe(), "en", "Europe/Madrid", "emea", at(f"2026-01-14T{h:02}:30")).teams for h in range(24)}
    assert {h for h, teams in served.items() if teams == ("apac",)} == {*range(7), 23}
    assert {h for h, teams in served.items() if teams == ("emea",)} == set(range(7, 15))
    assert {h for h, teams in served.items() if teams == ("amer",)} == set(range(15, 23))


def test_whose_language_only_a_sleeping_team_speaks_is_told_when_it_wakes() -> None:
    found = who_serves(globe(), "de-AT", "Europe/Vienna", "emea", at("2026-01-14T20:00"))
    assert found == Service((), Why.ALL_OFF_SHIFT, at("2026-01-15T07:00"), "emea")
    assert found.bot


def test_a_language_nobody_speaks_gets_the_bot_or_the_fallback_language() -> None:
    now = at("2026-01-14T08:00")
    assert who_serves(globe(), "ja", "Asia/Tokyo", "apac", now) == Service((), Why.NOBODY_SPEAKS_IT)
    assert who_serves(globe(fallback_language="en"), "ja", "Asia/Tokyo", "apac", now).teams == ("emea",)
    assert who_serves(globe(), "und", "Asia/Tokyo", "apac", now).teams == ("emea",), "an unknown language is anybody's"


def test_teams_of_the_customer_s_own_language_come_before_those_of_the_fallback() -> None:
    p = parse_policy(
        {"teams": [{"id": "near", "calendar": "always", "zone": "Asia/Tokyo", "region": "apac", "languages": ["en"]},
                   {"id": "own", "calendar": "always", "zone": "America/Lima", "region": "amer", "languages": ["ja"]}],
         "fallback_language": "en"}, {},
    )  # fmt: skip
    assert who_serves(p, "ja", "Asia/Tokyo", "apac", at("2026-01-14")).teams == ("own", "near")


def test_the_region_comes_before_the_nearest_clock_and_that_is_read_at_the_instant() -> None:
    """Berlin shows Johannesburg's time in summer only, and Istanbul always shows Nairobi's."""
    zones = {"istanbul": "Europe/Istanbul", "berlin": "Europe/Berlin", "lima": "America/Lima"}
    teams = tuple(Team(name, ALWAYS, zone, "latam" if name == "lima" else "emea") for name, zone in zones.items())
    p = SunPolicy(teams)
    assert who_serves(p, "", "Africa/Johannesburg", "emea", at("2026-07-01")).teams == ("berlin", "istanbul", "lima")
    assert who_serves(p, "", "Africa/Nairobi", "emea", at("2026-07-01")).teams == ("istanbul", "berlin", "lima")
    assert who_serves(p, "", "Africa/Nairobi", "latam", at("2026-07-01")).teams == ("lima", "istanbul", "berlin")
    assert [hours_apart("Europe/Berlin", "Africa/Johannesburg", at(day)) for day in ("2026-07-01", "2026-01-01")] == [0, 1]


def test_far_is_how_far_clocks_differ_round_the_dial() -> None:
    assert hours_apart("Pacific/Auckland", "Pacific/Honolulu", at("2026-01-01")) == 1
    assert hours_apart("Asia/Kathmandu", "UTC", at("2026-01-01")) == 5.75
    assert hours_apart("Asia/Kathmandu", "", at("2026-01-01")) == 0
    found = who_serves(globe(max_hours_apart=3), "es", "Europe/Madrid", "emea", at("2026-01-14T16:00"))
    assert found == Service((), Why.TOO_FAR)


def test_an_open_team_without_anybody_on_shift_does_not_serve_and_opens_when_somebody_comes() -> None:
    """The calendar says 07-15 UTC; Ana works 12-14 in Berlin, 11-13 UTC, and is away on the 15th."""
    rosters = [shift("ana", "emea", spans="12:00-14:00", absent=[{"from": "2026-01-15"}])]
    p = globe(rosters=rosters)
    assert who_serves(p, "de", "Europe/Berlin", "emea", at("2026-01-14T08:00")).opens_at == at("2026-01-14T11:00")
    assert who_serves(p, "de", "Europe/Berlin", "emea", at("2026-01-14T11:00")).teams == ("emea",)
    assert who_serves(p, "de", "Europe/Berlin", "emea", at("2026-01-14T13:00")).opens_at == at("2026-01-16T11:00")


def test_a_team_whose_shifts_never_meet_its_hours_never_opens() -> None:
    p = globe(rosters=[shift("ana", "emea", spans="20:00-23:00")])
    assert who_serves(p, "de", "Europe/Berlin", "emea", at("2026-01-14")) == Service((), Why.ALL_OFF_SHIFT)


languages = st.sampled_from(["en", "de", "zh-CN", "und", ""])


@st.composite
def policies(draw: st.DrawFn) -> SunPolicy:
    def some(zone: str) -> dict[str, Any]:
        hours = sorted(draw(st.lists(st.integers(0, 23), min_size=2, max_size=2, unique=True)))
        return {"zone": zone, "week": {d: [f"{hours[0]:02}:00-{hours[1]:02}:30"] for d in draw(st.sets(st.sampled_from(WEEKDAYS)))}}

    zones = draw(st.lists(st.sampled_from(ZONES), min_size=1, max_size=4))
    regions, spoken = st.sampled_from(["emea", "apac", ""]), st.sets(languages.filter(bool)).map(tuple)
    teams = tuple(Team(f"t{n}", parse(some(zone)), zone, draw(regions), draw(spoken)) for n, zone in enumerate(zones))
    rosters = [parse_roster({"agent": "a", "team": draw(st.sampled_from(teams)).id, **some(draw(st.sampled_from(ZONES)))})
               for _ in range(draw(st.integers(0, 2)))]  # fmt: skip
    return SunPolicy(teams, tuple(rosters), fallback_language=draw(st.sampled_from(["", "en"])))


instants = st.integers(0, 2 * 365 * 24 * 4).map(lambda n: at("2025-01-01") + timedelta(minutes=15 * n))


@settings(max_examples=100, deadline=None)
@given(policies(), languages, st.sampled_from(["", *ZONES]), st.sampled_from(["emea", "apac", ""]), instants, st.randoms())
def test_whoever_is_chosen_is_there_and_whoever_is_told_a_time_is_told_the_first_one(
    p: SunPolicy, language: str, zone: str, region: str, now: datetime, random: Random
) -> None:
    found = who_serves(p, language, zone, region, now)
    by_id = {t.id: t for t in p.teams}
    for name in found.teams:
        mine = [r.hours for r in p.rosters if r.team == name]
        assert is_open(by_id[name].calendar, now)
        assert not mine or any(is_open(hours, now) for hours in mine)
    shuffled = list(p.teams)
    random.shuffle(shuffled)
    assert who_serves(replace(p, teams=tuple(shuffled)), language, zone, region, now) == found
    if found.opens_at:
        assert found.opens_at > now
        assert who_serves(p, language, zone, region, found.opens_at).teams[0] == found.next_team
        before = found.opens_at - timedelta(microseconds=1)
        assert who_serves(p, language, zone, region, before).opens_at == found.opens_at


@settings(max_examples=60, deadline=None)
@given(policies(), instants)
def test_a_team_comes_on_shift_at_the_first_quarter_hour_that_has_both_hours_and_people(p: SunPolicy, now: datetime) -> None:
    team = p.teams[0]
    mine: list[Calendar] = [r.hours for r in p.rosters if r.team == team.id]

    def there(when: datetime) -> bool:
        return is_open(team.calendar, when) and (not mine or any(is_open(hours, when) for hours in mine))

    quarters = (now + timedelta(minutes=15 * n) for n in range(8 * 24 * 4))
    first = next((q for q in quarters if there(q)), None)
    found = next_on_shift(p, team, now)
    assert found == first or (first is None and (found is None or found > now + timedelta(days=7)))


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"teams": {}}, "policy.teams"),
        ({"teams": [{"id": "a", "calendar": "nowhere"}]}, "policy.teams[0].calendar"),
        ({"teams": [{"id": "a", "calendar": "always"}]}, "policy.teams[0].zone"),
        ({"teams": [{"calendar": "berlin"}]}, "policy.teams[0].id"),
        ({"teams": [{"id": "a", "calendar": "berlin", "languages": "de"}]}, "policy.teams[0].languages"),
        ({"teams": [{"id": "a", "calendar": "berlin"}] * 2}, "policy.teams"),
        ({**GLOBE, "rosters": [shift(team="nobody's")]}, "policy.rosters[0].team"),
        ({**GLOBE, "max_hours_apart": 13}, "policy.max_hours_apart"),
        ({**GLOBE, "fallback_language": 1}, "policy.fallback_language"),
        ({**GLOBE, "sun": 1}, "sun"),
    ],
)
def test_a_policy_that_cannot_be_read_names_the_field_at_fault(data: dict[str, Any], field: str) -> None:
    with pytest.raises(Malformed) as refused:
        parse_policy(data, CALENDARS)
    assert f"'{field}'" in str(refused.value)


def test_calendars_are_named_and_always_is_taken() -> None:
    bads: list[object] = [[], {"": daily("UTC")}, {"always": daily("UTC")}]
    for bad in bads:
        with pytest.raises(Malformed, match="calendars"):
            parse_calendars(bad)
