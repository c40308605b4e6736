"""Web chat: visitors are who their signed session says, and their messages are checked before anything else sees them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.channels.webchat import Session, inbound, sign_session, verify_session
from switchboard.domain.errors import Malformed, Misconfigured, TooLarge, Unauthenticated
from tests.unit.channel_events import WEBCHAT, WILD_TEXT

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ADA = Session("v01EXAMPLE", "Ada 👩🏽")


def test_a_message_carries_what_the_desk_needs() -> None:
    message = inbound("v1", "Ada", "site", "Hello", "c-1_A", NOW)
    assert (message.channel, message.account, message.sender.address, message.sender.name) == (
        "webchat",
        "site",
        "v1",
        "Ada",
    )
    assert (message.content.text, message.sent_at, message.client_id) == ("Hello", NOW, "c-1_A")


def test_a_repetition_is_the_same_message_and_nobody_elses() -> None:
    def vendor_id(visitor: str, client_id: str) -> str:
        return inbound(visitor, "", "site", "Hello", client_id, NOW).vendor_id

    assert vendor_id("v1", "c1") == vendor_id("v1", "c1")
    assert len({vendor_id("v1", "c1"), vendor_id("v1", "c2"), vendor_id("v2", "c1")}) == 3


@pytest.mark.parametrize("text", ["", "  \n\t", None, 7, ["Hello"], {"a": 1}])
def test_a_text_without_words_is_refused(text: Any) -> None:
    with pytest.raises(Malformed, match="text"):
        inbound("v1", "", "site", text, "c1", NOW)


@pytest.mark.parametrize("client_id", ["", "x" * 65, "a b", "a:b", "ä", "c1\n", None, 7])
def test_a_client_id_that_could_be_confused_is_refused(client_id: Any) -> None:
    with pytest.raises(Malformed, match="client_id"):
        inbound("v1", "", "site", "Hello", client_id, NOW)


def test_4000_characters_are_taken_and_one_more_is_not() -> None:
    assert len(inbound("v1", "", "site", "字" * 4000, "x" * 64, NOW).content.text) == 4000
    with pytest.raises(TooLarge, match="4000"):
        inbound("v1", "", "site", "字" * 4001, "c1", NOW)


def test_lone_surrogates_do_not_break_what_comes_after() -> None:
    message = inbound("v1", "\ud800", "site", "a\ud83d", "c1", NOW)
    (message.content.text + message.sender.name).encode()


def test_a_session_is_known_again() -> None:
    assert verify_session(sign_session(ADA, WEBCHAT), WEBCHAT, NOW + timedelta(days=999)) == ADA


def test_the_token_is_as_documented() -> None:
    payload, seal = sign_session(Session("v1", "Ada"), WEBCHAT).split(".")
    assert json.loads(base64.urlsafe_b64decode(payload + "==")) == {"v": "v1", "n": "Ada", "a": "site"}
    digest = hmac.new(b"example-session-secret", b"webchat-session:" + payload.encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64decode(seal + "=") == digest


def test_a_session_ends_when_it_says() -> None:
    token = sign_session(ADA, WEBCHAT, expires=NOW)
    assert verify_session(token, WEBCHAT, NOW - timedelta(seconds=1)) == ADA
    with pytest.raises(Unauthenticated):
        verify_session(token, WEBCHAT, NOW)


def test_during_a_rotation_former_sessions_hold() -> None:
    former = sign_session(ADA, replace(WEBCHAT, secrets=WEBCHAT.previous))
    assert verify_session(former, WEBCHAT, NOW) == ADA
    with pytest.raises(Unauthenticated):
        verify_session(former, replace(WEBCHAT, previous={}), NOW)


def test_a_session_of_another_site_is_none_even_under_the_same_secret() -> None:
    with pytest.raises(Unauthenticated):
        verify_session(sign_session(ADA, replace(WEBCHAT, account="other")), WEBCHAT, NOW)


def test_without_a_secret_nothing_is_signed_and_nothing_holds() -> None:
    bare = replace(WEBCHAT, secrets={"session_secret": ""}, previous={})
    with pytest.raises(Misconfigured):
        sign_session(ADA, bare)
    payload = sign_session(ADA, WEBCHAT).split(".")[0]
    unsealed = hmac.new(b"", b"webchat-session:" + payload.encode(), hashlib.sha256).digest()
    with pytest.raises(Unauthenticated):
        verify_session(payload + "." + base64.urlsafe_b64encode(unsealed).rstrip(b"=").decode(), bare, NOW)


@settings(deadline=None)
@given(st.data())
def test_any_change_of_a_token_is_refused(data: st.DataObject) -> None:
    token = sign_session(ADA, WEBCHAT)
    at = data.draw(st.integers(0, len(token) - 1))
    changed = token[:at] + data.draw(st.sampled_from([*"Aa0-_=.", ""]).filter(lambda c: c != token[at])) + token[at + 1 :]
    with pytest.raises(Unauthenticated):
        verify_session(changed, WEBCHAT, NOW)


@given(st.none() | st.integers() | WILD_TEXT | st.just("a" * 5000) | st.just("."))
def test_whatever_a_stranger_shows_is_no_session(token: Any) -> None:
    with pytest.raises(Unauthenticated):
        verify_session(token, WEBCHAT, NOW)
