"""Traffic that can be played again: who worked when, and everybody who came, over so many days.

Second 0 is the beginning of the first counted day. What lies before it is played too, for policies to learn from, and not counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from switchboard.domain.simulation.centre import Arrival, Centre, SimulatedAgent

DAY = 86_400.0
WARM_UP = DAY  # played before the days that count
RUN_OUT = 2 * 3600.0  # played behind them, so that the last customers of a day meet as much competition as the others
STINT = "~"  # behind an agent's id: the number of the profile they had; no agent's id holds it


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of one customer, played or recorded. `agent` empty: nobody took them on. `handled`: slot-seconds."""

    at: float
    waited: float
    left: bool
    agent: str
    handled: float
    complex: bool


@dataclass(frozen=True, slots=True)
class Traffic:
    """`agents`: with their shifts; who has none was never there. An agent whose profile changed stands here once for each profile.
    `arrivals`: in order of time. `recorded`: what became of them in truth, empty for made-up traffic. `notes`: what a reader of the
    comparison should know about the data, as counts."""

    agents: tuple[SimulatedAgent, ...]
    arrivals: tuple[Arrival, ...]
    days: int
    recorded: tuple[Seen, ...] = ()
    notes: Mapping[str, int] = field(default_factory=dict)

    def centre(self, first: int, last: int) -> Centre:
        """The days from `first` up to and without `last`, counted from 0, with what is played before and behind them."""
        start, end = first * DAY - WARM_UP, last * DAY + RUN_OUT
        arrivals = tuple(a for a in self.arrivals if start <= a.at < end)
        # In the simulator somebody without shifts is always there; here they were away, and somebody without a slot is of no use.
        there = tuple(a for a in self.agents if a.slots > 0 and any(s < end + DAY and e > start for s, e in a.shifts))
        return Centre(f"days {first + 1} to {last}", there, arrivals, warm_up=first * DAY, load=0.0)

    def presence(self, start: float, end: float) -> dict[str, float]:
        """Slot-seconds each person was there between two times."""
        there: dict[str, float] = {}
        for agent in self.agents:
            seconds = sum(max(0.0, min(e, end) - max(s, start)) for s, e in agent.shifts)
            if seconds > 0 and agent.slots > 0:
                person = person_of_stint(agent.id)
                there[person] = there.get(person, 0.0) + seconds * agent.slots
        return there


def person_of_stint(agent: str) -> str:
    """The person behind a simulated agent's id."""
    return agent.partition(STINT)[0]
