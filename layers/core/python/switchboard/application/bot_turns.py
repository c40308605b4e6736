"""The bot's turns: what it says and does next, decided on a conversation as it stands. Everything here is a decision; the caller
commits it, in one transaction with what led to it.

A conversation is the bot's, a queue's or an agent's, never two of them: what is decided here holds only if it still is the bot's
when it is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from switchboard.application.articles import Articles, Asked, Cited
from switchboard.application.assignment import Assignment
from switchboard.application.ports import Clock, Ids
from switchboard.domain import bot, rollout
from switchboard.domain import conversation as cv
from switchboard.domain import events as ev
from switchboard.domain.contacts import Contact
from switchboard.domain.content import Content
from switchboard.domain.conversation import Conversation
from switchboard.domain.dialogue import engine
from switchboard.domain.dialogue.turn import CLOSE, LED, NOT_MINE, UNCLEAR, Book, HandOver, Hearing, Turn
from switchboard.domain.hours.absence import AbsenceTexts, whereabouts
from switchboard.domain.hours.settings import HoursSettings
from switchboard.domain.requirements import Requirements
from switchboard.domain.routing.needs import needs_of
from switchboard.domain.understanding import IN_PASSING, OUT_OF_SCOPE, Understanding

_DIGITS = 4  # of a text that holds a postcode or an order's number
AUTHOR = "bot"
ACTOR = ev.Actor(ev.ActorKind.BOT, AUTHOR)
AFTER_HOURS = "after_hours"  # why a conversation is queued that comes while nobody is there


@dataclass(frozen=True, slots=True)
class Customer:
    """Who the conversation is with: the contact as stored or about to be made, and their conversation before this one."""

    contact: Contact | None
    previous: Conversation | None = None


@dataclass(frozen=True, slots=True)
class BotTurns:
    """`policy`, `book` and `hours` are those in force."""

    assignment: Assignment
    ids: Ids
    clock: Clock
    policy: Callable[[], bot.BotPolicy]
    book: Callable[[], Book]
    hours: Callable[[], HoursSettings]
    absence: AbsenceTexts
    articles: Articles

    def hear(
        self, c: Conversation, message: str, text: str, u: Understanding, customer: Customer, sent_at: datetime | None = None
    ) -> list[ev.Event]:
        """What follows from a customer's message, which `c` holds already; `sent_at`: when they wrote it."""
        policy = self.policy()
        share = rollout.mode(policy.rollout, c.id, u.intent if bot.sure(policy, u) else "", c.channel, c.language)
        if c.dialogue.frames or (c.dialogue.closing and u.intent in IN_PASSING):  # "no thanks" is no new matter
            share = rollout.Mode.ANSWERS
        reason = bot.people_first(policy, u, self.needs(c, customer).vip)
        if reason and not (reason == "wish" and c.dialogue.frames and _value(text) and not bot.plainly_wishes(u)):
            return self._to_people(c, [], bot.hand_over(policy, u, reason, c.intent), customer, share)
        match share:
            case rollout.Mode.PEOPLE:
                return self._to_people(c, [], bot.hand_over(policy, u, "rollout", c.intent), customer, share)
            case rollout.Mode.SUGGESTS:
                return self._suggest(c, message, text, u, customer)
        reply = _Reply(policy, self.articles, Asked(message, text, c.language, customer.contact), u)
        turn = self._heard(c, reply, sent_at)
        if turn.outcome is NOT_MINE:
            return self._otherwise(c, reply, customer)
        if turn.outcome is UNCLEAR:
            return self._otherwise(c, replace(reply, u=replace(u, confidence=0.0)), customer)
        return self._follow(c, turn, u, customer)

    def done(self, c: Conversation, done: ev.ActionDone, customer: Customer) -> list[ev.Event]:
        """What follows from a company's answer, that it is on record before all."""
        policy = self.policy()
        turn = engine.resume(
            self.book(), c.dialogue, done, self.clock.now(), language=c.language, sure=lambda u: bot.sure(policy, u),
            new_call=lambda: self.ids.new("a"), answer=lambda u: bot.answer_to(policy, u),
        )  # fmt: skip
        return list(turn.events) if turn.outcome is NOT_MINE else self._follow(c, turn, _unheard(c), customer)

    def expire(self, c: Conversation, customer: Customer) -> list[ev.Event]:
        """What follows from silence, of the customer or of a company's system, once `c.bot_until` has come."""
        if not c.dialogue.frames:
            return [ev.Resolved(ev.ActorKind.BOT, AUTHOR)]
        now, deadline = self.clock.now(), c.dialogue.deadline
        due = now if deadline is None else max(now, deadline)  # the caller knows that it is: our deadline counts from the commit
        turn = engine.expire(self.book(), c.dialogue, due, language=c.language)
        if turn.outcome is NOT_MINE:
            return []
        return self._follow(c, turn, _unheard(c), customer)

    def idle(self) -> ev.Event:
        """The bot has nothing to say, and waits for the customer's next words."""
        return ev.BotWaits(self.clock.now() + timedelta(seconds=self.policy().idle))

    def needs(self, c: Conversation, customer: Customer) -> Requirements:
        """What the conversation would ask of an agent."""
        return needs_of(self.assignment.policy, c, customer.contact, customer.previous, self.clock.now())

    # -- the ways a turn ends ----------------------------------------------------------------------

    def _heard(self, c: Conversation, reply: _Reply, sent_at: datetime | None = None) -> Turn:
        policy, asked = reply.policy, reply.asked
        turn = engine.hear(
            self.book(), c.dialogue, Hearing(asked.message, asked.text, reply.u, self.clock.now(), sent_at), language=c.language,
            sure=lambda u: bot.sure(policy, u), new_call=lambda: self.ids.new("a"), answer=reply.to,
            likely=lambda u: bot.likely(policy, u, c.misses),
        )  # fmt: skip
        return replace(turn, events=(*turn.events, *reply.given(turn.say))) if turn.outcome is LED else turn

    def _follow(self, c: Conversation, turn: Turn, u: Understanding, customer: Customer) -> list[ev.Event]:
        events = [*turn.events, *self._say(c, turn.say)]
        if turn.outcome is CLOSE:
            return [*events, ev.Resolved(ev.ActorKind.BOT, AUTHOR)]
        if isinstance(turn.outcome, HandOver):
            return self._to_people(c, events, bot.hand_over(self.policy(), u, turn.outcome.reason, c.intent), customer)
        return [*events, self._waits(c, turn.events)]

    def _otherwise(self, c: Conversation, reply: _Reply, customer: Customer) -> list[ev.Event]:
        """No flow has to do with it: an answer, a question back, or people. After an answer a no means that that was all."""
        policy, u, message = reply.policy, reply.u, reply.asked.message
        if u.intent == bot.NO and bot.sure(policy, u) and c.bot_until is not None and not c.misses:
            return [*self._say(c, [bot.farewell(policy, c.language)]), ev.Resolved(ev.ActorKind.BOT, AUTHOR)]
        if c.misses and c.bot_until is not None and bot.parting(policy, u, c.intent):
            return self._to_people(c, [], bot.hand_over(policy, u, "low_confidence", c.intent), customer)
        if text := reply.to(u):
            return [*reply.given([text]), *self._say(c, [text]), self._waits(c, ())]
        decision = bot.decide(policy, u, c.misses)
        if isinstance(decision, bot.HandOver):
            return self._to_people(c, [], decision, customer)
        return [ev.NotUnderstood(message), *self._say(c, [decision.text]), self._waits(c, ())]

    def _suggest(self, c: Conversation, message: str, text: str, u: Understanding, customer: Customer) -> list[ev.Event]:
        """People answer; what the bot would have said lies ready for them."""
        policy = self.policy()
        reply = _Reply(policy, self.articles, Asked(message, text, c.language, customer.contact), u)
        turn = self._heard(c, reply)
        said = " ".join(turn.say) or reply.to(u)
        if not said and any(isinstance(e, ev.ActionRequested) for e in turn.events):  # nothing is asked of the company's systems
            said = self.book().words("one_moment", "", c.language)
        suggested: list[ev.Event] = [ev.BotSuggested(message, u.intent, said)] if said else []
        decision = bot.hand_over(policy, u, "rollout", c.intent)
        return self._to_people(c, suggested, decision, customer, rollout.Mode.SUGGESTS)

    def _to_people(
        self, c: Conversation, events: Sequence[ev.Event], decision: bot.HandOver, customer: Customer,
        share: rollout.Mode = rollout.Mode.ANSWERS,
    ) -> list[ev.Event]:  # fmt: skip
        """The flows end, the customer hears what comes next, and the work is queued."""
        ended = engine.abandoned(cv.fold(c, list(events), self.clock.now()).dialogue)
        attended = self._as_attended(decision, c, customer)
        assert c.last_at is not None, "it holds a message"
        cause = decision.reason if attended.reason != decision.reason else ""
        needs = self.needs(c, customer)
        queued = ev.Queued(attended.queue, attended.priority, attended.reason, c.last_at, needs, cause, share.value)
        return [*events, *ended, *self._say(c, [attended.text]), queued]

    def _as_attended(self, decision: bot.HandOver, c: Conversation, customer: Customer) -> bot.HandOver:
        """While nobody is there the work is queued all the same, and the customer is told when people are back."""
        hours, now = self.hours(), self.clock.now()
        there = whereabouts(hours, c.language, customer.contact.phone if customer.contact else "", now)
        found = hours.attendance(decision.queue, there.region, c.language, there.zone, now)
        if found.served:
            return decision
        zone = there.zone or hours.calendar_of(decision.queue, there.region).zone
        text = self.absence.text(c.language, found.opens_at, zone, now, theirs=bool(there.zone))
        return replace(decision, reason=AFTER_HOURS, text=text)

    def _say(self, c: Conversation, texts: Sequence[str]) -> list[ev.Event]:
        """One message: a customer on a telephone sees it as one thing said."""
        text = "\n".join(t for t in texts if t)
        if not text:
            return []
        return [
            ev.MessageSent(
                message=self.ids.new("m"), author=ev.ActorKind.BOT, author_id=AUTHOR, channel=c.channel, account=c.account,
                content=Content(text=text), recipient=c.reply_address,
            )
        ]  # fmt: skip

    def _waits(self, c: Conversation, events: Sequence[ev.Event]) -> ev.Event:
        now = self.clock.now()
        led = cv.fold(c, list(events), now).dialogue
        return ev.BotWaits(led.deadline if led.open and led.deadline else now + timedelta(seconds=self.policy().idle))


