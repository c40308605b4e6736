"""A flow: what to ask, look up, confirm and have done to serve one intent. `reading` makes them from documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Texts = Mapping[str, str]
"""Language -> template."""

Scalar = str | bool | int | float

SECOND = "second"
"""In conditions: the flow that the message may have meant as well."""


class SlotKind(StrEnum):
    CODE = "code"
    EMAIL = "email"
    PHONE = "phone"
    CONTACT = "contact"  # an e-mail address or a telephone number
    CHOICE = "choice"
    ONE_OF = "one_of"
    ADDRESS = "address"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Slot:
    """Something the flow needs to know. `again` is said after a miss. `carry`: a value heard earlier in the conversation serves.
    `opening`: the message that started the flow is tried as the value first. By kind: `prefix` and `digits` of a code; `options` of
    a choice, value -> language -> phrases; `source` of a one_of, "into.field"; `least` characters of a text, and `grounds`: it asks
    why, so that "I changed my mind" answers it."""

    name: str
    kind: SlotKind
    ask: Texts
    again: Texts = field(default_factory=dict)
    carry: bool = False
    opening: bool = False
    prefix: str = ""
    digits: int = 0
    options: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    source: str = ""
    least: int = 3
    grounds: bool = False


@dataclass(frozen=True, slots=True)
class When:
    """What must hold for a step: `value` ("slot" or "into.field") is (`negated`: is not) one of `among`. An unknown value meets
    nothing. A step may have several, all of which must hold."""

    value: str
    among: tuple[Scalar, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    slot: str
    when: tuple[When, ...] = ()


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What follows from an outcome that is not "ok": `ask` empties a slot and asks it again, `end` ends the flow so; one of the
    two. `say` goes first. `instead`: the company's reason -> the flow that serves who is refused so, whatever they said."""

    ask: str = ""
    end: str = ""
    say: Texts = field(default_factory=dict)
    instead: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """`arguments`: the company's name -> slot. `into` is unique in the flow."""

    action: str
    arguments: Mapping[str, str]
    into: str
    purpose: str = ""
    otherwise: Mapping[str, Otherwise] = field(default_factory=dict)
    when: tuple[When, ...] = ()


@dataclass(frozen=True, slots=True)
class Confirm:
    """`name` is "confirm", of further ones "confirm.2" and so on. `slots`: what the customer agrees to. `offer`: something more than
    what was asked for; who says no to it was served all the same."""

    name: str
    texts: Texts
    slots: tuple[str, ...]
    when: tuple[When, ...] = ()
    offer: bool = False


@dataclass(frozen=True, slots=True)
class Say:
    texts: Texts
    when: tuple[When, ...] = ()


Step = Ask | Call | Confirm | Say


@dataclass(frozen=True, slots=True)
class Flow:
    """`default`: the language that fills in where a text lacks the customer's. `timeout`: seconds of silence. `guess`: it may begin
    where it is only likely what was meant; not if it does something before anything is confirmed. `kin`: flows that a message of this
    one may have meant as well, of which the company's answer tells which is possible. `digest` is of the document."""

    name: str
    slots: Mapping[str, Slot]
    steps: tuple[Step, ...]
    done: Texts = field(default_factory=dict)
    timeout: int = 1800
    default: str = "en"
    guess: bool = True
    digest: str = ""
    kin: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether it has something done that the customer confirms."""
        return any(isinstance(step, Confirm) and not step.offer for step in self.steps)

    def slot(self, name: str) -> Slot:
        """A slot, by its name."""
        return self.slots[name]

    def of_kind(self, *kinds: SlotKind) -> tuple[Slot, ...]:
        """The slots of some kinds, in the order in which they are asked; those that are only listened for come last."""
        order = dict.fromkeys([s.slot for s in self.steps if isinstance(s, Ask)] + list(self.slots))
        return tuple(self.slots[name] for name in order if self.slots[name].kind in kinds)


@dataclass(frozen=True, slots=True)
class Words:
    """Lists of words: name -> value -> texts by language. Lists without values have the value ""."""

    lists: Mapping[str, Mapping[str, Texts]] = field(default_factory=dict)
    default: str = "en"

    def __call__(self, name: str, value: str, language: str) -> str:
        """The words in the language or the default one; "" where there are none."""
        return in_language(self.lists.get(name, {}).get(value, {}), language, self.default)


def in_language(texts: Texts, language: str, default: str = "en") -> str:
    """The text for a customer: in their language (ISO 639-1 or a tag such as "pt-BR"), else the default, else any; "" if empty."""
    own = language.replace("_", "-").partition("-")[0].lower()
    return texts.get(language) or texts.get(own) or texts.get(default) or next(iter(texts.values()), "")
