"""What a WeChat message says, from the vendor's XML to our `Content`.

Contract: "Receiving standard messages" and "Receiving event pushes" of the Official Account documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from switchboard.channels._wire import present
from switchboard.domain.content import Attachment, Content, ContentKind

Fields = Mapping[str, str]  # the text of each child of <xml>

# What a customer does. Events of the account's own doings (a template or mass message sent) are not theirs.
_EVENTS = frozenset(
    [
        "subscribe",
        "unsubscribe",
        "scan",
        "location",
        "click",
        "view",
        "view_miniprogram",
        "scancode_push",
        "scancode_waitmsg",
        "pic_sysphoto",
        "pic_photo_or_album",
        "pic_weixin",
        "location_select",
        "subscribe_msg_popup_event",
        "user_authorization_revoke",
        "user_authorization_cancellation",
    ]
)


def content_of(fields: Fields) -> Content | None:
    """The content of a message or a customer's event; None for an event that is not the customer's."""
    kind = fields.get("MsgType", "")
    if kind == "event":
        return _event(fields)
    read = _READERS.get(kind)
    found = read(fields) if read else None
    return found or Content(ContentKind.UNSUPPORTED, fields.get("Content", ""), (), present(type=kind))


def _text(fields: Fields) -> Content | None:
    said, choice = fields.get("Content", ""), fields.get("bizmsgmenuid", "")
    if choice:  # a line of a menu message of ours was tapped
        return Content(ContentKind.CHOICE, said, (), {"payload": choice})
    return Content(ContentKind.TEXT, said) if said else None


def _file(kind: ContentKind, fields: Fields, mime: str = "", text: str = "", **facts: str) -> Content | None:
    media = fields.get("MediaId", "")
    return Content(kind, text, (Attachment(media, mime),), present(**facts)) if media else None


def _image(fields: Fields) -> Content | None:
    return _file(ContentKind.IMAGE, fields, url=fields.get("PicUrl", ""))


def _voice(fields: Fields) -> Content | None:
    form = fields.get("Format", "").lower()
    mime = f"audio/{form}" if form.isalnum() else ""
    return _file(ContentKind.AUDIO, fields, mime, fields.get("Recognition", ""), voice="true")


def _video(fields: Fields) -> Content | None:
    return _file(ContentKind.VIDEO, fields, thumbnail=fields.get("ThumbMediaId", ""))


def _location(fields: Fields) -> Content | None:
    latitude, longitude = fields.get("Location_X", ""), fields.get("Location_Y", "")  # X is the latitude
    if not latitude or not longitude:
        return None
    facts = present(latitude=latitude, longitude=longitude, scale=fields.get("Scale", ""))
    return Content(ContentKind.LOCATION, fields.get("Label", ""), (), facts)


def _link(fields: Fields) -> Content | None:
    lines = [fields.get(name, "") for name in ("Title", "Description", "Url")]
    text = "\n".join(filter(None, lines))
    return Content(ContentKind.TEXT, text, (), {"type": "link", **present(url=lines[2])}) if text else None


def _event(fields: Fields) -> Content | None:
    event = fields.get("Event", "").lower()
    if event not in _EVENTS:
        return None
    facts = present(
        key=fields.get("EventKey", ""),
        ticket=fields.get("Ticket", ""),
        latitude=fields.get("Latitude", ""),
        longitude=fields.get("Longitude", ""),
    )
    return Content(ContentKind.EVENT, "", (), {"event": event, **facts})


_READERS: Mapping[str, Callable[[Fields], Content | None]] = {
    "text": _text,
    "image": _image,
    "voice": _voice,
    "video": _video,
    "shortvideo": _video,
    "location": _location,
    "link": _link,
}
