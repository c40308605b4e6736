"""A small shop whose flows the tests of the dialogue engine play: its documents, a company that answers at once, and a customer who
writes one message after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from switchboard.domain.dialogue import engine, reading
from switchboard.domain.dialogue import events as de
from switchboard.domain.dialogue.flow import Flow, Words
from switchboard.domain.dialogue.state import EMPTY, Dialogue, folded
from switchboard.domain.dialogue.turn import Hearing, Turn
from switchboard.domain.errors import NotFound
from switchboard.domain.event import Event
from switchboard.domain.understanding import Understanding

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

ORDER = {
    "kind": "code", "prefix": "SB-", "digits": 5, "carry": True, "ask": {"en": "Which order is it?",
    "de": "Um welche Bestellung geht es?"},
    "again": {"en": "I see no order number in “{value}”."},
}  # fmt: skip
NOT_FOUND = {"ask": "order", "say": {"en": "I cannot find {order}."}}
REFUSED = {"end": "refused", "say": {"en": "Not possible: {found.reason|refusal}."}}


def lookup(flow: str, into: str = "found") -> dict[str, Any]:
    return {
        "call": "order_lookup", "with": ["order"], "for": flow, "into": into, "otherwise": {"not_found": NOT_FOUND, "refused": REFUSED}
    }  # fmt: skip


DOCUMENTS: dict[str, dict[str, Any]] = {
    "order_status": {
        "slots": {"order": ORDER},
        "steps": [{"ask": "order"}, lookup("order_status"), {"say": {"en": "{order} is {found.status|order_status}."}}],
    },
    "address_change": {
        "slots": {
            "order": ORDER,
            "address": {"kind": "address", "ask": {"en": "Where should it go?"}, "again": {"en": "That is no full address."}},
        },
        "steps": [
            {"ask": "order"}, lookup("address_change"), {"ask": "address"},
            {"confirm": {"en": "Shall I have {order} delivered to {address}?", "de": "Soll {order} an {address} gehen?"}},
            {"call": "address_change", "with": ["order", "address"], "into": "result",
             "otherwise": {"refused": REFUSED, "bad_address": {"ask": "address",
             "say": {"en": "The carrier does not know {address}."}}}},
        ],
        "done": {"en": "Done: {order} goes to {address}."},
    },
    "order_cancel": {
        "slots": {"order": ORDER},
        "steps": [
            {"ask": "order"}, lookup("order_cancel"),
            {"confirm": {"en": "Shall I cancel {order}?", "de": "Soll ich {order} stornieren?", "es": "¿Cancelo el pedido {order}?",
                         "fr": "Dois-je annuler la commande {order} ?", "zh": "要为您取消订单{order}吗？",
                         "ja": "{order}をキャンセルしますか。",
                         "ko": "{order} 주문을 취소할까요?", "ru": "Отменить заказ {order}?"}},
            {"call": "order_cancel", "with": ["order"], "into": "result", "otherwise": {"refused": REFUSED}},
        ],
        "done": {"en": "{order} is cancelled."},
    },
    "return_request": {
        "slots": {"order": ORDER, "reason": {"kind": "text", "ask": {"en": "What is the reason?", "ko": "이유가 무엇인가요?"}}},
        "steps": [
            {"ask": "order"}, lookup("return_request"), {"ask": "reason"},
            {"confirm": {"en": "Shall I register the return of {order} ({reason})?"}},
            {"call": "return_request", "with": ["order", "reason"], "into": "result", "otherwise": {"refused": REFUSED}},
        ],
        "done": {"en": "Your label: {result.label}"},
    },
    "invoice_request": {
        "slots": {"order": ORDER, "email": {"kind": "email", "ask": {"en": "To which e-mail address?"}}},
        "steps": [
            {"ask": "order"}, {"ask": "email"}, {"confirm": {"en": "Send the invoice of {order} to {email}?"}},
            {"call": "invoice_send", "with": ["order", "email"]},
        ],
        "done": {"en": "Sent."},
    },
    "subscription": {
        "slots": {
            "wish": {
                "kind": "choice", "ask": {"en": "Would you like to stop or pause it?"},
                "options": {"stop": {"en": "stop|cancel|end it", "de": "kündigen|beenden"}, "pause": {"en": "pause|hold",
                "de": "pausieren"}},
            }
        },
        "steps": [
            {"ask": "wish"}, {"confirm": {"en": "Shall I {wish} your subscription?"}},
            {"call": "subscription_set", "with": ["wish"], "into": "result"},
        ],
        "done": {"en": "It is done."},
    },
    "stock_availability": {
        "slots": {
            "product": {"kind": "text", "opening": True, "ask": {"en": "Which product?"}},
            "size": {"kind": "one_of", "from": "item.sizes", "opening": True,
            "ask": {"en": "{item.name} in which size: {item.sizes|list}?"}},
        },
        "steps": [
            {"ask": "product"},
            {"call": "product_find", "with": {"text": "product"}, "into": "item",
             "otherwise": {"not_found": {"ask": "product", "say": {"en": "I know no {product}."}}}},
            {"ask": "size"}, {"call": "stock", "with": ["product", "size"], "into": "stock"},
            {"say": {"en": "In stock: {stock.name} {size}."}, "when": {"value": "stock.available", "is": True}},
            {"say": {"en": "Sold out: {stock.name} {size}."}, "when": {"value": "stock.available", "is": False}},
        ],
    },
}  # fmt: skip

WORDS: dict[str, Any] = {
    "order_status": {"shipped": {"en": "on its way", "de": "unterwegs"}},
    "refusal": {"too_late": {"en": "it is too late for that"}},
    "cancel": {
        "en": "forget it|never mind|stop|cancel|leave it|changed my mind", "de": "vergessen sie es|lass es|abbrechen",
        "fr": "laissez tomber",
        "es": "olvídalo|déjalo", "pt": "deixa pra lá", "it": "lascia perdere", "ru": "забудьте", "zh": "算了|取消",
        "ja": "やっぱりいいです|キャンセル",
        "ko": "그만할게요|취소", "ar": "انس الأمر", "hi": "रहने दो",
    },
    "anything_else": {"en": "Anything else?", "de": "Sonst noch etwas?"}, "back_to": {"en": "Back to where we were."},
    "one_moment": {"en": "One moment."}, "changed_mind": {"en": "Nothing was changed."}, "goodbye": {"en": "Goodbye."},
    "timed_out": {"en": "I close this for now."},
}  # fmt: skip

SIZES = ["S", "M", "L"]
ANSWERS = {"store_info": "We are open from 9 to 18.", "return_policy": "Within 30 days."}


class ShopBook:
    """The flows of the shop, in the one version there is."""

    def __init__(self, documents: Mapping[str, Any] = DOCUMENTS) -> None:
        self.words: Words = reading.parse_words(WORDS)
        self.flows: dict[str, Flow] = {name: reading.parse(name, d, lists=WORDS) for name, d in documents.items()}

    def flow(self, name: str, version: int) -> Flow:
        if name not in self.flows or version != 1:
            raise NotFound(f"no flow {name}")
        return self.flows[name]

    def starts(self, intent: str) -> tuple[str, int] | None:
        return (intent, 1) if intent in self.flows else None


def company(request: de.ActionRequested) -> tuple[str, dict[str, Any]]:
    """What the shop's system answers: SB-99999 is unknown, SB-90000 has been sent already."""
    order = request.arguments.get("order", "")
    if order == "SB-99999":
        return "not_found", {}
    if order == "SB-90000" and request.action == "order_lookup" and request.purpose != "order_status":
        return "refused", {"reason": "too_late"}
    match request.action:
        case "order_lookup":
            return "ok", {"order": order, "status": "shipped"}
        case "product_find":
            found = "alpine" in request.arguments["text"].lower()
            return ("ok", {"name": "Alpine jacket", "sizes": SIZES}) if found else ("not_found", {})
        case "stock":
            return "ok", {"name": "Alpine jacket", "available": request.arguments["size"] != "L"}
        case "return_request":
            return "ok", {"label": "L-1"}
        case _:
            return "ok", {}


