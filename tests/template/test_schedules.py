"""What runs by the clock: never twice at once, and noticed when it fails or stops."""

from __future__ import annotations

from typing import Any

import pytest

from tests.template.reading import Function, functions, resources

SECONDS = {"minute": 60, "minutes": 60}
SCHEDULED = [function for function in functions() if function.events("Schedule")]
EVERY = pytest.mark.parametrize("function", SCHEDULED, ids=lambda function: function.name)


def _interval(function: Function) -> int:
    """Seconds between two runs."""
    [event] = function.events("Schedule")
    number, unit = event["Schedule"].removeprefix("rate(").removesuffix(")").split()
    return int(number) * SECONDS[unit]


def _alarm(function: Function, metric: str) -> dict[str, Any]:
    [found] = [
        alarm["Properties"]
        for alarm in resources("observability", "AWS::CloudWatch::Alarm").values()
        if alarm["Properties"]["MetricName"] == metric
        and {"Name": "FunctionName", "Value": {"Fn::Sub": f"${{Prefix}}-{function.name}"}} in alarm["Properties"]["Dimensions"]
    ]
    return dict(found)


@EVERY
def test_a_run_is_over_before_the_next_and_is_not_tried_again(function: Function) -> None:
    properties = function.properties
    assert function.timeout < _interval(function)
    assert properties["ReservedConcurrentExecutions"] == {"Fn::If": ["Reserve", 1, {"Ref": "AWS::NoValue"}]}
    [event] = function.events("Schedule")
    assert properties["EventInvokeConfig"]["MaximumRetryAttempts"] == event["RetryPolicy"]["MaximumRetryAttempts"] == 0


@EVERY
def test_a_function_whose_every_run_fails_raises_its_alarm(function: Function) -> None:
    """A period too short for the schedule has no run in it every other time, and would never be followed by a second bad one."""
    alarm = _alarm(function, "Errors")
    assert alarm["Period"] // _interval(function) > alarm["Threshold"]


@EVERY
def test_a_schedule_that_stopped_raises_an_alarm(function: Function) -> None:
    alarm = _alarm(function, "Invocations")
    assert (alarm["Statistic"], alarm["ComparisonOperator"], alarm["Threshold"]) == ("Sum", "LessThanThreshold", 1)
    assert alarm["TreatMissingData"] == "breaching"
    assert 2 * _interval(function) <= alarm["Period"] * alarm["EvaluationPeriods"] <= 6 * _interval(function)
