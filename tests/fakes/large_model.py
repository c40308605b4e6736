"""The large model in memory: says what it is told to, in the troubles it is told to have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from switchboard.application.large_model import Answer, Limits, NoAnswer, Said
from tests.fakes.store import MemoryStore

Speak = Callable[[str, str], str]


@dataclass
class ScriptedModel:
    """Implements `application.large_model.LargeModel`. `speak` makes an answer of the system prompt and what was said; `trouble` is
    raised instead; `meanwhile` runs while the call is out. `calls` are the prompts it was given."""

    speak: Speak = lambda _system, _said: "NO_ANSWER"
    trouble: NoAnswer | None = None
    meanwhile: Callable[[], object] = lambda: None
    tokens: tuple[int, int] = (1000, 100)
    calls: list[tuple[str, str]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return "example.pretended-v1"

    def converse(self, system: str, turns: Sequence[Said], limits: Limits) -> Answer:
        said = "\n".join(t.text for t in turns)
        self.calls.append((system, said))
        self.meanwhile()
        if self.trouble is not None:
            raise self.trouble
        return Answer(self.speak(system, said), *self.tokens)


class MemorySpending:
    """Implements `application.large_model.Spending`."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    def on(self, day: str) -> int:
        return self._store.spent(day)
