"""The one detector of personal data in texts.

Found is what has a form and holds what the form promises: a card's scheme and Luhn, an account's country and remainder, a number that
a country's numbering plan has. Digits count in every script, at full width, and however people split them; places are the text's own.
The time taken grows with the text's length alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from operator import attrgetter

from switchboard.domain.privacy import accounts, cards, emails, national, phones, words
from switchboard.domain.privacy.countries import COUNTRIES
from switchboard.domain.privacy.folding import Visible
from switchboard.domain.privacy.kinds import LIKELY, Found, Kind
from switchboard.domain.privacy.numbers import rows

FOLLOWING = 24  # characters
_DATE = re.compile(
    r"(?<![\d+])(?<!\d[-/.])(?:(?:19|20)\d\d([-/.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|[12]\d|3[01])([-/.])(?:0?[1-9]|1[0-2])\2(?:19|20)\d\d|(?:0[1-9]|1[0-2])/(?:[12]\d|3[01])/(?:19|20)\d\d)(?![-/.]?\d)"
)
_UUID = re.compile(r"(?ai)(?<![0-9a-f-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-f-])")
_NOT_LATIN = re.compile(r"[^\x00-\u024f\u1e00-\u2bff\u3000-\u303f\uff00-\uffef]")
_RANK = {kind: place for place, kind in enumerate((
    Kind.EMAIL, Kind.IBAN, Kind.CN_ID, Kind.FR_NIR, Kind.IT_CF, Kind.CARD, Kind.ES_ID, Kind.BR_CPF, Kind.DE_ID, Kind.US_SSN,
    Kind.IN_ID, Kind.PASSPORT, Kind.PHONE,
))}  # fmt: skip
"""Between findings of one certainty: by how much their check tells."""


def detect(text: str, language: str = "und", least: int = LIKELY) -> list[Found]:
    """What is personal in a text, in its order, nothing within another. `language` (ISO 639-1, several with blanks between) says whose
    national numbers are looked for; "und": every country's numbers of people, telephones' as the letters let guess. `least`: how
    certain it is at least."""
    if not text:
        return []
    found: list[Found] = []
    seen = Visible(text)
    plain = seen.text
    if "@" in plain or "(at" in plain or "[at" in plain or "(AT" in plain or "arroba" in plain:
        found += emails.emails(plain)
    if any(map(str.isdigit, set(plain))):
        plain = _UUID.sub(_blank, _DATE.sub(_blank, plain))
        spoken = _spoken(plain, language)
        countries = tuple(dict.fromkeys(c for each in spoken for c in phones.countries_of(each)))
        found += accounts.ibans(plain)
        people = frozenset(COUNTRIES if "und" in spoken or language == "und" else spoken)
        found += national.lettered(plain, people)
        found += cards.cards(plain)
        found += cards.listed(plain)
        found += _in_rows(plain, people, countries)
    resolved = _resolved(found, least)
    return [Found(*seen.span(f.start, f.end), f.kind, f.certainty) for f in resolved] if seen.text != text else resolved


def _in_rows(text: str, people: frozenset[str], countries: tuple[str, ...]) -> Iterator[Found]:
    """What rows of digits hold. The same row between the same words is judged once."""
    judged: dict[tuple[str, str, str, bool], list[Found]] = {}
    called = -FOLLOWING  # where the last telephone number ended: "or", and another
    for row in rows(text):
        start = row.start
        follows = start - called < FOLLOWING
        beside = (text[max(0, start - words.BEFORE) : start], row.shown, text[row.end : row.end + words.AFTER], follows)
        if row.long or (known := judged.get(beside)) is None:
            if follows and row.label is None:
                row.label = Kind.PHONE
            known = [*cards.named_cards(row), *national.numbered(row, people), *phones.phones(row, countries)]
            if not row.long:
                judged[beside] = [Found(f.start - start, f.end - start, f.kind, f.certainty) for f in known]
        else:
            known = [Found(f.start + start, f.end + start, f.kind, f.certainty) for f in known]
        called = next((f.end for f in reversed(known) if f.kind is Kind.PHONE and f.certainty >= LIKELY), called)
        yield from known


def _blank(m: re.Match[str]) -> str:
    return "\x00" * len(m[0])


_LATIN = ("en", "de", "fr", "es", "pt", "it")


def _spoken(text: str, language: str) -> tuple[str, ...]:
    """The languages a text may be in, the likeliest first."""
    known = [each.partition("-")[0].lower() for each in language.split()]
    if known and all(each in COUNTRIES for each in known):
        return tuple(known)
    c = m[0] if (m := _NOT_LATIN.search(text)) is not None else ""
    if not c:
        return ("und", *(_LATIN if any(map(str.isalpha, set(text))) else COUNTRIES))
    if "\u0400" <= c <= "\u052f":
        return ("ru",)
    if "\u0600" <= c <= "\u06ff":
        return ("ar",)
    if "\u0900" <= c <= "\u097f":
        return ("hi",)
    if "\uac00" <= c <= "\ud7af":
        return ("ko",)
    if re.search(r"[\u3040-\u30ff]", text):
        return ("ja",)
    return ("zh", "ja") if "\u3400" <= c <= "\u9fff" else ("und", *_LATIN)


def _resolved(found: Iterable[Found], least: int) -> list[Found]:
    """Of those that overlap the most certain, then the more telling kind, then the longer."""
    wanted = sorted((f for f in found if f.certainty >= least), key=attrgetter("start"))
    if all(one.end <= other.start for one, other in pairwise(wanted)):
        return wanted
    wanted.sort(key=lambda f: (-f.certainty, _RANK[f.kind], f.start - f.end, f.start))
    taken: list[Found] = []
    covered = bytearray(max((f.end for f in wanted), default=0))
    for f in wanted:
        if covered.find(1, f.start, f.end) < 0:
            covered[f.start : f.end] = b"\x01" * (f.end - f.start)
            taken.append(f)
    return sorted(taken, key=lambda f: f.start)
