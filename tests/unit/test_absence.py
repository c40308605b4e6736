"""Customers who come while nobody is there: queued all the same, and told in their language when people are back."""

from __future__ import annotations

import copy
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Any

import pytest

from switchboard.application.bot_turns import AFTER_HOURS
from switchboard.domain import events as ev
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.errors import Malformed
from switchboard.domain.hours.absence import parse_texts, whereabouts
from switchboard.domain.hours.settings import parse
from switchboard.domain.inbound import Party
from switchboard.domain.understanding import Understanding
from tests.unit.world import GREETING, POLICY, REFUND, World

DATA: dict[str, Any] = json.loads(resources.files("switchboard.resources").joinpath("absence.json").read_text(encoding="utf-8"))
TEXTS = parse_texts(DATA)
TWELVE = ("en", "zh", "es", "fr", "de", "pt", "it", "ru", "ja", "ko", "ar", "hi")
SCRIPTS = {"zh": r"[\u4e00-\u9fff]", "ja": r"[\u3040-\u30ff]", "ko": r"[\uac00-\ud7af]", "ru": r"[\u0400-\u04ff]",
           "ar": r"[\u0600-\u06ff]", "hi": r"[\u0900-\u097f]"}  # fmt: skip
NOW = datetime(2026, 3, 2, 20, tzinfo=UTC)  # a Monday evening
OFFICE = {"zone": "Europe/Berlin", "week": {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}}
HOURS = {"calendars": {"office": OFFICE}, "default": {"calendar": "office"}}


# -- the words -------------------------------------------------------------------------------------


def every_text(language: str) -> list[str]:
    times = (None, *(NOW + timedelta(days=days, hours=1) for days in (0, 1, 3, 30)))
    return [TEXTS.text(language, back, "UTC", NOW, theirs=True) for back in times]


def test_the_twelve_languages_are_there() -> None:
    assert set(DATA) == set(TWELVE)


@pytest.mark.parametrize("language", TWELVE)
def test_every_text_is_in_its_language_filled_in_and_no_two_are_the_same(language: str) -> None:
    texts = every_text(language)
    assert len(set(texts)) == len(texts)
    assert all("21:00" in text for text in texts[1:])
    for text in texts:
        assert not set("{}") & set(text)
        for other, script in SCRIPTS.items():
            if other == language:
                assert re.search(script, text), text
            elif (other, language) != ("zh", "ja"):  # Japanese writes Chinese characters too
                assert not re.search(script, text), text
    assert all(every_text(other) != texts for other in TWELVE if other != language)


@pytest.mark.parametrize(("language", "back", "said"), [
    ("en", NOW + timedelta(hours=2), "back today at 22:00 and"), ("en-GB", NOW + timedelta(hours=12), "back tomorrow at 08:00 and"),
    ("de", NOW + timedelta(days=4), "sind am Freitag um 20:00 Uhr wieder"), ("fr", NOW + timedelta(days=8), "mardi 10 mars à 20:00"),
    ("pt_BR", NOW + timedelta(days=5), "Voltaremos no sábado às 20:00"), ("ru", NOW + timedelta(days=1), "вернёмся завтра в 20:00"),
    ("ja", NOW + timedelta(days=9), "3月11日（水曜日）20:00に"), ("zh-Hant", NOW + timedelta(days=3), "将于星期四20:00恢复"),
    ("sw", NOW + timedelta(hours=2), "Our team is not available"), ("und", None, "as soon as we are back"),
])  # fmt: skip
def test_when_people_are_back_is_said_as_people_say_it(language: str, back: datetime | None, said: str) -> None:
    assert said in TEXTS.text(language, back, "UTC", NOW, theirs=True)


