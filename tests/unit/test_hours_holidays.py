"""The command that prints a country's holidays as exceptions to paste into a calendar."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from switchboard.domain.hours.calendar import is_open, parse, parse_exceptions
from tools import holidays_of

pytest.importorskip("holidays", reason="a package for administrators and developers only")


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, object]]:
    assert holidays_of.main(arguments) == 0
    found: list[dict[str, object]] = json.loads(capsys.readouterr().out)
    return found


def test_what_is_printed_can_be_pasted_into_a_calendar_and_closes_it(capsys: pytest.CaptureFixture[str]) -> None:
    exceptions = printed(capsys, "DE", "2026", "2027", "--subdivision", "BY")
    days = {"mon": ["09:00-17:00"], "tue": ["09:00-17:00"], "wed": ["09:00-17:00"]}
    bavaria = parse({"zone": "Europe/Berlin", "week": days, "exceptions": exceptions})
    assert not is_open(bavaria, datetime(2026, 1, 6, 12, tzinfo=UTC)), "Epiphany, a Tuesday, a holiday of Bavaria's own"
    assert is_open(bavaria, datetime(2026, 1, 7, 12, tzinfo=UTC))
    assert not is_open(bavaria, datetime(2027, 1, 6, 12, tzinfo=UTC))


@pytest.mark.parametrize("country", ["US", "GB", "CN", "JP", "BR", "IN", "SA", "IL", "NP", "TH"])
def test_every_country_s_output_is_a_valid_list_of_exceptions_of_these_years_only(
    country: str, capsys: pytest.CaptureFixture[str]
) -> None:
    dates = parse_exceptions(printed(capsys, country, "2026", "2027"))
    assert {day.year for day in dates} == {2026, 2027}
    assert all(special.name and not special.spans for special in dates.values())


def test_names_are_the_country_s_own_unless_another_language_is_wanted(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGE", "uk")
    assert printed(capsys, "DE", "2026")[0]["name"] == "Neujahr"
    assert printed(capsys, "DE", "2026", "--language", "en_US")[0]["name"] == "New Year's Day"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("XX", "2026"), "'XX'"),
        (("DE", "2026", "--subdivision", "ZZ"), "'ZZ'"),
        (("DE", "2026", "--language", "xx"), "'xx'"),
        (("DE", "2026", "--category", "nope"), "nope"),
    ],
)
def test_what_is_not_known_is_said_and_nothing_is_printed_to_paste(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert holidays_of.main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err


def test_a_year_is_a_year() -> None:
    with pytest.raises(SystemExit):
        holidays_of.main(["DE", "26"])
