"""Agent and customer each in their own language, over real wires: what each of them gets, what lies on record, and what is said where
nothing is translated. The engine is local/translate, which speaks Amazon Translate's protocol."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local.translate.server import TranslateServer
from tests.e2e.stage import Agent, Customer, Stage, refused

Json = dict[str, Any]
ASKS = "Guten Tag, wo ist meine Bestellung SB-10214? https://shop.example/o?n=1&x=2"
WISH = "Ich möchte mit einem Menschen sprechen"


@pytest.fixture
def service(stage: Stage) -> Iterator[TranslateServer]:
    found = stage.system.translate
    assert found is not None
    found.texts.clear()
    yield found
    found.well()


def says(text: str) -> Callable[[Json], bool]:
    return lambda e: e["type"] == "message_received" and e["content"]["text"] == text


def german(stage: Stage, mia: Agent, *words: str) -> tuple[Customer, str, list[str]]:
    """A customer whom mia serves; the conversation, and the ids of what they wrote."""
    gerd = stage.customer("whatsapp")
    gerd.says(wish := f"{WISH} {secrets.token_hex(4)}")
    id_ = mia.takes_up(wish)
    for each in words:
        gerd.says(each)
        mia.event("their words", id_, says(each))
    return gerd, id_, [e["message"] for e in mia.events(id_) if e["type"] == "message_received"]


def translations(agent: Agent, conversation: str, messages: list[str], language: str = "en") -> Json:
    asked = {"messages": messages, "language": language}
    return dict(agent.rest("POST", f"/v1/conversations/{conversation}/translations", asked)["translations"])


def draft_of(agent: Agent, conversation: str, text: str) -> Json:
    return dict(agent.rest("POST", f"/v1/conversations/{conversation}/translations/draft", {"text": text, "source": "en"}))


def test_each_reads_and_writes_their_own_language_and_nothing_is_translated_twice(
    stage: Stage, service: TranslateServer
) -> None:
    mia = stage.agent("mia").online()
    gerd, id_, [wish, asks] = german(stage, mia, ASKS)
    found = translations(mia, id_, [wish, asks])
    assert found[asks]["text"] == "Hello, where is my order SB-10214? https://shop.example/o?n=1&x=2"
    assert (found[asks]["by"], found[asks]["source"]) == ("amazon", "de")
    pushed = mia.event("the translation", id_, lambda e: e["type"] == "message_translated" and e["message"] == asks)
    assert pushed["text"] == found[asks]["text"]
    calls = len(service.texts)
    assert calls == 1
    assert "SB-10214" not in service.texts[0]
    assert translations(mia, id_, [asks, wish]) == found
    assert len(service.texts) == calls

    draft = draft_of(mia, id_, "Your parcel is on its way: SB-10214")
    assert draft["text"] == "Ihr Paket ist unterwegs: SB-10214"
    own = {"original": "Your parcel is on its way: SB-10214", "original_language": "en", "translated_by": draft["by"]}
    mia.act("reply", id_, text=draft["text"], client_id="t1", **own)
    gerd.hears("Ihr Paket ist unterwegs: SB-10214")
    assert gerd.copies("Your parcel") == []
    stage.heard += [found[asks]["text"], draft["text"], own["original"]]  # none of it lies anywhere in clear
    sent = next(e for e in mia.events(id_) if e["type"] == "message_sent" and e.get("client_id") == "t1")
    assert {name: sent[name] for name in own} == own
    sorry = {"text": "Es tut mir leid", "client_id": "t2", **own, "original": "I am sorry"}
    mia.rest("POST", f"/v1/conversations/{id_}/messages", sorry)
    gerd.hears("Es tut mir leid")
    sent = next(e for e in mia.events(id_) if e.get("client_id") == "t2")
    assert sent["original"] == "I am sorry"


def test_where_nothing_is_translated_it_is_said_and_a_wrong_number_is_never_shown(stage: Stage, service: TranslateServer) -> None:
    mia = stage.agent("mia").online()
    _, id_, [_, asks] = german(stage, mia, ASKS)
    service.trouble(*["no_marks"] * 9)
    found = translations(mia, id_, [asks])[asks]
    assert found["text"].count("SB-10214") == 1
    assert "https://shop.example/o?n=1&x=2" in found["text"]
    service.well()
    service.refused_pairs.add(("de", "hi"))
    found = translations(mia, id_, [asks], "hi")[asks]
    assert (found["translated"], found["reason"], found["text"]) == (False, "unsupported_pair", ASKS)
    service.trouble(*["throttle"] * 9)
    found = translations(mia, id_, [asks], "fr")[asks]
    assert (found["translated"], found["reason"]) == (False, "busy")
    service.well()
    assert translations(mia, id_, [asks], "fr")[asks]["translated"]


def test_the_companys_terms_and_texts_hold_and_only_readers_may_read(stage: Stage, service: TranslateServer) -> None:
    mia, admin = stage.agent("mia").online(), stage.agent("admin")
    _, id_, [wish] = german(stage, mia)
    version = admin.rest("GET", "/v1/glossary")["version"]
    terms = [{"en": "parcel", "de": "Sendung"}, {"keep": "Tomorrow Tea"}]
    admin.rest("PUT", "/v1/glossary", {"terms": terms, "version": version})
    stage.anew("api")  # which reads the terms once a minute, in whichever process
    draft = draft_of(mia, id_, "the parcel and Tomorrow Tea")
    assert draft["text"] == "[de] the Sendung und Tomorrow Tea"
    known = "Which order may I look up for you? The number looks like SB-12345."
    draft = draft_of(mia, id_, known)
    assert (draft["by"], draft["text"].partition(" ")[0]) == ("company", "Welche")
    admin.rest("PUT", "/v1/glossary", {"terms": [], "version": version + 1})
    omar = stage.agent("omar")  # of another queue
    asked = {"messages": [wish], "language": "en"}
    assert refused(lambda: omar.rest("POST", f"/v1/conversations/{id_}/translations", asked)).status == 403
    assert refused(lambda: mia.rest("PUT", "/v1/glossary", {"terms": []})).status == 403
    assert refused(lambda: mia.rest("POST", f"/v1/conversations/{id_}/translations", {**asked, "language": "xx"})).status == 400
