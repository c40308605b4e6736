"""Each role allows what its function does, and nothing else. Emulators enforce no roles, so only this comparison shows it."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest

from tests.roles.conftest import Findings
from tests.roles.declared import (
    BY_LAMBDA,
    BY_QUEUE_MAPPING,
    BY_STREAM_MAPPING,
    ON_FAILURE,
    PLAIN_SETTINGS,
    RARE,
    READ_IN_PASSING,
    VIA,
)
from tests.roles.grants import Grant
from tests.roles.recorder.aws_calls import Use
from tests.template.reading import Function, functions

pytestmark = pytest.mark.ministack
EVERY = pytest.mark.parametrize("function", functions(), ids=lambda function: function.name)
PREFIX = "SWITCHBOARD_"


@EVERY
def test_the_journey_makes_the_function_call_aws(function: Function, findings: Findings) -> None:
    """Else the comparisons below would hold for any role."""
    assert findings.used[function.name]


@EVERY
def test_a_function_may_do_what_it_does(function: Function, findings: Findings) -> None:
    grants = [grant for grant in findings.granted[function.name] if not grant.via]
    missing = {use for use in findings.used[function.name] if not any(grant.allows(*use) for grant in grants)}
    assert not missing


@EVERY
def test_a_function_may_do_nothing_that_it_does_not(function: Function, findings: Findings) -> None:
    unused = [line for grant in findings.granted[function.name] for line in _unused(grant, function, findings.used[function.name])]
    assert not unused


def _unused(grant: Grant, function: Function, used: frozenset[Use]) -> list[str]:
    """Actions that are used on none of the statement's resources, and resources on which none of its actions is used."""
    if grant.via:
        return [] if _has_calls_to(grant.via, function, used) else [f"{grant.sid}: calls to {grant.via}"]
    actions = {action for action in grant.actions if not _declared(action, function)}
    if actions != grant.actions and not actions:
        return []  # all of it is used by AWS itself
    fitting = {(action, resource) for action, resource in used if grant.allows(action, resource)}
    idle = actions - {action for action, _ in fitting}
    untouched = {
        pattern for pattern in grant.resources
        if not any(fnmatchcase(resource, pattern) for _, resource in fitting) and not _failures_queue(pattern, function)
    }  # fmt: skip
    return [f"{grant.sid}: {name}" for name in sorted(idle | (untouched if actions - idle else set()))]


def _declared(action: str, function: Function) -> bool:
    by_mapping = (function.events("SQS") and action in BY_QUEUE_MAPPING) or (
        function.events("DynamoDB") and (action in BY_STREAM_MAPPING or (action == ON_FAILURE and not _sends(function)))
    )
    return action in BY_LAMBDA or bool(by_mapping) or (function.name, action) in RARE


def _sends(function: Function) -> bool:
    """Whether it was given a queue to send to."""
    return any(variable.endswith("_QUEUE_URL") for variable in function.environment)


def _failures_queue(pattern: str, function: Function) -> bool:
    return "StreamFailures" in pattern and bool(function.events("DynamoDB"))


def _has_calls_to(service: str, function: Function, used: frozenset[Use]) -> bool:
    mapped = service == "sqs" and bool(function.events("SQS") or function.events("DynamoDB"))  # the latter to report failures
    return mapped or any(action.startswith(VIA[service]) for action, _ in used)


@EVERY
def test_a_function_is_told_of_what_it_calls_and_of_nothing_else(function: Function, findings: Findings) -> None:
    """By the values of its variables: names, URLs and ARNs of the stack's parts."""
    name = function.name
    parts = {variable: value for variable, value in findings.given[name].items() if _setting(variable) not in PLAIN_SETTINGS}
    called = {variable for variable, value in parts.items() if _called(value, findings.used[name])}
    assert set(parts) - called == {variable for variable in parts if _only_on_rare_days(name, variable)}


@EVERY
def test_a_function_is_given_the_plain_settings_it_reads(function: Function, findings: Findings) -> None:
    """One that it reads and is not given has its default, whatever the deployment says."""
    name = function.name
    given = {_setting(variable) for variable in findings.given[name]} & PLAIN_SETTINGS
    read = {setting for setting in findings.read[name] & PLAIN_SETTINGS if (name, setting) not in READ_IN_PASSING}
    assert given == read


def _setting(variable: str) -> str:
    return variable.removeprefix(PREFIX).lower()


def _called(value: str, used: frozenset[Use]) -> bool:
    """Whether an ARN of the calls names the part: by its ARN, its name, or the last part of its URL."""
    name = value.rsplit("/", 1)[-1]
    return any(resource == value or name in resource.replace("/", ":").split(":") for _, resource in used)


def _only_on_rare_days(function: str, variable: str) -> bool:
    rare = {
        ("router", "INBOUND_QUEUE_URL"): "sqs:ChangeMessageVisibility", ("eraser", "CERTIFICATE_KEY_ARN"): "kms:Sign",
        ("eraser", "AUDIT_BUCKET"): "s3:PutObject",
    }  # fmt: skip
    return (function, rare.get((function, variable.removeprefix(PREFIX)), "")) in RARE


def test_what_is_declared_is_still_granted(findings: Findings) -> None:
    """A right that was taken away must not stay excused here."""
    for name, action in RARE:
        assert any(action in grant.actions for grant in findings.granted[name])
    for name, setting in READ_IN_PASSING:
        assert setting in findings.read[name]
