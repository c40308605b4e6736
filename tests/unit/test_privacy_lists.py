"""Lists of orders and of telephone numbers are not taken for cards, for what is masked is masked for good."""

from __future__ import annotations

import pytest

from tests.bench.privacy_lists import KINDS, rate


@pytest.mark.parametrize("name", KINDS)
def test_lists_of_numbers_are_no_cards(name: str) -> None:
    assert rate(KINDS[name], 300) <= 0.01
