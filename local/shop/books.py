"""What the shop knows: products, customers and orders, read from a document (`demo.yaml` shows its form)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

STATUSES = ("processing", "packed", "shipped", "late", "delivered", "cancelled", "returned")
REFUNDS = ("none", "requested", "paid")
MEMBERSHIPS = ("none", "active", "paused")


class BadBooks(ValueError):
    """The document cannot be read; the message says where."""


@dataclass(frozen=True, slots=True)
class Product:
    """`sizes` counts what is there of each; `restock` is when there will be more."""

    sku: str
    name: str
    sizes: Mapping[str, int]
    restock: date | None = None


@dataclass(slots=True)
class Customer:
    id: str
    name: str
    email: str
    phone: str
    membership: str = "none"


@dataclass(frozen=True, slots=True)
class Item:
    name: str
    size: str
    price: float
    currency: str


@dataclass(slots=True)
class Order:
    """`status` "late" is that of a parcel that is on its way and overdue."""

    number: str
    customer: str
    status: str
    expected: date
    items: tuple[Item, ...]
    address: str
    carrier: str = ""
    tracking: str = ""
    refund: str = "none"
    returned: bool = False


@dataclass(slots=True)
class Books:
    today: date
    products: dict[str, Product] = field(default_factory=dict)  # by SKU
    customers: dict[str, Customer] = field(default_factory=dict)  # by id
    orders: dict[str, Order] = field(default_factory=dict)  # by number


def read(document: Mapping[str, Any], today: date) -> Books:
    """`today` holds unless the document names its own. Its dates are ISO dates or days from today. Raises BadBooks."""
    books = Books(_date(document["today"], today, "today") if "today" in document else today)
    for n, row in enumerate(_rows(document, "products")):
        product = _product(row, books.today, f"products[{n}]")
        books.products[product.sku] = product
    for n, row in enumerate(_rows(document, "customers")):
        customer = _customer(row, f"customers[{n}]")
        books.customers[customer.id] = customer
    for n, row in enumerate(_rows(document, "orders")):
        order = _order(row, books.today, f"orders[{n}]")
        if order.customer not in books.customers:
            raise BadBooks(f"orders[{n}]: there is no customer {order.customer!r}")
        books.orders[order.number] = order
    return books


def _rows(document: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    rows = document.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise BadBooks(f"{name} is no list of objects")
    return rows


def _product(row: Mapping[str, Any], today: date, where: str) -> Product:
    sizes = row.get("sizes")
    if not isinstance(sizes, Mapping) or not all(isinstance(count, int) and count >= 0 for count in sizes.values()):
        raise BadBooks(f"{where}: sizes is no object of counts")
    restock = row.get("restock")
    return Product(
        _text(row, "sku", where), _text(row, "name", where), {str(size): count for size, count in sizes.items()},
        None if restock is None else _date(restock, today, f"{where}.restock"),
    )  # fmt: skip


def _customer(row: Mapping[str, Any], where: str) -> Customer:
    membership = _one_of(row.get("membership", "none"), MEMBERSHIPS, f"{where}.membership")
    return Customer(
        _text(row, "id", where), _text(row, "name", where), str(row.get("email") or ""), str(row.get("phone") or ""), membership
    )


def _order(row: Mapping[str, Any], today: date, where: str) -> Order:
    items = tuple(
        Item(_text(i, "name", where), str(i.get("size") or ""), float(i.get("price") or 0), str(i.get("currency") or ""))
        for i in _rows(row, "items")
    )
    if not items:
        raise BadBooks(f"{where}: an order has items")
    return Order(
        _text(row, "number", where), _text(row, "customer", where), _one_of(row.get("status"), STATUSES, f"{where}.status"),
        _date(row.get("expected"), today, f"{where}.expected"), items, _text(row, "address", where),
        str(row.get("carrier") or ""), str(row.get("tracking") or ""), _one_of(row.get("refund", "none"), REFUNDS, f"{where}.refund"),
    )  # fmt: skip


def _text(row: Mapping[str, Any], name: str, where: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value:
        raise BadBooks(f"{where}: {name} is no text")
    return value


def _one_of(value: object, known: tuple[str, ...], where: str) -> str:
    if value not in known:
        raise BadBooks(f"{where} is none of {', '.join(known)}")
    return str(value)


def _date(value: object, today: date, where: str) -> date:
    match value:
        case bool():
            pass
        case int():
            return today + timedelta(days=value)
        case date():
            return value
        case str():
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
    raise BadBooks(f"{where} is neither a date (YYYY-MM-DD) nor a number of days from today")
