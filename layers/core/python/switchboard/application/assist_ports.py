"""What the help for agents needs of the world."""

from __future__ import annotations

from typing import Protocol

from switchboard.domain.assist.check import Heard


class Listener(Protocol):
    """Who hears language and mood in an agent's text, elsewhere: it carries the encoder."""

    def hear(self, text: str) -> Heard:
        """Within about two seconds, for somebody is about to send it. Raises StorageUnavailable."""
        ...
