"""Drafts and summaries by the large model. An agent reads, edits and sends; nothing here ever does.

A call is on record, with the most it may cost, before it is made; what it came to is on record before anybody sees it. So a click that
comes twice costs once, and of two who spend the day's last money one is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from switchboard.application.consents import standing
from switchboard.application.desk import CLIENT_ID
from switchboard.application.knowledge_ports import Librarian
from switchboard.application.large_model import USER, LargeModel, Limits, NoAnswer, Said, Spending
from switchboard.application.ports import Clock, Index, Store
from switchboard.application.races import decide_again
from switchboard.domain import events as ev
from switchboard.domain.change import Change
from switchboard.domain.contacts import Contact
from switchboard.domain.conversation import Conversation
from switchboard.domain.drafting import costs, reasons
from switchboard.domain.drafting.costs import Prices
from switchboard.domain.drafting.events import DraftAsked, DraftMade, DraftRefused
from switchboard.domain.drafting.judging import judge
from switchboard.domain.drafting.prompt import (
    COMPANY,
    CUSTOMER,
    REPLY,
    SUMMARY,
    Material,
    Source,
    Turn,
    cited_sources,
    estimated_tokens,
    prompt,
    trimmed,
)
from switchboard.domain.errors import CeilingReached, Duplicate, Malformed, NotAllowedNow, NotFound
from switchboard.domain.knowledge.article import Audience, language_of
from switchboard.domain.knowledge.hits import Hit
from switchboard.domain.knowledge.regions import region_of
from switchboard.domain.privacy.rights import Purpose

LEAST = 0.4  # probability of a passage that may bear a draft; the bot, whom nobody reads over, needs more
PASSAGES = 4
OUT_AT_MOST = timedelta(seconds=60)  # then whoever asked has died: no function lives longer
LIMITS = Limits()
LONGEST_QUESTION = 2000  # characters
PERSONAL_SLOTS = ("address", "name", "email", "phone", "contact")

Outcome = DraftMade | DraftRefused


@dataclass(frozen=True, slots=True)
class Wish:
    """What an agent wants. `language`: of a summary, "" for the conversation's."""

    kind: str
    client_id: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class DraftDesk:
    """`model` is None where the company has none. `prices` raises Misconfigured where nobody said what it costs. `on_trouble` hears
    of each call that gave no answer; nothing personal is in it."""

    store: Store
    index: Index
    clock: Clock
    librarian: Librarian
    model: LargeModel | None
    prices: Callable[[], Prices]
    spending: Spending
    nonce: Callable[[], str]
    hosts: frozenset[str] = frozenset()
    on_trouble: Callable[[str], None] = lambda _: None

    def draft(self, actor: ev.Actor, conversation: Conversation, wish: Wish) -> Outcome:
        """A draft or why there is none; the same `client_id` gives the same again. Raises NotAllowedNow where there is no model, the
        conversation is over or a draft is being made, Malformed, StorageUnavailable."""
        model, prices = self._model(), self.prices()
        if wish.kind not in (REPLY, SUMMARY):
            raise Malformed("'kind' is reply or summary")
        if not CLIENT_ID.fullmatch(wish.client_id):
            raise Malformed("client_id must be 1 to 64 letters, digits, - or _")
        recorded = self.store.events(conversation.ledger)
        if (earlier := self._earlier(recorded, wish)) is not None:
            return earlier
        if wish.kind == REPLY and not conversation.open:
            raise NotAllowedNow("this conversation is resolved")
        last = _last_words(recorded)
        message = last.message if last is not None else ""
        if last is None:
            return self._refuse(actor, conversation.id, wish, message, reasons.NO_QUESTION)
        contact = self._contact(conversation)
        if not contact.rights.allow(Purpose.AI):
            return self._refuse(actor, conversation.id, wish, message, reasons.WITHDRAWN)
        sources = self._sources(last.content.text, conversation, contact) if wish.kind == REPLY else ()
        if wish.kind == REPLY and not sources:
            return self._refuse(actor, conversation.id, wish, message, reasons.NO_SOURCE)
        material = trimmed(self._material(conversation, contact, recorded, sources, wish))
        made = prompt(material, self.nonce())
        reserve = prices.of(estimated_tokens((made.system, made.said)), LIMITS.tokens)
        asked = self._ask(actor, conversation.id, wish, message, reserve, prices)
        if not isinstance(asked, DraftAsked):
            return asked
        try:
            answer = model.converse(made.system, [Said(USER, made.said)], LIMITS)
        except NoAnswer as trouble:
            self.on_trouble(str(trouble))
            tokens = trouble.tokens or (0, 0)
            cost = asked.reserved if trouble.tokens is None else prices.of(*tokens)
            return self._settle(actor, conversation.id, _refused(asked, trouble.reason, tokens, cost))
        tokens = answer.tokens_in, answer.tokens_out
        verdict = judge(answer.text, material, made)
        if verdict.reason:
            return self._settle(actor, conversation.id, _refused(asked, verdict.reason, tokens, prices.of(*tokens)))
        return self._settle(actor, conversation.id, DraftMade(
            wish.kind, message, tuple(cited_sources(material)), asked.model, *tokens, prices.of(*tokens), asked.currency, asked.day,
            asked.reserved, material.language, wish.client_id, verdict.text,
        ))  # fmt: skip

    def status(self) -> dict[str, Any]:
        """For supervisors: whether there is a model, and what it costs."""
        if self.model is None:
            return {"on": False}
        prices = self.prices()
        return {
            "on": True, "model": self.model.name, "currency": prices.currency,
            "today": self.spending.on(self._today()) / costs.MILLIONTHS,
            "ceilings": {"day": float(prices.day), "conversation": float(prices.conversation)},
        }  # fmt: skip

    # -- before the call ---------------------------------------------------------------------------

    def _model(self) -> LargeModel:
        if self.model is None:
            raise NotAllowedNow("drafts by a large model are switched off; an administrator must name one (docs/drafts.md)")
        return self.model

    def _today(self) -> str:
        return f"{self.clock.now():%Y-%m-%d}"

    def _earlier(self, recorded: Sequence[ev.Recorded], wish: Wish) -> Outcome | None:
        """What came of this very wish, or None. Raises NotAllowedNow while it, or another of this conversation, is out."""
        for r in reversed(recorded):
            if isinstance(r.event, DraftMade | DraftRefused) and r.event.client_id == wish.client_id:
                return r.event
        for r in costs.spent(recorded).out:
            assert isinstance(r.event, DraftAsked)
            if self.clock.now() - r.at < OUT_AT_MOST:
                raise NotAllowedNow("a draft is being made for this conversation; ask again in a moment")
            if r.event.client_id == wish.client_id:
                return _refused(r.event, reasons.LOST, (0, 0), r.event.reserved)
        return None

    def _contact(self, c: Conversation) -> Contact:
        try:
            return standing(self.store, c.contact)
        except NotFound:
            return Contact(c.contact)

    def _sources(self, question: str, c: Conversation, contact: Contact) -> tuple[Source, ...]:
        region = region_of(contact.attributes, contact.phone)
        hits = self.librarian.search(question[:LONGEST_QUESTION], c.language, region, Audience.CUSTOMER, PASSAGES)
        return tuple(_source(h) for h in hits if h.probability >= LEAST)

    def _material(
        self, c: Conversation, contact: Contact, recorded: Sequence[ev.Recorded], sources: tuple[Source, ...], wish: Wish
    ) -> Material:
        turns, facts, given, personal = list[Turn](), list[str](), dict[str, str](), list[str]()
        for r in recorded:
            match r.event:
                case ev.MessageReceived(message=id_, content=content):
                    turns.append(Turn(CUSTOMER, content.text, id_))
                case ev.MessageSent(message=id_, content=content):
                    turns.append(Turn(COMPANY, content.text, id_))
                case ev.SlotFilled(slot=slot, value=value):
                    given[slot] = value
                    personal += [value] if any(p in slot for p in PERSONAL_SLOTS) else []
                case ev.ActionDone(action=action, outcome=outcome, data=data):
                    facts.append(f"{action}: {outcome}; {_flat(data)}")
                case _:
                    pass
        return Material(
            wish.kind, (wish.language or language_of(c.language)), tuple(turns), sources, tuple(facts),
            tuple(f"{slot}: {value}" for slot, value in given.items()), (*_names(c, contact), *personal), self.hosts,
        )  # fmt: skip

    # -- on record -----------------------------------------------------------------------------------

    def _ask(
        self, actor: ev.Actor, conversation: str, wish: Wish, message: str, reserve: int, prices: Prices
    ) -> DraftAsked | Outcome:
        """Put the call on record if it may be made: decided anew on whatever the ledger says when it is written."""
        model = self._model()
        day, ceiling = self._today(), costs.millionths(prices.day)
        asked = DraftAsked(wish.kind, message, model.name, day, reserve, ceiling, prices.currency, wish.client_id)

        def attempt() -> DraftAsked | Outcome:
            c = self.store.conversation(conversation)
            recorded = self.store.events(c.ledger)
            if (earlier := self._earlier(recorded, wish)) is not None:
                return earlier
            if costs.spent(recorded).cost + reserve > costs.millionths(prices.conversation):
                return self._refuse(actor, conversation, wish, message, reasons.CONVERSATION_CEILING)
            try:
                if reserve > ceiling:
                    raise CeilingReached("one call may cost more than a day")
                self.store.commit(Change(c, (asked,), actor, self.clock.now(), self._once(conversation, wish, "asked")))
            except Duplicate:  # by the same click, a moment ago
                if (earlier := self._earlier(self.store.events(c.ledger), wish)) is not None:
                    return earlier
                raise NotAllowedNow("this draft is being made; ask again in a moment") from None
            except CeilingReached:
                return self._refuse(actor, conversation, wish, message, reasons.DAILY_CEILING)
            return asked

        return decide_again(attempt)

    def _refuse(self, actor: ev.Actor, conversation: str, wish: Wish, message: str, reason: str) -> Outcome:
        """Without a call."""
        return self._settle(actor, conversation, DraftRefused(wish.kind, message, reason, self._model().name, wish.client_id))

    def _settle(self, actor: ev.Actor, conversation: str, outcome: Outcome) -> Outcome:
        once = self.index.key("draft", conversation, outcome.client_id, "settled")

        def attempt() -> Outcome:
            c = self.store.conversation(conversation)
            try:
                self.store.commit(Change(c, (outcome,), actor, self.clock.now(), once))
            except Duplicate:
                found = [r.event for r in self.store.events(c.ledger)]
                ended = (e for e in reversed(found) if isinstance(e, DraftMade | DraftRefused) and e.client_id == outcome.client_id)
                return next(ended, outcome)
            return outcome

        return decide_again(attempt)

    def _once(self, conversation: str, wish: Wish, what: str) -> str:
        return self.index.key("draft", conversation, wish.client_id, what)


