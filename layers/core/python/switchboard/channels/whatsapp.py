"""WhatsApp Cloud API (Meta).

Secrets of an account: `app_secret` (signs webhooks), `verify_token` (handshake), `access_token` (lasting, of a system user),
`phone_number_id` (whose messages are taken). Contracts: Meta's webhook, messages and error-code references; business-scoped
user ids (BSUID): a customer's address is their BSUID where the vendor tells it, else their phone number, and only a phone
number may stand in `to`; anything else goes to `recipient`, since a BSUID in `to` is dropped without a word."""

# ruff: noqa: ARG002 - the protocol has parameters that a lasting access token does not need

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from urllib.parse import quote

from switchboard.channels import _whatsapp_errors as errors
from switchboard.channels import text
from switchboard.channels._whatsapp_content import content_of, quoted
from switchboard.channels._wire import (
    Json,
    candidates,
    check_size,
    load,
    moment,
    part,
    parts,
    pause,
    peek,
    same,
    secret,
    word,
)  # fmt: skip
from switchboard.channels.base import (
    AccessToken,
    Account,
    Limits,
    Outbound,
    Outcome,
    Reply,
    Request,
    SendResult,
    VendorAnswer,
    VendorCall,
)  # fmt: skip
from switchboard.domain.content import ContentKind
from switchboard.domain.errors import BadSignature, Malformed, VendorUnavailable
from switchboard.domain.inbound import (
    DeliveryReceipt,
    DeliveryStatus,
    InboundItem,
    InboundMessage,
    Party,
    Unrecognised,
)  # fmt: skip

GRAPH = "https://graph.facebook.com/v23.0"

_PHONE = re.compile(r"\+?[0-9]{5,20}")
_STATUSES = {
    "sent": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "read": DeliveryStatus.READ,
    "played": DeliveryStatus.READ,  # a voice message was listened to
    "failed": DeliveryStatus.FAILED,
}


class WhatsApp:
    """One phone number of a WhatsApp Business Account is one account."""

    name = "whatsapp"
    limits = Limits(text_units=4096, text_unit="characters", window=timedelta(hours=24), body_bytes=3 * 1024 * 1024)
    receipts = True

    # -- in ---------------------------------------------------------------------------------------

    def handshake(self, request: Request, account: Account) -> Reply:
        """Echo `hub.challenge` to whoever knows the verify token."""
        given = request.query.get("hub.verify_token", "")
        known = [same(given, token) for token in candidates(account, "verify_token")]
        if request.query.get("hub.mode") != "subscribe" or not any(known):
            raise BadSignature("the verify token is not the account's")
        challenge = request.query.get("hub.challenge", "")
        if not challenge:
            raise Malformed("hub.challenge is missing")
        return Reply(body=challenge)

    def verify(self, request: Request, account: Account) -> None:
        """`X-Hub-Signature-256: sha256=<hex HMAC-SHA256 of the raw body under the app secret>`."""
        check_size(request, self.limits)
        given = request.headers.get("x-hub-signature-256", "")
        valid = [
            same(given, "sha256=" + hmac.new(key.encode(), request.body, hashlib.sha256).hexdigest())
            for key in candidates(account, "app_secret")
        ]
        if not any(valid):
            raise BadSignature("the signature is not of the account's app_secret")

    def parse(self, request: Request, account: Account, received_at: datetime) -> Sequence[InboundItem]:
        """Every message, status and error of every change of every entry, in the post's order."""
        check_size(request, self.limits)
        post = load(request.body)
        if post.get("object") != "whatsapp_business_account":
            return [_unknown(account, f"object:{word(post, 'object')}")]
        items: list[InboundItem] = []
        for entry in parts(post, "entry"):
            for change in parts(entry, "changes"):
                items += _change(change, account, received_at)
        return items or [_unknown(account, "empty")]

    def acknowledge(self) -> Reply:
        return Reply()

    # -- out --------------------------------------------------------------------------------------

    def token_call(self, account: Account, *, refresh: bool) -> VendorCall | None:
        """None: the account's access token is a lasting one."""
        return None

    def read_token(self, answer: VendorAnswer) -> AccessToken:
        raise VendorUnavailable("WhatsApp accounts hold a lasting access token; there is none to fetch")

    def render(self, message: Outbound, account: Account, token: str) -> Sequence[VendorCall]:
        """One `text` message a piece."""
        said = text.clean(message.content.text)
        if message.content.kind is not ContentKind.TEXT or not said.strip():
            raise Malformed("only texts with words in them can be sent to WhatsApp")
        recipient = text.clean(message.recipient)
        if not recipient:
            raise Malformed("the message has no recipient")
        whom = "to" if _PHONE.fullmatch(recipient) else "recipient"
        url = f"{account.base_url or GRAPH}/{quote(secret(account, 'phone_number_id'), safe='')}/messages"
        headers = {
            "authorization": f"Bearer {token or secret(account, 'access_token')}",
            "content-type": "application/json",
        }
        calls = []
        for piece in text.split(said, self.limits.text_units, self.limits.text_unit):
            if not piece.strip():  # the vendor refuses blanks, and nobody would see them
                continue
            body = {
                "messaging_product": "whatsapp",
                "recipient_type": "individual",
                whom: recipient,
                "type": "text",
                "text": {"preview_url": False, "body": piece},
            }
            calls.append(VendorCall("POST", url, headers, json.dumps(body).encode()))
        return calls

    def read(self, answer: VendorAnswer) -> SendResult:
        """By the error's code first, since Meta's HTTP statuses say less; see `_whatsapp_errors`."""
        body = peek(answer.body)
        error = part(body or {}, "error")
        if 200 <= answer.status < 300 and not error:
            accepted = next((word(m, "id") for m in parts(body or {}, "messages")), "")
            if accepted:
                return SendResult(Outcome.ACCEPTED, vendor_id=accepted)
            return SendResult(Outcome.REFUSED, reason=f"{answer.status}: no message id in the answer; it may have been sent")
        judged = errors.judge(answer.status, error)
        if judged.outcome is Outcome.RETRY:
            return SendResult(Outcome.RETRY, reason=judged.reason, retry_after=pause(answer, judged.retry_after))
        return judged


