"""Bots of which it is known how well they serve, to judge the judge of the bot by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.journeys.ports import Heard, Owner, Record
from tests.journeys.scripts import Expected, Journey
from tests.journeys.shop import read_shop

SHOP = read_shop()
ASKED: Mapping[str, tuple[str, ...]] = {  # as the README has it
    "order_status": ("order",), "delivery_problem": ("order",), "refund_status": ("order",), "knowledge": (),
    "address_change": ("order", "address", "confirm"), "order_cancel": ("order", "confirm"),
    "order_change": ("order", "change", "confirm"),
    "refund_request": ("order", "reason", "confirm"), "return_request": ("order", "reason", "confirm"),
    "exchange_request": ("order", "wanted", "confirm"), "invoice_request": ("order", "email", "confirm"),
    "subscription": ("wish", "confirm"), "account_change": ("what", "value", "confirm"), "stock_availability": ("product", "size"),
}  # fmt: skip


def reply(text: str = "", asked: str = "", owner: Owner = "bot", finished: bool = False) -> Heard:
    return Heard((text,) if text else (), asked, owner, finished)


DONE = reply("Done.", finished=True)


@dataclass
class Played:
    """A bot that gives replies from a list, the last again and again, each with what it changed and told by then."""

    replies: list[tuple[Heard, list[Record], list[Record]]]
    heard: list[str] = field(default_factory=list)

    def open(self, journey: Journey) -> Played:
        return Played(self.replies)

    def say(self, text: str) -> Heard:
        self.heard.append(text)
        return self._so_far()[-1][0]

    def _so_far(self) -> list[tuple[Heard, list[Record], list[Record]]]:
        return self.replies[: len(self.heard)]

    def effects(self) -> list[Record]:
        return [each for _, changes, _ in self._so_far() for each in changes]

    def told(self) -> list[Record]:
        return [each for _, _, told in self._so_far() for each in told]

    def messages(self) -> list[str]:
        return [text for heard, _, _ in self._so_far() for text in heard.messages]


class Perfect:
    """Asks every slot the README lists, corrected ones twice, and does what is expected, knowing the script."""

    def __init__(self, journey: Journey) -> None:
        self.journey, self.wish, self.queue, self.texts = journey, -1, list[str](), list[str]()
        self.changed, self.said, self.corrected = list[Record](), list[Record](), "correction" not in journey.tags

    def say(self, text: str) -> Heard:
        heard = self._reply(text)
        self.texts += heard.messages
        return heard

    def effects(self) -> list[Record]:
        return list(self.changed)

    def told(self) -> list[Record]:
        return list(self.said)

    def messages(self) -> list[str]:
        return self.texts

    def _reply(self, text: str) -> Heard:
        if not self.queue:
            self.wish += 1
            if self.wish not in self.journey.wishes:
                return reply("Hello!")
            effect = self._effect()
            if effect is None and self.journey.by == "person":
                return reply("Somebody will be with you.", owner="person")
            self.queue = list(ASKED[effect.intent] if effect else ("confirm",)) or [""]
            if self.queue != [""]:
                return reply("Please tell me more.", self.queue[0])
        elif text == self.journey.instead.get(self.queue[0]):
            return reply("That depends. Please tell me more.", self.queue[0])
        elif self.queue[0] == "confirm" and not self.corrected and len(self.journey.answers["confirm"]) > 1:
            self.corrected = True
            return reply("Changed. Is it right now?", "confirm")
        self.queue.pop(0)
        return reply("Please tell me more.", self.queue[0]) if self.queue else self._finish(self._effect())

    def _effect(self) -> Expected | None:
        """A change of mind comes before what is wanted, an effect before what needs a person."""
        wishes, effects = self.journey.wishes, self.journey.effects
        at = wishes.index(self.wish) - (len(wishes) - len(effects) if self.journey.by == "bot" else 0)
        return effects[at] if 0 <= at < len(effects) else None

    def _finish(self, effect: Expected | None) -> Heard:
        if effect is None:
            return reply("Nothing was changed.", finished=True)
        record = {
            key.removesuffix("_contains"): f"so: {value}" if key.endswith("_contains") else value
            for key, value in effect.holds.items()
        }
        record["do"] = effect.do
        (self.said if effect.said else self.changed).append(record)
        return reply(self._text(effect), finished=True)

    def _text(self, effect: Expected) -> str:
        about = effect.holds.get("about")
        if about == "stock_availability":
            return f"The {SHOP.products[effect.holds['product']].name} is in stock."
        if about == "order_status":
            return f"{effect.holds['order']} is due on {SHOP.orders[effect.holds['order']].expected.isoformat()}."
        if about == "refund_status":
            return f"The refund for {effect.holds['order']} was {SHOP.orders[effect.holds['order']].refund}."
        return (
            f"I am sorry, {about} is not possible any more."
            if effect.do == "refused"
            else f"This is all there is about {about or effect.do}."
        )


class PerfectDesk:
    def open(self, journey: Journey) -> Perfect:
        return Perfect(journey)


LAZY = Played([(reply("A colleague takes over.", owner="person"), [], [])])
