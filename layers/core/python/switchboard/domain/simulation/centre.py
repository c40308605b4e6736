"""What a simulated contact centre is made of: its people, and everybody who writes. No chance is left in it: how long each
conversation takes each agent, and how long each customer waits, is fixed beforehand, so that policies are compared on the very
same day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Work:
    """What a conversation is, or is taken for: `kind` is the class of the matter (an intent's), `complex` whether it needs an
    expert's hand."""

    kind: str
    complex: bool = False


@dataclass(frozen=True, slots=True)
class SimulatedAgent:
    """`skills`: kind -> level 1 to 5; who lacks a kind is asked for it only where a strategy relaxes. `slots`: conversations at a
    time. `handling`: mean seconds for each kind of work there is, skilled or not (work that came to the wrong desk takes its time
    too). `shifts`: (from, until) in seconds of the simulation, none: always there."""

    id: str
    slots: int
    skills: Mapping[str, int]
    handling: Mapping[Work, float]
    expert: bool = False
    languages: frozenset[str] = frozenset({"en"})
    shifts: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Arrival:
    """A customer who writes at `at` seconds. `true` is what it is about, `label` what the intent layer said; policies see only
    the label. `patience`: seconds until they give up unless somebody took them on. `effort`: this conversation's handling time
    in means (its agent's mean for the true work times this)."""

    at: float
    true: Work
    label: Work
    patience: float
    effort: float
    language: str = "en"
    vip: bool = False
    channel: str = "webchat"


@dataclass(frozen=True, slots=True)
class Centre:
    """A centre and its traffic, arrivals in order of time. What happens before `warm_up` is played and not counted: policies learn
    from it. `load`: offered work as a share of the centre's capacity."""

    name: str
    agents: tuple[SimulatedAgent, ...]
    arrivals: tuple[Arrival, ...]
    warm_up: float
    load: float
    notes: Mapping[str, str] = field(default_factory=dict)
