"""Decided actions as events of the conversation they are for, as it is by now.

Between an event and its rules some moments pass. So every action is held against the conversation as it stands when the rules'
commit is made: work is never taken from an agent who is at it, and nothing is done to what is resolved meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from switchboard.domain import conversation as cv
from switchboard.domain import events as ev
from switchboard.domain.agents import Agent
from switchboard.domain.content import Content
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.rules import limits
from switchboard.domain.rules.decisions import Decided, Outcome, Trigger
from switchboard.domain.rules.facts import Facts
from switchboard.domain.rules.gathering import Moment
from switchboard.domain.rules.model import Action, Assign, Note, Reply, Resolve, SetPriority, Tag, Target, Untag, Webhook
from switchboard.domain.rules.payload import body
from switchboard.domain.rules.replies import render

REASON = "rule"  # of queueing and of priorities that a rule asked for


class Obstacle(StrEnum):
    """Why a decided action was not done."""

    NEEDLESS = "needless"  # it came to be that way meanwhile
    RESOLVED = "resolved"  # the conversation is over
    AT_WORK = "at_work"  # an agent has the conversation
    MOVED_ON = "moved_on"  # the customer has written since
    UNKNOWN_QUEUE = "unknown_queue"  # nobody serves it: work put there would wait for ever
    UNKNOWN_AGENT = "unknown_agent"
    NOT_FREE = "not_free"  # the agent is full or not online; it waits in its queue, or stays with whoever was offered it
    HANDED_BACK = "handed_back"  # it does not go straight back to the agent who gave it up
    TOO_MANY_TAGS = "too_many_tags"
    WITHDRAWN = "withdrawn"  # the customer wants nothing unasked on this channel
    TOO_OFTEN = "too_often"  # rules and routing would hand it to and fro for ever


@dataclass(frozen=True, slots=True)
class Undone:
    """An action of `rule` that was decided and could not be done."""

    rule: str
    action: Action
    why: Obstacle


@dataclass(frozen=True, slots=True)
class Means:
    """What actions need of the company. `served` are the queues that somebody serves, `agent` is the one whom an action names (None:
    there is no such agent) and `weight` what the conversation would take of them; `refused`: the store has just found that they have
    no room. `names` are the values of a reply's placeholders."""

    at: datetime
    accept_by: datetime
    served: frozenset[str]
    names: Mapping[str, str]
    new_id: Callable[[str], str]
    agent: Agent | None = None
    weight: float = 1.0
    refused: bool = False
    unasked: bool = True  # whether the customer may be written to unasked


@dataclass(frozen=True, slots=True)
class _Case:
    event: Trigger
    facts: Facts
    moment: Moment
    version: int
    means: Means


_Done = tuple[list[ev.Event], Obstacle | None]


def carry_out(
    outcome: Outcome, event: Trigger, facts: Facts, moment: Moment, now: Conversation, means: Means
) -> tuple[tuple[ev.Event, ...], tuple[Undone, ...]]:
    """The events that do what was decided about `event`, and what cannot be done. `moment` is the conversation as the event left it,
    `now` as it is. No event: nothing was done."""
    case = _Case(event, facts, moment, outcome.version, means)
    happened: list[ev.Event] = []
    undone: list[Undone] = []
    speaks = ""
    for decided in outcome.actions:
        made, obstacle = _done(decided, now, case)
        if obstacle is not None:
            undone.append(Undone(decided.rule, decided.action, obstacle))
        if not made:
            continue
        if decided.rule != speaks:
            made = [ev.RuleFired(decided.rule, event.no, outcome.version, decided.caused_by), *made]
            speaks = decided.rule
        for one in made:
            now = cv.apply(now, one, means.at)
        happened += made
    return tuple(happened), tuple(undone)


