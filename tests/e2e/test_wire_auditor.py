"""An auditor at work over real wires: finds who did what, takes a period away and checks it without the system, has it verified."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from switchboard_verify import fetch
from switchboard_verify.__main__ import main as verifier
from tests.e2e.stage import Stage, refused, until
from tests.e2e.test_wire_audit import anchor


def test_an_auditor_searches_takes_away_and_verifies(stage: Stage, tmp_path: Path) -> None:
    began = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    mia, customer, ines = stage.agent("mia").online(), stage.customer("whatsapp"), stage.agent("ines")
    conversation, words = mia.takes_up(customer.wishes()), f"All is well {secrets.token_hex(4)}"
    mia.reply(conversation, words)
    search = f"/v1/audit/search?from={began}&resource={conversation}"

    def answered() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = ines.rest("GET", search)["records"]
        return found if any(r["eventName"] == "MessageSent" for r in found) else []

    found = until("the answer is in the archive", answered)
    assert words not in json.dumps(found)
    mine = ines.rest("GET", f"{search}&actor=mia&action=MessageSent")["records"]
    assert [r["requestParameters"]["ledger"] for r in mine] == [f"cnv#{conversation}"]

    assert anchor(stage)["broken"] == 0
    page = ines.rest("POST", "/v1/audit/exports", {"from": began})
    folder = tmp_path / "taken"
    while True:
        assert list(fetch.take(folder, page)) == []
        if not page["next"]:
            break
        page = ines.rest("GET", f"/v1/audit/exports/{page['id']}?after={page['next']}")
    part = f"{page['roots']['first']}-{page['roots']['last']}"
    check = partial(verifier, [str(folder / "copy"), "--key", str(folder / "copy/keys"), "--excerpt", part])
    assert check() == 0
    changed = sorted(folder.glob("copy/archive/*/*/*/*"))[-1]
    raw = bytearray(changed.read_bytes())
    raw[len(raw) // 2] ^= 1
    changed.write_bytes(raw)
    assert check() == 1

    told = ines.rest("GET", f"/v1/audit/verify?from={began}")
    assert (told["whole"], told["findings"]) == (True, [])
    assert told["checked"]["commits"]
    assert told["checked"]["ledgers_compared_with_table"]

    for login in ("mia", "sofia", "admin", "paul"):
        other = stage.agent(login)
        for method, path in (("GET", search), ("GET", "/v1/audit/verify"), ("POST", "/v1/audit/exports")):
            assert refused(partial(other.rest, method, path, {} if method == "POST" else None)).status == 403, (login, path)
    done = {r["eventName"] for r in ines.rest("GET", "/v1/audit?agent=ines")["records"]}
    assert done >= {"SearchAudit", "ExportAudit", "VerifyAudit"}
