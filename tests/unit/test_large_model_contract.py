"""The contract of the large model, on the fake and on Bedrock's adapter with the emulator of its wire."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from local.large_model.server import PretendedModel
from switchboard.adapters.aws.large_model import BedrockModel
from switchboard.application.large_model import USER, Limits, NoAnswer, Said, TooLong, Withheld
from switchboard.application.large_model import Throttled as ThrottledModel
from switchboard.large_models import bedrock
from tests.contract.large_model_contract import SYSTEM, Far, LargeModelContract
from tests.fakes.large_model import ScriptedModel

MODEL = "example.pretended-v1:0"


class TestFake(LargeModelContract):
    @pytest.fixture
    def model(self) -> ScriptedModel:
        return ScriptedModel()

    @pytest.fixture
    def far(self, model: ScriptedModel) -> Far:
        return _Scripted(model)


class _Scripted:
    def __init__(self, model: ScriptedModel) -> None:
        self._model = model

    def says(self, text: str) -> None:
        self._model.speak = lambda system, said: text

    def has(self, trouble: str) -> None:
        self._model.trouble = {
            "throttled": ThrottledModel("busy"), "filtered": Withheld("filter", (9, 1)), "cut": TooLong("cut", (9, 9)),
        }.get(trouble) or NoAnswer(trouble, None)  # fmt: skip

    @property
    def heard(self) -> list[tuple[str, str]]:
        return self._model.calls


class _OnTheWire:
    def __init__(self, server: PretendedModel) -> None:
        self._server = server

    def says(self, text: str) -> None:
        self._server.mode, self._server.script = "scripted", lambda system, said: text

    def has(self, trouble: str) -> None:
        self._server.mode = trouble

    @property
    def heard(self) -> list[tuple[str, str]]:
        return [(c["system"], c["said"]) for c in self._server.calls]


@pytest.fixture
def server() -> Iterator[PretendedModel]:
    started = PretendedModel().start()
    yield started
    started.stop()


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)


class TestBedrock(LargeModelContract):
    @pytest.fixture
    def model(self, server: PretendedModel) -> BedrockModel:
        return BedrockModel(lambda: bedrock(server.url, patience=0.5), MODEL)

    @pytest.fixture
    def far(self, server: PretendedModel) -> Far:
        return _OnTheWire(server)

    def test_the_call_is_of_the_documented_form(self, server: PretendedModel, model: BedrockModel) -> None:
        model.converse(SYSTEM, [Said(USER, "Hello?")], Limits(tokens=123))
        [call] = server.calls
        assert call["model"] == MODEL
        assert call["body"] == {
            "system": [{"text": SYSTEM}], "messages": [{"role": "user", "content": [{"text": "Hello?"}]}],
            "inferenceConfig": {"maxTokens": 123, "temperature": 0.0},
        }  # fmt: skip

    @pytest.mark.parametrize("identifier", ["gr1abc", "arn:aws:bedrock:us-east-1:000000000000:guardrail/gr1abc"])
    def test_a_guardrail_goes_along_where_the_company_has_one(self, server: PretendedModel, identifier: str) -> None:
        BedrockModel(lambda: bedrock(server.url), MODEL, f"{identifier}:7").converse(SYSTEM, [Said(USER, "Hello?")], Limits())
        config = {"guardrailIdentifier": identifier, "guardrailVersion": "7", "trace": "disabled"}
        assert server.calls[0]["body"]["guardrailConfig"] == config

    def test_nobody_there_costs_nothing(self) -> None:
        with pytest.raises(NoAnswer) as raised:
            BedrockModel(lambda: bedrock("http://127.0.0.1:9"), MODEL).converse(SYSTEM, [Said(USER, "Hello?")], Limits())
        assert raised.value.tokens == (0, 0)

    def test_too_much_to_read_is_told_so(self, server: PretendedModel, model: BedrockModel) -> None:
        with pytest.raises(TooLong):
            model.converse(SYSTEM, [Said(USER, "word " * 300_000)], Limits())

    @pytest.mark.parametrize("answer", [
        b"{}", b'{"usage": {"inputTokens": "x"}}', b'[]', b'"text"',
        json.dumps({"stopReason": "end_turn", "usage": {"inputTokens": 1, "outputTokens": 1}, "output": {}}).encode(),
    ])  # fmt: skip
    def test_an_answer_out_of_form_is_none(
        self, server: PretendedModel, model: BedrockModel, monkeypatch: pytest.MonkeyPatch, answer: bytes
    ) -> None:
        monkeypatch.setattr(server, "converse", lambda *_: answer)
        with pytest.raises(NoAnswer) as raised:
            model.converse(SYSTEM, [Said(USER, "Hello?")], Limits())
        assert raised.value.tokens is None
