"""Reads the shop the scripted customers deal with, as far as the judge looks at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

DIALOGUE = Path(__file__).resolve().parents[1] / "data/dialogue"


@dataclass(frozen=True)
class Order:
    number: str
    customer: str
    status: str
    refund: str
    expected: date
    tracking: str
    names: tuple[str, ...]  # of its items


@dataclass(frozen=True)
class Product:
    sku: str
    name: str
    sizes: tuple[str, ...]
    restock: date | None


@dataclass(frozen=True)
class Shop:
    orders: Mapping[str, Order]
    products: Mapping[str, Product]
    emails: Mapping[str, str]  # of each customer


def read_shop(path: Path = DIALOGUE / "shop.yaml") -> Shop:
    """The shop in `path`. Raises KeyError or ValueError where it lacks something."""
    raw: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Shop(
        orders={each["number"]: _order(each) for each in raw["orders"]},
        products={each["sku"]: _product(each) for each in raw["products"]},
        emails={each["id"]: each["email"] for each in raw["customers"]},
    )


def _order(raw: dict[str, Any]) -> Order:
    return Order(
        number=raw["number"],
        customer=raw["customer"],
        status=raw["status"],
        refund=raw["refund"],
        expected=date.fromisoformat(raw["expected"]),
        tracking=raw["tracking"] or "",
        names=tuple(item["name"] for item in raw["items"]),
    )


def _product(raw: dict[str, Any]) -> Product:
    back = raw["restock"]
    return Product(raw["sku"], raw["name"], tuple(str(size) for size in raw["sizes"]), date.fromisoformat(back) if back else None)
