"""The demo shop's rules: what may be done with an order, by whom, and what it says of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from local.shop.books import Books, Customer, Item, Order, Product
from local.shop.rules import Answer, Asked, BadCall, Shop, UnknownAction

TODAY = date(2026, 3, 10)
ANN = {"id": "k1", "channel": "whatsapp"}


def a_shop(status: str = "processing", expected: int = 3, refund: str = "none", membership: str = "active", **more: Any) -> Shop:
    """Ann has one order, expected so many days from today; Bo has the same of another number."""
    def order(number: str, customer: str) -> Order:
        items = (Item("Alder Tea", "100 g", 12.1, "GBP"), Item("Whisk", "ONE", 11, "GBP"))
        return Order(number, customer, status, TODAY + timedelta(days=expected), items, "1 High St", "DHL", refund=refund, **more)

    ann = Customer("k1", "Ann", "Ann@mail.example", "+44 7700 900142", membership)
    bo = Customer("k2", "Bo", "bo@mail.example", "+44 7700 900143")
    tea = Product("TE-1", "Alder Tea", {"100 g": 2, "250 g": 0}, TODAY + timedelta(days=9))
    return Shop(Books(TODAY, {"TE-1": tea, "WA-1": Product("WA-1", "Bamboo Whisk", {"ONE": 3})}, {"k1": ann, "k2": bo},
                      {"SB-10001": order("SB-10001", "k1"), "SB-10002": order("SB-10002", "k2")}))  # fmt: skip


ARGUMENTS = {
    "address_change": {"address": "2 Low St"}, "order_change": {"change": "one more"}, "refund_request": {"reason": "broken"},
    "return_request": {"reason": "too big"}, "exchange_request": {"wanted": "250 g"}, "invoice_send": {"email": "a@mail.example"},
}  # fmt: skip


def ask(shop: Shop, action: str, purpose: str = "", customer: dict[str, str] = ANN, **arguments: str) -> Answer:
    given = {"order": "SB-10001", **ARGUMENTS.get(action, {}), **arguments}
    return shop.perform(Asked(f"a{len(shop.asked)}", action, purpose, customer, given))


OPEN = ["address_change", "order_cancel", "order_change"]
DELIVERED = ["return_request", "exchange_request"]


@pytest.mark.parametrize(("action", "status", "expected", "reason"), [
    *[(action, status, 3, "") for action in OPEN for status in ("processing", "packed")],
    *[(action, status, -1, "already_shipped") for action in OPEN for status in ("shipped", "late")],
    *[(action, "delivered", -1, "too_late") for action in OPEN], *[(action, "cancelled", 3, "cancelled") for action in OPEN],
    *[(action, "delivered", days, "") for action in (*DELIVERED, "refund_request") for days in (-1, -30)],
    *[(action, "delivered", -31, "too_late") for action in (*DELIVERED, "refund_request")],
    *[(action, status, 3, "not_delivered") for action in (*DELIVERED, "refund_request") for status in ("processing", "shipped")],
    *[(action, "cancelled", -3, "cancelled") for action in (*DELIVERED, "refund_request")],
    ("refund_request", "late", -3, ""), ("return_request", "late", -3, "not_delivered"),
    ("trace_open", "late", -3, ""), ("trace_open", "delivered", -3, ""), ("trace_open", "packed", 3, "not_shipped"),
    *[("invoice_send", status, -90, "") for status in ("processing", "delivered", "cancelled")],
])  # fmt: skip
def test_an_order_takes_what_its_state_allows_and_says_why_not(action: str, status: str, expected: int, reason: str) -> None:
    shop = a_shop(status, expected)
    answer = ask(shop, action)
    assert (answer.outcome, answer.data.get("reason", "")) == (("refused", reason) if reason else ("ok", ""))
    assert len(shop.effects) == (0 if reason else 1)
    looked_up = ask(a_shop(status, expected), "order_lookup", action)
    assert looked_up.outcome == answer.outcome  # the lookup for it says so before the customer is asked for more
    assert looked_up.data.get("reason", "") == reason


@pytest.mark.parametrize(("action", "effect"), [
    ("address_change", {"do": "address_change", "order": "SB-10001", "address": "2 Low St"}),
    ("order_change", {"do": "order_change", "order": "SB-10001", "change": "one more"}),
    ("order_cancel", {"do": "order_cancel", "order": "SB-10001"}),
    ("invoice_send", {"do": "invoice_sent", "order": "SB-10001", "email": "a@mail.example"}),
])  # fmt: skip
def test_what_was_done_is_on_record_with_what_was_asked(action: str, effect: dict[str, str]) -> None:
    shop = a_shop()
    ask(shop, action)
    assert shop.effects == [effect]


@pytest.mark.parametrize(("action", "field", "before", "after"), [
    ("address_change", "address", "1 High St", "2 Low St"), ("order_cancel", "status", "processing", "cancelled"),
])  # fmt: skip
def test_the_next_lookup_knows_what_was_done(action: str, field: str, before: str, after: str) -> None:
    shop = a_shop()
    assert ask(shop, "order_lookup").data[field] == before
    ask(shop, action)
    assert ask(shop, "order_lookup").data[field] == after


def test_a_refund_is_asked_for_once_and_then_has_a_state() -> None:
    shop = a_shop("delivered", -5)
    assert ask(shop, "refund_status").data == {"reason": "no_refund"}
    assert ask(shop, "refund_request").data["amount"] == {"amount": 23.1, "currency": "GBP"}
    assert ask(shop, "refund_status").data == {"state": "requested", "amount": {"amount": 23.1, "currency": "GBP"}}
    assert ask(shop, "refund_request").data == {"reason": "already_requested"}
    assert ask(shop, "order_lookup", "refund_status").outcome == "ok"


def test_a_parcel_goes_back_once_and_has_a_label() -> None:
    shop = a_shop("delivered", -5)
    assert ask(shop, "return_request").data == {"label": "RL-10001"}
    assert ask(shop, "return_request").data == {"reason": "already_requested"}


def test_a_lookup_tells_what_there_is_and_nothing_of_what_there_is_not() -> None:
    assert ask(a_shop(), "order_lookup", "order_status").data == {
        "order": "SB-10001", "status": "processing", "expected": "2026-03-13", "carrier": "DHL",
        "items": ["Alder Tea, 100 g", "Whisk"], "address": "1 High St", "late": False, "refund": "none",
        "total": {"amount": 23.1, "currency": "GBP"},
    }  # fmt: skip
    assert ask(a_shop("shipped", 1, tracking="T1"), "order_lookup").data["tracking"] == "T1"


@pytest.mark.parametrize(("status", "expected", "late"), [
    ("late", -1, True), ("shipped", -1, True), ("shipped", 0, False), ("packed", -1, True), ("delivered", -9, False),
    ("cancelled", -9, False),
])  # fmt: skip
def test_what_is_overdue_is_late_and_on_its_way(status: str, expected: int, late: bool) -> None:
    data = ask(a_shop(status, expected), "order_lookup").data
    assert data["late"] is late
    assert data["status"] == ("shipped" if status == "late" else status)


# -- who asks ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [
    {"id": "k1"}, {"email": "ann@MAIL.example"}, {"phone": "447700900142"}, {"phone": "0044 7700-900142"}, {"phone": "+447700900142"},
    {"id": "k1", "email": "bo@mail.example"}, {"email": "ann@mail.example", "phone": "+44 1"},
    {"email": "new@mail.example", "phone": "+447700900142"},
])  # fmt: skip
def test_a_customer_is_known_by_the_shops_id_else_by_e_mail_or_phone(who: dict[str, str]) -> None:
    assert ask(a_shop(), "order_lookup", customer=who).outcome == "ok"


@pytest.mark.parametrize("who", [
    {}, {"name": "Ann"}, {"id": "k2"}, {"id": "k9", "email": "ann@mail.example"}, {"email": "bo@mail.example"},
    {"phone": "7700900142"}, {"email": ""}, {"phone": ""}, {"email": "ann@mail.example", "phone": "+447700900143"},
])  # fmt: skip
@pytest.mark.parametrize("action", ["order_lookup", "order_cancel", "invoice_send"])
def test_for_anybody_else_the_order_does_not_exist(action: str, who: dict[str, str]) -> None:
    shop = a_shop()
    assert ask(shop, action, customer=who) == Answer("not_found")
    assert shop.effects == []


@pytest.mark.parametrize("number", ["SB-99999", "10001", "SB-1000", "nonsense"])
def test_an_order_that_is_not_there_is_not_found(number: str) -> None:
    assert ask(a_shop(), "order_lookup", order=number) == Answer("not_found")


def test_an_orders_number_may_be_written_small() -> None:
    assert ask(a_shop(), "order_lookup", order=" sb-10001 ").outcome == "ok"


# -- memberships, accounts -----------------------------------------------------------------------------


@pytest.mark.parametrize(("wish", "effect"), [("stop", "membership_stopped"), ("pause", "membership_paused")])
def test_an_active_membership_is_stopped_or_paused_once(wish: str, effect: str) -> None:
    shop = a_shop()
    assert ask(shop, "subscription_set", wish=wish).outcome == "ok"
    assert ask(shop, "subscription_set", wish=wish) == Answer("refused", {"reason": "not_active"})
    assert [e["do"] for e in shop.effects] == [effect]


@pytest.mark.parametrize("membership", ["none", "paused"])
def test_a_membership_that_is_not_active_stays_as_it_is(membership: str) -> None:
    assert ask(a_shop(membership=membership), "subscription_set", wish="stop").data == {"reason": "not_active"}


def test_a_customer_is_known_by_what_they_changed_and_not_by_what_was() -> None:
    shop = a_shop()
    assert ask(shop, "account_set", what="email", value="new@mail.example").outcome == "ok"
    assert ask(shop, "order_lookup", customer={"email": "new@mail.example"}).outcome == "ok"
    assert ask(shop, "order_lookup", customer={"email": "ann@mail.example"}).outcome == "not_found"
    assert shop.effects == [{"do": "account_changed", "customer": "k1", "what": "email", "value": "new@mail.example"}]


@pytest.mark.parametrize(("what", "value"), [
    ("email", "nobody"), ("email", "a@b"), ("email", "a b@c.de"), ("phone", "12-34"), ("phone", "x"),
])  # fmt: skip
def test_what_cannot_reach_a_customer_is_not_kept(what: str, value: str) -> None:
    shop = a_shop()
    assert ask(shop, "account_set", what=what, value=value) == Answer("invalid")
    assert shop.effects == []


@pytest.mark.parametrize("action", ["subscription_set", "account_set"])
def test_nobody_unknown_changes_an_account(action: str) -> None:
    shop = a_shop()
    assert ask(shop, action, customer={}, wish="stop", what="email", value="x@y.z") == Answer("not_found")
    assert shop.effects == []


# -- products ------------------------------------------------------------------------------------------


def test_stock_is_of_a_size_and_says_when_there_will_be_more() -> None:
    shop = a_shop()
    data = {"sku": "TE-1", "name": "Alder Tea", "restock": "2026-03-19"}
    assert ask(shop, "stock", product="TE-1", size="100 G").data == {**data, "size": "100 g", "count": 2, "available": True}
    assert ask(shop, "stock", product="alder tea", size="250 g").data == {**data, "size": "250 g", "count": 0, "available": False}


def test_what_comes_in_one_size_needs_none() -> None:
    data = ask(a_shop(), "stock", customer={}, product="wisk of bamboo").data
    assert (data["size"], data["count"]) == ("ONE", 3)
    assert "restock" not in data


def test_a_size_that_there_is_not_is_not_found_and_the_others_are_told() -> None:
    for size in ("1 kg", ""):
        assert ask(a_shop(), "stock", product="TE-1", size=size) == Answer(
            "not_found", {"sku": "TE-1", "name": "Alder Tea", "sizes": ["100 g", "250 g"]}
        )


def test_a_product_is_found_with_its_sizes_or_not_at_all() -> None:
    assert ask(a_shop(), "product_find", text="any bamboo whisks?").data == {"sku": "WA-1", "name": "Bamboo Whisk"}
    assert ask(a_shop(), "product_find", text="a samovar") == Answer("not_found")


# -- calls ---------------------------------------------------------------------------------------------


def test_the_same_call_is_answered_as_before_and_done_once() -> None:
    shop = a_shop()
    asked = Asked("a1", "order_cancel", "", ANN, {"order": "SB-10001"})
    assert shop.perform(asked) == shop.perform(asked) == Answer("ok")
    assert len(shop.effects) == 1


def test_a_call_id_with_another_content_is_a_mistake() -> None:
    shop = a_shop()
    shop.perform(Asked("a1", "order_lookup", "", ANN, {"order": "SB-10001"}))
    with pytest.raises(BadCall):
        shop.perform(Asked("a1", "order_cancel", "", ANN, {"order": "SB-10001"}))
    assert shop.effects == []


def test_what_is_missing_or_unknown_changes_nothing() -> None:
    shop = a_shop("delivered", -2)
    with pytest.raises(BadCall, match="reason"):
        ask(shop, "refund_request", reason=" ")
    with pytest.raises(BadCall, match="wish"):
        ask(shop, "subscription_set", wish="burn")
    with pytest.raises(UnknownAction):
        ask(shop, "make_coffee")
    assert shop.effects == []
    assert ask(shop, "order_lookup").data["refund"] == "none"
