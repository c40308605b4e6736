"""What the shop answers and does, and what it refuses. Pure: the day is that of its books, and nothing else is asked.

Address and items can be changed, and an order cancelled, until it is shipped. A refund can be asked for within 30 days of delivery, or
where a parcel is late; a return or an exchange within 30 days of delivery; an invoice for any order; a refund's state where there is
one. A membership can be paused or stopped while it is active. Orders of others do not exist for a customer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.shop.books import Books, Customer, Order, Product
from local.shop.finding import find

DAYS = 30  # to ask for a refund, a return or an exchange
OPEN = ("processing", "packed")
SHORTEST_NUMBER = 6  # digits of a phone
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


class UnknownAction(Exception):
    """The shop has no such action."""


class BadCall(Exception):
    """An argument is missing, or the same call id came with another content."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`data` without what there is none of: a parcel that has no tracking number has no field of that name."""

    outcome: str
    data: Mapping[str, Any] = field(default_factory=dict)


NOT_FOUND = Answer("not_found")


@dataclass(frozen=True, slots=True)
class Asked:
    """A call: `customer` and `arguments` as they came."""

    call: str
    action: str
    purpose: str
    customer: Mapping[str, str]
    arguments: Mapping[str, str]


@dataclass(slots=True)
class Shop:
    """`effects` holds what was done, in order; `asked` each call once, with its answer."""

    books: Books
    effects: list[dict[str, str]] = field(default_factory=list)
    asked: dict[str, tuple[Asked, Answer]] = field(default_factory=dict)

    def perform(self, asked: Asked) -> Answer:
        """The answer; the same call again has the same one and does nothing. Raises UnknownAction or BadCall."""
        if (known := self.asked.get(asked.call)) is not None:
            if known[0] != asked:
                raise BadCall("the same call id came with another content")
            return known[1]
        answer = self._answer(asked)
        self.asked[asked.call] = asked, answer
        return answer

    def _answer(self, asked: Asked) -> Answer:
        given = _Given(asked.arguments)
        match asked.action:
            case "product_find":
                found = find(given("text"), self.books.products.values())
                if found is None:
                    return NOT_FOUND
                sizes = [] if set(found.sizes) == {"ONE"} else list(found.sizes)  # of what there is one size of nobody asks for it
                return _ok(sku=found.sku, name=found.name, **({"sizes": sizes} if sizes else {}))
            case "stock":
                return self._stock(find(given("product"), self.books.products.values()), asked.arguments.get("size", ""))
        customer = self._customer(asked.customer)
        if asked.action in _OF_CUSTOMERS:
            return NOT_FOUND if customer is None else _OF_CUSTOMERS[asked.action](self, customer, given)
        if asked.action not in _OF_ORDERS and asked.action != "order_lookup":
            raise UnknownAction(asked.action)
        order = self.books.orders.get(given("order").strip().upper())
        if order is None or customer is None or order.customer != customer.id:
            return NOT_FOUND
        if asked.action == "order_lookup":
            reason = self._refusal(asked.purpose, order)
            data = self._told(order)
            return Answer("refused", {**data, "reason": reason}) if reason else Answer("ok", data)
        if reason := self._refusal(asked.action, order):
            return Answer("refused", {"reason": reason})
        return _OF_ORDERS[asked.action](self, order, given)

    def _customer(self, told: Mapping[str, str]) -> Customer | None:
        """By the shop's own id alone, if there is one; else by e-mail and phone, which must not name two."""
        if number := told.get("id"):
            return self.books.customers.get(number)
        email, phone = told.get("email", "").strip().casefold(), _digits(told.get("phone", ""))
        fitting = [
            c for c in self.books.customers.values()
            if (email and c.email.casefold() == email) or (phone and _digits(c.phone) == phone)
        ]  # fmt: skip
        return fitting[0] if len(fitting) == 1 else None

    # -- what may be done ----------------------------------------------------------------------------

    def is_late(self, order: Order) -> bool:
        return order.status == "late" or (order.status in (*OPEN, "shipped") and order.expected < self.books.today)

    def _refusal(self, what: str, order: Order) -> str:
        """Why an action, or the lookup for a flow of that name, is refused; empty if it is not."""
        match what:
            case "address_change" | "order_cancel" | "order_change":
                known = {"delivered": "too_late", "returned": "too_late", "cancelled": "cancelled"}
                return "" if order.status in OPEN else known.get(order.status, "already_shipped")
            case "refund_request" if order.refund != "none":
                return "already_requested"
            case "refund_request":
                return "" if self.is_late(order) else self._delivery_refusal(order)
            case "return_request" if order.returned or order.status == "returned":
                return "already_requested"
            case "return_request" | "exchange_request":
                return self._delivery_refusal(order)
            case "refund_status":
                return "no_refund" if order.refund == "none" else ""
            case "trace_open":
                return "" if order.status in ("shipped", "late", "delivered") else "not_shipped"
        return ""

    def _delivery_refusal(self, order: Order) -> str:
        """Why what needs a recent delivery is refused."""
        if order.status == "cancelled":
            return "cancelled"
        if order.status != "delivered":
            return "not_delivered"
        return "too_late" if (self.books.today - order.expected).days > DAYS else ""

    # -- what is told ----------------------------------------------------------------------------------

    def _told(self, order: Order) -> dict[str, Any]:
        data = {
            "order": order.number, "status": "shipped" if order.status == "late" else order.status,
            "expected": order.expected.isoformat(), "carrier": order.carrier, "tracking": order.tracking,
            "items": [", ".join(filter(None, (item.name, "" if item.size == "ONE" else item.size))) for item in order.items],
            "address": order.address, "late": self.is_late(order), "refund": order.refund, "total": _total(order),
        }  # fmt: skip
        return {name: value for name, value in data.items() if value != ""}

    def _stock(self, product: Product | None, wanted: str) -> Answer:
        if product is None:
            return NOT_FOUND
        sizes = {size.casefold(): size for size in product.sizes}
        size = "ONE" if set(sizes) == {"one"} else sizes.get(wanted.strip().casefold(), "")
        if not size:
            return Answer("not_found", {"sku": product.sku, "name": product.name, "sizes": list(product.sizes)})
        count = product.sizes[size]
        data = {"sku": product.sku, "name": product.name, "size": size, "count": count, "available": count > 0}
        return _ok(**data, **({"restock": product.restock.isoformat()} if product.restock is not None else {}))

    # -- what is done ------------------------------------------------------------------------------------

    def _did(self, do: str, **what: str) -> None:
        self.effects.append({"do": do, **what})

    def _trace(self, order: Order, _: _Given) -> Answer:
        self._did("trace_opened", order=order.number)
        return _ok(trace=f"TC-{order.number[-5:]}")

    def _change_address(self, order: Order, given: _Given) -> Answer:
        order.address = given("address")
        self._did("address_change", order=order.number, address=order.address)
        return _ok(address=order.address)

    def _cancel(self, order: Order, _: _Given) -> Answer:
        order.status = "cancelled"
        self._did("order_cancel", order=order.number)
        return _ok()

    def _change(self, order: Order, given: _Given) -> Answer:
        self._did("order_change", order=order.number, change=given("change"))
        return _ok()

    def _refund(self, order: Order, given: _Given) -> Answer:
        reason = given("reason")
        order.refund = "requested"
        self._did("refund_request", order=order.number, reason=reason)
        return _ok(amount=_total(order))

    def _refund_status(self, order: Order, _: _Given) -> Answer:
        return _ok(state=order.refund, amount=_total(order))

    def _return(self, order: Order, given: _Given) -> Answer:
        reason = given("reason")
        order.returned = True
        self._did("return_request", order=order.number, reason=reason)
        return _ok(label=f"RL-{order.number[-5:]}")

    def _exchange(self, order: Order, given: _Given) -> Answer:
        self._did("exchange_request", order=order.number, wanted=given("wanted"))
        return _ok()

    def _invoice(self, order: Order, given: _Given) -> Answer:
        self._did("invoice_sent", order=order.number, email=given("email"))
        return _ok()

    def _subscription(self, customer: Customer, given: _Given) -> Answer:
        wish = given.one_of("wish", "stop", "pause")
        if customer.membership != "active":
            return Answer("refused", {"reason": "not_active"})
        customer.membership = "none" if wish == "stop" else "paused"
        self._did("membership_stopped" if wish == "stop" else "membership_paused", customer=customer.id)
        return _ok()

    def _account(self, customer: Customer, given: _Given) -> Answer:
        what, value = given.one_of("what", "email", "phone"), given("value")
        if not (_EMAIL.fullmatch(value) if what == "email" else len(_digits(value)) >= SHORTEST_NUMBER):
            return Answer("invalid")
        if what == "email":
            customer.email = value
        else:
            customer.phone = value
        self._did("account_changed", customer=customer.id, what=what, value=value)
        return _ok()


