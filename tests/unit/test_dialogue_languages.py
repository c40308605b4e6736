"""Yes, no, out, corrections and thanks in twelve languages, as people answer a bot."""

from __future__ import annotations

import pytest

from switchboard.domain.dialogue import events as de
from switchboard.domain.dialogue.turn import CLOSE
from tests.unit.dialogue_shop import Customer

LANGUAGES = ["en", "de", "fr", "es", "pt", "it", "ru", "zh", "ja", "ko", "ar", "hi"]

YES = {
    "en": ["yes please", "yep", "that's right", "go ahead", "Sure, do it", "correct"],
    "de": ["Ja, bitte machen Sie das", "jaaa", "genau", "Ja gerne", "passt so", "stimmt"],
    "fr": ["oui c'est bien ça", "ouiii", "d'accord", "Oui, allez-y", "je confirme"],
    "es": ["sí, adelante", "si", "claro que sí", "correcto", "vale, hágalo"],
    "pt": ["sim, pode fazer", "isso mesmo", "confirmo", "simm", "pode ser"],
    "it": ["sì, confermo", "va bene", "esatto", "certo, proceda"],
    "ru": ["да, всё верно", "дааа", "подтверждаю", "Да, пожалуйста", "ага"],
    "zh": ["是的，没问题", "好的", "确认", "对", "可以，请办理", "没错"],
    "ja": ["はい、お願いします", "はい", "それでお願いします", "合っています", "OKです"],
    "ko": ["네 맞아요", "네", "그렇게 해주세요", "맞습니다", "넵 부탁드려요"],
    "ar": ["نعم، هذا صحيح", "ايوه", "تمام", "نعم من فضلك", "موافق"],
    "hi": ["जी हाँ, कर दीजिए", "हां", "ठीक है", "सही है", "haan kar do"],
}

NO = {
    "en": ["no", "No, don't", "no thanks", "nope"], "de": ["nein", "Nein danke", "nee", "lieber nicht"],
    "fr": ["non", "non merci", "pas la peine"], "es": ["no", "no, gracias", "mejor no"], "pt": ["não", "nao obrigado", "não quero"],
    "it": ["no", "no grazie", "meglio di no"], "ru": ["нет", "не надо", "нет, спасибо"], "zh": ["不用了", "不要", "算了"],
    "ja": ["いいえ", "いいえ、結構です", "やめます"], "ko": ["아니요", "아뇨 괜찮아요", "필요 없어요"], "ar": ["لا", "لا شكرا",
    "لا داعي"],
    "hi": ["नहीं", "जी नहीं", "रहने दीजिए"],
}  # fmt: skip

CORRECTIONS = {
    "en": "no wait, I meant SB-41770", "de": "Nein, ich meinte SB-41770", "fr": "non, je voulais dire SB-41770",
    "es": "no, perdón, es el SB-41770", "pt": "não, é o pedido SB 41770", "it": "no aspetti, volevo dire sb41770",
    "ru": "нет, я имел в виду SB-41770", "zh": "不对，应该是SB-41770", "ja": "違います、SB-41770です", "ko": "아니요, SB-41770이에요",
    "ar": "لا، قصدت SB-٤١٧٧٠", "hi": "नहीं, मेरा मतलब SB-41770 था",
}  # fmt: skip

OUT = {
    "en": "ok forget it", "de": "Ach, vergessen Sie es", "fr": "non, laissez tomber", "es": "olvídalo", "pt": "deixa pra lá",
    "it": "lascia perdere",
    "ru": "забудьте", "zh": "算了", "ja": "やっぱりいいです", "ko": "그만할게요", "ar": "انس الأمر", "hi": "रहने दो",
}  # fmt: skip

CONTENT = {
    "en": ["No, that's all, thanks!", "thank you"], "de": ["Nein danke, das war alles", "super, danke"],
    "fr": ["non merci, c'est tout", "parfait merci"], "es": ["no, eso es todo, gracias", "nada más"],
    "pt": ["não, só isso, obrigado", "valeu"],
    "it": ["no grazie, è tutto", "perfetto, grazie mille"], "ru": ["нет, спасибо, это всё", "спасибо большое"],
    "zh": ["没有了，谢谢", "好的谢谢"],
    "ja": ["いいえ、以上です。ありがとうございました", "大丈夫です"], "ko": ["아니요 없어요 감사합니다", "네 감사합니다"],
    "ar": ["لا شكرا، هذا كل شيء", "شكرا جزيلا"],
    "hi": ["नहीं, बस इतना ही, धन्यवाद", "ठीक है धन्यवाद"],
}  # fmt: skip

