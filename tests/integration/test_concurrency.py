"""What customers and agents rely on when everything happens at once: sixteen threads on four processes' worth of services."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bench import concurrency as targets
from tests.bench import crowd

pytestmark = pytest.mark.localstack


@pytest.fixture
def company(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[crowd.Company]:
    for name, value in crowd.environment(endpoint).items():
        monkeypatch.setenv(name, value)
    with crowd.company(endpoint) as company:
        yield company


def test_two_hundred_at_once_fill_every_place_and_nobody_is_forgotten_in_the_queue(company: crowd.Company) -> None:
    assert crowd.rush(company) == targets.RUSH


def test_a_message_posted_a_hundred_times_is_taken_in_once(company: crowd.Company) -> None:
    assert crowd.repeated(company) == targets.REPEATED


def test_a_hundred_messages_stay_in_order_and_none_is_lost_or_doubled(company: crowd.Company) -> None:
    assert crowd.torrent(company) == targets.TORRENT


def test_the_books_balance_after_everybody_did_anything_at_any_time(company: crowd.Company) -> None:
    assert crowd.chaos(company) == targets.CHAOS
