"""A machine that translates, behind the port: what goes in and comes out is checked by `domain.translation.machine`."""

from __future__ import annotations

from collections.abc import Sequence

from switchboard.domain.translation import machine
from switchboard.domain.translation.glossary import Terms
from switchboard.domain.translation.machine import Engine
from switchboard.domain.translation.result import Outcome


class MachineTranslator:
    """Implements `application.translation_ports.Translator`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def name(self) -> str:
        return self._engine.name

    def translate(self, texts: Sequence[str], source: str, target: str, terms: Terms) -> Sequence[Outcome]:
        return machine.translate(self._engine, texts, source, target, terms)
