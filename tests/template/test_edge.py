"""What the internet can reach, and what is written down about who did."""

from __future__ import annotations

import re
from typing import Any

import pytest

from switchboard.entry.desk_api import ROUTES
from tests.template.reading import function, functions, resources, strings, template


def _routes(api: str) -> set[tuple[str, str, str]]:
    """(function, method, path) of each route of a REST API."""
    return {
        (item.name, event["Method"], event["Path"])
        for item in functions()
        for event in item.events("Api")
        if event["RestApiId"] == {"Ref": api}
    }


def test_the_desk_has_the_methods_of_its_code_and_no_others() -> None:
    assert _routes("DeskApi") == {("api", method, "/v1/{proxy+}") for method, _ in ROUTES}
    assert all(path.startswith("/v1/") for _, path in ROUTES)


def test_a_functions_policy_has_room_for_every_route_that_may_call_it() -> None:
    """Each event of an API is a statement in the policy of its function, which may hold 20,480 bytes (Lambda quotas); one is about 400
    long. A template over that cannot be deployed, and no emulator says so."""
    for item in functions():
        assert len(item.events("Api")) <= 40, item.name


def test_strangers_reach_only_webhooks_and_web_chat() -> None:
    assert _routes("PublicApi") == {
        ("webhook_whatsapp", "GET", "/webhooks/whatsapp/{account}"),
        ("webhook_whatsapp", "POST", "/webhooks/whatsapp/{account}"),
        ("webhook_wechat", "GET", "/webhooks/wechat/{account}"),
        ("webhook_wechat", "POST", "/webhooks/wechat/{account}"),
        ("visitor", "POST", "/webchat/{account}/sessions"),
        ("visitor", "OPTIONS", "/webchat/{account}/sessions"),
        ("visitor", "POST", "/webchat/{account}/tickets"),
        ("visitor", "OPTIONS", "/webchat/{account}/tickets"),
    }


def test_every_route_of_the_desk_asks_for_a_token() -> None:
    auth = template("root")["Resources"]["DeskApi"]["Properties"]["Auth"]
    assert auth["DefaultAuthorizer"] in auth["Authorizers"]
    opened = [event for event in function("api").events("Api") if "Auth" in event]
    assert not opened, "a route that overrides the authorizer"


def test_only_the_console_may_call_the_desk_from_a_browser() -> None:
    properties = template("root")["Resources"]["DeskApi"]["Properties"]
    console = {"Fn::Sub": ["'${Console}'", {"Console": {"Fn::Select": [0, {"Ref": "AllowedOrigins"}]}}]}
    assert properties["Cors"]["AllowOrigin"] == console
    for answer in properties["GatewayResponses"].values():
        assert answer["ResponseParameters"]["Headers"]["Access-Control-Allow-Origin"] == console
    methods = properties["Cors"]["AllowMethods"].strip("'").split(",")
    assert {method for _, method, _ in _routes("DeskApi")} | {"OPTIONS"} == set(methods)


def test_the_socket_has_its_three_routes_into_one_function() -> None:
    routes = resources("root", "AWS::ApiGatewayV2::Route")
    keys = {route["Properties"]["RouteKey"] for route in routes.values()}
    assert keys == {"$connect", "$disconnect", "$default"}
    assert {route["Properties"]["Target"]["Fn::Sub"] for route in routes.values()} == {"integrations/${SocketIntegration}"}
    assert set(resources("root", "AWS::ApiGatewayV2::Stage")["SocketStage"]["DependsOn"]) == set(routes), (
        "a stage deployed before a route exists does not have it"
    )


def _stages() -> list[tuple[str, dict[str, Any]]]:
    rest = [(name, item["Properties"]) for name, item in resources("root", "AWS::Serverless::Api").items()]
    return [*rest, ("SocketStage", template("root")["Resources"]["SocketStage"]["Properties"])]


@pytest.mark.parametrize(("name", "stage"), _stages(), ids=[name for name, _ in _stages()])
def test_an_access_log_tells_the_route_but_not_the_person(name: str, stage: dict[str, Any]) -> None:
    log = stage.get("AccessLogSetting") or stage["AccessLogSettings"]
    fields = set(re.findall(r"\$context\.([A-Za-z.]+)", log["Format"]))
    assert {"requestId", "status"} <= fields
    telling = {"path", "identity.sourceIp", "identity.userAgent", "authorizer.claims", "requestOverride"}
    assert not [field for field in fields if field in telling or field.startswith(("identity", "authorizer"))]


@pytest.mark.parametrize(("name", "stage"), _stages(), ids=[name for name, _ in _stages()])
def test_a_stage_is_throttled_and_logs_no_bodies(name: str, stage: dict[str, Any]) -> None:
    settings = stage["MethodSettings"] if "MethodSettings" in stage else [stage["DefaultRouteSettings"]]
    for setting in settings:
        assert setting["ThrottlingRateLimit"]
        assert setting["ThrottlingBurstLimit"]
        assert setting["DataTraceEnabled"] is False


@pytest.mark.parametrize("api", ["PublicApi", "DeskApi"])
def test_a_rest_stage_stands_behind_the_firewall(api: str) -> None:
    guarded = resources("root", "AWS::WAFv2::WebACLAssociation").values()
    assert any(f"${{{api}.Stage}}" in item["Properties"]["ResourceArn"]["Fn::Sub"] for item in guarded)
    assert template("root")["Parameters"]["EnableWaf"]["Default"] == "true"


def test_the_firewall_drops_no_customers_message_for_its_text() -> None:
    """Whoever adds a rule that judges bodies must let it count only."""
    rules = template("security")["Resources"]["WebAcl"]["Properties"]["Rules"]
    assert "AWSManagedRulesCommonRuleSet" not in set(strings(rules)), "it blocks bodies over 8 KB and bodies with mark-up"
    for rule in rules:
        for override in rule["Statement"].get("ManagedRuleGroupStatement", {}).get("RuleActionOverrides", []):
            assert override["ActionToUse"] == {"Count": {}}
    [limit] = [rule["Statement"]["RateBasedStatement"] for rule in rules if rule["Name"] == "RateByAddressOutsideWebhooks"]
    assert limit["ScopeDownStatement"]["NotStatement"]["Statement"]["ByteMatchStatement"]["SearchString"] == "/webhooks/"


def test_only_administrators_make_agents() -> None:
    pool = template("security")["Resources"]["UserPool"]["Properties"]
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    groups = {group["Properties"]["GroupName"] for group in resources("security", "AWS::Cognito::UserPoolGroup").values()}
    assert groups == {"agent", "supervisor", "administrator", "auditor", "privacy_officer", "integration"}
    client = template("security")["Resources"]["UserPoolClient"]["Properties"]
    assert client["GenerateSecret"] is False, "a secret in a browser is none"
    assert client["PreventUserExistenceErrors"] == "ENABLED"
