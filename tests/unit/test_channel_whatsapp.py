"""WhatsApp: our reading of Meta's posts against an independent one (pywa), and what customers and operators rely on."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pywa.client import WhatsApp as PyWa
from pywa.errors import WhatsAppError
from pywa.types.callback import CallbackButton, CallbackSelection
from pywa.types.flows import FlowCompletion
from pywa.types.message import Message
from pywa.types.message_status import MessageStatus
from pywa.utils import webhook_updates_validator

from switchboard.channels.base import Outbound, Outcome, Request, VendorAnswer
from switchboard.channels.whatsapp import WhatsApp
from switchboard.domain.content import Content, ContentKind
from switchboard.domain.errors import BadSignature, Malformed, Misconfigured
from switchboard.domain.inbound import DeliveryReceipt, DeliveryStatus, InboundItem, InboundMessage, Unrecognised
from tests.unit.channel_events import WHATSAPP, WILD_TEXT, names, request_of, whatsapp_post, whatsapp_value

CHANNEL = WhatsApp()
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ANNA, ANNAS_PHONE = "DK.7000000000000001", "4520000001"
PEER = PyWa(phone_id=WHATSAPP.secrets["phone_number_id"], token="x")


def items_of(name: str) -> list[InboundItem]:
    return list(CHANNEL.parse(request_of("whatsapp", name), WHATSAPP, NOW))


def messages_of(name: str) -> list[InboundMessage]:
    found = items_of(name)
    assert all(isinstance(item, InboundMessage) for item in found)
    return [item for item in found if isinstance(item, InboundMessage)]


def parse(value: dict[str, Any]) -> list[InboundItem]:
    return list(CHANNEL.parse(whatsapp_post(whatsapp_value(value)), WHATSAPP, NOW))


def one_message(message: dict[str, Any], **value: Any) -> InboundMessage:
    [item] = parse({"messages": [{"id": "wamid.1", "timestamp": "1795348800", "from": ANNAS_PHONE, **message}], **value})
    assert isinstance(item, InboundMessage)
    return item


# -- signatures and handshake ----------------------------------------------------------------------


@pytest.mark.parametrize("name", names("whatsapp"))
def test_pywa_finds_the_samples_signatures_good_as_we_do(name: str) -> None:
    request = request_of("whatsapp", name)
    CHANNEL.verify(request, WHATSAPP)
    assert webhook_updates_validator(WHATSAPP.secrets["app_secret"], request.body, request.headers["x-hub-signature-256"])


@settings(deadline=None)
@given(st.binary(max_size=200), st.data())
def test_any_changed_bit_of_body_or_signature_is_refused(body: bytes, data: st.DataObject) -> None:
    genuine = whatsapp_post(body)
    CHANNEL.verify(genuine, WHATSAPP)
    header = genuine.headers["x-hub-signature-256"].encode()
    whole = bytearray(header + body)
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= 1 << data.draw(st.integers(0, 7))
    forged_header, forged_body = bytes(whole[: len(header)]), bytes(whole[len(header) :])
    forged = Request("POST", {"x-hub-signature-256": forged_header.decode("latin-1")}, {}, forged_body)
    with pytest.raises(BadSignature):
        CHANNEL.verify(forged, WHATSAPP)


@pytest.mark.parametrize("accepted", [WHATSAPP.secrets, WHATSAPP.previous])
def test_the_handshake_echoes_the_challenge_to_who_knows_the_token(accepted: dict[str, str]) -> None:
    query = {**request_of("whatsapp", "handshake").query, "hub.verify_token": accepted["verify_token"]}
    assert CHANNEL.handshake(Request("GET", {}, query, b""), WHATSAPP).body == "1158201444"


@pytest.mark.parametrize("change", [{"hub.verify_token": "guess"}, {"hub.verify_token": ""}, {"hub.mode": "unsubscribe"}])
def test_the_handshake_refuses_others(change: dict[str, str]) -> None:
    query = {**request_of("whatsapp", "handshake").query, **change}
    for account in (WHATSAPP, replace(WHATSAPP, secrets={}, previous={})):
        with pytest.raises(BadSignature):
            CHANNEL.handshake(Request("GET", {}, query, b""), account)


# -- parsing, against pywa -------------------------------------------------------------------------


def updates(name: str) -> list[Any]:
    """The post cut into one update a message or status, as pywa reads them."""
    post = json.loads(request_of("whatsapp", name).body)
    found = []
    for entry in post["entry"]:
        for change in entry["changes"]:
            value = change["value"]
            for key in ("messages", "statuses"):
                for one in value.get(key, []):
                    small = {**{k: v for k, v in value.items() if k not in ("messages", "statuses")}, key: [one]}
                    found.append({**post, "entry": [{**entry, "changes": [{**change, "value": small}]}]})
    return found


@pytest.mark.parametrize("name", ["text", "text_base64", "media", "facts", "several", "unsupported"])
def test_pywa_reads_the_same_from_messages(name: str) -> None:
    ours = [item for item in items_of(name) if isinstance(item, InboundMessage)]
    posted = [update for update in updates(name) if "messages" in update["entry"][0]["changes"][0]["value"]]
    theirs = [Message.from_update(PEER, update) for update in posted]
    assert len(ours) == len(theirs)
    for our, their in zip(ours, theirs, strict=True):
        assert our.vendor_id == their.id
        assert our.sent_at == their.timestamp
        assert our.sender.address == their.from_user.bsuid
        assert our.sender.phone == (f"+{their.from_user.wa_id}" if their.from_user.wa_id else "")
        if their.reply_to_message:
            assert our.in_reply_to == their.reply_to_message.id
        if their.text is not None:
            assert (our.content.kind, our.content.text) == (ContentKind.TEXT, their.text)
        if their.media is not None:
            [file] = our.content.attachments
            assert (our.content.kind, file.reference, file.mime) == (their.type.value, their.media.id, their.media.mime_type)
            assert our.content.text == (their.caption or "")
        if their.document is not None:
            assert file.name == their.document.filename
        if their.location is not None:
            assert float(our.content.data["latitude"]) == their.location.latitude
            assert float(our.content.data["longitude"]) == their.location.longitude
        if their.reaction is not None:
            assert (our.content.data["emoji"], our.in_reply_to) == (their.reaction.emoji, their.reaction.message_id)
        if their.order is not None:
            assert str(their.order.text) in our.content.text
            assert their.order.products[0].sku in our.content.text
        if their.error is not None:
            assert our.content.kind is ContentKind.UNSUPPORTED
            assert our.content.data["code"] == str(their.error.code)


def test_pywa_reads_the_same_from_choices() -> None:
    button, choice, form, template = messages_of("choices")
    raw = updates("choices")
    assert (button.content.text, button.content.data["payload"]) == (
        CallbackButton.from_update(PEER, raw[0]).title, CallbackButton.from_update(PEER, raw[0]).data)  # fmt: skip
    selected = CallbackSelection.from_update(PEER, raw[1])
    assert (choice.content.text, choice.content.data["payload"], choice.content.data["description"]) == (
        selected.title, selected.data, selected.description)  # fmt: skip
    completed = FlowCompletion.from_update(PEER, raw[2])
    assert json.loads(form.content.data["payload"]) == {**completed.response, "flow_token": completed.token}
    pressed = CallbackButton.from_update(PEER, raw[3])
    assert (template.content.text, template.content.data["payload"]) == (pressed.title, pressed.data)
    assert {m.content.kind for m in messages_of("choices")} == {ContentKind.CHOICE}


@pytest.mark.parametrize("name", ["statuses", "status_failed"])
def test_pywa_reads_the_same_from_statuses(name: str) -> None:
    for our, update in zip(items_of(name), updates(name), strict=True):
        their = MessageStatus.from_update(PEER, update)
        assert isinstance(our, DeliveryReceipt)
        assert (our.vendor_id, our.status, our.at) == (their.id, their.status.value, their.timestamp)
        assert our.recipient == their.from_user.bsuid
        if their.error is not None:
            assert our.reason.startswith(str(their.error.code))


# -- parsing, what people rely on ------------------------------------------------------------------


def test_items_of_several_entries_come_in_the_posts_order() -> None:
    assert [getattr(item, "vendor_id", "") for item in items_of("several")] == [
        "wamid.EXAMPLE0070", "wamid.EXAMPLE0900", "wamid.EXAMPLE0072", "wamid.EXAMPLE0073"]  # fmt: skip


def test_a_customer_with_a_user_id_is_known_by_it_and_their_phone_is_an_attribute() -> None:
    [message] = messages_of("text")
    assert (message.sender.address, message.sender.phone, message.sender.name) == (ANNA, "+4520000001", "Anna Example")


def test_a_customer_who_hides_their_phone_is_known_by_the_user_id_alone() -> None:
    [message] = messages_of("text_base64")
    assert (message.sender.address, message.sender.phone) == ("SG.7000000000000002", "")


def test_a_customer_without_a_user_id_is_known_by_the_phone() -> None:
    [message] = messages_of("text_phone_only")
    assert (message.sender.address, message.sender.phone) == ("4520000003", "+4520000003")


def test_a_user_id_in_the_place_of_the_phone_is_not_taken_for_a_phone() -> None:
    message = one_message({"from": ANNA, "type": "text", "text": {"body": "Hi"}})
    assert (message.sender.address, message.sender.phone) == (ANNA, "")


def test_nobody_is_given_another_contacts_name_or_id() -> None:
    contacts = [{"wa_id": "4599999999", "user_id": "DK.9", "profile": {"name": "Somebody Else"}}]
    message = one_message({"type": "text", "text": {"body": "Hi"}}, contacts=contacts)
    assert (message.sender.address, message.sender.name) == (ANNAS_PHONE, "")


def test_after_a_change_of_number_the_old_identity_is_told_and_replies_go_to_the_new_one() -> None:
    [message] = messages_of("number_changed")
    assert (message.sender.address, message.sender.reply_address) == (ANNA, "DK.7000000000000008")
    assert message.content.kind is ContentKind.EVENT
    assert message.content.data == {"event": "user_changed_number", "phone": "4520000008", "user_id": "DK.7000000000000008"}


def test_contacts_and_orders_can_be_read_by_people() -> None:
    _, contacts, _, order, advertised = messages_of("facts")
    assert contacts.content.text == "Ida Example: +45 20 00 00 09, ida@example.com"
    assert order.content.text == "As soon as possible\n2 × MUG-1 (9.5 EUR)"
    assert advertised.content.data["advertisement"] == "https://example.com/ad"


def test_a_reaction_taken_back_is_told() -> None:
    message = one_message({"type": "reaction", "reaction": {"message_id": "wamid.9"}})
    assert (message.content.kind, message.content.data["removed"]) == (ContentKind.REACTION, "true")


def test_edits_and_deletions_name_the_message_they_change() -> None:
    edit = {"original_message_id": "wamid.9", "message": {"type": "text", "text": {"body": "I meant Tuesday"}}}
    edited = one_message({"type": "edit", "edit": edit})
    assert (edited.content.text, edited.content.data["edits"]) == ("I meant Tuesday", "wamid.9")
    revoked = one_message({"type": "revoke", "revoke": {"original_message_id": "wamid.9"}})
    assert revoked.content.data == {"event": "revoke", "message": "wamid.9"}


@pytest.mark.parametrize(
    "message",
    [
        {"type": "hologram", "hologram": {"x": 1}},
        {"type": "text"},
        {"type": "image", "image": {"caption": "look"}, "errors": [{"code": 131052, "title": "Media download error"}]},
        {"type": "interactive", "interactive": {"type": "call_permission_reply"}},
        {"type": 7},
        {},
    ],
)
def test_what_cannot_be_shown_still_reaches_the_agent(message: dict[str, Any]) -> None:
    assert one_message(message).content.kind is ContentKind.UNSUPPORTED


def test_a_message_without_a_good_time_is_dated_by_its_arrival() -> None:
    for stamp in ("", "soon", "9" * 30, None, -1e99):
        assert one_message({"type": "text", "text": {"body": "Hi"}, "timestamp": stamp}).sent_at == NOW


def test_groups_are_not_mistaken_for_their_members() -> None:
    written = {"id": "w1", "from": ANNAS_PHONE, "group_id": "G1", "type": "text", "text": {"body": "Hi"}}
    told = {"id": "w2", "status": "read", "recipient_id": "G1", "recipient_type": "group"}
    assert [type(item) for item in parse({"messages": [written], "statuses": [told]})] == [Unrecognised, Unrecognised]


def test_a_status_that_names_only_the_phone_is_the_contacts_whose_phone_it_is() -> None:
    status = {"id": "w", "status": "played", "recipient_id": ANNAS_PHONE}
    contacts = [{"wa_id": "4599999999", "user_id": "DK.9"}, {"wa_id": ANNAS_PHONE, "user_id": ANNA}]
    [told] = parse({"statuses": [status], "contacts": contacts})
    assert isinstance(told, DeliveryReceipt)
    assert (told.recipient, told.status) == (ANNA, DeliveryStatus.READ)
    [alone] = parse({"statuses": [status]})
    assert isinstance(alone, DeliveryReceipt)
    assert alone.recipient == ANNAS_PHONE


def test_messages_for_another_number_are_not_taken() -> None:
    other = replace(WHATSAPP, secrets={**WHATSAPP.secrets, "phone_number_id": "1"})
    assert CHANNEL.parse(request_of("whatsapp", "text"), other, NOW) == [
        Unrecognised("whatsapp", "support-eu", "another phone number")
    ]


def test_an_account_that_lacks_its_number_takes_nothing_so_that_the_vendor_sends_it_again() -> None:
    with pytest.raises(Misconfigured, match="phone_number_id"):
        CHANNEL.parse(request_of("whatsapp", "text"), replace(WHATSAPP, secrets={"app_secret": "x"}), NOW)


def test_what_is_no_message_is_counted_and_costs_no_message_beside_it() -> None:
    good = {"id": "wamid.2", "from": ANNAS_PHONE, "type": "text", "text": {"body": "Hi"}}
    found = parse({"messages": ["?", {"id": "wamid.1"}, good], "statuses": [{"status": "warning"}], "errors": [{"code": 1}]})
    assert [type(item) for item in found] == [Unrecognised, Unrecognised, InboundMessage, Unrecognised, Unrecognised]
    assert [item.kind for item in items_of("other_field") if isinstance(item, Unrecognised)] == [
        "field:message_template_status_update"]  # fmt: skip


def test_lone_surrogates_do_not_break_what_comes_after() -> None:
    assert one_message({"type": "text", "text": {"body": "\ud83d!"}}).content.text == "\ufffd!"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b"\xff\xfe", b"[" * 100_000, b'{"object":' + b"9" * 5000 + b"}"])
def test_broken_json_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        CHANNEL.parse(whatsapp_post(body), WHATSAPP, NOW)


_KEYS = st.sampled_from(
    [
        "object",
        "entry",
        "changes",
        "field",
        "value",
        "metadata",
        "phone_number_id",
        "messages",
        "statuses",
        "errors",
        "contacts",
        "id",
        "from",
        "type",
        "text",
        "body",
        "timestamp",
        "interactive",
        "edit",
        "message",
        "system",
        "order",
        "product_items",
        "context",
        "referral",
        "profile",
        "image",
        "location",
        "status",
        "recipient_id",
        "code",
    ]
)
_WORDS = st.sampled_from(
    ["messages", "whatsapp_business_account", WHATSAPP.secrets["phone_number_id"], "text", "edit", "failed"]
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _WORDS | WILD_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=6),
    max_leaves=25,
)


@settings(deadline=None, max_examples=300)
@given(_JSON, _JSON, _JSON)
def test_any_json_becomes_items_or_malformed(post: Any, message: Any, status: Any) -> None:
    for document in (post, whatsapp_value({"messages": [message], "statuses": [status], "contacts": [post]})):
        try:
            found = CHANNEL.parse(whatsapp_post(json.dumps(document).encode()), WHATSAPP, NOW)
        except Malformed:
            continue
        assert found
        repr(found).encode()


# -- sending ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("recipient", ["4520000001", "+4520000001", ANNA, "US.ENT.11815799212886844830", "us.lower-1"])
def test_a_phone_goes_to_to_and_anything_else_to_recipient(recipient: str) -> None:
    [call] = CHANNEL.render(Outbound(recipient, Content(text="Hej 👋"), "m-1"), WHATSAPP, "")
    body = json.loads(call.body)
    key, other = ("recipient", "to") if "." in recipient else ("to", "recipient")
    assert body[key] == recipient
    assert other not in body


@pytest.mark.parametrize("recipient", [ANNA, ANNAS_PHONE])
def test_the_request_is_the_one_pywa_sends(recipient: str) -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        contact = {"input": recipient, "user_id": ANNA}
        return httpx.Response(200, json={"contacts": [contact], "messages": [{"id": "wamid.1"}]})

    with httpx.Client(transport=httpx.MockTransport(answer)) as wire:
        sender = PyWa(
            phone_id=WHATSAPP.secrets["phone_number_id"],
            token=WHATSAPP.secrets["access_token"],
            session=wire,
            api_version=23.0,
        )
        sender.send_message(to=recipient, text="Hej")
    [call] = CHANNEL.render(Outbound(recipient, Content(text="Hej"), "m-1"), WHATSAPP, "")
    [theirs] = sent
    assert (call.method, call.url) == (theirs.method, str(theirs.url))
    assert call.headers["authorization"] == theirs.headers["authorization"]
    assert json.loads(call.body) == json.loads(theirs.content)


def test_the_lasting_token_signs_in_without_being_in_the_address() -> None:
    [call] = CHANNEL.render(Outbound(ANNA, Content(text="Hej"), "m-1"), WHATSAPP, "")
    assert call.headers["authorization"] == "Bearer example-access-token"
    assert "example-access-token" not in call.url
    assert CHANNEL.token_call(WHATSAPP, refresh=True) is None


def test_an_accepted_message_is_named_by_its_wamid() -> None:
    answer = VendorAnswer(200, b'{"messaging_product":"whatsapp","contacts":[{"input":"x"}],"messages":[{"id":"wamid.OK"}]}')
    assert CHANNEL.read(answer).vendor_id == "wamid.OK"


def error(code: int | None, **more: Any) -> bytes:
    secret = "Malformed access token EAAGexampleexampleexampleexampleexampleexample for 4520000001"
    return json.dumps({"error": {"message": secret, "type": "OAuthException", "code": code, **more}}).encode()


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (401, 190, Outcome.REFUSED),
        (401, None, Outcome.REFUSED),
        (401, 0, Outcome.REFUSED),
        (403, 10, Outcome.REFUSED),
        (500, 3, Outcome.REFUSED),  # Meta answers a lacking permission with 500
        (403, 200, Outcome.REFUSED),
        (400, 131047, Outcome.REFUSED),
        (400, 131026, Outcome.REFUSED),
        (400, 131062, Outcome.REFUSED),
        (400, 100, Outcome.REFUSED),
        (400, 999999, Outcome.REFUSED),
        (400, 1, Outcome.RETRY),
        (503, 2, Outcome.RETRY),
        (400, 4, Outcome.RETRY),
        (400, 80007, Outcome.RETRY),
        (429, 130429, Outcome.RETRY),
        (400, 131056, Outcome.RETRY),
        (500, 131000, Outcome.RETRY),
        (503, 133004, Outcome.RETRY),
        (429, None, Outcome.RETRY),
        (502, None, Outcome.RETRY),
    ],
)
def test_errors_are_tried_again_only_where_that_can_help(status: int, code: int | None, outcome: Outcome) -> None:
    result = CHANNEL.read(VendorAnswer(status, error(code)))
    assert result.outcome is outcome
    assert "EAAG" not in result.reason
    assert "4520000001" not in result.reason


@pytest.mark.parametrize("code", [4, 80007, 130429, 131048, 131056])
def test_pywa_too_calls_these_codes_throttling(code: int) -> None:
    found = WhatsAppError.from_dict({"code": code, "message": "", "title": ""})
    assert type(found).__mro__[1].__name__ == "ThrottlingError"
    # A number restricted for spam stays so for days: trying again would only add to it.
    expected = Outcome.REFUSED if code == 131048 else Outcome.RETRY
    assert CHANNEL.read(VendorAnswer(400, error(code))).outcome is expected


def test_a_pair_limit_says_how_long_to_wait() -> None:
    assert CHANNEL.read(VendorAnswer(400, error(131056))).retry_after == 6.0
    assert CHANNEL.read(VendorAnswer(400, error(131056), {"Retry-After": "40"})).retry_after == 40.0


def test_an_error_the_vendor_calls_transient_is_tried_again() -> None:
    assert CHANNEL.read(VendorAnswer(400, error(999999, is_transient=True))).outcome is Outcome.RETRY


def test_a_success_without_a_message_id_is_not_sent_twice_nor_called_sent() -> None:
    result = CHANNEL.read(VendorAnswer(200, b"<html>hello from a proxy</html>"))
    assert (result.outcome, result.vendor_id) == (Outcome.REFUSED, "")


def test_reasons_of_failed_messages_name_the_code_and_nobody() -> None:
    [known] = items_of("status_failed")
    assert isinstance(known, DeliveryReceipt)
    assert known.status is DeliveryStatus.FAILED
    assert known.reason.startswith("131026: ")
    title = "No account for +45 20 00 00 01 / DK.7000000000000001 / ida@example.com"
    status = {"id": "w", "status": "failed", "recipient_id": ANNAS_PHONE, "errors": [{"code": 999999, "title": title}]}
    [unknown] = parse({"statuses": [status]})
    assert isinstance(unknown, DeliveryReceipt)
    assert unknown.reason.startswith("999999: No account for …")
    assert not any(secret in unknown.reason for secret in ("20 00", "7000000000", "ida@"))


def test_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "switchboard"):
        for name in names("whatsapp"):
            items_of(name)
    assert not [record for record in caplog.records if record.name.startswith("switchboard")]
