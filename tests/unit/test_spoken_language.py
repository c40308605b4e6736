"""Which language a talk is in, when a message is too short to tell."""

from __future__ import annotations

import pytest

from switchboard.domain.understanding import Understanding, spoken
from tests.unit.world import World


@pytest.mark.parametrize(
    ("known", "heard", "text", "expected"),
    [
        ("de", "en", "ok", "de"),
        ("de", "en", "SB-10001", "de"),
        ("de", "en", "could we speak English please", "en"),
        ("de", "und", "12345", "de"),
        ("und", "it", "ok", "it"),
        ("de", "zh", "你好", "zh"),  # the script tells
        ("ja", "zh", "好的", "zh"),
        ("ru", "en", "hello", "en"),
        ("en", "ja", "75 g", "en"),  # nothing in it is Japanese
        ("en", "zh", "XL", "en"),
        ("zh", "en", "XL", "zh"),
        ("ar", "en", "SB-10001", "ar"),
        ("en", "ru", "да", "ru"),
        ("en", "hi", "mera order kahan hai bhai", "hi"),  # long enough to be sure
    ],
)
def test_a_short_message_does_not_change_the_language_of_a_talk(known: str, heard: str, text: str, expected: str) -> None:
    assert spoken(known, heard, text) == expected


def test_the_bot_goes_on_in_the_language_the_customer_began_in(world: World) -> None:
    world.write("+49 151 1", Understanding("greeting", 0.9, "zh", model="test"), text="您好，我想咨询一下")
    c = world.write("+49 151 1", Understanding("greeting", 0.9, "und", model="test"), text="123")
    assert c.language == "zh"
    assert c.last_event > 0
    assert [r.event.content.text for r in world.store.events(c.ledger) if r.event.type == "message_sent"] == ["您好！"] * 2  # type: ignore[attr-defined]
