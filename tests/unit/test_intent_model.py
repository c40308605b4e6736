"""The built model understands real messages and stands anything that a customer can send.

Needs the built model (`python -m layers.intent.builder`), and fails without it."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from layers.intent.builder.e5_weights import read_e5_weights
from switchboard.adapters.ngrams.classifier import NgramIntentModel
from switchboard.adapters.onnx.classifier import OnnxIntentModel
from switchboard.adapters.onnx.location import locate_model
from switchboard.adapters.onnx.tokenizer import UnigramTokenizer
from switchboard.domain.understanding import OUT_OF_SCOPE

pytestmark = pytest.mark.model

# What the original tokenizer of multilingual-e5-small (tokenizer.json) gives for "query: " and the text.
GOLDEN = {
    "Where is my order?": [0, 41, 1294, 12, 78662, 83, 759, 12989, 32, 2],
    "I've been WAITING 3 weeks!!! order #A-10442": [
        0, 41, 1294, 12, 87, 25, 272, 2809, 4336, 568, 68151, 138, 40859, 1564, 12989, 468, 284, 9193, 161041, 2,
    ],
    "我的订单什么时候发货？": [0, 41, 1294, 12, 6, 6688, 152846, 135375, 3954, 24781, 32, 2],
    "hello～我要退款": [0, 41, 1294, 12, 33600, 31, 6087, 54195, 12461, 7485, 2],
    "¿Dónde está mi pedido nº 12?": [0, 41, 1294, 12, 3936, 397, 5800, 112, 1570, 324, 39568, 110, 427, 32, 2],
    "Je n’arrive pas à… me connecter 😡": [
        0, 41, 1294, 12, 845, 653, 26, 120618, 452, 253, 27, 163, 37067, 56, 6, 244728, 2,
    ],
    "Größe falsch, bitte umtauschen": [0, 41, 1294, 12, 66461, 88007, 4, 24730, 286, 182917, 33, 2],
    "não consigo finalizar a compra": [0, 41, 1294, 12, 1027, 107141, 138565, 10, 19004, 2],
    "perché non è ancora arrivato?": [0, 41, 1294, 12, 10724, 351, 565, 9587, 171040, 32, 2],
    "Где моя посылка??": [0, 41, 1294, 12, 105267, 35391, 129, 30289, 415, 4767, 2],
    "注文をｷｬﾝｾﾙしたいﾃﾞｽ": [0, 41, 1294, 12, 6, 109532, 251, 153239, 18119, 19827, 246514, 3385, 2],
    "환불은 언제 되나요?": [0, 41, 1294, 12, 232820, 697, 101359, 24141, 88901, 32, 2],
    "أريدُ استرجاعَ نقودي": [0, 41, 1294, 12, 212070, 577, 477, 835, 175631, 278, 48964, 131035, 2],
    "मेरा ऑर्डर कहाँ है?": [0, 41, 1294, 12, 40775, 229764, 58945, 80436, 460, 32, 2],
    "e\u0301te\u0301 ﬁn ½ ™": [0, 41, 1294, 12, 5325, 2270, 78660, 50523, 2],
    "a\tb\nc\u200bd": [0, 41, 1294, 12, 10, 876, 501, 104, 2],
    "𓀀𓀀𓀁 hi": [0, 41, 1294, 12, 6, 3, 1274, 2],
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx": [
        0, 41, 1294, 12, 20112, 52219, 43883, 43883, 43883, 43883, 43883, 43883, 43883, 43883, 43883, 2,
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def model() -> OnnxIntentModel:
    return OnnxIntentModel()


@pytest.fixture(scope="module")
def small() -> NgramIntentModel:
    return NgramIntentModel()


def test_the_small_model_understands_plain_words_and_says_which_model_it_is(small: NgramIntentModel) -> None:
    answers = small.classify(["where is my order", "quiero hablar con una persona", "我想退货", "THIEVES!!! give me my money back"])
    assert [answer.intent for answer in answers] == ["order_status", "human_agent", "return_request", "refund_request"]
    assert [answer.language for answer in answers] == ["en", "es", "zh", "en"]
    assert answers[-1].sentiment == "angry"
    assert answers[0].model.endswith("-ngrams")


def test_tokens_are_those_of_the_original_tokenizer() -> None:
    """The vocabulary is numbered anew, so the pieces count."""
    original = read_e5_weights(locate_model().parent / "sources/e5-small-q4.bin").pieces
    tokenizer = UnigramTokenizer.load(locate_model() / "tokenizer.npz")
    with np.load(locate_model() / "tokenizer.npz") as file:
        pieces = file["pieces"].tobytes().decode("utf-8").split("\n")
    for text, ids in GOLDEN.items():
        assert [pieces[number] for number in tokenizer.encode(text, 128, "query: ")] == [original[number] for number in ids]


def test_a_script_that_no_language_of_ours_writes_is_known_by_name_alone(model: OnnxIntentModel) -> None:
    (answer,) = model.classify(["สวัสดีครับ"])
    assert (answer.intent, answer.confidence, answer.language) == (OUT_OF_SCOPE, 1.0, "th")


@pytest.mark.parametrize(
    ("text", "intent", "language"),
    [
        ("Where is my order? It should be here by now", "order_status", "en"),
        ("I want to talk to a real person", "human_agent", "en"),
        ("我想退货", "return_request", "zh"),
        ("能开发票吗", "invoice_request", "zh"),
        ("quiero hablar con una persona", "human_agent", "es"),
        ("Ich habe mein Passwort vergessen und komme nicht in mein Konto", "account_login", "de"),
    ],
)
def test_plain_wishes_are_understood(model: OnnxIntentModel, text: str, intent: str, language: str) -> None:
    (answer,) = model.classify([text])
    assert (answer.intent, answer.language) == (intent, language)
    assert answer.confidence > 0.5


@pytest.mark.parametrize(
    ("text", "sentiment"),
    [
        ("THIRD TIME you lost my parcel!!! You are thieves and liars", "angry"),
        ("¡Sois unos ladrones, quiero mi dinero YA!", "angry"),
        ("Thank you so much, your driver was wonderful 😍", "positive"),
        ("Which sizes does the blue jacket come in?", "neutral"),
    ],
)
def test_moods_are_heard(model: OnnxIntentModel, text: str, sentiment: str) -> None:
    (answer,) = model.classify([text])
    assert answer.sentiment == sentiment
    assert (answer.anger > 0.5) == (sentiment == "angry")


def test_a_question_finds_its_passage_across_languages(model: OnnxIntentModel) -> None:
    passages = [
        "Returns: you can send items back within 30 days. Print the label in your account and hand the parcel in at any post office.",
        "Forgotten password: choose 'Reset password' on the sign-in page. We send you a link that is valid for one hour.",
        "Gift cards: they are valid for three years and cannot be exchanged for cash.",
    ]
    found = model.embed(["¿Cómo devuelvo un artículo?", "パスワードを忘れてしまいました"]) @ model.embed(passages, passages=True).T
    assert found.argmax(axis=1).tolist() == [0, 1]


def test_other_domains_are_rejected(model: OnnxIntentModel) -> None:
    answers = model.classify(["what is the capital of Mongolia", "给我写一首关于秋天的诗"])
    assert [answer.intent for answer in answers] == [OUT_OF_SCOPE, OUT_OF_SCOPE]


def test_answers_do_not_depend_on_the_other_messages_of_a_batch(model: OnnxIntentModel) -> None:
    texts = ["refund please", "订单在哪", "late parcel " * 200, "hello", ""]
    for text, together in zip(texts, model.classify(texts), strict=True):
        (alone,) = model.classify([text])
        assert (alone.intent, alone.language) == (together.intent, together.language)
        assert alone.confidence == pytest.approx(together.confidence, abs=1e-4)


@pytest.mark.parametrize("text", ["", " \n\t ", "\x00\x01\x02", "\u200b\u200d", "\ud800"])
@pytest.mark.parametrize("which", ["model", "small"])
def test_text_with_nothing_to_read_is_surely_out_of_scope(request: pytest.FixtureRequest, which: str, text: str) -> None:
    (answer,) = request.getfixturevalue(which).classify([text])
    assert (answer.intent, answer.confidence, answer.language) == (OUT_OF_SCOPE, 1.0, "und")


@pytest.mark.parametrize(
    "text",
    [
        "👍🏽🎉", "x" * 100_000, "退" * 100_000, "late " * 20_000, "\x07refund\x00", "१२३", "</s><s>", "\ud800 hi", "?!",
        "\u202eאבג hello", "где my 订单 أين मेरा 주문", "Z̸̧̢̛͓͔̠̹͍̞a̶l̵g̷o̴", "ａｂｃ" * 50, "\ufeffhola\u0000",
    ],
)  # fmt: skip
@pytest.mark.parametrize("which", ["model", "small"])
def test_odd_text_gets_a_proper_answer(request: pytest.FixtureRequest, which: str, text: str) -> None:
    (answer,) = request.getfixturevalue(which).classify([text])
    assert 0 < answer.confidence <= 1
    assert 0 <= answer.anger <= 1
    assert answer.language
    others = [intent for intent, _ in answer.alternatives]
    assert len({answer.intent, *others}) == len(others) + 1
    assert [share for _, share in answer.alternatives] == sorted((share for _, share in answer.alternatives), reverse=True)


def test_no_messages_give_no_answers(model: OnnxIntentModel) -> None:
    assert model.classify([]) == []


def test_the_manifest_tells_the_files_that_are_there(model: OnnxIntentModel) -> None:
    directory = locate_model()
    manifest = json.loads((directory / "manifest.json").read_text())
    for name, expected in manifest["sha256"].items():
        assert hashlib.sha256((directory / name).read_bytes()).hexdigest() == expected, name
    assert model.classify(["hi"])[0].model == manifest["version"]
    assert "MIT License" in (directory / "NOTICE").read_text()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("iPhone 15 没收到", "zh"),
        ("訂單在哪裡", "zh"),
        ("支払方法変更", "ja"),
        ("注文番号の確認", "ja"),
        ("iPhone 케이스 주문했어요", "ko"),
        ("Wo ist mein Paket? https://shop.example/orders/where-is-it?status=shipped", "de"),
        ("merci", "fr"),
        ("waar is mijn bestelling", "nl"),
        ("gdzie jest moja paczka", "pl"),
        ("siparişim nerede kaldı", "tr"),
        ("bhai mera parcel abhi tak nahi aaya, kab milega", "hi"),
        ("3andi mochkil m3a la commande dyali, ma wslatch", "ar"),
        ("gde moi zakaz, uzhe nedelyu zhdu", "ru"),
        ("3回目だぞ3回目！！何度言えば", "ja"),
        ("19時以降に変えてください", "ja"),
        ("де моє замовлення", "uk"),
        ("سفارش من کجاست", "fa"),
        ("MY ORDER IS LATE", "en"),
        ("سؤال: أين طلبي من Amazon؟", "ar"),
        ("12345", "und"),
        ("❤️", "und"),
    ],
)
def test_the_language_is_told_by_script_and_wording(model: OnnxIntentModel, text: str, language: str) -> None:
    (answer,) = model.classify([text])
    assert answer.language == language


def test_the_model_needs_nothing_that_the_layer_lacks() -> None:
    """Importing it must not load what only the build has: the layer would fail on Lambda."""
    program = (
        "import sys, switchboard.adapters.onnx.classifier;"
        "print([name for name in ('scipy', 'onnx', 'yaml', 'tokenizers', 'google.protobuf') if name in sys.modules])"
    )
    core = Path(__file__).resolve().parents[2] / "layers/core/python"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env={"PYTHONPATH": str(core)}, check=True)
    assert run.stdout.strip() == "[]"
