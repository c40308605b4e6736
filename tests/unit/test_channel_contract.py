"""What every channel in the registry must do, whatever its vendor. A new channel passes by adding one kit below."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.channels.base import Account, Channel, Outbound, Outcome, Request, VendorAnswer
from switchboard.channels.registry import CHANNELS, channel
from switchboard.channels.text import size
from switchboard.domain.content import Attachment, Content, ContentKind
from switchboard.domain.errors import BadSignature, Malformed, Misconfigured, NotFound, TooLarge, VendorUnavailable
from switchboard.domain.inbound import DeliveryReceipt, InboundMessage, Unrecognised
from tests.unit.channel_events import WEBCHAT, WECHAT, WHATSAPP, WILD_TEXT, names, request_of, wechat_post, whatsapp_post

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
REFUSALS = (BadSignature, Malformed, TooLarge)


@dataclass(frozen=True)
class Kit:
    """What the suite must know of a channel. `sign` makes a post of the vendor's around a body, with the account's secrets
    but for the replacements given; a channel without a webhook has none, and must refuse every request. `said` reads the
    text of a rendered call; a channel whose replies leave by other ways has none."""

    account: Account
    samples: tuple[str, ...] = ()
    sign: Callable[[bytes, dict[str, str]], Request] | None = None
    said: Callable[[bytes], str] | None = None
    recipient: str = "recipient-0001"
    home: str = ""


def _whatsapp(body: bytes, secrets: dict[str, str]) -> Request:
    return whatsapp_post(body, secrets.get("app_secret", ""))


def _wechat(body: bytes, secrets: dict[str, str]) -> Request:
    return wechat_post(body, WECHAT, secrets)


KITS = {
    "whatsapp": Kit(
        WHATSAPP,
        tuple(names("whatsapp")),
        _whatsapp,
        lambda body: json.loads(body)["text"]["body"],
        "4520000001",
        "https://graph.facebook.com/",
    ),
    "wechat": Kit(
        WECHAT,
        tuple(names("wechat")),
        _wechat,
        lambda body: json.loads(body)["text"]["content"],
        "oMadeUpOpenId_0000000000001",
        "https://api.weixin.qq.com/",
    ),
    "webchat": Kit(WEBCHAT),
}
BY_NAME = pytest.mark.parametrize("name", sorted(CHANNELS))
BY_WEBHOOK = pytest.mark.parametrize("name", sorted(name for name, kit in KITS.items() if kit.sign))
BY_HTTP = pytest.mark.parametrize("name", sorted(name for name, kit in KITS.items() if kit.said))  # how replies leave
SAMPLES = pytest.mark.parametrize(("name", "sample"), [(n, s) for n, kit in sorted(KITS.items()) for s in kit.samples])


def _outbound(name: str, text: str) -> Outbound:
    return Outbound(KITS[name].recipient, Content(text=text), "m-1")


def test_every_registered_channel_is_tested_here() -> None:
    assert set(KITS) == set(CHANNELS)


@BY_NAME
def test_the_registry_finds_a_channel_by_its_own_name(name: str) -> None:
    found: Channel = channel(name)
    assert found.name == name


@pytest.mark.parametrize("name", ["", "WhatsApp", "__class__", "telegraph"])
def test_the_registry_knows_no_others(name: str) -> None:
    with pytest.raises(NotFound):
        channel(name)


# -- in --------------------------------------------------------------------------------------------


@SAMPLES
def test_sample_posts_verify_and_become_complete_items(name: str, sample: str) -> None:
    request, account, found = request_of(name, sample), KITS[name].account, channel(name)
    found.verify(request, account)
    items = found.parse(request, account, NOW)
    assert items
    for item in items:
        assert (item.channel, item.account) == (name, account.account)
        if isinstance(item, InboundMessage):
            assert item.vendor_id
            assert item.sender.address
            assert item.sent_at.utcoffset() is not None
            assert abs(item.sent_at - NOW).days < 2
            assert item.content.kind in (ContentKind.EVENT, ContentKind.UNSUPPORTED) or (
                item.content.text or item.content.attachments
            )
        elif isinstance(item, DeliveryReceipt):
            assert item.vendor_id
            assert item.recipient
            assert item.at.utcoffset() is not None
        else:
            assert isinstance(item, Unrecognised)
            assert 0 < len(item.kind) <= 64
    messages = [item.vendor_id for item in items if isinstance(item, InboundMessage)]
    assert len(messages) == len(set(messages))


@SAMPLES
def test_the_same_post_twice_gives_the_same_items(name: str, sample: str) -> None:
    request, account, found = request_of(name, sample), KITS[name].account, channel(name)
    assert found.parse(request, account, NOW) == found.parse(request, account, NOW)


@SAMPLES
def test_a_sample_is_refused_under_another_accounts_secrets(name: str, sample: str) -> None:
    kit = KITS[name]
    stranger = replace(kit.account, secrets={k: v[::-1] for k, v in kit.account.secrets.items()}, previous={})
    with pytest.raises(BadSignature):
        channel(name).verify(request_of(name, sample), stranger)


@BY_NAME
def test_unsigned_posts_and_strangers_handshakes_are_refused(name: str) -> None:
    kit = KITS[name]
    for account in (kit.account, replace(kit.account, secrets={}, previous={})):
        for body in (b"", b"{}", b"<xml/>"):
            with pytest.raises((BadSignature, Malformed)):
                channel(name).verify(Request("POST", {}, {}, body), account)
        with pytest.raises(BadSignature):
            channel(name).handshake(Request("GET", {}, {}, b""), account)


@BY_WEBHOOK
def test_during_a_rotation_both_secrets_sign(name: str) -> None:
    kit, found = KITS[name], channel(name)
    assert kit.sign
    former = kit.sign(b"{}", dict(kit.account.previous))
    found.verify(former, kit.account)
    found.verify(kit.sign(b"{}", {}), kit.account)
    with pytest.raises(BadSignature):
        found.verify(former, replace(kit.account, previous={}))


@BY_WEBHOOK
def test_a_body_over_the_limit_is_not_read(name: str) -> None:
    kit, found = KITS[name], channel(name)
    assert kit.sign
    request = kit.sign(b" " * found.limits.body_bytes + b"{}", {})
    for refuse in (lambda: found.verify(request, kit.account), lambda: found.parse(request, kit.account, NOW)):
        with pytest.raises(TooLarge):
            refuse()


def _judge(name: str, request: Request) -> None:
    """Verify and parse may refuse in their three ways; anything else is a bug."""
    found, account = channel(name), KITS[name].account
    with suppress(*REFUSALS):
        found.verify(request, account)
    with suppress(*REFUSALS):
        assert all(item.account == account.account for item in found.parse(request, account, NOW))


@BY_NAME
@settings(deadline=None)
@given(
    body=st.binary(max_size=300),
    headers=st.dictionaries(st.text(max_size=9) | st.just("x-hub-signature-256"), WILD_TEXT),
    query=st.dictionaries(st.sampled_from(["signature", "msg_signature", "timestamp", "nonce", "hub.mode"]), WILD_TEXT),
)
def test_whatever_strangers_send_is_refused_in_an_orderly_way(
    name: str, body: bytes, headers: dict[str, str], query: dict[str, str]
) -> None:
    _judge(name, Request("POST", headers, query, body))


@BY_NAME
@settings(deadline=None)
@given(st.data())
def test_whatever_the_vendor_sends_is_taken_or_refused_in_an_orderly_way(name: str, data: st.DataObject) -> None:
    kit = KITS[name]
    body = data.draw(st.binary(max_size=300))
    _judge(name, kit.sign(body, {}) if kit.sign else Request("POST", {}, {}, body))


@BY_NAME
def test_the_acknowledgement_is_a_success(name: str) -> None:
    assert channel(name).acknowledge().status == 200


# -- out -------------------------------------------------------------------------------------------


@BY_NAME
@settings(deadline=None)
@given(said=st.text(min_size=1, max_size=200).filter(str.strip), times=st.integers(1, 60))
def test_a_reply_arrives_whole_and_in_order_within_the_vendors_limit(name: str, said: str, times: int) -> None:
    found, kit = channel(name), KITS[name]
    calls = found.render(_outbound(name, said * times), kit.account, "token-1")
    if kit.said is None:
        assert not calls
        return
    pieces = [kit.said(call.body) for call in calls]
    assert all(0 < size(piece, found.limits.text_unit) <= found.limits.text_units for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join((said * times).split())


@BY_HTTP
def test_replies_go_to_the_vendor_or_to_whoever_stands_in(name: str) -> None:
    kit, found = KITS[name], channel(name)
    stand_in = replace(kit.account, base_url="http://127.0.0.1:1/x")
    for account, home in ((kit.account, kit.home), (stand_in, "http://127.0.0.1:1/x/")):
        for call in found.render(_outbound(name, "Hello"), account, "token-1"):
            assert call.url.startswith(home)
            assert kit.recipient in call.body.decode()


@BY_HTTP
@pytest.mark.parametrize(
    "message",
    [
        Outbound("recipient-1", Content(text=""), "m-1"),
        Outbound("recipient-1", Content(text=" \n\t"), "m-1"),
        Outbound("recipient-1", Content(ContentKind.IMAGE, "", (Attachment("file-1"),)), "m-1"),
        Outbound("", Content(text="Hello"), "m-1"),
    ],
)
def test_what_cannot_be_sent_is_refused_at_once(name: str, message: Outbound) -> None:
    kit = KITS[name]
    with pytest.raises(Malformed):
        channel(name).render(message, kit.account, "token-1")


ANSWERS = st.builds(
    VendorAnswer,
    st.integers(100, 599),
    st.binary(max_size=50)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["error", "code", "errcode", "messages", "id", "message", "errmsg"]), inner)
        ),
        max_leaves=8,
    ).map(lambda value: json.dumps(value).encode()),
    st.dictionaries(st.sampled_from(["Retry-After", "retry-after", "date"]), st.text(max_size=5) | st.just("7")),
)


@BY_NAME
@settings(deadline=None)
@given(answer=ANSWERS)
def test_any_answer_is_judged_and_only_a_success_counts_as_accepted(name: str, answer: VendorAnswer) -> None:
    result = channel(name).read(answer)
    if result.outcome is Outcome.ACCEPTED:
        assert 200 <= answer.status < 300
    else:
        assert result.reason
        assert not result.vendor_id
    assert result.retry_after is None or (result.outcome is Outcome.RETRY and 0 <= result.retry_after <= 3600)


@BY_HTTP
@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_vendor_that_is_down_or_throttles_is_tried_again(name: str, status: int) -> None:
    result = channel(name).read(VendorAnswer(status, b"<html>upstream</html>", {"Retry-After": "17"}))
    assert (result.outcome, result.retry_after) == (Outcome.RETRY, 17.0)
    assert channel(name).read(VendorAnswer(status, b"", {"Retry-After": "99999"})).retry_after == 3600.0


@BY_HTTP
def test_an_account_without_secrets_gives_an_error_that_shows_none(name: str) -> None:
    kit, found = KITS[name], channel(name)
    refused = 0
    for missing in kit.account.secrets:
        account = replace(kit.account, secrets={k: v for k, v in kit.account.secrets.items() if k != missing}, previous={})
        for attempt in (
            partial(found.token_call, account, refresh=False),
            partial(found.render, _outbound(name, "Hello"), account, ""),
        ):
            error = _refusal(attempt)
            if error is not None:
                refused += 1
                assert missing in str(error)
                assert not any(value in repr(error) for value in kit.account.secrets.values())
    assert refused


def _refusal(attempt: Callable[[], object]) -> Malformed | Misconfigured | None:
    try:
        attempt()
    except (Malformed, Misconfigured) as error:
        return error
    return None


@BY_NAME
@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"access_token":7,"expires_in":7200}', b'{"access_token":"t"}'])
def test_no_token_in_the_answer_means_the_vendor_is_unavailable(name: str, body: bytes) -> None:
    with pytest.raises(VendorUnavailable):
        channel(name).read_token(VendorAnswer(200, body))


@BY_NAME
def test_limits_are_in_a_unit_that_texts_can_be_cut_by(name: str) -> None:
    limits = channel(name).limits
    assert size("a", limits.text_unit) <= limits.text_units


def _flipped(body: bytes) -> Sequence[bytes]:
    return [body[:at] + bytes([body[at] ^ 1 << bit]) + body[at + 1 :] for at in range(len(body)) for bit in (0, 5)]


@SAMPLES
def test_no_change_of_a_byte_of_the_body_changes_what_is_taken_in(name: str, sample: str) -> None:
    """Vendors that sign the raw bytes: refused. Those that sign a part of the body: refused, or the change was in the
    wrapping and the items are the same."""
    request, account, found = request_of(name, sample), KITS[name].account, channel(name)
    genuine = found.parse(request, account, NOW)
    for body in _flipped(request.body):
        forged = replace(request, body=body)
        try:
            found.verify(forged, account)
        except (BadSignature, Malformed):
            continue
        assert found.parse(forged, account, NOW) == genuine
