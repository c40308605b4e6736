"""What-if by the desk's API: what is asked is checked at once, put on record, played once by the planner, and read by supervisors."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from switchboard.adapters.aws.planner import PlannerFunction
from switchboard.adapters.planning.prices import solve
from switchboard.application import what_if_desk
from switchboard.application.fanout import StoredCommit
from switchboard.application.what_if import WhatIf
from switchboard.application.what_if_desk import GIVEN_UP, WhatIfDesk, ledger, parse
from switchboard.domain.errors import Malformed, NotFound, StorageUnavailable, TooLarge
from tests.fakes.planner import MemoryPlayers
from tests.unit.process import CONTEXT, Process
from tests.unit.test_desk_api import gateway
from tests.unit.world import World, who

SOFIA = who("sofia", "supervisor")
ROUTE = "/v1/routing/what-if"
FIRST, AGAINST = {"label": "in turn", "strategy": "round_robin"}, {"label": "now", "strategy": "least_load", "weights": {}}
MADE_UP = {"days": 1, "conversations": 60, "seed": 7, "load": 0.7}
SYNTHETIC: dict[str, Any] = {"policies": [FIRST], "against": AGAINST, "synthetic": MADE_UP}
PAST: dict[str, Any] = {"policies": [FIRST], "against": AGAINST, "from": "2026-01-01", "days": 2}

api, planner = importlib.import_module("functions.api.handler"), importlib.import_module("functions.planner.handler")


class Nothing:
    """A ledger in which nobody came; it notes which time was asked for."""

    def __init__(self) -> None:
        self.read: list[tuple[datetime, datetime]] = []

    def commits(self, since: datetime, until: datetime) -> Iterator[StoredCommit]:
        self.read.append((since, until))
        return iter(())


@pytest.fixture
def players() -> MemoryPlayers:
    return MemoryPlayers()


@pytest.fixture
def past() -> Nothing:
    return Nothing()


@pytest.fixture
def desk(world: World, players: MemoryPlayers, past: Nothing) -> WhatIfDesk:
    return WhatIfDesk(world.store, world.clock, world.ids, players, lambda: WhatIf(past, solve))


@pytest.fixture
def ask(process: Process, desk: WhatIfDesk, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, Any]]:
    """(status, answer) of a request, with the planner's function at hand."""
    vars(process)["what_if"] = desk
    for function in (api, planner):
        monkeypatch.setattr(function, "services", lambda: process)

    def asking(method: str, id_: str = "", body: Any = None, groups: str = "supervisor") -> tuple[int, Any]:
        claims = {"cognito:username": "sofia", "token_use": "id", "cognito:groups": groups}
        answer = gateway(method, f"{ROUTE}/{{id}}" if id_ else ROUTE, id_, body, None, claims)
        return answer["statusCode"], json.loads(answer["body"])

    return asking


# -- the whole way -----------------------------------------------------------------------------------


def test_a_question_is_on_record_and_running_until_the_planner_has_answered_it(
    ask: Callable[..., tuple[int, Any]], players: MemoryPlayers
) -> None:
    status, asked = ask("POST", body=SYNTHETIC)
    assert (status, players.told) == (200, [asked["id"]])
    running = ask("GET", asked["id"])[1]
    assert (running["status"], running["result"], running["question"]) == ("running", None, SYNTHETIC)
    assert planner.handler({"what_if": asked["id"]}, CONTEXT) == {"status": "done"}
    status, done = ask("GET", asked["id"])
    assert (status, done["status"], done["asked_by"]) == (200, "done", "sofia")
    assert [p["label"] for p in done["result"]["policies"]] == ["in turn", "now"]
    assert "in turn minus now" in done["table"]
    assert done["picture"].startswith("<svg")
    assert done["asked_at"].endswith("Z")


@pytest.mark.parametrize(("method", "id_"), [("POST", ""), ("GET", "w1")])
def test_agents_neither_ask_nor_read(ask: Callable[..., tuple[int, Any]], players: MemoryPlayers, method: str, id_: str) -> None:
    assert ask(method, id_, SYNTHETIC if method == "POST" else None, groups="agent")[0] == 403
    assert players.told == []


def test_a_question_that_is_none_is_refused_at_once_by_the_name_of_its_fault(ask: Callable[..., tuple[int, Any]]) -> None:
    status, answer = ask("POST", body={**SYNTHETIC, "against": {"strategy": "magic"}})
    assert (status, answer["code"]) == (400, "malformed")
    assert "'against'" in answer["message"]
    assert "magic" in answer["message"]


# -- answering ---------------------------------------------------------------------------------------


def test_a_call_that_comes_again_finds_the_answer_and_plays_nothing(desk: WhatIfDesk, world: World, past: Nothing) -> None:
    id_ = desk.ask(SOFIA, PAST)
    assert desk.answer(id_) == desk.answer(id_)
    assert len(past.read) == 1
    assert len(world.store.events(ledger(id_))) == 2


