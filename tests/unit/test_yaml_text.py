"""YAML of strangers: what is read, and what is refused before it does harm."""

from __future__ import annotations

import time

import pytest

from switchboard.adapters.yaml_text import LONGEST, read_yaml
from switchboard.domain.errors import Malformed


def test_a_mapping_is_read_with_every_script() -> None:
    text = "ask: {zh: 请问是哪个订单？, ar: أي طلب؟}\nsteps:\n  - say: {en: \"Yes: 'no'\"}\n"
    assert read_yaml(text) == {"ask": {"zh": "请问是哪个订单？", "ar": "أي طلب؟"}, "steps": [{"say": {"en": "Yes: 'no'"}}]}


def test_an_alias_is_refused_before_it_grows() -> None:
    bomb = "a: &a [x, x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    with pytest.raises(Malformed, match="aliases"):
        read_yaml(bomb)


@pytest.mark.parametrize("text", [
    "a: !!python/object/apply:os.system ['true']", "a: !!python/name:os.system", "a: !ours 1", "!!python/object:object {}",
])  # fmt: skip
def test_a_tag_makes_nothing(text: str) -> None:
    with pytest.raises(Malformed, match="not YAML"):
        read_yaml(text)


@pytest.mark.parametrize("text", ["", "just words", "- a\n- b", "42", "null", "2026-02-03"])
def test_what_is_no_mapping_is_refused(text: str) -> None:
    with pytest.raises(Malformed, match="not a mapping"):
        read_yaml(text)


@pytest.mark.parametrize(("text", "where"), [
    ("steps:\n  - ask: order\n  - say: {en: hi", r"line [34], column"), ("a: b: c", "line 1, column 5"),
    ("a: 1\n\tb: 2", "line 2, column 1"),
    ("a: 'never closed", "line 1"),
])  # fmt: skip
def test_who_wrote_it_is_told_where_it_is_wrong(text: str, where: str) -> None:
    with pytest.raises(Malformed, match=where):
        read_yaml(text)


@pytest.mark.parametrize("text", ["a: 2026-99-99", "a: 1\n---\nb: 2", "a: \x00", "? [a, b]\n: c", "a: " + "[" * 2_000, "{{a: 1}: 2}"])
def test_what_cannot_be_a_document_is_malformed_and_nothing_worse(text: str) -> None:
    with pytest.raises(Malformed):
        read_yaml(text)


def test_a_text_may_be_as_long_as_the_largest_flow_and_no_longer() -> None:
    text = "a: " + "x" * (LONGEST - 3)
    assert len(read_yaml(text)["a"]) == LONGEST - 3
    with pytest.raises(Malformed, match="at most"):
        read_yaml(text + "x")


@pytest.mark.parametrize(
    "text", ["a: " + "[" * 100_000, "a: " + "{b: " * 5_000, "- " * 90_000, "".join(" " * n + "a:\n" for n in range(500))]
)
def test_what_lies_too_deep_is_refused_in_time(text: str) -> None:
    began = time.monotonic()
    with pytest.raises(Malformed, match=r"deep|at most"):
        read_yaml(text)
    assert time.monotonic() - began < 5
