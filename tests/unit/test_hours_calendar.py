"""When the desk is open, and business time: against a slow oracle, at every change of the clocks of ten years."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.domain.errors import Malformed
from switchboard.domain.hours import zones
from switchboard.domain.hours.calendar import (
    ALWAYS,
    HORIZON_DAYS,
    Calendar,
    add_business_time,
    is_open,
    next_close,
    next_open,
    open_between,
    parse,
    pieces,
)
from tests.unit.hours_oracle import MINUTE, WEEKDAYS, ZONES, changes, open_minutes

OFFICE = ["09:00-12:30", "13:30-18:00"]
Case = tuple[dict[str, Any], datetime]
WORKDAYS = dict.fromkeys(WEEKDAYS[:5], OFFICE)
RAGGED = ["00:15-02:45", "01:30-03:30", "08:00-12:00", "23:30-00:10"]
"""Spans about the hours at which clocks change, overlapping, and past midnight."""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def calendar(zone: str, *spans: str, **more: Any) -> Calendar:
    return parse({"zone": zone, "week": dict.fromkeys(WEEKDAYS, spans), **more})


def mask(c: Calendar, start: datetime, count: int) -> list[bool]:
    found = [False] * count
    for opens, closes in pieces(c, start, start + count * MINUTE):
        first, last = (opens - start) // MINUTE, (closes - start) // MINUTE
        found[first:last] = [True] * (last - first)
    return found


# -- the oracle at every change of the clocks ---------------------------------------------------


@pytest.mark.parametrize("zone", ZONES)
def test_every_change_of_the_clocks_in_ten_years_is_read_as_the_minute_by_minute_oracle_reads_it(zone: str) -> None:
    data = {"zone": zone, "week": dict.fromkeys(WEEKDAYS, RAGGED)}
    c = parse(data)
    around = 26 * 60
    for change in changes(zone) or (at("2024-03-31T01:00"),):
        start = change - around * MINUTE
        expected = open_minutes(data, start, 2 * around)
        assert mask(c, start, 2 * around) == expected, change
        assert open_between(c, start, start + 2 * around * MINUTE) == 60 * sum(expected)
        near = range(around - 300, around + 120, 5)
        assert [is_open(c, start + n * MINUTE) for n in near] == [expected[n] for n in near]


def test_the_zones_under_test_do_change_their_clocks() -> None:
    """Else the test above would prove nothing. Lord Howe moves by half an hour, Casablanca for Ramadan."""
    assert sum(len(changes(zone)) for zone in ZONES) > 200
    moved = zones.offset("Australia/Lord_Howe", at("2024-01-01")) - zones.offset("Australia/Lord_Howe", at("2024-07-01"))
    assert moved == timedelta(minutes=30)
    assert len(changes("Africa/Casablanca")) >= 12


@pytest.mark.parametrize("zone", ZONES)
def test_stretches_cover_the_years_without_gap_and_find_every_change(zone: str) -> None:
    found = list(zones.stretches(zone, at("2020-01-01"), at("2031-01-01")))
    assert all(a.end == b.start for a, b in pairwise(found))
    assert (found[0].start, found[-1].end) == (at("2020-01-01"), at("2031-01-01"))
    moved = [b.start for a, b in pairwise(found) if a.offset != b.offset]
    assert len(moved) == len(changes(zone))
    assert all(timedelta(0) <= seen - exact < timedelta(hours=3) for seen, exact in zip(changes(zone), moved, strict=True))


# -- any calendar, near any change ---------------------------------------------------------------

clock = st.integers(0, 24 * 12 - 1).map(lambda n: f"{n // 12:02}:{n % 12 * 5:02}")
span = st.tuples(clock, clock | st.just("24:00")).filter(lambda s: s[0] != s[1]).map("-".join)
span_lists = st.lists(span, max_size=3)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A calendar's data with exceptions near an instant, often one at which its zone changes the clocks."""
    zone = draw(st.sampled_from(ZONES))
    near = draw(st.sampled_from(changes(zone) or (at("2025-06-01"),)))
    start = near + timedelta(minutes=draw(st.integers(-4320, 1440)))
    days = draw(st.lists(st.integers(-4, 6), max_size=4, unique=True))
    exceptions: list[dict[str, Any]] = []
    for n in days:
        kind = draw(st.sampled_from(["closed", "spans", "extra"]))
        what: Any = True if kind == "closed" else draw(span_lists)
        cut = draw(st.booleans())
        exceptions.append({"date": (near.date() + timedelta(days=n)).isoformat(), kind: what, "ends_night_before": cut})
    week = draw(st.dictionaries(st.sampled_from(WEEKDAYS), span_lists))
    data: dict[str, Any] = {"zone": zone, "week": week, "exceptions": exceptions}
    if draw(st.booleans()):
        data["valid_from"] = (near.date() + timedelta(days=draw(st.integers(-3, 1)))).isoformat()
    if draw(st.booleans()):
        data["valid_until"] = (near.date() + timedelta(days=draw(st.integers(1, 4)))).isoformat()
    return data, start


