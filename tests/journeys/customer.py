"""The scripted customer: what they say next, given what the bot did.

- They begin with the opening. A slot that is asked is answered from `answers`, whose entries are counted over the whole
  conversation, the last one being repeated; `instead` is said once, in place of the first answer to its slot, and uses up none.
- Asked for anything else, also for a slot they have no answer to, they say `any`, entry by entry, the last one being repeated.
- Told neither that it is finished nor asked for a slot ("please say that again") they say `any` too. A stranger, whose `any` is
  who they are, and somebody without `any` says the wish at hand again, in the same words. So does who has neither an answer nor
  `any` to a question.
- After a greeting they go on with the next wish whatever the bot says, unless a person has them: nothing can be pending yet.
- After a farewell they are gone. A bot that then still waits for an answer never gets one (`UNANSWERED`).
- They stop where a person has them; where every wish is finished; where the conversation was closed on them with a wish
  unfinished; and they give up when the bot's reply to their twelfth message settles neither.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum

from tests.journeys.ports import Heard, Record, Talk
from tests.journeys.scripts import FAREWELLS, GREETINGS, Journey

PATIENCE = 12  # messages of theirs


class End(Enum):
    """Why the customer stopped."""

    CONTENT = "every wish finished"
    PERSON = "with a person"
    CLOSED = "closed with a wish unfinished"
    GAVE_UP = "gave up"
    UNANSWERED = "the bot asked after the farewell"


@dataclass(frozen=True)
class Turn:
    """A message of the customer and what came of it. `wish` counts what they came up with by themselves: 0 is the opening."""

    said: str
    wish: int
    heard: Heard
    changes: tuple[Record, ...]
    told: tuple[Record, ...]


@dataclass(frozen=True)
class Conversation:
    turns: tuple[Turn, ...]
    end: End
    messages: tuple[str, ...]  # all texts of the bot

    @property
    def changes(self) -> tuple[Record, ...]:
        return tuple(each for turn in self.turns for each in turn.changes)

    @property
    def told(self) -> tuple[Record, ...]:
        return tuple(each for turn in self.turns for each in turn.told)


@dataclass
class Customer:
    """Walks through one script."""

    journey: Journey
    wish: int = 0
    end: End | None = None
    _given: Counter[str] = field(default_factory=Counter)
    _instead: set[str] = field(default_factory=set)

    def next(self, heard: Heard) -> str | None:
        """What they say to what they heard; None if they stop, `end` then saying why."""
        says, at_hand = self.journey.says, self.journey.says[self.wish]
        last = self.wish == len(says) - 1
        if heard.owner == "person":
            return self._stops(End.PERSON)
        if at_hand in FAREWELLS:
            return self._stops(End.UNANSWERED if heard.asked else End.CONTENT)
        if heard.finished or at_hand in GREETINGS:
            if last:
                return self._stops(End.CONTENT)
            self.wish += 1
            return says[self.wish]
        if heard.owner == "nobody":
            return self._stops(End.CLOSED)
        return self._answer(heard.asked) if heard.asked else self._again()

    def _stops(self, end: End) -> str | None:
        self.end = end
        return None

    def _answer(self, slot: str) -> str:
        if slot in self.journey.instead and slot not in self._instead:
            self._instead.add(slot)
            return self.journey.instead[slot]
        answers = self.journey.answers.get(slot)
        if answers:
            return self._entry(slot, answers)
        return self._entry("any", self.journey.any) if self.journey.any else self.journey.says[self.wish]

    def _again(self) -> str:
        if self.journey.any and not self.journey.stranger:
            return self._entry("any", self.journey.any)
        return self.journey.says[self.wish]

    def _entry(self, name: str, texts: tuple[str, ...]) -> str:
        self._given[name] += 1
        return texts[min(self._given[name], len(texts)) - 1]


def converse(journey: Journey, talk: Talk) -> Conversation:
    """Plays the journey to its end. Raises what the bot raises, and ValueError if its records get shorter."""
    customer, turns = Customer(journey), list[Turn]()
    changes: tuple[Record, ...] = ()
    told: tuple[Record, ...] = ()
    text: str | None = journey.opening
    while text is not None and len(turns) < PATIENCE:
        wish, heard = customer.wish, talk.say(text)
        changes_now, told_now = tuple(talk.effects()), tuple(talk.told())
        if changes_now[: len(changes)] != changes or told_now[: len(told)] != told:
            raise ValueError(f"{journey.id}: what the bot did and told before is no longer in its records")
        turns.append(Turn(text, wish, heard, changes_now[len(changes) :], told_now[len(told) :]))
        changes, told = changes_now, told_now
        text = customer.next(heard)
    return Conversation(tuple(turns), customer.end or End.GAVE_UP, tuple(talk.messages()))
