"""The desk that the scripted customers write to: the real use cases, intent model and shipped flows on the stores' fakes, and the
demo's shop behind the connector."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

from local.shop.books import read
from local.shop.rules import Shop
from switchboard.application.ports import Understander
from switchboard.application.reading import understood
from switchboard.bootstrap import shipped
from switchboard.domain import bot
from switchboard.domain import events as ev
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.errors import Unreadable
from switchboard.domain.understanding import Understanding
from tests.fakes.connectors import MemoryConnector
from tests.journeys.ports import Heard, Owner, Record
from tests.journeys.scripts import Journey
from tests.unit.world import World, who

SHOP = Path(__file__).resolve().parents[1] / "data/dialogue/shop.yaml"
CALLS_A_TURN = 20
TELLING = frozenset({"order_status", "refund_status", "stock_availability"})


@lru_cache(maxsize=1)
def understander() -> Understander:
    """The model as it is built for the router's layer."""
    model = import_module("switchboard.adapters.onnx.classifier").OnnxIntentModel
    built = Path(__file__).resolve().parents[2] / "build/layers/intent/python/switchboard_intent"
    return model(built)  # type: ignore[no-any-return]  # its module needs the layer's packages, which unit tests do without


def open_desk(shop: Path = SHOP) -> Desk:
    """A desk before the shop in that file."""
    return Desk(shop)


class Desk:
    """Implements `tests.journeys.ports.Desk`."""

    def __init__(self, shop: Path = SHOP) -> None:
        self._shop = shop

    def open(self, journey: Journey) -> Talk:
        return Talk(journey, self._shop)


class Talk:
    """Implements `tests.journeys.ports.Talk`. The customer is known from an earlier conversation, which is over."""

    def __init__(self, journey: Journey, shop: Path = SHOP) -> None:
        document = yaml.safe_load(shop.read_text("utf-8"))
        self._shop = Shop(read(document, document["today"]))
        self._world = World()
        self._world.lead(MemoryConnector(self._shop), bot.parse(shipped("bot.json")))
        self._world.route_by(strategy="index", vip={"attribute": "tier", "values": ["gold"], "ahead": 600})
        self._address, self._channel = "+44 7700 900000", journey.channel
        self._conversations: list[str] = []  # one after the other, where the bot closes one
        if not journey.stranger:
            self._introduce(journey)

    def _introduce(self, journey: Journey) -> None:
        before = self._receive("hello", Understanding("greeting", 1.0, journey.language, model="test"))
        crm = who("crm", "integration")  # the company knows its customers; nobody at the desk says who they are
        attributes = {"customer": journey.customer, **({"tier": "gold"} if journey.vip else {})}
        self._world.contacts.set_attributes(crm, before.contact, attributes)
        if before.status is not Status.BOT:  # nobody reads it: it is closed for the journey to begin anew
            raise Unreadable("a greeting is the bot's")
        self._world.clock.advance(seconds=self._world.policy.idle + 10)
        self._world.conversing.watch.repair()
        assert self._world.now_of(before).status is Status.RESOLVED
        self._conversations.clear()

    def say(self, text: str) -> Heard:
        self._world.clock.advance(seconds=20)
        [u] = understood(understander(), [text])
        before = len(self.messages())
        c = self._receive(text, u)
        self._settle(c.id)
        c = self._world.store.conversation(c.id)
        asked = c.dialogue.top.waiting if c.dialogue.top is not None and c.status is Status.BOT else ""
        owner: Owner = "bot" if c.status is Status.BOT else "nobody" if c.status is Status.RESOLVED else "person"
        finished = owner == "nobody" or (owner == "bot" and not c.dialogue.open and not self._missed(c))
        return Heard(tuple(self.messages()[before:]), asked.partition(".")[0], owner, finished and not asked)

    def _missed(self, c: Conversation) -> bool:
        """Whether the bot's last word is that it did not understand."""
        last = [r.event for r in self._world.store.events(c.ledger) if isinstance(r.event, ev.MessageReceived | ev.NotUnderstood)]
        return bool(last) and isinstance(last[-1], ev.NotUnderstood)

    def _receive(self, text: str, u: Understanding) -> Conversation:
        after = self._world.intake.receive(self._world.message(self._address, text, channel=self._channel), u)
        assert after is not None
        if after.id not in self._conversations:
            self._conversations.append(after.id)
        return after

    def _settle(self, conversation: str) -> None:
        """Make every call that is out, as the queue would."""
        for _ in range(CALLS_A_TURN):
            recorded = [r.event for r in self._world.store.events(f"cnv#{conversation}")]
            done = {e.call for e in recorded if isinstance(e, ev.ActionDone)}
            out = [e.call for e in recorded if isinstance(e, ev.ActionRequested) and e.call not in done]
            if not out:
                return
            for call in out:
                self._world.actions.perform(conversation, call)
        raise AssertionError("the bot never comes to an end")

    def effects(self) -> Sequence[Record]:
        return [dict(e) for e in self._shop.effects]

    def told(self) -> Sequence[Record]:
        found: list[dict[str, Any]] = []
        slots: list[dict[str, str]] = []
        for r in self._recorded():
            match r.event:
                case ev.FlowStarted():
                    slots.append({})
                case ev.SlotFilled(slot=slot, value=value) if slots:
                    slots[-1][slot] = value
                case ev.ActionDone(data=data) if slots and "sku" in data:
                    slots[-1]["product"] = str(data["sku"])
                case ev.FlowEnded(flow=flow, outcome=outcome) if slots:
                    known = {name: value for name, value in slots.pop().items() if name in ("order", "product")}
                    if outcome == "done" and flow in TELLING:
                        found.append({"do": "told", "about": flow, **known})
                    elif outcome == "refused":
                        found.append({"do": "refused", "about": flow, **known})
                case ev.BotAnswered():
                    found.append({"do": "told", "about": "knowledge"})
        return found

    def messages(self) -> Sequence[str]:
        return [
            r.event.content.text for r in self._recorded()
            if isinstance(r.event, ev.MessageSent) and r.event.author is ev.ActorKind.BOT
        ]  # fmt: skip

    def _recorded(self) -> list[ev.Recorded]:
        return [r for conversation in self._conversations for r in self._world.store.events(f"cnv#{conversation}")]
