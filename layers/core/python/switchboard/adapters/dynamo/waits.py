"""The waiting room's part of a conversation's projection: what is personal goes with the sealed fields, the rest lies in clear."""

from __future__ import annotations

from typing import Any

from switchboard.adapters.dynamo.models import stamp, unstamp
from switchboard.domain.waiting_room.estimate import Estimate
from switchboard.domain.waiting_room.record import EMPTY, Callback, FormStage, Record

FORM = "form"
ANSWERS = ("about", "name", "contact")


def sealed(r: Record) -> dict[str, Any]:
    """What joins the sealed fields; nothing where no form was filled in."""
    answers = {name: value for name in ANSWERS if (value := getattr(r, name))}
    return {FORM: answers} if answers else {}


def clear(r: Record) -> dict[str, Any] | None:
    if r == EMPTY:
        return None
    kept: dict[str, Any] = {
        "chain": r.chain, "messages": r.messages, "callback": r.callback.value, "form": r.form.value, "moved": r.moved,
        "tries": r.tries,
    }  # fmt: skip
    if r.told is not None and r.told_at is not None:
        kept |= {"told": [r.told.position, r.told.low, r.told.likely, r.told.high], "told_at": stamp(r.told_at)}
    return {name: value for name, value in kept.items() if value}


def record_of(stored: Any, secret: dict[str, Any]) -> Record:
    """The record; its sealed part is taken out of `secret`."""
    answers = secret.pop(FORM, {})
    if not stored:
        return EMPTY
    told = stored.get("told")
    return Record(
        chain=stored.get("chain", 0), messages=stored.get("messages", 0), callback=Callback(stored.get("callback", "")),
        form=FormStage(stored.get("form", "")), moved=stored.get("moved", False), tries=stored.get("tries", 0),
        told=Estimate(*told) if told else None, told_at=unstamp(stored["told_at"]) if told else None, **answers,
    )  # fmt: skip
