"""What a customer is told while nobody is there: when people are back, in their language and by their own clock. The words are
`resources/absence.json`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.domain.errors import Malformed
from switchboard.domain.hours.calendar import check_fields
from switchboard.domain.hours.countries import countries_of_number
from switchboard.domain.hours.customer_zone import zone_of_customer
from switchboard.domain.hours.settings import HoursSettings
from switchboard.domain.hours.zones import offset, wall

SURE = 0.5
"""How confident a guess of the customer's zone must be to tell them times by it."""

FALLBACK = "en"
_SENTENCES = {
    "closed": ("when",), "unknown": (), "today": ("clock",), "tomorrow": ("clock",), "weekday": ("weekday", "clock"),
    "date": ("d", "clock"),
}  # fmt: skip
"""The sentences of a language and what each must have a place for. A date also has `month` or, as a number, `m`."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """`region`: one of the settings, `zone`: an IANA name; each is empty where it is not known."""

    region: str = ""
    zone: str = ""


def whereabouts(hours: HoursSettings, language: str, phone: str, at: datetime) -> Whereabouts:
    """Where a customer seems to be, by their phone number (E.164 with leading `+`, or empty) and language."""
    known = phone if phone.startswith("+") else ""
    countries = countries_of_number(known)
    guess = zone_of_customer(language, known, (), at)
    return Whereabouts(hours.region_of(countries[0]) if countries else "", guess.zone if guess.confidence >= SURE else "")


@dataclass(frozen=True, slots=True)
class _Language:
    sentences: Mapping[str, str]
    weekdays: Sequence[str]  # Monday first, in the form that `weekday` and `date` need
    months: Sequence[str]


@dataclass(frozen=True, slots=True)
class AbsenceTexts:
    """`language` is a tag such as "pt-BR"; one without texts is served in English."""

    _languages: Mapping[str, _Language]

    def text(self, language: str, back: datetime | None, zone: str, at: datetime, *, theirs: bool) -> str:
        """Nobody is there at `at`; people are `back` then (None: it is not known when). Times are the zone's; it is named unless it
        is `theirs`."""
        code = language.replace("_", "-").partition("-")[0].lower()
        known = self._languages.get(code, self._languages[FALLBACK])
        if back is None:
            return known.sentences["unknown"]
        when = _when(known, wall(zone, at), wall(zone, back)) + ("" if theirs else f" ({_offset(zone, back)})")
        return known.sentences["closed"].format(when=when)


def _when(known: _Language, here: datetime, back: datetime) -> str:
    days = (back.date() - here.date()).days
    name = {0: "today", 1: "tomorrow"}.get(days, "weekday" if days < 7 else "date")
    month = known.months[back.month - 1] if known.months else ""
    return known.sentences[name].format(
        clock=f"{back:%H:%M}", weekday=known.weekdays[back.weekday()], d=back.day, m=back.month, month=month
    )  # fmt: skip


def _offset(zone: str, at: datetime) -> str:
    """E.g. `UTC+1`, `UTC-3:30` or `UTC`."""
    ahead = offset(zone, at)
    if not ahead:
        return "UTC"
    hours, minutes = divmod(round(abs(ahead) / timedelta(minutes=1)), 60)
    return f"UTC{'-' if ahead < timedelta(0) else '+'}{hours}" + (f":{minutes:02}" if minutes else "")


def parse_texts(data: object, field: str = "absence") -> AbsenceTexts:
    """Texts by language. Raises Malformed, which names the field at fault."""
    if not isinstance(data, Mapping) or FALLBACK not in data:
        raise Malformed(f"{field!r} maps languages to texts; {FALLBACK!r} is among them")
    return AbsenceTexts({code: _language(value, f"{field}.{code}") for code, value in data.items()})


def _language(value: object, field: str) -> _Language:
    known = check_fields(value, (*_SENTENCES, "weekdays", "months"), field)
    sentences: dict[str, str] = {}
    for name, needed in _SENTENCES.items():
        text = known.get(name)
        if not isinstance(text, str) or not text or any(f"{{{place}}}" not in text for place in needed):
            raise Malformed(f"'{field}.{name}' is a text with {', '.join(f'{{{p}}}' for p in needed) or 'words'}")
        sentences[name] = text
    weekdays, months = known.get("weekdays"), known.get("months", ())
    if not _words(weekdays, 7) or not (_words(months, 12) if months else "{m}" in sentences["date"]):
        raise Malformed(f"{field!r} names the seven 'weekdays', Monday first, and the twelve 'months' unless dates need none")
    assert isinstance(weekdays, Sequence)
    assert isinstance(months, Sequence)
    return _Language(sentences, tuple(weekdays), tuple(months))


def _words(value: object, count: int) -> bool:
    return isinstance(value, Sequence) and len(value) == count and all(isinstance(w, str) and w for w in value)
