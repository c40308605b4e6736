"""A period looked through, from the question at the desk to what is shown: grouped, counted, redacted, once."""

from __future__ import annotations

import importlib
import itertools
import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from switchboard.adapters.aws.improver import ImproverFunction
from switchboard.application import improvements as improvements_module
from switchboard.application.improvement_desk import GIVEN_UP, ImprovementDesk, ledger
from switchboard.application.improvements import Improvements
from switchboard.domain import events as ev
from switchboard.domain.errors import Forbidden, Malformed, NotFound, StorageUnavailable, TooLarge, Unreadable
from switchboard.domain.improvement.events import IntentCorrected
from switchboard.domain.improvement.proposals import Nearest
from switchboard.domain.improvement.table import clusters_table
from switchboard.domain.understanding import OUT_OF_SCOPE, Understanding
from switchboard.entry.calls import Call
from switchboard.entry.desk_api import ROUTES
from tests.contract import samples as s
from tests.fakes.improvement import FirstWords, MemoryLookers, MemoryPast
from tests.unit.process import CONTEXT, Process
from tests.unit.world import POLICY, REFUND, World, who

SUE, MIA = who("sue", "supervisor"), who("mia")
LOST = Understanding(OUT_OF_SCOPE, 0.9, "en", model="test")
ASK, READ = ("POST", "/v1/improvements"), ("GET", "/v1/improvements/{id}")
NEAR = Nearest("opening", "When we are open", 0.2)
indexer = importlib.import_module("functions.indexer.handler")


def every(_: str) -> bool:
    return True


@pytest.fixture
def grouping() -> FirstWords:
    return FirstWords(NEAR)


@pytest.fixture
def lookers() -> MemoryLookers:
    return MemoryLookers()


@pytest.fixture
def desk(world: World, grouping: FirstWords, lookers: MemoryLookers) -> ImprovementDesk:
    world.policy = replace(POLICY, clarify={"en": "What do you mean?"})
    ticks = itertools.count(0, 4)  # seconds between two looks at the time
    run = Improvements(MemoryPast(world.store), world.store, grouping, lambda: 0.0, 1.0)
    made = ImprovementDesk(
        world.store, world.store, world.clock, world.ids, lookers, lambda: run, lambda: float(next(ticks))
    )
    vars(world._made)["improvements"] = made
    world.lead_team("sue", "general")
    return made


@pytest.fixture
def ask(world: World, desk: ImprovementDesk) -> Callable[..., Any]:
    def asking(route: tuple[str, str], body: Any = None, actor: ev.Actor = SUE, **path: str) -> Any:
        return json.loads(json.dumps(ROUTES[route](Call(world._made, actor, path, {}, body or {}))))

    return asking


def today(world: World, days: int = 1) -> dict[str, Any]:
    return {"from": f"{world.clock.now():%Y-%m-%d}", "days": days}


def looked(world: World, desk: ImprovementDesk, document: dict[str, Any] | None = None) -> Any:
    id_ = desk.ask(SUE, document if document is not None else today(world))
    assert desk.answer(id_) == "done", desk.read(id_, every).reason
    return desk.read(id_, every)


# -- the whole way -----------------------------------------------------------------------------------


