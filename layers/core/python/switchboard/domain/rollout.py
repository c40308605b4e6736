"""The bot's share of the work: what it may answer alone, where it only suggests, and what it leaves to people from the start.

A team begins with one intent on one channel, looks at the figures, and widens."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from switchboard.domain.errors import Malformed

_FIELDS = frozenset({"intents", "channels", "languages", "percent", "mode"})
_RULES = 100


class Mode(StrEnum):
    """What the bot does with a message it could deal with."""

    ANSWERS = "answers"  # alone
    SUGGESTS = "suggests"  # to the agent who gets the conversation
    PEOPLE = "people"  # nothing: it is theirs


@dataclass(frozen=True, slots=True)
class Share:
    """A rule. An empty list names all; `percent` of the conversations it names (always the same ones) are treated by `mode`, the
    others go to people."""

    mode: Mode
    percent: int = 100
    intents: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()

    def names(self, intent: str, channel: str, language: str) -> bool:
        return all(
            not wanted or value in wanted
            for wanted, value in ((self.intents, intent), (self.channels, channel), (self.languages, language))
        )


def mode(shares: Sequence[Share], conversation: str, intent: str, channel: str, language: str) -> Mode:
    """The first rule that names the case decides; where none does the bot answers."""
    for share in shares:
        if share.names(intent, channel, language):
            return share.mode if _place(conversation) < share.percent else Mode.PEOPLE
    return Mode.ANSWERS


def _place(conversation: str) -> int:
    """Where a conversation stands among a hundred: the same for every message, whatever the rules are."""
    return int.from_bytes(hashlib.sha256(conversation.encode()).digest()[:8], "big") % 100


def parse(data: object) -> tuple[Share, ...]:
    """From JSON's types. Raises Malformed, which names the rule at fault."""
    if not isinstance(data, list) or len(data) > _RULES:
        raise Malformed(f"'rollout' is a list of at most {_RULES} rules")
    return tuple(_share(rule, f"rollout[{n}]") for n, rule in enumerate(data))


def _share(rule: object, where: str) -> Share:
    if not isinstance(rule, Mapping) or set(rule) - _FIELDS or "mode" not in rule:
        raise Malformed(f"{where} needs a 'mode' and may have {', '.join(sorted(_FIELDS - {'mode'}))}")
    if rule["mode"] not in list(Mode):
        raise Malformed(f"{where}: 'mode' is one of {', '.join(Mode)}")
    percent = rule.get("percent", 100)
    if isinstance(percent, bool) or not isinstance(percent, int) or not 0 <= percent <= 100:
        raise Malformed(f"{where}: 'percent' is a whole number from 0 to 100")
    named = {}
    for field in ("intents", "channels", "languages"):
        values = rule.get(field, [])
        if not isinstance(values, list) or not all(isinstance(v, str) and v for v in values):
            raise Malformed(f"{where}: {field!r} is a list of names")
        named[field] = frozenset(values)
    return Share(Mode(rule["mode"]), percent, **named)
