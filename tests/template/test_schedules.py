"""What runs by the clock: never twice at once, and noticed when it fails or stops."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.template.reading import Function, functions, resources

SECONDS = {"minute": 60, "minutes": 60}
SCHEDULED = [function for function in functions() if function.events("Schedule")]
EVERY = pytest.mark.parametrize("function", SCHEDULED, ids=lambda function: function.name)


def _interval(function: Function) -> int:
    """Seconds between two runs of what it does all the time."""
    [event] = [event for event in function.events("Schedule") if event["Schedule"].startswith("rate(")]
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
    for event in function.events("Schedule"):
        assert properties["EventInvokeConfig"]["MaximumRetryAttempts"] == event["RetryPolicy"]["MaximumRetryAttempts"] == 0


def test_the_month_is_looked_through_when_the_day_after_it_is_over() -> None:
    """Who comes back within a day was not helped, so the day after counts; and it must not be taken for the run of every five
    minutes."""
    [indexer] = [function for function in SCHEDULED if function.name == "indexer"]
    [event] = [event for event in indexer.events("Schedule") if event["Schedule"].startswith("cron(")]
    minute, hour, day, *rest = event["Schedule"].removeprefix("cron(").removesuffix(")").split()
    assert (int(day), rest) == (2, ["*", "?", "*"])
    assert 0 <= int(minute) < 60
    assert 0 <= int(hour) < 24
    assert json.loads(event["Input"]) == {"improvement": "month"}


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


def test_a_quarter_of_an_hour_without_a_signed_root_raises_an_alarm() -> None:
    """The function may run and make none."""
    alarm = resources("observability", "AWS::CloudWatch::Alarm")["AuditRootsAlarm"]["Properties"]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("Switchboard", "AuditRoots")
    assert alarm["Dimensions"] == [{"Name": "service", "Value": "switchboard"}]
    assert (alarm["Period"] * alarm["EvaluationPeriods"], alarm["TreatMissingData"]) == (900, "breaching")
