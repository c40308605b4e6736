"""What was promised: the rules of SLAs."""

from __future__ import annotations

from typing import Any

import pytest

from switchboard.domain.errors import Malformed
from switchboard.domain.hours.calendar import ALWAYS, parse_calendars
from switchboard.domain.hours.sla_policy import ClockKind, Start, parse_rules, rule_for
from tests.unit.hours_promises import OFFICE

CALENDARS = parse_calendars({"office": OFFICE})


def test_the_first_rule_that_fits_counts() -> None:
    rules = parse_rules(
        [{"priorities": [8, 9], "channels": ["webchat"], "calendar": "always", "first_response": 60},
         {"tiers": ["gold"], "calendar": "always", "first_response": 300},
         {"calendar": "office", "first_response": 3600, "resolution": 144000, "warn_at": 0.5, "counts_from": "opened",
          "pause_waiting": False}],
        CALENDARS,
    )  # fmt: skip
    wanted = [(9, "gold", "webchat", 60), (9, "gold", "whatsapp", 300), (5, "gold", "webchat", 300), (9, "", "whatsapp", 3600)]
    for priority, tier, channel, seconds in wanted:
        found = rule_for(rules, priority, tier, channel)
        assert found is not None
        assert found.targets[ClockKind.FIRST_RESPONSE] == seconds
    assert rule_for(rules[:2], 5, "", "webchat") is None
    assert (rules[0].calendar, rules[2].calendar.zone) == (ALWAYS, "Europe/Berlin")
    assert (rules[2].warn_at, rules[2].counts_from, rules[2].pauses) == (0.5, Start.OPENED, False)
    assert ClockKind.NEXT_RESPONSE not in rules[2].targets


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"calendar": None}, "sla[0].calendar"),
        ({"calendar": "elsewhere"}, "sla[0].calendar"),
        ({"first_response": 0}, "sla[0].first_response"),
        ({"first_response": True}, "sla[0].first_response"),
        ({"next_response": 1.5}, "sla[0].next_response"),
        ({"resolution": 367 * 86400}, "sla[0].resolution"),
        ({"priorities": [10]}, "sla[0].priorities"),
        ({"priorities": 1}, "sla[0].priorities"),
        ({"tiers": [""]}, "sla[0].tiers[0]"),
        ({"channels": "webchat"}, "sla[0].channels"),
        ({"warn_at": 1}, "sla[0].warn_at"),
        ({"warn_at": float("nan")}, "sla[0].warn_at"),
        ({"counts_from": "birth"}, "sla[0].counts_from"),
        ({"counts_from": []}, "sla[0].counts_from"),
        ({"pause_waiting": 1}, "sla[0].pause_waiting"),
        ({"target": 1}, "target"),
    ],
)
def test_rules_that_cannot_be_read_name_the_field_at_fault(change: dict[str, Any], field: str) -> None:
    with pytest.raises(Malformed) as refused:
        parse_rules([{"calendar": "office", "first_response": 60, **change}], CALENDARS)
    assert f"'{field}'" in str(refused.value)
