"""What a template says, worked out from a stack's parameters: the part of it that an emulator loses."""

from typing import Any

import pytest

from local.deploy.intrinsics import NO_VALUE, Evaluator, Unknown

_TEMPLATE = {
    "Parameters": {"Stage": {"Type": "String"}, "Origins": {"Type": "CommaDelimitedList"}, "Places": {"Type": "Number"}},
    "Conditions": {
        "Production": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
        "Trial": {"Fn::Not": [{"Condition": "Production"}]},
        "Both": {"Fn::And": [{"Condition": "Production"}, {"Condition": "Trial"}]},
        "Either": {"Fn::Or": [{"Condition": "Production"}, {"Condition": "Trial"}]},
        "ThreePlaces": {"Fn::Equals": [{"Ref": "Places"}, 3]},
    },
}
_PARAMETERS = {"Stage": "dev", "Origins": "https://desk.example, https://shop.example", "Places": "3"}


@pytest.fixture
def stack() -> Evaluator:
    return Evaluator(_TEMPLATE, _PARAMETERS)


@pytest.mark.parametrize(
    ("node", "value"),
    [
        ({"Ref": "Stage"}, "dev"),
        ({"Fn::Select": [0, {"Ref": "Origins"}]}, "https://desk.example"),
        ({"Fn::Sub": ["'${Console}'", {"Console": {"Fn::Select": [1, {"Ref": "Origins"}]}}]}, "'https://shop.example'"),
        ({"Fn::Sub": "${Stage}-${!literal}"}, "dev-${!literal}"),
        ({"Fn::Join": [",", ["GET", {"Ref": "Stage"}]]}, "GET,dev"),
        ({"Fn::Split": ["-", "a-b"]}, ["a", "b"]),
        ({"Fn::If": ["Production", 10, {"Ref": "Places"}]}, "3"),
        ({"a": {"Fn::If": ["Production", 1, {"Ref": "AWS::NoValue"}]}, "b": [1, {"Ref": "AWS::NoValue"}]}, {"b": [1]}),
    ],
)
def test_values_follow_from_parameters(stack: Evaluator, node: Any, value: Any) -> None:
    assert stack.value(node) == value


@pytest.mark.parametrize(
    ("condition", "holds"),
    [("Production", False), ("Trial", True), ("Both", False), ("Either", True), ("ThreePlaces", True)],
)
def test_conditions_hold_as_cloudformation_has_them(stack: Evaluator, condition: str, holds: bool) -> None:
    assert stack.holds(condition) is holds


def test_a_property_without_value_is_told_from_one_that_is_null(stack: Evaluator) -> None:
    assert stack.value({"Fn::If": ["Production", 1, {"Ref": "AWS::NoValue"}]}) is NO_VALUE
    assert stack.value(None) is None


@pytest.mark.parametrize("node", [{"Ref": "Queue"}, {"Fn::GetAtt": ["Queue", "Arn"]}, {"Fn::ImportValue": "x"}])
def test_what_parameters_do_not_decide_is_never_guessed(stack: Evaluator, node: Any) -> None:
    with pytest.raises(Unknown):
        stack.value({"Property": node})