@dataclass(slots=True)
class _Reply:
    """What can be answered to a message outside of flows: an article's words, where one fits well enough, else the company's canned
    words for its intent. An article is looked for when first asked, and once."""

    policy: bot.BotPolicy
    articles: Articles
    asked: Asked
    u: Understanding
    cited: Cited | None = None
    looked: bool = False

    def to(self, u: Understanding) -> str:
        """The answer to `u`; of messages that had to wait, whose words are not at hand, only the canned one."""
        if u is self.u and not self.looked and bot.may_cite(self.policy, u):
            self.cited, self.looked = self.articles.answer(self.asked, self.policy), True
        return self.cited.text if self.cited and u is self.u else bot.answer_to(self.policy, u)

    def given(self, said: Sequence[str]) -> tuple[ev.Event, ...]:
        """What is on record of it, if it is among what was said."""
        if self.cited and self.cited.text in said:
            return ev.BotAnswered(self.asked.message, self.u.intent), self.cited.event
        canned = bot.answer_to(self.policy, self.u)
        return (ev.BotAnswered(self.asked.message, self.u.intent),) if canned and canned in said else ()


def _value(text: str) -> bool:
    """Whether a value is said, as a telephone number, an address or one of e-mail: what a flow has asked for."""
    return "@" in text or not any(char.isalpha() for char in text) or sum(char.isdigit() for char in text) >= _DIGITS


def _unheard(c: Conversation) -> Understanding:
    """Nothing was said just now: what the talk is about decides."""
    return Understanding(OUT_OF_SCOPE, 1.0, c.language)
