"""Agents' corrections of what a customer's message wanted, and the labelled messages they make."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from switchboard.domain import events as ev
from switchboard.domain.errors import Malformed, NotFound
from switchboard.domain.improvement.events import IntentCorrected
from switchboard.domain.privacy.redaction import disguise
from switchboard.domain.understanding import NEUTRAL, OUT_OF_SCOPE

# The taxonomy of layers/intent/intents.yaml, which a test compares it with: functions without the intent layer know it, too.
INTENTS = (
    "order_place", "order_status", "order_change", "order_cancel", "address_change", "delivery_options", "delivery_problem",
    "item_problem", "return_request", "exchange_request", "return_policy", "refund_request", "refund_status", "payment_methods",
    "payment_problem", "charge_dispute", "invoice_request", "price_promotion", "product_question", "stock_availability",
    "technical_issue", "warranty_repair", "account_create", "account_login", "account_change", "account_close",
    "account_security", "subscription", "data_privacy", "store_info", "human_agent", "complaint", "praise", "greeting",
    "goodbye", "affirm", "deny",
)  # fmt: skip
SENTIMENTS = ("positive", "neutral", "negative", "angry")
LONGEST = 2000  # characters of a message that are learnt from


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message to learn from: nobody can be told from its text."""

    text: str
    lang: str
    intent: str
    sentiment: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a customer wrote, with what must be taken out of it before anybody else sees it. `intent` is what it was taken for."""

    text: str
    names: tuple[str, ...]
    language: str
    intent: str
    sentiment: str


def said(recorded: Iterable[ev.Recorded], message: str) -> Said | None:
    """A message by its id, of those events; None if it is not among them or has no words."""
    text, names, language, known, intent, sentiment = "", list[str](), "und", "und", "", NEUTRAL
    for r in recorded:
        match r.event:
            case ev.MessageReceived() as e if e.message == message:
                text = e.content.text
                names = [e.sender_name, e.reply_address, *names]
            case ev.IntentDetected() as e:
                known = e.language if e.language != "und" else known
                if e.message == message:
                    intent, sentiment, language = e.intent, e.sentiment, e.language
            case ev.SlotFilled() as e if " " in e.value and any(c.isdigit() for c in e.value):  # an address, it may be
                names.append(e.value)
            case _:
                pass
    if not text.strip():
        return None
    return Said(text[:LONGEST], tuple(n for n in names if n), language if language != "und" else known, intent, sentiment)


def correct(recorded: Sequence[ev.Recorded], message: str, intent: str, sentiment: str = "") -> list[ev.Event]:
    """An agent's word on a message; saying the same again changes nothing. Raises Malformed, and NotFound where the customer wrote
    no such words."""
    if intent not in (*INTENTS, OUT_OF_SCOPE):
        raise Malformed(f"'intent' is one of the taxonomy's ({INTENTS[0]} ..) or {OUT_OF_SCOPE}")
    if sentiment and sentiment not in SENTIMENTS:
        raise Malformed(f"'sentiment' is one of {', '.join(SENTIMENTS)}, or left out")
    found = said(recorded, message)
    if found is None:
        raise NotFound("the customer wrote no such message in this conversation")
    last = last_correction(recorded, message)
    if last is not None and (last.intent, last.sentiment) == (intent, sentiment or last.sentiment):
        return []
    was = last.intent if last is not None else found.intent
    return [IntentCorrected(message, intent, sentiment or (last.sentiment if last is not None else ""), was)]


def last_correction(recorded: Iterable[ev.Recorded], message: str) -> IntentCorrected | None:
    found = [r.event for r in recorded if isinstance(r.event, IntentCorrected) and r.event.message == message]
    return found[-1] if found else None


def labelled(recorded: Sequence[ev.Recorded], message: str) -> Labelled | None:
    """The message as it was corrected last, with made-up values for personal data; None where there is nothing to learn from."""
    correction, found = last_correction(recorded, message), said(recorded, message)
    if correction is None or found is None or found.language == "und":
        return None
    text = " ".join(disguise(found.text, found.names).split())
    if not text:
        return None
    return Labelled(text, found.language, correction.intent, correction.sentiment or found.sentiment)