def _done(decided: Decided, c: Conversation, case: _Case) -> _Done:
    over = c.status is Status.RESOLVED
    ended_since = over and case.moment.state.status is not Status.RESOLVED
    match decided.action:
        case Tag(tag):
            if tag in c.tags:
                return [], Obstacle.NEEDLESS
            return ([], Obstacle.TOO_MANY_TAGS) if len(c.tags) >= limits.TAGS else ([ev.Tagged((tag,))], None)
        case Untag(tag):
            return ([ev.Untagged((tag,))], None) if tag in c.tags else ([], Obstacle.NEEDLESS)
        case Note(text):
            return [ev.NoteAdded(ev.AUTOMATION.id, text)], None
        case Webhook(endpoint):
            told = body(decided.rule, case.version, case.event, case.moment.at, case.facts)
            return [ev.WebhookRequested(case.means.new_id("h"), decided.rule, endpoint, told)], None
        case Reply() if not case.means.unasked:
            return [], Obstacle.WITHDRAWN
        case Reply() as reply:  # a last word about a conversation that the event itself ended is all right
            return ([], Obstacle.RESOLVED) if ended_since else ([_reply(reply, c, case.means)], None)
        case _ if over:
            return [], Obstacle.RESOLVED
        case SetPriority(priority):
            return ([ev.PrioritySet(priority, REASON)], None) if priority != c.priority else ([], Obstacle.NEEDLESS)
        case _ if c.owner:
            return _instead_of_the_offer(decided, c, case)
        case Assign(Target.AGENT, _):
            return _offer(c, case)
        case Assign(_, queue):  # a team is served through the queue of its name
            return _queue(queue, c, case)
        case Resolve():
            if c.customer_at != case.moment.state.customer_at:
                return [], Obstacle.MOVED_ON
            return cv.resolve(c, ev.ActorKind.SYSTEM, ev.AUTOMATION.id), None
    raise AssertionError(f"{decided.action} is not an action")  # pragma: no cover


def _instead_of_the_offer(decided: Decided, c: Conversation, case: _Case) -> _Done:
    """Work that was only offered, by the very commit the rule is about or one since, may still go elsewhere; an agent at work is not
    disturbed."""
    if c.status is not Status.ASSIGNED:
        return [], Obstacle.AT_WORK
    if c.assignments >= limits.OFFERS_TAKEN_BACK:
        return [], Obstacle.TOO_OFTEN
    to_agent = isinstance(decided.action, Assign) and decided.action.target is Target.AGENT
    if isinstance(decided.action, Assign) and decided.action.id == (c.owner if to_agent else c.queue):
        return [], Obstacle.NEEDLESS
    let_go = ev.Released(c.owner, c.assignments, ev.ReleaseReason.RULE)
    made, obstacle = _done(decided, cv.apply(c, let_go, case.means.at), case)
    if to_agent and not any(isinstance(e, ev.Assigned) for e in made):
        return [], obstacle  # whoever has the offer is better than a queue, from which the same rule would take it again
    return ([let_go, *made] if made else []), obstacle


def _reply(reply: Reply, c: Conversation, means: Means) -> ev.Event:
    return ev.MessageSent(
        message=means.new_id("m"), author=ev.ActorKind.BOT, author_id=ev.AUTOMATION.id, channel=c.channel, account=c.account,
        content=Content(text=render(reply, c.language, means.names)), recipient=c.reply_address,
    )  # fmt: skip


def _queue(queue: str, c: Conversation, case: _Case) -> _Done:
    if queue not in case.means.served:
        return [], Obstacle.UNKNOWN_QUEUE
    if c.status is Status.QUEUED and c.queue == queue:
        return [], Obstacle.NEEDLESS
    return [_queued(queue, c, case)], None


def _queued(queue: str, c: Conversation, case: _Case) -> ev.Event:
    return ev.Queued(queue, c.priority, REASON, c.since or case.moment.at)


def _offer(c: Conversation, case: _Case) -> _Done:
    """Whoever is named gets it if they have room; else it waits where everybody's work waits, so that it is not left to the bot."""
    means, agent = case.means, case.means.agent
    if agent is None:
        return [], Obstacle.UNKNOWN_AGENT
    queue = c.queue if c.queue in means.served else next(iter(agent.queues), "general")
    waiting = [] if c.status is Status.QUEUED else [_queued(queue, c, case)]
    if c.handed_back_by == agent.id:
        return waiting, Obstacle.HANDED_BACK
    if means.refused or agent.free < means.weight:
        return waiting, Obstacle.NOT_FREE
    return [*waiting, *cv.assign(c, agent.id, ev.AssignReason.RULE, means.accept_by, weight=means.weight)], None
