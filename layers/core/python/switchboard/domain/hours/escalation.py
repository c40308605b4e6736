"""What follows when a promise is in danger or broken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from switchboard.domain import events as ev
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.errors import Malformed
from switchboard.domain.hours.calendar import check_fields
from switchboard.domain.hours.roster import text
from switchboard.domain.hours.sla import Level

REASONS = frozenset(f"sla_{level.value}" for level in Level)
"""Reasons of events that escalate. What they set does not change what was promised."""


@dataclass(frozen=True, slots=True)
class Escalation:
    """`priority`: the conversation is at least as urgent from then on. `queue`: waiting work moves there (empty: it stays);
    `take_back`: work that an agent owns does too."""

    priority: int = 0
    queue: str = ""
    take_back: bool = False


def escalate(c: Conversation, e: Escalation, level: Level, at: datetime) -> list[ev.Event]:
    """What is to be put on record for an alarm of that level. Empty where the conversation is over, or is escalated as far already."""
    if not c.open:
        return []
    reason = f"sla_{level.value}"
    urgency = max(c.priority, e.priority)
    events: list[ev.Event] = [ev.PrioritySet(urgency, reason)] if urgency > c.priority else []
    moves = bool(e.queue) and e.queue != c.queue
    if moves and c.owner and e.take_back:
        events.append(ev.Released(c.owner, c.assignments, ev.ReleaseReason.TRANSFERRED))
    elif not moves or c.status is not Status.QUEUED:
        return events
    return [*events, ev.Queued(e.queue, urgency, reason, c.since or at)]


_FIELDS = ("priority", "queue", "take_back")


def parse_escalation(data: object, field: str) -> Escalation:
    """`{"priority": 9, "queue": "supervisors", "take_back": false}`, all of it optional. Raises Malformed, which names the field."""
    known = check_fields(data, _FIELDS, field)
    priority, back = known.get("priority", 0), known.get("take_back", False)
    if isinstance(priority, bool) or not isinstance(priority, int) or not 0 <= priority <= 9:
        raise Malformed(f"'{field}.priority' is a whole number from 0 to 9")
    if not isinstance(back, bool):
        raise Malformed(f"'{field}.take_back' is true or false")
    queue = text(known["queue"], f"{field}.queue") if "queue" in known else ""
    if back and not queue:
        raise Malformed(f"'{field}.queue' is needed where 'take_back' is true: the work must go somewhere")
    return Escalation(priority, queue, back)
