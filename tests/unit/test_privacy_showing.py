"""Every route says whether it shows customers' words; settings come back as they were written."""

from __future__ import annotations

import pytest

from switchboard.application import views
from switchboard.domain.privacy.kinds import IDS
from switchboard.entry.desk_api import ROUTES
from switchboard.entry.showing import PERSONAL, SETTINGS


def test_every_route_says_whether_it_shows_customers_words() -> None:
    assert set(ROUTES) == PERSONAL | SETTINGS
    assert not PERSONAL & SETTINGS


@pytest.mark.parametrize("shown", [
    {"events": [{"text": "86095742719"}], "conversation": {"language": "de"}},
    {"events": [{"text": "86095742719"}]},
    {"events": [{"text": "86095742719", "language": "en"}], "conversation": {"language": "de"}},
    {"attributes": {"ssn": "078051120"}},
    {"slot": "passport", "value": "C01X00T47"},
])  # fmt: skip
def test_ids_are_hidden_in_the_conversations_language_or_any(shown: dict[str, object]) -> None:
    hidden = repr(views.hide(shown, IDS))
    assert not any(number in hidden for number in ("86095742719", "078051120", "C01X00T47"))
