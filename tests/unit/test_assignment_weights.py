"""Routing by a policy: channels' weights, exclusive calls, overflow, sticky agents, skills, languages, regions, who is important."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from switchboard.application.assignment import PROBES
from switchboard.domain import events as ev
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.errors import NotAllowedNow
from switchboard.domain.understanding import Understanding
from tests.unit.world import REFUND, UNCLEAR, World, who

BOSS = who("boss", "administrator")
CHANNELS = {"email": {"weight": 0.5}, "voice": {"exclusive": True}}
GENERAL = Understanding("opening_hours", 0.9, "en", model="test")


@pytest.fixture
def company(world: World) -> World:
    """A policy with all channels' weights, without anything by chance."""
    world.route_by(strategy="least_load", channels=CHANNELS, spread=0)
    return world


def loads(world: World) -> dict[str, float]:
    return {a.id: a.load for a in world.store.agents()}


def look(world: World, c: Conversation, after: float = 0) -> str:
    """Who has it once its timer had it look for an agent again."""
    world.clock.advance(seconds=after)
    world.assignment.wake_work(world.now_of(c))
    return world.now_of(c).owner


# -- weights -----------------------------------------------------------------------------------------


def test_an_agent_holds_as_much_as_the_weights_allow_and_not_more(company: World) -> None:
    company.hire("ada", capacity=2)
    mails = [company.write(f"m{n}", channel="email") for n in range(3)]
    assert loads(company) == {"ada": 1.5}
    chat, mail = company.write("c"), company.write("m9", channel="email")
    assert (chat.owner, mail.owner) == ("", "ada")  # the chat needs a whole slot; the lighter one after it fits
    company.desk.resolve(who("ada"), mails[0].id)
    assert company.now_of(chat).owner == ""
    company.desk.resolve(who("ada"), mails[1].id)
    assert company.now_of(chat).owner == "ada"
    assert loads(company) == {"ada": 2}


def test_loads_come_out_even_whatever_was_added_and_taken_away(company: World) -> None:
    company.route_by(strategy="least_load", channels={"email": {"weight": 0.15}, "sms": {"weight": 0.35}})
    ada = company.hire("ada", capacity=1)
    for _ in range(3):
        owned = [company.write(f"{ch}{n}", channel=ch) for n, ch in enumerate(("email", "sms", "sms", "email"))]
        assert company.agent("ada").free == 0
        for c in owned:
            company.desk.resolve(ada, c.id)
    assert (loads(company), company.agent("ada").free) == ({"ada": 0}, 1)


def test_what_was_taken_is_given_back_though_the_policy_changed_meanwhile(company: World) -> None:
    ada = company.hire("ada", capacity=1)
    mail = company.write("1", channel="email")
    company.route_by(channels={"email": {"weight": 1}})
    assert company.write("2", channel="email").owner == ""
    company.desk.resolve(ada, mail.id)
    assert loads(company) == {"ada": 1}  # the other weighs what the new policy says


def test_a_transfer_weighs_what_it_takes_of_the_colleague(company: World) -> None:
    company.hire("ada", capacity=2, channels=("voice",))
    call = company.write("1", channel="voice")
    company.hire("bob", capacity=4)
    company.desk.transfer(who("ada"), call.id, agent="bob")
    assert loads(company) == {"ada": 0, "bob": 4}


def test_taken_and_pushed_work_weighs_as_much_as_routed(company: World) -> None:
    mail, call = company.write("1", channel="email"), company.write("2", channel="voice")
    company.hire("ada", capacity=3, channels=("chat",))
    company.hire("bob", capacity=3, channels=("chat",))
    company.desk.take(who("ada"), mail.id)
    company.desk.transfer(company.lead_team("sue", "general"), call.id, agent="bob")
    assert loads(company) == {"ada": 0.5, "bob": 3, "sue": 0}