SPAN = 3 * 24 * 60


@settings(max_examples=100, deadline=None)
@given(cases())
def test_any_calendar_with_exceptions_is_read_as_the_oracle_reads_it(case: Case) -> None:
    data, start = case
    assert mask(parse(data), start, SPAN) == open_minutes(data, start, SPAN)


@settings(max_examples=100, deadline=None)
@given(cases(), st.integers(0, SPAN - 1))
def test_the_next_opening_and_closing_are_the_first_such_minutes(case: Case, n: int) -> None:
    data, start = case
    c, here = parse(data), start + n * MINUTE
    later = open_minutes(data, start, SPAN)[n:]
    assert is_open(c, here) == later[0]
    for found, wanted in ((next_open(c, here), True), (next_close(c, here), False)):
        if wanted in later:
            assert found == here + later.index(wanted) * MINUTE
        else:
            assert found is None or found >= here + len(later) * MINUTE


moments = st.integers(0, SPAN * 60_000_000).map(lambda n: timedelta(microseconds=n))


@settings(max_examples=100, deadline=None)
@given(cases(), moments, moments, moments)
def test_business_time_adds_up_however_it_is_split(case: Case, a: timedelta, b: timedelta, d: timedelta) -> None:
    c = parse(case[0])
    first, middle, last = (case[1] + part for part in sorted((a, b, d)))
    whole, *parts = (timedelta(seconds=open_between(c, *ends)) for ends in ((first, last), (first, middle), (middle, last)))
    assert whole == parts[0] + parts[1]
    assert timedelta(0) <= whole <= last - first
    assert open_between(c, last, first) == 0


@settings(max_examples=100, deadline=None)
@given(cases(), st.integers(0, 40 * 3600 * 1_000_000).map(lambda n: n / 1_000_000))
def test_adding_business_time_inverts_counting_it_and_gives_the_earliest_such_instant(
    case: Case, seconds: float
) -> None:
    c, start = parse(case[0]), case[1]
    due = add_business_time(c, start, seconds)
    if due is None:
        assert open_between(c, start, start + timedelta(days=3660)) < seconds
        return
    assert timedelta(seconds=open_between(c, start, due)) == timedelta(seconds=seconds)
    if seconds:
        assert open_between(c, start, due - timedelta(microseconds=1)) < open_between(c, start, due)


@settings(max_examples=60, deadline=None)
@given(cases(), st.randoms())
def test_neither_the_order_of_spans_nor_their_repetition_matters(case: Case, random: Any) -> None:
    data, start = case
    week = {day: [*spans, *spans] for day, spans in data["week"].items()}
    for spans in week.values():
        random.shuffle(spans)
    assert mask(parse({**data, "week": week}), start, SPAN) == mask(parse(data), start, SPAN)


# -- what operators ask about, by example ----------------------------------------------------------


