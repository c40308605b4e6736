"""The tokenizer finds the best segmentation and takes any text a customer can send."""

from __future__ import annotations

import itertools
import math
import time

import pytest

from switchboard.adapters.onnx.tokenizer import UnigramTokenizer

BOS, PAD, EOS, UNKNOWN = 0, 1, 2, 3
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "▁a", "▁ab", "a", "b", "c", "bc", "▁abc", "<", "s", ">"]
SCORES = [0.0, 0.0, 0.0, 0.0, -2.0, -3.0, -3.5, -2.5, -2.5, -2.6, -4.0, -9.0, -5.0, -5.0, -5.0]


@pytest.fixture
def tokenizer() -> UnigramTokenizer:
    return UnigramTokenizer(
        PIECES, SCORES, replacements={0: "", 10: " "}, bos=BOS, eos=EOS, unknown=UNKNOWN, special=[BOS, PAD, EOS, UNKNOWN]
    )


def best_score_by_exhaustion(word: str) -> float:
    """The best sum of scores over every way to cut `word`."""
    known = dict(zip(PIECES[4:], SCORES[4:], strict=True))
    best = -math.inf
    for cuts in itertools.product([False, True], repeat=len(word) - 1):
        parts, start = [], 0
        for place, cut in enumerate((*cuts, True), start=1):
            if cut:
                parts.append(word[start:place])
                start = place
        if all(part in known for part in parts):
            best = max(best, sum(known[part] for part in parts))
    return best


@pytest.mark.parametrize("word", ["abc", "abcbc", "aabbcc", "bcbcab", "cab"])
def test_the_segmentation_has_the_highest_score_of_all(tokenizer: UnigramTokenizer, word: str) -> None:
    ids = tokenizer.encode(word, 64)[1:-1]
    assert "".join(PIECES[index] for index in ids) == "▁" + word
    assert sum(SCORES[index] for index in ids) == pytest.approx(best_score_by_exhaustion("▁" + word))


def test_a_customer_cannot_write_special_tokens(tokenizer: UnigramTokenizer) -> None:
    assert EOS not in tokenizer.encode("</s>", 64)[1:-1]
    assert BOS not in tokenizer.encode("<s>", 64)[1:-1]


def test_a_run_of_unknown_characters_is_one_token(tokenizer: UnigramTokenizer) -> None:
    assert tokenizer.encode("a𓀀𓀁𓀂", 64).count(UNKNOWN) == 1


def test_white_space_at_the_ends_and_repeated_changes_nothing(tokenizer: UnigramTokenizer) -> None:
    assert tokenizer.encode("  ab \n  c\n", 64) == tokenizer.encode("ab c", 64)


def test_long_text_is_cut_to_the_limit_and_still_ends_properly(tokenizer: UnigramTokenizer) -> None:
    ids = tokenizer.encode("abc " * 1000, 16)
    assert len(ids) == 16
    assert (ids[0], ids[-1]) == (BOS, EOS)


@pytest.mark.parametrize("text", ["a" * 100_000, "𓀀" * 100_000, "\ud800" * 50_000, "\x00" * 100_000, " " * 100_000])
def test_huge_text_without_spaces_takes_no_time(tokenizer: UnigramTokenizer, text: str) -> None:
    start = time.process_time()
    tokenizer.encode(text, 128)
    assert time.process_time() - start < 0.2


@pytest.mark.parametrize("text", ["", "   ", "\x00", "𓀀"])
def test_text_without_any_known_character_says_nothing(tokenizer: UnigramTokenizer, text: str) -> None:
    assert tokenizer.says_nothing(tokenizer.encode(text, 64)[1:-1])


def test_known_text_says_something(tokenizer: UnigramTokenizer) -> None:
    assert not tokenizer.says_nothing(tokenizer.encode("𓀀 a", 64)[1:-1])
