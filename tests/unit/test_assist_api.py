"""The help for agents over REST, through the function that serves it; and the two listeners, which keep one contract."""

from __future__ import annotations

import importlib
import io
import json
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from switchboard.adapters.aws.listener import ListeningFunction
from switchboard.adapters.onnx.classifier import OnnxIntentModel
from switchboard.application.assist_ports import Listener
from switchboard.bootstrap import shipped
from switchboard.domain import events as ev
from switchboard.domain.assist.check import Heard, Reader, check
from switchboard.domain.assist.filling import fill
from switchboard.domain.errors import Malformed, StorageUnavailable
from switchboard.entry import librarian
from tests.contract.listener_contract import FURIOUS, ListenerContract
from tests.fakes.listener import WordListener
from tests.unit.process import Process
from tests.unit.test_desk_api import gateway
from tests.unit.world import REFUND, World

handler = importlib.import_module("functions.api.handler")
CONVERSATION = "/v1/conversations/{id}"
Ask = Callable[..., tuple[int, Any]]


@pytest.fixture
def listener(process: Process) -> WordListener:
    listener = WordListener()
    vars(process.assisting).update(listener=listener)
    return listener


@pytest.fixture
def ask(process: Process, listener: WordListener, monkeypatch: pytest.MonkeyPatch) -> Ask:
    monkeypatch.setattr(handler, "services", lambda: process)

    def asking(
        method: str, route: str, id_: str = "", body: Any = None, *, name: str = "", agent: str = "ada", role: str = "agent",
        query: dict[str, str] | None = None,
    ) -> tuple[int, Any]:  # fmt: skip
        signed = {"cognito:username": agent, "token_use": "id", "cognito:groups": role}
        answer = gateway(method, route.replace("{name}", name or "{name}"), id_, body, query, signed)
        if name:
            event_path = {"id": id_, "name": name}
            answer = handler.call(process, _request(method, signed, query, body), route, event_path)
            return answer.status_code, json.loads(answer.body)
        return answer["statusCode"], json.loads(answer["body"])

    return asking


def _request(method: str, claims: dict[str, str], query: dict[str, str] | None, body: Any) -> Any:
    return SimpleNamespace(
        context={"authorizer": {"claims": claims}, "identity": {}, "requestId": "r"}, query_params=query, method=method, headers={},
        raw_body=json.dumps(body).encode() if body is not None else b"",
    )  # fmt: skip


@pytest.fixture
def mine(world: World) -> str:
    world.hire("ada", queues=("general", "billing"))
    c = world.write("1", REFUND, text="I want my money back. When do I get it?")
    world.desk.accept(ev.Actor(ev.ActorKind.AGENT, "ada", "agent"), c.id)
    world.hire("bob")
    return c.id


def test_an_agent_sees_what_helps_and_a_stranger_does_not(ask: Ask, mine: str, world: World) -> None:
    status, found = ask("GET", CONVERSATION + "/assist", mine)
    assert status == 200
    assert found["steps"][0]["kind"]
    offered = {m["name"]: m["fits"] for m in found["macros"]}
    assert offered["to_billing"] is True
    assert offered["to_technical"] is False
    assert found["macros"][0]["titles"]["zh"]
    for route in ("/assist", "/summary"):
        assert ask("GET", CONVERSATION + route, mine, agent="bob")[0] == 403
    read = [r.event.name for r in world.store.events(f"acs#ada#{world.clock.now():%Y-%m-%d}")]  # type: ignore[attr-defined]
    assert "GetAssistance" in read


def test_a_summary_is_codes_and_the_customers_words(ask: Ask, mine: str) -> None:
    status, found = ask("GET", CONVERSATION + "/summary", mine, query={"language": "zh"})
    assert (status, found["wants"], found["first"]["text"]) == (200, ["refund_request"], "When do I get it?")
    assert found["waits_for"] == "agent"


def test_a_macro_is_previewed_and_applied_once(ask: Ask, mine: str, world: World) -> None:
    status, shown = ask("POST", CONVERSATION + "/macros/{name}", mine, name="hold")
    assert (status, shown["version"], shown["missing"], shown["language"]) == (200, 0, [], "en")
    body = {"version": 0, "client_id": "k-1", "text": shown["text"]}
    for _ in range(2):
        assert ask("POST", CONVERSATION + "/macros/{name}/apply", mine, body, name="hold")[0] == 200
    applied = [r.event for r in world.store.events(f"cnv#{mine}") if isinstance(r.event, ev.MacroApplied)]
    assert [(a.macro, a.edited) for a in applied] == [("hold", False)]


@pytest.mark.parametrize(("name", "body", "status"), [
    ("hold", {"client_id": "k"}, 400), ("hold", {"version": "0", "client_id": "k"}, 400),
    ("hold", {"version": True, "client_id": "k"}, 400), ("hold", {"version": 0}, 400),
    ("hold", {"version": 0, "client_id": "k", "text": 3}, 400), ("none", {"version": 0, "client_id": "k"}, 404),
    ("hold", {"version": 4, "client_id": "k"}, 409), ("order_looked_up", {"version": 0, "client_id": "k"}, 400),
])  # fmt: skip
def test_a_bad_use_of_a_macro_is_refused(ask: Ask, mine: str, name: str, body: dict[str, Any], status: int) -> None:
    assert ask("POST", CONVERSATION + "/macros/{name}/apply", mine, body, name=name)[0] == status


