"""The desk's REST API of personal data: the company's policy, and showing what is masked for a role."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from switchboard.application import views
from switchboard.domain.errors import Malformed
from switchboard.entry.calls import Call
from switchboard.entry.telemetry import count

REVEAL = ("POST", "/v1/conversations/{id}/messages/{message}/reveal")
"""The one answer in which nothing is masked."""


def _policy(c: Call) -> Any:
    return {"policy": views.plain(c.services.privacy_desk.document())}


def _set_policy(c: Call) -> Any:
    document = c.body.get("policy")
    if not isinstance(document, dict):
        raise Malformed("'policy' is an object; GET shows the one in force")
    shown = views.plain(c.services.privacy_desk.set(c.actor, document))
    c.services.forget_privacy()
    return {"policy": shown}


def _reveal(c: Call) -> Any:
    id_, message = c.path["id"], c.path["message"][:120]

    def read() -> Any:
        return {"message": message, "text": c.services.privacy_desk.reveal(c.actor, id_, message, c.text("reason"))}

    answer = c.services.access.recorded(c.actor, "RevealMessage", f"{id_[:80]} {message}", read)
    count("PersonalDataRevealed")
    return answer


ROUTES: Mapping[tuple[str, str], Callable[[Call], Any]] = {
    ("GET", "/v1/privacy"): _policy,
    ("PUT", "/v1/privacy"): _set_policy,
    REVEAL: _reveal,
}
