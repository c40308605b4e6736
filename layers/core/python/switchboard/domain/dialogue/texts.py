"""What a flow says: templates filled with values. Values are the customer's and the company's words: they are shown, never read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from switchboard.domain.dialogue.flow import Texts, Words, in_language
from switchboard.domain.dialogue.message import cleaned
from switchboard.domain.dialogue.phrases import own_language

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)(?:\.([a-z][a-z0-9_]*))?(?:\|([a-z][a-z0-9_]*))?\}")
SHOWN_CHARACTERS = 300
"""Of a value in a text."""
LONGEST_LIST = 20

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "hi": "जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर",
}
_DATES = {
    "de": "{d}. {month} {y}", "es": "{d} de {month} de {y}", "pt": "{d} de {month} de {y}", "ru": "{d} {month} {y} г.",
    "zh": "{y}年{m}月{d}日", "ja": "{y}年{m}月{d}日", "ko": "{y}년 {m}월 {d}일",
}  # fmt: skip
"""Long dates after Unicode CLDR; the others are "5 March 2026"."""
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "CNY": "¥", "INR": "₹", "RUB": "₽", "KRW": "₩", "BRL": "R$"}
_SIGN_LAST = frozenset({"de", "fr", "es", "it", "ru", "ar"})
_COMMA = frozenset({"de", "fr", "es", "it", "pt", "ru"})
_WHOLE = frozenset({"JPY", "KRW"})
_JOINTS = {"zh": "、", "ja": "、", "ar": "، "}


@dataclass(frozen=True, slots=True)
class Scope:
    """What names in a text stand for: slots by their values, results by their data. `extra` has `value` in what is said again."""

    values: Mapping[str, str]
    results: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)

    def find(self, name: str, part: str = "") -> Any:
        """The value; None where there is none."""
        if part:
            return self.results.get(name, {}).get(part)
        return self.extra.get(name, self.values.get(name))


def rendered(texts: Texts, scope: Scope, words: Words, language: str, default: str = "en") -> str:
    """The text in the customer's language, its names filled in. What is missing is an empty text."""
    template = in_language(texts, language, default)

    def shown(found: re.Match[str]) -> str:
        return formatted(scope.find(found[1], found[2] or ""), found[3] or "", words, language)

    return re.sub(r"(?<=\S)[ ]{2,}", " ", PLACEHOLDER.sub(shown, template)).strip()


def formatted(value: object, form: str, words: Words, language: str) -> str:
    """A value as people read it. `form`: "date", "money", "list", a list of words, or ""."""
    if value is None:
        return ""
    if form == "money":
        return _money(value, language)
    if isinstance(value, list | tuple):
        joint = _JOINTS.get(own_language(language), ", ")
        inner = "" if form == "list" else form
        return joint.join(filter(None, (formatted(v, inner, words, language) for v in value[:LONGEST_LIST])))
    plain = _plain(value)
    if form == "date":
        return _date(plain, language)
    return words(form, plain, language) or plain if form and form != "list" else plain


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return " ".join(cleaned(str(value)).split())[:SHOWN_CHARACTERS] if isinstance(value, str | int | float) else ""


def _date(value: str, language: str) -> str:
    try:
        day = date.fromisoformat(value[:10])
    except ValueError:
        return value
    own = own_language(language)
    months = _MONTHS.get(own, _MONTHS["en"]).split()
    template = _DATES.get(own, "{d} {month} {y}")
    return template.format(d=day.day, m=day.month, y=day.year, month=months[day.month - 1])


def _money(value: object, language: str) -> str:
    """`{"amount": 12.5, "currency": "EUR"}`: units, not cents; ISO 4217."""
    if not isinstance(value, Mapping):
        return _plain(value)
    currency = _plain(value.get("currency", ""))
    try:
        amount = Decimal(str(value.get("amount", "")))
    except InvalidOperation:
        return ""
    if not amount.is_finite() or abs(amount) >= 10**15:
        return ""
    own = own_language(language)
    figure = f"{amount:,.{0 if currency in _WHOLE else 2}f}"
    if own in _COMMA:
        gap = "\u00a0" if own in ("fr", "ru") else "."
        figure = figure.translate({ord(","): gap, ord("."): ","})
    sign = _SIGNS.get(currency, currency)
    apart = "\u00a0" if own in _SIGN_LAST or own == "pt" or len(sign) > 1 else ""
    parts = (figure, sign) if own in _SIGN_LAST else (sign, figure)
    return apart.join(filter(None, parts))