@pytest.mark.parametrize(("zone", "named"), [
    ("Europe/Berlin", "(UTC+1)"), ("Asia/Kolkata", "(UTC+5:30)"), ("America/St_Johns", "(UTC-3:30)"), ("Etc/GMT-8", "(UTC+8)"),
    ("UTC", "(UTC)"),
])  # fmt: skip
def test_a_zone_that_may_not_be_theirs_is_named(zone: str, named: str) -> None:
    back = NOW + timedelta(hours=1)
    assert named in TEXTS.text("de", back, zone, NOW, theirs=False)
    assert "UTC" not in TEXTS.text("de", back, zone, NOW, theirs=True)


def test_tomorrow_is_tomorrow_where_the_customer_is() -> None:
    """In Tokyo it is Tuesday morning already."""
    assert "本日09:00" in TEXTS.text("ja", datetime(2026, 3, 3, 0, tzinfo=UTC), "Asia/Tokyo", NOW, theirs=True)


def without(place: str) -> dict[str, Any]:
    data: dict[str, Any] = copy.deepcopy(DATA)
    language, name = place.split(".")
    del data[language][name]
    return data


@pytest.mark.parametrize(("data", "named"), [
    (without("de.closed"), "absence.de.closed"), (without("fr.months"), "absence.fr"), (without("ja.weekdays"), "absence.ja"),
    ({"de": DATA["de"]}, "absence"), ([], "absence"), ({"en": {**DATA["en"], "today": "soon"}}, "absence.en.today"),
    ({"en": {**DATA["en"], "weekdays": ["Mo"]}}, "absence.en"), ({"en": {**DATA["en"], "later": "x"}}, "later"),
])  # fmt: skip
def test_texts_that_are_not_whole_are_refused_by_name(data: Any, named: str) -> None:
    with pytest.raises(Malformed, match=re.escape(named)):
        parse_texts(data)


# -- where a customer is ---------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "phone", "region", "zone"), [
    ("en", "+4915112345678", "dach", "Europe/Berlin"), ("de", "", "", ""), ("en", "", "", ""), ("und", "15112345678", "", ""),
    ("es", "+12125550100", "", ""), ("ja", "+819012345678", "", "Asia/Tokyo"),
])  # fmt: skip
def test_a_phone_number_tells_region_and_zone_and_doubt_tells_nothing(language: str, phone: str, region: str, zone: str) -> None:
    hours = parse({"regions": {"dach": {"countries": ["DE", "AT", "CH"]}}})
    found = whereabouts(hours, language, phone, NOW)
    assert found.region == region
    if zone or not language.startswith("de"):  # a language of one land may be sure enough or not
        assert found.zone == zone


# -- at the door -----------------------------------------------------------------------------------


def comes(world: World, u: Understanding, phone: str = "") -> Conversation:
    message = replace(world.message("1"), sender=Party("1", "Somebody", phone=phone))
    after = world.intake.receive(message, u)
    assert after is not None
    return world.store.conversation(after.id)


def closed(world: World, **more: Any) -> None:
    world.open_by(**{**HOURS, **more})
    world.clock.advance(hours=10)  # Monday 20:00 in Berlin


def told(world: World, c: Conversation) -> list[str]:
    return [r.event.content.text for r in world.store.events(c.ledger) if isinstance(r.event, ev.MessageSent)]


def test_who_comes_after_hours_is_queued_and_told_when_people_are_back(world: World) -> None:
    closed(world)
    c = comes(world, replace(REFUND, language="de"), "+4915112345678")
    assert (c.status, c.queue, c.priority) == (Status.QUEUED, "billing", 7)
    assert world.last(c, ev.Queued).reason == AFTER_HOURS
    [said] = told(world, c)
    assert said == "Unser Team ist gerade nicht da. Wir sind morgen um 09:00 Uhr wieder für Sie da und antworten Ihnen dann."


def test_a_customer_elsewhere_is_told_by_their_own_clock(world: World) -> None:
    closed(world)
    c = comes(world, replace(REFUND, language="ja"), "+819012345678")
    assert "本日17:00に" in told(world, c)[0], "Tuesday 09:00 in Berlin; in Tokyo it is Tuesday already"


