"""What the help for agents needs of the world."""

from __future__ import annotations

from typing import Protocol

from switchboard.domain.assist.check import Heard
from switchboard.domain.assist.digest import Digest


class Listener(Protocol):
    """Who hears language and mood in an agent's text, elsewhere: it carries the encoder."""

    def hear(self, text: str) -> Heard:
        """Within about two seconds, for somebody is about to send it. Raises StorageUnavailable."""
        ...


class Summariser(Protocol):
    """Who says a digest better than the screens do, in whole sentences. None is shipped."""

    def told(self, digest: Digest, language: str) -> str:
        """Raises StorageUnavailable, Malformed; then the screens' own words serve."""
        ...