_OF_ORDERS: Mapping[str, Callable[[Shop, Order, _Given], Answer]] = {
    "trace_open": Shop._trace, "address_change": Shop._change_address, "order_cancel": Shop._cancel, "order_change": Shop._change,
    "refund_request": Shop._refund, "refund_status": Shop._refund_status, "return_request": Shop._return,
    "exchange_request": Shop._exchange, "invoice_send": Shop._invoice,
}  # fmt: skip
_OF_CUSTOMERS: Mapping[str, Callable[[Shop, Customer, _Given], Answer]] = {
    "subscription_set": Shop._subscription, "account_set": Shop._account,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Given:
    """The arguments of a call."""

    arguments: Mapping[str, str]

    def __call__(self, name: str) -> str:
        value = self.arguments.get(name, "").strip()
        if not value:
            raise BadCall(f"the argument {name!r} is missing")
        return value

    def one_of(self, name: str, *known: str) -> str:
        if (value := self(name)) not in known:
            raise BadCall(f"the argument {name!r} is none of {', '.join(known)}")
        return value


def _ok(**data: Any) -> Answer:
    return Answer("ok", data)


def _total(order: Order) -> dict[str, Any]:
    return {"amount": round(sum(item.price for item in order.items), 2), "currency": order.items[0].currency}


def _digits(phone: str) -> str:
    """So that "+44 7700 900142" and "00447700900142" are the same."""
    digits = re.sub(r"\D", "", phone)
    return digits.removeprefix("00") if not phone.strip().startswith("+") else digits
