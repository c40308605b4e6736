"""What a strategy sees, and what it answers. Times are seconds on any one clock.

A strategy sees of a conversation only what is known while it waits, and of an agent nothing about how fast they are: that is learnt
from what has ended (`Ended`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

Class = tuple[str, bool]
"""A class of work: kind of the matter, complex or not, both as labelled."""


class Task(Protocol):
    """Waiting work as the intent layer labelled it."""

    @property
    def kind(self) -> str: ...

    @property
    def complex(self) -> bool: ...

    @property
    def vip(self) -> bool: ...

    @property
    def since(self) -> float:
        """When it began to wait."""
        ...


class Hands(Protocol):
    """What weighing a match takes of an agent."""

    @property
    def id(self) -> str: ...

    @property
    def slots(self) -> int: ...

    @property
    def load(self) -> float: ...

    @property
    def expert(self) -> bool: ...


class Desk(Hands, Protocol):
    """An agent who may have room. `slots` and `load` in conversations of weight 1 (a light one may weigh less); `skills`: kind ->
    level 1 to 5."""

    @property
    def skills(self) -> Mapping[str, int]: ...

    @property
    def assigned_at(self) -> float:
        """When they were last given work; minus infinity: never."""
        ...


@dataclass(frozen=True, slots=True)
class Ended:
    """A finished conversation: who had it, what it was taken for (`kind`, `complex`), what it turned out to be (`proved_complex`), and
    the seconds it held a slot. `skilled`: whether the agent has the skill of the kind it was taken for."""

    agent: str
    expert: bool
    skilled: bool
    kind: str
    complex: bool
    proved_complex: bool
    seconds: float


class Strategy(Protocol):
    """Both directions of one match. What is chosen is tried, and may be lost to somebody faster; a strategy may remember whom it
    chose, and changes nothing else."""

    def agent_for(self, task: Task, free: Sequence[Desk], now: float) -> Desk | None:
        """Who of those with room takes it now; None: it waits, though somebody may be free."""
        ...

    def task_for(self, desk: Desk, heads: Sequence[Task], now: float) -> Task | None:
        """Which of the longest waiting of each class (of important customers and of others apart) an agent with room takes now."""
        ...

    def looks_again(self, task: Task) -> Sequence[float]:
        """Seconds of waiting after which `agent_for` may answer otherwise though nobody came free, ascending."""
        ...

    @property
    def relaxes_after(self) -> float:
        """Seconds of waiting from which agents without the skill may be asked too; infinite: never."""
        ...
