"""What follows from an event: `decide`.

How rules work together:
- They are asked in their order, all on the same facts: none sees what an earlier one does to this event.
- Where two actions decide the same (`model.subject`), the earlier prevails and the later is left out. Resolving comes last, whoever
  asked for it: nothing can be done to a conversation afterwards.
- A rule with `stop` that fires ends the asking.
- What a rule causes is an event like any other, and carries the ids of the rules that led to it, oldest first. A rule among them
  does not fire again, and after `limits.CHAIN` of them none does. So no event leads to endless ones, whatever the rules.
  (A loop through the world outside, say with a customer's own answering machine, comes back as a fresh event: automatic replies are
  limited by time, and none answers what the bot itself said.)"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from switchboard.domain import events as ev
from switchboard.domain.rules import limits
from switchboard.domain.rules.conditions import Reason, evaluate
from switchboard.domain.rules.facts import Facts
from switchboard.domain.rules.model import Action, Reply, Resolve, Rule, RuleSet, SetPriority, Tag, Untag, subject


@dataclass(frozen=True, slots=True)
class Trigger:
    """An event as rules see it: its type, its place on its ledger, and the rules that led to it."""

    type: str
    ledger: str = ""
    no: int = 0
    caused_by: tuple[str, ...] = ()


def trigger_of(recorded: ev.Recorded, caused_by: tuple[str, ...] = ()) -> Trigger:
    return Trigger(recorded.event.type, recorded.ledger, recorded.no, caused_by)


class Result(StrEnum):
    """What became of a rule."""

    FIRED = "fired"
    DISABLED = "disabled"
    OTHER_EVENT = "other_event"  # it waits for another type
    STOPPED = "stopped"  # an earlier rule fired and ended the asking
    OWN_EFFECT = "own_effect"  # the event follows from this rule
    CHAIN_TOO_LONG = "chain_too_long"  # the event follows from too many rules
    CONDITION_FAILED = "condition_failed"


@dataclass(frozen=True, slots=True)
class Explanation:
    """`because` holds the conditions that decided, where they were asked; `stopped_by` the id of the rule that ended the asking."""

    rule: str
    result: Result
    because: tuple[Reason, ...] = ()
    stopped_by: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """An action to take. `caused_by` is for the event it leads to: the triggering event's rules, and this one."""

    rule: str
    action: Action
    caused_by: tuple[str, ...]


class Omission(StrEnum):
    OVERRULED = "overruled"  # an earlier rule's action decides the same otherwise
    REPEATED = "repeated"  # an earlier rule's action is the same
    NEEDLESS = "needless"  # things are that way already
    TOO_MANY = "too_many"  # the event has led to `limits.EVENT_ACTIONS` actions
    TOO_SOON = "too_soon"  # the last automatic reply is less than the rule set's minutes ago
    TO_A_REPLY = "to_a_reply"  # what an automatic reply would answer was said by the bot


@dataclass(frozen=True, slots=True)
class Omitted:
    """An action of a rule that fired which is not taken. `by`: the rule whose action stands in its place."""

    rule: str
    action: Action
    why: Omission
    by: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`actions` in the order to take them; an explanation for every rule, in the rules' order. Holds nothing of the facts."""

    version: int  # of the rule set
    actions: tuple[Decided, ...]
    omitted: tuple[Omitted, ...]
    explanations: tuple[Explanation, ...]


def decide(ruleset: RuleSet, event: Trigger, facts: Facts) -> Outcome:
    """The actions that follow from an event, and for every rule why. The same input gives the same outcome."""
    explanations: list[Explanation] = []
    fired: list[Rule] = []
    stopped_by = ""
    for rule in ruleset.rules:
        explanation = _ask(rule, event, facts, stopped_by)
        explanations.append(explanation)
        if explanation.result is Result.FIRED:
            fired.append(rule)
            stopped_by = rule.id if rule.stop else ""
    actions, omitted = _settle(ruleset, fired, event, facts)
    return Outcome(ruleset.version, actions, omitted, tuple(explanations))


def _ask(rule: Rule, event: Trigger, facts: Facts, stopped_by: str) -> Explanation:
    if not rule.enabled:
        return Explanation(rule.id, Result.DISABLED)
    if rule.on != event.type:
        return Explanation(rule.id, Result.OTHER_EVENT)
    if stopped_by:
        return Explanation(rule.id, Result.STOPPED, stopped_by=stopped_by)
    if rule.id in event.caused_by:
        return Explanation(rule.id, Result.OWN_EFFECT)
    if len(event.caused_by) >= limits.CHAIN:
        return Explanation(rule.id, Result.CHAIN_TOO_LONG)
    verdict = evaluate(rule.when, facts)
    return Explanation(rule.id, Result.FIRED if verdict.holds else Result.CONDITION_FAILED, verdict.because)


def _settle(
    ruleset: RuleSet, fired: list[Rule], event: Trigger, facts: Facts
) -> tuple[tuple[Decided, ...], tuple[Omitted, ...]]:
    """Each subject to the first who speaks of it; what changes nothing is left out, but still speaks."""
    standing: dict[tuple[str, str], tuple[str, Action]] = {}
    actions: list[Decided] = []
    omitted: list[Omitted] = []
    for rule in fired:
        for action in rule.then:
            by, first = standing.setdefault(subject(action), (rule.id, action))
            if by != rule.id:
                why = Omission.REPEATED if first == action else Omission.OVERRULED
                omitted.append(Omitted(rule.id, action, why, by))
            elif why_not := _why_not(action, ruleset, event, facts):
                omitted.append(Omitted(rule.id, action, why_not))
            elif len(actions) >= limits.EVENT_ACTIONS:
                omitted.append(Omitted(rule.id, action, Omission.TOO_MANY))
            else:
                actions.append(Decided(rule.id, action, (*event.caused_by, rule.id)))
    actions.sort(key=lambda decided: isinstance(decided.action, Resolve))  # stable: only resolving moves, to the end
    return tuple(actions), tuple(omitted)


def _why_not(action: Action, ruleset: RuleSet, event: Trigger, facts: Facts) -> Omission | None:
    """What stands against an action, whichever rule asks for it."""
    match action:
        case Tag(tag) if tag in facts.tags:
            return Omission.NEEDLESS
        case Untag(tag) if tag not in facts.tags:
            return Omission.NEEDLESS
        case SetPriority(priority) if priority == facts.priority:
            return Omission.NEEDLESS
        case Reply() if event.type == ev.MessageSent.type and facts.author == ev.ActorKind.BOT.value:
            return Omission.TO_A_REPLY
        case Reply() if facts.replied_seconds is not None and facts.replied_seconds < ruleset.reply_minutes * 60:
            return Omission.TOO_SOON
        case _:
            return None
