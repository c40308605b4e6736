"""What every `Facts` must do: see `application.ports.Facts`. The fields are those of `application.fanout.facts_of`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from switchboard.application.ports import Facts
from switchboard.domain.events import ReleaseReason
from tests.contract import samples as s

Arrived = Callable[[str, int], list[dict[str, Any]]]
"""`arrived(ledger, count)`: a ledger's facts as the analysts read them, once there are `count`; fails where fewer or more come."""


def fact(ledger: str, no: int, **fields: object) -> Mapping[str, object]:
    return {"ledger": ledger, "no": no, "commit": no, "at": s.later(no).isoformat(), "actor": "system", "type": "queued", **fields}


class FactsContract:
    """Subclasses give the fixtures `facts` and `arrived`, its other end."""

    @pytest.fixture
    def ledger(self) -> str:
        return s.fresh("cnv#c")

    def test_facts_are_read_as_they_were_put_and_in_their_order(self, facts: Facts, arrived: Arrived, ledger: str) -> None:
        put = [fact(ledger, n, queue="售后", since=None, number=n, tags=["a", "b"], score=0.25) for n in range(1, 8)]
        facts.put(iter(put))
        assert arrived(ledger, 7) == put

    def test_a_fact_with_line_breaks_stays_one_fact(self, facts: Facts, arrived: Arrived, ledger: str) -> None:
        put = [fact(ledger, 1, reason="two\nlines\r\nand\u2028more"), fact(ledger, 2, reason='"quoted" \\ {}')]
        facts.put(put)
        assert arrived(ledger, 2) == put

    def test_what_json_does_not_know_is_read_as_text(self, facts: Facts, arrived: Arrived, ledger: str) -> None:
        facts.put([fact(ledger, 1, due=s.T0, reason=ReleaseReason.DECLINED)])
        [read] = arrived(ledger, 1)
        assert (read["due"], read["reason"]) == (str(s.T0), ReleaseReason.DECLINED.value)

    def test_more_facts_than_one_call_holds_all_arrive_once(self, facts: Facts, arrived: Arrived, ledger: str) -> None:
        facts.put(fact(ledger, n) for n in range(1, 1102))
        assert sorted(f["no"] for f in arrived(ledger, 1101)) == list(range(1, 1102))

    def test_no_facts_are_no_trouble(self, facts: Facts, arrived: Arrived, ledger: str) -> None:
        facts.put([])
        assert arrived(ledger, 0) == []
