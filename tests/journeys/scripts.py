"""Reads the journeys of `tests/data/dialogue` into values, and says clearly what is wrong with one that cannot be played."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from tests.journeys.shop import DIALOGUE, Shop

CHANNELS = ("webchat", "email", "sms", "whatsapp", "wechat")
TAGS = (
    "correction", "noisy", "ask", "angry", "uncovered", "not_understood", "vip",
    "odd_yes", "partial", "yes_and", "denies_option", "two_wishes", "gives_up", "leaves", "numbers", "refused",
)  # fmt: skip
SLOTS = ("order", "address", "change", "reason", "wanted", "email", "wish", "what", "value", "product", "size", "confirm")

# What a change or an answer holds besides `do`; `*_contains` is looked for within the value, anything else is the whole value.
EFFECTS: Mapping[str, frozenset[str]] = {
    "address_change": frozenset({"order", "address_contains"}),
    "order_change": frozenset({"order", "change_contains"}),
    "exchange_request": frozenset({"order", "wanted_contains"}),
    "account_changed": frozenset({"what", "value_contains"}),
    "invoice_sent": frozenset({"order", "email"}),
    "order_cancel": frozenset({"order"}),
    "refund_request": frozenset({"order"}),
    "return_request": frozenset({"order"}),
    "trace_opened": frozenset({"order"}),
    "membership_paused": frozenset(),
    "membership_stopped": frozenset(),
    "refused": frozenset({"about"}),
}
TOLD: Mapping[str, frozenset[str]] = {
    "order_status": frozenset({"about", "order"}),
    "refund_status": frozenset({"about", "order"}),
    "stock_availability": frozenset({"about", "product"}),
    "knowledge": frozenset({"about"}),
}
SAID = ("told", "refused")  # the rest changes something in the shop
INTENTS = {
    "trace_opened": "delivery_problem",
    "invoice_sent": "invoice_request",
    "account_changed": "account_change",
    "membership_paused": "subscription",
    "membership_stopped": "subscription",
}

# The journeys do not mark what is no wish; these are all. After a greeting the wish is still to come; after a farewell they are gone.
GREETINGS = frozenset({"السلام عليكم", "नमस्ते जी", "こんにちは", "안녕하세요~", "Добрый вечер!"})
FAREWELLS = frozenset({
    "Herzlichen Dank und auf Wiedersehen.", "¡mil gracias, muy amables!", "Merci, bonne journée !", "감사합니다 수고하세요",
    "grazie mille comunque, buona giornata", "valeu, obrigada pela ajuda!", "спасибо большое", "蟹蟹亲 拜拜~",
})  # fmt: skip


class JourneyError(ValueError):
    """A journey that cannot be played; says which one and why."""


@dataclass(frozen=True)
class Expected:
    """One line of `expect.effects`: `do`, and what it holds."""

    do: str
    holds: Mapping[str, str]

    @property
    def said(self) -> bool:
        """Whether it is told or refused, rather than changed."""
        return self.do in SAID

    @property
    def intent(self) -> str:
        """The wish it belongs to, as the intent taxonomy names it ("knowledge" for a question)."""
        return self.holds["about"] if self.said else INTENTS.get(self.do, self.do)

    def __str__(self) -> str:
        return " ".join([self.do, *(f"{key}={value}" for key, value in self.holds.items())])


@dataclass(frozen=True)
class Journey:
    """A scripted customer: what they want, how they answer, and how it has to end."""

    id: str
    language: str
    customer: str
    channel: str
    opening: str
    then: tuple[str, ...]
    answers: Mapping[str, tuple[str, ...]]
    instead: Mapping[str, str]
    any: tuple[str, ...]
    stranger: bool
    vip: bool
    tags: tuple[str, ...]
    by: Literal["bot", "person"]
    effects: tuple[Expected, ...]

    @property
    def says(self) -> tuple[str, ...]:
        """What they come up with by themselves, in order."""
        return (self.opening, *self.then)

    @property
    def wishes(self) -> tuple[int, ...]:
        """Which of `says` are wishes, neither greeting nor farewell."""
        return tuple(at for at, text in enumerate(self.says) if text not in GREETINGS and text not in FAREWELLS)


def read_journeys(shop: Shop, folder: Path = DIALOGUE / "journeys") -> tuple[Journey, ...]:
    """All journeys of `folder`, by language and id. Raises JourneyError on the first that is not right."""
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise JourneyError(f"no journeys in {folder}")
    journeys: list[Journey] = []
    for file in files:
        raw = yaml.safe_load(file.read_text(encoding="utf-8"))
        if not isinstance(raw, list):
            raise JourneyError(f"{file.name}: is not a list of journeys")
        journeys.extend(read_journey(each, file.stem, shop) for each in raw)
    twice = {each.id for each in journeys if sum(other.id == each.id for other in journeys) > 1}
    if twice:
        raise JourneyError(f"more than one journey is called {', '.join(sorted(twice))}")
    return tuple(journeys)


KEYS = frozenset({"id", "customer", "channel", "opening", "then", "answers", "instead", "any", "stranger", "vip", "tags", "expect"})


def read_journey(raw: Any, language: str, shop: Shop) -> Journey:
    """One journey as YAML gives it. Raises JourneyError."""
    if not isinstance(raw, dict):
        raise JourneyError(f"{language}: a journey is not a mapping: {raw!r}")
    name = str(raw.get("id"))

    def need(right: bool, what: str) -> None:
        if not right:
            raise JourneyError(f"{name}: {what}")

    need(name.startswith(f"{language}-"), f"its id does not begin with {language}-")
    need(not set(raw) - KEYS, f"unknown keys {sorted(set(raw) - KEYS)}")
    expect = raw.get("expect")
    need(isinstance(expect, dict) and set(expect) == {"by", "effects"}, "expect needs exactly by and effects")
    assert isinstance(expect, dict)
    need(expect["by"] in ("bot", "person"), f"expect.by is {expect['by']!r}")
    need(raw.get("channel") in CHANNELS, f"unknown channel {raw.get('channel')!r}")
    need(raw.get("customer") in shop.emails, f"the shop has no customer {raw.get('customer')!r}")
    need(not set(raw.get("tags", [])) - set(TAGS), f"unknown tags in {raw.get('tags')}")
    for kind in ("answers", "instead"):
        unknown = set(raw.get(kind, {})) - set(SLOTS)
        need(not unknown, f"{kind} name no slot: {sorted(unknown)}")
    for flag in ("stranger", "vip"):
        need(isinstance(raw.get(flag, False), bool), f"{flag} is neither true nor false")
    journey = Journey(
        id=name,
        language=language,
        customer=raw["customer"],
        channel=raw["channel"],
        opening=_texts([raw.get("opening")], "opening", need)[0],
        then=_texts(raw.get("then", []), "then", need),
        answers={slot: _texts(texts, f"answers.{slot}", need, least=1) for slot, texts in raw.get("answers", {}).items()},
        instead={slot: _texts([text], f"instead.{slot}", need)[0] for slot, text in raw.get("instead", {}).items()},
        any=_texts(raw.get("any", []), "any", need),
        stranger=raw.get("stranger", False),
        vip=raw.get("vip", False),
        tags=tuple(raw.get("tags", [])),
        by=expect["by"],
        effects=tuple(_effect(each, raw["customer"], shop, need) for each in expect["effects"]),
    )
    need(journey.opening not in GREETINGS or bool(journey.then), "a greeting and nothing after it")
    need(not FAREWELLS & set(journey.says[:-1]), "they say goodbye and go on")
    # What is told is looked for where it was asked for, so it must be plain which wish an effect belongs to.
    if journey.by == "bot" and any(each.said for each in journey.effects):
        need(len(journey.wishes) == len(journey.effects), "told or refused, and not one effect for each wish")
    return journey


def _texts(raw: Any, what: str, need: Callable[[bool, str], None], least: int = 0) -> tuple[str, ...]:
    need(isinstance(raw, list) and all(isinstance(text, str) and text.strip() for text in raw), f"{what} must be texts, not {raw!r}")
    need(len(raw) >= least, f"{what} is empty")
    return tuple(raw)


def _effect(raw: Any, customer: str, shop: Shop, need: Callable[[bool, str], None]) -> Expected:
    need(isinstance(raw, dict) and all(isinstance(value, str) for value in raw.values()), f"an effect must hold texts, not {raw!r}")
    do, holds = raw.get("do"), {key: value for key, value in raw.items() if key != "do"}
    keys = TOLD.get(holds.get("about", "")) if do == "told" else EFFECTS.get(str(do))
    need(keys is not None, f"unknown effect {raw}")
    need(holds.keys() == keys, f"{do} needs {sorted(keys or ())}, not {sorted(holds)}")
    if "order" in holds:
        order = shop.orders.get(holds["order"])
        need(order is not None and order.customer == customer, f"{customer} has no order {holds['order']}")
        refunded = order is not None and order.refund in ("requested", "paid")
        need(refunded or holds.get("about") != "refund_status", f"{holds['order']} has no refund to tell of")
    if "product" in holds:
        need(holds["product"] in shop.products, f"the shop has no product {holds['product']}")
    return Expected(str(do), holds)
