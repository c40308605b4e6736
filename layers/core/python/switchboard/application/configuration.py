"""The company's configuration: each version is a commit of a ledger; the last one holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from switchboard.application.ports import Clock, Store
from switchboard.domain import bot
from switchboard.domain import events as ev

BOT_LEDGER = "cfg#bot"


@dataclass(frozen=True, slots=True)
class Configuration:
    """`shipped` is the bot policy of a company that never set one."""

    store: Store
    clock: Clock
    shipped: Mapping[str, object]

    def bot_policy(self) -> Mapping[str, object]:
        """The policy in force, as it was set."""
        last = self.store.last_event(BOT_LEDGER)
        return last.event.policy if last is not None and isinstance(last.event, ev.BotPolicySet) else self.shipped

    def set_bot_policy(self, actor: ev.Actor, policy: Mapping[str, object]) -> Mapping[str, object]:
        """Put a new version in force; routers see it within a minute. Raises Malformed."""
        bot.parse(policy)
        self.store.append(BOT_LEDGER, [ev.BotPolicySet(dict(policy))], actor, self.clock.now())
        return policy