def test_macros_are_set_by_leaders_and_in_force_at_once(ask: Ask, mine: str) -> None:
    document = {"macros": [{"name": "mine", "titles": {"en": "Mine"}, "texts": {"en": "Hi"}}]}
    assert ask("PUT", "/v1/macros", body=document)[0] == 403
    assert ask("GET", "/v1/macros")[0] == 200
    assert ask("PUT", "/v1/macros", body={**document, "version": 0}, role="supervisor") == (200, {"version": 1, **document})
    assert ask("PUT", "/v1/macros", body={**document, "version": 0}, role="supervisor")[0] == 409
    assert ask("PUT", "/v1/macros", body={"macros": [{"name": "x"}]}, role="administrator")[0] == 400
    assert ask("GET", "/v1/macros", role="supervisor")[1] == {"version": 1, **document}
    assert len(ask("GET", "/v1/macros", role="supervisor", query={"version": "0"})[1]["macros"]) >= 12
    assert [m["name"] for m in ask("GET", CONVERSATION + "/assist", mine)[1]["macros"]] == ["mine"]


def test_a_text_is_looked_at_before_it_is_sent_and_nothing_of_it_is_kept(ask: Ask, mine: str, world: World) -> None:
    before = len(world.store.events(f"cnv#{mine}"))
    text = "Das ist nun wirklich alles, lieber Kunde {{customer_name}}"
    status, found = ask("POST", CONVERSATION + "/check", mine, {"text": text})
    assert (status, found["complete"]) == (200, True)
    assert [w["kind"] for w in found["warnings"]] == ["placeholder", "language"]
    assert ask("POST", CONVERSATION + "/check", mine, {"text": "Your order is here."})[1] == {"warnings": [], "complete": True}
    assert [w["kind"] for w in ask("POST", CONVERSATION + "/check", mine, {"text": ""})[1]["warnings"]] == ["empty"]
    assert ask("POST", CONVERSATION + "/check", mine, {"text": 3})[0] == 400
    assert ask("POST", CONVERSATION + "/check", mine, {"text": "x" * 20_001})[0] == 400
    assert ask("POST", CONVERSATION + "/check", mine, {"text": "hi"}, agent="bob")[0] == 403
    assert len(world.store.events(f"cnv#{mine}")) == before


def test_without_the_model_the_rest_is_looked_at(ask: Ask, mine: str, listener: WordListener) -> None:
    listener.away = True
    _, found = ask("POST", CONVERSATION + "/check", mine, {"text": "card 4111111111111111"})
    assert found == {"warnings": [{"kind": "card", "detail": "…1111"}], "complete": False}


def test_a_text_longer_than_one_message_of_the_channel_is_told(ask: Ask, mine: str) -> None:
    _, found = ask("POST", CONVERSATION + "/check", mine, {"text": "A word. " * 600})
    assert [(w["kind"], w["detail"]) for w in found["warnings"]] == [("parts", "2")]


# -- who listens -------------------------------------------------------------------------------------


class TestWordListener(ListenerContract):
    @pytest.fixture
    def listener(self) -> Listener:
        return WordListener()


class Invoked:
    """A Lambda client whose function runs here."""

    def __init__(self, run: Callable[[Any], Any]) -> None:
        self._run = run

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # boto3's names
        assert FunctionName == "librarian"
        return {"Payload": io.BytesIO(json.dumps(self._run(json.loads(Payload))).encode())}


@pytest.fixture(scope="module")
def carrier() -> Any:
    """A process with the model that is built."""
    return SimpleNamespace(understander=OnnxIntentModel())


@pytest.mark.model
class TestListeningFunction(ListenerContract):
    """The adapter, and the function it calls."""

    @pytest.fixture
    def listener(self, carrier: Any) -> Listener:
        return ListeningFunction(lambda: Invoked(lambda event: librarian.answer(carrier, event)), "librarian")


@pytest.mark.model
def test_the_companys_own_texts_are_let_be_in_every_language(carrier: Any) -> None:
    """What an agent is offered to send must not be asked about: neither the macros nor the bot's answers."""
    known = {"customer_name": "Anna Kowalczyk", "agent_name": "Mia", "slot.order": "SB-10214"}
    texts = [(lang, fill(t, known).text) for m in shipped("macros.json")["macros"] for lang, t in m["texts"].items()]
    texts += [(lang, t) for answers in shipped("bot.json")["answers"].values() for lang, t in answers.items()]
    heard = [Heard(u.language, u.sentiment, u.anger) for u in carrier.understander.classify([t for _, t in texts])]
    asked = [t for (lang, t), h in zip(texts, heard, strict=True) if check(t, Reader(lang, lambda _: 1), h, date(2026, 3, 10))]
    assert asked == []


@pytest.mark.parametrize("answer", [{}, {"errorMessage": "boom"}, [], None, {"heard": 3}, {"heard": {"language": "en"}},
                                    {"heard": {"language": "en", "sentiment": "angry", "anger": "much"}}])  # fmt: skip
def test_what_is_no_answer_is_nobody_there(answer: Any) -> None:
    with pytest.raises(StorageUnavailable):
        ListeningFunction(lambda: Invoked(lambda _: answer), "librarian").hear("hi")


def test_who_answers_too_late_is_not_waited_for() -> None:
    def late(_: Any) -> Any:
        raise ReadTimeoutError(endpoint_url="x")

    with pytest.raises(StorageUnavailable):
        ListeningFunction(lambda: Invoked(late), "librarian").hear("hi")


@pytest.mark.parametrize("event", [{"hear": {}}, {"hear": {"text": 3}}, {"hear": None}, {"hear": "hi"}])
def test_what_is_no_text_is_refused_by_the_function(event: Any) -> None:
    with pytest.raises(Malformed):
        librarian.answer(SimpleNamespace(), event)  # type: ignore[arg-type]


def test_fury_is_fury() -> None:
    assert WordListener().hear(FURIOUS).sentiment == "angry"
