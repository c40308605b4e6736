"""What an agent had best do next: at most three things, each with its reason and what one click does.

Rules of thumb over a digest, the most pressing first. None is ever done by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from switchboard.domain.assist.digest import Digest
from switchboard.domain.assist.macros import MacroSet, Purpose
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.feeling import QUIET
from switchboard.domain.hours.sla import Outcome
from switchboard.domain.hours.sla_policy import ClockKind
from switchboard.domain.hours.sla_reading import Standing
from switchboard.domain.understanding import ANGRY

MOST = 3
UNHAPPY = -0.6  # a feeling from which a supervisor should know
SILENT = timedelta(hours=24)  # of a customer whom an agent has answered
SLOW = timedelta(minutes=10)  # after which a waiting customer should at least hear that somebody is at it
CLOSING = frozenset({"goodbye", "praise", "affirm"})


@dataclass(frozen=True, slots=True)
class NextStep:
    """`kind` says what, `reason` why, in codes; `about` fills in the words for them. `do`, what the click does: "macro" (its `name`),
    "insert" (`text`), "note" (`action`, `about`), "consult", "transfer" (to `queue`), "resolve", "reply" (write one)."""

    kind: str
    reason: str
    do: str
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Situation:
    """`belongs`: the queue of the people who handle its intent, "" where it is there. `asks`: (slot, question in the customer's
    language) that its intent's flow needs and nobody has given."""

    conversation: Conversation
    digest: Digest
    macros: MacroSet
    now: datetime
    standings: Sequence[Standing] = ()
    belongs: str = ""
    asks: tuple[str, str] | None = None


def next_steps(s: Situation) -> tuple[NextStep, ...]:
    """Nothing for a conversation nobody has: it is to be taken first."""
    if s.conversation.status not in (Status.ACTIVE, Status.ASSIGNED):
        return ()
    found: list[NextStep] = []
    for step in _all(s):
        if step.do != "macro" or all(step.about.get("name") != other.about.get("name") for other in found):
            found.append(step)
    d = s.digest
    if not found and d.question is not None and d.waits_for == "agent":
        found.append(NextStep("reply", "unanswered", "reply"))
    return tuple(found[:MOST])


def _all(s: Situation) -> Iterator[NextStep]:
    d, waits = s.digest, s.digest.waits_for == "agent"
    for action, about in d.unsure[-1:]:
        yield NextStep("check_by_hand", "action_unknown", "note", {"action": action, "about": about})
    yield from _anger(s)
    if waits:
        yield from _late(s)
    if s.belongs:
        yield NextStep("transfer", "other_queue", "transfer", {"queue": s.belongs, "intent": s.conversation.intent})
    if waits and s.asks:
        yield NextStep("ask", "slot_missing", "insert", {"slot": s.asks[0], "text": s.asks[1]})
    if waits and d.last_intent not in CLOSING:
        yield from _macro(s)
    yield from _ending(s)


def _anger(s: Situation) -> Iterator[NextStep]:
    d, c = s.digest, s.conversation
    if d.mood != ANGRY and c.feeling > UNHAPPY:
        return
    if d.waits_for == "agent" and (macro := s.macros.of_purpose(Purpose.APOLOGISE)):
        yield NextStep("apologise", "angry", "macro", {"name": macro.name})
    lately = c.angry_at is not None and s.now - c.angry_at < QUIET
    if not c.consulted and (lately or c.feeling <= UNHAPPY):
        yield NextStep("supervisor", "angry", "consult")


def _late(s: Situation) -> Iterator[NextStep]:
    owed = ClockKind.NEXT_RESPONSE if s.digest.replies else ClockKind.FIRST_RESPONSE
    at_risk = [
        x for x in s.standings
        if x.clock is owed and x.outcome in (Outcome.BREACHED, Outcome.RUNNING) and (x.breached or (x.warn_at or s.now) < s.now)
    ]  # fmt: skip
    since = s.digest.asked_at
    if at_risk:
        late = any(x.breached for x in at_risk)
        yield from _hold(s, "sla_breached" if late else "sla_risk", at_risk[0].clock.value)
    elif since is not None and s.now - since >= SLOW:
        yield from _hold(s, "waits", "")


def _hold(s: Situation, reason: str, clock: str) -> Iterator[NextStep]:
    if macro := s.macros.of_purpose(Purpose.HOLD):
        yield NextStep("hold", reason, "macro", {"name": macro.name, "clock": clock})
    else:
        yield NextStep("reply", reason, "reply", {"clock": clock})


def _macro(s: Situation) -> Iterator[NextStep]:
    c = s.conversation
    for macro in s.macros.offered(c.intent, c.queue):
        if macro.fits(c.intent, c.queue) > 1 and macro.purpose is Purpose.NONE and not macro.actions.resolve:
            reason = "fits_intent" if macro.intents else "fits_queue"
            yield NextStep("macro", reason, "macro", {"name": macro.name, "intent": c.intent})
            return


def _ending(s: Situation) -> Iterator[NextStep]:
    d = s.digest
    if d.unsure:
        return  # not before it is known what was done
    if d.replies and d.waits_for == "agent" and d.last_intent in CLOSING:
        if macro := s.macros.of_purpose(Purpose.FAREWELL):
            yield NextStep("resolve", "thanked", "macro", {"name": macro.name})
        else:
            yield NextStep("resolve", "thanked", "resolve")
    elif d.waits_for == "customer" and d.answered_at is not None and s.now - d.answered_at >= SILENT:
        if macro := s.macros.of_purpose(Purpose.CLOSE):
            yield NextStep("close", "silent", "macro", {"name": macro.name})
        else:
            yield NextStep("close", "silent", "resolve")