def test_what_was_asked_is_on_record_and_running_until_it_was_looked_through(
    world: World, ask: Callable[..., Any], desk: ImprovementDesk, lookers: MemoryLookers
) -> None:
    """Examples are those of the reader's teams; counts go over all."""
    for number in range(3):
        world.write(f"a{number}", LOST, text=f"zap the flibber {number}")
        world.write(f"a{number}", REFUND)  # so that it is of a team; the bot alone has the other
    id_ = ask(ASK, today(world))["id"]
    assert lookers.told == [id_]
    running = ask(READ, id=id_)
    assert (running["status"], running["clusters"], running["progress"]) == ("running", [], None)
    desk.tell(id_, "opening", 1, 3)
    assert ask(READ, id=id_)["progress"] == {"step": "opening", "done": 1, "of": 3}
    assert desk.answer(id_) == "done"
    done = ask(READ, id=id_)
    [cluster] = done["clusters"]
    assert (cluster["size"], cluster["languages"], cluster["why"]) == (3, {"en": 3}, {"missed": 3})
    assert cluster["article"] == {"id": "opening", "title": "When we are open", "probability": 0.2}
    assert cluster["proposal"] == {"kind": "article"}
    assert cluster["examples"] == []  # of a team that she does not lead
    world.lead_team("sue", "general", "billing")
    [cluster] = ask(READ, id=id_)["clusters"]
    assert [e["text"] for e in cluster["examples"]] == [f"zap the flibber {n}" for n in range(3)]
    assert (done["counted"]["conversations"], done["counted"]["unresolved"], done["counted"]["compared"]) == (3, 3, 3)
    assert (done["settled"], done["asked_by"], done["progress"]) == (False, "sue", None)
    assert "write an article (nearest: When we are open, p=0.20)" in clusters_table(done["clusters"])


def test_what_is_shown_has_marks_for_personal_data_and_the_encoder_sees_no_more(
    world: World, desk: ImprovementDesk, grouping: FirstWords
) -> None:
    for number in range(2):
        world.write(f"+49 170 555{number}", LOST, text=f"zap me name of +49 170 555{number} at anna{number}@web.de, SB-1234{number}")
    [cluster] = looked(world, desk).clusters
    for text in [*grouping.seen, *(e["text"] for e in cluster["examples"])]:
        assert not any(secret in text for secret in ("170", "web.de", "SB-", "anna"))
        assert "⟦EMAIL_1⟧" in text


def test_nothing_a_customer_wrote_is_kept_on_the_runs_own_ledger(world: World, desk: ImprovementDesk) -> None:
    for number in range(2):
        world.write(f"a{number}", LOST, text="zap the flibber")
    found = looked(world, desk)
    assert "flibber" not in repr(world.store.events(ledger(found.id)))


class Erased:
    """A store in which some ledgers' keys are gone."""

    def __init__(self, store: Any, *ledgers: str) -> None:
        self._store, self._ledgers = store, ledgers

    def prefetch(self, ledgers: Any) -> None:
        self._store.prefetch(ledgers)

    def contact(self, contact: str) -> Any:
        return self._store.contact(contact)

    def events(self, ledger: str, after: int = 0) -> Any:
        self._sealed(ledger)
        return self._store.events(ledger, after)

    def commit_events(self, ledger: str, commit: int) -> Any:
        self._sealed(ledger)
        return self._store.commit_events(ledger, commit)

    def _sealed(self, ledger: str) -> None:
        if ledger in self._ledgers:
            raise Unreadable("the key is gone")


def test_who_is_erased_afterwards_is_gone_from_what_is_shown_and_who_was_before_is_not_read(
    world: World, desk: ImprovementDesk, grouping: FirstWords
) -> None:
    talks = [world.write(f"a{number}", LOST, text=f"zap {number}") for number in range(3)]
    found = looked(world, desk)
    later = replace(desk, opened=Erased(world.store, talks[0].ledger)).read(found.id, every)
    assert sorted(e["text"] for e in later.clusters[0]["examples"]) == ["", "zap 1", "zap 2"]
    run = Improvements(MemoryPast(world.store), Erased(world.store, talks[0].ledger), grouping, lambda: 0.0, 1.0)
    again = looked(world, replace(desk, improvements=lambda: run))
    assert (again.counted["left_out"], again.counted["compared"]) == (1, 2)