def _refused(asked: DraftAsked, reason: str, tokens: tuple[int, int], cost: int) -> DraftRefused:
    return DraftRefused(
        asked.kind, asked.message, reason, asked.model, asked.client_id, *tokens, cost, asked.currency, asked.day, asked.reserved
    )


def _names(c: Conversation, contact: Contact) -> Iterable[str]:
    """What tells who the customer is, and has no form of its own."""
    addresses = (i.address for i in contact.identities)
    return dict.fromkeys(filter(None, (c.name, contact.name, contact.email, contact.phone, c.reply_address, *addresses)))


def _last_words(recorded: Sequence[ev.Recorded]) -> ev.MessageReceived | None:
    """The customer's last message with words in it."""
    found = (r.event for r in reversed(recorded) if isinstance(r.event, ev.MessageReceived))
    return next((e for e in found if e.content.text.strip()), None)


def _source(h: Hit) -> Source:
    text = f"{h.heading}\n{h.text}" if h.heading else h.text
    reference: dict[str, str | int] = {"article": h.article, "version": h.version, "passage": h.passage, "title": h.title}
    return Source(text, h.title, language_of(h.locale), reference)


def _flat(data: object) -> str:
    """An answer's data as words: names, and what they hold."""
    match data:
        case dict():
            return ", ".join(f"{name} {_flat(value)}" for name, value in data.items())
        case list() | tuple():
            return ", ".join(map(_flat, data))
        case _:
            return str(data)
