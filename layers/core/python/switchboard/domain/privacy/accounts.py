"""IBANs: the country's length, and 97 leaves 1."""

from __future__ import annotations

import re
from collections.abc import Iterator

from switchboard.domain.privacy.checksums import iban
from switchboard.domain.privacy.kinds import CHECKED, Found, Kind

LENGTHS = {
    country: length
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FI FO GL NL FK SD", 19: "MK SI", 20: "AT BA EE KZ LT LU XK MN", 21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ TL OM SO", 24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "PT ST LY", 26: "IS TR", 27: "FR GR IT MC MR SM BI DJ", 28: "AL AZ BY CY DO GT HU LB PL NI HN", 29: "BR EG PS QA UA",
        30: "JO KW MU YE", 31: "MT SC", 32: "LC", 33: "RU",
    }.items()
    for country in countries.split()
}  # fmt: skip
"""ISO 13616's registry."""
_STARTS = re.compile(
    r"(?ai)(?:(?<![A-Z0-9])|(?<=IBAN))(?=[A-Z]{2}[ .\-]?\d)(?:" + "|".join(sorted(LENGTHS)) + r")[ .\-]?\d ?\d"
    r"(?=(?:[ .\-\n]{0,2}[A-Z0-9]){11})"
)
_SIGN = re.compile(r"(?a)[ .\-/\n]{0,2}([A-Za-z0-9])")


def is_iban(plain: str) -> bool:
    """Whether these letters and digits, without blanks and in capitals, are an account's number."""
    return LENGTHS.get(plain[:2]) == len(plain) and iban(plain)


def ibans(text: str) -> Iterator[Found]:
    """`text` is folded."""
    for m in _STARTS.finditer(text):
        wanted, plain, end = LENGTHS[m[0][:2].upper()], "", m.start()
        while len(plain) < wanted and (sign := _SIGN.match(text, end)) is not None:
            plain, end = plain + sign[1], sign.end()
        after = text[end : end + 1]
        if iban(plain.upper()) and len(plain) == wanted and not (after.isascii() and after.isalnum()):
            yield Found(m.start(), end, Kind.IBAN, CHECKED)