CANCEL_IT = {
    "en": ["Yes, cancel it please", "cancel it"], "de": ["Ja, stornieren Sie die Bestellung", "stornieren bitte"],
    "fr": ["oui, annulez la commande"], "es": ["sí, cancela el pedido", "cancélalo"], "ru": ["да, отмените заказ", "отмените"],
    "zh": ["是的，取消订单", "取消"], "ja": ["はい、キャンセルしてください", "キャンセルで"], "ko": ["네, 취소해 주세요",
    "취소해 주세요"],
}  # fmt: skip

DO_NOT_CANCEL = {
    "en": "no, don't cancel it", "de": "nein, bitte nicht stornieren", "fr": "non, n'annulez pas", "es": "no, no lo canceles",
    "ru": "нет, не отменяйте", "zh": "不，不要取消", "ja": "いいえ、キャンセルしないでください", "ko": "아니요, 취소하지 마세요",
}  # fmt: skip


def cases(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(language, text) for language, texts in table.items() for text in texts]


def confirming(language: str) -> Customer:
    c = Customer(language=language)
    c.write("SB-42155: Hauptstr. 12, 10115 Berlin", "address_change")
    assert c.waiting == "confirm"
    return c


def test_every_language_is_here() -> None:
    assert all(sorted(table) == sorted(LANGUAGES) for table in (YES, NO, CORRECTIONS, OUT, CONTENT))


@pytest.mark.parametrize(("language", "text"), cases(YES))
def test_a_yes_is_one(language: str, text: str) -> None:
    c = confirming(language)
    c.write(text)
    assert [name for name, _ in c.effects] == ["address_change"]


@pytest.mark.parametrize(("language", "text"), cases(NO))
def test_a_no_is_one(language: str, text: str) -> None:
    c = confirming(language)
    c.write(text)
    assert c.effects == []
    assert c.ends == [("address_change", "cancelled")]


@pytest.mark.parametrize(("language", "text"), list(CORRECTIONS.items()))
def test_a_correction_is_taken_and_confirmed_anew(language: str, text: str) -> None:
    c = confirming(language)
    c.write(text)
    assert (c.values["order"], c.waiting, c.effects) == ("SB-41770", "confirm", [])


@pytest.mark.parametrize(("language", "text"), list(OUT.items()))
def test_who_wants_out_gets_out_at_any_question(language: str, text: str) -> None:
    c = confirming(language)
    c.write(text)
    assert c.ends == [("address_change", "cancelled")]
    c = Customer(language=language)
    c.write("?", "address_change")
    c.write(text)
    assert c.ends == [("address_change", "cancelled")]


@pytest.mark.parametrize(("language", "text"), cases(CONTENT))
def test_who_is_content_is_let_go(language: str, text: str) -> None:
    c = Customer(language=language)
    c.write("SB-42155", "order_status")
    c.write(text)
    assert c.turns[-1].outcome is CLOSE


@pytest.mark.parametrize(("language", "text"), cases(CANCEL_IT))
@pytest.mark.parametrize("intent", ["order_cancel", "affirm"])
def test_the_wish_said_again_is_a_yes(language: str, text: str, intent: str) -> None:
    c = Customer(language=language)
    c.write("SB-42155", "order_cancel")
    c.write(text, intent)
    assert c.effects == [("order_cancel", {"order": "SB-42155"})]


@pytest.mark.parametrize(("language", "text"), list(DO_NOT_CANCEL.items()))
@pytest.mark.parametrize("intent", ["order_cancel", "deny", ""])
def test_the_wish_denied_is_never_a_yes(language: str, text: str, intent: str) -> None:
    c = Customer(language=language)
    c.write("SB-42155", "order_cancel")
    c.write(text, intent)
    assert c.of(de.Confirmed) == []
    assert c.effects == []


@pytest.mark.parametrize(
    ("language", "text"),
    [("de", "Ja, aber an eine andere Adresse"), ("fr", "oui mais pas à cette adresse"), ("es", "sí, pero a otra dirección"), ("pt",
     "sim, mas outro endereço"),
     ("it", "sì ma a un altro indirizzo"), ("ru", "да, но на другой адрес"), ("zh", "是的，不过地址不对"), ("zh", "好像不对"), ("ja",
     "はい、でも住所が違います"),
     ("ko", "네 그런데 주소가 틀렸어요"), ("ar", "نعم لكن إلى عنوان آخر"), ("hi", "हाँ, लेकिन पता गलत है")],
)  # fmt: skip
def test_a_yes_with_a_but_is_no_consent(language: str, text: str) -> None:
    c = confirming(language)
    c.write(text)
    assert c.effects == []
    assert c.d.frames, "and it is no reason to give up either"
