"""The ledger's past made playable: arrivals with their patience and effort, agents with their shifts and speeds.

What a conversation would have taken somebody else is an estimate: its effort is what it took in units of what was to be expected of
the agent who had it, and a colleague is taken to need their own expected time, times the same effort. The expected times are means,
drawn towards wider groups while data are few (`strategies.rates`).

Whoever gave up has the patience they showed. Of all others it is known only that they had more than they needed, so the rest of it is
drawn (`patience`), from a seed and the conversation's id: the same for every policy.

Who may take what is as the router has it: whoever serves the queue. Agents have handling times for the work of their queues alone, and
no policy gives them other work (`policies`)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime

from switchboard.domain.errors import Malformed
from switchboard.domain.past import PastCommit
from switchboard.domain.simulation.centre import Arrival, SimulatedAgent, Work
from switchboard.domain.strategies.base import Ended
from switchboard.domain.strategies.rates import Rates
from switchboard.domain.whatif.chance import Chance
from switchboard.domain.whatif.patience import Patience
from switchboard.domain.whatif.people import LEVEL, Person, Profile, person_of
from switchboard.domain.whatif.spells import Leg, Spell, in_order, spells_of
from switchboard.domain.whatif.traffic import DAY, STINT, WARM_UP, Seen, Traffic

CONVERSATION, AGENT = "cnv", "agt"
WANTED = frozenset({
    "conversation_opened", "intent_detected", "queued", "assigned", "accepted", "released", "resolved", "agent_profile_set",
    "presence_changed",
})  # fmt: skip
SHORTEST = 1.0  # second of handling: what was opened and shut at once still took somebody a moment


class PastReading:
    """Takes in stored commits, in any order, each as often as it likes, and keeps those that matter."""

    def __init__(self) -> None:
        self._ledgers: dict[str, list[PastCommit]] = defaultdict(list)

    def add(self, commit: PastCommit) -> None:
        kind = commit.ledger.partition("#")[0]
        if kind in (CONVERSATION, AGENT) and any(event.type in WANTED for event in commit.events):
            self._ledgers[commit.ledger].append(commit)

    def traffic(self, start: datetime, days: int, known_until: datetime, seed: int) -> Traffic:
        """The traffic of so many days from `start`. Commits up to `known_until` were read; conversations' from WARM_UP before
        `start`, agents' all. Raises Malformed where nobody came, or nobody was there."""
        zero, end = start.timestamp(), known_until.timestamp()
        odd: Counter[str] = Counter()
        spells: list[Spell] = []
        people: dict[str, Person] = {}
        for ledger, commits in self._ledgers.items():
            kind, _, subject = ledger.partition("#")
            if kind == AGENT:
                people[subject] = person_of(subject, in_order(commits), max(end, zero + (days + 1) * DAY))
            else:
                spells += spells_of(in_order(commits), end, odd)
        spells = [s for s in spells if zero - WARM_UP <= s.since < zero + days * DAY]
        spells.sort(key=lambda s: (s.since, s.conversation))
        if not spells:
            raise Malformed("nobody was queued for a person in this period")
        made = _Making(spells, people, zero, seed)
        agents = made.agents()
        if not any(agent.shifts and agent.slots for agent in agents):
            raise Malformed("nobody was online in this period")
        counted = [s for s in spells if s.since >= zero]
        notes = {
            "waits": len(counted), "left unanswered": sum(s.left for s in counted),
            "unanswered at the end of what was read": sum(not s.left and not s.legs for s in counted),
            "unfinished at the end of what was read": sum(bool(s.legs) and s.legs[-1].end is None for s in counted),
            "by agents without a profile": sum(any(x.agent not in people for x in s.legs) for s in counted),
            **{f"odd: {what}": count for what, count in sorted(odd.items())},
        }  # fmt: skip
        return Traffic(agents, made.arrivals(), days, made.recorded(), {k: v for k, v in notes.items() if v})


