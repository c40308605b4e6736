"""Writes `domain/privacy/numbering.py`, the world's numbering plans as the detector of telephone numbers knows them, from the metadata
of `phonenumberslite` (Google's libphonenumber, Apache-2.0): `python -m tools.numbering`.

A function that logs a line must not import 60 modules, nor spend 30 to 60 us on each number (measured: 100 kB of numbers took half a
second), so the package itself stays out of the layers; a test compares the two."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from switchboard.domain.privacy.countries import COUNTRIES

INTO = Path(__file__).parents[1] / "layers/core/python/switchboard/domain/privacy/numbering.py"
SPOKEN = frozenset(country for countries in COUNTRIES.values() for country in countries.split())
"""Where the twelve languages are spoken: there a number is known without its country's code."""
TRUNK = {"BY": "80"}  # as it is dialled
LONGEST_MOBILE = 220  # characters of a pattern; longer ones say of each block who has it


def rows() -> Iterator[tuple[str, str, str, str, str]]:
    """Region, calling code, trunk prefix, pattern of every number, pattern of mobile ones ("": not told apart)."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

    for code, regions in sorted(COUNTRY_CODE_TO_REGION_CODE.items()):
        for region in regions:
            if region == "001":
                continue
            data = PhoneMetadata.metadata_for_region(region)
            if data is None or data.general_desc is None:
                continue
            mobile = (data.mobile.national_number_pattern or "") if data.mobile and region in SPOKEN else ""
            if len(mobile) > LONGEST_MOBILE or mobile == (data.fixed_line and data.fixed_line.national_number_pattern):
                mobile = ""
            trunk = TRUNK.get(region, data.national_prefix or "") if region in SPOKEN else ""
            yield region, str(code), trunk, data.general_desc.national_number_pattern or "", mobile


def source() -> str:
    from phonenumbers import __version__

    lines = [
        f'"""The world\'s numbering plans, made by `python -m tools.numbering` from libphonenumber {__version__} (Apache-2.0).',
        "",
        "Region: calling code, trunk prefix, pattern of all its numbers, pattern of its mobile ones. Not to be edited by hand.",
        '"""',
        "",
        "from __future__ import annotations",
        "",
        "PLANS: dict[str, tuple[str, str, str, str]] = {",
    ]
    for region, code, trunk, general, mobile in rows():
        plain, moving = (re.sub(r"\s", "", p) for p in (general, mobile))
        row = f'    "{region}": ("{code}", "{trunk}", {_literal(plain)}, {_literal(moving)}),'
        lines.append(row)
    return "\n".join([*lines, "}  # fmt: skip", ""])


def _literal(pattern: str) -> str:
    return f'r"{pattern}"' if "\\" in pattern else f'"{pattern}"'


if __name__ == "__main__":
    INTO.write_text(source(), "utf-8")
