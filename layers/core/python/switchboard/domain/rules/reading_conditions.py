"""Condition trees from JSON's types.

A node is {"all": [nodes]}, {"any": [nodes]}, {"not": node}, or a leaf {"field", "operator", "value"}."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from switchboard.domain.conversation import Status
from switchboard.domain.errors import Malformed
from switchboard.domain.rules import limits
from switchboard.domain.rules.facts import ATTRIBUTE, FIELDS, OPERATORS, Kind, kind_of
from switchboard.domain.rules.model import All, Any, Check, Condition, Not, Operator, Scalar
from switchboard.domain.rules.patterns import compile_pattern
from switchboard.domain.rules.place import Place, as_flag, as_list, as_name, as_object, as_text, as_whole, shown

_LARGEST = 1e12  # of any number: seconds, orders, cents
_CLOSED: Mapping[str, frozenset[str]] = {
    "status": frozenset(Status),
    "author": frozenset({"customer", "agent", "bot"}),
}


@dataclass(slots=True)
class _Budget:
    nodes: int = limits.NODES

    def spend(self, place: Place) -> None:
        self.nodes -= 1
        if self.nodes < 0:
            place.wrong(f"is one condition too many: a rule has at most {limits.NODES}")


def read_condition(value: object, place: Place) -> Condition:
    """A condition tree. Looks no deeper than the limit, whatever it is given."""
    return _node(value, place, 1, _Budget())


def _node(value: object, place: Place, depth: int, budget: _Budget) -> Condition:
    budget.spend(place)
    if depth > limits.DEPTH:
        place.wrong(f"lies too deep: conditions nest {limits.DEPTH} deep at most")
    if not isinstance(value, Mapping):
        place.wrong("is an object: all, any, not, or field, operator and value")
    if "all" in value:
        return All(_parts(as_object(value, place, ("all",))["all"], place.at("all"), 0, depth, budget))
    if "any" in value:  # empty it would never hold: a rule that looks alive and is dead
        return Any(_parts(as_object(value, place, ("any",))["any"], place.at("any"), 1, depth, budget))
    if "not" in value:
        return Not(_node(as_object(value, place, ("not",))["not"], place.at("not"), depth + 1, budget))
    return _check(as_object(value, place, ("field", "operator", "value")), place)


def _parts(value: object, place: Place, least: int, depth: int, budget: _Budget) -> tuple[Condition, ...]:
    if not isinstance(value, list | tuple) or not least <= len(value) <= limits.NODES:
        place.wrong(f"is a list of {least} to {limits.NODES} conditions")
    return tuple(_node(part, place.item(n), depth + 1, budget) for n, part in enumerate(value))


def _check(data: Mapping[str, object], place: Place) -> Check:
    field = data["field"]
    kind = kind_of(field) if isinstance(field, str) else None
    if not isinstance(field, str) or kind is None:
        place.at("field").wrong(f"knows no {shown(field)}; fields are {', '.join(FIELDS)} and {ATTRIBUTE}<name>")
    as_name(field, place.at("field"), limits.VALUE_CHARACTERS)
    operator = data["operator"]
    if not isinstance(operator, str) or operator not in OPERATORS[kind]:
        allowed = ", ".join(o for o in Operator if o in OPERATORS[kind])
        place.at("operator").wrong(f"is one of {allowed} for {shown(field)}, not {shown(operator)}")
    value = data["value"]
    place = place.at("value")
    match Operator(operator):
        case Operator.EXISTS:
            return Check(field, Operator.EXISTS, as_flag(value, place))
        case Operator.MATCHES:
            return _pattern(field, value, place)
        case Operator.GREATER | Operator.LESS as order:
            return Check(field, order, _number(value, place))
        case Operator.IN:
            choices = as_list(value, place, limits.CHOICES)
            return Check(field, Operator.IN, tuple(_scalar(field, kind, c, place.item(n)) for n, c in enumerate(choices)))
        case other:
            return Check(field, other, _scalar(field, kind, value, place))


def _pattern(field: str, value: object, place: Place) -> Check:
    source = as_text(value, place, limits.PATTERN_CHARACTERS)
    try:
        return Check(field, Operator.MATCHES, source, compile_pattern(source))
    except Malformed as error:
        place.wrong(f"is no pattern we run: {error}")


def _scalar(field: str, kind: Kind, value: object, place: Place) -> Scalar:
    match kind:
        case Kind.FLAG:
            return as_flag(value, place)
        case Kind.NUMBER:
            return as_whole(value, place, 0, 9) if field == "priority" else _number(value, place)
        case Kind.TEXT:
            return as_text(value, place, limits.VALUE_CHARACTERS)
        case Kind.LABEL | Kind.LABELS:
            name = as_name(value, place, limits.VALUE_CHARACTERS)
            if field in _CLOSED and name not in _CLOSED[field]:
                place.wrong(f"is one of {', '.join(sorted(_CLOSED[field]))}")
            return name


def _number(value: object, place: Place) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        place.wrong("is a number")
    if not math.isfinite(value) if isinstance(value, float) else False:
        place.wrong("is a finite number")
    if not -_LARGEST <= value <= _LARGEST:
        place.wrong("is a number between -10^12 and 10^12")
    return value
