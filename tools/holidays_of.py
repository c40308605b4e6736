"""`python -m tools.holidays_of COUNTRY YEAR [YEAR ...]`: print a country's holidays as the exceptions of a calendar, in JSON.

An administrator pastes them into a calendar's `exceptions` and strikes what does not hold for the desk: calendars hold explicit dates,
so nobody's opening hours change because a package did. Dates of holidays that hang on the moon are estimates until they are
proclaimed: print them again then. Needs the package `holidays` (MIT)."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date
from typing import Any

NAME_CHARACTERS = 100


def exceptions(
    country: str,
    years: Sequence[int],
    subdivision: str | None = None,
    language: str | None = None,
    categories: Sequence[str] = ("public",),
) -> list[dict[str, Any]]:
    """One closed day for each holiday, in order; named in the country's own language unless told. Raises ValueError saying what is not
    known."""
    import holidays

    known = holidays.list_supported_countries(include_aliases=True)
    if country not in known:
        raise ValueError(f"no holidays are known for {country!r}; countries are named by two letters, e.g. DE")
    if subdivision is not None and subdivision not in (parts := known[country]):
        raise ValueError(f"{country} has no part {subdivision!r}; it has {', '.join(parts) or 'none'}")
    tongues = holidays.list_localized_countries().get(country, [])
    if language is not None and language not in tongues:
        raise ValueError(f"holidays of {country} are not named in {language!r}; they are in {', '.join(tongues) or 'one language'}")
    # Without a language the package would take the one of this machine's user.
    spoken = language or holidays.country_holidays(country).default_language
    found = holidays.country_holidays(
        country, subdiv=subdivision, years=list(years), language=spoken, categories=tuple(categories), expand=False
    )
    return [_exception(day, found.get_list(day)) for day in sorted(found) if day.year in years]


def _exception(day: date, names: Sequence[str]) -> dict[str, Any]:
    return {"date": day.isoformat(), "closed": True, "name": "; ".join(sorted(set(names)))[:NAME_CHARACTERS]}


def _year(text: str) -> int:
    year = int(text)
    if not 1970 <= year < 2100:
        raise ValueError(text)
    return year


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.holidays_of", description=__doc__)
    parser.add_argument("country", help="two letters (ISO 3166), e.g. DE")
    parser.add_argument("years", type=_year, nargs="+", metavar="year")
    parser.add_argument("--subdivision", help="state or province whose own holidays count too, e.g. BY")
    parser.add_argument("--language", help="of the names, e.g. en_US; the country's own unless given")
    parser.add_argument("--category", action="append", help="public (unless given), bank, half_day, optional ...; may be repeated")
    chosen = parser.parse_args(arguments)
    try:
        found = exceptions(chosen.country, chosen.years, chosen.subdivision, chosen.language, chosen.category or ("public",))
    except ImportError:
        print("this command needs a package: pip install holidays", file=sys.stderr)
        return 2
    except ValueError as e:
        print(f"{e}", file=sys.stderr)
        return 2
    print(json.dumps(found, ensure_ascii=False, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
