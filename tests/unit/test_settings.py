"""The environment, read once: what is missing or wrong is told by its name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError

from switchboard.settings import Settings


def test_values_come_from_our_variables_alone() -> None:
    s = Settings.parse({"SWITCHBOARD_LEDGER_TABLE": "ledger", "LEDGER_TABLE": "wrong", "SWITCHBOARD_FUTURE": "x", "PATH": "/"})
    assert s.ledger_table == "ledger"


def test_an_empty_variable_is_as_good_as_none() -> None:
    s = Settings.parse({"SWITCHBOARD_ACCEPT_SECONDS": "", "SWITCHBOARD_SECRET_PREFIX": ""})
    assert s == Settings.parse({})
    assert s.accept_within > timedelta(0)


@pytest.mark.parametrize(("name", "value"), [
    ("ACCEPT_SECONDS", "soon"), ("ACCEPT_SECONDS", "0"), ("GRACE_SECONDS", "-1"), ("ACCEPT_SECONDS", "1e99x"),
    ("OUTBOUND_MAX_RECEIVES", "1"),
])  # fmt: skip
def test_a_bad_value_fails_with_its_name(name: str, value: str) -> None:
    with pytest.raises(ValidationError, match=name.lower()):
        Settings.parse({f"SWITCHBOARD_{name}": value})


def test_times_are_seconds() -> None:
    assert Settings.parse({"SWITCHBOARD_ACCEPT_SECONDS": "45"}).accept_within == timedelta(seconds=45)


@pytest.mark.parametrize(("listed", "origins"), [
    ("", set()), (" , ,", set()), ("https://a.example/", {"https://a.example"}),
    ("https://a.example , https://b.example", {"https://a.example", "https://b.example"}),
])  # fmt: skip
def test_the_allow_list_of_pages(listed: str, origins: set[str]) -> None:
    found = Settings.parse({"SWITCHBOARD_ALLOWED_ORIGINS": listed}).origins
    assert found == origins
    assert "" not in found


@pytest.mark.parametrize(("endpoint", "url"), [
    ("https://x.execute-api.eu-central-1.amazonaws.com/prod", "wss://x.execute-api.eu-central-1.amazonaws.com/prod"),
    ("http://127.0.0.1:4510/http", "ws://127.0.0.1:4510/http"),
])  # fmt: skip
def test_clients_open_sockets_where_we_manage_them(endpoint: str, url: str) -> None:
    assert Settings.parse({"SWITCHBOARD_SOCKET_ENDPOINT": endpoint}).socket_url == url


def test_settings_cannot_be_changed_afterwards() -> None:
    with pytest.raises(ValidationError):
        Settings.parse({}).accept_seconds = 5  # type: ignore[misc]  # this is the point
