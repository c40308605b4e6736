"""What is looked for, and what is found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    CARD = "card"
    IBAN = "iban"
    EMAIL = "email"
    PHONE = "phone"
    CN_ID = "cn_id"
    US_SSN = "us_ssn"
    DE_ID = "de_id"  # tax number for life, or identity card
    FR_NIR = "fr_nir"
    ES_ID = "es_id"  # DNI, NIE
    IT_CF = "it_cf"
    BR_CPF = "br_cpf"
    IN_ID = "in_id"  # Aadhaar, PAN
    PASSPORT = "passport"


IDS = frozenset({
    Kind.CN_ID, Kind.US_SSN, Kind.DE_ID, Kind.FR_NIR, Kind.ES_ID, Kind.IT_CF, Kind.BR_CPF, Kind.IN_ID, Kind.PASSPORT,
})  # fmt: skip
"""What a state numbers its people by."""

CHECKED, LIKELY, DOUBTFUL = 3, 2, 1
"""Certainty: a check digit and a form of its own, or words that name it; a form alone; it has digits enough, that is all."""


@dataclass(frozen=True, slots=True)
class Found:
    """Characters `start` to `end` (excluded) of the text as it was written."""

    start: int
    end: int
    kind: Kind
    certainty: int = CHECKED