def test_a_span_in_the_skipped_hour_is_not_open_and_one_that_starts_in_it_opens_when_the_clocks_jumped() -> None:
    """Berlin, 2025-03-30: 02:00 becomes 03:00 at 01:00 UTC."""
    assert open_between(calendar("Europe/Berlin", "02:00-03:00"), at("2025-03-30"), at("2025-03-31")) == 0
    assert next_open(calendar("Europe/Berlin", "02:30-09:00"), at("2025-03-30")) == at("2025-03-30T01:00")


def test_a_span_in_the_doubled_hour_is_open_twice() -> None:
    """Berlin, 2025-10-26: 03:00 becomes 02:00 at 01:00 UTC, so 02:30 is at 00:30 and at 01:30 UTC."""
    assert open_between(calendar("Europe/Berlin", "02:00-03:00"), at("2025-10-26"), at("2025-10-27")) == 7200
    ends_inside = calendar("Europe/Berlin", "22:00-02:30")
    assert next_close(ends_inside, at("2025-10-25T22:00")) == at("2025-10-26T00:30")
    assert next_open(ends_inside, at("2025-10-26T00:30")) == at("2025-10-26T01:00")
    assert next_close(ends_inside, at("2025-10-26T01:00")) == at("2025-10-26T01:30")


def test_a_night_shift_belongs_to_the_evening_it_starts_on() -> None:
    night = {"zone": "Europe/Berlin", "week": {"thu": ["22:00-06:00"], "fri": ["22:00-06:00"]}}
    friday = {"date": "2026-12-25", "name": "Christmas", "closed": True}
    ordinary = parse({**night, "exceptions": [friday]})
    assert is_open(ordinary, at("2026-12-25T04:00")), "Thursday's night runs on into the holiday's morning"
    assert is_open(ordinary, at("2026-12-25T04:59:59"))
    assert not is_open(ordinary, at("2026-12-25T05:00"))
    assert not is_open(ordinary, at("2026-12-25T22:00"))
    assert not is_open(ordinary, at("2026-12-26T04:00"))
    strict = parse({**night, "exceptions": [{**friday, "ends_night_before": True}]})
    assert next_close(strict, at("2026-12-24T22:00")) == at("2026-12-24T23:00"), "the local midnight"


def test_shops_that_open_once_a_year_are_found_and_those_that_never_do_say_none() -> None:
    once = parse({"zone": "Asia/Tokyo", "week": {}, "exceptions": [{"date": "2026-01-01", "spans": ["00:00-01:00"], "name": "元日"}]})
    assert next_open(once, at("2025-01-01")) == at("2025-12-31T15:00")
    never = parse({"zone": "Asia/Tokyo", "week": {}})
    assert next_open(never, at("2026-01-01")) is None
    assert next_close(never, at("2026-01-01")) == at("2026-01-01")
    assert add_business_time(never, at("2026-01-01"), 1) is None
    assert add_business_time(never, at("2026-01-01"), 0) == at("2026-01-01")


def test_round_the_clock_never_closes_and_its_business_time_is_time() -> None:
    start = at("2026-02-27T03:04:05.678901")
    assert next_close(ALWAYS, start) is None
    assert add_business_time(ALWAYS, start, 86400 * 30.5) == start + timedelta(days=30.5)
    assert open_between(ALWAYS, start, start + timedelta(days=HORIZON_DAYS)) == HORIZON_DAYS * 86400


def test_an_agreement_of_weeks_is_due_at_the_close_of_business_that_uses_it_up() -> None:
    """120 h at 40 h a week (8 h a day, over lunch breaks) from a Friday: due three Fridays on, over the change to summer time."""
    c = parse({"zone": "Europe/Berlin", "week": WORKDAYS})
    assert add_business_time(c, at("2026-03-20T17:00"), 120 * 3600) == at("2026-04-10T16:00")


