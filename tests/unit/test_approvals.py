"""Four eyes: nobody approves what they asked for, nothing is done twice, and what was read is what is approved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.application.approvals import Approvals, Terms
from switchboard.domain import approvals as a
from switchboard.domain import events as ev
from switchboard.domain.approvals import State
from switchboard.domain.errors import Forbidden, Malformed, NotAllowedNow, NotFound, SwitchboardError
from tests.contract.samples import at_once, each_at_once
from tests.fakes.requests import MemoryRequests
from tests.fakes.store import MemoryStore
from tests.fakes.system import CountedIds, ManualClock
from tests.unit.world import who

SUE, BEN, ANN = who("sue", "supervisor"), who("ben", "administrator"), who("ann", "administrator")
WHY = "the customer asked for it"
TERMS = Terms("export", decide_within=timedelta(days=2), delay=timedelta(hours=1), use_within=timedelta(hours=5))
PARAMETERS = {"format": "json", "media": True}


class Desk:
    def __init__(self) -> None:
        self.clock, self.store = ManualClock(), MemoryStore()
        self.approvals = Approvals(self.store, MemoryRequests(self.store), CountedIds(), self.clock)

    def ask(self, by: ev.Actor = SUE) -> a.Request:
        return self.approvals.ask(by, TERMS, "c1", PARAMETERS, WHY)

    def use(self, id_: str, by: ev.Actor = SUE) -> a.Request:
        return self.approvals.use(by, id_, "export", "c1", PARAMETERS)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_what_another_person_approved_is_done_once(desk: Desk) -> None:
    asked = desk.ask()
    approved = desk.approvals.approve(BEN, asked.id, asked.digest)
    assert (approved.state, approved.decided_by) == (State.APPROVED, "ben")
    desk.clock.advance(hours=1)
    assert desk.use(asked.id).state is State.USED
    with pytest.raises(NotAllowedNow):
        desk.use(asked.id)
    assert desk.approvals.open() == []
    assert [r.id for r, _ in desk.approvals.closed()] == [asked.id]


@pytest.mark.parametrize("same", ["sue", "SUE", " sue "])
@pytest.mark.parametrize("role", ["supervisor", "administrator", "agent"])
def test_a_person_in_two_hats_is_one_person(desk: Desk, same: str, role: str) -> None:
    asked = desk.ask()
    with pytest.raises(Forbidden):
        desk.approvals.approve(who(same, role), asked.id, asked.digest)
    with pytest.raises(Forbidden):
        desk.approvals.refuse(who(same, role), asked.id, WHY)
    assert desk.approvals.read(asked.id).state is State.PENDING


def test_no_machine_asks_or_decides(desk: Desk) -> None:
    asked = desk.ask()
    for machine in (ev.SYSTEM, ev.AUTOMATION):
        with pytest.raises(Forbidden):
            desk.approvals.approve(machine, asked.id, asked.digest)
        with pytest.raises(Forbidden):
            desk.ask(machine)


def test_only_what_was_read_is_approved(desk: Desk) -> None:
    one, other = desk.ask(), desk.ask()
    with pytest.raises(NotAllowedNow, match="read it again"):
        desk.approvals.approve(BEN, one.id, other.digest)


def test_only_what_was_approved_is_done(desk: Desk) -> None:
    asked = desk.ask()
    desk.approvals.approve(BEN, asked.id, asked.digest)
    desk.clock.advance(hours=1)
    for kind, about, parameters in (("export", "c2", PARAMETERS), ("erasure", "c1", PARAMETERS), ("export", "c1", {"format": "json"})):
        with pytest.raises(NotAllowedNow, match="not what was approved"):
            desk.approvals.use(SUE, asked.id, kind, about, parameters)


def test_it_is_not_done_before_its_delay_is_over_nor_long_after(desk: Desk) -> None:
    asked = desk.ask()
    desk.approvals.approve(BEN, asked.id, asked.digest)
    desk.clock.advance(minutes=59)
    with pytest.raises(NotAllowedNow, match="not before"):
        desk.use(asked.id)
    desk.clock.advance(hours=6, minutes=2)
    with pytest.raises(NotAllowedNow, match="expired"):
        desk.use(asked.id)
    assert desk.approvals.expire() == 1
    assert desk.approvals.expire() == 0
    assert desk.approvals.open() == []


def test_nobody_approves_too_late_or_what_is_over(desk: Desk) -> None:
    late = desk.ask()
    refused = desk.approvals.refuse(BEN, desk.ask().id, WHY)
    withdrawn = desk.approvals.withdraw(SUE, desk.ask().id)
    for over in (refused, withdrawn):
        with pytest.raises(NotAllowedNow):
            desk.approvals.approve(ANN, over.id, over.digest)
    desk.clock.advance(days=2, seconds=1)
    with pytest.raises(NotAllowedNow, match="expired"):
        desk.approvals.approve(BEN, late.id, late.digest)


def test_an_approved_request_can_be_withdrawn_until_it_is_done(desk: Desk) -> None:
    asked = desk.ask()
    desk.approvals.approve(BEN, asked.id, asked.digest)
    assert desk.approvals.withdraw(SUE, asked.id).state is State.WITHDRAWN
    desk.clock.advance(hours=2)
    with pytest.raises(NotAllowedNow):
        desk.use(asked.id)


def test_of_two_approvals_at_once_one_counts(desk: Desk) -> None:
    asked = desk.ask()
    outcomes = each_at_once(lambda by: desk.approvals.approve(by, asked.id, asked.digest), (BEN, ANN) * 3)
    assert sum(isinstance(o, a.Request) for o in outcomes) == 1
    assert len(desk.store.events(asked.ledger)) == 2


def test_of_several_who_do_it_at_once_one_does(desk: Desk) -> None:
    asked = desk.ask()
    desk.approvals.approve(BEN, asked.id, asked.digest)
    desk.clock.advance(hours=1)
    using, ending = partial(desk.use, asked.id), partial(desk.approvals.withdraw, SUE, asked.id)
    outcomes = at_once([using, ending] * 4)
    assert sum(isinstance(o, a.Request) for o in outcomes) == 1
    assert len(desk.store.events(asked.ledger)) == 3


@pytest.mark.parametrize("wrong", [{"x": float("nan")}, {"x": object()}, {"x": "y" * 9_000}, {1: "x"}, {"x": (1, 2)}])
def test_parameters_that_would_not_come_back_as_they_are_are_refused(desk: Desk, wrong: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        desk.approvals.ask(SUE, TERMS, "c1", wrong, WHY)


@pytest.mark.parametrize("reason", ["", "  x  ", "x" * 1001])
def test_a_reason_is_given(desk: Desk, reason: str) -> None:
    with pytest.raises(Malformed):
        desk.approvals.ask(SUE, TERMS, "c1", PARAMETERS, reason)


def test_what_nobody_asked_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.approvals.read("r9")


ACTS = ("approve", "refuse", "withdraw", "use", "expire")
steps = st.lists(st.tuples(st.sampled_from(ACTS), st.sampled_from([SUE, BEN, ANN]), st.integers(0, 72)), max_size=12)


@given(steps)
def test_whatever_people_do_it_is_done_at_most_once_and_never_by_one_person_alone(done: Sequence[tuple[str, ev.Actor, int]]) -> None:
    desk = Desk()
    asked = desk.ask()
    for act, by, hours in done:
        try:
            match act:
                case "approve":
                    desk.approvals.approve(by, asked.id, asked.digest)
                case "refuse":
                    desk.approvals.refuse(by, asked.id, WHY)
                case "withdraw":
                    desk.approvals.withdraw(by, asked.id)
                case "use":
                    desk.use(asked.id, by)
                case _:
                    desk.approvals.expire()
        except SwitchboardError:
            pass
        desk.clock.advance(hours=hours)
    told = desk.store.events(asked.ledger)
    kinds = [type(r.event) for r in told]
    assert kinds.count(a.ApprovalUsed) <= 1
    assert kinds.count(a.ApprovalGiven) + kinds.count(a.ApprovalRefused) <= 1
    for r in told:
        if isinstance(r.event, (a.ApprovalGiven, a.ApprovalRefused)):
            assert r.actor.id != "sue"
        if isinstance(r.event, a.ApprovalUsed):
            [given_] = [g for g in told if isinstance(g.event, a.ApprovalGiven)]
            assert timedelta(hours=1) <= r.at - given_.at <= timedelta(hours=6)
            assert a.ApprovalWithdrawn not in kinds
            assert a.ApprovalExpired not in kinds
    over = [k for k in kinds if k in (a.ApprovalRefused, a.ApprovalWithdrawn, a.ApprovalExpired, a.ApprovalUsed)]
    assert len(over) <= 1
