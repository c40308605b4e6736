"""What a WhatsApp message says, from the vendor's `messages[]` object to our `Content`.

Contract: Meta's "messages webhook reference" (one page a message type), WhatsApp Business Platform."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from switchboard.channels._wire import Json, part, parts, present, word
from switchboard.domain.content import Attachment, Content, ContentKind

_MEDIA = {
    "image": ContentKind.IMAGE,
    "audio": ContentKind.AUDIO,
    "video": ContentKind.VIDEO,
    "document": ContentKind.DOCUMENT,
    "sticker": ContentKind.STICKER,
}


def content_of(message: Json) -> Content:
    """The content of a message of any type; `UNSUPPORTED` for types we do not know and for those that lack their essence."""
    kind = word(message, "type")
    body = part(message, kind)
    if kind in _MEDIA:
        found = _media(_MEDIA[kind], body)
    elif kind == "contacts":
        found = _contacts(parts(message, kind))
    else:
        read = _READERS.get(kind)
        found = read(body) if read else None
    content = found or _unsupported(message, kind)
    facts = _circumstances(message)
    if not facts:
        return content
    return Content(content.kind, content.text, content.attachments, {**content.data, **facts})


def quoted(message: Json) -> str:
    """The vendor id of the message that this one answers or reacts to."""
    return word(part(message, "context"), "id") or word(part(message, "reaction"), "message_id")


def _text(body: Json) -> Content | None:
    said = word(body, "body")
    return Content(ContentKind.TEXT, said) if said else None


def _media(kind: ContentKind, body: Json) -> Content | None:
    media = word(body, "id")
    if not media:  # the vendor could not fetch the file; its error says so
        return None
    file = Attachment(media, word(body, "mime_type"), word(body, "filename"))
    data = {"voice": "true"} if body.get("voice") is True else {}
    return Content(kind, word(body, "caption"), (file,), data)


def _location(body: Json) -> Content | None:
    latitude, longitude = word(body, "latitude"), word(body, "longitude")
    if not latitude or not longitude:
        return None
    text = ", ".join(filter(None, (word(body, "name"), word(body, "address"))))
    return Content(ContentKind.LOCATION, text, (), present(latitude=latitude, longitude=longitude, url=word(body, "url")))


def _contacts(people: list[Json]) -> Content | None:
    lines = []
    for person in people:
        reach = [word(p, "phone") for p in parts(person, "phones")] + [word(e, "email") for e in parts(person, "emails")]
        name = word(part(person, "name"), "formatted_name")
        lines.append(": ".join(filter(None, (name, ", ".join(filter(None, reach))))))
    text = "\n".join(filter(None, lines))
    return Content(ContentKind.TEXT, text, (), {"type": "contacts"}) if text else None


def _interactive(body: Json) -> Content | None:
    kind = word(body, "type")
    answer = part(body, kind)
    if kind in ("button_reply", "list_reply"):
        facts = present(payload=word(answer, "id"), description=word(answer, "description"))
        return Content(ContentKind.CHOICE, word(answer, "title"), (), facts)
    if kind == "nfm_reply":  # a completed form ("Flow")
        facts = present(payload=word(answer, "response_json"), form=word(answer, "name"))
        return Content(ContentKind.CHOICE, word(answer, "body"), (), facts)
    return None


def _button(body: Json) -> Content | None:
    return Content(ContentKind.CHOICE, word(body, "text"), (), present(payload=word(body, "payload")))


def _reaction(body: Json) -> Content | None:
    emoji = word(body, "emoji")  # absent when the customer takes the reaction back
    facts = present(emoji=emoji, message=word(body, "message_id"))
    return Content(ContentKind.REACTION, emoji, (), facts if emoji else {**facts, "removed": "true"})


def _order(body: Json) -> Content | None:
    lines = [word(body, "text")]
    for item in parts(body, "product_items"):
        price = " ".join(filter(None, (word(item, "item_price"), word(item, "currency"))))
        line = f"{word(item, 'quantity') or '?'} × {word(item, 'product_retailer_id') or '?'}"
        lines.append(f"{line} ({price})" if price else line)
    facts = {"type": "order", **present(catalog=word(body, "catalog_id"))}
    return Content(ContentKind.TEXT, "\n".join(filter(None, lines)), (), facts)


def _system(body: Json) -> Content | None:
    facts = present(phone=word(body, "wa_id") or word(body, "new_wa_id"), user_id=word(body, "user_id"))
    return Content(ContentKind.EVENT, "", (), {"event": word(body, "type") or "system", **facts})


def _edit(body: Json) -> Content | None:
    edited = part(body, "message")
    if word(edited, "type") in ("", "edit"):
        return None
    content = content_of(edited)
    facts = {**content.data, **present(edits=word(body, "original_message_id"))}
    return Content(content.kind, content.text, content.attachments, facts)


def _revoke(body: Json) -> Content | None:
    return Content(ContentKind.EVENT, "", (), {"event": "revoke", **present(message=word(body, "original_message_id"))})


_READERS: Mapping[str, Callable[[Json], Content | None]] = {
    "text": _text,
    "location": _location,
    "interactive": _interactive,
    "button": _button,
    "reaction": _reaction,
    "order": _order,
    "system": _system,
    "edit": _edit,
    "revoke": _revoke,
    "request_welcome": lambda _: Content(ContentKind.EVENT, "", (), {"event": "request_welcome"}),
}


def _unsupported(message: Json, kind: str) -> Content:
    """What came, and why it cannot be shown."""
    body = part(message, kind)
    error = next(iter(parts(message, "errors")), {})
    facts = present(type=word(body, "type") or kind, code=word(error, "code"), reason=word(error, "title"))
    return Content(ContentKind.UNSUPPORTED, word(body, "caption"), (), facts)


def _circumstances(message: Json) -> dict[str, str]:
    """What holds for a message of any type: forwarded, about a product, or through an advertisement."""
    context = part(message, "context")
    forwarded = context.get("forwarded") is True or context.get("frequently_forwarded") is True
    referral = part(message, "referral")
    return present(
        forwarded="true" if forwarded else "",
        product=word(part(context, "referred_product"), "product_retailer_id"),
        advertisement=word(referral, "source_url"),
        advertisement_title=word(referral, "headline"),
    )
