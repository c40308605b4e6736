"""What every `LargeModel` must do: see `application.large_model`."""

from __future__ import annotations

from typing import Protocol

import pytest

from switchboard.application.large_model import USER, LargeModel, Limits, NoAnswer, Said, Throttled, TooLong, Withheld
from switchboard.domain.drafting import reasons

SYSTEM = "You help. Answer in one line."


class Far(Protocol):
    """The far side."""

    def says(self, text: str) -> None: ...

    def has(self, trouble: str) -> None:
        """From now on: throttled, filtered, cut, broken, garbage or slow."""
        ...

    @property
    def heard(self) -> list[tuple[str, str]]:
        """System prompt and words of each call that arrived."""
        ...


def ask(model: LargeModel, text: str = "Hello?", limits: Limits | None = None) -> str:
    return model.converse(SYSTEM, [Said(USER, text)], limits or Limits()).text


class LargeModelContract:
    """Subclasses give the fixtures `model` and its other end, `far`."""

    def test_what_is_said_arrives_and_what_is_answered_comes_back_in_any_script(self, model: LargeModel, far: Far) -> None:
        far.says("答え: ünïcode \u27e6NAME_1\u27e7 \\ \" '\n[1] नमस्ते")
        assert ask(model, "東京 \u27e6EMAIL_1\u27e7 \\ \" \n ٣") == "答え: ünïcode \u27e6NAME_1\u27e7 \\ \" '\n[1] नमस्ते"
        assert far.heard == [(SYSTEM, "東京 \u27e6EMAIL_1\u27e7 \\ \" \n ٣")]

    def test_an_answer_says_what_it_read_and_wrote(self, model: LargeModel, far: Far) -> None:
        far.says("Yes, it is.")
        answer = model.converse(SYSTEM, [Said(USER, "Is it?")], Limits())
        assert answer.tokens_in > 0
        assert answer.tokens_out > 0

    @pytest.mark.parametrize(
        ("trouble", "kind", "reason"),
        [
            ("throttled", Throttled, reasons.THROTTLED), ("filtered", Withheld, reasons.WITHHELD), ("cut", TooLong, reasons.TOO_LONG),
            ("broken", NoAnswer, reasons.UNAVAILABLE), ("garbage", NoAnswer, reasons.UNAVAILABLE),
            ("slow", NoAnswer, reasons.UNAVAILABLE),
        ],
    )  # fmt: skip
    def test_a_trouble_is_told_by_its_kind_and_the_call_is_made_once(
        self, model: LargeModel, far: Far, trouble: str, kind: type[NoAnswer], reason: str
    ) -> None:
        far.has(trouble)
        with pytest.raises(kind) as raised:
            ask(model)
        assert raised.value.reason == reason
        assert len(far.heard) == 1, "a second try may cost a second time"

    @pytest.mark.parametrize("trouble", ["broken", "garbage", "slow"])
    def test_of_an_answer_that_is_lost_nobody_knows_the_price(self, model: LargeModel, far: Far, trouble: str) -> None:
        far.has(trouble)
        with pytest.raises(NoAnswer) as raised:
            ask(model)
        assert raised.value.tokens is None

    def test_a_call_that_was_not_taken_costs_nothing(self, model: LargeModel, far: Far) -> None:
        far.has("throttled")
        with pytest.raises(Throttled) as raised:
            ask(model)
        assert raised.value.tokens == (0, 0)

    @pytest.mark.parametrize("trouble", ["filtered", "cut"])
    def test_an_answer_that_was_held_back_has_its_price(self, model: LargeModel, far: Far, trouble: str) -> None:
        far.has(trouble)
        with pytest.raises(NoAnswer) as raised:
            ask(model)
        assert raised.value.tokens is not None
        assert raised.value.tokens[0] > 0

    def test_what_a_trouble_says_names_nothing_that_was_said(self, model: LargeModel, far: Far) -> None:
        for trouble in ("throttled", "filtered", "broken", "garbage"):
            far.has(trouble)
            with pytest.raises(NoAnswer) as raised:
                ask(model, "my secret is swordfish")
            assert "swordfish" not in str(raised.value)
