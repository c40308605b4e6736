"""Roles and limits on a running system: what a person may is judged at every door, and each refusal is on record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local.emulators.process import CREDENTIALS
from tests.e2e.stage import Stage, refused
from tools import keys

Limit = Callable[..., None]


@pytest.fixture
def limit(stage: Stage) -> Iterator[Limit]:
    """Has two administrators limit people; afterwards they are not any more."""
    admin, chief, limited = stage.agent("admin"), stage.new_person("kofi", "administrator"), set[str]()

    def put(login: str, **limits: Any) -> None:
        limited.add(login)
        asked = admin.rest("PUT", f"/v1/agents/{login}/limits", {**limits, "reason": "they serve others now"})
        assert asked["parameters"]["limits"].items() >= limits.items()
        approve = f"/v1/changes/{asked['id']}/approve"
        assert refused(lambda: admin.rest("POST", approve, {"digest": asked["digest"]})).status == 403
        assert chief.rest("POST", approve, {"digest": asked["digest"]})["state"] == "used"

    yield put
    for login in limited:
        put(login)


def test_limits_hold_at_every_door_from_the_next_request_on(stage: Stage, limit: Limit) -> None:
    """No account has a region here: what is not known is outside."""
    mia, customer = stage.agent("mia").online(), stage.customer("whatsapp")
    conversation = mia.takes_up(customer.wishes())
    limit("mia", regions=["eu"])
    assert refused(lambda: mia.conversation(conversation)).status == 403
    assert mia.fails("reply", conversation, text="Hello", client_id="k1") == "forbidden"
    assert mia.rest("GET", "/v1/inbox")["mine"] == []
    chen, other = stage.agent("chen").online(), stage.customer("whatsapp")
    chen.takes_up(other.wishes())  # mia has room, too
    customer.says("Are you there?")
    stage.reader.rest("POST", f"/v1/conversations/{conversation}/transfer", {"agent": "chen"})
    chen.event("the offer", conversation, lambda e: e["type"] == "assigned" and e["agent"] == "chen")
    assert not [f for _, f in mia.socket.frames if "Are you there?" in str(f)]
    refusals = [r for r in stage.reads_of("mia", conversation) if r["errorCode"] == "forbidden"]
    assert {r["eventName"] for r in refusals} >= {"GetConversation", "Reply"}
    assert refusals[-1]["requestParameters"]["policies"] == ["attributes-region-unknown"]


def test_two_administrators_rotate_a_key_by_the_command(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    admin, chief = stage.agent("admin"), stage.new_person("kofi", "administrator")
    newest = max(k["generation"] for k in admin.rest("GET", "/v1/keys")["keys"] if k["purpose"] == "queue")
    body = {"change": "rotate", "purpose": "queue", "reason": "it may have leaked"}
    asked = admin.rest("POST", "/v1/keys/changes", body)
    for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": stage.system.endpoint}.items():
        monkeypatch.setenv(name, value)
    outputs = stage.system.outputs
    command = ["rotate", "queue", "--request", asked["id"], "--table", outputs["KeysTable"], "--key", outputs["KmsKeyArn"],
               "--ledger", outputs["LedgerTable"], "--state", outputs["StateTable"]]  # fmt: skip
    with pytest.raises(SystemExit, match="pending"):
        keys.main(command)
    [shown] = [r for r in chief.rest("GET", "/v1/changes")["changes"] if r["id"] == asked["id"]]
    assert (shown["about"], shown["reason"]) == ("rotate queue", "it may have leaked")
    assert chief.rest("POST", f"/v1/changes/{asked['id']}/approve", {"digest": shown["digest"]})["state"] == "approved"
    assert keys.main(command) == 0
    assert f"queue: generation {newest + 1} is the newest" in capsys.readouterr().out
    assert {"purpose": "queue", "generation": newest + 1} in [
        {name: k[name] for name in ("purpose", "generation")} for k in chief.rest("GET", "/v1/keys")["keys"]
    ]  # fmt: skip
    with pytest.raises(SystemExit, match="used"):
        keys.main(command)
    customer = stage.customer("whatsapp")
    stage.agent("mia").online().takes_up(customer.wishes())  # what is sealed under either is read


def test_what_two_administrators_grant_is_done_over_the_wire_and_nothing_more(stage: Stage) -> None:
    """Chen may close what colleagues of the team have, until it is taken back."""
    admin, chief, mia, chen = stage.agent("admin"), stage.new_person("kofi", "administrator"), stage.agent("mia"), stage.agent("chen")

    def grant(*grants: str) -> None:
        asked = admin.rest("PUT", "/v1/agents/chen/grants", {"grants": list(grants), "reason": "they lead the shift"})
        chief.rest("POST", f"/v1/changes/{asked['id']}/approve", {"digest": asked["digest"]})
        [shown] = [a for a in admin.rest("GET", "/v1/agents")["agents"] if a["id"] == "chen"]
        assert shown["grants"] == sorted(grants)

    conversation = mia.online().takes_up(stage.customer("whatsapp").wishes())
    close = ("POST", f"/v1/conversations/{conversation}/resolve", {})
    assert refused(lambda: chen.rest(*close)).status == 403
    beyond = {"grants": ["SetAgent"], "reason": "they lead the shift"}
    assert refused(lambda: admin.rest("PUT", "/v1/agents/chen/grants", beyond)).status == 400
    assert refused(lambda: admin.rest("PUT", "/v1/integrations/crm/grants", beyond)).status == 403
    own = {"grants": ["AddNote"], "reason": "they lead the shift"}
    assert refused(lambda: admin.rest("PUT", "/v1/integrations/admin/grants", own)).status == 403
    grant("Resolve", "Transfer")
    note = ("POST", f"/v1/conversations/{conversation}/notes", {"text": "mine"})
    assert refused(lambda: chen.rest(*note)).status == 403
    chen.rest(*close)
    mia.event("its end", conversation, lambda e: e["type"] == "resolved")
    grant()


def test_who_may_only_have_what_is_assigned_to_them_is_given_work(stage: Stage, limit: Limit) -> None:
    limit("mia", assigned_only=True)
    first = stage.customer("whatsapp")
    wish = first.wishes()
    mia = stage.agent("mia")
    assert mia.rest("GET", "/v1/inbox")["waiting"] == []
    conversation = mia.online().takes_up(wish)
    mia.reply(conversation, "Here I am")
    mia.act("resolve", conversation)
    assert refused(lambda: mia.conversation(conversation)).status == 403


def test_officers_have_their_own_part_and_no_customer(stage: Stage) -> None:
    mia, customer = stage.agent("mia").online(), stage.customer("whatsapp")
    contact = mia.conversation(mia.takes_up(customer.wishes()))["contact"]["id"]
    paul, path = stage.agent("paul"), f"/v1/contacts/{contact}"
    said = {"values": {"name": "Right Name"}, "why": "the customer wrote so"}
    for login in ("sofia", "mia", "admin", "ines"):
        assert refused(lambda login=login: stage.agent(login).rest("PUT", f"{path}/rectification", said)).status == 403  # type: ignore[misc]
    assert paul.rest("PUT", f"{path}/rectification", said)["name"] == "Right Name"
    assert paul.rest("GET", path)["name"] == "Right Name"
    assert refused(lambda: paul.rest("GET", f"{path}/conversations")).status == 403  # names no case
    allowed = [r for r in stage.reads_of("paul", contact) if r["eventName"] == "Rectify"]
    assert [r["requestParameters"]["policies"] for r in allowed] == [["officer-requests"]]
    ines = stage.agent("ines")
    assert ines.rest("GET", "/v1/rules")["rules"] is not None
    assert ines.rest("GET", "/v1/inbox") == {"mine": [], "waiting": []}
