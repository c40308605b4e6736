"""How a WhatsApp customer is named: a phone number, or only a business-scoped user id (BSUID)."""

from __future__ import annotations

import hashlib
import re

PHONE = re.compile(r"[1-9][0-9]{6,14}")
BSUID = re.compile(r"[A-Z]{2}\.[0-9]{5,25}")
_COUNTRIES = (
    ("1", "US"),
    ("33", "FR"),
    ("34", "ES"),
    ("351", "PT"),
    ("39", "IT"),
    ("44", "GB"),
    ("49", "DE"),
    ("52", "MX"),
    ("55", "BR"),
    ("62", "ID"),
    ("65", "SG"),
    ("81", "JP"),
    ("86", "CN"),
    ("91", "IN"),
    ("971", "AE"),
)


def is_customer(customer: str) -> bool:
    """Whether the text names a customer: digits with country code, or a BSUID."""
    return bool(PHONE.fullmatch(customer) or BSUID.fullmatch(customer))


def phone_of(customer: str) -> str | None:
    """The wa_id; None for a customer who hides the number behind a username."""
    return customer if PHONE.fullmatch(customer) else None


def bsuid_of(waba_id: str, customer: str) -> str:
    """The customer's BSUID towards this business: given, or derived so that it is the same every time."""
    if BSUID.fullmatch(customer):
        return customer
    country = max((pair for pair in _COUNTRIES if customer.startswith(pair[0])), default=("", "US"))[1]
    digest = hashlib.sha256(f"{waba_id}/{customer}".encode()).digest()
    return f"{country}.{int.from_bytes(digest[:8], 'big'):020d}"
