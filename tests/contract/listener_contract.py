"""What every `Listener` must do: see `application.assist_ports.Listener`."""

from __future__ import annotations

import pytest

from switchboard.application.assist_ports import Listener

FURIOUS = "You are liars and thieves, I am furious, this is outrageous and you will pay for it!!!"


class ListenerContract:
    """Subclasses give the fixture `listener`."""

    @pytest.mark.parametrize(("text", "language"), [
        ("Your order is on its way and will be with you tomorrow.", "en"),
        ("Ihre Bestellung ist unterwegs und kommt morgen bei Ihnen an.", "de"), ("您的订单已经发货，预计明天送达。", "zh"),
    ])  # fmt: skip
    def test_it_hears_the_language_and_that_an_ordinary_answer_is_calm(self, listener: Listener, text: str, language: str) -> None:
        heard = listener.hear(text)
        assert heard.language == language
        assert heard.sentiment != "angry"
        assert 0 <= heard.anger <= 1

    def test_it_hears_fury(self, listener: Listener) -> None:
        heard = listener.hear(FURIOUS)
        assert (heard.sentiment, heard.anger > 0.5) == ("angry", True)

    @pytest.mark.parametrize("text", ["?", "👍", "\u202e", "x" * 20_000, "{{}}", "\ud800"])
    def test_any_text_can_be_heard(self, listener: Listener, text: str) -> None:
        listener.hear(text)
