"""Strict check of a body for POST /cgi-bin/message/custom/send, after Tencent's page on that call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

TEXT_BYTES = 2_048
_KINDS: dict[str, tuple[str, ...]] = {
    "text": ("content",),
    "image": ("media_id",),
    "voice": ("media_id",),
    "msgmenu": ("head_content", "list"),
}
_OPTIONAL = {"msgmenu": {"tail_content"}}
_UNICODE_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\u(?=[0-9a-fA-F]{4})")

Problem = tuple[int, str]
"""errcode and what is wrong; errcode 0 marks a breach that WeChat itself would not report."""


def as_shown(body: bytes) -> tuple[bytes, bool]:
    """The body as WeChat reads it: `\\uXXXX` is not decoded but shown to the customer letter by letter.

    Returns the body with such escapes made literal, and whether there were any.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return body, False
    shown, count = _UNICODE_ESCAPE.subn(r"\1\\\\u", text)
    return shown.encode(), count > 0


def check(body: Mapping[str, Any] | None) -> list[Problem]:
    """All breaches in a parsed body; None stands for a body that was not a JSON object."""
    if body is None:
        return [(47001, "data format error: the body is not a JSON object")]
    found: list[Problem] = []
    if not isinstance(body.get("touser"), str) or not body.get("touser"):
        found.append((40003, "touser is missing"))
    kind = body.get("msgtype")
    if not isinstance(kind, str) or kind not in _KINDS:
        return [*found, (40008, f"msgtype must be one of {', '.join(_KINDS)} (all that this sandbox knows)")]
    strangers = sorted(set(body) - {"touser", "msgtype", kind, "customservice"})
    found += [(0, f"unknown key {key!r}") for key in strangers]
    content = body.get(kind)
    if not isinstance(content, Mapping):
        return [*found, (44004 if kind == "text" else 44003, f"{kind} must be an object")]
    found += [(0, f"unknown key {kind}.{key}") for key in sorted(set(content) - {*_KINDS[kind], *_OPTIONAL.get(kind, ())})]
    if "customservice" in body:
        found += _seat(body["customservice"])
    return found + (_menu(content) if kind == "msgmenu" else _single(kind, content))


def _seat(seat: object) -> list[Problem]:
    name = seat.get("kf_account") if isinstance(seat, Mapping) else None
    good = isinstance(name, str) and "@" in name
    return [] if good else [(61452, "customservice.kf_account must be like name@account")]


def _single(kind: str, content: Mapping[str, Any]) -> list[Problem]:
    key = _KINDS[kind][0]
    value = content.get(key)
    if not isinstance(value, str) or not value:
        return [(44004 if kind == "text" else 40007, f"{kind}.{key} must be a non-empty string")]
    if kind == "text":
        return _length(value, f"{kind}.{key}")
    return []


def _menu(content: Mapping[str, Any]) -> list[Problem]:
    items = content.get("list")
    if not isinstance(items, list) or not items:
        return [(47001, "msgmenu.list must hold at least one choice")]
    found: list[Problem] = []
    for i, item in enumerate(items):
        if not isinstance(item, Mapping) or set(item) != {"id", "content"}:
            found.append((47001, f"msgmenu.list[{i}] needs exactly id and content"))
        elif not isinstance(item["content"], str) or not item["content"]:
            found.append((47001, f"msgmenu.list[{i}].content must be a non-empty string"))
    for key in ("head_content", "tail_content"):
        if not isinstance(content.get(key, ""), str):
            found.append((47001, f"msgmenu.{key} must be a string"))
        else:
            found += _length(content.get(key, ""), f"msgmenu.{key}")
    return found


def _length(value: str, where: str) -> list[Problem]:
    size = len(value.encode("utf-8", "surrogatepass"))
    return [(45002, f"{where} is {size} bytes, more than {TEXT_BYTES}")] if size > TEXT_BYTES else []
