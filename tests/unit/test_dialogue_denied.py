"""Which option is denied, and which is not, though a no stands in the sentence."""

from __future__ import annotations

import pytest

from switchboard.domain.dialogue.flow import Slot, SlotKind
from switchboard.domain.dialogue.kinds import find
from switchboard.domain.dialogue.message import read

WISH = Slot(
    "wish", SlotKind.CHOICE, ask={"en": "?"},
    options={
        "stop": {
            "en": ("stop", "cancel", "for good"), "de": ("kündigen", "beenden"), "es": ("de baja", "cancelar", "ya no la quiero"),
            "fr": ("résilier",), "pt": ("cancelar",), "it": ("disdire",), "ru": ("отменить", "отключить"), "zh": ("取消", "不想要了"),
            "ja": ("解約",), "ko": ("해지",), "ar": ("الإلغاء", "إلغاء"), "hi": ("बंद",),
        },
        "pause": {
            "en": ("pause", "for a while"), "de": ("pausieren", "pause"), "es": ("pausar", "pausa"), "fr": ("pause", "suspendre"),
            "pt": ("pausar",), "it": ("sospendere",), "ru": ("приостановить", "паузу"), "zh": ("暂停",), "ja": ("休止",),
            "ko": ("정지",), "ar": ("تجميد", "الإيقاف"), "hi": ("रोकना", "रोक"),
        },
    },
)  # fmt: skip

DENIED = [
    ("en", "I don't want to pause", []), ("en", "I do not really want to pause it", []), ("en", "pause I don't want", []),
    ("de", "Pausieren will ich nicht", []), ("de", "ich will nicht pausieren", []),
    ("de", "pausieren will ich nicht, kündigen", ["stop"]),
    ("es", "pausar no quiero, quiero darme de baja del todo", ["stop"]), ("es", "no quiero pausarla", []),
    ("fr", "je ne veux pas suspendre", []), ("pt", "não quero pausar", []), ("it", "non voglio sospendere", []),
    ("ru", "я не хочу приостановить", []), ("ru", "не приостановить, а отключить", ["stop"]),
    ("zh", "我不想暂停", []), ("zh", "不要暂停要取消", ["stop"]), ("ja", "休止はしたくない", []), ("ko", "정지하지 말고", []),
    ("ar", "لا أريد الإيقاف", []), ("ar", "مش الغاء، تجميد بس", ["pause"]), ("hi", "रोकना नहीं है", []),
    ("hi", "रोकना नहीं, बंद", ["stop"]),
]  # fmt: skip
CHOSEN = [
    ("de", "nein, kündigen", ["stop"]), ("de", "nein kündigen", ["stop"]),
    ("de", "ich brauche es nicht mehr bitte kündigen", ["stop"]),
    ("zh", "我不用了取消吧", ["stop"]), ("zh", "不再用它了，取消", ["stop"]), ("zh", "不需要这个会员请取消", ["stop"]),
    ("ko", "아니 해지해 줘", ["stop"]), ("ko", "안 쓰니까 해지", ["stop"]), ("en", "no cancel it", ["stop"]),
    ("en", "I no longer use it cancel", ["stop"]), ("ru", "нет отключить", ["stop"]), ("es", "ya no la quiero", ["stop"]),
    ("hi", "नहीं, बंद", ["stop"]), ("ja", "いいえ解約で", ["stop"]),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "meant"), DENIED)
def test_an_option_that_is_denied_is_not_chosen_however_far_the_no_stands_from_it(language: str, text: str, meant: list[str]) -> None:
    assert [found.value for found in find(WISH, read(text), language)] == meant


@pytest.mark.parametrize(("language", "text", "meant"), CHOSEN)
def test_a_no_to_something_else_leaves_the_option_that_is_named(language: str, text: str, meant: list[str]) -> None:
    assert [found.value for found in find(WISH, read(text), language)] == meant
