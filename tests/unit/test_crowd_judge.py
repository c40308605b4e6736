"""The judge of the big crowd sees what it should: ledgers with one thing wrong, made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.bench import crowd_books, crowd_lines
from tests.bench.crowd_books import Entry
from tests.bench.transactions import Commit, Item, Task, Try

Happened = tuple[str, Mapping[str, Any]]
CHANNELS: Mapping[str, Mapping[str, Any]] = {"email": {"weight": 0.5}, "voice": {"exclusive": True}}


def ledger(*commits: tuple[float, list[Happened]]) -> list[Entry]:
    """Commits of 0.1 seconds at the given times; the use case that made one returns 0.1 s later."""
    found, number = [], 0
    for no, (at, happened) in enumerate(commits, 1):
        events = [{"type": what, "no": number + n, "data": data} for n, (what, data) in enumerate(happened, 1)]
        number += len(events)
        found.append(Entry(no, at, at + 0.1, at + 0.2, events))
    return found


def message(mark: str = "m", channel: str = "whatsapp") -> Happened:
    return "message_received", {"vendor_key": mark, "channel": channel}


def queued(since: str = "2026-01-01T00:00:00Z") -> Happened:
    return "queued", {"queue": "general", "priority": 5, "since": since, "requires": None}


def assigned(agent: str = "ann", number: int = 1, weight: float = 1, reason: str = "pulled") -> Happened:
    return "assigned", {"agent": agent, "number": number, "weight": weight, "reason": reason, "receipt": None}


def accepted(agent: str = "ann") -> Happened:
    return "accepted", {"agent": agent, "number": 1}


def released(agent: str = "ann", reason: str = "declined") -> Happened:
    return "released", {"agent": agent, "number": 1, "reason": reason}


RESOLVED: Happened = ("resolved", {"by": "agent", "by_id": "ann", "continued_in": ""})


def online(at: float = 0, capacity: float = 1) -> list[Entry]:
    profile = {"capacity": capacity, "queues": ["general"], "languages": ["und"], "channels": []}
    return ledger((at, [("agent_profile_set", profile)]), (at + 0.2, [("presence_changed", {"presence": "online"})]))


def test_an_assignment_to_a_second_owner_is_seen() -> None:
    right = ledger((1, [queued()]), (2, [assigned()]), (3, [released(), queued()]), (4, [assigned("bob", 2)]), (5, [RESOLVED]))
    wrong = ledger((1, [queued()]), (2, [assigned()]), (4, [assigned("bob", 2)]))
    stranger = ledger((1, [queued()]), (2, [assigned()]), (3, [accepted("bob")]))
    assert crowd_books.double_owners({"cnv#a": right, "cnv#b": wrong, "cnv#c": stranger}) == ["b", "c"]


def test_an_agent_with_more_than_they_can_hold_is_seen_unless_the_requests_overlapped() -> None:
    first = ledger((1, [queued()]), (2, [assigned()]), (5, [RESOLVED]))
    beside = ledger((1, [queued()]), (4, [assigned()]), (6, [RESOLVED]))
    at_once = ledger((1, [queued()]), (5.05, [assigned()]), (6, [RESOLVED]))
    held = crowd_books.seats({"cnv#a": first, "cnv#b": beside})
    assert crowd_books.overfull(held, {"ann": 1}) == {"ann": (2, 1)}
    assert crowd_books.overfull(held, {"ann": 2}) == {}
    assert crowd_books.overfull(crowd_books.seats({"cnv#a": first, "cnv#b": at_once}), {"ann": 1}) == {}


def test_a_load_that_is_not_what_is_owned_is_drift() -> None:
    right = crowd_books.AgentItem(2, 0.5, 1.5, online=True, owned=0.5)
    away = crowd_books.AgentItem(2, 0, -998, online=False, owned=0)
    assert crowd_books.drift({"a": right, "b": away}, {"a": 0.5}) == {}
    assert set(crowd_books.drift({"a": right._replace(owned=0), "b": away._replace(seats=2)})) == {"a", "b"}
    assert set(crowd_books.drift({"a": right}, {"a": 1.5})) == {"a"}


@pytest.mark.parametrize(
    ("talk", "missing"),
    [
        (ledger((1, [message(), queued()]), (2, [assigned()]), (3, [accepted()]), (4, [RESOLVED])), set()),
        (ledger((1, [message(), queued()]), (2, [assigned()])), {7}),
        (ledger((1, [message("other"), queued()]), (2, [RESOLVED])), {7}),
        (ledger((1, [message(), queued()]), (2, [RESOLVED]), (3, [queued()])), {7}),
    ],
    ids=["served", "left with an agent", "their message is nowhere", "queued after the end"],
)
def test_a_customer_without_an_end_is_seen(talk: list[Entry], missing: set[int]) -> None:
    assert crowd_books.not_served({"cnv#a": talk}, {"m": 7})[0] == missing


def test_missing_and_doubled_events_are_gaps() -> None:
    whole = ledger((1, [message(), queued()]), (2, [RESOLVED]))
    assert crowd_books.gaps({"cnv#a": whole, "cnv#b": whole[1:], "cnv#c": [*whole, whole[1]]}) == 2


EARLIER = ledger((1, [message(), queued("2026-01-01T00:00:01Z")]), (9, [assigned("bob")]))


def test_a_pull_past_somebody_who_waited_longer_is_seen() -> None:
    later = ledger((2, [message(), queued("2026-01-01T00:00:02Z")]), (3, [assigned()]))
    [pair] = crowd_lines.passed_over(crowd_lines.waits({"cnv#a": EARLIER, "cnv#b": later}), [])
    assert (pair.earlier.conversation, pair.later.conversation, pair.contested) == ("a", "b", False)


@pytest.mark.parametrize(
    "later",
    [
        ledger((0.5, [message(), queued("2026-01-01T00:00:00Z")]), (3, [assigned()])),
        ledger((1.05, [message(), queued("2026-01-01T00:00:02Z")]), (3, [assigned()])),
        ledger((2, [message(), queued("2026-01-01T00:00:02Z")]), (8.95, [assigned()])),
        ledger((2, [message(channel="email"), queued("2026-01-01T00:00:02Z")]), (3, [assigned()])),
        ledger((2, [message(), queued("2026-01-01T00:00:02Z"), assigned()])),
        ledger((2, [message(), queued("2026-01-01T00:00:02Z")]), (3, [assigned(reason="taken")])),
    ],
    ids=["waited longer", "queued at once", "taken at once", "another channel", "never in a line", "an agent's own choice"],
)
def test_what_keeps_the_line_is_not_held_against_it(later: list[Entry]) -> None:
    assert crowd_lines.passed_over(crowd_lines.waits({"cnv#a": EARLIER, "cnv#b": later}), []) == []


def test_what_the_agent_handed_back_may_be_passed_over() -> None:
    back = [released("ann", "transferred"), queued("2026-01-01T00:00:01Z")]
    first = [message(), queued("2026-01-01T00:00:01Z")]
    earlier = ledger((1, first), (1.5, [assigned("ann")]), (1.8, back), (9, [assigned("bob", 2)]))
    later = ledger((2, [message(), queued("2026-01-01T00:00:02Z")]), (3, [assigned("ann")]))
    assert crowd_lines.passed_over(crowd_lines.waits({"cnv#a": earlier, "cnv#b": later}), []) == []


def test_a_pull_past_somebody_another_transaction_was_busy_with_is_told_apart() -> None:
    later = ledger((2, [message(), queued("2026-01-01T00:00:02Z")]), (3, [assigned()]))
    item = Item("conversation", "cnv#a", "2")
    lost = Try(2.9, 3.2, (item,), (Commit("cnv#a", 2, "", ()),), ((item, "ConditionalCheckFailed"),), False, Task("come", 2.9))
    [pair] = crowd_lines.passed_over(crowd_lines.waits({"cnv#a": EARLIER, "cnv#b": later}), [lost])
    assert pair.contested


def test_an_arrival_that_gets_the_room_somebody_waited_for_is_seen() -> None:
    later = ledger((5, [message(), queued("2026-01-01T00:00:05Z")]), (5.3, [assigned(reason="routed")]))
    books = {"cnv#a": EARLIER, "cnv#b": later, "agt#ann": online()}
    lines, held = crowd_lines.waits(books), crowd_books.seats(books)
    assert len(crowd_lines.overtaken(lines, crowd_lines.free_agents(books, held), CHANNELS)) == 1
    books["agt#ann"] = online(at=4.9)  # the use case that brings them has not looked at the line yet
    assert crowd_lines.overtaken(lines, crowd_lines.free_agents(books, held), CHANNELS) == []


def test_somebody_who_waits_beside_an_agent_with_room_is_seen() -> None:
    alone = ledger((1, [message(), queued()]))
    books = {"cnv#a": alone, "agt#ann": online()}
    lines = crowd_lines.waits(books)
    [(wait, agent, seconds)] = crowd_lines.forgotten(lines, crowd_lines.free_agents(books, []), CHANNELS, 20)
    assert (wait.conversation, agent, round(seconds, 1)) == ("a", "ann", 18.8)
    busy = {**books, "cnv#b": ledger((1, [queued()]), (2, [assigned()]))}
    assert crowd_lines.forgotten(lines, crowd_lines.free_agents(busy, crowd_books.seats(busy)), CHANNELS, 20) == []


def test_lost_races_are_told_from_other_refusals() -> None:
    agent, mark = Item("agent", "AGENTS#1", "ann"), Item("other", "ONCE#1", "-")

    def refused(*why: tuple[Item, str]) -> Try:
        return Try(0, 1, (agent, mark), (), why, False, Task("accept", 0))

    assert refused((agent, "ConditionalCheckFailed")).conflict
    assert refused((mark, "TransactionConflict")).conflict
    assert not refused((mark, "ConditionalCheckFailed")).conflict
    assert not refused().conflict
