"""How often lists of numbers that are no cards are masked as cards: `python -m tests.bench.privacy_lists`. What is masked is masked
for good, so each of these texts loses numbers that somebody needs. All are made up here, by a seed."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable

from switchboard.domain.privacy.detector import detect
from switchboard.domain.privacy.kinds import Kind

TEXTS, SEED = 3_000, 20261123
TARGET = 0.01
PHONES = {
    "us": ("({3}) {3}-{4}", "{3}-{3}-{4}", "{3} {3} {4}"), "gb": ("07{3} {6}", "020 {4} {4}", "07{9}"),
    "de": ("0{3} {8}", "0{2} {6}", "0{3}/{7}"), "fr": ("0{1} {2} {2} {2} {2}", "0{1}.{2}.{2}.{2}.{2}"),
    "es": ("6{2} {3} {3}", "9{1} {3} {2} {2}", "6{2} {2} {2} {2}"), "it": ("3{2} {7}", "06 {4} {4}", "3{2} {3} {4}"),
    "pt": ("9{2} {3} {3}", "({2}) 9{4}-{4}", "{2} 9{4} {4}"),
    "ru": ("8 9{2} {3} {2} {2}", "8 (9{2}) {3}-{2}-{2}", "8-9{2}-{3}-{2}-{2}"),
    "sa": ("05{1} {3} {4}", "05{8}", "011 {3} {4}"), "in": ("9{4} {5}", "98{8}", "022 {4} {4}"),
    "jp": ("090-{4}-{4}", "03-{4}-{4}", "0{2}-{3}-{4}"), "kr": ("010-{4}-{4}", "010 {4} {4}", "02-{3}-{4}"),
    "cn": ("13{1} {4} {4}", "138{8}", "010-{8}"),
}  # fmt: skip
BETWEEN = ("\n", " ", " / ", ", ", "\r\n", " or ", "  ")
Rolled = random.Random


def number(r: Rolled, digits: int) -> str:
    return str(r.randint(1, 9)) + "".join(str(r.randint(0, 9)) for _ in range(digits - 1))


def phone(r: Rolled, country: str) -> str:
    shape = r.choice(PHONES[country])
    while "{" in shape:
        before, _, rest = shape.partition("{")
        count, _, after = rest.partition("}")
        shape = f"{before}{number(r, int(count))}{after}"
    return shape


def orders(r: Rolled, digits: tuple[int, ...], between: tuple[str, ...], lead: tuple[str, ...] = ("",)) -> str:
    sep = r.choice(between)
    return r.choice(lead) + sep.join(number(r, r.choice(digits)) for _ in range(r.randint(2, 12)))


def _pairs(country: str) -> Callable[[Rolled], str]:
    return lambda r: r.choice(BETWEEN).join(phone(r, country) for _ in range(r.choice((2, 2, 3))))


LEAD = ("My orders: ", "Bestellnummern: ", "订单号：", "orders\n", "Commandes : ", "注文番号\n", "order numbers are ", "Заказы: ")
KINDS: dict[str, Callable[[Rolled], str]] = {
    "orders_of_four_to_ten_digits_on_lines": lambda r: orders(r, (4, 5, 6, 7, 8, 9, 10), ("\n", "\r\n")),
    "orders_of_one_length_on_lines": lambda r: orders(r, (r.choice((4, 5, 6, 7, 8, 9, 10)),), ("\n", "\r\n")),
    "orders_in_a_row": lambda r: orders(r, (r.choice((5, 6, 7, 8, 9, 10)),), (" ", ", ", "; ", " - ", "/")),
    "orders_called_so_of_any_length": lambda r: orders(r, (r.choice(range(4, 17)),), (" ", ", ", "\n"), LEAD),
    "eans_on_lines": lambda r: "\n".join(ean(r) for _ in range(5)),
    **{f"phones_{country}": _pairs(country) for country in PHONES},
}  # fmt: skip


def ean(r: Rolled) -> str:
    digits = r.choice(("40", "42", "50", "59", "69")) + number(r, 10)
    return digits + str(-sum(int(c) * (3 if place % 2 else 1) for place, c in enumerate(digits)) % 10)


def rate(made: Callable[[Rolled], str], texts: int = TEXTS) -> float:
    """The share of texts in which something is taken for a card."""
    r = random.Random(SEED)
    return sum(any(f.kind is Kind.CARD for f in detect(made(r))) for _ in range(texts)) / texts


def main() -> int:
    short = 0
    for name, made in KINDS.items():
        found = rate(made)
        short += found > TARGET
        print(f"figure pii_lists_as_cards_{name} {found:.4f} <={TARGET} {'ok' if found <= TARGET else 'short'}")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
