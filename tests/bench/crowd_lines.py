"""Who waited in which line, and whether the line was kept: from the ledgers alone (`crowd_books`)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from tests.bench.crowd_books import Entry, Ledgers, Seat, conversations
from tests.bench.transactions import Try

NEVER = float("inf")
LONG = 5.0  # seconds: whoever waits so long beside somebody who is free was forgotten



class Kind(NamedTuple):
    """What makes two waits alike: whoever can take one can take the other."""

    queue: str
    priority: int
    language: str
    channel: str
    needs: str


@dataclass(frozen=True, slots=True)
class Wait:
    """A conversation in a line: from the request that put it there to the one that took it out."""

    conversation: str
    kind: Kind
    since: str
    queued: Entry
    left: Entry | None = None
    agent: str = ""  # who was given it
    how: str = ""  # the assignment's reason
    looked: float = 0.0  # when the decision was made, seconds since the epoch
    not_to: str = ""  # who had handed it back

    @property
    def until(self) -> float:
        """It certainly waited before this."""
        return self.left.start if self.left is not None else NEVER


@dataclass
class _Walk:
    """A conversation's state on the way through its ledger, as far as lines are concerned."""

    language: str = "und"
    channel: str = ""
    needs: str = "null"
    not_to: str = ""
    wait: Wait | None = None
    found: list[Wait] = field(default_factory=list)


def waits(ledgers: Ledgers) -> list[Wait]:
    found: list[Wait] = []
    for conversation, entries in conversations(ledgers):
        walk = _Walk()
        for entry in entries:
            for e in entry.events:
                _step(walk, conversation, entry, e["type"], e["data"])
        found += walk.found + ([walk.wait] if walk.wait is not None else [])
    # Queued and assigned in one commit: it never stood in a line.
    return [w for w in found if w.left is not w.queued]


def _step(walk: _Walk, conversation: str, entry: Entry, what: str, data: Mapping[str, Any]) -> None:
    match what:
        case "message_received":
            walk.channel = data["channel"]
        case "intent_detected":
            walk.language = data["language"] if data["language"] != "und" else walk.language
        case "released":
            walk.not_to = data["agent"] if data["reason"] == "transferred" else ""
        case "queued":
            if data["requires"] is not None:
                walk.needs = json.dumps(data["requires"], sort_keys=True)
            kind = Kind(data["queue"], data["priority"], walk.language, walk.channel, walk.needs)
            walk.wait = Wait(conversation, kind, data["since"], entry, not_to=walk.not_to)
        case "assigned" if walk.wait is not None:
            looked = data["receipt"]["at"] if data.get("receipt") else None
            when = datetime.fromisoformat(looked).timestamp() if looked else entry.start
            walk.found.append(replace(walk.wait, left=entry, agent=data["agent"], how=data["reason"], looked=min(when, entry.start)))
            walk.wait = None
        case "resolved" if walk.wait is not None:
            walk.found.append(replace(walk.wait, left=entry))
            walk.wait = None
        case _:
            pass


class PassedOver(NamedTuple):
    earlier: Wait
    later: Wait
    contested: bool  # another transaction on the earlier one was in flight between the look at the line and the assignment


def passed_over(lines: Sequence[Wait], tries: Iterable[Try]) -> list[PassedOver]:
    """Pairs of the same kind where an agent's pull took the later one though the earlier one, which had waited longer, was there to
    be taken: the later one was put into the line after the request that queued the earlier one had ended, and had been assigned
    before the request that took the earlier one out began. What the agent had handed back themselves does not count."""
    touched = _touched(tries)
    found = []
    for earlier, later in _alike(lines, "pulled"):
        assert later.left is not None
        begun, ended = later.looked, later.left.end
        contested = any(s < ended and e > begun for s, e in touched.get(earlier.conversation, ()))
        found.append(PassedOver(earlier, later, contested))
    return found


def _touched(tries: Iterable[Try]) -> Mapping[str, list[tuple[float, float]]]:
    """When transactions on each conversation were in flight, written or refused."""
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for t in tries:
        for ledger in {i.key for i in t.items if i.key.startswith("cnv#")}:
            found[ledger[4:]].append((t.start, t.end))
    return found


def together(lines: Sequence[Wait]) -> int:
    """Pairs of one kind of which the later came while the earlier one waited: how often the order could have been broken."""
    kinds: dict[Kind, list[Wait]] = defaultdict(list)
    for w in lines:
        kinds[w.kind].append(w)
    return sum(
        a.since < b.since and a.queued.end <= b.queued.start < a.until for same in kinds.values() for a in same for b in same
    )  # fmt: skip


def _alike(lines: Sequence[Wait], how: str) -> Iterator[tuple[Wait, Wait]]:
    """Pairs of one kind, where the later came after the earlier one and was assigned (in that way) while the earlier one waited."""
    kinds: dict[Kind, list[Wait]] = defaultdict(list)
    for w in lines:
        kinds[w.kind].append(w)
    for same in kinds.values():
        same.sort(key=lambda w: w.since)
        for n, later in enumerate(same):
            if later.left is None or later.how != how:
                continue
            for earlier in same[:n]:
                if (
                    earlier.conversation != later.conversation and earlier.since < later.since and earlier.not_to != later.agent
                    and earlier.queued.end <= later.queued.start and later.left.end <= earlier.until
                ):  # fmt: skip
                    yield earlier, later


