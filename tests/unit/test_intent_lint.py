"""The corpus's linter finds what would teach the model nothing, or give the held-out messages away."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import pytest

from layers.intent.builder import lint
from layers.intent.builder.corpus import Example
from layers.intent.builder.likeness import alike_pairs, trigrams
from layers.intent.builder.taxonomy import Taxonomy
from layers.intent.evaluation.messages import Message

LATE = "my parcel should have come on tuesday and it did not"


def example(text: str, label: str = "order_status", language: str = "en") -> Example:
    return Example(text, label, language)


def held_out(text: str, language: str = "en") -> Message:
    return Message(text, language, "order_status", "neutral", f"somewhere/{language}.jsonl:7")


def test_the_inverted_index_finds_exactly_the_pairs_that_comparing_all_finds() -> None:
    dice = random.Random(3)
    words = ["refund", "refunds", "parcel", "where", "is", "my", "the", "late", "退款", "订单", "वापस"]
    texts = [" ".join(dice.choices(words, k=dice.randint(1, 7))) for _ in range(400)]
    for least in (0.6, 0.7, 1.0):
        grams = [trigrams(text) for text in texts]
        expected = {
            (i, j) for i, j in itertools.combinations(range(len(texts)), 2)
            if len(grams[i] & grams[j]) / len(grams[i] | grams[j]) >= least
        }  # fmt: skip
        found = list(alike_pairs(texts, least))
        assert {(i, j) for i, j, _ in found} == expected
        assert len(found) == len(expected) > 0


@pytest.mark.parametrize(
    ("one", "other"), [("Yes!!", "yes"), ("ｒｅｆｕｎｄ　ｐｌｅａｓｅ", "Refund please."), ("हाँ जी।", "हाँ जी"), ("👍", "👍")]
)
def test_case_width_and_marks_make_no_difference(one: str, other: str) -> None:
    assert [(i, j) for i, j, _ in alike_pairs([one, other], 1.0)] == [(0, 1)]


def test_of_two_alike_the_later_is_at_fault_and_names_the_earlier() -> None:
    [fault] = lint.faulty_messages([example(LATE), example("hello"), example(LATE + "!", "delivery_problem")], [])
    assert str(fault) == f"en.yaml: delivery_problem: {LATE + '!'!r} is like order_status: {LATE!r} (1.00)"


def test_the_same_words_in_two_languages_are_no_fault() -> None:
    assert lint.faulty_messages([example("ok super", language="de"), example("ok super", language="fr")], []) == []


def test_a_held_out_message_is_kept_further_away_and_not_shown() -> None:
    near = LATE.replace("tuesday", "the fifth").replace("not", "nt")
    [(_, _, likeness)] = alike_pairs([LATE, near], 0.5)
    assert lint.ALIKE_HELD_OUT <= likeness < lint.ALIKE
    assert lint.faulty_messages([example(LATE), example(near)], []) == []
    [fault] = lint.faulty_messages([example(near)], [held_out(LATE)])
    assert "en.jsonl:7" in str(fault)
    assert LATE not in str(fault)
    assert lint.faulty_messages([example(near)], [held_out(LATE, "es")]) == []


def test_a_message_that_goes_for_the_held_out_takes_no_other_with_it() -> None:
    faults = lint.faulty_messages([example("no thanks, not now"), example("no thanks, not now!!")], [held_out("No thanks. Not now")])
    assert [fault.example.text for fault in faults] == ["no thanks, not now", "no thanks, not now!!"]
    chain = [LATE, LATE[8:], LATE[16:]]
    assert {(i, j) for i, j, _ in alike_pairs(chain, lint.ALIKE)} == {(0, 1), (1, 2)}
    assert [fault.example.text for fault in lint.faulty_messages([example(text) for text in chain], [])] == [chain[1]]


def test_another_script_is_a_fault_but_not_latin_and_not_out_of_scope() -> None:
    examples = [
        example("где мой заказ"), example("gde moy zakaz", language="ru"), example("где мой заказ?", language="ru"),
        example("купите слона", "out_of_scope"), example("我的订单呢ねね", language="zh"),
        example("ご注文はどこにありますか", language="zh"),
    ]  # fmt: skip
    faults = lint.faulty_messages(examples, [])
    assert {(fault.example.language, fault.example.text) for fault in faults} == {
        ("en", "где мой заказ"), ("zh", "ご注文はどこにありますか"),
    }  # fmt: skip


def test_a_message_in_the_words_of_another_language_is_a_fault() -> None:
    verbs = {"de": ("schicken", "zahlen", "finden", "liefern"), "es": ("enviar", "pagar", "encontrar", "entregar")}
    german = [f"wann werden Sie mir die Bestellung {number} {verb}" for number in range(9) for verb in verbs["de"]]
    spanish = [f"cuándo me van a {verb} el pedido número {number}" for number in range(9) for verb in verbs["es"]]
    lost = "wann werden Sie endlich die Bestellung finden"
    corpus = [example(text, language="de") for text in german] + [example(text, language="es") for text in [*spanish, lost]]
    reasons = {fault.example.text: fault.reason for fault in lint.faulty_messages(corpus, []) if "language" in fault.reason}
    assert reasons == {lost: "is in language de, it seems"}


def test_a_language_without_enough_anger_is_named() -> None:
    taxonomy = Taxonomy(("order_status",), ("en",), ("neutral", "angry"))
    examples = [Example(str(number), "order_status", "en", "neutral") for number in range(lint.LEAST_OF_A_SENTIMENT)]
    assert list(lint.missing_sentiments(examples, taxonomy)) == [
        f"en.yaml: 0 messages are angry, at least {lint.LEAST_OF_A_SENTIMENT} are needed"
    ]


def test_dropping_takes_the_lines_and_leaves_the_rest_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "en.yaml"
    kept = '# a comment\nlanguage: en\nintents:\n  deny:\n    - "no: really"\n'
    path.write_text(kept + '    - angry: "I said \\"no\\""\n    - "nope"\nout_of_scope:\n  - "nope, sir"\n')
    lint.drop(path, ['I said "no"', "nope"])
    assert path.read_text() == kept + 'out_of_scope:\n  - "nope, sir"\n'
