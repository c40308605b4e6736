"""What somebody may, and the keys' generations, change by two administrators: in one transaction, once, and as it was read."""

from __future__ import annotations

import pytest

from switchboard.application.admission import AGENT, KEY, SETTINGS, About
from switchboard.application.changes import Changes
from switchboard.domain.approvals import Request, State
from switchboard.domain.authority.limits import UNLIMITED, Limits
from switchboard.domain.authority.separation import addable, within_ceiling
from switchboard.domain.errors import Forbidden, Malformed, NotAllowedNow
from switchboard.settings import Settings
from switchboard.stack import Stack
from tests.contract.samples import each_at_once
from tests.unit.world import World, who

BOSS, CHIEF, THIRD = (who(name, "administrator") for name in ("boss", "chief", "third"))
EU, CN, WHY = Limits(regions=("eu",)), Limits(regions=("cn",)), "they serve others now"


@pytest.fixture
def changes(world: World) -> Changes:
    world.hire("ada")
    made: Changes = world._made.changes
    return made


def approved(changes: Changes, asked: Request) -> Request:
    return changes.approve(CHIEF, asked.id, asked.digest)


def test_limits_hold_from_the_approval_on_and_not_before(world: World, changes: Changes) -> None:
    asked = changes.ask_limits(BOSS, "ada", EU, WHY)
    assert world.agent("ada").limits == UNLIMITED
    assert approved(changes, asked).state is State.USED
    assert world.agent("ada").limits == EU
    told = world.store.events(asked.ledger)
    assert [(e.event.type, e.actor.id) for e in told] == [
        ("approval_asked", "boss"), ("approval_given", "chief"), ("approval_used", "chief"),
    ]  # fmt: skip


def test_who_asked_does_not_approve_and_nobody_approves_what_they_did_not_read(world: World, changes: Changes) -> None:
    asked = changes.ask_limits(BOSS, "ada", EU, WHY)
    with pytest.raises(Forbidden):
        changes.approve(BOSS, asked.id, asked.digest)
    with pytest.raises(NotAllowedNow):
        changes.approve(CHIEF, asked.id, "0" * 64)
    assert world.agent("ada").limits == UNLIMITED


def test_an_approval_does_not_undo_what_changed_since_it_was_asked_for(world: World, changes: Changes) -> None:
    first, other = changes.ask_limits(BOSS, "ada", EU, WHY), changes.ask_limits(BOSS, "ada", CN, WHY)
    approved(changes, other)
    with pytest.raises(NotAllowedNow, match="ask anew"):
        approved(changes, first)
    assert (world.agent("ada").limits, changes.approvals.read(first.id).state) == (CN, State.PENDING)


def test_several_who_approve_at_once_do_it_once(world: World, changes: Changes) -> None:
    asked = changes.ask_limits(BOSS, "ada", EU, WHY)
    answers = each_at_once(lambda by: changes.approve(by, asked.id, asked.digest), [CHIEF, THIRD] * 4)
    assert len([a for a in answers if isinstance(a, Request)]) == 1
    assert [e.event.type for e in world.store.events("agt#ada")].count("agent_limits_set") == 1


def test_work_that_is_taken_meanwhile_hinders_no_approval(world: World, changes: Changes) -> None:
    asked = changes.ask_limits(BOSS, "ada", EU, WHY)
    world.write("1")
    assert approved(changes, asked).state is State.USED


def test_who_has_no_record_is_limited_too_and_asking_for_what_is_so_is_refused(world: World, changes: Changes) -> None:
    approved(changes, changes.ask_limits(BOSS, "ines", EU, WHY))
    assert (world.agent("ines").limits, world.agent("ines").capacity) == (EU, 0)
    with pytest.raises(NotAllowedNow):
        changes.ask_limits(BOSS, "ines", EU, WHY)
    with pytest.raises(Malformed):
        changes.ask_limits(BOSS, "not an id", EU, WHY)


def test_a_change_of_keys_is_begun_once_as_it_was_approved_and_only_then(changes: Changes) -> None:
    asked = changes.ask_keys(BOSS, "retire", "contact", 1, WHY)
    with pytest.raises(NotAllowedNow):
        changes.begin_keys(asked.id, "retire contact 1")
    assert approved(changes, asked).state is State.APPROVED
    for other in ("retire contact 2", "rotate contact"):
        with pytest.raises(NotAllowedNow):
            changes.begin_keys(asked.id, other)
    changes.begin_keys(asked.id, "retire contact 1")
    with pytest.raises(NotAllowedNow):
        changes.begin_keys(asked.id, "retire contact 1")


