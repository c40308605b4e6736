"""Nothing is stuck with the bot: a customer who stays silent, or a company's system that does, is waited for until a time that is on
record (`BotWaits`), and then the bot ends what it was at or people take over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from switchboard.application.assignment import Assignment
from switchboard.application.bot_turns import ACTOR, BotTurns, Customer
from switchboard.application.ports import Clock, Outbox, Store, Timer
from switchboard.application.presence import EARLY
from switchboard.application.races import decide_again
from switchboard.domain.change import Change
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.errors import NotFound, SwitchboardError, Unreadable

KIND = "bot"
LATE = timedelta(seconds=5)  # timers get this long before the sweeper does their work
AT_ONCE = 100  # of a minute's repairs
LOOKED_AT = 1_000  # more than that: those of erased contacts stay where they are


@dataclass(frozen=True, slots=True)
class BotWatch:
    store: Store
    turns: BotTurns
    assignment: Assignment
    outbox: Outbox
    clock: Clock

    def fire(self, timer: Timer) -> str:
        """Act on a timer of ours: "done", "chained" or "moved_on"."""
        now = self.clock.now()
        if timer.due - now > EARLY:
            self.outbox.timer(timer, now)
            return "chained"
        return "done" if self._expire(timer.subject) else "moved_on"

    def repair(self) -> int:
        """End what timers that were lost should have ended; returns how many. One that cannot be ended keeps no other from its
        end; where nothing else could be either, its failure is raised."""
        ended, failure = 0, None
        for conversation in self.store.overdue_with_bot(self.clock.now() - LATE, LOOKED_AT):
            try:
                ended += self._expire(conversation)
            except SwitchboardError as error:
                failure = error
            if ended == AT_ONCE:
                break
        if failure is not None and not ended:
            raise failure
        return ended

    def _expire(self, conversation: str) -> bool:
        def attempt() -> Conversation | None:
            try:
                c = self.store.conversation(conversation)
                contact = self.store.contact(c.contact).contact
            except (NotFound, Unreadable):  # erased: nobody is waited for
                return None
            now = self.clock.now()
            if c.status is not Status.BOT or c.bot_until is None or c.bot_until - now > EARLY:
                return None  # it went on: what was waited for has come, and a later timer follows
            events = self.turns.expire(c, Customer(contact))
            return self.store.commit(Change(c, tuple(events), ACTOR, now)) if events else None

        after = decide_again(attempt)
        if after is not None and after.status is Status.QUEUED:
            self.assignment.wake_work(after)
        return after is not None