def sure(u: Understanding) -> bool:
    return u.confidence >= 0.5 and u.intent != "out_of_scope"


@dataclass
class Customer:
    """Writes; the company answers at once unless it is `slow`. Keeps all that happened."""

    language: str = "en"
    book: ShopBook = field(default_factory=ShopBook)
    answers: Callable[[de.ActionRequested], tuple[str, dict[str, Any]]] = company
    likely: Callable[[Understanding], Sequence[str]] = lambda _: ()
    slow: bool = False
    d: Dialogue = EMPTY
    at: datetime = START
    events: list[Event] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    said: list[str] = field(default_factory=list)  # since the last message
    messages: int = 0
    calls: int = 0

    def write(
        self, text: str, intent: str = "", confidence: float = 0.9, *others: tuple[str, float], sent_before: float = 0
    ) -> str:  # fmt: skip
        """What the bot says to a message. Without an intent nothing is understood of it. `others`: what else it may be about;
        `sent_before`: the seconds that it lay somewhere."""
        self.messages += 1
        u = Understanding(intent or "out_of_scope", confidence if intent else 0.2, self.language, others)
        self.said = []
        h = Hearing(f"m{self.messages}", text, u, self.at, self.at - timedelta(seconds=sent_before))
        self._take(engine.hear(self.book, self.d, h, likely=self.likely, **self.means))
        while self.d.call and not self.slow:
            self.answer()
        return "\n".join(self.said)

    def answer(self, outcome: str = "", data: Mapping[str, Any] | None = None) -> str:
        """What the bot says to the company's answer to the call that is out."""
        request = next(e for e in reversed(self.events) if isinstance(e, de.ActionRequested) and e.call == self.d.call)
        given = (outcome, dict(data or {})) if outcome else self.answers(request)
        done = de.ActionDone(request.call, request.flow, request.action, *given)
        before = len(self.said)
        self._take(engine.resume(self.book, self.d, done, self.at, **self.means))
        return "\n".join(self.said[before:])

    @property
    def means(self) -> dict[str, Any]:
        return {
            "language": self.language, "sure": sure, "new_call": self._new_call, "answer": lambda u: ANSWERS.get(u.intent, ""),
        }  # fmt: skip

    def _new_call(self) -> str:
        self.calls += 1
        return f"call-{self.calls}"

    def _take(self, turn: Turn) -> None:
        self.turns.append(turn)
        self.events += turn.events
        self.said += turn.say
        for event in turn.events:
            self.d = folded(self.d, event, self.at)

    # -- what came of it ---------------------------------------------------------------------------

    def of(self, kind: type[Event]) -> list[Any]:
        return [e for e in self.events if isinstance(e, kind)]

    @property
    def effects(self) -> list[tuple[str, dict[str, str]]]:
        """What the company was asked to do, look-ups left out."""
        lookups = ("order_lookup", "product_find", "stock")
        return [(e.action, dict(e.arguments)) for e in self.of(de.ActionRequested) if e.action not in lookups]

    @property
    def ends(self) -> list[tuple[str, str]]:
        return [(e.flow, e.outcome.value) for e in self.of(de.FlowEnded)]

    @property
    def values(self) -> dict[str, str]:
        return dict(self.d.frames[-1].values) if self.d.frames else {}

    @property
    def waiting(self) -> str:
        return self.d.frames[-1].waiting if self.d.frames else ""
