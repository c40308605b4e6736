"""Ledgers are read as waits, whatever state their records are in."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.adapters.dynamo.codec import plain
from switchboard.application.fanout import StoredCommit, StoredEvent
from switchboard.domain import events as ev
from switchboard.domain.requirements import Requirements
from switchboard.domain.whatif.people import person_of
from switchboard.domain.whatif.spells import Spell, spells_of

MIDNIGHT = datetime(2026, 10, 1, tzinfo=UTC)
ROUTED, MOVED = ev.AssignReason.ROUTED, ev.ReleaseReason.TRANSFERRED


def moment(seconds: float) -> datetime:
    return MIDNIGHT + timedelta(seconds=seconds)


class Ledger:
    """Writes commits as the store would have them; sealed fields are left out, as the store leaves them out."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.commits: list[StoredCommit] = []

    def at(self, seconds: float, *events: ev.Event) -> Ledger:
        stored: list[StoredEvent] = []
        for event in events:
            clear = {k: v for k, v in plain(event).items() if k not in ev.personal_fields(type(event))}
            stored.append(StoredEvent(event.type, len(stored) + 1, clear))
        self.commits.append(StoredCommit(self.name, len(self.commits) + 1, moment(seconds), "somebody", tuple(stored)))
        return self

    def spells(self, known_until: float = 86_400.0) -> list[Spell]:
        self.odd: Counter[str] = Counter()
        return spells_of(self.commits, moment(known_until).timestamp(), self.odd)


def cnv() -> Ledger:
    return Ledger("cnv#c1-000001")


def queued(since: float, queue: str = "billing", reason: str = "policy", requires: Requirements | None = None) -> ev.Queued:
    return ev.Queued(queue, 5, reason, moment(since), requires)


def assigned(agent: str, number: int = 1, reason: ev.AssignReason = ROUTED) -> ev.Assigned:
    return ev.Assigned(agent, number, reason, None)


def resolved(by: ev.ActorKind = ev.ActorKind.AGENT, continued_in: str = "", proved: bool | None = None) -> ev.Resolved:
    return ev.Resolved(by, "somebody", continued_in, proved)


def work(spell: Spell) -> list[tuple[str, float | None]]:
    return [(leg.agent, None if leg.end is None else leg.end - leg.start) for leg in spell.legs]


def test_a_wait_lasts_from_queueing_to_the_agent_and_the_work_to_its_end() -> None:
    [spell] = cnv().at(10, queued(10)).at(25, assigned("ann")).at(30, ev.Accepted("ann", 1)).at(325, resolved()).spells()
    assert (spell.waited, work(spell), spell.left) == (15, [("ann", 300)], False)


def test_what_was_never_queued_for_a_person_is_no_wait() -> None:
    ledger = cnv().at(0, ev.ConversationOpened("c1", "webchat", "a")).at(9, resolved(ev.ActorKind.BOT))
    assert ledger.spells() == []
    assert cnv().at(5, assigned("ann")).at(50, resolved()).spells() == []


@pytest.mark.parametrize("reason", ["not_accepted", "declined", "connection_lost"])
def test_an_offer_nobody_took_up_is_waiting_too(reason: str) -> None:
    back = ev.Released("ann", 1, ev.ReleaseReason(reason))
    ledger = cnv().at(0, queued(0)).at(5, assigned("ann")).at(35, back, queued(0, reason=reason))
    [spell] = ledger.at(40, assigned("bob", 2)).at(140, resolved()).spells()
    assert (spell.waited, work(spell)) == (40, [("bob", 100)])


def test_a_transfer_to_a_queue_is_a_new_wait_for_the_queue_the_agent_chose() -> None:
    ledger = cnv().at(0, queued(0)).at(5, assigned("ann")).at(6, ev.Accepted("ann", 1))
    ledger.at(65, ev.Released("ann", 1, MOVED), queued(65, "repairs", "transferred")).at(75, assigned("bob", 2)).at(175, resolved())
    first, second = ledger.spells()
    assert (first.waited, work(first), first.queue) == (5, [("ann", 60)], "billing")
    assert (second.waited, work(second), second.queue) == (10, [("bob", 100)], "repairs")


def test_a_hand_over_to_a_named_colleague_and_back_is_no_wait_but_work_of_both() -> None:
    ledger = cnv().at(0, queued(0)).at(5, assigned("ann")).at(6, ev.Accepted("ann", 1))
    by_name = ev.AssignReason.TRANSFERRED
    ledger.at(65, ev.Released("ann", 1, MOVED), queued(65, reason="transferred"), assigned("bob", 2, by_name))
    ledger.at(105, ev.Accepted("bob", 2), ev.Released("bob", 2, MOVED), queued(105, reason="transferred"), assigned("ann", 3, by_name))
    [spell] = ledger.at(125, resolved()).spells()
    assert (spell.waited, work(spell)) == (5, [("ann", 60), ("bob", 40), ("ann", 20)])


def test_who_was_resolved_unanswered_had_left_and_a_merged_conversation_had_not() -> None:
    [gone] = cnv().at(0, queued(0)).at(90, resolved(ev.ActorKind.SYSTEM)).spells()
    [merged] = cnv().at(0, queued(0)).at(90, resolved(ev.ActorKind.SYSTEM, continued_in="c2-000001")).spells()
    assert (gone.left, gone.waited) == (True, 90)
    assert (merged.left, merged.waited) == (False, 90)


