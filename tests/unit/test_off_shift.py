"""Rosters at work: nobody is offered work while a roster says that they are off, and the receipt says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from switchboard.application.shifts import Shifts
from switchboard.domain import events as ev
from switchboard.domain.change import Change
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.hours.settings import HoursSettings, parse
from switchboard.domain.receipt import Direction
from tests.unit.world import World, who

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
DAYS = ("mon", "tue", "wed", "thu", "fri")


def shift(agent: str, team: str, hours: str) -> dict[str, Any]:
    return {"agent": agent, "team": team, "zone": "UTC", "week": {day: [hours] for day in DAYS}}


def team(name: str, calendar: str = "always") -> dict[str, Any]:
    return {"id": name, "calendar": calendar, "zone": "UTC"}


ROSTERS = {
    "teams": [team("early"), team("late"), team("open")],
    "rosters": [shift("ada", "early", "08:00-12:00"), shift("bob", "late", "12:00-20:00")],
}
QUEUES = {"general": {"teams": ["early", "late"]}, "billing": {"teams": ["early"]}, "loose": {"teams": ["early", "open"]}}
DOCUMENT = {"rosters": ROSTERS, "queues": QUEUES}


# -- who is off ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("queue", "clock", "off"), [
    ("general", "09:00", {"bob"}), ("general", "11:59", {"bob"}), ("general", "12:00", {"ada"}), ("general", "21:00", {"ada", "bob"}),
    ("billing", "09:00", {"bob"}), ("billing", "13:00", {"ada"}), ("loose", "21:00", set()), ("other", "21:00", set()),
])  # fmt: skip
def test_who_is_off_shift(queue: str, clock: str, off: set[str]) -> None:
    """Billing is served by the early team: who helps out from the late one is off in the morning and may help at noon. A team without
    shifts, and a queue without teams, keep nobody away."""
    hours, minutes = map(int, clock.split(":"))
    assert parse(DOCUMENT).off_shift(queue, MONDAY + timedelta(hours=hours, minutes=minutes)) == off


def test_who_is_off_changes_with_the_minute_and_with_the_settings() -> None:
    in_force = [parse(DOCUMENT)]
    shifts = Shifts(lambda: in_force[0])
    noon = MONDAY + timedelta(hours=12)
    assert shifts.off("general", noon - timedelta(seconds=1)) == {"bob"}
    assert shifts.off("general", noon) == {"ada"}
    in_force[0] = HoursSettings()
    assert shifts.off("general", noon) == frozenset()


# -- what they get ---------------------------------------------------------------------------------


@pytest.fixture
def company(world: World) -> World:
    """09:00 on a Monday: ada is on shift until noon, bob from noon on. Both are online."""
    world.open_by(**DOCUMENT)
    world.hire("ada", queues=("general", "billing"), capacity=9)
    world.hire("bob", queues=("general",), capacity=9)
    return world


def assigned(world: World, c: Conversation) -> ev.Assigned:
    found: ev.Assigned = world.last(c, ev.Assigned)
    return found


def test_work_goes_to_who_is_on_shift_and_the_receipt_says_who_was_not(company: World) -> None:
    owners = {company.write(str(n)).owner for n in range(4)}
    assert owners == {"ada"}
    c = company.write("5")
    receipt = assigned(company, c).receipt
    assert receipt is not None
    assert receipt.direction is Direction.OFFER
    assert [(r.id, r.reason) for r in receipt.rejected] == [("bob", "off_shift")]
    [again] = company.receipts.of(c.id)
    assert again.differences == ()


def test_work_waits_while_all_are_off_and_comes_with_the_shift_though_nobody_else_wakes_it(company: World) -> None:
    company.clock.advance(hours=12)  # 21:00
    c = company.write("1")
    assert (c.status, c.owner) == (Status.QUEUED, "")

    def sweep() -> int:
        for agent in ("ada", "bob"):
            company.connections.renew(f"socket-of-{agent}", f"agent#{agent}", company.clock.now())
        return company.sweep.run()["missed_wake_ups"]

    assert sweep() == 0
    company.clock.advance(hours=11)  # Tuesday 08:00
    assert sweep() == 1
    assert company.now_of(c).owner == "ada"


def test_an_agent_who_comes_online_before_their_shift_is_given_other_queues_work_only(company: World) -> None:
    company.presence.set_presence(who("ada"), "ada", ev.Presence.OFFLINE)
    company.hire("cyd", queues=("other",), online=False)
    kept = company.write("1")
    waits, now = company.write("2"), company.clock.now()
    given = company.store.commit(Change(waits, (ev.Queued("other", 5, "rule", now),), ev.SYSTEM, now))
    company.interfered.before_call(0, lambda: company.clock.advance(milliseconds=1), only="conversation")  # deciding takes its time
    company.hire("bob", queues=("general", "other"), capacity=9)
    assert (company.now_of(kept).owner, company.now_of(given).owner) == ("", "bob")
    receipt = assigned(company, given).receipt
    assert receipt is not None
    assert receipt.direction is Direction.PULL
    assert [(r.id, r.reason) for r in receipt.rejected] == [(kept.id, "off_shift")]
    [again] = company.receipts.of(given.id)
    assert again.differences == ()


def test_who_is_off_may_still_take_work_of_their_own_accord(company: World) -> None:
    company.presence.set_presence(who("ada"), "ada", ev.Presence.OFFLINE)
    c = company.write("1")
    assert company.desk.take(who("bob"), c.id).owner == "bob"


def test_nothing_is_kept_for_somebody_who_is_off_shift(company: World) -> None:
    company.route_by(sticky={"attribute": "account_manager", "hold": 600})
    c = company.write("1")
    contact = company.store.contact(c.contact).contact
    company.desk.resolve(who("ada"), c.id)
    company.store.commit_contact(contact, [ev.ContactAttributesSet({"account_manager": "bob"})], who("ada"), company.clock.now())
    assert company.write("1").owner == "ada"
