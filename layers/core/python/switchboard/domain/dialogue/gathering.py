"""The values a message has for the slots of a flow: which of them fill a slot, and which correct one."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.domain.dialogue import events as de
from switchboard.domain.dialogue.denied import Found
from switchboard.domain.dialogue.flow import Flow, Slot, SlotKind
from switchboard.domain.dialogue.kinds import bare_codes, find
from switchboard.domain.dialogue.message import Message
from switchboard.domain.dialogue.talk import Talk

_ORDER = (
    SlotKind.CODE, SlotKind.EMAIL, SlotKind.CONTACT, SlotKind.PHONE, SlotKind.CHOICE, SlotKind.ONE_OF, SlotKind.ADDRESS,
)  # fmt: skip
"""What is surest first: what it takes of the message is no part of the others' values."""
_VAGUE = (SlotKind.CHOICE, SlotKind.ONE_OF)
_NUMBERS = (SlotKind.CONTACT, SlotKind.PHONE)
"""What is believed without its country where it is put right, as where it was asked for."""
ASIDE = 3
"""Words that may stand beside a value without making the message about something else."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a message is to be taken. `asked`: the slot it answers. `starting`: it starts the flow. `correcting`: it says that something
    is wrong. `confirming`: what was filled in lies before the customer. `doubt`: it may well be about something else."""

    asked: str = ""
    starting: bool = False
    correcting: bool = False
    confirming: bool = False
    doubt: bool = False


@dataclass(frozen=True, slots=True)
class Gathered:
    """`values`: slot -> new value. `same`: slots whose value was said again. `rest`: the message without all that."""

    values: dict[str, str]
    same: frozenset[str]
    rest: Message


def gathered(t: Talk, flow: Flow, m: Message, manner: Manner) -> Gathered:
    """The values in a message."""
    values: dict[str, str] = {}
    same: set[str] = set()
    rest = m
    if manner.starting:
        for slot in flow.of_kind(SlotKind.CODE):
            rest = _take(t, slot, _only_number(slot, m), manner, values, same, rest)
    for kind in _ORDER:
        for slot in flow.of_kind(kind):
            options = t.options(slot) if kind is SlotKind.ONE_OF else ()
            again = manner.confirming and manner.correcting and kind in _NUMBERS and slot.name in t.top.values
            asked = slot.name == manner.asked or again
            found = find(slot, rest, t.means.language, asked=asked, doubt=manner.doubt, options=options)
            rest = _take(t, slot, found, manner, values, same, rest)
    for slot in flow.of_kind(SlotKind.CODE):
        if slot.name not in values and slot.name not in same and (manner.starting or manner.correcting):
            found = bare_codes(slot, rest)
            alone = len({f.value for f in found}) == 1
            if alone and (manner.starting or (slot.name in t.top.values and rest.bulk <= ASIDE + 2)):
                rest = _take(t, slot, found, manner, values, same, rest)
    current = t.top.values
    kept = {name: value for name, value in values.items() if name not in current or _corrects(flow.slot(name), manner, rest)}
    return Gathered(kept, frozenset(same), rest)


def _only_number(slot: Slot, m: Message) -> list[Found]:
    """A code without its prefix, if it is all the digits of a message: "order 50513 to another address" has no postcode."""
    found = bare_codes(slot, m)
    others = m.without(*(f.span for f in found)).plain
    return found if len({f.value for f in found}) == 1 and not any(c.isdigit() for c in others) else []


def _take(
    t: Talk, slot: Slot, found: list[Found], manner: Manner, values: dict[str, str], same: set[str], rest: Message
) -> Message:  # fmt: skip
    """Choose one of a slot's values; the message without them."""
    if not found:
        return rest
    current = t.top.values.get(slot.name)
    heard = list(dict.fromkeys(f.value for f in found))
    others = [value for value in heard if value != current]
    if slot.kind in _VAGUE and len(heard) > 1:
        return rest  # which of them is meant is not for us to say
    if current in heard and not (manner.correcting and others):
        same.add(slot.name)
    elif others:
        values[slot.name] = others[-1] if manner.correcting else others[0]
    return rest if slot.kind in _VAGUE else rest.without(*(f.span for f in found))


def _corrects(slot: Slot, manner: Manner, rest: Message) -> bool:
    """Whether another value takes the place of the one there is: not if it is merely mentioned in passing."""
    return manner.correcting or manner.confirming or (slot.kind not in _VAGUE and rest.bulk <= ASIDE)


def fill(t: Talk, values: dict[str, str], message: str) -> None:
    """Put values on record."""
    for name, value in values.items():
        frame = t.top
        t.happen(de.SlotFilled(frame.flow, name, message, value, correction=name in frame.values))
