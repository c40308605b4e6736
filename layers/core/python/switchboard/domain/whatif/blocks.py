"""What was seen, summed up block by block of time: days, or hours where there are few days. Blocks are what intervals are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from switchboard.domain.simulation.play import Outcome
from switchboard.domain.whatif.traffic import DAY, Seen, Traffic, person_of_stint

HOUR = 3600.0
FEW_DAYS = 5  # below this, blocks are hours


@dataclass(slots=True)
class Block:
    """One block of time under one policy, by when people came. `waits`: of everybody, sorted; `in_time`: answered within the SLA.
    `seconds` and `busy` are slot-seconds, the latter by person; `worked` the same over the slots of who worked: agent-seconds. `hard`:
    answered conversations labelled complex."""

    waits: list[float] = field(default_factory=list)
    in_time: int = 0
    answered: int = 0
    left: int = 0
    seconds: float = 0.0
    expert_seconds: float = 0.0
    hard: int = 0
    hard_by_experts: int = 0
    worked: float = 0.0
    busy: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Blocks:
    """A policy's blocks. `there`: slot-seconds each person was there, block by block, whatever the policy."""

    blocks: tuple[Block, ...]
    there: tuple[Mapping[str, float], ...]


def block_seconds(days: int) -> float:
    """How long the blocks of so many days are."""
    return DAY if days >= FEW_DAYS else HOUR


def seen(outcome: Outcome, end: float) -> list[Seen]:
    """What became of those who came before `end`."""
    return [
        Seen(t.since, t.waited, t.left, t.desk.id if t.desk is not None else "", t.handled, t.complex)
        for t in outcome.tasks if t.since < end
    ]  # fmt: skip


def blocks_of(traffic: Traffic, seen: Iterable[Seen], sla: float) -> list[Block]:
    """Blocks of the whole period, those in which nobody came included. `sla`: seconds within which an answer is in time."""
    length = block_seconds(traffic.days)
    agents = {a.id: a for a in traffic.agents}
    blocks = [Block() for _ in range(ceil(traffic.days * DAY / length))]
    for each in seen:
        block = blocks[int(each.at // length)]
        block.waits.append(each.waited)
        block.left += each.left
        if not each.agent:
            continue
        agent = agents.get(each.agent)
        person, expert = person_of_stint(each.agent), agent is not None and agent.expert
        block.answered += 1
        block.in_time += each.waited <= sla
        block.seconds += each.handled
        block.worked += each.handled / (agent.slots if agent is not None and agent.slots else 1)
        block.busy[person] = block.busy.get(person, 0.0) + each.handled
        block.expert_seconds += each.handled * expert
        block.hard += each.complex
        block.hard_by_experts += each.complex and expert
    for block in blocks:
        block.waits.sort()
    return blocks


def presence_of(traffic: Traffic) -> list[dict[str, float]]:
    """Slot-seconds each person was there, block by block."""
    length = block_seconds(traffic.days)
    return [traffic.presence(n * length, (n + 1) * length) for n in range(ceil(traffic.days * DAY / length))]


def added(parts: Sequence[Sequence[Block]]) -> list[Block]:
    """Blocks of stretches of time, put together: of each block the one in which somebody came."""
    return [next((b for b in same if b.waits), same[0]) for same in zip(*parts, strict=True)]


def without_empty(named: Mapping[str, Sequence[Block]], there: Sequence[Mapping[str, float]]) -> dict[str, Blocks]:
    """Only the blocks in which somebody came: nights say nothing about waits."""
    keep = [n for n in range(len(there)) if any(blocks[n].waits for blocks in named.values())]
    present = tuple(there[n] for n in keep)
    return {name: Blocks(tuple(blocks[n] for n in keep), present) for name, blocks in named.items()}
