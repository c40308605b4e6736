"""What a company decides about its waiting room, from JSON's types."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from switchboard.domain.errors import Malformed

DAY = 86400.0
MOST_MESSAGES = 20
NAME_CHARACTERS = 64
_CHANNEL = re.compile(r"[a-z][a-z0-9_]{0,31}", re.ASCII)
_NO_WAITING_ROOM = "email"  # nobody sits waiting for an e-mail, and such news would be stale before it is read


class Then(StrEnum):
    """What happens when the longest wait is over."""

    OFFLINE_FORM = "offline_form"
    QUEUE = "queue"  # another queue takes over
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Settings:
    """All times are seconds. `callback_from`: the estimated wait from which a call-back is offered; None: never. `longest_wait`:
    None: without end. `then_queue`: the other queue where `then` is QUEUE. `most_messages`: such messages a wait at most;
    `most_by_channel` goes before it (WeChat lets us send 5 messages for one of the customer's, and the agents need theirs)."""

    tell_after: float = 10.0
    again_after: float = 180.0
    callback_from: float | None = 300.0
    longest_wait: float | None = 1800.0
    then: Then = Then.OFFLINE_FORM
    then_queue: str = ""
    channels: frozenset[str] = frozenset({"webchat", "whatsapp", "wechat", "sms"})
    most_messages: int = 4
    most_by_channel: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({"wechat": 2}))

    def most(self, channel: str) -> int:
        """Messages of the waiting room that a customer of this channel gets at most in one wait."""
        return self.most_by_channel.get(channel, self.most_messages)


FIELDS = (
    "tell_after", "again_after", "callback_from", "longest_wait", "then", "channels", "most_messages", "most_by_channel",
)  # fmt: skip


def parse(data: object, field: str = "waiting_room") -> Settings:
    """Settings from JSON's types; what is left out keeps its default:

        {"tell_after": 10, "again_after": 180, "callback_from": 300, "longest_wait": 1800, "then": "queue:overflow",
         "channels": ["webchat", "whatsapp"], "most_messages": 4, "most_by_channel": {"wechat": 2}}

    Times are seconds; `callback_from` and `longest_wait` may be null. Raises Malformed, which names the field at fault."""
    if not isinstance(data, Mapping):
        raise Malformed(f"{field!r} is an object")
    if unknown := sorted(str(name)[:NAME_CHARACTERS] for name in set(data) - set(FIELDS)):
        raise Malformed(f"{field!r} has no field {unknown[0]!r}; its fields are {', '.join(FIELDS)}")
    d = Settings()
    tell_after = _seconds(data.get("tell_after", d.tell_after), 0, f"{field}.tell_after")
    longest = _maybe_seconds(data.get("longest_wait", d.longest_wait), 60, f"{field}.longest_wait")
    if longest is not None and longest <= tell_after:
        raise Malformed(f"'{field}.longest_wait' is later than 'tell_after' ({tell_after:g} seconds)")
    then, queue = _then(data.get("then", d.then.value), f"{field}.then")
    return Settings(
        tell_after=tell_after,
        again_after=_seconds(data.get("again_after", d.again_after), 30, f"{field}.again_after"),
        callback_from=_maybe_seconds(data.get("callback_from", d.callback_from), 0, f"{field}.callback_from"),
        longest_wait=longest,
        then=then,
        then_queue=queue,
        channels=_channels(data.get("channels", sorted(d.channels)), f"{field}.channels"),
        most_messages=_count(data.get("most_messages", d.most_messages), f"{field}.most_messages"),
        most_by_channel=_counts(data.get("most_by_channel", d.most_by_channel), f"{field}.most_by_channel"),
    )


def _seconds(value: object, least: int, field: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= DAY:  # NaN compares false
        raise Malformed(f"{field!r} is a number of seconds from {least} to {DAY:.0f}")
    return float(value)


def _maybe_seconds(value: object, least: int, field: str) -> float | None:
    return None if value is None else _seconds(value, least, field)


def _count(value: object, field: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_MESSAGES:
        raise Malformed(f"{field!r} is a whole number from 0 to {MOST_MESSAGES}")
    return value


def _counts(value: object, field: str) -> Mapping[str, int]:
    if not isinstance(value, Mapping):
        raise Malformed(f"{field!r} maps channels to whole numbers")
    return MappingProxyType({_channel(name, field): _count(count, f"{field}.{name}") for name, count in value.items()})


def _channels(value: object, field: str) -> frozenset[str]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise Malformed(f"{field!r} is a list of channels")
    return frozenset(_channel(name, f"{field}[{n}]") for n, name in enumerate(value))


def _channel(name: object, field: str) -> str:
    if not isinstance(name, str) or not _CHANNEL.fullmatch(name):
        raise Malformed(f"{field!r} names a channel in small letters, e.g. 'webchat'")
    if name == _NO_WAITING_ROOM:
        raise Malformed(f"{field!r}: e-mail has no waiting room; nobody sits waiting for one")
    return name


def _then(value: object, field: str) -> tuple[Then, str]:
    if value in (Then.OFFLINE_FORM.value, Then.KEEP.value):
        return Then(str(value)), ""
    if isinstance(value, str) and value.startswith("queue:"):
        queue = value.removeprefix("queue:")
        if queue and queue == queue.strip() and len(queue) <= NAME_CHARACTERS:
            return Then.QUEUE, queue
    raise Malformed(f"{field!r} is 'offline_form', 'keep' or 'queue:' and the name of a queue")