def test_any_zone_may_ask() -> None:
    tokyo = datetime(2026, 3, 2, 18, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
    opens = next_open(parse({"zone": "Europe/Berlin", "week": WORKDAYS}), tokyo)
    assert opens == at("2026-03-02T09:00")
    assert opens is not None
    assert opens.tzinfo is UTC
    with pytest.raises(Malformed, match="'at'"):
        is_open(ALWAYS, datetime(2026, 3, 2, 18, 0))  # noqa: DTZ001  # the mistake under test


# -- bad data ----------------------------------------------------------------------------------------

FINE: dict[str, Any] = {"zone": "Europe/Berlin", "week": {"mon": ["09:00-17:00"]}}


def special(**fields: Any) -> dict[str, Any]:
    return {**FINE, "exceptions": [{"date": "2026-12-25", **fields}]}


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ([], "calendar"),
        ({**FINE, "hours": {}}, "hours"),
        ({"week": {}}, "calendar.zone"),
        ({**FINE, "zone": "Europe"}, "calendar.zone"),
        ({**FINE, "zone": "Mars/Olympus"}, "calendar.zone"),
        ({**FINE, "zone": "/etc/localtime"}, "calendar.zone"),
        ({**FINE, "zone": "../../etc/passwd"}, "calendar.zone"),
        ({**FINE, "zone": 1}, "calendar.zone"),
        ({"zone": "UTC"}, "calendar.week"),
        ({**FINE, "week": {"monday": []}}, "calendar.week"),
        ({**FINE, "week": {"mon": "09:00-17:00"}}, "calendar.week.mon"),
        ({**FINE, "week": {"mon": ["09:00-17:00"] * 25}}, "calendar.week.mon"),
        *(({**FINE, "week": {"tue": ["09:00-17:00", bad]}}, "calendar.week.tue[1]")
          for bad in ("9-17", "09:00-09:00", "24:00-06:00", "23:00-24:30", "09:60-10:00", "09:00-17:00\n", "٠٩:00-17:00", 9, None)),
        ({**FINE, "exceptions": {}}, "calendar.exceptions"),
        (special(), "calendar.exceptions[0]"),
        (special(closed=False), "calendar.exceptions[0]"),
        (special(closed=True, spans=[]), "calendar.exceptions[0]"),
        (special(spans=["x"]), "calendar.exceptions[0].spans[0]"),
        (special(closed=True, date="2026-02-30"), "calendar.exceptions[0].date"),
        (special(closed=True, date="20261225"), "calendar.exceptions[0].date"),
        (special(closed=True, until="2026-12-24"), "calendar.exceptions[0].until"),
        (special(closed=True, until="2030-12-24"), "calendar.exceptions[0].until"),
        (special(closed=True, name="x" * 101), "calendar.exceptions[0].name"),
        (special(closed=True, ends_night_before=1), "calendar.exceptions[0].ends_night_before"),
        ({**FINE, "exceptions": [{"date": "2026-12-25", "closed": True}] * 2}, "calendar.exceptions[1]"),
        ({**FINE, "valid_from": "soon"}, "calendar.valid_from"),
        ({**FINE, "valid_from": "2026-02-01", "valid_until": "2026-01-31"}, "calendar.valid_until"),
    ],
)  # fmt: skip
def test_data_that_is_no_calendar_is_refused_with_the_name_of_the_field(data: object, field: str) -> None:
    with pytest.raises(Malformed) as refused:
        parse(data)
    assert f"'{field}'" in str(refused.value)


def test_a_range_of_dates_closes_every_one_of_them_and_validity_both_its_ends() -> None:
    c = calendar("UTC", "00:00-24:00", exceptions=[{"date": "2026-08-03", "until": "2026-08-14", "closed": True}],
                 valid_from="2026-08-01", valid_until="2026-08-31")  # fmt: skip
    open_days = [day for day in range(1, 32) if is_open(c, datetime(2026, 8, day, 12, tzinfo=UTC))]
    assert open_days == [1, 2, *range(15, 32)]
    assert next_open(c, at("2026-01-01")) == at("2026-08-01")
    assert next_close(c, at("2026-08-20")) == at("2026-09-01")
    assert c.exceptions[date(2026, 8, 14)].spans == ()


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf"), 3661 * 86400])
def test_nobody_adds_negative_or_endless_time(seconds: float) -> None:
    with pytest.raises(Malformed, match="seconds"):
        add_business_time(ALWAYS, at("2026-01-01"), seconds)