class _Making:
    def __init__(self, spells: list[Spell], people: Mapping[str, Person], zero: float, seed: int) -> None:
        self._spells = spells
        self._people = people
        self._zero = zero
        self._seed = seed
        self._asked: dict[str, bool] = {}  # classes of work, and whether their skill was asked for
        self._places: dict[str, Spell] = {}  # one spell of each class: they share queue and kind
        for spell in spells:
            kind = _kind(spell)
            self._asked[kind] = self._asked.get(kind, False) or spell.asked
            self._places.setdefault(kind, spell)
        self._skills: dict[Profile, Mapping[str, int]] = {}
        self._rates = Rates()
        ends = [(leg.end, leg, s) for s in spells for leg in s.legs if leg.end is not None]
        for _, leg, spell in sorted(ends, key=lambda each: each[0]):
            self._rates.ended(self._ended(leg, spell))
        known = [s for s in spells if s.left]
        self._patience = Patience((s.waited for s in known), (s.waited for s in spells if not s.left))

    def agents(self) -> tuple[SimulatedAgent, ...]:
        made = []
        for person in sorted(self._people.values(), key=lambda p: p.id):
            for number, (profile, times) in enumerate(person.stints):
                shifts = tuple((s - self._zero, e - self._zero) for s, e in times if e > self._zero - WARM_UP)
                if not shifts:
                    continue
                skills = self._skills_of(profile)
                means = {
                    work: self._rates.mean(person.id, profile.expert, work.kind, work.complex, skilled=work.kind in skills)
                    for kind, one in self._places.items() if one.queue in profile.queues
                    for work in (Work(kind), Work(kind, True))
                }  # fmt: skip
                name = person.id if number == len(person.stints) - 1 else f"{person.id}{STINT}{number + 1}"
                made.append(SimulatedAgent(name, profile.capacity, skills, means, profile.expert, profile.languages, shifts))
        return tuple(made)

    def arrivals(self) -> tuple[Arrival, ...]:
        return tuple(self._arrival(s) for s in self._spells)

    def recorded(self) -> tuple[Seen, ...]:
        """What became of those who count. A wait that went on at the end of what was read counts with what was seen of it."""
        return tuple(
            Seen(s.since - self._zero, s.waited, s.left, s.legs[0].agent if s.legs else "", sum(map(_seconds, s.legs)), s.complex)
            for s in self._spells if s.since >= self._zero
        )  # fmt: skip

    def _arrival(self, spell: Spell) -> Arrival:
        label, true = Work(_kind(spell), spell.complex), Work(_kind(spell), spell.really_complex)
        if spell.left:
            patience = max(spell.waited, 1e-3)
        else:
            chance = Chance(f"patience {self._seed} {spell.conversation} {spell.since!r}")
            patience = self._patience.draw(chance.share(), spell.waited)
        return Arrival(
            spell.since - self._zero, true, label, patience, self._effort(spell), spell.language or "und", spell.vip,
            spell.channel or "unknown",
        )  # fmt: skip

    def _effort(self, spell: Spell) -> float:
        """In expected times of whoever had it; several who had it one after another add up. Nobody, or not to its end: as expected."""
        effort = 0.0
        for leg in spell.legs:
            share = _seconds(leg) / self._mean(leg, spell)
            effort += share if leg.end is not None else max(1.0, share)
        return effort or 1.0

    def _mean(self, leg: Leg, spell: Spell) -> float:
        expert, skilled = self._stood(leg, spell)
        return self._rates.mean(leg.agent, expert, _kind(spell), spell.really_complex, skilled=skilled)

    def _ended(self, leg: Leg, spell: Spell) -> Ended:
        expert, skilled = self._stood(leg, spell)
        return Ended(leg.agent, expert, skilled, _kind(spell), spell.really_complex, spell.really_complex, _seconds(leg))

    def _stood(self, leg: Leg, spell: Spell) -> tuple[bool, bool]:
        """Whether the agent was an expert then, and had the skill. Somebody without a profile did what they could do."""
        person = self._people.get(leg.agent)
        profile = person.profile(leg.start) if person else None
        return (False, True) if profile is None else (profile.expert, _kind(spell) in self._skills_of(profile))

    def _skills_of(self, profile: Profile) -> Mapping[str, int]:
        """Classes of work they are skilled for: of their queues, and of a kind they have the skill of where one is asked for."""
        found = self._skills.get(profile)
        if found is None:
            levels = dict(profile.skills or ())
            found = self._skills[profile] = {
                kind: levels.get(one.kind, LEVEL) for kind, one in self._places.items()
                if one.queue in profile.queues and (profile.skills is None or not self._asked[kind] or one.kind in levels)
            }  # fmt: skip
        return found


def _kind(spell: Spell) -> str:
    """The class of work: its queue, which says who may take it, and what it is about, as far as anybody knew."""
    return f"{spell.queue}/{spell.kind}" if spell.kind else spell.queue


def _seconds(leg: Leg) -> float:
    return SHORTEST if leg.end is None else max(SHORTEST, leg.end - leg.start)
