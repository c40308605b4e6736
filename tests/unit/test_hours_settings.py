"""A company's hours as one document: whose hours count, who serves, what was promised, and what is refused."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from datetime import timedelta
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.errors import Malformed
from switchboard.domain.hours.settings import HoursSettings, parse
from switchboard.domain.hours.sla_policy import ClockKind
from tests.unit.hours_promises import at

OFFICE = {"zone": "Europe/Berlin", "week": {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}}
TOKYO = {"zone": "Asia/Tokyo", "week": {"mon": ["09:00-18:00"], "tue": ["09:00-18:00"]}}
NIGHTS = {"zone": "Europe/Berlin", "week": {"fri": ["22:00-02:00"]}}
DOCUMENT: dict[str, Any] = {
    "holidays": {
        "DE": [{"date": "2026-12-25", "until": "2026-12-26", "closed": True, "name": "Weihnachten"}],
        "firm": [{"date": "2026-12-25", "spans": ["10:00-12:00"]}, {"date": "2026-12-28", "closed": True}],
    },
    "calendars": {"berlin": {**OFFICE, "holidays": ["DE", "firm"]}, "tokyo": TOKYO, "nights": NIGHTS},
    "regions": {"apac": {"calendar": "tokyo", "countries": ["JP", "AU"]}, "dach": {"countries": ["DE", "AT"]}},
    "rosters": {
        "teams": [
            {"id": "emea", "calendar": "berlin", "region": "dach", "languages": ["de", "en"]},
            {"id": "east", "calendar": "tokyo", "region": "apac", "languages": ["ja", "en"]},
        ],
        "rosters": [
            {"agent": "ada", "team": "emea", "zone": "Europe/Berlin", "week": {"mon": ["08:00-12:00"]}},
            {"agent": "ben", "team": "emea", "zone": "Europe/Berlin", "week": {"mon": ["12:00-18:00"], "tue": ["12:00-18:00"]}},
        ],
    },
    "default": {"sla": "standard"},
    "queues": {
        "billing": {"calendar": "berlin", "sla": "gold"},
        "returns": {"calendar": "berlin", "regions": {"apac": "nights"}, "sla": None},
        "follow": {"calendar": "always", "teams": ["emea", "east"]},
        "german": {"calendar": "always", "teams": ["emea"]},
    },
    "sla": {
        "standard": {"rules": [{"calendar": "queue", "first_response": 1800}]},
        "gold": {
            "rules": [{"tiers": ["gold"], "calendar": "always", "first_response": 60}, {"calendar": "queue", "first_response": 3600}],
            "on_warning": {"priority": 7},
            "on_breach": {"priority": 9, "queue": "supervisors"},
        },
    },
}  # fmt: skip
SETTINGS = parse(DOCUMENT)
MONDAY = "2026-03-02T"  # in Berlin UTC+1, in Tokyo UTC+9


# -- whose hours -----------------------------------------------------------------------------------


def test_a_queue_s_own_hours_count_before_the_region_s_and_those_before_the_default_s() -> None:
    noon, night = at(MONDAY + "12:00"), at(MONDAY + "20:00")
    assert SETTINGS.open_at("billing", "apac", noon), "billing keeps its hours wherever the customer is"
    assert not SETTINGS.open_at("billing", "apac", night)
    assert not SETTINGS.open_at("general", "apac", noon), "a queue without hours keeps those of the region"
    assert SETTINGS.open_at("general", "dach", night), "and where the region has none, those of the default: round the clock"
    assert SETTINGS.open_at("general", "", night)


def test_a_queue_may_have_hours_for_one_region_alone() -> None:
    friday_night = at("2026-03-06T23:30")
    assert SETTINGS.open_at("returns", "apac", friday_night), "half past midnight in Berlin: the span went past midnight"
    assert not SETTINGS.open_at("returns", "dach", friday_night)


def test_the_next_opening_is_in_the_desk_s_zone_and_skips_holidays() -> None:
    assert SETTINGS.next_opening("billing", "", at("2026-03-27T17:00")) == at("2026-03-30T07:00"), "summer time since Sunday"
    assert SETTINGS.next_opening("billing", "", at("2026-12-24T16:30")) == at("2026-12-29T08:00")
    now = at(MONDAY + "08:30")
    assert SETTINGS.next_opening("billing", "", now) == now


def test_of_two_holiday_lists_the_first_counts_and_a_calendar_s_own_dates_before_both() -> None:
    assert not SETTINGS.open_at("billing", "", at("2026-12-25T10:30")), "DE, closed, comes before the firm's two hours"
    own = copy.deepcopy(DOCUMENT)
    own["calendars"]["berlin"]["exceptions"] = [{"date": "2026-12-25", "spans": ["06:00-07:00"]}]
    assert parse(own).open_at("billing", "", at("2026-12-25T05:30"))


def test_a_region_is_found_by_country() -> None:
    assert [SETTINGS.region_of(c) for c in ("JP", "at", "US", "")] == ["apac", "dach", "", ""]


# -- who serves ------------------------------------------------------------------------------------


def test_the_customer_is_served_by_the_team_on_shift_else_by_the_bot_until_one_comes() -> None:
    east = SETTINGS.attendance("follow", "dach", "en", "Europe/Berlin", at(MONDAY + "03:00"))
    assert (east.served, east.teams) == (True, ("east",))
    emea = SETTINGS.attendance("follow", "dach", "en", "Europe/Berlin", at(MONDAY + "08:30"))
    assert (emea.served, emea.teams) == (True, ("emea", "east")), "the customer's region first"
    nobody = SETTINGS.attendance("follow", "dach", "de", "Europe/Berlin", at(MONDAY + "18:00"))
    assert (nobody.served, nobody.why) == (False, "all_off_shift")
    assert nobody.opens_at == at("2026-03-03T11:00"), "on Tuesday only the afternoon has a shift"
    tongue = SETTINGS.attendance("german", "", "fr", "", at(MONDAY + "08:30"))
    assert (tongue.served, tongue.why, tongue.opens_at) == (False, "nobody_speaks_it", None)


def test_people_serve_again_when_both_the_queue_is_open_and_somebody_is_on_shift() -> None:
    both = copy.deepcopy(DOCUMENT)
    both["calendars"]["late"] = {"zone": "Europe/Berlin", "week": {"mon": ["07:00-08:00"], "tue": ["07:00-12:30"]}}
    both["queues"]["german"]["calendar"] = "late"
    settings = parse(both)
    shut = settings.attendance("german", "", "de", "", at(MONDAY + "20:00"))
    assert (shut.served, shut.why, shut.opens_at) == (False, "closed", at("2026-03-03T11:00"))
    assert settings.attendance("german", "", "de", "", at("2026-03-03T11:00")).served


def test_without_a_roster_the_hours_alone_decide() -> None:
    there = SETTINGS.attendance("billing", "", "fr", "", at(MONDAY + "08:30"))
    assert (there.served, there.teams) == (True, ())
    gone = SETTINGS.attendance("billing", "", "fr", "", at(MONDAY + "20:00"))
    assert (gone.served, gone.why, gone.opens_at) == (False, "closed", at("2026-03-03T08:00"))


def test_a_desk_that_never_opens_names_no_time() -> None:
    never = parse({"calendars": {"never": {"zone": "UTC", "week": {}}}, "default": {"calendar": "never"}})
    assert never.attendance("general", "", "", "", at(MONDAY + "08:00")).opens_at is None


def test_the_agents_on_shift_are_known_where_every_team_has_shifts() -> None:
    assert SETTINGS.on_shift("german", at(MONDAY + "08:30")) == {"ada"}
    assert SETTINGS.on_shift("german", at(MONDAY + "12:00")) == {"ben"}
    assert SETTINGS.on_shift("german", at(MONDAY + "16:30")) == frozenset(), "the shift goes on, but the team's calendar is shut"
    assert SETTINGS.on_shift("follow", at(MONDAY + "08:30")) is None, "the team in the east has no roster"
    assert SETTINGS.on_shift("billing", at(MONDAY + "08:30")) is None


@given(minute=st.integers(0, 365 * 1440), language=st.sampled_from(["de", "en", "ja", "fr", ""]),
       queue=st.sampled_from(["follow", "german", "billing", "general"]),
       zone=st.sampled_from(["", "Europe/Berlin", "Asia/Tokyo", "America/Lima"]))  # fmt: skip
def test_when_people_are_said_to_come_they_are_there_and_not_before(minute: int, language: str, queue: str, zone: str) -> None:
    when = at("2026-01-01") + timedelta(minutes=minute)
    said = SETTINGS.attendance(queue, "", language, zone, when)
    if said.served:
        assert SETTINGS.open_at(queue, "", when)
    elif said.opens_at is not None:
        assert said.opens_at > when
        assert SETTINGS.attendance(queue, "", language, zone, said.opens_at).served
        for part in (0.25, 0.5, 0.75, 0.999):
            between = when + (said.opens_at - when) * part
            assert not SETTINGS.attendance(queue, "", language, zone, between).served


# -- what was promised -----------------------------------------------------------------------------


def test_a_promise_may_count_the_queue_s_hours() -> None:
    promised = SETTINGS.promise("billing", 5, "", "webchat")
    assert promised is not None
    assert promised.targets == {ClockKind.FIRST_RESPONSE: 3600}
    assert promised.calendar == SETTINGS.calendar_of("billing")


def test_a_queue_promises_what_it_says_else_what_the_default_says_and_may_promise_nothing() -> None:
    seconds = {}
    for queue, tier in (("billing", "gold"), ("billing", ""), ("general", "gold"), ("follow", ""), ("returns", "gold")):
        rule = SETTINGS.promise(queue, 5, tier, "webchat")
        seconds[queue, tier] = rule.targets[ClockKind.FIRST_RESPONSE] if rule else None
    assert seconds == {("billing", "gold"): 60, ("billing", ""): 3600, ("general", "gold"): 1800, ("follow", ""): 1800,
                       ("returns", "gold"): None}  # fmt: skip
    assert SETTINGS.asks_tier
    assert SETTINGS.soonest_alarm == timedelta(seconds=48)


def test_what_we_ship_is_always_open_and_promises_a_first_answer_within_half_an_hour() -> None:
    text = resources.files("switchboard.resources").joinpath("hours.json").read_text(encoding="utf-8")
    shipped = parse(json.loads(text))
    assert shipped.open_at("general", "", at("2026-12-25T03:00"))
    promised = shipped.promise("general", 5, "", "webchat")
    assert promised is not None
    assert (promised.targets, promised.calendar) == ({ClockKind.FIRST_RESPONSE: 1800}, shipped.calendar_of("general"))
    assert not shipped.asks_tier


def test_an_empty_document_is_open_always_and_promises_nothing() -> None:
    for empty in (parse({}), HoursSettings()):
        assert empty.open_at("general", "emea", at(MONDAY + "03:00"))
        assert empty.promise("general", 9, "gold", "webchat") is None
        assert empty.soonest_alarm is None


# -- what is refused -------------------------------------------------------------------------------

WRONG: list[tuple[tuple[str | int, ...], object, str]] = [
    ((), [], "'hours'"),
    (("clock",), {}, "'clock'"),
    (("calendars", "berlin", "week", "mon"), ["25:00-26:00"], "hours.calendars.berlin.week.mon[0]"),
    (("calendars", "berlin", "zone"), "Europe/Nowhere", "hours.calendars.berlin.zone"),
    (("calendars", "berlin", "holidays"), ["FR"], "hours.calendars.berlin.holidays"),
    (("calendars", "berlin", "holidays"), "DE", "hours.calendars.berlin.holidays"),
    (("calendars", "berlin"), "always", "hours.calendars.berlin"),
    (("calendars", "queue"), OFFICE, "hours.calendars.queue"),
    (("calendars", "always"), OFFICE, "hours.calendars.always"),
    (("holidays", "DE"), [{"date": "2026-02-30", "closed": True}], "hours.holidays.DE[0].date"),
    (("regions", "apac", "calendar"), "seoul", "hours.regions.apac.calendar"),
    (("regions", "apac", "countries"), ["XX"], "hours.regions.apac.countries"),
    (("regions", "dach", "countries"), ["JP"], "hours.regions"),
    (("rosters", "teams", 0, "calendar"), "seoul", "hours.rosters.teams[0].calendar"),
    (("rosters", "rosters", 0, "team"), "west", "hours.rosters.rosters[0].team"),
    (("default", "sla"), "platinum", "hours.default.sla"),
    (("queues", "billing", "calendar"), "seoul", "hours.queues.billing.calendar"),
    (("queues", "billing", "calendar"), "queue", "hours.queues.billing.calendar"),
    (("queues", "billing", "sla"), 3, "hours.queues.billing.sla"),
    (("queues", "billing", "open"), True, "hours.queues.billing"),
    (("queues", "follow", "teams"), ["west"], "hours.queues.follow.teams"),
    (("queues", "returns", "regions"), {"west": "berlin"}, "hours.queues.returns.regions"),
    (("queues", ""), {}, "hours.queues"),
    (("queues",), {f"q{n}": {} for n in range(501)}, "hours.queues"),
    (("sla", "gold", "rules", 0, "first_response"), "5m", "hours.sla.gold.rules[0].first_response"),
    (("sla", "gold", "rules", 0, "calendar"), "seoul", "hours.sla.gold.rules[0].calendar"),
    (("sla", "gold", "on_breach", "priority"), 10, "hours.sla.gold.on_breach.priority"),
    (("sla", "gold", "on_breach", "priority"), True, "hours.sla.gold.on_breach.priority"),
    (("sla", "gold", "on_breach", "queue"), "", "hours.sla.gold.on_breach.queue"),
    (("sla", "gold", "on_warning", "take_back"), True, "hours.sla.gold.on_warning.queue"),
    (("sla", "gold", "on_warning", "take_back"), "yes", "hours.sla.gold.on_warning.take_back"),
    (("sla", "gold", "escalate"), {}, "hours.sla.gold"),
]


@pytest.mark.parametrize(("path", "value", "named"), WRONG, ids=lambda p: ".".join(map(str, p)) if isinstance(p, tuple) else "")
def test_what_is_wrong_is_refused_by_its_name(path: tuple[str | int, ...], value: object, named: str) -> None:
    document: Any = copy.deepcopy(DOCUMENT)
    if not path:
        document = value
    else:
        place = document
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
    with pytest.raises(Malformed) as refused:
        parse(document)
    assert named in str(refused.value)


some_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=8,
)  # fmt: skip


@given(junk=some_json, data=st.data())
def test_junk_anywhere_is_refused_or_read_but_never_breaks(junk: object, data: st.DataObject) -> None:
    document: Any = copy.deepcopy(DOCUMENT)
    place = document
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or data.draw(st.integers(0, 2)) == 0:
            place[key] = junk
            break
        place = place[key]
    with suppress(Malformed):
        parse(document)
