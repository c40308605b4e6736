"""The headers that browsers get with the pages: those of infra/web.yaml, so that a page that breaks under them breaks here first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from local.deploy.template import load
from local.emulators.process import ROOT

POLICY = "AWS::CloudFront::ResponseHeadersPolicy"


def headers_of(path: str, config: Mapping[str, str]) -> dict[str, str]:
    """Of the page or file at `path`. `config` names where the services are, in place of the stack's outputs. The shop stands for
    a page of the company's own: a strict one, which lets in what the widget needs."""
    found = {name: item["Properties"] for name, item in _resources().items() if item["Type"] == POLICY}
    [behaviour] = _resources()["Distribution"]["Properties"]["DistributionConfig"]["CacheBehaviors"]
    theirs = path.startswith((behaviour["PathPattern"].rstrip("*"), "/shop/"))
    used = behaviour["ResponseHeadersPolicyId"] if theirs else _default()
    return _spelt(found[used["Ref"]]["ResponseHeadersPolicyConfig"], _origins(config))


@cache
def _resources() -> dict[str, Any]:
    found: dict[str, Any] = load(ROOT / "infra" / "web.yaml")["Resources"]
    return found


def _default() -> dict[str, str]:
    behaviour = _resources()["Distribution"]["Properties"]["DistributionConfig"]["DefaultCacheBehavior"]
    found: dict[str, str] = behaviour["ResponseHeadersPolicyId"]
    return found


def _origins(config: Mapping[str, str]) -> dict[str, str]:
    """What the stack's parameters would be. The emulator's WebSocket is at the same place as its other services."""
    services = _origin(config.get("cognitoEndpoint", ""))
    return {
        "DeskApiOrigin": _origin(config.get("deskApi", "")), "PublicApiOrigin": _origin(config.get("publicApi", "")),
        "SignInOrigin": services, "SocketOrigin": services.replace("http", "ws", 1),
    }  # fmt: skip


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def _spelt(policy: Mapping[str, Any], origins: Mapping[str, str]) -> dict[str, str]:
    """The headers a policy of CloudFront stands for."""
    security = policy["SecurityHeadersConfig"]
    age = security["StrictTransportSecurity"]
    found = {item["Header"]: str(item["Value"]) for item in policy.get("CustomHeadersConfig", {}).get("Items", [])}
    text = security["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"]
    found["Content-Security-Policy"] = re.sub(r"\$\{(\w+)\}", lambda m: origins[m[1]], text)
    found["Referrer-Policy"] = security["ReferrerPolicy"]["ReferrerPolicy"]
    found["Strict-Transport-Security"] = f"max-age={age['AccessControlMaxAgeSec']}" + "; includeSubDomains" * age["IncludeSubdomains"]
    found["X-Content-Type-Options"] = "nosniff" if "ContentTypeOptions" in security else ""
    if "FrameOptions" in security:
        found["X-Frame-Options"] = security["FrameOptions"]["FrameOption"]
    if "CorsConfig" in policy:
        found["Access-Control-Allow-Origin"] = policy["CorsConfig"]["AccessControlAllowOrigins"]["Items"][0]
    return {name: value for name, value in found.items() if value}
