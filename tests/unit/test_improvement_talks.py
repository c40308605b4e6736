"""What the bot made of each conversation, read off the ledgers that the real use cases write."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from switchboard.application.improvements import suggestion_outcome
from switchboard.domain.bot import BotPolicy
from switchboard.domain.conversation import Conversation
from switchboard.domain.improvement.events import IntentCorrected
from switchboard.domain.improvement.figures import OTHER, Row, kept_to, merged, row_of, rows_of
from switchboard.domain.improvement.table import figures_table
from switchboard.domain.improvement.talks import Talks
from switchboard.domain.rollout import Mode, Share
from switchboard.domain.understanding import OUT_OF_SCOPE, Understanding
from tests.contract import samples as s
from tests.fakes.improvement import MemoryPast
from tests.unit.world import GREETING, POLICY, REFUND, UNCLEAR, World, who

HOURS = Understanding("store_info", 0.9, "en", model="test")
WISH = Understanding("human_agent", 0.95, "en", model="test")
GUESS = Understanding("refund_status", 0.4, "de", model="test")
ANSWERS = replace(POLICY, answers={"store_info": {"en": "9 to 6."}}, clarify={"en": "What do you mean?"})


@pytest.fixture(autouse=True)
def policy(world: World) -> None:
    world.policy = ANSWERS


def read(world: World, days: float = 1.0, seed: int = 0) -> Talks:
    """The day that ends now, and what came after."""
    start = world.clock.now() - timedelta(days=days)
    talks = Talks(start, world.clock.now() + timedelta(seconds=1))
    commits = list(MemoryPast(world.store).commits(start, world.clock.now() + timedelta(days=1)))
    Random(seed).shuffle(commits)
    for commit in commits:
        talks.add(commit)
        talks.add(commit)  # a record may come twice
    return talks


def row(world: World, **by: str) -> Row:
    [found] = [r for r in rows_of(read(world)) if all(r.as_dict()[name] == value for name, value in by.items())]
    return found


def ended_by_bot(world: World, address: str, u: Understanding = HOURS) -> Conversation:
    """A customer asks, is answered and says no more."""
    c = world.write(address, u, text="when are you open")
    world.clock.advance(seconds=3600)
    assert world.conversing.watch.repair() >= 1
    return world.now_of(c)


# -- figures -----------------------------------------------------------------------------------------


def test_what_the_bot_ended_alone_and_nobody_took_up_again_is_kept(world: World) -> None:
    ended_by_bot(world, "a")
    found = row(world)
    assert found.by == ("store_info", "whatsapp", "en", "answers")
    assert found.as_dict() == {
        "intent": "store_info", "channel": "whatsapp", "language": "en", "mode": "answers",
        "heard": 1, "answered": 1, "ended": 1, "kept": 1, "reasons": {},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("u", "hours", "again", "wrong"), [(HOURS, 1, 1, 1), (WISH, 1, 1, 1), (REFUND, 1, 1, 0), (HOURS, 25, 0, 0), (GREETING, 1, 1, 0)]
)
def test_who_comes_back_within_a_day_with_the_same_wish_was_ended_wrongly(
    world: World, u: Understanding, hours: int, again: int, wrong: int
) -> None:
    ended_by_bot(world, "a")
    world.clock.advance(seconds=hours * 3600)
    world.write("a", u, text="back")
    [found] = [r for r in rows_of(read(world, 3)) if r.counts["ended"] or (hours == 1 and r.counts["again"])]
    counts = found.counts
    assert (counts["again"], counts["wrong"], counts["kept"]) == (again, wrong, 1 - again)


def test_who_was_asked_what_they_mean_and_left_was_not_served(world: World) -> None:
    c = world.write("a", UNCLEAR, text="blah")
    world.clock.advance(seconds=3600)
    world.conversing.watch.repair()
    assert not world.now_of(c).open
    counts = row(world).counts
    assert (counts["left"], counts["ended"], counts["kept"]) == (1, 0, 0)


def test_hand_overs_are_counted_by_their_reason(world: World) -> None:
    for number, u in enumerate([REFUND, WISH, replace(REFUND, sentiment="angry")]):
        world.write(f"a{number}", u)
    found = rows_of(read(world))
    assert {r.by[0]: r.reasons for r in merged(found, ["intent"])} == {
        "refund_request": {"policy": 1, "anger": 1}, "human_agent": {"wish": 1},
    }  # fmt: skip
    assert sum(r.counts["handed"] for r in found) == 3


def test_a_led_conversation_is_counted_and_what_people_did_later_changes_nothing(world: World) -> None:
    world.hire("mia")
    c = world.write("a", REFUND)
    world.desk.accept(who("mia"), c.id) if world.now_of(c).owner else None
    world.write("a", HOURS, text="and when are you open")
    counts = row(world).counts
    assert (counts["heard"], counts["handed"], counts["answered"]) == (1, 1, 0)


def shares(*rules: Share) -> BotPolicy:
    return replace(ANSWERS, rollout=rules)


def test_the_share_of_the_roll_out_is_told_apart_also_where_the_customer_wants_a_person(world: World) -> None:
    world.policy = shares(Share(Mode.SUGGESTS, intents=frozenset({"store_info"})), Share(Mode.PEOPLE))
    world.write("a", HOURS, text="open?")
    world.write("b", REFUND)
    world.write("c", replace(HOURS, sentiment="angry"))
    by = {(r.by[0], r.by[3]): r for r in rows_of(read(world))}
    assert by["store_info", "suggests"].counts["heard"] == 2
    assert by["store_info", "suggests"].counts["suggested"] == 1
    assert by["store_info", "suggests"].reasons == {"rollout": 1, "anger": 1}
    assert by["refund_request", "people"].reasons == {"rollout": 1}


def test_records_from_before_hand_overs_told_of_the_share_are_read_too() -> None:
    talks = Talks(s.T0, s.later(60))
    for contact, (suggested, reason) in enumerate([(True, "rollout"), (False, "rollout"), (False, "policy")]):
        talks.add(Stored(f"cnv#c{contact}-000001", 1, [
            ("conversation_opened", {"channel": "wechat", "language": "zh"}),
            ("intent_detected", {"message": "m", "intent": "store_info", "confidence": 0.9, "language": "zh"}),
            *([("bot_suggested", {"message": "m"})] if suggested else []),
            ("queued", {"reason": reason}),
        ]))  # fmt: skip
    assert {t.id: t.mode for t in talks.conversations()} == {
        "c0-000001": "suggests", "c1-000001": "people", "c2-000001": "answers",
    }  # fmt: skip


class Stored:
    """A stored commit by hand."""

    def __init__(self, ledger: str, no: int, events: list[tuple[str, dict[str, object]]], seconds: float = 0.0) -> None:
        self.ledger, self.no, self.at = ledger, no, s.later(seconds)
        self.events = [type("E", (), {"type": kind, "fields": fields})() for kind, fields in events]


def test_what_was_not_opened_in_the_period_or_said_nothing_is_not_counted(world: World) -> None:
    ended_by_bot(world, "a")
    world.clock.advance(seconds=2 * 86_400)
    assert rows_of(read(world)) == []
    world.write("b", UNCLEAR, text="   ")
    assert rows_of(read(world)) == []


def test_ledgers_out_of_form_are_passed_over() -> None:
    talks = Talks(s.T0, s.later(60))
    opened = ("conversation_opened", {})
    talks.add(Stored("cnv#nonsense", 1, [opened, ("intent_detected", {"confidence": "x"})]))
    talks.add(Stored("agt#mia", 1, [opened]))
    talks.add(Stored("cnv#c1-000001", 1, [opened, ("intent_detected", {"confidence": None}), ("not_understood", {})]))
    [talk] = talks.conversations()
    assert talk.intent == ""
    assert talks.unresolved() == []


def test_rows_add_up_and_the_smallest_are_put_together() -> None:
    rows = [Row((f"i{n}", "web", "en", "answers" if n % 2 else "people")) for n in range(10)]
    for n, one in enumerate(rows):
        one.counts["heard"], one.reasons = 10 - n, {"wish": 1}
    kept = kept_to(rows, 4)
    assert [r.by[0] for r in kept] == ["i0", "i1", "i2", "i3", OTHER, OTHER]
    assert sum(r.counts["heard"] for r in kept) == sum(r.counts["heard"] for r in rows)
    assert {r.by[3]: r.reasons["wish"] for r in merged(kept, ["mode"])} == {"answers": 5, "people": 5}
    assert [row_of(r.as_dict()) for r in kept] == kept


def test_the_table_has_the_count_beside_each_share(world: World) -> None:
    ended_by_bot(world, "a")
    world.write("b", WISH)
    table = figures_table(rows_of(read(world)), ["mode"])
    assert table.splitlines()[0].split()[:3] == ["mode", "heard", "led"]
    assert "50% (1)" in table
    assert "100% (1)" in table  # of what was ended, nobody came back
    assert "wish 1" in table
    assert figures_table([]).splitlines()[0].startswith("intent")


# -- suggestions -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "outcome"),
    [
        ("9 to 6.", "used"), (" 9  to 6. ", "used"), ("Hello, we are open from 9 to 6.", "edited"), ("No idea, sorry.", "unused"),
        ("", "unused"),
    ],
)
def test_what_an_agent_made_of_the_bots_words(world: World, sent: str, outcome: str) -> None:
    world.policy = shares(Share(Mode.SUGGESTS))
    world.hire("mia")
    c = world.write("a", HOURS, text="open?")
    if sent:
        world.desk.reply(who("mia"), c.id, sent, "c1")
        world.desk.reply(who("mia"), c.id, "9 to 6.", "c2")  # only the first answer counts
    assert suggestion_outcome(world.store.events(c.ledger)) == outcome


def test_without_a_suggestion_there_is_no_outcome(world: World) -> None:
    c = world.write("a", HOURS, text="open?")
    assert suggestion_outcome(world.store.events(c.ledger)) == ""


# -- unresolved messages -----------------------------------------------------------------------------


def test_what_was_not_understood_is_found_with_its_place(world: World) -> None:
    c = world.write("a", replace(GUESS, intent=OUT_OF_SCOPE, confidence=0.9), text="zap the flibber")
    [one] = read(world).unresolved()
    [received] = [r for r in world.store.events(c.ledger) if r.event.type == "message_received"]
    assert (one.conversation, one.message, one.commit) == (c.id, received.event.message, received.commit)  # type: ignore[attr-defined]
    assert (one.why, one.guess, one.language, one.corrected) == ("missed", OUT_OF_SCOPE, "de", "")


def test_who_was_asked_too_often_is_handed_over_and_each_message_counts(world: World) -> None:
    for _ in range(3):
        c = world.write("a", GUESS, text="zap")
    assert world.now_of(c).status.value == "queued"
    assert [one.why for one in read(world).unresolved()] == ["missed", "missed", "handed_over"]


def test_hand_overs_for_other_reasons_are_no_unresolved_questions(world: World) -> None:
    for number, u in enumerate([REFUND, WISH]):
        world.write(f"a{number}", u)
    world.write("a0", UNCLEAR, text="hello?")  # people have it already
    assert read(world).unresolved() == []


def test_what_was_corrected_to_something_else_is_unresolved_and_a_confirmed_one_is_not(world: World) -> None:
    for number, intent in enumerate(["refund_status", "refund_request"]):
        c = world.write(f"a{number}", REFUND)
        message = world.store.events(c.ledger)[1].event.message  # type: ignore[attr-defined]
        world.store.commit(s.change(world.now_of(c), IntentCorrected(message, intent, "", "refund_request"), at=world.clock.now()))
    [one] = read(world).unresolved()
    assert (one.why, one.guess, one.corrected) == ("corrected", "refund_request", "refund_status")


def test_a_correction_of_an_earlier_months_message_counts_where_it_was_made(world: World) -> None:
    c = world.write("a", REFUND)
    message = world.store.events(c.ledger)[1].event.message  # type: ignore[attr-defined]
    world.clock.advance(seconds=40 * 86_400)
    world.store.commit(s.change(world.now_of(c), IntentCorrected(message, "complaint", "", "refund_request"), at=world.clock.now()))
    [one] = read(world).unresolved()
    assert (one.commit, one.guess, one.corrected) == (0, "refund_request", "complaint")