def test_agents_words_decide_the_proposal(world: World, desk: ImprovementDesk) -> None:
    def corrected(word: str, *intents: str) -> None:
        for number, intent in enumerate(intents):
            c = world.write(f"{word}{number}", LOST, text=f"{word} it {number}")
            message = next(r.event.message for r in world.store.events(c.ledger) if isinstance(r.event, ev.MessageReceived))
            event = IntentCorrected(message, intent, "", OUT_OF_SCOPE)
            world.store.commit(s.change(world.now_of(c), event, at=world.clock.now()))

    corrected("cancel", "order_cancel", "order_cancel", "order_cancel", "refund_request")
    corrected("rent", OUT_OF_SCOPE, OUT_OF_SCOPE, OUT_OF_SCOPE)
    corrected("mixed", "order_cancel", "refund_status")
    shown = {c["examples"][0]["text"].split()[0]: c for c in looked(world, desk).clusters}
    assert shown["cancel"]["proposal"] == {"kind": "examples", "intent": "order_cancel", "checked": True}
    assert shown["cancel"]["corrected"] == {"order_cancel": 3, "refund_request": 1}
    assert shown["rent"]["proposal"] == {"kind": "intent"}
    assert shown["mixed"]["proposal"] == {"kind": "article"}


def test_an_article_that_answers_is_named_and_a_guess_of_the_model_is_told_as_one(
    world: World, desk: ImprovementDesk, grouping: FirstWords
) -> None:
    grouping.article = Nearest("opening", "When we are open", 0.8)
    for number in range(2):
        world.write(f"a{number}", LOST, text="zap")
        world.write(f"b{number}", Understanding("store_info", 0.4, "de"), text="auf?")
    shown = {c["examples"][0]["text"]: c for c in looked(world, desk).clusters}
    assert shown["zap"]["proposal"] == {"kind": "known", "article": "opening"}
    assert shown["auf?"]["proposal"] == {"kind": "examples", "intent": "store_info", "checked": False}
    words = clusters_table(list(shown.values()))
    assert "an article answers it (nearest: When we are open, p=0.80)" in words
    assert "(a guess)" in words


def test_without_anything_to_tell_the_answer_says_so(world: World, desk: ImprovementDesk) -> None:
    found = looked(world, desk, {"from": "2020-02-01", "days": 2})
    assert (found.clusters, found.figures, found.counted["conversations"]) == ((), {"rows": []}, 0)
    assert clusters_table(found.clusters) == "no group of questions that was not resolved"


# -- rights ------------------------------------------------------------------------------------------


def test_only_leaders_ask_and_read_and_their_reading_is_on_record(
    world: World, ask: Callable[..., Any], lookers: MemoryLookers
) -> None:
    with pytest.raises(Forbidden):
        ask(ASK, today(world), actor=MIA)
    with pytest.raises(Forbidden):
        ask(READ, actor=MIA, id="2026-02")
    assert lookers.told == []
    id_ = ask(ASK, today(world))["id"]
    ask(READ, id=id_)
    accesses = [r.event for name in world.store.ledgers() if name.startswith("acs#sue#") for r in world.store.events(name)]
    assert [(e.name, e.resource) for e in accesses] == [("GetImprovement", f"improvement {id_}")]  # type: ignore[attr-defined]


# -- questions that are none -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "error"),
    [
        ({"from": "2026-13-01", "days": 1}, Malformed), ({"from": "2026-02-01"}, None), ({"days": 3}, Malformed),
        ({"from": "2026-02-01", "days": 63}, TooLarge), ({"from": "2026-02-01", "days": True}, Malformed),
        ({"from": "2026-02-01", "days": "3"}, Malformed), ({"month": "2026-2"}, Malformed), ({"month": 7}, Malformed),
        ({"month": "2026-02", "days": 3}, Malformed), ({"from": "2099-01-01", "days": 1}, Malformed), ({"what": 1}, Malformed),
        ({"from": "x" * 100_000, "days": 1}, Malformed), ({"month": "2026-02"}, None), ({}, None),
    ],
)  # fmt: skip
def test_a_question_that_is_none_is_refused_at_once(
    desk: ImprovementDesk, lookers: MemoryLookers, document: dict[str, Any], error: type[Exception] | None
) -> None:
    if error is None:
        desk.ask(SUE, document)
    else:
        with pytest.raises(error):
            desk.ask(SUE, document)
    assert len(lookers.told) == (error is None)


