"""Where a customer's clock is, guessed from locale, phone and the hours at which they write."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.domain.errors import Malformed
from switchboard.domain.hours.countries import DIALLING, LANGUAGES, ZONES, countries_of_number
from switchboard.domain.hours.customer_zone import MOST, zone_of_customer
from switchboard.domain.hours.zones import offset

NOW = datetime(2025, 1, 15, tzinfo=UTC)


def writes(zone: str, messages: int, hours: range = range(8, 23)) -> list[int]:
    """A history of somebody who writes evenly between these local hours."""
    ahead = round(offset(zone, NOW).total_seconds() / 3600)
    counted, random = [0] * 24, Random(zone)
    for _ in range(messages):
        counted[(random.choice(hours) - ahead) % 24] += 1
    return counted


@pytest.mark.parametrize(
    ("locale", "phone", "zone"),
    [
        ("de-DE", "", "Europe/Berlin"),
        ("", "+49 1511234567", "Europe/Berlin"),
        ("en-US", "GB", "Europe/London"),
        ("en-US", "+81", "Asia/Tokyo"),
        ("pt", "", "America/Sao_Paulo"),
        ("pt-PT", "", "Europe/Lisbon"),
        ("zh_Hant_TW", "", "Asia/Taipei"),
        ("fr-FR", "ch", "Europe/Zurich"),
        ("en", "+1", "America/New_York"),
        ("", "+1 242 555", "America/Nassau"),
        ("es-419", "+7 701", "Asia/Almaty"),
        ("fr_CA.UTF-8", "", "America/Toronto"),
    ],
)
def test_country_and_language_alone_give_the_zone_where_most_people_live(locale: str, phone: str, zone: str) -> None:
    assert zone_of_customer(locale, phone, [], NOW).zone == zone


@pytest.mark.parametrize(
    ("phone", "zone"),
    [("US", "America/Los_Angeles"), ("+1", "America/New_York"), ("RU", "Europe/Moscow"),
     ("ID", "Asia/Jakarta"), ("BR", "America/Sao_Paulo")],
)  # fmt: skip
def test_in_countries_of_many_zones_the_hours_of_a_customer_decide(phone: str, zone: str) -> None:
    found = zone_of_customer("", phone, writes(zone, 150), NOW)
    assert found.zone == zone
    assert "150 messages" in found.reason


@pytest.mark.parametrize(("phone", "zone"), [("US", "Pacific/Honolulu"), ("RU", "Asia/Vladivostok")])
def test_where_few_live_the_hours_bring_the_guess_nearer(phone: str, zone: str) -> None:
    without, told = (zone_of_customer("", phone, hours, NOW).zone for hours in ([], writes(zone, 150)))
    assert off(told, zone) < off(without, zone)


def off(guess: str, zone: str) -> float:
    return abs((offset(guess, NOW) - offset(zone, NOW)).total_seconds()) / 3600


def somebody(random: Random, zone: str, messages: int) -> list[int]:
    """A person with habits of their own: up between 5 and 10, awake for 13 to 17 hours, with a favourite time to write."""
    up = random.uniform(5, 10)
    down = up + random.uniform(13, 17)
    favourite, ahead, counted = random.uniform(up, down), offset(zone, NOW).total_seconds() / 3600, [0] * 24
    for _ in range(messages):
        local = random.uniform(up, down) if random.random() < 0.7 else min(down, max(up, random.gauss(favourite, 2)))
        counted[int(local - ahead) % 24] += 1
    return counted


@pytest.mark.parametrize("country", ["US", "RU"])
def test_over_many_people_a_history_makes_guesses_no_worse_far_misses_rarer_and_the_confidence_is_earned(country: str) -> None:
    """People spread over the country as its shares say. Without a history one in eight is placed three hours off or more."""
    zones, people = ZONES[country], 150
    right, far, said = {}, {}, {}
    for messages in (0, 100):
        homes = [Random(n).choices(list(zones), list(zones.values()))[0] for n in range(people)]
        histories = [somebody(Random(f"habits of {n}"), home, messages) for n, home in enumerate(homes)]
        guesses = [zone_of_customer("", country, history, NOW) for history in histories]
        misses = [off(g.zone, home) for g, home in zip(guesses, homes, strict=True)]
        right[messages], far[messages] = misses.count(0) / people, sum(m >= 3 for m in misses) / people
        said[messages] = sum(g.confidence for g in guesses) / people
    assert right[100] >= right[0] - 0.02
    assert far[100] <= 0.7 * far[0]
    assert abs(right[100] - said[100]) < 0.1


def test_hours_alone_give_an_offset_within_two_hours_and_little_confidence() -> None:
    for zone in ("Asia/Shanghai", "America/Bogota", "Europe/Berlin", "UTC"):
        found = zone_of_customer("", "", writes(zone, 200), NOW)
        assert found.zone.startswith("Etc/")
        assert off(found.zone, zone) <= 2
        assert found.confidence < 0.7


def test_who_writes_by_a_far_clock_for_long_is_there_whatever_their_phone_says() -> None:
    found = zone_of_customer("de-DE", "+49", writes("Asia/Tokyo", 1000), NOW)
    assert off(found.zone, "Asia/Tokyo") <= 2
    assert "against phone country DE" in found.reason


def test_a_few_messages_at_night_do_not_move_anybody() -> None:
    night = [0] * 24
    night[2] = 2
    assert zone_of_customer("de-DE", "DE", night, NOW).zone == "Europe/Berlin"


def test_hints_that_agree_make_it_surer_and_those_that_differ_less() -> None:
    phone = zone_of_customer("", "NZ", [], NOW).confidence
    assert zone_of_customer("en-GB", "NZ", [], NOW).confidence < phone
    assert zone_of_customer("mi-NZ", "NZ", [], NOW).confidence >= phone
    told = zone_of_customer("", "US", writes("America/New_York", 300), NOW).confidence
    assert zone_of_customer("", "US", [], NOW).confidence < 0.5 < told


def test_nothing_known_is_said_so() -> None:
    for locale, phone, hours in (("", "", []), ("en", "", [0] * 24), ("tlh", "+999", []), ("", "XX", [])):
        found = zone_of_customer(locale, phone, hours, NOW)
        assert (found.zone, found.confidence) == ("", 0.0)


locales = st.text(max_size=12) | st.sampled_from(["en-US", "pt-BR", "hi"])
phones = st.text(max_size=8) | st.sampled_from(sorted(ZONES))
hour_counts: st.SearchStrategy[list[int]] = st.just([]) | st.lists(st.integers(0, 10_000), min_size=24, max_size=24)


@settings(max_examples=100, deadline=None)
@given(locales, phones, hour_counts)
def test_whatever_the_channels_say_the_answer_is_a_zone_or_nothing(locale: str, phone: str, hours: list[int]) -> None:
    found = zone_of_customer(locale, phone, hours, NOW)
    assert 0 <= found.confidence <= MOST
    assert bool(found.zone) == (found.confidence > 0)
    if found.zone:
        ZoneInfo(found.zone)


@pytest.mark.parametrize("hours", [[1] * 23, [0] * 23 + [-1], [0.5] * 24, [True] * 24])
def test_a_histogram_has_24_counts(hours: list[int]) -> None:
    with pytest.raises(Malformed, match="activity_hours_utc"):
        zone_of_customer("", "", hours, NOW)


def test_every_country_in_the_tables_has_zones_that_exist() -> None:
    named = {c for countries in DIALLING.values() for c in countries} | set(LANGUAGES.values())
    assert named <= set(ZONES)
    for zones in ZONES.values():
        assert sum(zones.values()) == pytest.approx(1)
        for zone in zones:
            ZoneInfo(zone)


def test_the_longest_code_of_a_number_counts() -> None:
    assert countries_of_number("+1 876 555 0100") == ("JM",)
    assert countries_of_number("+12015550123") == ("US", "CA")
    assert countries_of_number("+") == ()
