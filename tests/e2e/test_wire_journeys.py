"""The journeys of tests/data/journeys, played by customers on the running system with its real intent model."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import pytest
import yaml

from local.peers import Visitor
from tests.e2e.stage import Customer, Stage, until

JOURNEYS = sorted((Path(__file__).parents[1] / "data" / "journeys").glob("*.yaml"))
WITH_PEOPLE = {"queued", "assigned", "active"}


class Somebody(Protocol):
    def says(self, text: str) -> None: ...

    def conversation(self) -> str: ...

    def answers(self) -> int: ...


class OnAVendor:
    def __init__(self, stage: Stage, channel: str) -> None:
        self._stage = stage
        self._customer: Customer = stage.customer(channel)

    def says(self, text: str) -> None:
        self._customer.says(text)

    def conversation(self) -> str:
        return self._stage.current(self._customer)

    def answers(self) -> int:
        return len([m for m in self._customer.thread() if m["direction"] == "out"])


class OnTheSite:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._visitor: Visitor = stage.visitor()

    def says(self, text: str) -> None:
        self._stage.heard.append(text)
        self._visitor.say(text)

    def conversation(self) -> str:
        answer = self._visitor.socket.request("resume", after=0)["result"]
        return str((answer["conversation"] or {}).get("id", ""))

    def answers(self) -> int:
        frames = [f for _, f in self._visitor.socket.frames if f["type"] == "events"]
        return len([e for f in frames for e in f["events"] if e["type"] == "message_sent"])


@pytest.mark.parametrize("path", JOURNEYS, ids=lambda p: p.stem)
def test_journey(stage: Stage, path: Path) -> None:
    journey = yaml.safe_load(path.read_text(encoding="utf-8"))
    somebody: Somebody = OnTheSite(stage) if journey["channel"] == "webchat" else OnAVendor(stage, journey["channel"])
    if not any(turn.get("expect") == "queued" for turn in journey["turns"]):
        stage.agent("chen" if journey["language"] == "zh" else "mia").online()
    said: list[str] = []
    answered = 0

    def record() -> dict[str, Any]:
        """The conversation once all that was said is on record."""

        def look() -> dict[str, Any] | None:
            found = stage.story(somebody.conversation()) if somebody.conversation() else None
            if found is None or len(_texts(found)) < len(said):
                return None
            # Summary and events are read one after the other; only together do they tell one story.
            return found if found["conversation"]["last_event"] == found["events"][-1]["no"] else None

        found = until("what was said is on record", look)
        assert found is not None
        return found

    for turn in journey["turns"]:
        if "customer" in turn:
            somebody.says(turn["customer"])
            said.append(turn.get("kept", turn["customer"]))  # no card is kept
            continue
        now = record()
        assert _texts(now) == said, "each once, in order, as it was sent"
        match turn["expect"]:
            case "bot_answer":
                until("the bot's answer", lambda before=answered: somebody.answers() > before)  # type: ignore[misc]
                assert now["conversation"]["status"] == "bot"
            case "handed_over":
                assert now["conversation"]["status"] in WITH_PEOPLE
            case "queued":
                assert now["conversation"]["status"] == "queued"
                assert [e["type"] for e in now["events"]].count("queued") == 1
            case other:
                raise AssertionError(f"unknown expectation {other!r}")
        answered = somebody.answers()


def _texts(found: dict[str, Any]) -> list[str]:
    return [e["content"]["text"] for e in found["events"] if e["type"] == "message_received"]