def test_two_that_play_at_the_same_time_leave_one_answer(
    desk: WhatIfDesk, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = desk.ask(SOFIA, SYNTHETIC)
    drawn = what_if_desk.picture

    def slowly(found: Any) -> str:
        monkeypatch.setattr(what_if_desk, "picture", drawn)
        desk.answer(id_)  # the other one is through before this one is
        return drawn(found)

    monkeypatch.setattr(what_if_desk, "picture", slowly)
    desk.answer(id_)
    assert [r.event.type for r in world.store.events(ledger(id_))] == ["what_if_asked", "what_if_answered"]


def test_a_past_without_anybody_fails_with_the_reason(desk: WhatIfDesk, past: Nothing) -> None:
    id_ = desk.ask(SOFIA, PAST)
    assert desk.answer(id_) == "failed"
    found = desk.read(id_)
    assert (found.status, found.result) == ("failed", None)
    assert found.reason
    [(since, until)] = past.read
    assert since < datetime.fromisoformat("2026-01-01T00:00:00Z") < datetime.fromisoformat("2026-01-03T00:00:00Z") < until


def test_a_picture_too_large_to_keep_is_left_out_and_the_figures_stay(desk: WhatIfDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(what_if_desk, "PICTURE_BYTES", 100)
    id_ = desk.ask(SOFIA, SYNTHETIC)
    desk.answer(id_)
    found = desk.read(id_)
    assert (found.status, found.picture) == ("done", "")
    assert found.table


def test_the_largest_answer_fits_into_one_item_of_the_ledger(desk: WhatIfDesk) -> None:
    names = ("round_robin", "longest_idle", "least_load", "relaxing", "relaxing")
    many = [{"label": f"{n}{'ü' * 59}", "strategy": name} for n, name in enumerate(names)]
    id_ = desk.ask(SOFIA, {**SYNTHETIC, "policies": many, "synthetic": {**MADE_UP, "days": 6, "conversations": 600}})
    desk.answer(id_)
    found = desk.read(id_)
    size = len(json.dumps([found.result, found.table, found.picture], ensure_ascii=False).encode())
    assert found.status == "done"
    assert size < 400 * 1024 - 20_000  # what else a commit holds


def test_what_is_never_answered_is_given_up_and_an_answer_after_all_still_counts(desk: WhatIfDesk, world: World) -> None:
    id_ = desk.ask(SOFIA, SYNTHETIC)
    world.clock.advance(seconds=GIVEN_UP.total_seconds() + 1)
    assert desk.read(id_).status == "failed"
    assert "fewer" in desk.read(id_).reason
    desk.answer(id_)
    assert desk.read(id_).status == "done"


def test_where_the_planner_cannot_be_told_the_asker_hears_it_and_the_record_shows_it(
    desk: WhatIfDesk, world: World, players: MemoryPlayers
) -> None:
    players.away, before = True, world.ids.new("w")
    with pytest.raises(StorageUnavailable):
        desk.ask(SOFIA, SYNTHETIC)
    assert desk.read(f"w{int(before[1:]) + 1:026d}").status == "failed"


@pytest.mark.parametrize("id_", ["w404", "", "w#1", "../w1", "w" * 65])
def test_a_question_nobody_asked_is_not_found(desk: WhatIfDesk, id_: str) -> None:
    for look in (desk.read, desk.answer):
        with pytest.raises(NotFound):
            look(id_)


# -- the call ----------------------------------------------------------------------------------------


class Lambda:
    """As much of boto3's client as is called."""

    def __init__(self, error: Exception | None = None) -> None:
        self.calls: list[dict[str, Any]] = []
        self._error = error

    def invoke(self, **call: Any) -> dict[str, Any]:
        if self._error is not None:
            raise self._error
        self.calls.append(call)
        return {"StatusCode": 202}


def test_the_planner_is_called_and_not_waited_for() -> None:
    client = Lambda()
    PlannerFunction(client, "switchboard-planner").play("w1")
    [call] = client.calls
    assert (call["FunctionName"], call["InvocationType"]) == ("switchboard-planner", "Event")
    assert json.loads(call["Payload"]) == {"what_if": "w1"}


def test_a_planner_that_cannot_be_called_is_told_in_our_words() -> None:
    error = ClientError({"Error": {"Code": "TooManyRequestsException", "Message": "arn:aws:secret"}}, "Invoke")
    with pytest.raises(StorageUnavailable, match="ask again"):
        PlannerFunction(Lambda(error), "switchboard-planner").play("w1")


# -- what may be asked -------------------------------------------------------------------------------


def made_up(**changed: Any) -> dict[str, Any]:
    return {**SYNTHETIC, "synthetic": {**MADE_UP, **changed}}


def first(**changed: Any) -> dict[str, Any]:
    return {**SYNTHETIC, "policies": [{**FIRST, **changed}]}


@pytest.mark.parametrize(("document", "named"), [
    ({**SYNTHETIC, "from": "2026-01-01"}, "synthetic"), ({"policies": [FIRST], "against": AGAINST}, "synthetic"),
    ({**SYNTHETIC, "days": 3}, "'days'"), ({**SYNTHETIC, "most": 3}, "'most'"), (made_up(agents=3), "'synthetic.agents'"),
    ({**SYNTHETIC, "policies": []}, "'policies'"), ({**SYNTHETIC, "policies": FIRST}, "'policies'"),
    ({**SYNTHETIC, "policies": [FIRST] * 6}, "'policies'"), ({**SYNTHETIC, "policies": [FIRST, "index"]}, "'policies[1]'"),
    ({**SYNTHETIC, "policies": [FIRST, FIRST]}, "label"), ({**SYNTHETIC, "against": None}, "'against'"),
    (first(strategy="magic"), "'policies[0]'"), (first(strategy=7), "'policies[0]'"), (first(label=""), "'policies[0]'"),
    (first(weights=[1]), "'policies[0].weights'"), (first(weights={"relax": 1}), "relax"),
    (first(strategy="index", weights={"relax": "1"}), "'policies[0].weights.relax'"),
    (first(strategy="index", weights={"relax": True}), "'policies[0].weights.relax'"),
    (first(strategy="index", weights={"relax": 10**400}), "'policies[0].weights.relax'"),
    (first(strategy="index", weights={"relax": float("nan")}), "'policies[0].weights.relax'"),
    (first(strategy="index", weights={"relax": float("inf")}), "'policies[0].weights.relax'"),
    (first(strategy="index", weights={"relax": -1}), "relax"), (first(colour="red"), "'policies[0].colour'"),
    ({**SYNTHETIC, "synthetic": 3}, "'synthetic'"), (made_up(days=0), "'synthetic.days'"), (made_up(days=1.5), "'synthetic.days'"),
    (made_up(days=None), "'synthetic.days'"), (made_up(conversations=0), "'synthetic.conv"), (made_up(seed="x"), "'synthetic.seed'"),
    (made_up(load=9), "load"), (made_up(load="much"), "'synthetic.load'"), ({**SYNTHETIC, "sla": -1}, "sla"),
    ({**SYNTHETIC, "wage": "much"}, "'wage'"), ({**PAST, "from": "1.1.2026"}, "'from'"), ({**PAST, "from": 20260101}, "'from'"),
    ({**PAST, "from": "2026-02-30"}, "'from'"), ({**PAST, "from": "2026-W01-1"}, "'from'"), ({**PAST, "days": 0}, "'days'"),
    ({**PAST, "days": "2"}, "'days'"), ({k: v for k, v in PAST.items() if k != "days"}, "'days'"),
])  # fmt: skip
def test_a_question_that_cannot_be_played_is_refused_by_the_name_of_its_fault(document: dict[str, Any], named: str) -> None:
    with pytest.raises(Malformed) as caught:
        parse(document)
    assert named in str(caught.value)


@pytest.mark.parametrize(("document", "named"), [
    (made_up(conversations=50_001), "50,000"),
    ({**made_up(conversations=40_000), "policies": [FIRST, {"strategy": "index"}]}, "33,333"),
    (made_up(conversations=30_000, load=0.1), "at least 0.4 "),
    (made_up(days=32), "31"), ({**PAST, "days": 32}, "31"), ({**PAST, "days": 10**9}, "31"),
])  # fmt: skip
def test_what_the_planner_could_not_play_in_its_two_minutes_is_refused_and_the_command_named(
    document: dict[str, Any], named: str
) -> None:
    with pytest.raises(TooLarge) as caught:
        parse(document)
    assert named in str(caught.value)
    assert "tools.what_if" in str(caught.value)


def test_a_past_is_bounded_too_for_nobody_knows_beforehand_how_many_came() -> None:
    assert parse(PAST).question.most == 50_000
    assert parse({**PAST, "policies": [FIRST, {"strategy": "index"}, {"strategy": "relaxing"}]}).question.most == 25_000


def test_tomorrow_has_no_past(desk: WhatIfDesk, world: World, players: MemoryPlayers) -> None:
    tomorrow = world.clock.now() + timedelta(days=1)
    with pytest.raises(Malformed, match="'from'"):
        desk.ask(SOFIA, {**PAST, "from": f"{tomorrow:%Y-%m-%d}"})
    assert players.told == []


def test_what_is_left_out_is_as_usual_and_what_is_said_counts() -> None:
    usual = parse({"policies": [{"strategy": "index"}], "against": AGAINST, "synthetic": {"days": 1, "conversations": 5}})
    assert (usual.question.sla, usual.question.wage, usual.question.policies[0].label) == (30.0, 25.0, "index")
    said = parse({**made_up(seed=9), "sla": 60, "wage": 31.5, "policies": [{"strategy": "index", "weights": {"relax": 20}}]})
    assert said.made_up is not None
    assert (said.question.sla, said.question.wage, said.question.seed, said.made_up.seed) == (60, 31.5, 9, 9)
    assert said.question.policies[0].weights == {"relax": 20}
