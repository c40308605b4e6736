"""Patterns mean what they mean everywhere, and no pattern and no message holds the search up."""

from __future__ import annotations

import random
import re
import time
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from switchboard.domain.errors import Malformed
from switchboard.domain.rules import Facts, Trigger, decide, limits, parse
from switchboard.domain.rules.automaton import search
from switchboard.domain.rules.decisions import Result
from switchboard.domain.rules.patterns import compile_pattern
from switchboard.domain.rules.reading import pattern_steps


def found(pattern: str, text: str) -> bool:
    return search(compile_pattern(pattern), text)


kinds = [rf"\{kind}" for kind in "dwsDWS"]
sets = ["[ab]", "[^a]", "[a-b1]", r"[\d_]", r"[^\w]", "[b-]"]
atoms = st.sampled_from(["a", "b", "A", "1", "-", "款", "_", ".", r"\.", *kinds, *sets])
places = st.sampled_from(["^", "$", r"\b"])
quantifiers = st.sampled_from(["?", "*", "+", "{2}", "{1,}", "{0,2}", "{2,3}", "{1}"])


@st.composite
def sound_patterns(draw: st.DrawFn, depth: int = 3, may_repeat: bool = True) -> str:
    """Patterns we take: no repetition within a repetition, no place repeated by itself."""
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.integers(0, 5))
        if kind == 0:
            parts.append(draw(places))
            continue
        repeat = may_repeat and draw(st.booleans())
        if kind == 1 and depth:
            inner = draw(sound_patterns(depth=depth - 1, may_repeat=may_repeat and not repeat))
            part = f"({inner})"
            repeat = repeat and inner.strip("()") not in ("^", "$", r"\b")
        else:
            part = draw(atoms)
        parts.append(part + (draw(quantifiers) if repeat else ""))
    one = "".join(parts)
    return f"{one}|{draw(sound_patterns(depth=depth - 1, may_repeat=may_repeat))}" if depth and draw(st.integers(0, 3)) == 0 else one


@settings(max_examples=400, deadline=None)
@given(pattern=sound_patterns(), text=st.text(alphabet="abAB1-_.款 \n", max_size=8))
@example(pattern="(^|b)*a", text="ba")
@example(pattern=r"(a|\b)*b", text="aab")
@example(pattern="^$", text="")
@example(pattern=r"\b", text="")
def test_patterns_find_what_regular_expressions_find(pattern: str, text: str) -> None:
    """Python's own matcher is the oracle; only its `$` also stops before a last line break, which `\\Z` does not."""
    oracle = pattern.replace("$", r"\Z")
    assert found(pattern, text) == bool(re.search(oracle, text, re.IGNORECASE))


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("refund", "Where is my REFUND?"),
        ("ÉTÉ", "l'été"),
        ("[À-Ö]", "à"),
        ("ΟΔΟΣ", "οδος"),
        ("[^é]", "É"),
        (r"订单\s*\d{4}", "订单 1234"),
        (r"\d", "٣"),
    ],
)
def test_case_and_script_do_not_matter(pattern: str, text: str) -> None:
    assert found(pattern, text) is not pattern.startswith("[^")


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("(a+)+", "repetition within a repetition"),
        ("(a*)*", "repetition within a repetition"),
        ("((a{2,5}b)?c){3}", "repetition within a repetition"),
        ("(x|y+){2}", "repetition within a repetition"),
        ("a**", "follows a quantifier"),
        ("a+?", "follows a quantifier"),
        ("a{2}{3}", "follows a quantifier"),
        ("*a", "nothing to repeat"),
        ("^*", "a place cannot be repeated"),
        (r"(a)\1", r"after '\\' only"),
        ("(?=a)", "only '\\(\\?:' is known"),
        ("(?P<n>a)", "only '\\(\\?:' is known"),
        ("(?i)a", "only '\\(\\?:' is known"),
        ("(a", "not closed"),
        ("a)", "closes no group"),
        ("[a", "ends too early"),
        ("[]", "a set is empty"),
        ("[z-a]", "to a later one"),
        (r"[a-\d]", "to a later one"),
        ("[[:alpha:]]", "for the character itself"),
        ("a\\", "ends too early"),
        ("a{51}", "up to 50"),
        ("a{3,2}", "from the smaller"),
        ("a{0}", "from the smaller"),
        ("a{99999999999999999999}", "a count is written"),
        ("a{,3}", "a count is written"),
        ("", "1 to 200 characters"),
        ("a" * 201, "1 to 200 characters"),
        ("(" * 11 + "a" + ")" * 11, "groups may lie within"),
        ("(abcdefg){50}", "too large"),
    ],
)
def test_what_is_not_run_is_refused_with_the_reason(pattern: str, why: str) -> None:
    with pytest.raises(Malformed, match=why):
        compile_pattern(pattern)


