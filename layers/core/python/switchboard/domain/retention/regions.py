"""Where a customer is, as far as it is known: by what the company says of them, else by their telephone number's country."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from switchboard.domain.privacy.numbering import PLANS

EU = frozenset({
    "at", "be", "bg", "cy", "cz", "de", "dk", "ee", "es", "fi", "fr", "gr", "hr", "hu", "ie", "it", "lt", "lu", "lv", "mt", "nl", "pl",
    "pt", "ro", "se", "si", "sk",
})  # fmt: skip
EEA = EU | {"is", "li", "no"}
CANADA = frozenset({  # area codes: what the numbering plan of North America does not tell apart
    "204", "226", "236", "249", "250", "257", "263", "289", "306", "343", "354", "365", "367", "368", "382", "403", "416", "418",
    "428", "431", "437", "438", "450", "468", "474", "506", "514", "519", "548", "579", "581", "584", "587", "604", "613", "639",
    "647", "672", "683", "705", "709", "742", "753", "778", "780", "782", "807", "819", "825", "867", "873", "879", "902", "905",
    "942",
})  # fmt: skip
COUNTRY, REGION = "country", "region"  # the company's attributes of a contact: ISO 3166's two letters, and a name of its own
_MAIN = {"1": "US", "7": "RU", "39": "IT", "44": "GB", "47": "NO", "61": "AU", "212": "MA", "262": "RE", "290": "SH", "358": "FI",
         "590": "GP", "599": "CW"}  # of several countries behind one code  # fmt: skip


def places_of(phone: str, attributes: Mapping[str, str]) -> tuple[str, ...]:
    """The regions that a customer is in, the closest first, in small letters; () where nothing is known."""
    own = attributes.get(REGION, "").strip().lower()
    country = attributes.get(COUNTRY, "").strip().lower() or country_of(phone)
    groups = [name for name, members in (("eu", EU), ("eea", EEA)) if country in members]
    return tuple(dict.fromkeys(place for place in (own, country, *groups) if place))


def country_of(phone: str) -> str:
    """The country of an international telephone number, "" where it is none. Of several behind one code, the largest where the
    number does not tell."""
    digits = re.sub(r"\D", "", phone)
    if not 7 <= len(digits) <= 15:
        return ""
    for length in (3, 2, 1):
        if found := _codes().get(digits[:length], ()):
            return _among(digits[:length], digits[length:], found).lower()
    return ""


def _among(code: str, national: str, countries: tuple[str, ...]) -> str:
    if code == "1" and national[:3] in CANADA:
        return "CA"
    main = _MAIN.get(code, countries[0])
    others = [c for c in countries if c not in (main, "CA") and re.fullmatch(PLANS[c][2], national)]
    return others[0] if code in ("1", "7") and len(others) == 1 else main


@lru_cache(maxsize=1)
def _codes() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for country, (code, *_) in PLANS.items():
        found[code] = (*found.get(code, ()), country)
    return found
