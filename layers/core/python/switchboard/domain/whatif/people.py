"""Agents' ledgers read as a roster: what they could take, and when they were there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from switchboard.domain.past import PastCommit

LEVEL = 3  # of a skill of which nobody said more than that it is there
ONLINE = "online"


@dataclass(frozen=True, slots=True)
class Profile:
    """`skills`: kinds and levels as somebody set them; None: of a record older than skills, then their queues say what they can do."""

    capacity: int
    queues: tuple[str, ...]
    skills: tuple[tuple[str, int], ...] | None
    languages: frozenset[str]
    expert: bool


@dataclass(slots=True)
class Person:
    """`stints`: what they could take, and the times (from, until) they were online so, in seconds of the Unix epoch."""

    id: str
    stints: list[tuple[Profile, list[tuple[float, float]]]] = field(default_factory=list)
    since: list[float] = field(default_factory=list)  # when each of the stints began

    def profile(self, at: float) -> Profile | None:
        """In force at that time; before the first one, the first."""
        found = [profile for (profile, _), since in zip(self.stints, self.since, strict=True) if since <= at]
        return found[-1] if found else self.stints[0][0] if self.stints else None


def person_of(agent: str, commits: Sequence[PastCommit], known_until: float) -> Person:
    """From the commits of their ledger in order, its first included. Still online at the end: until `known_until`."""
    person, online_from = Person(agent), None
    for commit in commits:
        at = commit.at.timestamp()
        for event in commit.events:
            if event.type == "agent_profile_set":
                profile = _profile(event.fields)
                if not person.stints or person.stints[-1][0] != profile:
                    if online_from is not None:
                        _there(person, online_from, at)
                        online_from = at
                    person.stints.append((profile, []))
                    person.since.append(at)
            elif event.type == "presence_changed":
                online = event.fields.get("presence") == ONLINE
                if online and online_from is None:
                    online_from = at
                elif not online and online_from is not None:
                    _there(person, online_from, at)
                    online_from = None
    if online_from is not None:
        _there(person, online_from, known_until)
    return person


def _there(person: Person, start: float, end: float) -> None:
    if person.stints and end > start:
        person.stints[-1][1].append((start, end))


def _profile(fields: Mapping[str, object]) -> Profile:
    capacity, skills = fields.get("capacity"), fields.get("skills")
    levels = None
    if isinstance(skills, Mapping):
        levels = tuple((str(kind), min(5, max(1, level))) for kind, level in sorted(skills.items()) if isinstance(level, int))
    return Profile(
        max(0, capacity) if isinstance(capacity, int) else 0, _texts(fields.get("queues")), levels,
        frozenset(_texts(fields.get("languages"))), fields.get("expert") is True,
    )  # fmt: skip


def _texts(value: object) -> tuple[str, ...]:
    return tuple(v for v in value if isinstance(v, str)) if isinstance(value, list | tuple) else ()