def test_a_question_mark_repeats_nothing() -> None:
    """It may stand around and within repetitions: web addresses and plurals are written so."""
    assert found(r"(https?://)?[a-z]+\.example", "see HTTPS://shop.example/")
    assert found("(refunds?,? ?)+please", "refund, refunds please")


@settings(max_examples=300, deadline=None)
@given(pattern=st.text(alphabet=r"ab()[]{}|*+?^$\-,.12dwb", max_size=20), text=st.text(alphabet="ab12", max_size=20))
def test_any_text_is_a_pattern_or_malformed_and_means_what_it_means_to_others(pattern: str, text: str) -> None:
    try:
        result = found(pattern, text)
    except Malformed:
        return
    assert result == bool(re.search(pattern, text, re.IGNORECASE))


EVIL = [
    "(a|a)*c", "(a|ab|aba|b)*c", "a*a*a*a*a*a*a*a*a*a*c", ".*.*.*.*.*.*.*.*.*.*=", "(a?){50}" + "(b?){50}" + "c", "(.|a|b|.)*c",
    "[ab]*a" + "[ab]{50}" * 4 + "c", "(a.{50}|b.{49}|a.{48}|b.{47}|a.{46})c", r"(\w|\d|[a-z])*\.", "^(a|b|ab)*$c", r"(\b|a|b)*c",
]  # fmt: skip
TEXTS = {
    "one letter": "a" * limits.READ_CHARACTERS,
    "no two places alike": "".join(random.Random(7).choices("ab", k=limits.READ_CHARACTERS)),
    "every character another": "".join(map(chr, range(0x4E00, 0x4E00 + limits.READ_CHARACTERS))),
}


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("pattern", EVIL)
def test_evil_patterns_answer_soon(pattern: str, text: str) -> None:
    """The first of them keep a backtracking matcher busy for longer than the universe is old."""
    automaton = compile_pattern(pattern)
    began = time.process_time()
    assert search(automaton, TEXTS[text]) is False
    assert time.process_time() - began < 2


def test_the_costliest_rule_set_we_take_still_decides_soon() -> None:
    """Every pattern step and every condition that the limits leave, against the message that suits them least."""
    pattern = "[ab]*a" + "[ab]{50}" * 5 + "[ab]{35}c"
    seek = {"any": [{"field": "message.text", "operator": "contains", "value": "abc"}] * 17}
    rules: list[dict[str, Any]] = [
        {"id": f"p{n}", "name": "p", "on": "message_received", "then": [{"action": "resolve"}]} for n in range(limits.RULES)
    ]
    for n, data in enumerate(rules):
        data["when"] = {"field": "message.text", "operator": "matches", "value": pattern} if n < 6 else seek
    ruleset = parse({"rules": rules})
    assert sum(pattern_steps(r.when) for r in ruleset.rules) > 0.85 * limits.ALL_PATTERN_STEPS
    facts = Facts(text=TEXTS["no two places alike"])
    began = time.process_time()
    outcome = decide(ruleset, Trigger("message_received"), facts)
    assert time.process_time() - began < 8
    assert {e.result for e in outcome.explanations} == {Result.CONDITION_FAILED}