def test_many_mails_that_come_at_once_never_overfill_an_agent(company: World) -> None:
    company.hire("ada", capacity=2)

    def write(n: int) -> None:
        elsewhere = company.elsewhere()
        elsewhere.write(f"{n}", channel="email" if n % 3 else "whatsapp", vendor_id=f"wamid-{n}")

    threads = [threading.Thread(target=write, args=(n,)) for n in range(12)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    owned = company.store.owned_by("ada")
    assert loads(company) == {"ada": sum(c.weight for c in owned)} == {"ada": 2}


def test_the_sweeper_counts_in_weights_too(company: World) -> None:
    """A count of conversations would take the room of those who serve mail, and give more to who is on a call."""
    company.hire("ada", capacity=2, channels=("email",))
    company.hire("bob", capacity=3, channels=("voice",))
    mails = [company.desk.accept(who("ada"), company.write(f"m{n}", channel="email").id) for n in range(3)]
    call = company.desk.accept(who("bob"), company.write("v", channel="voice").id)
    company.clock.advance(seconds=70)
    for a in ("ada", "bob"):
        company.connect(a, f"again-{a}")
    found = company.sweep.run()
    assert (found["drifted_counters"], loads(company)) == (0, {"ada": 1.5, "bob": 3})
    assert len([c for c in (*mails, call) if company.now_of(c).owner]) == 4


# -- exclusive ---------------------------------------------------------------------------------------


def test_a_call_takes_the_whole_agent(company: World) -> None:
    ada = company.hire("ada", capacity=3)
    call = company.write("1", channel="voice")
    assert (call.owner, call.weight) == ("ada", 3)
    mail = company.write("2", channel="email")
    assert mail.owner == ""
    company.desk.resolve(ada, call.id)
    assert company.now_of(mail).owner == "ada"


def test_a_call_goes_to_nobody_who_has_anything(company: World) -> None:
    ada = company.hire("ada", capacity=3)
    mail = company.write("1", channel="email")
    call = company.write("2", channel="voice")
    assert call.owner == ""
    company.desk.resolve(ada, mail.id)
    assert company.now_of(call).owner == "ada"


def test_more_capacity_during_a_call_brings_nothing_beside_it(company: World) -> None:
    ada = company.hire("ada", capacity=2)
    call = company.write("1", channel="voice")
    with pytest.raises(NotAllowedNow, match="call"):
        company.presence.set_profile(BOSS, "ada", ev.AgentProfileSet(4, ("general",), ("en",), "Ada"))
    mail = company.write("2", channel="email")
    assert mail.owner == ""
    company.desk.resolve(ada, call.id)
    assert (company.now_of(mail).owner, loads(company)) == ("ada", {"ada": 0.5})


def test_a_call_taken_while_less_capacity_was_given_is_given_back_whole(company: World) -> None:
    ada = company.hire("ada", capacity=4)
    call = company.write("1", channel="voice")
    company.presence.set_profile(BOSS, "ada", ev.AgentProfileSet(2, ("general",), ("en",), "Ada"))
    assert company.agent("ada").free == 0
    company.desk.resolve(ada, call.id)
    assert (loads(company), company.agent("ada").free) == ({"ada": 0}, 2)


# -- overflow ----------------------------------------------------------------------------------------

HELP = {"billing": [{"to": "general", "after": 60}, {"to": "leads", "after": 120}]}


def test_work_overflows_to_other_queues_each_after_its_wait(world: World) -> None:
    world.route_by(overflow=HELP)
    world.hire("lea", queues=("leads",))
    c = world.write("1", REFUND)
    assert look(world, c, 59.9) == ""
    world.hire("ada", queues=("general",))
    assert world.now_of(c).owner == ""
    assert look(world, c, 0.1) == "ada"
    again = world.write("2", REFUND)
    world.presence.set_presence(who("ada"), "ada", ev.Presence.AWAY)
    assert look(world, again, 119) == ""
    assert look(world, again, 1) == "lea"


def test_a_freed_agent_of_a_helping_queue_takes_what_overflowed_long_ago(world: World) -> None:
    world.route_by(overflow=HELP)
    ada = world.hire("ada", capacity=1)
    busy, refund = world.write("1"), world.write("2", REFUND)
    world.clock.advance(seconds=60)
    young = world.write("3")
    world.desk.resolve(ada, busy.id)
    assert (world.now_of(refund).owner, world.now_of(young).owner) == ("ada", "")


def test_the_sweeper_finds_what_overflowed_though_nobody_serves_its_queue(world: World) -> None:
    """The look was lost; a queue without people of its own must not be forgotten."""
    world.route_by(overflow=HELP)
    world.hire("ada")
    c = world.write("1", REFUND)
    world.clock.advance(seconds=60)
    assert world.assignment.serve(["general"]) == 1
    assert world.now_of(c).owner == "ada"


def test_an_agent_may_help_themselves_to_what_overflows_to_them(world: World) -> None:
    world.route_by(overflow=HELP)
    world.hire("ada")
    c = world.write("1", REFUND)
    assert world.reads(who("ada"), c.id, "SeeInInbox").id == c.id
    assert world.desk.take(who("ada"), c.id).owner == "ada"


# -- skills, languages, regions, channels ------------------------------------------------------------

KINDS = {"refund_request": {"kind": "payments", "level": 3}}


def billing(world: World, name: str, **profile: Any) -> ev.Actor:
    return world.hire(name, queues=("billing",), **profile)


def test_the_level_then_the_skill_are_asked_for_a_while_only(world: World) -> None:
    world.route_by(kinds=KINDS, ladder={"level": 5, "skill": 10})
    billing(world, "none")
    billing(world, "low", skills={"payments": 1}, capacity=1)
    first, second = world.write("1", REFUND), world.write("2", REFUND)
    assert first.owner == second.owner == ""
    assert look(world, first, 5) == "low"
    assert look(world, second) == ""
    assert look(world, second, 5) == "none"


def test_who_has_the_skill_gets_it_at_once_though_busier(world: World) -> None:
    world.route_by(kinds=KINDS, strategy="least_load")
    billing(world, "none")
    billing(world, "good", skills={"payments": 3})
    assert [world.write(f"{n}", REFUND).owner for n in range(3)] == ["good"] * 3
    assert world.write("9", REFUND).owner == ""


def test_a_matter_that_asks_for_no_skill_goes_to_anybody(world: World) -> None:
    world.route_by(kinds={"opening_hours": {"kind": "smalltalk", "level": 0}}, ladder={"skill": None})
    world.hire("ada")
    assert world.write("1", GENERAL).owner == "ada"


@pytest.mark.parametrize(("ladder", "at_once", "later"), [
    ({"language": 0}, "ada", "ada"), ({"language": 20}, "", "ada"), ({"language": None}, "", ""),
])  # fmt: skip
def test_the_language_is_a_preference_or_asked_for_a_while_or_for_ever(
    world: World, ladder: dict[str, Any], at_once: str, later: str
) -> None:
    world.route_by(ladder=ladder)
    world.hire("ada", languages=("en",))
    c = world.write("1", Understanding("", 0.0, "zh"))
    assert c.owner == at_once
    if not at_once:
        assert look(world, c, 20) == later


def test_a_region_is_served_by_its_own_people_first(world: World) -> None:
    world.route_by(regions={"whatsapp/main": "eu"}, ladder={"region": 300})
    world.hire("us", regions=("us",))
    c = world.write("1")
    assert c.owner == ""
    world.hire("eu", regions=("eu",), capacity=0)
    world.hire("all", capacity=1)  # serves every region
    assert world.now_of(c).owner == "all"
    again = world.write("2")
    assert again.owner == ""
    assert look(world, again, 300) == "us"


def test_an_agent_serves_their_channels_alone(company: World) -> None:
    company.hire("ada", channels=("email",))
    assert company.write("1").owner == ""
    assert company.write("2", channel="email").owner == "ada"


# -- important and urgent customers ------------------------------------------------------------------


def known(world: World, address: str, **attributes: str) -> str:
    """A customer with attributes, whose first conversation is over."""
    world.hire("clerk", queues=("general",))
    c = world.write(address)
    world.contacts.set_attributes(who("crm", "integration"), c.contact, attributes)
    world.desk.resolve(who(c.owner), c.id)
    world.presence.set_presence(who("clerk"), "clerk", ev.Presence.OFFLINE)
    return c.contact


@pytest.mark.parametrize("strategy", ["index", "least_load", "longest_idle", "round_robin"])
def test_important_customers_count_as_having_waited(world: World, strategy: str) -> None:
    world.route_by(strategy=strategy, vip={"attribute": "tier", "values": ["gold"], "ahead": 600}, sticky={"last_agent_days": 0})
    known(world, "vip", tier="gold")
    known(world, "tin", tier="tin")
    world.clock.advance(seconds=700)
    for n in range(2):
        world.write(f"old {n}")
        world.clock.advance(seconds=301)
    tin, vip = world.write("tin"), world.write("vip")
    assert (vip.requires.vip, vip.requires.ahead, tin.requires.vip) == (True, 600, False)
    ada, order = world.hire("ada", capacity=1), []
    for _ in range(4):
        [now] = world.store.owned_by("ada")
        order.append(now.id)
        world.desk.resolve(ada, now.id)
    assert order.index(vip.id) == (0 if strategy == "index" else 1)  # the oldest is older still by then
    assert order[-1] == tin.id


def test_a_priority_that_is_worth_nothing_leaves_the_order_to_time(world: World) -> None:
    for worth, first in ((0, "old"), (120, "urgent")):
        w = World()
        w.route_by(strategy="least_load", priority_worth=worth)
        old = w.write("old")
        w.clock.advance(seconds=10)
        urgent = w.write("urgent", REFUND)
        w.hire("ada", capacity=1, queues=("general", "billing"))
        [owned] = w.store.owned_by("ada")
        assert owned.id == {"old": old, "urgent": urgent}[first].id


# -- sticky ------------------------------------------------------------------------------------------


def served_by(world: World, agent: str, address: str = "1") -> None:
    """A customer whom this agent served last."""
    others = [a.id for a in world.store.agents() if a.id != agent and a.presence is ev.Presence.ONLINE]
    for other in others:
        world.presence.set_presence(who(other), other, ev.Presence.AWAY)
    c = world.write(address)
    assert c.owner == agent
    world.desk.resolve(who(agent), c.id)
    for other in others:
        world.presence.set_presence(who(other), other, ev.Presence.ONLINE)


def test_who_served_the_customer_last_is_asked_first_though_busier(company: World) -> None:
    company.hire("ada")
    company.hire("bob")
    served_by(company, "bob")
    company.desk.accept(who("ada"), company.write("x").id)
    assert company.write("y").owner == "bob"
    assert company.write("1").owner == "bob"


def test_it_was_too_long_ago_to_matter(company: World) -> None:
    company.route_by(strategy="least_load", spread=0, sticky={"last_agent_days": 7})
    company.hire("ada")
    company.hire("bob")
    served_by(company, "bob")
    company.clock.advance(days=7, seconds=1)
    assert company.write("1").owner == "ada"


def test_the_account_manager_comes_before_who_was_last(company: World) -> None:
    company.route_by(strategy="least_load", sticky={"attribute": "manager", "last_agent_days": 7})
    for name in ("ada", "bob", "cara"):
        company.hire(name)
    served_by(company, "bob")
    contact = company.store.arrival(company.identity("1"), "").contact
    company.contacts.set_attributes(who("crm", "integration"), contact, {"manager": "cara"})
    assert company.write("1").owner == "cara"


def test_work_is_kept_for_a_full_agent_it_prefers_and_then_goes_on(company: World) -> None:
    company.route_by(strategy="least_load", sticky={"hold": 20})
    company.hire("ada")
    bob = company.hire("bob", capacity=1)
    served_by(company, "bob")
    company.presence.set_presence(who("ada"), "ada", ev.Presence.AWAY)
    busy = company.write("x")
    assert busy.owner == "bob"
    company.presence.set_presence(who("ada"), "ada", ev.Presence.ONLINE)
    first, second = company.write("1"), company.write("other")
    assert (first.owner, second.owner) == ("", "ada")
    company.clock.advance(seconds=10)
    company.desk.resolve(bob, busy.id)
    assert company.now_of(first).owner == "bob"
    third = company.write("1a")
    served = company.desk.resolve(bob, first.id)
    assert served.status is Status.RESOLVED
    assert company.now_of(third).owner != ""


def test_work_is_not_kept_for_who_is_away_or_does_not_exist(company: World) -> None:
    company.route_by(strategy="least_load", sticky={"hold": 600, "attribute": "manager"})
    company.hire("ada")
    company.hire("bob")
    served_by(company, "bob")
    company.presence.set_presence(who("bob"), "bob", ev.Presence.AWAY)
    assert company.write("1").owner == "ada"
    c = company.write("2")
    company.contacts.set_attributes(who("crm", "integration"), c.contact, {"manager": "nobody"})
    company.desk.resolve(who("ada"), c.id)
    assert company.write("2").owner == "ada"


def test_what_the_preferred_agent_hands_back_goes_to_others_at_once(company: World) -> None:
    company.route_by(strategy="least_load", sticky={"hold": 600})
    company.hire("ada", capacity=9)
    company.hire("bob")
    served_by(company, "bob")
    c = company.write("1")
    assert c.owner == "bob"
    company.desk.transfer(who("bob"), c.id, queue="general")
    assert company.now_of(c).owner == "ada"


# -- several at once, and many shards ----------------------------------------------------------------


def test_equal_agents_are_not_all_tried_in_the_same_order(world: World) -> None:
    for n in range(4):
        world.hire(f"a{n}", capacity=50)
    owners = {world.write(f"{n}").owner for n in range(30)}
    assert len(owners) > 2


def test_work_finds_the_only_one_with_room_among_the_shards_a_decision_looks_at(world: World) -> None:
    """Agents stand in shards by what is before the dash here."""
    for letter in "abcdefgh"[: PROBES - 1]:
        world.hire(f"{letter}-1", capacity=0)
    world.hire("z-1", capacity=50)
    assert {world.write(f"{n}").owner for n in range(10)} == {"z-1"}


def test_work_whose_shards_are_all_busy_is_found_by_the_sweeper_and_by_whoever_comes_free_elsewhere(world: World) -> None:
    for letter in "abcdefghij":
        world.hire(f"{letter}-1", capacity=0)
    world.hire("z-1", capacity=50)
    written = [world.write(f"{n}") for n in range(40)]
    assert 0 < sum(c.owner == "z-1" for c in written) < 40  # a decision costs the same in a company of any size
    world.assignment.serve(["general"])
    assert {world.now_of(c).owner for c in written} == {"z-1"}


def test_a_lighter_conversation_does_not_wait_behind_a_heavier_that_fits_nowhere(company: World) -> None:
    ada = company.hire("ada", capacity=2)
    calls = [company.write(f"v{n}", channel="voice") for n in range(2)]
    company.desk.resolve(ada, calls[0].id)
    assert company.now_of(calls[1]).owner == "ada"
    mail = company.write("m", channel="email")
    company.desk.resolve(ada, calls[1].id)
    late_call, late_mail = company.write("v9", channel="voice"), company.write("m9", UNCLEAR, channel="email")
    assert (company.now_of(mail).owner, late_call.owner, late_mail.owner) == ("ada", "", "ada")
