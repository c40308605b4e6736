"""The company's flows as its configuration: versions, which of them holds, and two people at once."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from switchboard.adapters.shipped_flows import shipped_flows
from switchboard.application.flow_book import IN_FORCE, OFF, SHIPPED, FlowBook
from switchboard.domain import events as ev
from switchboard.domain.dialogue.flow import Say
from switchboard.domain.errors import Malformed, NotFound, StaleVersion
from tests.unit.dialogue_shop import DOCUMENTS
from tests.unit.world import World, who

BOSS, DEPUTY = who("boss", "administrator"), who("deputy", "administrator")
STATUS = "order_status"


def book(world: World, versions: Callable[[], Mapping[str, int]] = dict) -> FlowBook:
    return FlowBook(world.interfered, world.index, world.clock, shipped_flows(), versions)


def saying(words: str) -> dict[str, Any]:
    document = copy.deepcopy(DOCUMENTS[STATUS])
    document["steps"][-1] = {"say": {"en": words}}
    return document


def words_of(b: FlowBook, number: int) -> str:
    last = b.flow(STATUS, number).steps[-1]
    assert isinstance(last, Say)
    return last.texts["en"]


def test_until_somebody_publishes_the_shipped_flows_hold(world: World) -> None:
    b = book(world)
    assert len(b.in_force()) == 13
    assert set(b.in_force().values()) == {SHIPPED}
    assert [v.number for v in b.history(STATUS)] == [SHIPPED]
    assert b.flow(STATUS, SHIPPED).name == STATUS


def test_a_saved_version_does_nothing_until_it_is_published(world: World) -> None:
    b = book(world)
    first = b.save(BOSS, STATUS, saying("First."), "warmer")
    second = b.save(DEPUTY, STATUS, saying("Second."))
    assert (first.number, first.by, first.note) == (1, "boss", "warmer")
    assert (second.number, second.by) == (2, "deputy")
    assert b.in_force()[STATUS] == SHIPPED
    assert b.publish(BOSS, STATUS, 1)[STATUS] == 1
    assert [v.number for v in b.history(STATUS)] == [2, 1, SHIPPED]
    assert [words_of(b, n) for n in (1, 2)] == ["First.", "Second."]
    assert [r.actor.id for r in world.store.events(IN_FORCE)] == ["boss"]


def test_publishing_one_flow_leaves_the_others_as_they_are(world: World) -> None:
    b = book(world)
    b.publish(BOSS, "order_cancel", OFF)
    b.save(BOSS, STATUS, saying("Mine."))
    b.publish(BOSS, STATUS, 1)
    assert (b.in_force()["order_cancel"], b.in_force()[STATUS], b.in_force()["address_change"]) == (OFF, 1, SHIPPED)


def test_a_flow_that_is_off_serves_nobody_and_rolled_back_it_does(world: World) -> None:
    b = book(world)
    for number, starts in ((OFF, None), (SHIPPED, (STATUS, SHIPPED))):
        held = b.publish(BOSS, STATUS, number)
        assert book(world, lambda held=held: held).starts(STATUS) == starts  # type: ignore[misc]  # bound at once
    assert b.starts("greeting") is None


def test_a_company_may_have_flows_of_its_own(world: World) -> None:
    b = book(world)
    b.save(BOSS, "warranty_repair", DOCUMENTS[STATUS])
    with pytest.raises(NotFound):
        b.publish(BOSS, "warranty_repair", SHIPPED)
    with pytest.raises(NotFound):
        b.publish(BOSS, "warranty_repair", OFF)
    assert "warranty_repair" not in b.in_force()
    b.publish(BOSS, "warranty_repair", 1)
    assert b.publish(BOSS, "warranty_repair", OFF)["warranty_repair"] == OFF


@pytest.mark.parametrize("name", ["Order Status", "", "1st", "x" * 41, "a#b", "../words"])
def test_a_flow_without_a_name_that_an_intent_could_have_is_refused(world: World, name: str) -> None:
    with pytest.raises(Malformed):
        book(world).save(BOSS, name, DOCUMENTS[STATUS])
    with pytest.raises((Malformed, NotFound)):
        book(world).history(name)


def test_what_was_never_saved_is_not_found_and_nothing_is_published(world: World) -> None:
    b = book(world)
    b.save(BOSS, STATUS, saying("Mine."))
    for name, number in ((STATUS, 2), ("order_cancel", 1), ("nothing", SHIPPED), ("nothing", OFF)):
        with pytest.raises(NotFound):
            b.publish(BOSS, name, number)
    with pytest.raises(NotFound):
        b.history("nothing")
    assert world.store.events(IN_FORCE) == []


def test_a_document_that_cannot_work_is_refused_by_its_place_and_not_kept(world: World) -> None:
    b, document = book(world), saying("Fine.")
    document["steps"][1]["with"] = ["nothing"]
    with pytest.raises(Malformed, match=r"steps\[1\]\.with"):
        b.save(BOSS, STATUS, document)
    assert [v.number for v in b.history(STATUS)] == [SHIPPED]


def test_a_version_this_build_cannot_read_is_shown_but_not_published(world: World) -> None:
    """Of a later build of ours, say, after a step back."""
    b = book(world)
    world.store.append(f"cfg#flow#{STATUS}", [ev.FlowSaved({"steps": [{"sing": {"en": "la"}}]}, "")], BOSS, world.clock.now())
    with pytest.raises(Malformed, match="steps"):
        b.publish(BOSS, STATUS, 1)
    assert b.in_force()[STATUS] == SHIPPED
    assert b.history(STATUS)[0].document == {"steps": [{"sing": {"en": "la"}}]}
    assert b.save(BOSS, STATUS, saying("Mine.")).number == 2
    assert b.publish(BOSS, STATUS, 2)[STATUS] == 2


def test_of_two_who_publish_at_once_the_second_is_told_and_both_flows_hold_after_the_repeat(world: World) -> None:
    b, other = book(world), book(world.elsewhere())
    world.interfered.before_call(0, lambda: other.publish(DEPUTY, "order_cancel", OFF), only="append")
    with pytest.raises(StaleVersion):
        b.publish(BOSS, STATUS, OFF)
    assert (b.in_force()["order_cancel"], b.in_force()[STATUS]) == (OFF, SHIPPED)
    b.publish(BOSS, STATUS, OFF)
    assert (b.in_force()["order_cancel"], b.in_force()[STATUS]) == (OFF, OFF)


def test_of_two_who_save_at_once_nobody_is_given_the_others_version(world: World) -> None:
    b, other = book(world), book(world.elsewhere())
    world.interfered.before_call(0, lambda: other.save(DEPUTY, STATUS, saying("Theirs.")), only="append")
    with pytest.raises(StaleVersion):
        b.save(BOSS, STATUS, saying("Mine."))
    assert (b.history(STATUS)[0].by, len(b.history(STATUS))) == ("deputy", 2)
    mine = b.save(BOSS, STATUS, saying("Mine."))
    assert (mine.number, words_of(b, mine.number)) == (2, "Mine.")
