"""The breach pack over what the running system archived: one command says who touched whose data, of which countries."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from switchboard import bootstrap
from tests.e2e.stage import Stage, until
from tests.e2e.test_wire_audit import sync
from tools import breach_pack


def test_a_pack_of_the_last_minutes(
    stage: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    began = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=1)
    until("what others did before is of an earlier second", lambda: datetime.now(UTC) >= began)
    mia, customer = stage.agent("mia").online(), stage.customer("whatsapp", "Nadja Berg", id_=f"49170{secrets.randbelow(10**7):07d}")
    conversation = mia.takes_up(customer.wishes())
    contact = mia.conversation(conversation)["contact"]["id"]
    mia.rest("GET", f"/v1/contacts/{contact}")
    monkeypatch.setattr(bootstrap, "services", lambda: stage.system.services)
    period = ["--from", began.isoformat(), "--to", (began + timedelta(hours=1)).isoformat()]

    def told() -> Any:
        try:
            code = breach_pack.main([str(sync(stage, tmp_path)), *period, "--person", "mia", "--by", "vera", "--json"])
        finally:
            said = capsys.readouterr().out
        found = json.loads(said) if code == 0 else {}
        return found if found.get("people", {}).get("mia", {}).get("reads", {}).get("GetContact") else None

    found = until("mia's reads are archived", told)
    assert found["contacts"] == {contact: ["mia"]}
    assert found["contacts_by_channel"] == {"whatsapp": 1}
    assert found["contacts_by_country"] == {"de": 1}
    assert found["contacts_by_category"]["answering: special"] == 1
    assert found["seconds"] < 60
    assert "Nadja" not in json.dumps(found)