def test_of_whom_nothing_is_known_is_told_by_the_desk_s_clock_which_is_named(world: World) -> None:
    closed(world)
    assert "tomorrow at 09:00 (UTC+1)" in told(world, comes(world, REFUND))[0]


def test_while_people_are_there_nothing_changes(world: World) -> None:
    world.open_by(**HOURS)
    c = comes(world, REFUND)
    assert told(world, c) == [POLICY.handover["en"]]
    assert world.last(c, ev.Queued).reason == "policy"


def test_what_the_bot_can_answer_it_answers_at_any_hour(world: World) -> None:
    closed(world)
    c = comes(world, GREETING)
    assert (told(world, c), c.status) == (["Hello!"], Status.BOT)


def test_a_customer_who_waits_is_told_once(world: World) -> None:
    closed(world)
    comes(world, REFUND)
    assert len(told(world, comes(world, REFUND))) == 1


def test_the_region_of_the_phone_number_decides_which_hours_count(world: World) -> None:
    """Billing is open in the evening for customers in America."""
    evening = {"zone": "America/New_York", "week": {"mon": ["09:00-17:00"]}}
    closed(
        world, calendars={"office": OFFICE, "evening": evening}, regions={"us": {"countries": ["US"]}},
        queues={"billing": {"calendar": "office", "regions": {"us": "evening"}}},
    )  # fmt: skip
    assert world.last(comes(world, REFUND, "+12125550100"), ev.Queued).reason == "policy"


def test_a_team_that_is_off_shift_is_told_of_like_a_closed_desk(world: World) -> None:
    team = {"id": "emea", "calendar": "always", "zone": "Europe/Berlin", "languages": ["en"]}
    roster = {"agent": "ada", "team": "emea", **OFFICE}
    closed(world, default={"teams": ["emea"]}, rosters={"teams": [team], "rosters": [roster]})
    c = comes(world, REFUND)
    assert (world.last(c, ev.Queued).reason, "tomorrow at 08:00 (UTC)" in told(world, c)[0]) == (AFTER_HOURS, True)


def test_somebody_who_works_late_still_gets_the_work(world: World) -> None:
    world.hire("ada", queues=("billing",))
    closed(world)
    assert comes(world, REFUND).owner == "ada"


def test_no_promise_runs_down_while_the_desk_is_closed(world: World) -> None:
    rule = {"calendar": "queue", "first_response": 600}
    closed(world, default={"calendar": "office", "sla": "main"}, sla={"main": {"rules": [rule]}})
    world.hire("ada", queues=("billing",), online=False)
    c = comes(world, REFUND)
    world.clock.advance(hours=12)
    assert world.sweep.run()["late_clocks"] == 0
    world.clock.advance(hours=1, minutes=11)  # Tuesday 09:11
    assert world.sweep.run()["late_clocks"] == 1
    assert world.last(c, ev.SlaBreached).due == datetime(2026, 3, 3, 8, 10, tzinfo=UTC)


def test_hours_are_read_once_a_minute_however_many_customers_come(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = [1000.0]
    monkeypatch.setattr("switchboard.bootstrap.time.monotonic", lambda: machine[0])
    world.open_by(**HOURS)
    elsewhere = world.elsewhere()
    elsewhere.interfered.before_call(99, lambda: None, only="last_event")
    world.clock.advance(hours=10)
    for n in range(3):
        assert elsewhere.intake.receive(elsewhere.message(f"closed-{n}"), REFUND) is not None
    read_once = elsewhere.interfered.calls
    world.open_by()
    machine[0] += 59
    c = elsewhere.intake.receive(elsewhere.message("59"), REFUND)
    assert c is not None
    assert (world.last(c, ev.Queued).reason, elsewhere.interfered.calls) == (AFTER_HOURS, read_once)
    machine[0] += 2
    c = elsewhere.intake.receive(elsewhere.message("61"), REFUND)
    assert c is not None
    assert world.last(c, ev.Queued).reason == "policy"
