"""WeChat: our envelopes and reading against an independent library (wechatpy), and what customers and operators rely on."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy.constants import WeChatErrorCode
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidAppIdException, InvalidSignatureException
from wechatpy.parser import parse_message
from wechatpy.utils import check_signature

from switchboard.channels._wechat_crypto import BadEnvelope, open_envelope, seal, sign
from switchboard.channels.base import Account, Outbound, Outcome, Request, VendorAnswer
from switchboard.channels.text import size
from switchboard.channels.wechat import WeChat
from switchboard.domain.content import Content, ContentKind
from switchboard.domain.errors import BadSignature, Malformed, VendorUnavailable
from switchboard.domain.inbound import InboundItem, InboundMessage, Unrecognised
from tests.unit.channel_events import WECHAT, WECHAT_PLAIN, names, request_of, wechat_post

CHANNEL = WeChat()
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
OPENID = "oMadeUpOpenId_0000000000001"
KEY, APPID = WECHAT.secrets["encoding_aes_key"], WECHAT.secrets["appid"]


def peer(account: Account = WECHAT, appid: str = APPID) -> WeChatCrypto:
    return WeChatCrypto(account.secrets["token"], account.secrets["encoding_aes_key"], appid)


def sent_by_peer(xml: str, appid: str = APPID) -> Request:
    """A post that wechatpy encrypted and signed."""
    body = peer(appid=appid).encrypt_message(xml, "nonce-1", "1795348800")
    signature = body.split("<MsgSignature><![CDATA[")[1].split("]]")[0]
    query = {"timestamp": "1795348800", "nonce": "nonce-1", "encrypt_type": "aes", "msg_signature": signature}
    return Request("POST", {}, query, body.encode())


def message_xml(kind: str = "text", extra: str = "<Content>你好</Content><MsgId>1</MsgId>") -> str:
    return (
        f"<xml><ToUserName>gh_example</ToUserName><FromUserName>{OPENID}</FromUserName>"
        f"<CreateTime>1795348800</CreateTime><MsgType>{kind}</MsgType>{extra}</xml>"
    )


def parse(xml: str) -> InboundItem:
    request = wechat_post(xml.encode())
    CHANNEL.verify(request, WECHAT)
    [item] = CHANNEL.parse(request, WECHAT, NOW)
    return item


def message(xml: str) -> InboundMessage:
    item = parse(xml)
    assert isinstance(item, InboundMessage)
    return item


def sample(name: str) -> InboundItem:
    [item] = CHANNEL.parse(request_of("wechat", name), WECHAT, NOW)
    return item


# -- signatures and envelopes ----------------------------------------------------------------------


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=300))
def test_what_wechatpy_encrypts_we_open_and_the_reverse(said: str) -> None:
    request = sent_by_peer("<xml><A>" + said.replace("&", "").replace("<", "").replace("]]>", "") + "</A></xml>")
    CHANNEL.verify(request, WECHAT)
    sealed = seal(said.encode(), KEY, APPID)
    envelope = {"Encrypt": sealed}
    assert peer().decrypt_message(envelope, sign(WECHAT.secrets["token"], "1", "2", sealed), "1", "2") == said
    assert open_envelope(sealed, KEY) == (said.encode(), APPID)


@pytest.mark.parametrize("length", range(64))
def test_envelopes_of_every_length_open(length: int) -> None:
    """The padding runs through 1 to 32."""
    text = b"x" * length
    assert open_envelope(seal(text, KEY, APPID), KEY) == (text, APPID)
    assert open_envelope(peer_sealed(text.decode()), KEY) == (text, APPID)


def peer_sealed(text: str) -> str:
    return peer().encrypt_message(text, "n", "1").split("<Encrypt><![CDATA[")[1].split("]]")[0]  # type: ignore[no-any-return]  # untyped library


def test_both_refuse_another_accounts_appid() -> None:
    request = sent_by_peer(message_xml(), appid="wxffffffffffffffff")
    with pytest.raises(InvalidAppIdException):
        peer().decrypt_message(request.body.decode(), request.query["msg_signature"], "1795348800", "nonce-1")
    with pytest.raises(BadSignature):
        CHANNEL.verify(request, WECHAT)
    with pytest.raises(BadSignature):
        CHANNEL.parse(request, WECHAT, NOW)


@pytest.mark.parametrize("part", ["timestamp", "nonce", "msg_signature"])
def test_both_refuse_a_changed_query(part: str) -> None:
    request = sent_by_peer(message_xml())
    query = {**request.query, part: request.query[part] + "0"}
    with pytest.raises(InvalidSignatureException):
        peer().decrypt_message(request.body.decode(), query["msg_signature"], query["timestamp"], query["nonce"])
    with pytest.raises(BadSignature):
        CHANNEL.verify(replace(request, query=query), WECHAT)


@settings(deadline=None)
@given(st.data())
def test_any_changed_bit_of_ciphertext_or_signature_is_refused(data: st.DataObject) -> None:
    request = wechat_post(message_xml().encode())
    CHANNEL.verify(request, WECHAT)
    signature = request.query["msg_signature"].encode()
    start, end = request.body.index(b"<Encrypt><![CDATA[") + 18, request.body.index(b"]]></Encrypt>")
    at = data.draw(st.integers(start, end + len(signature) - 1))
    whole = bytearray(request.body[:end] + signature)
    whole[at] ^= 1 << data.draw(st.integers(0, 6))
    query = {**request.query, "msg_signature": whole[end:].decode("latin-1")}
    with pytest.raises((BadSignature, Malformed)):  # Malformed where the change is not even XML
        CHANNEL.verify(replace(request, query=query, body=bytes(whole[:end]) + request.body[end:]), WECHAT)


def test_an_account_with_a_key_takes_no_plain_posts() -> None:
    with pytest.raises(BadSignature):
        CHANNEL.verify(wechat_post(message_xml().encode(), WECHAT_PLAIN), WECHAT)


def test_an_account_without_a_key_takes_plain_posts_with_a_good_signature() -> None:
    request = wechat_post(message_xml().encode(), WECHAT_PLAIN)
    check_signature(WECHAT.secrets["token"], request.query["signature"], request.query["timestamp"], request.query["nonce"])
    CHANNEL.verify(request, WECHAT_PLAIN)
    [item] = CHANNEL.parse(request, WECHAT_PLAIN, NOW)
    assert isinstance(item, InboundMessage)
    assert item.content.text == "你好"
    with pytest.raises(BadSignature):
        CHANNEL.verify(replace(request, query={**request.query, "signature": "0" * 40}), WECHAT_PLAIN)


def test_in_compatible_mode_only_the_encrypted_part_counts() -> None:
    request = wechat_post(message_xml().encode())
    mixed = request.body.replace(
        b"<xml>", f"<xml><FromUserName>{OPENID}</FromUserName><Content>forged</Content>".encode(), 1
    )
    [item] = CHANNEL.parse(replace(request, body=mixed), WECHAT, NOW)
    assert isinstance(item, InboundMessage)
    assert item.content.text == "你好"


def test_tokens_and_keys_can_rotate_one_at_a_time() -> None:
    for former in ({"token": WECHAT.previous["token"]}, {"encoding_aes_key": WECHAT.previous["encoding_aes_key"]}):
        request = wechat_post(message_xml().encode(), WECHAT, former)
        CHANNEL.verify(request, WECHAT)
        with pytest.raises(BadSignature):
            CHANNEL.verify(request, replace(WECHAT, previous={}))


@pytest.mark.parametrize("key", ["", "short", "x" * 42 + "!", "x" * 44])
def test_a_key_that_is_none_refuses_instead_of_failing(key: str) -> None:
    account = replace(WECHAT, secrets={**WECHAT.secrets, "encoding_aes_key": key or "-"}, previous={})
    with pytest.raises(BadSignature):
        CHANNEL.verify(wechat_post(message_xml().encode()), account)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_ciphertext_opens_by_accident_or_breaks_the_opener(sealed: bytes) -> None:
    for text in (base64.b64encode(sealed).decode(), sealed.decode("latin-1")):
        with pytest.raises(BadEnvelope):
            open_envelope(text, KEY)


def _encrypted(padded: bytes) -> str:
    key = base64.b64decode(KEY + "=")
    sealer = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(sealer.update(padded) + sealer.finalize()).decode()


CONTENT = b"r" * 16 + (1).to_bytes(4, "big") + b"x" + APPID.encode()  # 39 bytes: 25 of padding make two blocks


@pytest.mark.parametrize(
    "padded",
    [
        CONTENT + bytes([25]) * 24 + b"\x00",
        CONTENT + bytes([24]) * 24 + bytes([25]),
        CONTENT + b"\x00" * 25,
        CONTENT + bytes([57]) * 57,
        CONTENT + bytes([9]) * 9,
        b"r" * 16 + (99).to_bytes(4, "big") + CONTENT[20:] + bytes([25]) * 25,
        b"r" * 16 + (1).to_bytes(4, "big") + b"x" + b"\xff" * 18 + bytes([25]) * 25,
    ],
    ids=["ends in zero", "uneven", "zeros", "more than a block", "blocks of 16", "too long a length", "no text"],
)
def test_an_envelope_must_be_exactly_as_the_vendor_makes_them(padded: bytes) -> None:
    assert open_envelope(_encrypted(CONTENT + bytes([25]) * 25), KEY) == (b"x", APPID)
    with pytest.raises(BadEnvelope):
        open_envelope(_encrypted(padded), KEY)


def test_the_handshake_echoes_to_who_knows_the_token() -> None:
    request = request_of("wechat", "handshake")
    assert CHANNEL.handshake(request, WECHAT).body == "5927782489442352469"
    with pytest.raises(BadSignature):
        CHANNEL.handshake(replace(request, query={**request.query, "signature": "0" * 40}), WECHAT)


# -- parsing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [n for n in names("wechat") if n != "unknown_type"])
def test_wechatpy_opens_and_reads_the_samples_as_we_do(name: str) -> None:
    request = request_of("wechat", name)
    q = request.query
    their = parse_message(peer().decrypt_message(request.body.decode(), q["msg_signature"], q["timestamp"], q["nonce"]))
    our = sample(name)
    if isinstance(our, Unrecognised):
        assert (name, our.kind) == ("template_sent", "event:TEMPLATESENDJOBFINISH")
        return
    assert isinstance(our, InboundMessage)
    assert our.sender.address == their.source
    assert our.sent_at == their.create_time.astimezone(UTC)
    if their.type != "event":
        assert our.vendor_id == str(their.id)
    content = our.content
    match their.type:
        case "text":
            assert content.text == their.content
        case "image":
            assert (content.attachments[0].reference, content.data["url"]) == (their.media_id, their.image)
        case "voice":
            assert (content.attachments[0].reference, content.text) == (their.media_id, their.recognition)
        case "video" | "shortvideo":
            assert (content.attachments[0].reference, content.data["thumbnail"]) == (their.media_id, their.thumb_media_id)
        case "location":
            assert (content.data["latitude"], content.data["longitude"]) == (their.location_x, their.location_y)
            assert content.text == their.label
        case "link":
            assert content.text == f"{their.title}\n{their.description}\n{their.url}"
        case "event":
            assert content.kind is ContentKind.EVENT
            assert content.data["event"] == type(their).event.replace("subscribe_scan", "subscribe")
        case other:
            raise AssertionError(other)


def test_a_tapped_menu_line_is_a_choice() -> None:
    item = sample("menu_choice")
    assert isinstance(item, InboundMessage)
    assert (item.content.kind, item.content.text, item.content.data["payload"]) == (ContentKind.CHOICE, "满意", "101")


def test_a_type_we_do_not_know_still_reaches_the_agent() -> None:
    item = sample("unknown_type")
    assert isinstance(item, InboundMessage)
    assert (item.content.kind, item.content.data["type"]) == (ContentKind.UNSUPPORTED, "hologram")


def test_a_text_in_several_cdata_sections_is_one_text() -> None:
    extra = "<Content><![CDATA[1 ]]>&lt;<![CDATA[ 2 ]]]]><![CDATA[>]]></Content><MsgId>1</MsgId>"
    assert message(message_xml(extra=extra)).content.text == "1 < 2 ]]>"


def test_different_events_of_one_second_are_different_messages_and_repetitions_the_same() -> None:
    click = "<Event>CLICK</Event><EventKey>{}</EventKey>"
    ids = [message(message_xml("event", click.format(key))).vendor_id for key in ("A", "B", "A")]
    ids.append(message(message_xml("event", "<Event>VIEW</Event><EventKey>A</EventKey>")).vendor_id)
    assert ids[0] == ids[2]
    assert len(set(ids)) == 3


def test_a_message_without_an_id_is_kept() -> None:
    assert message(message_xml(extra="<Content>x</Content>")).vendor_id == f"{OPENID}:1795348800:text"


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9)
    ) + "]>" + message_xml(extra="<Content>&j;</Content><MsgId>1</MsgId>")
)  # fmt: skip
FILE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>' + message_xml(
    extra="<Content>&f;</Content><MsgId>1</MsgId>"
)
OUTSIDE = '<!DOCTYPE xml SYSTEM "http://127.0.0.1:1/x.dtd">' + message_xml()


@pytest.mark.parametrize("xml", [BOMB, FILE, OUTSIDE], ids=["billion laughs", "file", "dtd"])
def test_entities_and_document_types_are_refused_inside_and_outside_the_envelope(xml: str) -> None:
    with pytest.raises(Malformed):
        CHANNEL.parse(wechat_post(xml.encode()), WECHAT, NOW)
    with pytest.raises(Malformed):
        CHANNEL.parse(wechat_post(xml.encode(), WECHAT_PLAIN), WECHAT_PLAIN, NOW)
    with pytest.raises(Malformed):
        CHANNEL.verify(replace(wechat_post(b""), body=xml.encode()), WECHAT)


@pytest.mark.parametrize(
    "body",
    [b"", b"<xml>", b"<xml/>", b"\xff", b'<?xml version="1.0" encoding="utf-99"?><xml/>', b"<a>" * 20_000 + b"</a>" * 20_000,
     b'<?xml version="1.0" encoding="shift_jis"?><xml/>', message_xml().encode().replace(b"FromUserName", b"From")],
)  # fmt: skip
def test_broken_xml_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        CHANNEL.parse(wechat_post(body), WECHAT, NOW)


_TAGS = st.sampled_from(
    [
        "FromUserName",
        "CreateTime",
        "MsgType",
        "MsgId",
        "Content",
        "MediaId",
        "Event",
        "EventKey",
        "Location_X",
        "Location_Y",
        "Url",
        "bizmsgmenuid",
        "Encrypt",
        "a",
    ]
)
_VALUES = st.sampled_from(
    [*["text", "image", "voice", "video", "location", "link", "event", "subscribe", "LOCATION"], "1795348800", "9" * 40]
) | (st.text(st.characters(codec="utf-8", exclude_characters="<&"), max_size=5))


@settings(deadline=None, max_examples=300)
@given(st.lists(st.tuples(_TAGS, _VALUES), max_size=10), st.booleans())
def test_any_xml_becomes_items_or_malformed(children: list[tuple[str, str]], nested: bool) -> None:
    inner = "".join(f"<{tag}>{value}{'<b>x</b>' if nested else ''}</{tag}>" for tag, value in children)
    for account in (WECHAT, WECHAT_PLAIN):
        try:
            found = CHANNEL.parse(wechat_post(f"<xml>{inner}</xml>".encode(), account), account, NOW)
        except Malformed:
            continue
        assert len(found) == 1


# -- sending ---------------------------------------------------------------------------------------


def test_texts_go_out_as_raw_utf8_in_pieces_of_at_most_2048_bytes() -> None:
    said = "您好，包裹明天到。🙏🏽" * 200
    calls = CHANNEL.render(Outbound(OPENID, Content(text=said), "m-1"), WECHAT, "tok/en+1")
    assert len(calls) > 2
    pieces = [json.loads(call.body)["text"]["content"] for call in calls]
    assert "".join(pieces) == said
    assert all(size(piece, "utf8_bytes") <= 2048 and piece.endswith(("。", "🙏🏽")) for piece in pieces)
    assert all(b"\\u" not in call.body for call in calls)
    assert {json.loads(call.body)["touser"] for call in calls} == {OPENID}
    assert parse_qs(urlsplit(calls[0].url).query) == {"access_token": ["tok/en+1"]}


@pytest.mark.parametrize("refresh", [True, False])
def test_the_stable_token_is_asked_for(refresh: bool) -> None:
    call = CHANNEL.token_call(WECHAT, refresh=refresh)
    assert call is not None
    assert call.url == "https://api.weixin.qq.com/cgi-bin/stable_token"
    assert json.loads(call.body) == {
        "grant_type": "client_credential", "appid": APPID, "secret": "example-secret", "force_refresh": refresh}  # fmt: skip


def test_a_token_is_read_and_shown_to_nobody() -> None:
    token = CHANNEL.read_token(VendorAnswer(200, b'{"access_token":"68_secret","expires_in":7200}'))
    assert (token.value, token.expires_in) == ("68_secret", 7200.0)
    assert "68_secret" not in repr(token)


def test_a_refused_token_says_why_without_the_vendors_words() -> None:
    body = b'{"errcode":40164,"errmsg":"invalid ip 203.0.113.9 ipv6 ::ffff:203.0.113.9, not in whitelist"}'
    with pytest.raises(VendorUnavailable, match="40164: our address is not on the account's list") as refused:
        CHANNEL.read_token(VendorAnswer(200, body))
    assert "203.0.113.9" not in str(refused.value)


def judge(code: int, status: int = 200) -> tuple[Outcome, str]:
    body = {"errcode": code, "errmsg": f"something about {OPENID} rid: 608780e2-4b5d9662-035705c2"}
    result = CHANNEL.read(VendorAnswer(status, json.dumps(body).encode()))
    return result.outcome, result.reason


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (0, Outcome.ACCEPTED),
        (WeChatErrorCode.INVALID_CREDENTIAL, Outcome.STALE_TOKEN),
        (WeChatErrorCode.INVALID_ACCESS_TOKEN, Outcome.STALE_TOKEN),
        (WeChatErrorCode.EXPIRED_ACCESS_TOKEN, Outcome.STALE_TOKEN),
        (WeChatErrorCode.SYSTEM_BUSY, Outcome.RETRY),
        (45011, Outcome.RETRY),
        (WeChatErrorCode.OUT_OF_API_FREQ_LIMIT, Outcome.REFUSED),
        (WeChatErrorCode.OUT_OF_RESPONSE_TIME_LIMIT, Outcome.REFUSED),
        (45047, Outcome.REFUSED),
        (WeChatErrorCode.INVALID_OPENID, Outcome.REFUSED),
        (WeChatErrorCode.REQUIRE_SUBSCRIBE, Outcome.REFUSED),
        (WeChatErrorCode.OUT_OF_CONTENT_SIZE_LIMIT, Outcome.REFUSED),
        (WeChatErrorCode.UNAUTHORIZED_API, Outcome.REFUSED),
        (99999, Outcome.REFUSED),
    ],
)
def test_errors_are_tried_again_only_where_that_can_help(code: int, outcome: Outcome) -> None:
    judged, reason = judge(int(code))
    assert judged is outcome
    assert OPENID not in reason
    assert "rid" not in reason
    assert outcome is Outcome.ACCEPTED or reason.startswith(f"{int(code)}: ")


@pytest.mark.parametrize("body", [b"", b"ok", b"{}", b'{"errcode":"0"}', b'{"errcode":true}'])
def test_an_answer_without_a_code_is_not_called_sent(body: bytes) -> None:
    assert CHANNEL.read(VendorAnswer(200, body)).outcome is Outcome.REFUSED


def test_success_names_no_message() -> None:
    result: Any = CHANNEL.read(VendorAnswer(200, b'{"errcode":0,"errmsg":"ok"}'))
    assert (result.outcome, result.vendor_id, CHANNEL.receipts) == (Outcome.ACCEPTED, "", False)
