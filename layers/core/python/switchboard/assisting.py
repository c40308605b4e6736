"""The composition root's part for what helps agents."""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from switchboard.application.assist_ports import Listener
    from switchboard.application.assistance import Assistance
    from switchboard.application.macro_book import MacroBook, MacroDesk
    from switchboard.bootstrap import Services
    from switchboard.domain.assist.macros import MacroSet

KEPT = 60.0  # seconds
HEARD_WITHIN = 2.0  # seconds: somebody is about to send what is looked at


class Assisting:
    """One process's objects that help agents, made when first asked for."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._macros: MacroSet | None = None
        self._macros_read = 0.0

    @cached_property
    def macro_book(self) -> MacroBook:
        from switchboard.application.macro_book import MacroBook
        from switchboard.bootstrap import shipped

        s = self._services
        return MacroBook(s.store, s.index, s.clock, lambda: shipped("macros.json"))

    def macros(self) -> MacroSet:
        """The macros to offer, read once a minute; what is previewed and applied is read afresh."""
        if self._macros is None or time.monotonic() - self._macros_read > KEPT:
            self._macros = self.macro_book.current()
            self._macros_read = time.monotonic()
        return self._macros

    def forget_macros(self) -> None:
        """Others are in force now: read them when they are next asked for."""
        self._macros = None

    @cached_property
    def macro_desk(self) -> MacroDesk:
        from switchboard.application.macro_book import MacroDesk

        s = self._services
        return MacroDesk(self.macro_book, s.store, s.assignment, s.index, s.ids, s.clock, s.privacy)

    @cached_property
    def listener(self) -> Listener:
        from switchboard.adapters.aws.listener import ListeningFunction

        s = self._services
        return ListeningFunction(lambda: s.client("lambda", retries=0, answer_within=HEARD_WITHIN), s.settings.librarian_function)

    @cached_property
    def assistance(self) -> Assistance:
        from switchboard.application.assistance import Assistance

        s = self._services
        return Assistance(
            s.store, s.clock, self.listener, lambda id_: s.service_levels.standings(id_), lambda: s.conversing.policy(),
            lambda: s.conversing.flow_book, lambda: self.macros(), parts,
        )  # fmt: skip


def parts(channel: str, text: str) -> int:
    """In how many messages a channel brings a text; 1 on a channel this build does not know."""
    from switchboard.channels import registry
    from switchboard.channels.text import split
    from switchboard.domain.errors import NotFound

    try:
        limits = registry.channel(channel).limits
    except NotFound:
        return 1
    return max(1, len(split(text, limits.text_units, limits.text_unit)))
