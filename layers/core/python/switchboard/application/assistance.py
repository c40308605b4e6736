"""What helps an agent with one conversation: a digest of it, the next step, and a look at a text before it is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from switchboard.application.assist_ports import Listener
from switchboard.application.flow_book import FlowBook
from switchboard.application.ports import Clock, Store
from switchboard.domain import bot
from switchboard.domain import events as ev
from switchboard.domain.assist.check import Reader, Remark, check
from switchboard.domain.assist.digest import Digest, digest
from switchboard.domain.assist.macros import MacroSet
from switchboard.domain.assist.steps import NextStep, Situation, next_steps
from switchboard.domain.bot import BotPolicy
from switchboard.domain.conversation import Conversation, ledger_of
from switchboard.domain.dialogue.flow import Ask, in_language
from switchboard.domain.errors import Malformed, NotFound, StorageUnavailable
from switchboard.domain.hours.sla_reading import Standing
from switchboard.domain.understanding import SURE, Understanding


@dataclass(frozen=True, slots=True)
class Told:
    """`standings`: how the clocks of what was promised stand."""

    digest: Digest
    standings: tuple[Standing, ...] = ()


@dataclass(frozen=True, slots=True)
class Canned:
    """The company's own answer to an intent, in the customer's language or the bot's default one."""

    intent: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Help:
    """What to do next, and the company's own answer, if it has one."""

    steps: tuple[NextStep, ...]
    canned: Canned | None


@dataclass(frozen=True, slots=True)
class Checked:
    """`complete`: the model was asked, too."""

    warnings: tuple[Remark, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Assistance:
    """`parts` says in how many messages a channel brings a text."""

    store: Store
    clock: Clock
    listener: Listener
    standings: Callable[[str], Sequence[Standing]]
    policy: Callable[[], BotPolicy]
    flows: Callable[[], FlowBook]
    macros: Callable[[], MacroSet]
    parts: Callable[[str, str], int]

    def summary(self, c: Conversation) -> Told:
        """What a reader should know of it at a glance."""
        return Told(digest(c, self._recorded(c), self.clock.now().date()), tuple(self.standings(c.id)))

    def help(self, c: Conversation) -> Help:
        """What helps with it as it stands."""
        recorded = self._recorded(c)
        return Help(self._next_steps(c, recorded), self._canned(c, recorded))

    def _next_steps(self, c: Conversation, recorded: Sequence[ev.Recorded]) -> tuple[NextStep, ...]:
        policy, found = self.policy(), digest(c, recorded, self.clock.now().date())
        queue = policy.queues.get(c.intent, "") if c.intent else ""
        belongs = queue if queue and queue != c.queue and queue in self.store.queues() else ""
        situation = Situation(
            c, found, self.macros(), self.clock.now(), self.standings(c.id), belongs, self._unasked(c, found)
        )  # fmt: skip
        return next_steps(situation)

    def _canned(self, c: Conversation, recorded: Sequence[ev.Recorded]) -> Canned | None:
        """The company's answer to what the customer wants: by their last message where that is clear, else by the conversation's
        matter. None where there is none."""
        heard = [r.event for r in recorded if isinstance(r.event, ev.IntentDetected)]
        intent = heard[-1].intent if heard and heard[-1].confidence >= SURE else c.intent
        policy = self.policy()
        text = bot.answer_to(policy, Understanding(intent, 1.0, c.language)) if intent else ""
        if not text:
            return None
        language = c.language if c.language in policy.answers[intent] else policy.default_language
        return Canned(intent, language, text)

    def check(self, c: Conversation, text: str) -> Checked:
        """What to ask about before this is sent. Never fails for want of the model."""
        heard = None
        if text.strip():
            try:
                heard = self.listener.hear(text)
            except StorageUnavailable:
                heard = None
        reader = Reader(c.language, lambda t: self.parts(c.channel, t))
        return Checked(check(text, reader, heard, self.clock.now().date()), heard is not None or not text.strip())

    def _recorded(self, c: Conversation) -> Sequence[ev.Recorded]:
        return [r for r in self.store.events(ledger_of(c.id)) if r.no <= c.last_event]  # one moment's picture

    def _unasked(self, c: Conversation, found: Digest) -> tuple[str, str] | None:
        """The first thing that the flow of its intent asks for and nobody has given, and the question; None: there is none."""
        book = self.flows()
        started = book.starts(c.intent) if c.intent else None
        if started is None:
            return None
        try:
            flow = book.flow(*started)
        except (NotFound, Malformed):
            return None
        for step in flow.steps:
            if isinstance(step, Ask) and not step.when and step.slot not in found.slots:
                return step.slot, in_language(flow.slot(step.slot).ask, c.language, flow.default)
        return None
