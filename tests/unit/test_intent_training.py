"""Training sees every message, judges by others, and its variations stay readable."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from layers.intent.builder.corpus import Example
from layers.intent.training.augment import vary
from layers.intent.training.checkpoint import Checkpoint
from layers.intent.training.data import DEVICES, LONGEST, epoch, split
from switchboard.adapters.ngrams.features import BUCKETS, features
from switchboard.adapters.onnx.tokenizer import UnigramTokenizer

TEXTS = ["where is it", "x", "I want my money back NOW", "on " * 200]


@pytest.fixture(scope="module")
def tokenizer() -> UnigramTokenizer:
    letters = "abcdefghijklmnopqrstuvwxyz"
    pieces = ["<s>", "<pad>", "</s>", "<unk>", *(f"\u2581{letter}" for letter in letters), *letters]
    return UnigramTokenizer(pieces, [0.0] * len(pieces), replacements={}, bos=0, eos=2, unknown=3, special=[0, 1, 2, 3])


def examples(count: int) -> list[Example]:
    return [Example(f"{TEXTS[n % 4]} {n}", f"label{n % 3}", "en" if n % 2 else "de") for n in range(count)]


def test_a_sixteenth_of_each_label_and_language_is_held_back() -> None:
    every = examples(960)
    learn, judge = split(every)
    assert not {example.text for example in learn} & {example.text for example in judge}
    assert len(learn) + len(judge) == 960
    assert set(Counter((example.label, example.language) for example in judge).values()) == {10}


def test_an_epoch_holds_every_message_once_in_batches_that_the_cores_can_share(tokenizer: UnigramTokenizer) -> None:
    every = examples(500)
    batches = epoch(every, tokenizer, "", seed=1)
    assert sorted(np.concatenate([batch.rows for batch in batches]).tolist()) == list(range(500))
    for batch in batches:
        assert len(batch.ids) % DEVICES == 0
        assert batch.ids.shape[1] <= LONGEST
        assert (batch.mask.sum(axis=1) > 0).all()  # a row without a token has no mean


def test_equal_seeds_give_equal_epochs_and_others_do_not(tokenizer: UnigramTokenizer) -> None:
    one, same, other = (np.concatenate([batch.rows for batch in epoch(examples(300), tokenizer, "", seed)]) for seed in (1, 1, 2))
    assert (one == same).all()
    assert (one != other).any()


def test_variations_differ_but_never_lose_the_message() -> None:
    source = random.Random(3)
    text = "¿Dónde está mi pedido nº 1234, por favor?"
    varied = {vary(text, False, source) for _ in range(200)}
    assert len(varied) > 50
    for version in varied:
        assert len(set(version.lower()) & set("dondeestmipedido")) > 6
        assert abs(len(version) - len(text)) <= 8


def test_an_angry_message_keeps_its_capitals_and_its_end() -> None:
    source = random.Random(3)
    assert all("!" in vary("WHERE IS IT, YOU THIEVES!!!", True, source) for _ in range(100))
    assert all(sum(map(str.isupper, vary("WHERE IS IT, YOU THIEVES!!!", True, source))) > 15 for _ in range(100))


@pytest.mark.parametrize("text", ["", "👍", "注文をｷｬﾝｾﾙしたい", "मेरा ऑर्डर", "x" * 100_000, "\ud800"])
def test_the_small_model_sees_something_bounded_in_any_text(text: str) -> None:
    seen = features(text)
    assert sum(seen.values()) < 4000
    assert all(0 <= number < BUCKETS for number in seen)
    assert bool(seen) == bool(text)


def test_the_small_model_sees_case_and_width_alike_but_hears_shouting() -> None:
    assert features("Ｏrder late") == features("order late")
    assert features("ORDER LATE") - features("order late")


def test_the_small_model_sees_one_word_in_several_arabic_spellings() -> None:
    assert features("أُرِيــد إرجاعَ الشنطة") == features("اريد ارجاع الشنطه")


def test_a_cut_short_computation_is_taken_up_and_another_is_not(tmp_path: Path) -> None:
    path = tmp_path / "work" / "state.npz"
    assert Checkpoint(path, "one").read() == (0, [])
    Checkpoint(path, "one").write(25, [np.arange(3), np.ones((2, 2))])
    Checkpoint(path, "one").write(50, [np.arange(3) + 1, np.ones((2, 2))])
    steps, arrays = Checkpoint(path, "one").read()
    assert (steps, arrays[0].tolist(), arrays[1].shape) == (50, [1, 2, 3], (2, 2))
    assert Checkpoint(path, "another recipe").read() == (0, [])
    assert [file.name for file in path.parent.iterdir()] == ["state.npz"]


def test_training_names_no_held_out_file() -> None:
    training = Path(__file__).resolve().parents[2] / "layers/intent/training"
    assert not [path.name for path in training.glob("*.py") if "tests/data" in path.read_text("utf-8")]