def test_a_request_for_limits_begins_no_change_of_keys(changes: Changes) -> None:
    asked = changes.ask_limits(BOSS, "ada", EU, WHY)
    with pytest.raises(NotAllowedNow):
        changes.begin_keys(asked.id, "ada")


# -- grants --------------------------------------------------------------------------------------------


def test_what_is_granted_to_an_agent_holds_in_their_team_and_no_further(world: World, changes: Changes) -> None:
    """A shift lead: an agent who may also hand on and close what colleagues of the team have."""
    mine = world.write("1")
    world.hire("bob")
    world.hire("eve", queues=("billing",))
    assert world.store.conversation(mine.id).owner == "ada"
    for lead in ("bob", "eve"):
        with pytest.raises(Forbidden):
            world.reads(who(lead), mine.id, "Resolve")
        approved(changes, changes.ask_grants(BOSS, lead, ["Resolve", "Transfer"], WHY, addable))
    assert world.reads(who("bob"), mine.id, "Resolve").id == mine.id
    for further in ("Reply", "MergeContacts"):
        with pytest.raises(Forbidden):
            world.reads(who("bob"), mine.id, further)
    with pytest.raises(Forbidden):
        world.reads(who("eve"), mine.id, "Resolve")  # another team's
    approved(changes, changes.ask_grants(BOSS, "bob", [], WHY, addable))
    with pytest.raises(Forbidden):
        world.reads(who("bob"), mine.id, "Resolve")


def test_grants_count_for_settings_too_and_only_those_that_are_named(world: World, changes: Changes) -> None:
    draft = About(SETTINGS)
    with pytest.raises(Forbidden):
        world.admission.admit(who("ada"), "DraftRouting", draft)
    approved(changes, changes.ask_grants(BOSS, "ada", ["DraftRouting"], WHY, addable))
    world.admission.admit(who("ada"), "DraftRouting", draft)
    for action in ("PublishRouting", "SetMacros"):
        with pytest.raises(Forbidden):
            world.admission.admit(who("ada"), action, draft)


def test_an_api_key_may_what_it_was_granted(world: World, changes: Changes) -> None:
    crm, served = who("crm", "integration"), world.write("1")
    with pytest.raises(Forbidden):
        world.reads(crm, served.id)
    approved(changes, changes.ask_grants(BOSS, "crm", ["GetConversation"], WHY, within_ceiling))
    assert world.reads(crm, served.id).id == served.id
    with pytest.raises(Forbidden):
        world.reads(crm, served.id, "Resolve")


@pytest.mark.parametrize("grants", [["SetAgent"], ["ApproveRoles"], ["Reveal"], ["RequestErasure"], ["NoSuchThing"], ["SearchAudit"]])
def test_what_nobody_may_be_granted_cannot_even_be_asked_for(changes: Changes, grants: list[str]) -> None:
    with pytest.raises(Malformed, match=grants[0]):
        changes.ask_grants(BOSS, "ada", grants, WHY, addable)


def test_limits_and_grants_are_asked_for_apart_and_do_not_undo_each_other(world: World, changes: Changes) -> None:
    limits, grants = changes.ask_limits(BOSS, "ada", EU, WHY), changes.ask_grants(BOSS, "ada", ["AddNote"], WHY, addable)
    approved(changes, limits)
    approved(changes, grants)
    assert (world.agent("ada").limits, world.agent("ada").grants) == (EU, ("AddNote",))


def test_nobody_asks_for_rights_of_their_own_by_whichever_door(world: World) -> None:
    for about in (About(KEY, "boss", {"within_ceiling": True}), About(AGENT, "boss", {"compatible": True})):
        with pytest.raises(Forbidden):
            world.admission.admit(BOSS, "RequestRoles", about)
    world.admission.admit(BOSS, "RequestRoles", About(KEY, "crm", {"within_ceiling": True}))


def test_a_process_that_was_told_of_no_approval_ends_and_begins_no_key() -> None:
    with pytest.raises(NotAllowedNow, match="two people"):
        Stack(Settings()).key_approval("rotate contact")
