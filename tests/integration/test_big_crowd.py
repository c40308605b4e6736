"""What the big crowd (`tests/bench/big_crowd.py`) must find, on a small one: everybody is served, in order, and no book is wrong."""

from __future__ import annotations

import pytest

from tests.bench import crowd
from tests.bench.big_crowd import judge
from tests.bench.crowd_life import Size

pytestmark = pytest.mark.localstack


def test_sixty_customers_at_once_leave_every_book_right(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in crowd.environment(endpoint).items():
        monkeypatch.setenv(name, value)
    small = Size(conversations=60, agents=8, threads=8, disturbances=12, accept_seconds=5, writes_again=3, longest=300)
    verdict = judge(endpoint, small)
    assert {name: value for name, value in verdict.zeros.items() if value} == {}, verdict.evidence
