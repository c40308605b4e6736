"""Rules at work: what follows by itself from what happened in a conversation.

The outbox calls `after` for each commit it has handed on: at least once, and in a conversation's order. All that the rules make of
one event is one commit, marked by that event, so that a commit seen twice changes nothing; and it names the rules that led to it,
so that what rules do cannot set rules off for ever."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from switchboard.application.assignment import Assignment
from switchboard.application.fanout import StoredCommit
from switchboard.application.hooks import HookCall, HookOutbox
from switchboard.application.ports import Clock, Ids, Index, Store
from switchboard.application.races import decide_again
from switchboard.application.rule_book import FALLBACK_QUEUE
from switchboard.domain import events as ev
from switchboard.domain.agents import Agent
from switchboard.domain.change import Change
from switchboard.domain.contacts import Contact
from switchboard.domain.conversation import Conversation, Status, ledger_of
from switchboard.domain.errors import AgentUnavailable, Duplicate, Misconfigured, NotFound, SwitchboardError, Unreadable
from switchboard.domain.privacy.rights import Purpose
from switchboard.domain.rules import Facts, Outcome, Report, RuleSet, Trigger, decide, dry_run, limits, trigger_of
from switchboard.domain.rules.carrying_out import Means, Undone, carry_out
from switchboard.domain.rules.decisions import Decided
from switchboard.domain.rules.gathering import Moment, OpenAt, gather, moments, not_known
from switchboard.domain.rules.model import Assign, Reply, Target

MERGES_FOLLOWED = 5


@dataclass(frozen=True, slots=True)
class Applied:
    """What rules made of one event: who fired with effect, how many events that is, and what could not be done. Nothing personal."""

    trigger: Trigger
    rules: tuple[str, ...] = ()
    events: int = 0
    undone: tuple[Undone, ...] = ()
    repeated: bool = False  # it had been done already


@dataclass(frozen=True, slots=True)
class Wanted:
    """An action that rules would have taken on an event of the past."""

    event: Trigger
    decided: Decided


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """`wanted` holds the first actions that would have been decided, in their order."""

    report: Report
    wanted: tuple[Wanted, ...]


def _ignore(_error: SwitchboardError) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Automation:
    """`rules` gives the rule set in force (it may be a minute old). `open_at` says whether the company is open at a time (None: it
    named no hours). `on_trouble` hears of rules and conversations that cannot be read and are passed over: the edge counts them."""

    store: Store
    index: Index
    ids: Ids
    clock: Clock
    rules: Callable[[], RuleSet]
    hooks: HookOutbox
    assignment: Assignment
    open_at: OpenAt = not_known
    on_trouble: Callable[[SwitchboardError], None] = _ignore

    def after(self, commit: StoredCommit) -> list[Applied]:
        """Let the rules act on a commit. Raises for what will pass (StorageUnavailable), never for what will not: mail must go on."""
        kind, _, conversation = commit.ledger.partition("#")
        if kind != "cnv":
            return []
        for e in commit.events:
            if e.type == ev.WebhookRequested.type:
                self.hooks.hook(HookCall(str(e.fields["call"]), str(e.fields["endpoint"]), str(e.fields["body"])))
        try:
            ruleset = self.rules()
            awaited = {rule.on for rule in ruleset.rules if rule.enabled}
            if not any(e.type in awaited for e in commit.events):
                return []
            moment = self._moment(conversation, commit.no)
            contact = self._contact(moment.state.contact)
            return [self._apply(ruleset, moment, contact, r) for r in moment.triggers if r.event.type in awaited]
        except (Unreadable, NotFound, Misconfigured) as error:  # an erased customer, or rules from a later version of ours
            self.on_trouble(error)
            return []

    def _moment(self, conversation: str, commit: int) -> Moment:
        """The conversation as a commit left it; the ledger is read only if it has moved on since."""
        now = self.store.conversation(conversation)
        if now.version == commit:
            return Moment(now, tuple(self.store.commit_events(now.ledger, commit)))
        recorded = self.store.events(now.ledger)
        found = next((m for m in moments(conversation, recorded) if m.events[0].commit == commit), None)
        if found is None:
            raise NotFound(f"there is no commit {commit} in {now.ledger}")
        return found

    def _contact(self, contact: str) -> Contact:
        """Who the customer is today: merged contacts go on in another."""
        found = self.store.contact(contact).contact
        for _ in range(MERGES_FOLLOWED):
            if not found.merged_into:
                break
            found = self.store.contact(found.merged_into).contact
        return found

    def _apply(self, ruleset: RuleSet, moment: Moment, contact: Contact, recorded: ev.Recorded) -> Applied:
        trigger = trigger_of(recorded, moment.caused_by(recorded.no))
        once = self.index.key("rule", recorded.ledger, str(recorded.no))
        refused: list[AgentUnavailable] = []
        queued: list[Conversation] = []
        freed: set[str] = set()

        def attempt() -> Applied:
            queued.clear()
            freed.clear()
            now = self.clock.now()
            c = self.store.conversation(moment.state.id)
            facts = gather(moment, trigger.no, contact, self.open_at, c.auto_replied_at)
            outcome = decide(ruleset, trigger, facts)
            if not outcome.actions:
                return Applied(trigger)
            events, undone = carry_out(outcome, trigger, facts, moment, c, self._means(outcome, c, contact, bool(refused)))
            if not events:
                return Applied(trigger, undone=undone)
            try:
                after = self.store.commit(Change(c, events, ev.AUTOMATION, now, once))
            except AgentUnavailable as full:  # decided again without them
                refused.append(full)
                raise
            if after.status is Status.QUEUED and any(isinstance(e, ev.Queued | ev.PrioritySet) for e in events):
                queued.append(after)
            freed.update({c.owner} - {after.owner, ""})
            fired = tuple(dict.fromkeys(e.rule for e in events if isinstance(e, ev.RuleFired)))
            return Applied(trigger, fired, len(events), undone)

        try:
            applied = decide_again(attempt)
        except Duplicate:
            return Applied(trigger, repeated=True)
        for c in queued:
            self.assignment.wake_work(c)
        for agent in freed:
            self.assignment.wake_agent(agent)
        return applied

    def _means(self, outcome: Outcome, c: Conversation, contact: Contact, refused: bool) -> Means:
        """What the decided actions need, and no more, is looked up."""
        actions = [decided.action for decided in outcome.actions]
        assign = next((a for a in actions if isinstance(a, Assign)), None)  # one at most: they all decide the destination
        named = self._agent(assign.id) if assign is not None and assign.target is Target.AGENT else None
        owner = self._agent(c.owner) if c.owner and any(isinstance(a, Reply) for a in actions) else None
        weight = self.assignment.policy.weight(c.channel, named.capacity) if named is not None else 1.0
        names = {"name": c.name or contact.name, "agent": owner.name if owner else "", "queue": c.queue, "conversation": c.id}
        served = (self.store.queues() if assign is not None else frozenset()) | {FALLBACK_QUEUE}
        now, unasked = self.clock.now(), contact.rights.allow(Purpose.MESSAGES, c.channel)
        return Means(now, now + self.assignment.accept_within, served, names, self.ids.new, named, weight, refused, unasked)

    def _agent(self, agent: str) -> Agent | None:
        try:
            return self.store.agent(agent)
        except NotFound:
            return None

    # -- rehearsal ---------------------------------------------------------------------------------

    def dry_run(self, ruleset: RuleSet, conversations: Sequence[str]) -> Rehearsal:
        """What rules would have decided about what happened in these conversations, as far as `limits` lets a rehearsal go. Reads and
        changes nothing. Raises NotFound, Malformed or Unreadable for a conversation that cannot be read."""
        wanted: list[Wanted] = []

        def note(event: Trigger, outcome: Outcome) -> None:
            room = limits.REHEARSED_ACTIONS - len(wanted)
            wanted.extend(Wanted(event, decided) for decided in outcome.actions[:room])

        past = (fact for conversation in conversations for fact in self._past(conversation))
        report = dry_run(ruleset, islice(past, limits.REHEARSED_EVENTS), note)
        return Rehearsal(report, tuple(wanted))

    def _past(self, conversation: str) -> Iterator[tuple[Trigger, Facts]]:
        state = self.store.conversation(conversation)
        contact = self._contact(state.contact)
        replied = None
        for moment in moments(conversation, self.store.events(ledger_of(conversation))):
            for r in moment.triggers:
                facts = gather(moment, r.no, contact, self.open_at, replied)
                yield trigger_of(r, moment.caused_by(r.no)), facts
            replied = moment.state.auto_replied_at
