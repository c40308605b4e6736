"""What makes the edge hard: TLS, headers, limits, and no secret in the clear."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from switchboard.domain import errors
from switchboard.entry import telemetry
from tests.template.reading import everywhere, functions, resources, strings, template

ROOT = template("root")
REST = resources("root", "AWS::Serverless::Api")


# -- TLS ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", REST)
def test_a_rest_api_takes_no_tls_below_1_2(name: str) -> None:
    """A regional API that says nothing takes TLS 1.0."""
    properties = REST[name]["Properties"]
    assert properties["SecurityPolicy"] == {"Ref": "ApiSecurityPolicy"}
    assert properties["EndpointAccessMode"] == "STRICT"
    parameter = ROOT["Parameters"]["ApiSecurityPolicy"]
    for policy in [parameter["Default"], *parameter["AllowedValues"]]:
        assert re.fullmatch(r"SecurityPolicy_TLS13_1_[23]_\w+", policy), "1.3, and 1.2 or 1.3 at least"


def test_a_site_of_ones_own_name_takes_no_tls_below_1_2_and_every_site_leads_to_https() -> None:
    site = template("web")["Resources"]["Distribution"]["Properties"]["DistributionConfig"]
    condition, own, otherwise = site["ViewerCertificate"]["Fn::If"]
    assert (condition, own["MinimumProtocolVersion"]) == ("OwnDomain", "TLSv1.2_2021")
    assert otherwise == {"CloudFrontDefaultCertificate": True}, "whose minimum nobody can set: docs/compliance/threat-model.md"
    for behaviour in [site["DefaultCacheBehavior"], *site["CacheBehaviors"]]:
        assert behaviour["ViewerProtocolPolicy"] == "redirect-to-https"


def test_a_topic_refuses_plain_http() -> None:
    topics = {name.split(".")[1] for name in everywhere("AWS::SNS::Topic")}
    denied = set()
    for policy in everywhere("AWS::SNS::TopicPolicy").values():
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
            if statement["Effect"] == "Deny" and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}:
                denied |= {topic["Ref"] for topic in policy["Properties"]["Topics"]}
    assert denied == topics


# -- headers -------------------------------------------------------------------------------------------------


def _policies() -> dict[str, dict[str, Any]]:
    found = resources("web", "AWS::CloudFront::ResponseHeadersPolicy")
    return {name: item["Properties"]["ResponseHeadersPolicyConfig"] for name, item in found.items()}


def _directives(policy: dict[str, Any]) -> dict[str, str]:
    text = policy["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"]
    return {part.strip().partition(" ")[0]: part.strip().partition(" ")[2] for part in text.split(";")}


@pytest.mark.parametrize("name", ["ConsoleHeaders", "WidgetHeaders"])
def test_a_page_runs_no_script_but_its_own_and_talks_to_nobody_else(name: str) -> None:
    directives = _directives(_policies()[name])
    assert directives["default-src"] == "'self'"
    assert (directives["object-src"], directives["base-uri"], directives["form-action"]) == ("'none'",) * 3
    assert not {"script-src", "style-src", "script-src-elem"} & set(directives), "the default is stricter"
    for sources in directives.values():
        assert not re.search(r"unsafe|\*|http:|https:(?!/)", sources), sources
    assert re.fullmatch(r"'self'( \$\{\w+Origin\})+", directives["connect-src"])


def test_nobody_frames_the_console_and_it_may_use_no_device() -> None:
    policy = _policies()["ConsoleHeaders"]
    assert _directives(policy)["frame-ancestors"] == "'none'"
    assert policy["SecurityHeadersConfig"]["FrameOptions"]["FrameOption"] == "DENY"
    more = {item["Header"]: item["Value"] for item in policy["CustomHeadersConfig"]["Items"]}
    assert {"camera=()", "microphone=()", "geolocation=()"} <= set(more["Permissions-Policy"].split(", "))
    assert more["Cross-Origin-Opener-Policy"] == "same-origin"
    assert policy["SecurityHeadersConfig"]["ReferrerPolicy"]["ReferrerPolicy"] == "no-referrer"


@pytest.mark.parametrize("name", ["ConsoleHeaders", "WidgetHeaders"])
def test_a_browser_that_came_once_comes_back_by_tls(name: str) -> None:
    security = _policies()[name]["SecurityHeadersConfig"]
    assert security["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 31_536_000
    assert "ContentTypeOptions" in security
    assert all(part["Override"] is True for part in security.values()), "what a file brings does not replace it"


@pytest.mark.parametrize("name", REST)
def test_what_a_gateway_itself_answers_is_guarded_too(name: str) -> None:
    for code in ("DEFAULT_4XX", "DEFAULT_5XX"):
        headers = REST[name]["Properties"]["GatewayResponses"][code]["ResponseParameters"]["Headers"]
        assert headers["X-Content-Type-Options"] == "'nosniff'"
        assert "max-age=31536000" in headers["Strict-Transport-Security"]


# -- limits ----------------------------------------------------------------------------------------------------


def _rates(acl: str) -> dict[str, dict[str, Any]]:
    rules = template("security")["Resources"][acl]["Properties"]["Rules"]
    return {rule["Name"]: rule for rule in rules if "RateBasedStatement" in rule["Statement"]}


def test_an_address_that_guesses_sessions_or_tickets_is_blocked() -> None:
    rule = _rates("WebAcl")["RateByAddressAtTheDoor"]
    limit = rule["Statement"]["RateBasedStatement"]
    assert rule["Action"] == {"Block": {}}
    assert limit["AggregateKeyType"] == "IP"
    assert limit["Limit"] <= 300
    door = limit["ScopeDownStatement"]["ByteMatchStatement"]
    assert (door["SearchString"], door["PositionalConstraint"]) == ("/webchat/", "CONTAINS")
    paths = {event["Path"] for function in functions() if function.name == "visitor" for event in function.events("Api")}
    assert all(door["SearchString"] in path for path in paths)


def test_an_address_that_tries_passwords_is_blocked() -> None:
    """Cognito locks the account that is tried; who tries many accounts is seen here alone."""
    [rule] = _rates("SignInAcl").values()
    assert rule["Action"] == {"Block": {}}
    assert rule["Statement"]["RateBasedStatement"]["Limit"] <= 500
    [association] = resources("security", "AWS::WAFv2::WebACLAssociation").values()
    assert association["Properties"]["ResourceArn"] == {"Fn::GetAtt": ["UserPool", "Arn"]}
    assert association["Properties"]["WebACLArn"] == {"Fn::GetAtt": ["SignInAcl", "Arn"]}


def test_no_gateway_unpacks_a_compressed_body() -> None:
    """Then a body is as long as it looks, and no bomb."""
    for api in REST.values():
        assert "MinimumCompressionSize" not in api["Properties"]


def test_strangers_can_use_up_only_their_share() -> None:
    visitor = ROOT["Resources"]["VisitorFunction"]["Properties"]["ReservedConcurrentExecutions"]
    assert {"Ref": "VisitorConcurrency"} in visitor["Fn::If"]


def test_a_wave_of_refusals_raises_an_alarm(capsys: pytest.CaptureFixture[str]) -> None:
    """By the very name and dimensions that the edge counts with; another spelling would never ring."""
    alarms = [alarm["Properties"] for alarm in resources("observability", "AWS::CloudWatch::Alarm").values()]
    rung = {
        (alarm["MetricName"], *sorted((d["Name"], d["Value"]) for d in alarm["Dimensions"]))
        for alarm in alarms if alarm["Namespace"] == telemetry.NAMESPACE
    }  # fmt: skip
    telemetry.count("WebhookRefused", channel="whatsapp", code=errors.BadSignature.code)
    telemetry.count("WebhookRefused", channel="wechat", code=errors.BadSignature.code)
    telemetry.count("VisitorRefused", code=errors.Unauthenticated.code)
    telemetry.count("SocketRefused", code=errors.Unauthenticated.code)
    telemetry.count("DeskRefused", code=errors.Forbidden.code)
    for line in capsys.readouterr().out.splitlines():
        counted = json.loads(line)
        [metric] = counted["_aws"]["CloudWatchMetrics"]
        [names] = metric["Dimensions"]
        assert (metric["Metrics"][0]["Name"], *sorted((name, counted[name]) for name in names)) in rung


# -- secrets ---------------------------------------------------------------------------------------------------------

# What a variable may hold, by how its name ends; a new kind of variable is thought about here first.
NAMES = (
    "_TABLE", "_QUEUE_URL", "_BUCKET", "_STREAM", "_FUNCTION", "_ENDPOINT", "_HOURS", "_KMS_KEY_ID", "_SECRET_PREFIX",
    "_ALLOWED_ORIGINS", "_SECONDS", "_TRANSLATOR", "_LARGE_MODEL", "_GUARDRAIL", "_PRICE_IN", "_PRICE_OUT", "_CURRENCY", "_DAILY",
    "_CONVERSATION",
    "_HOSTS", "_STAGE", "_AUDIT_SOURCE", "_AWS_ACCOUNT", "_AUDIT_KEY_ARN", "_CERTIFICATE_KEY_ARN",
    "POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "PYTHONTZPATH",
)  # fmt: skip
SECRET = re.compile(r"(?i)password|passwd|token|api_?key|credential|private|whsec_|-----BEGIN|AKIA[A-Z0-9]{16}|eyJ[A-Za-z0-9_-]{10}")


def _environments() -> list[dict[str, Any]]:
    return [ROOT["Globals"]["Function"]["Environment"]["Variables"], *(function.environment for function in functions())]


def test_no_function_has_a_secret_in_its_environment() -> None:
    for environment in _environments():
        for name, value in environment.items():
            assert name.endswith(NAMES), f"{name}: what does it hold?"
            for text in (name, *strings(value)):
                assert not SECRET.search(text), name
                assert "{{resolve:" not in text, f"{name}: a resolved secret stands in the clear in the function's configuration"


def test_no_template_makes_knows_or_prints_a_secret() -> None:
    assert not everywhere("AWS::SecretsManager::Secret"), "then its text must be generated, and given to nobody"
    for name in ("root", "security", "data", "messaging", "logging", "access", "observability", "web"):
        for parameter, declared in template(name).get("Parameters", {}).items():
            assert parameter == "SecretPrefix" or not re.search(r"(?i)secret|password|token|apikey", parameter), parameter
            assert "NoEcho" not in declared, f"{parameter}: it would be readable by who may read the stack's functions"
        for text in strings(template(name)):
            assert "{{resolve:" not in text, text
        for output in template(name).get("Outputs", {}):
            assert not re.search(r"(?i)secret|password|token", output), output
