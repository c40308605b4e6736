"""Rules that set each other off come to rest, and rules that are only tried out leave no trace."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.domain import events as ev
from switchboard.domain.conversation import Status
from switchboard.domain.rules import Facts, limits
from tests.unit.automation_desk import (
    REFUND_RULE,
    RESOLVE,
    Automated,
    by_rules,
    everything,
    leaf,
    priority,
    rule,
    says,
    tag,
    to_agent,
    to_queue,
    untag,
    webhook,
)
from tests.unit.world import GREETING, REFUND, UNCLEAR, World, who

# -- loops -------------------------------------------------------------------------------------------


def test_rules_that_undo_each_other_come_to_rest(world: World) -> None:
    rules = Automated(
        world, rule("start", tag("x")), rule("off", untag("x"), on="tagged"), rule("on", tag("x"), on="untagged"),
        rule("again", tag("y"), on="untagged"), rule("more", untag("y"), on="tagged"),
    )  # fmt: skip
    c = rules.settle(world.write("1", GREETING))
    chains = [r.event.caused_by for r in by_rules(world, c) if isinstance(r.event, ev.RuleFired)]
    assert ("start", "off", "on") in chains
    assert max(map(len, chains)) <= limits.CHAIN
    assert all(len(set(chain)) == len(chain) for chain in chains)


def test_a_chain_ends_where_the_limit_says_however_long_the_rules_would_make_it(world: World) -> None:
    chain = [rule(f"r{n}", tag(f"t{n + 1}"), on="tagged", when=leaf("tags", "contains", f"t{n}")) for n in range(9)]
    rules = Automated(world, rule("first", tag("t0")), *chain)
    assert rules.settle(world.write("1", GREETING)).tags == tuple(f"t{n}" for n in range(limits.CHAIN))


def test_what_several_rules_did_at_once_is_told_apart(world: World) -> None:
    after = rule("after", {"action": "note", "text": "look"}, on="tagged")
    rules = Automated(world, rule("one", tag("x")), rule("two", tag("y"), {"action": "note", "text": "y"}), after)
    c = rules.settle(world.write("1", GREETING))
    chains = [r.event.caused_by for r in by_rules(world, c) if isinstance(r.event, ev.RuleFired)]
    assert chains == [("one",), ("two",), ("one", "after"), ("two", "after")]


def test_two_queues_whose_rules_send_work_to_each_other_keep_it(world: World) -> None:
    world.hire("ada", queues=("a", "b"), online=False)
    rules = Automated(
        world, rule("in", to_queue("a")), rule("ab", to_queue("b"), on="queued", when=leaf("queue", "is", "a")),
        rule("ba", to_queue("a"), on="queued", when=leaf("queue", "is", "b")),
    )  # fmt: skip
    c = rules.settle(world.write("1", GREETING))
    assert [r.event.queue for r in by_rules(world, c) if isinstance(r.event, ev.Queued)] == ["a", "b", "a"]
    assert [w.conversation for w in world.store.waiting("a", 9)] == [c.id]
    assert world.store.waiting("b", 9) == []


@pytest.mark.parametrize("named", ["ada", "bob"])
def test_an_offer_stays_where_it_is_if_the_agent_a_rule_names_has_it_or_is_full(world: World, named: str) -> None:
    """Taken back, it would be offered again, and the rule would take it back again."""
    world.hire("bob", queues=("b",), capacity=0)
    world.hire("ada", capacity=1)
    rules = Automated(world, rule("always", to_agent(named), on="assigned"))
    c = rules.settle(world.write("1", UNCLEAR))
    assert c.owner == "ada"
    assert by_rules(world, c) == []


def test_an_agent_whose_offer_a_rule_takes_away_is_given_other_work(world: World) -> None:
    world.hire("bob", queues=("vip",), online=False)
    first, second = world.write("1", UNCLEAR), world.write("2", UNCLEAR)
    rules = Automated(world, rule("away", to_queue("vip"), on="assigned"))
    world.hire("ada", capacity=1)
    assert world.now_of(first).owner == "ada"
    rules.settle(first)
    assert (world.now_of(first).queue, world.now_of(second).owner) == ("vip", "ada")


def test_what_one_rule_takes_away_another_queues_and_routing_gives_back_ends(world: World) -> None:
    world.hire("ada", queues=("a",))
    world.hire("bob", queues=("b",), online=False)
    rules = Automated(
        world, rule("in", to_queue("a")), rule("away", to_queue("b"), on="assigned"),
        rule("back", to_queue("a"), on="queued", when=leaf("queue", "is", "b")),
    )  # fmt: skip
    c = rules.settle(world.write("+49 151 555", REFUND))
    assert (c.owner, c.assignments) == ("ada", limits.OFFERS_TAKEN_BACK)
    assert ("away", "too_often") in rules.undone()


@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_any_rules_on_each_others_effects_come_to_rest_and_leave_the_company_whole(data: st.DataObject) -> None:
    """Loads, places in queues and the projection stay what the ledger says."""
    world = World()
    world.hire("ada", queues=("general", "a"), capacity=2)
    world.hire("bob", queues=("b",))
    acts = st.sampled_from([
        tag("x"), untag("x"), tag("y"), priority(1), priority(9), to_queue("a"), to_queue("b"), to_agent("bob"), to_agent("ada"),
        says(), webhook(), {"action": "note", "text": "n"}, RESOLVE,
    ])  # fmt: skip
    events = ["message_received", "tagged", "untagged", "priority_set", "queued", "note_added", "message_sent", "assigned"]
    made = [
        rule(f"r{n}", *data.draw(st.lists(acts, min_size=1, max_size=3, unique_by=lambda a: _says_about(a))),
             on=data.draw(st.sampled_from(events)))
        for n in range(data.draw(st.integers(1, 5)))
    ]  # fmt: skip
    rules = Automated(world, *made)
    talks: set[str] = set()
    for address, told in (("1", GREETING), ("2", UNCLEAR), ("1", REFUND)):
        c = rules.settle(world.write(address, told))
        talks.add(c.id)
        for r in by_rules(world, c):
            if isinstance(r.event, ev.RuleFired):
                assert len(r.event.caused_by) <= limits.CHAIN
    open_ = [c for c in map(world.store.conversation, talks) if c.open]
    for agent in world.store.agents():
        assert agent.load == sum(c.owner == agent.id for c in open_) <= agent.capacity
    waiting = {w.conversation: q for q in ("general", "a", "b", "billing") for w in world.store.waiting(q, 99)}
    assert waiting == {c.id: c.queue for c in open_ if c.status is Status.QUEUED}


def _says_about(action: dict[str, object]) -> str:
    name = str(action["action"])
    return "goes" if name in ("assign", "resolve") else f"tag {action['tag']}" if "tag" in action else name


# -- dry runs ----------------------------------------------------------------------------------------


def test_a_dry_run_changes_nothing_anywhere(world: World) -> None:
    world.hire("ada", queues=("money", "general"))
    rules = Automated(world)
    c = world.write("1", REFUND, text="order 4711")
    world.desk.note(who("ada"), c.id, "hm", "n1")
    drafts = Automated(world, REFUND_RULE, rule("q", to_agent("ada"), RESOLVE | {}, on="queued") | {"then": [to_agent("ada")]},
                       rule("n", RESOLVE, on="note_added")).rules  # fmt: skip
    before = everything(world)
    rehearsal = rules.automation.dry_run(drafts, [c.id])
    assert everything(world) == before
    assert rules.hooks.calls == []
    assert [(r.rule, r.fired) for r in rehearsal.report.rules] == [("refund", 1), ("q", 1), ("n", 1)]
    assert {w.decided.rule for w in rehearsal.wanted} == {"refund", "q", "n"}
    assert {w.event.ledger for w in rehearsal.wanted} == {c.ledger}


def test_a_dry_run_says_what_the_rules_then_do(world: World) -> None:
    """Of messages that come one by one, each told at once: what was rehearsed is what happens."""
    made = (rule("first", says(), tag("said"), when=leaf("message.text", "contains", "help")), rule("up", priority(7)))
    twin, acted = World(), Automated(world, *made)
    looked = Automated(twin, *made)
    for text in ("help!", "hello", "help me"):
        c = world.write("1", GREETING, text=text)
        acted.settle(c)
        talk = twin.write("1", GREETING, text=text)
        for clock in (world.clock, twin.clock):
            clock.advance(minutes=1)
    report = looked.automation.dry_run(looked.rules, [talk.id]).report
    fired = [r.event.rule for r in by_rules(world, c) if isinstance(r.event, ev.RuleFired)]
    assert {r.rule for r in report.rules if r.fired} == set(fired)


def test_a_dry_run_knows_replies_and_causes_of_the_past(world: World) -> None:
    acted = Automated(world, rule("a", says(), tag("x")))
    c = world.write("1", GREETING)
    acted.settle(c)
    world.clock.advance(minutes=2)
    c = world.write("1", GREETING)
    drafts = Automated(world, rule("b", says()), rule("a", untag("x"), on="tagged")).rules
    b, a = acted.automation.dry_run(drafts, [c.id]).report.rules
    assert (b.fired, [(str(why), n) for why, n in b.omitted]) == (2, [("too_soon", 1)])
    assert [(str(why), n) for why, n in a.not_fired if why == "own_effect"] == [("own_effect", 1)]


def test_a_long_past_is_rehearsed_as_far_as_the_limits_let_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = Automated(world, rule("a", {"action": "note", "text": "x"}))
    for _ in range(8):
        c = world.write("1", GREETING)
    monkeypatch.setattr(limits, "REHEARSED_EVENTS", 10)
    monkeypatch.setattr(limits, "REHEARSED_ACTIONS", 3)
    found = rules.automation.dry_run(rules.rules, [c.id])
    assert (found.report.events, len(found.wanted)) == (10, 3)


def test_what_applied_and_rehearsed_hold_is_fit_for_a_log(world: World) -> None:
    rules = Automated(world, REFUND_RULE)
    c = world.write("+49 151 555", REFUND, text="order 4711 of Eve")
    rules.settle(c)
    for shown in (repr(rules.applied), repr(rules.automation.dry_run(rules.rules, [c.id])), repr(Facts(text="order of Eve"))):
        assert "Eve" not in shown
        assert "151" not in shown
