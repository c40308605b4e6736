"""A person's data over real wires: asked for, approved by another, fetched by a link of minutes, on record, gone with them."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any
from urllib.request import urlopen

from switchboard.domain import events as ev
from tests.e2e.stage import Agent, Stage, refused, until
from tests.e2e.test_wire_erasure import WHY, erased
from tests.e2e.test_wire_erasure import second as second


def made(stage: Stage, request: str) -> bool:
    reached: dict[str, Any] = stage.invoke("exporter", {})
    return reached.get(request) == "made"


def test_two_have_a_persons_data_exported_and_it_goes_with_them(stage: Stage, second: Agent) -> None:
    mia, paul, customer = stage.agent("mia").online(), stage.agent("paul"), stage.customer("whatsapp", "Nadja Berg")
    wish = customer.wishes()
    conversation = mia.takes_up(wish)
    mia.reply(conversation, "Your parcel is on its way")
    contact = mia.conversation(conversation)["contact"]["id"]
    url = f"/v1/privacy/contacts/{contact}"
    assert refused(lambda: mia.rest("POST", f"{url}/export", {"reason": WHY})).status == 403

    asked = paul.rest("POST", f"{url}/export", {"reason": WHY})
    fetch = f"/v1/privacy/exports/{asked['id']}"
    assert not made(stage, asked["id"])
    assert refused(lambda: paul.rest("GET", fetch)).status == 403  # nobody else has said yes
    decide = f"/v1/privacy/requests/{asked['id']}/approve"
    assert refused(lambda: paul.rest("POST", decide, {"digest": asked["digest"]})).status == 403
    second.rest("POST", decide, {"digest": asked["digest"]})
    until("the export is made", lambda: made(stage, asked["id"]))

    assert refused(lambda: mia.rest("GET", fetch)).status == 403
    told = paul.rest("GET", fetch)
    assert (told["state"], told["url_lasts"]) == ("made", 300)
    with urlopen(told["url"], timeout=60) as answer:
        raw = answer.read()
    assert hashlib.sha256(raw).hexdigest() == told["sha256"]
    zip_ = zipfile.ZipFile(io.BytesIO(raw))
    document = json.loads(zip_.read("export.json"))
    assert document["lines"][-1]["kind"] == "end"
    for words in (wish, "Your parcel is on its way", "Nadja Berg"):
        assert words in json.dumps(document, ensure_ascii=False)
        assert words in zip_.read("index.html").decode()

    store = stage.system.services.store
    day = store.events(f"acs#paul#{stage.system.services.clock.now():%Y-%m-%d}")
    fetched = [r.event.resource for r in day if isinstance(r.event, ev.AccessRecorded) and r.event.name == "FetchExport"]
    assert fetched.count(f"{contact} {asked['id']}") == 1

    erasure = paul.rest("POST", f"{url}/erasure", {"ground": "request", "reason": WHY})
    second.rest("POST", f"/v1/privacy/requests/{erasure['id']}/approve", {"digest": erasure["digest"]})
    until("the keys are destroyed", lambda: erased(stage, erasure["id"]))
    after = paul.rest("GET", fetch)
    assert (after["state"], "url" in after, after["sha256"]) == ("removed", False, told["sha256"])
