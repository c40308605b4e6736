"""Where an article holds, and where a customer is."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from switchboard.domain.hours.countries import countries_of_number

EVERYWHERE = "all"
ATTRIBUTE = "region"  # of a contact: where the company knows them to be, in an article's words (eu, cn, de)
# Groups of countries whose law or trade is one, by the names articles use for them. Countries are ISO 3166-1 alpha-2.
GROUPS: Mapping[str, str] = {
    "eu": "at be bg cy cz de dk ee es fi fr gr hr hu ie it lt lu lv mt nl pl pt ro se si sk",
    "gcc": "ae bh kw om qa sa",
    "mena": "ae bh dz eg iq jo kw lb ly ma om ps qa sa sy tn ye",
    "cis": "am az by kg kz md ru tj uz",
}


def region_of(attributes: Mapping[str, str], phone: str) -> str:
    """Where a customer is: as the company keeps it with the contact, else the country of their phone number where that tells one;
    "" where nobody knows. `phone`: E.164 with leading `+`, or empty."""
    if known := attributes.get(ATTRIBUTE, "").strip().lower():
        return known
    countries = countries_of_number(phone) if phone.startswith("+") else ()
    return countries[0].lower() if len(countries) == 1 else ""


def holds(regions: Collection[str], region: str) -> bool:
    """Whether an article of `regions` holds for a customer in `region`, a country or a group of them. Of a customer whose region is
    not known ("") only what holds everywhere does."""
    return EVERYWHERE in regions or region in regions or any(region in GROUPS.get(group, "").split() for group in regions)
