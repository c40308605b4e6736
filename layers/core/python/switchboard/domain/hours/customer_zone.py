"""Where a customer's clock is, guessed from what the channels tell: locale, phone country, and the hours at which they write.

The guess weighs candidates (Bayes' rule): each country named is a prior over its zones, and the customer's past messages, counted by
UTC hour, are more likely in a zone in which they fall into waking hours. People's habits differ by hours too, so messages tell far
zones apart, not near ones. The figures are assumptions, not measurements; a zone the customer has told us is always better."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from switchboard.domain.errors import Malformed
from switchboard.domain.hours.countries import LANGUAGES, ZONES, countries_of_number
from switchboard.domain.hours.zones import offset, utc

PHONE, LOCALE, LANGUAGE, DEFAULT_LOCALE, ANYWHERE = 6.0, 2.0, 0.7, 0.5, 0.3
"""How much each hint says, against the others. A phone's country says most. Many devices are left on en-US wherever they are.
ANYWHERE is the chance of none of these, spread over the globe."""

TELLING_MESSAGES = 50
"""Messages come in bursts and are not independent: however many they are, they count as fewer than this."""

HABITS = 1.5
"""Hours (standard deviation) by which a person's day lies earlier or later than most people's. No number of messages tells habits from
a neighbouring zone, so hours decide between zones that are far apart and leave near ones to the shares of the people."""

MOST = 0.95
"""No guess is surer than this."""

AWAKE = (2, 1, 1, 1, 1, 1.5, 3, 5, 7, 8, 8.5, 8.5, 8, 8, 8, 8, 8, 8, 8.5, 9, 9, 8, 6, 4)
"""How busy people are writing at each hour of their own day, relatively."""

_HABITS = tuple((later, -((later / HABITS) ** 2) / 2) for later in range(-6, 7))
_REGION = re.compile(r"[A-Za-z]{2}")


@dataclass(frozen=True, slots=True)
class ZoneGuess:
    """`zone` is an IANA name, `Etc/GMT-8` and the like where only an offset is known (its sign is reversed: that one is UTC+8), or
    empty if nothing is known. `confidence` is from 0 to 1; `reason` names the hints used."""

    zone: str
    confidence: float
    reason: str


def zone_of_customer(locale: str, phone_country: str, activity_hours_utc: Sequence[int], at: datetime) -> ZoneGuess:
    """The likeliest zone of a customer. All hints are optional (empty).

    `locale`: a BCP 47 tag. `phone_country`: ISO 3166 alpha-2, or an E.164 number or its first digits with a leading `+`.
    `activity_hours_utc`: how many of their messages came in each of the 24 UTC hours. `at`: the instant whose offsets count."""
    at = utc(at)
    activity = _activity(activity_hours_utc)
    hints = _hints(locale, phone_country)
    told = sum(activity)
    if not hints and not told:
        return ZoneGuess("", 0.0, "nothing known")
    priors = {_etc(hours): ANYWHERE / 24 for hours in range(-11, 13)}
    for hint in hints:
        for zone, part in hint.zones.items():
            priors[zone] = priors.get(zone, 0.0) + hint.weight * part
    scores = {zone: math.log(prior) + _fit(activity, offset(zone, at).total_seconds()) for zone, prior in priors.items()}
    best = max(scores, key=lambda zone: (scores[zone], zone))
    share = 1 / sum(math.exp(score - scores[best]) for score in scores.values())
    return ZoneGuess(best, round(min(share, MOST), 2), _reason(best, hints, told))


@dataclass(frozen=True, slots=True)
class _Hint:
    name: str
    zones: Mapping[str, float]
    weight: float


def _reason(zone: str, hints: Sequence[_Hint], told: int) -> str:
    reasons = [h.name for h in hints if zone in h.zones] + ([f"hours of {told} messages"] if told else [])
    against = [h.name for h in hints if zone not in h.zones]
    return " and ".join(reasons) + (f", against {' and '.join(against)}" if against else "")


def _activity(value: Sequence[int]) -> Sequence[int]:
    if len(value) not in (0, 24) or any(isinstance(n, bool) or not isinstance(n, int) or n < 0 for n in value):
        raise Malformed("'activity_hours_utc' is empty or counts messages in each of 24 hours")
    return value


def _hints(locale: str, phone_country: str) -> list[_Hint]:
    hints: list[_Hint] = []
    language, region = _parts(locale)
    phone = countries_of_number(phone_country) if phone_country.startswith("+") else (phone_country.upper(),)
    if phone and phone[0] in ZONES:
        hints.append(_Hint(f"phone country {'/'.join(phone)}", _people(phone), PHONE))
    if region in ZONES:
        weight = DEFAULT_LOCALE if (language, region) == ("en", "US") else LOCALE
        hints.append(_Hint(f"locale region {region}", ZONES[region], weight))
    elif language in LANGUAGES:
        hints.append(_Hint(f"language {language}", ZONES[LANGUAGES[language]], LANGUAGE))
    return hints


def _people(countries: Sequence[str]) -> dict[str, float]:
    """The zones of one country, or of two that share a code, of which the first has nine tenths of the people."""
    shares = (1.0,) if len(countries) == 1 else (0.9, 0.1)
    return {zone: share * part for country, part in zip(countries, shares, strict=False) for zone, share in ZONES[country].items()}


def _parts(locale: str) -> tuple[str, str]:
    """Language and region (empty if none) of a tag like `pt-BR`, `zh_Hant_TW` or `en`."""
    language, *rest = re.split(r"[-_.@]", locale)
    return language.lower(), next((part.upper() for part in rest if _REGION.fullmatch(part)), "")


def _fit(activity: Sequence[int], seconds_ahead: float) -> float:
    """The log-likelihood of the messages' hours in a zone so far ahead of UTC, over all habits a person may have."""
    told = sum(activity)
    if not told:
        return 0.0
    counted = TELLING_MESSAGES / (TELLING_MESSAGES + told)
    counts = [(hour, count * counted) for hour, count in enumerate(activity) if count]
    fits = []
    for later, weight in _HABITS:
        likely = _awake(round(seconds_ahead / 60) - later * 60)
        fits.append(weight + sum(count * likely[hour] for hour, count in counts))
    best = max(fits)
    return best + math.log(sum(math.exp(fit - best) for fit in fits))


@lru_cache(maxsize=512)
def _awake(minutes_ahead: int) -> tuple[float, ...]:
    """The logarithm of AWAKE by UTC hour. Where clocks are ahead by part of an hour, it lies between those of two hours."""
    whole, minutes = divmod(minutes_ahead, 60)
    part = minutes / 60
    shown = (AWAKE[(hour + whole) % 24] * (1 - part) + AWAKE[(hour + whole + 1) % 24] * part for hour in range(24))
    return tuple(math.log(busy / sum(AWAKE)) for busy in shown)


def _etc(hours: int) -> str:
    return f"Etc/GMT{-hours:+d}" if hours else "Etc/GMT"
