"""The sandbox's configuration file: which accounts exist, and how impatient the vendors are."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any


class ConfigError(ValueError):
    """The configuration cannot be used; the message names the key to mend and never a secret's value."""


@dataclass(frozen=True)
class Template:
    """An approved WhatsApp template: how many body variables it has."""

    name: str
    language: str
    variables: int = 0


@dataclass(frozen=True)
class WhatsAppAccount:
    account: str
    url: str
    phone_number_id: str
    waba_id: str
    display_phone: str
    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)
    access_token: str = field(repr=False)
    templates: tuple[Template, ...] = ()
    """When empty, a template of any well-formed name is taken as approved."""


@dataclass(frozen=True)
class WeChatAccount:
    account: str
    url: str
    app_id: str
    original_id: str
    token: str = field(repr=False)
    encoding_aes_key: str = field(repr=False)
    app_secret: str = field(repr=False)


@dataclass(frozen=True)
class Tuning:
    """Vendor behaviour that tests shorten. Times in milliseconds unless the name says seconds."""

    whatsapp_timeout_ms: int = 10_000
    whatsapp_retry_gaps_ms: tuple[int, ...] = (250, 500, 1_000, 2_000, 4_000)
    wechat_timeout_ms: int = 5_000
    wechat_retry_gaps_ms: tuple[int, ...] = (100, 100, 100)
    status_gap_ms: int = 60
    whatsapp_window_seconds: int = 24 * 3600
    wechat_window_seconds: int = 48 * 3600
    wechat_messages_per_window: int = 5
    wechat_token_seconds: int = 7_200
    pair_burst: int = 45
    pair_refill_seconds: float = 6.0
    number_messages_per_second: int = 80


@dataclass(frozen=True)
class Config:
    whatsapp: tuple[WhatsAppAccount, ...]
    wechat: tuple[WeChatAccount, ...]
    tuning: Tuning = Tuning()


def load(path: Path) -> Config:
    """Read a configuration file. Raises ConfigError with what is wrong and where."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise ConfigError(f"{path} is not JSON: {error}") from error
    return parse(document)


def parse(document: object) -> Config:
    """Turn the parsed JSON into a Config. Raises ConfigError."""
    if not isinstance(document, Mapping):
        raise ConfigError("the configuration must be a JSON object")
    _no_strangers(document, {"webhook_base", "whatsapp", "wechat", "tuning"}, "configuration")
    base = document.get("webhook_base", "")
    if not isinstance(base, str):
        raise ConfigError("webhook_base must be a string")
    whatsapp = tuple(_whatsapp(entry, base, f"whatsapp[{i}]") for i, entry in _entries(document, "whatsapp"))
    wechat = tuple(_wechat(entry, base, f"wechat[{i}]") for i, entry in _entries(document, "wechat"))
    for channel, accounts in (("whatsapp", whatsapp), ("wechat", wechat)):
        names = [account.account for account in accounts]
        if len(set(names)) != len(names):
            raise ConfigError(f"{channel}: two accounts have the same name")
    if len({account.phone_number_id for account in whatsapp}) != len(whatsapp):
        raise ConfigError("whatsapp: two accounts have the same phone_number_id")
    if len({account.app_id for account in wechat}) != len(wechat):
        raise ConfigError("wechat: two accounts have the same app_id")
    if not whatsapp and not wechat:
        raise ConfigError("configure at least one whatsapp or wechat account")
    return Config(whatsapp, wechat, _tuning(document.get("tuning", {})))


def _entries(document: Mapping[str, Any], key: str) -> list[tuple[int, Mapping[str, Any]]]:
    entries = document.get(key, [])
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        raise ConfigError(f"{key} must be a list of objects")
    return list(enumerate(entries))


def _no_strangers(entry: Mapping[str, Any], known: set[str], where: str) -> None:
    strangers = sorted(set(entry) - known)
    if strangers:
        raise ConfigError(f"{where}: unknown key {strangers[0]!r}")


def _text(entry: Mapping[str, Any], key: str, where: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value:
        raise ConfigError(f"{where}.{key} must be a non-empty string")
    return value


def _url(entry: Mapping[str, Any], base: str, where: str) -> str:
    url = _text(entry, "url", where)
    if url.startswith("/"):
        url = base.rstrip("/") + url
    if not url.startswith(("http://", "https://")):
        raise ConfigError(f"{where}.url must be a full URL, or start with / and webhook_base be given")
    return url


def _whatsapp(entry: Mapping[str, Any], base: str, where: str) -> WhatsAppAccount:
    keys = (
        "account",
        "phone_number_id",
        "waba_id",
        "display_phone",
        "app_secret",
        "verify_token",
        "access_token",
    )
    _no_strangers(entry, {*keys, "url", "templates"}, where)
    templates = entry.get("templates", [])
    if not isinstance(templates, list):
        raise ConfigError(f"{where}.templates must be a list")
    return WhatsAppAccount(
        url=_url(entry, base, where),
        templates=tuple(_template(t, f"{where}.templates[{i}]") for i, t in enumerate(templates)),
        **{key: _text(entry, key, where) for key in keys},
    )


def _template(entry: object, where: str) -> Template:
    if not isinstance(entry, Mapping):
        raise ConfigError(f"{where} must be an object")
    _no_strangers(entry, {"name", "language", "variables"}, where)
    variables = entry.get("variables", 0)
    if not isinstance(variables, int) or variables < 0:
        raise ConfigError(f"{where}.variables must be a count")
    return Template(_text(entry, "name", where), _text(entry, "language", where), variables)


def _wechat(entry: Mapping[str, Any], base: str, where: str) -> WeChatAccount:
    keys = ("account", "token", "encoding_aes_key", "app_id", "app_secret", "original_id")
    _no_strangers(entry, {*keys, "url"}, where)
    account = WeChatAccount(url=_url(entry, base, where), **{key: _text(entry, key, where) for key in keys})
    try:
        key = base64.b64decode(account.encoding_aes_key + "=", validate=True)
    except binascii.Error:
        key = b""
    if len(account.encoding_aes_key) != 43 or len(key) != 32:
        raise ConfigError(f"{where}.encoding_aes_key must be 43 base64 characters (32 bytes)")
    return account


def _tuning(entry: object) -> Tuning:
    if not isinstance(entry, Mapping):
        raise ConfigError("tuning must be an object")
    known = {item.name for item in fields(Tuning)}
    _no_strangers(entry, known, "tuning")
    values: dict[str, Any] = {}
    for name, value in entry.items():
        if name.endswith("_gaps_ms"):
            if not isinstance(value, list) or not all(isinstance(gap, int) and gap >= 0 for gap in value):
                raise ConfigError(f"tuning.{name} must be a list of milliseconds")
            values[name] = tuple(value)
        elif isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise ConfigError(f"tuning.{name} must be a number, zero or more")
        else:
            values[name] = value
    return Tuning(**values)
