"""Strict check of a body for POST /{phone_number_id}/messages, after Meta's message API reference.

Every check returns all breaches found; Graph itself reports only the first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ..config import WhatsAppAccount
from . import people
from .errors import GraphError, bad_value, invalid, missing, required

Check = Callable[[Mapping[str, Any], str], list[GraphError]]

_COMMON = {
    "messaging_product",
    "recipient_type",
    "to",
    "recipient",
    "type",
    "context",
    "biz_opaque_callback_data",
    "recipient_identity_key_hash",
}
_LOOSE_PHONE = re.compile(r"\+?[0-9 ().-]{7,24}")
_LINK = re.compile(r"https?://[^\s]+")
_TEMPLATE_NAME = re.compile(r"[a-z0-9_]{1,512}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2,4})?")
_PARAMETERS = {
    "text",
    "currency",
    "date_time",
    "image",
    "video",
    "document",
    "payload",
    "location",
    "coupon_code",
}


def check(body: Mapping[str, Any] | None, account: WhatsAppAccount) -> list[GraphError]:
    """All breaches in a parsed body; None stands for a body that was not a JSON object."""
    if body is None or body.get("messaging_product") is None:
        return [required("messaging_product")]
    if body["messaging_product"] != "whatsapp":
        return [invalid("messaging_product must be 'whatsapp'")]
    if "status" in body:
        return _read_receipt(body)
    return _envelope(body) + _content(body, account)


def _read_receipt(body: Mapping[str, Any]) -> list[GraphError]:
    found = _keys(body, {"messaging_product", "status", "message_id", "typing_indicator"}, "body")
    if body["status"] != "read":
        found.append(bad_value("status must be 'read'"))
    if not isinstance(body.get("message_id"), str) or not body.get("message_id"):
        found.append(required("message_id"))
    if "typing_indicator" in body and body["typing_indicator"] != {"type": "text"}:
        found.append(bad_value("typing_indicator must be {'type': 'text'}"))
    return found


def _envelope(body: Mapping[str, Any]) -> list[GraphError]:
    found: list[GraphError] = []
    if body.get("recipient_type", "individual") != "individual":
        found.append(bad_value("recipient_type must be 'individual'"))
    to, recipient = body.get("to"), body.get("recipient")
    if to is None and recipient is None:
        found.append(required("to"))
    if to is not None and not (isinstance(to, str) and (_LOOSE_PHONE.fullmatch(to) or people.BSUID.fullmatch(to))):
        found.append(invalid("to must be a phone number with country code"))
    if recipient is not None and not (isinstance(recipient, str) and people.BSUID.fullmatch(recipient)):
        found.append(invalid("recipient must be a business-scoped user id"))
    if "context" in body:
        found += _object(body, "context", {"message_id"}, "context", _context)
    tracker = body.get("biz_opaque_callback_data", "")
    if not isinstance(tracker, str) or len(tracker) > 512:
        found.append(invalid("biz_opaque_callback_data must be a string of at most 512 characters"))
    return found


def _context(context: Mapping[str, Any], where: str) -> list[GraphError]:
    return _text(context, "message_id", 512, where)


def _content(body: Mapping[str, Any], account: WhatsAppAccount) -> list[GraphError]:
    kind = body.get("type", "text")
    contents: dict[str, tuple[set[str], Check]] = {
        "text": ({"body", "preview_url"}, _text_content),
        "image": ({"id", "link", "caption"}, _media),
        "document": ({"id", "link", "caption", "filename"}, _media),
        "reaction": ({"message_id", "emoji"}, _reaction),
        "interactive": ({"type", "header", "body", "footer", "action"}, _interactive),
        "template": ({"name", "language", "components"}, lambda c, w: _template(c, w, account)),
    }
    if not isinstance(kind, str) or kind not in contents:
        return [bad_value(f"type must be one of {', '.join(contents)} (all that this sandbox knows)")]
    keys, inner = contents[kind]
    return _keys(body, _COMMON | {kind}, "body") + _object(body, kind, keys, kind, inner)


def _text_content(content: Mapping[str, Any], where: str) -> list[GraphError]:
    found = _text(content, "body", 4096, where)
    if not isinstance(content.get("preview_url", False), bool):
        found.append(invalid("text.preview_url must be true or false"))
    return found


def _media(content: Mapping[str, Any], where: str) -> list[GraphError]:
    found = _optional_text(content, "caption", 1024, where) + _optional_text(content, "filename", 240, where)
    if ("id" in content) == ("link" in content):
        return [*found, invalid(f"{where} needs either id or link, and not both")]
    if "id" in content:
        return found + _text(content, "id", 128, where)
    link = content["link"]
    if not isinstance(link, str) or not _LINK.fullmatch(link):
        found.append(invalid(f"{where}.link must be an http or https URL"))
    return found


def _reaction(content: Mapping[str, Any], where: str) -> list[GraphError]:
    found = _text(content, "message_id", 512, where)
    emoji = content.get("emoji")
    if not isinstance(emoji, str) or len(emoji) > 16 or any(char.isalnum() and char.isascii() for char in emoji):
        found.append(bad_value("reaction.emoji must be one emoji, or empty to take the reaction back"))
    return found


def _interactive(content: Mapping[str, Any], _: str) -> list[GraphError]:
    kind = content.get("type")
    found: list[GraphError] = []
    if kind not in ("button", "list"):
        return [bad_value("interactive.type must be button or list (all that this sandbox knows)")]
    found += _object(content, "body", {"text"}, "interactive.body", lambda c, w: _text(c, "text", 1024, w))
    if "footer" in content:
        found += _object(content, "footer", {"text"}, "interactive.footer", lambda c, w: _text(c, "text", 60, w))
    if "header" in content:
        found += _header(content["header"], text_only=kind == "list")
    if kind == "button":
        return found + _object(content, "action", {"buttons"}, "interactive.action", _buttons)
    return found + _object(content, "action", {"button", "sections"}, "interactive.action", _list)


def _header(header: object, text_only: bool) -> list[GraphError]:
    kinds = ("text",) if text_only else ("text", "image", "video", "document")
    if not isinstance(header, Mapping) or header.get("type") not in kinds:
        return [bad_value(f"interactive.header.type must be one of {', '.join(kinds)}")]
    if header["type"] == "text":
        return _keys(header, {"type", "text"}, "interactive.header") + _text(header, "text", 60, "interactive.header")
    return _object(header, header["type"], {"id", "link", "filename"}, "interactive.header", _media)


def _buttons(action: Mapping[str, Any], where: str) -> list[GraphError]:
    buttons = action.get("buttons")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        return [invalid("interactive.action.buttons must hold 1 to 3 buttons")]
    found: list[GraphError] = []
    for i, button in enumerate(buttons):
        place = f"{where}.buttons[{i}]"
        if not isinstance(button, Mapping) or button.get("type") != "reply":
            found.append(bad_value(f"{place}.type must be 'reply'"))
            continue
        found += _keys(button, {"type", "reply"}, place)
        found += _object(
            button,
            "reply",
            {"id", "title"},
            f"{place}.reply",
            lambda c, w: _text(c, "id", 256, w) + _text(c, "title", 20, w),
        )
    replies = [b["reply"] for b in buttons if isinstance(b, Mapping) and isinstance(b.get("reply"), Mapping)]
    return found + _unique(replies, ("id", "title"), where)


def _list(action: Mapping[str, Any], where: str) -> list[GraphError]:
    found = _text(action, "button", 20, where)
    sections = action.get("sections")
    if not isinstance(sections, list) or not 1 <= len(sections) <= 10:
        return [*found, invalid("interactive.action.sections must hold 1 to 10 sections")]
    rows: list[Mapping[str, Any]] = []
    for i, section in enumerate(sections):
        place = f"{where}.sections[{i}]"
        if not isinstance(section, Mapping) or not isinstance(section.get("rows"), list) or not section["rows"]:
            found.append(invalid(f"{place}.rows must be a list with at least one row"))
            continue
        found += _keys(section, {"title", "rows"}, place)
        found += (_text if len(sections) > 1 else _optional_text)(section, "title", 24, place)
        for j, row in enumerate(section["rows"]):
            if not isinstance(row, Mapping):
                found.append(invalid(f"{place}.rows[{j}] must be an object"))
                continue
            rows.append(row)
            at = f"{place}.rows[{j}]"
            found += _keys(row, {"id", "title", "description"}, at) + _text(row, "id", 200, at)
            found += _text(row, "title", 24, at) + _optional_text(row, "description", 72, at)
    if len(rows) > 10:
        found.append(invalid("a list message holds at most 10 rows in all"))
    return found + _unique(rows, ("id",), where)


def _template(content: Mapping[str, Any], where: str, account: WhatsAppAccount) -> list[GraphError]:
    name, language = content.get("name"), content.get("language")
    if not isinstance(name, str) or not _TEMPLATE_NAME.fullmatch(name):
        return [invalid("template.name must be lower-case letters, digits and underscores")]
    code = language.get("code") if isinstance(language, Mapping) else None
    if not isinstance(code, str) or not _LANGUAGE.fullmatch(code):
        return [invalid("template.language.code must be a code such as en or en_US")]
    components = content.get("components", [])
    if not isinstance(components, list):
        return [invalid("template.components must be a list")]
    found: list[GraphError] = []
    variables = 0
    for i, component in enumerate(components):
        place = f"{where}.components[{i}]"
        if not isinstance(component, Mapping) or component.get("type") not in ("header", "body", "button"):
            found.append(invalid(f"{place}.type must be header, body or button"))
            continue
        parameters = component.get("parameters", [])
        if not isinstance(parameters, list) or not all(isinstance(p, Mapping) for p in parameters):
            found.append(invalid(f"{place}.parameters must be a list of objects"))
            continue
        found += [e for j, p in enumerate(parameters) for e in _parameter(p, f"{place}.parameters[{j}]")]
        variables += len(parameters) if component["type"] == "body" else 0
    return found or _approved(name, code, variables, account)


def _parameter(parameter: Mapping[str, Any], where: str) -> list[GraphError]:
    kind = parameter.get("type")
    if kind not in _PARAMETERS:
        return [invalid(f"{where}.type must be one of {', '.join(sorted(_PARAMETERS))}")]
    if kind not in parameter:
        return [invalid(f"Parameter '{kind}' is mandatory for component parameter type '{kind}'")]
    if kind == "text" and isinstance(parameter["text"], str) and re.search(r"[\n\t]| {5,}", parameter["text"]):
        return [invalid("Param text cannot have new-line/tab characters or more than 4 consecutive spaces")]
    return _text(parameter, "text", 1024, where) if kind == "text" else []


def _approved(name: str, code: str, variables: int, account: WhatsAppAccount) -> list[GraphError]:
    if not account.templates:
        return []
    found = next((t for t in account.templates if (t.name, t.language) == (name, code)), None)
    if found is None:
        details = f"template name ({name}) does not exist in {code}"
        return [GraphError(404, 132001, "Template name does not exist in the translation", details)]
    if found.variables != variables:
        details = f"body: number of localizable_params ({variables}) does not match the expected number of params"
        details += f" ({found.variables})"
        return [GraphError(400, 132000, "Number of parameters does not match the expected number of params", details)]
    return []


def _keys(content: Mapping[str, Any], known: set[str], where: str) -> list[GraphError]:
    strangers = sorted(set(content) - known)
    return [invalid(f'Unexpected key "{key}" on param "{where}".') for key in strangers]


def _object(content: Mapping[str, Any], key: str, known: set[str], where: str, inner: Check) -> list[GraphError]:
    value = content.get(key)
    if value is None:
        return [required(where)]
    if not isinstance(value, Mapping):
        return [invalid(f"{where} must be an object")]
    return _keys(value, known, where) + inner(value, where)


def _text(content: Mapping[str, Any], key: str, limit: int, where: str) -> list[GraphError]:
    if content.get(key) in (None, ""):
        return [missing(f"{where}.{key} is required")]
    return _optional_text(content, key, limit, where)


def _optional_text(content: Mapping[str, Any], key: str, limit: int, where: str) -> list[GraphError]:
    value = content.get(key, "")
    if not isinstance(value, str):
        return [invalid(f"{where}.{key} must be a string")]
    if len(value) > limit:
        return [invalid(f"Param {where}['{key}'] must be at most {limit} characters long.")]
    if any("\ud800" <= char <= "\udfff" for char in value):
        return [invalid(f"{where}.{key} holds half a surrogate pair")]
    return []


def _unique(entries: list[Any], keys: tuple[str, ...], where: str) -> list[GraphError]:
    found = []
    for key in keys:
        values = [entry.get(key) for entry in entries]
        if len(set(map(str, values))) != len(values):
            found.append(invalid(f"{where}: every {key} must be different"))
    return found
