"""The bot's part of the composition root."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from switchboard.domain.errors import SwitchboardError

if TYPE_CHECKING:
    from switchboard.application.actions import Actions
    from switchboard.application.bot_turns import BotTurns
    from switchboard.application.bot_watch import BotWatch
    from switchboard.application.connectors import ActionQueue, Connector
    from switchboard.application.flow_book import FlowBook
    from switchboard.bootstrap import Services
    from switchboard.domain.bot import BotPolicy
    from switchboard.domain.hours.absence import AbsenceTexts

KEPT = 60.0  # seconds
Held = TypeVar("Held")


class Conversing:
    """One process's objects of the bot, made when first asked for."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._policy: BotPolicy | None = None
        self._policy_read = 0.0
        self._versions: Mapping[str, int] | None = None
        self._versions_read = 0.0

    @cached_property
    def flow_book(self) -> FlowBook:
        from switchboard.adapters.shipped_flows import shipped_flows
        from switchboard.application.flow_book import FlowBook

        s = self._services
        return FlowBook(s.store, s.index, s.clock, shipped_flows(), self.versions)

    def versions(self) -> Mapping[str, int]:
        """The version of each flow in force, read once a minute."""
        if self._versions is None or time.monotonic() - self._versions_read > KEPT:
            self._versions = self._kept(self.flow_book.in_force, self._versions)
            self._versions_read = time.monotonic()
        return self._versions

    def _kept(self, read: Callable[[], Held], last: Held | None) -> Held:
        """What is in force now; where it cannot be read, what was last: customers go on being served, and it is counted."""
        try:
            return read()
        except SwitchboardError as error:
            if last is None:
                raise
            self._services.on_settings_trouble(error)
            return last

    def policy(self) -> BotPolicy:
        """What the bot answers and whom it hands to, read once a minute."""
        from switchboard.domain import bot

        if self._policy is None or time.monotonic() - self._policy_read > KEPT:
            self._policy = self._kept(lambda: bot.parse(self._services.configuration.bot_policy()), self._policy)
            self._policy_read = time.monotonic()
        return self._policy

    @cached_property
    def absence_texts(self) -> AbsenceTexts:
        from switchboard.bootstrap import shipped
        from switchboard.domain.hours.absence import parse_texts

        return parse_texts(shipped("absence.json"))

    @cached_property
    def turns(self) -> BotTurns:
        from switchboard.application.articles import Articles
        from switchboard.application.bot_turns import BotTurns

        s = self._services
        return BotTurns(
            s.assignment, s.ids, s.clock, lambda: self.policy(), lambda: self.flow_book, lambda: s.hours(), self.absence_texts,
            Articles(lambda: s.knowledge, lambda error: s.on_knowledge_trouble(error)),
        )  # fmt: skip

    @cached_property
    def watch(self) -> BotWatch:
        from switchboard.application.bot_watch import BotWatch

        s = self._services
        return BotWatch(s.store, self.turns, s.assignment, s.outbox, s.clock)

    @cached_property
    def queue(self) -> ActionQueue:
        from switchboard.adapters.sqs.actions import SqsActionQueue

        return SqsActionQueue(self._services.sqs_client, self._services.settings.actions_queue_url)

    @cached_property
    def connector(self) -> Connector:
        from switchboard.adapters.aws.endpoints import CONNECTORS, SecretEndpoints
        from switchboard.adapters.vendor.connector import HttpConnector

        s = self._services
        endpoints = SecretEndpoints(s.client("secretsmanager"), s.settings.secret_prefix, time.monotonic, CONNECTORS)
        return HttpConnector(endpoints, s.clock.now)

    @cached_property
    def actions(self) -> Actions:
        from switchboard.application.actions import Actions

        s = self._services
        return Actions(s.store, self.turns, self.connector, s.assignment, s.index, s.clock)
