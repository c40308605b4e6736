"""The waiting room's part of the composition root."""

from __future__ import annotations

import time
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from switchboard.application.flows import FlowKeeper
    from switchboard.application.waiting_room import Replies, WaitingRoom
    from switchboard.application.waiting_room_settings import WaitingRoomSettings
    from switchboard.bootstrap import Services
    from switchboard.domain.waiting_room.settings import Settings
    from switchboard.domain.waiting_room.texts import Texts

KEPT = 60.0  # seconds


class Waiting:
    """One process's objects of the waiting room, made when first asked for."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._policy: Settings | None = None
        self._policy_read = 0.0

    def policy(self) -> Settings:
        """What customers who wait are told and offered, read once a minute."""
        if self._policy is None or time.monotonic() - self._policy_read > KEPT:
            self._policy = self.settings.in_force()
            self._policy_read = time.monotonic()
        return self._policy

    def tell_after(self) -> timedelta:
        return timedelta(seconds=self.policy().tell_after)

    @cached_property
    def settings(self) -> WaitingRoomSettings:
        from switchboard.application.waiting_room_settings import WaitingRoomSettings

        return WaitingRoomSettings(self._services.store, self._services.store, self._services.clock)

    @cached_property
    def texts(self) -> Texts:
        from switchboard.bootstrap import shipped
        from switchboard.domain.waiting_room import texts

        return texts.parse(shipped("waiting_room.json"))

    @cached_property
    def room(self) -> WaitingRoom:
        from switchboard.application.waiting_room import WaitingRoom

        s = self._services
        return WaitingRoom(
            s.store, s.flows, s.outbox, s.assignment, s.ids, s.clock, lambda: self.policy(), self.texts, lambda: s.hours()
        )  # fmt: skip

    @cached_property
    def replies(self) -> Replies:
        from switchboard.application.waiting_room import Replies

        return Replies(self._services.ids, self.texts)

    @cached_property
    def flow_keeper(self) -> FlowKeeper:
        from switchboard.application.flows import FlowKeeper

        return FlowKeeper(self._services.store, self._services.flows)
