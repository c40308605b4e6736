"""Personal data made unreadable where it stands: of cards, accounts and telephones the last four digits stay, of e-mail addresses
the first letter and the domain, of what states number people by nothing. What is masked is not found again."""

from __future__ import annotations

import re
from collections.abc import Collection

from switchboard.domain.privacy.detector import detect
from switchboard.domain.privacy.folding import Visible, folded
from switchboard.domain.privacy.kinds import Kind

DOT = "•"
_KEPT = 4
_LAST_FOUR = frozenset({Kind.CARD, Kind.PHONE, Kind.IBAN})
_CODE_NAMES = (
    r"(?<![^\W\d_])(?:cvv2?|cvc2?|cvn2?|csc|cav2|cid|cvv/cvc|c\.v\.[cv]\.?)(?![^\W\d_])|(?:security|card(?: verification)?|verification value|cvv|cvc) ?(?:code|number|value|no)\b"
    r"|prüfziffer|kartenprüf(?:nummer|ziffer|code)|prüfnummer|sicherheits(?:code|nummer|ziffer)|cryptogramme|(?:code|chiffres?) de sécurité|code (?:cvv|cvc)"
    r"|(?:código|codigo|número|clave|dígitos?) de seguran?ç?(?:ança|ridad|idad)|código de seguridad|codigo de seguridad|c[óo]digo de verificaci[óo]n"
    r"|c[óo]digo de seguran[çc]a|codice di (?:sicurezza|verifica)|codice (?:cvv|cvc)|код безопасности|код (?:cvv|cvc)|(?:проверочный|защитный) код|трехзначный код|трёхзначный код"
    r"|رمز الأمان|رمز الامان|رمز التحقق|رقم الأمان|كود الأمان|सुरक्षा कोड|सीवीवी|सिक्योरिटी कोड|सुरक्षा नंबर|セキュリティ ?コ[ー-]ド|セキュリティ番号|確認番号|보안 ?코드|보안 ?번호|카드 ?인증 ?번호"
    r"|安全码|安全碼|安全代码|卡背后(?:的)?(?:三|3)位|背面(?:三|3)位|后三位|末三码"
)
_ALSO_NAMES = r"验证码|驗證碼|校验码|校驗碼|(?<![^\W\d_])pin(?![^\W\d_])"
"""What is said of other codes as well: they count beside a card."""
_MONEY = r"(?:[.,:/]\d|\d| ?(?:[$€£¥₹₽%元円원]|(?:eur|usd|gbp|inr|rub|euros?|dollars?|rs|uhr|h|km|kg|stück|pieces|pcs)\b))"
_GAP = r"(?:[^\d\n?!。？！\x01]{0,18}|[^\d\n?!。？！\x01]{0,12}[:：] *\n *)"
_THREE = rf"(?<!\d)(?<!\d[.,:/])(\d{{3,4}}|\d[ .-]\d[ .-]\d(?:[ .-]\d)?)(?!{_MONEY})"
_CODE = re.compile(rf"(?i)(?:{_CODE_NAMES}){_GAP}{_THREE}")
_CODE_BEFORE = re.compile(
    rf"(?i)(?<![\d\x01])(?<![\d\x01][ .,/:-])(\d{{3,4}})(?= ?[ (=-] ?(?:(?:is|was|ist|est|es|é|è|это|—|-) )?(?:(?:my|the|mein|meine|der|die|le|mon|el|mi|o|meu|il|mio|мой) )?(?:{_CODE_NAMES}))"
    r"|(?<![\d\x01])(\d{3,4})(?=(?:是|は|이|은|가)?(?:我的|私の|제)?(?:安全码|安全碼|セキュリティコ|보안 ?코드))"
)
_CODE_BESIDE = re.compile(rf"(?i)(?:{_ALSO_NAMES}){_GAP}{_THREE}")
_AFTER_DATE = re.compile(r"(?<!\d)(?:0[1-9]|1[0-2]) ?[/-] ?(?:20)?\d\d[ ,;/|]+(\d{3,4})(?!\d)")
_AFTER_CARD = re.compile(rf"[ ,;/|\n]{{1,3}}(\d{{3,4}})(?!{_MONEY})(?=\s*(?:\Z|[\n,;.)|]))")
_NAMED = re.compile(r"(?i)cv|csc|cid|c\.v|code|chiffre|cod|código|clave|dígito|número|number|no\b|value|prüf|sicherheit|cryptogramme|код|رمز|رقم|كود|कोड|सीवीवी|नंबर|コ|番号|코드|번호|码|碼|位")


def masked(text: str, kinds: Collection[Kind], language: str = "und") -> str:
    """The text with what is of these kinds masked. With cards go security codes, which nobody may keep (PCI DSS 3.3.1), whether the
    card is in the same text or not."""
    if not kinds or not text:
        return text
    found = [f for f in detect(text, language) if f.kind in kinds]
    parts, at, card = list[str](), 0, False
    for f in found:
        if f.start < at:  # what was taken for a code
            continue
        parts += [text[at : f.start], mask(f.kind, text[f.start : f.end])]
        at = f.end
        if f.kind is Kind.CARD:
            card = True
            if (m := _AFTER_CARD.match(folded(text[at : at + 24]))) is not None:
                parts += [text[at : at + m.start(1)], DOT * len(m[1])]
                at += m.end(1)
    shown = "".join([*parts, text[at:]])
    return without_codes(shown, card=card) if Kind.CARD in kinds else shown


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


def without_codes(text: str, *, card: bool) -> str:
    """The text without cards' security codes. `card`: whether a card's number was masked in it, beside which more is one."""
    if not any(map(str.isdigit, text)):
        return text
    seen = Visible(text.replace(DOT, "\x01"))  # a dot folds to a full stop
    patterns = (_CODE, _CODE_BEFORE) if _NAMED.search(seen.text) else ()
    found = [m for pattern in (*patterns, *((_CODE_BESIDE, _AFTER_DATE) if card else ())) for m in pattern.finditer(seen.text)]
    if not found:
        return text
    shown = list(text)
    for m in found:
        start, end = seen.span(*m.span(m.lastindex or 1))
        shown[start:end] = [DOT if c.isalnum() else c for c in text[start:end]]
    return "".join(shown)