def test_a_month_is_all_its_days_and_none_named_is_the_last(world: World, desk: ImprovementDesk) -> None:
    for document in ({"month": "2026-02"}, {}):
        found = desk.read(desk.ask(SUE, document), every)
        assert (found.since, found.until) == (datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC))
        assert found.settled is (world.clock.now() >= datetime(2026, 3, 2, tzinfo=UTC))


@pytest.mark.parametrize("id_", ["i404", "", "i#1", "../i1", "i" * 65, "2026-13", "2026-02"])
def test_what_nobody_asked_is_not_found(desk: ImprovementDesk, id_: str) -> None:
    with pytest.raises(NotFound):
        desk.read(id_, every)
    with pytest.raises(NotFound):
        desk.answer(id_)


# -- who looks ---------------------------------------------------------------------------------------


def test_a_call_that_comes_again_finds_what_was_found(world: World, desk: ImprovementDesk) -> None:
    found = looked(world, desk)
    before = world.store.events(ledger(found.id))
    assert desk.answer(found.id) == "done"
    assert world.store.events(ledger(found.id)) == before


def test_two_that_look_at_the_same_time_leave_one_answer(world: World, desk: ImprovementDesk, grouping: FirstWords) -> None:
    id_ = desk.ask(SUE, today(world))

    class Slow(FirstWords):
        def groups(self, vectors: Any) -> Any:
            desk.answer(id_)  # the other one is through before this one is
            return super().groups(vectors)

    slow = Improvements(MemoryPast(world.store), world.store, Slow(), lambda: 0.0, 1.0)
    replace(desk, improvements=lambda: slow).answer(id_)
    assert [r.event.type for r in world.store.events(ledger(id_))].count("improvement_found") == 1


def test_what_is_never_answered_is_given_up(world: World, desk: ImprovementDesk) -> None:
    id_ = desk.ask(SUE, today(world))
    world.clock.advance(seconds=GIVEN_UP.total_seconds() + 1)
    assert desk.read(id_, every).status == "failed"
    assert "fewer days" in desk.read(id_, every).reason


def test_where_nobody_can_be_told_the_asker_hears_it(world: World, desk: ImprovementDesk, lookers: MemoryLookers) -> None:
    lookers.away = True
    with pytest.raises(StorageUnavailable):
        desk.ask(SUE, today(world))
    [asked] = [name for name in world.store.ledgers() if name.startswith("cfg#improvement#")]
    assert desk.read(asked.rpartition("#")[2], every).status == "failed"


def test_a_ledger_that_does_not_answer_is_a_failure_with_its_reason(world: World, desk: ImprovementDesk) -> None:
    class Away:
        def commits(self, since: datetime, until: datetime) -> Any:
            raise StorageUnavailable("DynamoDB did not answer a scan")

    run = Improvements(Away(), world.store, FirstWords(), lambda: 0.0, 1.0)
    failing = replace(desk, improvements=lambda: run)
    id_ = failing.ask(SUE, today(world))
    assert failing.answer(id_) == "failed"
    assert failing.read(id_, every).reason == "DynamoDB did not answer a scan"


