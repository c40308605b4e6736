"""What applying a macro puts on a conversation's ledger: all of it one commit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from switchboard.domain import conversation as cv
from switchboard.domain import events as ev
from switchboard.domain.assist.events import MacroApplied
from switchboard.domain.assist.macros import Actions, Macro
from switchboard.domain.content import Content
from switchboard.domain.conversation import Conversation
from switchboard.domain.rules.limits import TAGS

PRIORITY_REASON = "macro"


@dataclass(frozen=True, slots=True)
class Wording:
    """What the customer is to read. `message` is our id of it; `language` of the macro's text; `edited`: it is the agent's own."""

    message: str
    text: str
    language: str
    edited: bool = False


def apply(
    c: Conversation, macro: Macro, version: int, agent: str, wording: Wording | None, client_id: str, at: datetime
) -> list[ev.Event]:
    """Only the owner uses macros. Raises Forbidden, NotAllowedNow, Malformed."""
    accepted = cv.accept(c, agent)
    language, edited = (wording.language, wording.edited) if wording else ("", False)
    events: list[ev.Event] = [*accepted, MacroApplied(macro.name, version, agent, language, edited, client_id)]
    if wording is not None:
        said = cv.reply(c, agent, wording.message, Content(text=wording.text), client_id)
        events += said[len(accepted) :]
    return [*events, *_acted(cv.fold(c, events, at), macro.actions, agent, at)]


def _acted(c: Conversation, actions: Actions, agent: str, at: datetime) -> list[ev.Event]:
    events: list[ev.Event] = []
    fresh = tuple(t for t in actions.tags if t not in c.tags)[: max(0, TAGS - len(c.tags))]
    if fresh:
        events.append(ev.Tagged(fresh))
    if actions.priority is not None and actions.priority != c.priority:
        events.append(ev.PrioritySet(actions.priority, PRIORITY_REASON))
    if actions.queue:
        events += cv.release(cv.fold(c, events, at), ev.ReleaseReason.TRANSFERRED, queue=actions.queue, at=at)
    if actions.resolve:
        events += cv.resolve(c, ev.ActorKind.AGENT, agent)
    return events
