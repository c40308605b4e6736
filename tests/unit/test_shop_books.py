"""The demo shop's books: its own, another file of the same form, and files with mistakes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from local.shop.books import BadBooks, read
from local.shop.opening import load
from local.shop.rules import Asked

JOURNEYS = Path(__file__).parents[1] / "data" / "dialogue"
TODAY = date(2027, 8, 1)


def a_document() -> dict[str, Any]:
    return {
        "products": [{"sku": "TE-1", "name": "Tea", "sizes": {"S": 1}, "restock": 4}],
        "customers": [{"id": "k1", "name": "Ann"}],
        "orders": [{"number": "SB-10001", "customer": "k1", "status": "packed", "expected": -2, "address": "1 High St",
                    "items": [{"name": "Tea", "size": 42, "price": 3, "currency": "GBP"}]}],
    }  # fmt: skip


def test_days_are_counted_from_the_day_it_opens_or_from_the_documents_own() -> None:
    books = read(a_document(), TODAY)
    assert books.orders["SB-10001"].expected == TODAY - timedelta(days=2)
    assert books.products["TE-1"].restock == TODAY + timedelta(days=4)
    own = read({**a_document(), "today": "2026-03-10"}, TODAY)
    assert (own.today, own.orders["SB-10001"].expected) == (date(2026, 3, 10), date(2026, 3, 8))


def test_a_size_may_be_a_number() -> None:
    assert read(a_document(), TODAY).orders["SB-10001"].items[0].size == "42"


def broken(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    document = a_document()
    change(document)
    return document


@pytest.mark.parametrize(("document", "where"), [
    (broken(lambda d: d["orders"][0].update(status="lost")), "orders[0].status"),
    (broken(lambda d: d["orders"][0].update(customer="k9")), "k9"), (broken(lambda d: d["orders"][0].update(items=[])), "orders[0]"),
    (broken(lambda d: d["orders"][0].update(expected="soon")), "orders[0].expected"),
    (broken(lambda d: d["orders"][0].update(expected=True)), "orders[0].expected"),
    (broken(lambda d: d["orders"][0].update(refund="maybe")), "orders[0].refund"),
    (broken(lambda d: d["orders"][0].pop("address")), "address"), (broken(lambda d: d["customers"][0].update(id=7)), "customers[0]"),
    (broken(lambda d: d["customers"][0].update(membership="gold")), "customers[0].membership"),
    (broken(lambda d: d["products"][0].update(sizes={"S": -1})), "products[0]"), (broken(lambda d: d.update(products={})), "products"),
    (broken(lambda d: d.update(today="tomorrow")), "today"),
])  # fmt: skip
def test_a_mistake_in_the_document_is_told_with_its_place(document: dict[str, Any], where: str) -> None:
    with pytest.raises(BadBooks) as raised:
        read(document, TODAY)
    assert where in str(raised.value)


@pytest.mark.parametrize("text", ["- a list", "a: [", ""])
def test_a_file_that_is_none_is_told_by_its_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "books.yaml"
    path.write_text(text)
    with pytest.raises(BadBooks, match=r"books\.yaml"):
        load(path)


def test_the_demo_has_something_for_each_thing_a_customer_may_ask() -> None:
    """On any day: somebody who tries the demo finds an order that each wish works with, and one that it does not."""
    needs = {"address_change", "order_cancel", "order_change", "refund_request", "refund_status", "return_request", "exchange_request"}
    for today in (date(2026, 1, 31), date(2028, 2, 29)):
        shop = load(today=today)
        seen: dict[str, set[str]] = {}
        for number, order in shop.books.orders.items():
            assert number.startswith("SB-1")
            for purpose in needs:
                asked = Asked(f"{number}{purpose}", "order_lookup", purpose, {"id": order.customer}, {"order": number})
                seen.setdefault(purpose, set()).add(shop.perform(asked).outcome)
        assert seen == {purpose: {"ok", "refused"} for purpose in needs}
        assert any(shop.is_late(order) for order in shop.books.orders.values())
    assert {c.membership for c in shop.books.customers.values()} == {"none", "active", "paused"}
    assert any(0 in p.sizes.values() for p in shop.books.products.values())


def test_the_shop_of_the_scripted_customers_is_read_as_it_is() -> None:
    books = load(JOURNEYS / "shop.yaml").books
    assert books.today == date(2026, 3, 10)
    assert (len(books.products), len(books.customers), len(books.orders)) == (40, 60, 110)
