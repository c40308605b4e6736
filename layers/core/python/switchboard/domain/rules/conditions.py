"""Whether a condition holds, and because of which of its parts.

What is not known fails every test, but for `is_not` (it holds exactly where `is` does not) and `exists: false`. Parts are asked in
their order, and only until the answer is certain."""

from __future__ import annotations

import math
from dataclasses import dataclass

from switchboard.domain.rules import limits
from switchboard.domain.rules.automaton import search
from switchboard.domain.rules.facts import Facts, Kind, Value, kind_of, look_up
from switchboard.domain.rules.model import All, Any, Check, Condition, Not, Operator, Scalar


@dataclass(frozen=True, slots=True)
class Reason:
    """A leaf that decided, at its path in the rule ("when.all[1]"): whether it held, and whether its field was known at all.
    Never what the field or the rule says: a reason may be stored and logged."""

    path: str
    field: str
    operator: str
    held: bool
    known: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """`because`: of an `all` that holds all its parts' reasons, else those of the first part that failed; of an `any` the reverse."""

    holds: bool
    because: tuple[Reason, ...] = ()


def evaluate(condition: Condition, facts: Facts, path: str = "when") -> Verdict:
    """Does the condition hold for these facts?"""
    match condition:
        case All(parts):
            return _until(parts, facts, f"{path}.all", certain=False)
        case Any(parts):
            return _until(parts, facts, f"{path}.any", certain=True)
        case Not(part):
            inner = evaluate(part, facts, f"{path}.not")
            return Verdict(not inner.holds, inner.because)
        case Check():
            value = look_up(facts, condition.field)
            held = _holds(condition, value)
            return Verdict(held, (Reason(path, condition.field, condition.operator.value, held, value is not None),))


def _until(parts: tuple[Condition, ...], facts: Facts, path: str, *, certain: bool) -> Verdict:
    """One part with the answer `certain` settles it."""
    because: list[Reason] = []
    for n, part in enumerate(parts):
        verdict = evaluate(part, facts, f"{path}[{n}]")
        if verdict.holds is certain:
            return verdict
        because += verdict.because
    return Verdict(not certain, tuple(because))


def _holds(check: Check, value: Value | None) -> bool:
    if check.operator is Operator.EXISTS:
        return (value is not None) is check.value
    if check.operator is Operator.IS_NOT:
        return value is None or not _is_one_of(check.field, value, (check.value,))
    if value is None:
        return False
    match check.operator:
        case Operator.IS:
            return _is_one_of(check.field, value, (check.value,))
        case Operator.IN:
            assert isinstance(check.value, tuple)
            return _is_one_of(check.field, value, check.value)
        case Operator.CONTAINS:
            if isinstance(value, frozenset):
                return check.value in value
            return _folded(str(check.value)) in _folded(_read(str(value)))
        case Operator.MATCHES:
            assert check.automaton is not None, "a parsed `matches` has its automaton"
            return search(check.automaton, _read(str(value)))
        case Operator.GREATER:
            return (number := _number(value)) is not None and number > _limit(check)
        case Operator.LESS:
            return (number := _number(value)) is not None and number < _limit(check)
    raise AssertionError(f"{check.operator} is not an operator")  # pragma: no cover


def _is_one_of(field: str, value: Value, choices: tuple[Scalar | tuple[Scalar, ...], ...]) -> bool:
    if kind_of(field) is Kind.TEXT:
        text = _folded(_read(str(value)).strip())  # once, however many there are to choose from
        return any(text == _folded(str(choice).strip()) for choice in choices)
    return value in choices


def _read(text: str) -> str:
    return text[: limits.READ_CHARACTERS]


def _folded(text: str) -> str:
    return text.casefold()


def _number(value: Value) -> float | None:
    """A number, or a text that is one in plain digits ("12", " -3.5 "); Python would read "1_0" and "nan" too."""
    if isinstance(value, str):
        text = value.strip()
        if len(text) > 32 or not text.isascii() or not set(text) <= set("+-.0123456789"):
            return None
        try:
            return float(text)
        except ValueError:
            return None
    return value if isinstance(value, int | float) and not math.isnan(value) else None


def _limit(check: Check) -> float:
    assert isinstance(check.value, int | float)
    return check.value