def test_the_functions_monthly_call_looks_through_the_last_month_once(
    world: World, desk: ImprovementDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = Process(world)
    vars(process)["improvements"] = desk
    monkeypatch.setattr(indexer, "services", lambda: process)
    for _ in range(2):
        assert indexer.handler({"improvement": "month"}, CONTEXT) == {"status": "done"}
    found = desk.read("2026-02", every)
    assert (found.asked_by, f"{found.since:%Y-%m-%d}") == ("switchboard", "2026-02-01")
    assert [r.event.type for r in world.store.events(ledger("2026-02"))].count("improvement_found") == 1


def test_the_function_is_called_and_not_waited_for() -> None:
    calls: list[dict[str, Any]] = []

    class Lambda:
        def invoke(self, **call: Any) -> None:
            calls.append(call)

    ImproverFunction(Lambda, "switchboard-indexer").look("i1")
    assert calls == [{"FunctionName": "switchboard-indexer", "InvocationType": "Event", "Payload": b'{"improvement": "i1"}'}]


# -- size --------------------------------------------------------------------------------------------


def test_of_too_many_messages_a_sample_is_read_and_said_so(
    world: World, desk: ImprovementDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(improvements_module, "MOST_MESSAGES", 10)
    for number in range(25):
        world.write(f"a{number}", LOST, text=f"zap {number}")
    one, two = looked(world, desk), looked(world, desk)
    assert (one.counted["unresolved"], one.counted["opened"], one.clusters[0]["size"]) == (25, 10, 10)
    assert one.clusters == two.clusters  # always the same ones


def test_when_time_is_up_what_was_read_by_then_is_told(world: World, desk: ImprovementDesk, grouping: FirstWords) -> None:
    for number in range(5):
        world.write(f"a{number}", LOST, text=f"zap {number}")
    seconds = iter([0.0, 0.0, 0.0, 0.0, 2.0, *[9.0] * 50])  # the end set, a page opened, two texts compared
    run = Improvements(MemoryPast(world.store), world.store, grouping, lambda: next(seconds), 1.0)
    found = looked(world, replace(desk, improvements=lambda: run))
    assert (found.counted["unresolved"], found.counted["opened"], found.counted["compared"]) == (5, 5, 2)


def test_too_many_conversations_are_refused(world: World, desk: ImprovementDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(improvements_module, "MOST_CONVERSATIONS", 3)
    for number in range(4):
        world.write(f"a{number}", LOST, text="zap")
    id_ = desk.ask(SUE, today(world))
    assert desk.answer(id_) == "failed"
    assert "fewer days" in desk.read(id_, every).reason


def test_hostile_texts_are_read_like_any_other(world: World, desk: ImprovementDesk, grouping: FirstWords) -> None:
    texts = ["⟦EMAIL_1⟧ ⟦NAME_9⟧", "zap " * 30_000, "\u0000\u200b\u202e", "🙂" * 500, "１２３４５６ ٤٥٦٧٨٩", "<script>x</script>"]
    for number, text in enumerate(texts * 2):
        world.write(f"a{number}", LOST, text=text)
    found = looked(world, desk)
    assert found.counted["unresolved"] == len(texts) * 2
    assert max(map(len, grouping.seen)) <= 2_000
    assert not any("⟦EMAIL_1⟧" in text for text in grouping.seen)  # a customer's words are no mark of ours
    json.dumps([dict(c) for c in found.clusters])


def test_two_thousand_conversations_are_looked_through_in_seconds(world: World, desk: ImprovementDesk) -> None:
    hours, gone = Understanding("store_info", 0.9, "en"), Understanding("order_status", 0.4, "en")
    world.policy = replace(world.policy, answers={"store_info": {"en": "9 to 6."}})
    start = world.clock.now()
    for number in range(2_000):
        u, text = [(hours, "open?"), (LOST, f"topic{number % 97} please"), (gone, f"topic{number % 13} again")][number % 3]
        world.write(f"a{number}", u, text=text)
    world.clock.advance(seconds=3_600)
    while world.conversing.watch.repair():  # so many a minute
        pass
    began = time.process_time()
    found = looked(world, desk, {"from": f"{start:%Y-%m-%d}", "days": 1})
    assert time.process_time() - began < 30
    assert found.counted["conversations"] == 2_000
    assert found.counted["unresolved"] == found.counted["compared"] == 1_333
    assert len(found.clusters) == 10
    by = {row["intent"]: row for row in found.figures["rows"]}
    assert by["store_info"]["ended"] == by["store_info"]["kept"] == 667
    assert by[OUT_OF_SCOPE]["left"] == 667
    assert timedelta(0) < world.clock.now() - start < timedelta(days=1)
