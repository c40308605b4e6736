"""The company's configuration: each version is a commit of a ledger; the last one holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from switchboard.application.ports import Clock, Store
from switchboard.domain import bot
from switchboard.domain import events as ev
from switchboard.domain.errors import Malformed
from switchboard.domain.hours import settings

BOT_LEDGER = "cfg#bot"
HOURS_LEDGER = "cfg#hours"


@dataclass(frozen=True, slots=True)
class Configuration:
    """`shipped` is the bot policy of a company that never set one, `shipped_hours` its hours."""

    store: Store
    clock: Clock
    shipped: Mapping[str, object]
    shipped_hours: Mapping[str, object] = field(default_factory=dict)

    def bot_policy(self) -> Mapping[str, object]:
        """The policy in force, as it was set."""
        last = self.store.last_event(BOT_LEDGER)
        return last.event.policy if last is not None and isinstance(last.event, ev.BotPolicySet) else self.shipped

    def set_bot_policy(self, actor: ev.Actor, policy: Mapping[str, object]) -> Mapping[str, object]:
        """Put a new version in force; routers see it within a minute. Raises Malformed."""
        bot.parse(policy)
        self.store.append(BOT_LEDGER, [ev.BotPolicySet(dict(policy))], actor, self.clock.now())
        return policy

    def hours(self) -> Mapping[str, object]:
        """The hours, rosters and promises in force, as they were set."""
        last = self.store.last_event(HOURS_LEDGER)
        return last.event.policy if last is not None and isinstance(last.event, ev.HoursSet) else self.shipped_hours

    def set_hours(self, actor: ev.Actor, document: Mapping[str, object]) -> Mapping[str, object]:
        """Put a new version in force, also for what was promised before; every function sees it within a minute. Raises Malformed."""
        parsed = settings.parse(document)
        if unserved := sorted(parsed.escalation_queues - self.store.queues() - {"general"}):
            raise Malformed(f"nobody serves the queue {unserved[0]!r} that breaches are to go to; give an agent this queue first")
        self.store.append(HOURS_LEDGER, [ev.HoursSet(dict(document))], actor, self.clock.now())
        return document
