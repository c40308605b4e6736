"""The numbering plans we ship are those of libphonenumber, as far as the detector asks."""

from __future__ import annotations

import pytest

from switchboard.domain.privacy import phones
from switchboard.domain.privacy.countries import COUNTRIES
from tools.numbering import INTO, source

phonenumbers = pytest.importorskip("phonenumbers")
EVERYWHERE = sorted({c for countries in COUNTRIES.values() for c in countries.split()})


def test_the_file_is_what_the_tool_writes() -> None:
    assert INTO.read_text("utf-8") == source()


@pytest.mark.parametrize("country", EVERYWHERE)
def test_every_example_number_of_a_country_is_known(country: str) -> None:
    kinds = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.TOLL_FREE)
    for kind in kinds:
        example = phonenumbers.example_number_for_type(country, kind)
        if example is None or len(str(example.national_number)) < phones.LEAST:
            continue
        written = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
        assert phones.international(written[1:]), written


@pytest.mark.parametrize("country", [c for c in EVERYWHERE if c != "AR"])  # a 15 among the digits, which nobody could tell
def test_national_spellings_are_known_at_home(country: str) -> None:
    example = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
    digits = "".join(filter(str.isdigit, phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.NATIONAL)))
    assert phones.national(digits, (country,)) or phones.international(digits), digits