def test_without_an_end_the_wait_or_the_work_is_known_as_far_as_it_was_seen() -> None:
    [waiting] = cnv().at(10, queued(10)).spells(known_until=100)
    [worked] = cnv().at(10, queued(10)).at(20, assigned("ann")).spells(known_until=100)
    assert (waiting.waited, waiting.left, waiting.legs) == (90, False, [])
    assert work(worked) == [("ann", None)]


def test_what_makes_no_sense_is_counted_and_the_rest_is_read() -> None:
    ledger = cnv().at(0, ev.Released("ann", 1, MOVED)).at(10, queued(10)).at(20, assigned("ann")).at(50, assigned("bob", 2))
    [spell] = ledger.at(80, resolved()).at(90, resolved()).spells()
    assert work(spell) == [("ann", 30), ("bob", 30)]
    assert ledger.odd == {"released by nobody": 1, "assigned while somebody had it": 1}


def test_a_time_that_cannot_be_read_is_the_commits() -> None:
    ledger = cnv()
    ledger.commits = [StoredCommit(ledger.name, 1, moment(7), "x", (StoredEvent("queued", 1, {"queue": 3, "since": "yesterday"}),))]
    [spell] = ledger.spells()
    assert (spell.since, spell.queue) == (moment(7).timestamp(), "general")


def test_the_matter_is_what_was_required_else_the_last_sure_intent() -> None:
    talk = (("refund", 0.9), ("greeting", 0.99), ("bill", 0.3))
    heard = [ev.IntentDetected("m", intent, sure, "de", "model") for intent, sure in talk]
    [spell] = cnv().at(0, *heard).at(1, queued(1)).spells()
    assert (spell.kind, spell.asked, spell.complex, spell.language) == ("refund", False, False, "de")
    asks = Requirements(kind="dispute", level=2, complex=True, vip=True)
    ledger = cnv().at(0, *heard).at(1, queued(1, requires=asks)).at(3, assigned("ann"))
    ledger.at(33, ev.Released("ann", 1, ev.ReleaseReason.NOT_ACCEPTED), queued(1, reason="not_accepted"))
    [again] = ledger.spells()
    assert (again.kind, again.asked, again.complex, again.vip) == ("dispute", True, True, True)


def test_what_it_turned_out_to_be_counts_where_somebody_said_so() -> None:
    asks = Requirements(kind="dispute", complex=True)
    ends = [cnv().at(1, queued(1, requires=asks)).at(3, assigned("ann")).at(33, resolved(proved=p)).spells()[0] for p in (None, False)]
    assert [(e.complex, e.really_complex) for e in ends] == [(True, True), (True, False)]


def test_people_are_there_while_they_are_online_and_can_what_their_profile_said_then() -> None:
    agent = Ledger("agt#ann").at(0, ev.AgentProfileSet(2, ("billing",), ("en",), "Ann"))
    agent.at(10, ev.PresenceChanged(ev.Presence.ONLINE, "agent"))
    agent.at(50, ev.AgentProfileSet(4, ("billing",), ("en",), "Ann", skills={"refund": 5}, expert=True))
    agent.at(70, ev.PresenceChanged(ev.Presence.AWAY, "agent")).at(80, ev.PresenceChanged(ev.Presence.OFFLINE, "agent"))
    agent.at(90, ev.PresenceChanged(ev.Presence.ONLINE, "agent"))
    person = person_of("ann", agent.commits, moment(100).timestamp())
    zero = MIDNIGHT.timestamp()
    assert [(p.capacity, p.expert, [(s - zero, e - zero) for s, e in times]) for p, times in person.stints] == [
        (2, False, [(10, 50)]), (4, True, [(50, 70), (90, 100)]),
    ]  # fmt: skip


anything = st.one_of(
    st.builds(lambda s, q: queued(s, q), st.integers(0, 500), st.sampled_from(["billing", "repairs"])),
    st.builds(assigned, st.sampled_from(["ann", "bob"]), st.integers(1, 5), st.sampled_from(ev.AssignReason)),
    st.builds(ev.Accepted, st.just("ann"), st.integers(1, 5)),
    st.builds(ev.Released, st.sampled_from(["ann", "bob"]), st.integers(1, 5), st.sampled_from(ev.ReleaseReason)),
    st.builds(resolved, st.sampled_from(ev.ActorKind), st.sampled_from(["", "c2-000001"])),
)


@given(st.lists(st.tuples(st.integers(0, 60), st.lists(anything, min_size=1, max_size=3)), max_size=25))
def test_any_sequence_is_read_without_a_wait_or_a_work_that_runs_backwards(steps: list[tuple[int, list[ev.Event]]]) -> None:
    ledger, now = cnv(), 0
    for gap, events in steps:
        now += gap
        ledger.at(now, *events)
    spells = ledger.spells(known_until=now + 1)
    queues = sum(isinstance(e, ev.Queued) for _, events in steps for e in events)
    assert len(spells) <= queues
    zero = MIDNIGHT.timestamp()
    for spell in spells:
        assert spell.waited >= 0
        assert not (spell.left and spell.legs)
        for earlier, later in zip(spell.legs, spell.legs[1:], strict=False):
            assert earlier.end is not None
            assert zero <= earlier.start <= earlier.end <= later.start
