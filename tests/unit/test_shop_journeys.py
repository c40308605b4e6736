"""The scripted customers' wishes can come true: by the shop's rules, what they should end with is something the shop does.

Of the journeys only whom they are of and what they expect is read; none of it says how a bot gets there."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from local.shop.opening import load
from local.shop.rules import Asked, Shop

DIALOGUE = Path(__file__).parents[1] / "data" / "dialogue"
FRESH = load(DIALOGUE / "shop.yaml")
ACTION = {
    "trace_opened": "trace_open", "invoice_sent": "invoice_send", "account_changed": "account_set",
    "membership_stopped": "subscription_set", "membership_paused": "subscription_set",
}  # fmt: skip
TOLD = {"order_status": "order_lookup", "refund_status": "refund_status", "stock_availability": "product_find"}


def journeys() -> list[dict[str, Any]]:
    found = [journey for path in sorted((DIALOGUE / "journeys").glob("*.yaml")) for journey in yaml.safe_load(path.read_text("utf-8"))]
    assert found
    return found


def arguments(effect: dict[str, Any]) -> dict[str, str]:
    given = {name.removesuffix("_contains"): str(value) for name, value in effect.items() if name not in ("do", "about")}
    return {
        "reason": "a reason", "change": "a change", "wanted": "another", "text": given.get("product", ""),
        "wish": "stop" if effect["do"] == "membership_stopped" else "pause", **given,
    }  # fmt: skip


def carry_out(shop: Shop, n: int, customer: str, effect: dict[str, Any]) -> None:
    action = TOLD.get(effect.get("about", "")) if effect["do"] == "told" else ACTION.get(effect["do"], effect["do"])
    if effect["do"] == "refused" or action is None:  # a refusal names no order; what is told of other things is not the shop's
        return
    answer = shop.perform(Asked(f"a{n}", action, "", {"id": customer}, arguments(effect)))
    assert answer.outcome == "ok", (effect, answer)


@pytest.mark.parametrize("journey", journeys(), ids=lambda journey: journey["id"])
def test_what_a_customer_should_end_with_is_what_the_shop_does_and_records(journey: dict[str, Any]) -> None:
    shop = deepcopy(FRESH)
    expected = journey["expect"].get("effects") or []
    for n, effect in enumerate(expected):
        carry_out(shop, n, journey["customer"], effect)
    wanted = [effect for effect in expected if effect["do"] not in ("told", "refused")]
    assert len(shop.effects) == len(wanted)
    for effect, done in zip(wanted, shop.effects, strict=True):
        for name, value in effect.items():
            assert str(value) in done[name.removesuffix("_contains")]