# -- parsing ---------------------------------------------------------------------------------------


def _unknown(account: Account, kind: str) -> Unrecognised:
    return Unrecognised(WhatsApp.name, account.account, kind[:64])


def _change(change: Json, account: Account, received_at: datetime) -> Iterator[InboundItem]:
    field = word(change, "field")
    value = part(change, "value")
    if field != "messages":
        yield _unknown(account, f"field:{field}")
        return
    if word(part(value, "metadata"), "phone_number_id") != secret(account, "phone_number_id"):
        yield _unknown(account, "another phone number")
        return
    contacts = parts(value, "contacts")
    something = False
    for message in parts(value, "messages"):
        something = True
        yield _message(message, contacts, account, received_at)
    for status in parts(value, "statuses"):
        something = True
        yield _receipt(status, contacts, account, received_at)
    for error in parts(value, "errors"):
        something = True
        yield _unknown(account, f"error:{word(error, 'code')}")
    if not something:
        yield _unknown(account, "messages:empty")


def _message(message: Json, contacts: list[Json], account: Account, received_at: datetime) -> InboundItem:
    vendor_id = word(message, "id")
    sender = _sender(message, contacts)
    if not vendor_id or sender is None:
        return _unknown(account, "message without id or sender")
    if word(message, "group_id"):
        return _unknown(account, "group message")
    return InboundMessage(
        channel=WhatsApp.name,
        account=account.account,
        sender=sender,
        vendor_id=vendor_id,
        content=content_of(message),
        sent_at=moment(word(message, "timestamp"), received_at),
        in_reply_to=quoted(message),
    )


def _sender(message: Json, contacts: list[Json]) -> Party | None:
    """Who wrote. After a change of number the message is still the old identity's, and replies go to the new one."""
    user, phone = word(message, "from_user_id"), word(message, "from")
    if phone and not _PHONE.fullmatch(phone):  # a BSUID where the number used to be
        user, phone = user or phone, ""
    contact = _contact(contacts, user, phone)
    user = user or word(contact, "user_id")
    phone = (phone or word(contact, "wa_id")).lstrip("+")
    system = part(message, "system")
    user = word(system, "previous_user_id") or user
    address = user or phone
    if not address:
        return None
    moved = word(system, "user_id") or word(system, "wa_id") or word(system, "new_wa_id")
    profile = part(contact, "profile")
    return Party(
        address=address,
        name=word(profile, "name") or word(profile, "username"),
        phone="+" + phone if _PHONE.fullmatch(phone) else "",
        reply_address="" if moved == address else moved,
    )


def _contact(contacts: list[Json], user: str, phone: str) -> Json:
    """The contact of a message or status: the one with its ids, or the only one there is unless it is clearly another's."""
    for contact in contacts:
        if (user and word(contact, "user_id") == user) or (phone and word(contact, "wa_id") == phone):
            return contact
    if len(contacts) == 1:
        other_user = user and word(contacts[0], "user_id")
        other_phone = phone and word(contacts[0], "wa_id")
        if not other_user and not other_phone:
            return contacts[0]
    return {}


def _receipt(status: Json, contacts: list[Json], account: Account, received_at: datetime) -> InboundItem:
    vendor_id, told = word(status, "id"), word(status, "status")
    user, phone = word(status, "recipient_user_id"), word(status, "recipient_id").lstrip("+")
    recipient = user or word(_contact(contacts, "", phone), "user_id") or phone
    if not vendor_id or not recipient or word(status, "recipient_type") == "group" or told not in _STATUSES:
        return _unknown(account, f"status:{told}")
    error = next(iter(parts(status, "errors")), {})
    failed = _STATUSES[told] is DeliveryStatus.FAILED
    return DeliveryReceipt(
        channel=WhatsApp.name,
        account=account.account,
        recipient=recipient,
        vendor_id=vendor_id,
        status=_STATUSES[told],
        at=moment(word(status, "timestamp"), received_at),
        reason=errors.reason(error) if failed else "",
    )
