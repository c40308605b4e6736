"""Addresses in a text: on the web in every spelling that a person or a program might follow, and of e-mail."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

_SCHEME = re.compile(
    r"(?i)(?<![a-z0-9])(?:[a-z][a-z0-9+.-]{0,15}://|(?:javascript|data|vbscript|mailto|tel|sms|file|intent|blob|whatsapp|weixin):)\S*"
)
_LABEL = r"(?:[^\W_]|[\u0900-\u0963])(?:[\w\u0900-\u0963-]{0,61}(?:[^\W_]|[\u0900-\u0963]))?"
# The last label of a name is of small letters, two at least: "End.Next" and "z.B." are none; a slash after it makes any one.
_HOST = re.compile(
    rf"(?<![\w@.])(?:{_LABEL}\.)+(?:[a-z]{{2,24}}|xn--[a-z0-9-]{{2,59}}|рф|рус|中国|公司|网络|한국|みんな)"
    r"(?![\w])(?:[:/?#]\S*)?"
)
_SHOUTED = re.compile(rf"(?<![\w@.])(?:{_LABEL}\.)+[A-Z]{{2,24}}(?:[/?#]\S+)|(?i:www)\.\S+")
_NUMERIC = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?:[:/]\S*)?(?![\d.])")
_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9.-]{1,253}|[^\s@<>()\[\],;:]{1,64}@[^\s@<>()\[\],;:]{1,253}")
_SPELLED_DOT = re.compile(
    r"(?i)(?<=[a-z0-9])\s*(?:\[\s*\.\s*\]|\(\s*\.\s*\)|\{\s*\.\s*\}|\[\s*dot\s*\]|\(\s*dot\s*\)|"
    r"\s+dot\s+)\s*(?=[a-z0-9])"
)
_IDEOGRAPHIC_STOP = re.compile(r"(?<=[A-Za-z0-9])[\u3002\uff61](?=[a-z0-9])")
_TRAILING = ".,;:!?)]}'\"\u2019\u201d\u300d\u3002\uff0c"


def unmasked(text: str) -> str:
    """The text with the disguises of addresses taken off: wide letters, other full stops, "[.]" and "dot"."""
    text = _IDEOGRAPHIC_STOP.sub(".", unicodedata.normalize("NFKC", text))
    return re.sub(r"(?i)hxxp", "http", _SPELLED_DOT.sub(".", text))


def links(text: str) -> list[str]:
    """Every web address, as it stands in the unmasked text, without the stops after it."""
    plain = unmasked(text)
    found = list[str]()
    for pattern in (_SCHEME, _HOST, _SHOUTED, _NUMERIC):
        found += [m[0].rstrip(_TRAILING) for m in pattern.finditer(plain)]
        plain = pattern.sub(" ", plain)
    return [f for f in found if f]


def emails(text: str) -> list[str]:
    """Every e-mail address, in small letters."""
    return [m[0].strip(_TRAILING).lower() for m in _EMAIL.finditer(unmasked(text).replace("mailto:", " "))]


def without_emails(text: str) -> str:
    return _EMAIL.sub(" ", unmasked(text))


def host_of(link: str) -> str:
    """The host a link leads to, in small letters; "" where nobody can tell."""
    if re.match(r"(?i)(?!https?:)[a-z][a-z0-9+.-]*:(?!\d)", link):
        return ""
    rest = re.sub(r"(?i)^https?:/*", "", link)
    authority = re.split(r"[/?#\\]", rest, maxsplit=1)[0]
    return "" if "@" in authority else authority.partition(":")[0].rstrip(".").lower()


def allowed(link: str, hosts: frozenset[str]) -> bool:
    """Whether a link leads to one of the hosts, or to one below it."""
    host = host_of(link)
    return bool(host) and any(host == known or host.endswith(f".{known}") for known in hosts)


def replaced(text: str, put: Callable[[str], str]) -> str:
    """A text with each link replaced by what `put` makes of it. The rest is the unmasked text."""
    plain = unmasked(text)
    for link in sorted(set(links(plain)), key=len, reverse=True):
        plain = plain.replace(link, put(link))
    return plain