# -- rooms that stood empty -------------------------------------------------------------------------------


@dataclass
class Free:
    """An agent with what they can take, and the spells in which they certainly have room. Room that a use case made counts from its
    return, for until then it looks for work itself; room that a request takes is gone when it begins."""

    capacity: float = 0
    queues: Sequence[str] = ()
    languages: Sequence[str] = ()
    channels: Sequence[str] = ()
    moves: list[tuple[float, float, int]] = field(default_factory=list)  # (when, load's change, presence's change)

    def spells(self, weight: float) -> Iterator[tuple[float, float]]:
        """When there is room for so much."""
        load, present, begun = 0.0, 0, NEVER
        for when, more, change in sorted(self.moves):
            load, present = load + more, present + change
            room = present > 0 and self.capacity - load >= weight - 1e-6
            if room:
                begun = min(begun, when)
            elif begun < when:
                yield begun, when
            begun = begun if room else NEVER
        if begun < NEVER:
            yield begun, NEVER

    def can_take(self, w: Wait) -> bool:
        """Nobody would have to relax anything, and nothing special is asked for."""
        return (
            w.kind.needs == "null" and w.kind.queue in self.queues and w.kind.language in self.languages
            and (not self.channels or w.kind.channel in self.channels)
        )  # fmt: skip


def free_agents(ledgers: Ledgers, held: Iterable[Seat]) -> dict[str, Free]:
    found: dict[str, Free] = defaultdict(Free)
    for ledger, entries in ledgers.items():
        if not ledger.startswith("agt#"):
            continue
        agent, online = found[ledger[4:]], False
        for entry in entries:
            for e in entry.events:
                data = e["data"]
                if e["type"] == "agent_profile_set":
                    agent.capacity, agent.queues = data["capacity"], data["queues"]
                    agent.languages, agent.channels = data["languages"], data["channels"]
                elif e["type"] == "presence_changed" and (data["presence"] == "online") != online:
                    online = not online
                    agent.moves.append((entry.task_end, 0, 1) if online else (entry.start, 0, -1))
    for s in held:
        found[s.agent].moves.append((s.taken.start, s.weight, 0))
        if s.freed is not None:
            found[s.agent].moves.append((max(s.freed.task_end, s.taken.start), -s.weight, 0))
    return found


def _weight(channel: str, agent: Free, channels: Mapping[str, Mapping[str, Any]]) -> float:
    """What a conversation takes by the routing policy's document."""
    rule = channels.get(channel, {})
    return agent.capacity if rule.get("exclusive") else float(rule.get("weight", 1))


def overtaken(
    lines: Sequence[Wait], agents: Mapping[str, Free], channels: Mapping[str, Mapping[str, Any]]
) -> list[tuple[Wait, Wait]]:
    """Pairs of the same kind where an arrival was offered to an agent at once though an earlier one waited whom they could have
    taken for some time: when the later one came, the room was there, and the use cases that made it and that queued the earlier one
    had returned."""
    found = []
    for earlier, later in _alike(lines, "routed"):
        agent, came = agents[later.agent], later.queued.start
        room = agent.spells(_weight(later.kind.channel, agent, channels))
        if earlier.queued.task_end < came and any(s < came <= e for s, e in room):
            found.append((earlier, later))
    return found


def forgotten(
    lines: Sequence[Wait], agents: Mapping[str, Free], channels: Mapping[str, Mapping[str, Any]], end: float
) -> list[tuple[Wait, str, float]]:
    """Who waited for `LONG` beside an agent with room who could have taken them without relaxing anything, and for how long (seconds)
    at most beside any."""
    rooms: dict[tuple[str, float], list[tuple[float, float]]] = {}
    found = []
    for w in lines:
        until, worst, beside = min(w.until, end), 0.0, ""
        if until - w.queued.task_end < LONG:
            continue
        for name, agent in agents.items():
            if name == w.not_to or not agent.can_take(w):
                continue
            weight = _weight(w.kind.channel, agent, channels)
            if (name, weight) not in rooms:
                rooms[name, weight] = list(agent.spells(weight))
            for s, e in rooms[name, weight]:
                together = min(e, until) - max(s, w.queued.task_end)
                if together > worst:
                    worst, beside = together, name
        if worst >= LONG:
            found.append((w, beside, worst))
    return found


def describe(earlier: Wait, later: Wait) -> str:
    """A pair for people: times in seconds since the later one was assigned."""
    assert later.left is not None
    zero = later.left.end
    over = "for ever" if earlier.left is None else f"until {earlier.until - zero:+.3f}"
    one = f"{later.conversation} (since {later.since}, queued {later.queued.start - zero:+.3f}, looked {later.looked - zero:+.3f})"
    other = f"{earlier.conversation} (since {earlier.since}, queued {earlier.queued.end - zero:+.3f})"
    return f"{one} went to {later.agent} while {other} waited {over}: {', '.join(map(str, later.kind))}"
