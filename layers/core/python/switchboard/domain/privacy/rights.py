"""What a person has said about the use of their data: consents by channel and purpose, objections (GDPR 21), restriction (GDPR 18)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from switchboard.domain.errors import Malformed

EVERY_CHANNEL = ""


class Purpose(StrEnum):
    """What may be consented to, withdrawn and objected to. Answering who writes needs no consent (GDPR 6(1)(b))."""

    MESSAGES = "messages"  # what the company sends unasked, on a channel
    IMPROVEMENT = "improvement"  # words that the bot learns from
    TRANSLATION = "translation"  # words that a translation engine is given
    AI = "ai"  # words that a large model is given


@dataclass(frozen=True, slots=True)
class Consent:
    """The last word on a purpose and channel ("": every channel). `since`: when the person gave or withdrew it; `source`: where they
    did; `version`: of the text they were shown."""

    purpose: str
    channel: str
    given: bool
    since: datetime
    source: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class Rights:
    """`consents` in the order they came on record, one for each purpose and channel: a later one overrules earlier ones of the same
    purpose that it covers. Where nothing was said the company's own legal basis holds."""

    consents: tuple[Consent, ...] = ()
    objections: tuple[str, ...] = ()
    restricted: bool = False
    held: bool = False  # a legal hold: the company must keep the data, whoever wants them erased

    def said(self, consent: Consent) -> Rights:
        covered = [
            c for c in self.consents if c.purpose != consent.purpose or consent.channel not in (EVERY_CHANNEL, c.channel)
        ]  # fmt: skip
        return replace(self, consents=(*covered, consent))

    def objected(self, purposes: Iterable[str]) -> Rights:
        return replace(self, objections=tuple(sorted({*purposes})))

    def last(self, purpose: Purpose, channel: str = EVERY_CHANNEL) -> Consent | None:
        """The word that holds for a purpose on a channel."""
        found = [c for c in self.consents if c.purpose == purpose and c.channel in (EVERY_CHANNEL, channel)]
        return found[-1] if found else None

    def allow(self, purpose: Purpose, channel: str = EVERY_CHANNEL) -> bool:
        """Whether data may be used so. Without a channel, one that is withdrawn on any is not allowed."""
        if self.restricted or purpose in self.objections:
            return False
        if channel == EVERY_CHANNEL:
            return all(c.given for c in self.consents if c.purpose == purpose)
        last = self.last(purpose, channel)
        return last is None or last.given

    def may_answer(self, channel: str, customer_at: datetime | None) -> bool:
        """Whether somebody may write to a customer whose last message is of then: after they withdrew, only what they wrote since is
        answered."""
        last = self.last(Purpose.MESSAGES, channel)
        return last is None or last.given or (customer_at is not None and customer_at > last.since)


UNSAID = Rights()
STOP_CHANNELS = frozenset({"whatsapp", "sms"})
_STOP = frozenset({
    "stop", "stopp", "stopall", "stop all", "stop messages", "unsubscribe", "optout", "opt-out", "opt out", "abmelden", "abbestellen",
    "arret", "arrêt", "désinscription", "baja", "darse de baja", "sair", "descadastrar", "disiscrivimi", "стоп", "отписаться",
    "退订", "退訂", "取消订阅", "td", "停止", "수신거부", "إلغاء الاشتراك",
})  # fmt: skip
_START = frozenset({"start", "unstop", "subscribe", "opt in", "optin", "opt-in", "订阅"})


def command(channel: str, text: str) -> bool | None:
    """True: the whole message is a word by which one asks for messages again; False: by which one wants no more; None: neither."""
    if channel not in STOP_CHANNELS:
        return None
    said = " ".join(text.casefold().split()).strip(" .!。！\"'")
    return False if said in _STOP else True if said in _START else None


def purpose_of(name: str) -> Purpose:
    """Raises Malformed."""
    try:
        return Purpose(name)
    except ValueError:
        raise Malformed(f"'purpose' is one of {', '.join(Purpose)}") from None
