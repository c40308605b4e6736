"""Personal data made unreadable where it stands: of cards, accounts and telephones the last four digits stay, of e-mail addresses
the first letter and the domain, of what states number people by nothing. What is masked is not found again."""

from __future__ import annotations

import re
from collections.abc import Collection

from switchboard.domain.privacy.detector import detect
from switchboard.domain.privacy.folding import folded
from switchboard.domain.privacy.kinds import Kind

DOT = "•"
_KEPT = 4
_LAST_FOUR = frozenset({Kind.CARD, Kind.PHONE, Kind.IBAN})
_CODE_NAMES = (
    r"cvv2?|cvc2?|cvn|cid|security code|card code|prüfziffer|kartenprüfnummer|prüfnummer|sicherheitscode|cryptogramme|"
    r"code de sécurité|"
    r"código de segurid?ança|código de seguridad|codice di sicurezza|код безопасности|код cvv|رمز الأمان|सुरक्षा कोड|セキュリティコード|"
    r"セキュリティ番号|보안코드|보안 코드|安全码|验证码|校验码"
)
_CODE = re.compile(rf"(?i)(?:{_CODE_NAMES})[^\d\n]{{0,12}}(?<!\d)(\d{{3,4}})(?!\d)")
_AFTER_DATE = re.compile(r"(?<!\d)(?:0[1-9]|1[0-2]) ?[/-] ?(?:20)?\d\d[ ,;/]+(\d{3,4})(?!\d)")


def masked(text: str, kinds: Collection[Kind], language: str = "und") -> str:
    """The text with what is of these kinds masked. With a card goes its security code, which nobody may keep (PCI DSS 3.3.1)."""
    if not kinds or not text:
        return text
    found = [f for f in detect(text, language) if f.kind in kinds]
    parts, at = list[str](), 0
    for f in found:
        parts += [text[at : f.start], mask(f.kind, text[f.start : f.end])]
        at = f.end
    shown = "".join([*parts, text[at:]])
    return _without_codes(shown) if any(f.kind is Kind.CARD for f in found) else shown


def mask(kind: Kind, value: str) -> str:
    """A value of a kind, masked; as long as it was but for addresses."""
    if kind is Kind.EMAIL:
        at = folded(value).find("@")
        return f"{value[:1]}{DOT * 3}{value[at:] if at > 0 else ''}"
    places = [i for i, c in enumerate(value) if c.isalnum()]
    kept = set(places[-_KEPT:]) if kind in _LAST_FOUR else set()
    if kind is Kind.IBAN:
        kept |= set(places[:2])
    return "".join(c if i in kept or not c.isalnum() else DOT for i, c in enumerate(value))


def _without_codes(text: str) -> str:
    plain, shown = folded(text), list(text)
    for pattern in (_CODE, _AFTER_DATE):
        for m in pattern.finditer(plain):
            shown[m.start(1) : m.end(1)] = DOT * (m.end(1) - m.start(1))
    return "".join(shown)
