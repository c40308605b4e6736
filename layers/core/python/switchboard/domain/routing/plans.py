"""The staffing plan as it is published, shard by shard, and as the router puts the parts together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from switchboard.domain import events as ev
from switchboard.domain.strategies.base import Class
from switchboard.domain.strategies.index import Plan


def made(
    plan: Plan, agents: Iterable[str], demand: Mapping[Class, float], finished: Mapping[Class, int],
    worked: Mapping[str, tuple[float, float, float]],
) -> ev.PlanMade:  # fmt: skip
    """The part of a plan that concerns these agents. Numbers are rounded: seconds to whole ones, prices to four digits."""
    agents = sorted(agents)
    classes = sorted({(kind, hard) for _, kind, hard in plan.seconds} | {*plan.value, *demand, *finished})
    return ev.PlanMade(
        classes=tuple(f"{kind}|{int(hard)}" for kind, hard in classes),
        values=tuple(round(plan.value.get(c, 0.0), 2) for c in classes),
        demand=tuple(round(demand.get(c, 0.0), 7) for c in classes),
        finished=tuple(finished.get(c, 0) for c in classes),
        worked={a: worked[a] for a in sorted(worked)},
        prices={a: round(plan.price[a], 4) for a in agents if a in plan.price},
        seconds={a: tuple(round(plan.seconds.get((a, *c), 0.0)) for c in classes) for a in agents},
        use={a: round(plan.use[a], 4) for a in agents if a in plan.use},
        doubtful=tuple(sorted(plan.doubtful)),
    )  # fmt: skip


def demand_of(part: ev.PlanMade) -> dict[Class, tuple[float, int]]:
    """By class: conversations a second as the plan expected them, and how many were finished until then."""
    return {_class(name): (rate, number) for name, rate, number in zip(part.classes, part.demand, part.finished, strict=True)}


@dataclass(frozen=True, slots=True)
class Plans:
    """Parts by shard, each with its version (the commit of its ledger). Values hold for all shards: the newest part's count."""

    parts: Mapping[str, tuple[int, ev.PlanMade]] = field(default_factory=dict)

    @property
    def versions(self) -> dict[str, int]:
        return {shard: version for shard, (version, _) in self.parts.items()}

    @property
    def plan(self) -> Plan:
        price: dict[str, float] = {}
        value: dict[Class, float] = {}
        seconds: dict[tuple[str, str, bool], float] = {}
        use: dict[str, float] = {}
        doubtful: set[str] = set()
        for _, (_, part) in sorted(self.parts.items(), key=lambda p: (p[1][0], p[0])):  # in whatever order they were read
            classes = [_class(name) for name in part.classes]
            price |= part.prices
            use |= part.use
            value |= {c: v for c, v in zip(classes, part.values, strict=True) if v > 0}
            seconds |= {(a, *c): float(s) for a, row in part.seconds.items() for c, s in zip(classes, row, strict=True) if s > 0}
            doubtful |= set(part.doubtful)
        return Plan(price, value, seconds, frozenset(doubtful), use)


def _class(name: str) -> Class:
    kind, _, hard = name.rpartition("|")
    return kind, hard == "1"
