"""Who hears an agent's text, in memory: by a few words."""

from __future__ import annotations

from switchboard.domain.assist.check import Heard
from switchboard.domain.errors import StorageUnavailable


class WordListener:
    """Implements `application.assist_ports.Listener`. It cannot be had while `away`. `heard` counts the texts."""

    def __init__(self) -> None:
        self.away = False
        self.heard = 0

    def hear(self, text: str) -> Heard:
        if self.away:
            raise StorageUnavailable("nobody listens now")
        self.heard += 1
        language = "zh" if any("\u4e00" <= c <= "\u9fff" for c in text) else "de" if " ist " in text else "en"
        furious = "furious" in text
        return Heard(language, "angry" if furious else "neutral", 0.9 if furious else 0.01)
