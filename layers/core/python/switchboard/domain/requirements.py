"""What waiting work asks of whoever takes it. Set when it is queued, and kept while it waits."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Requirements:
    """`kind`: the class of the matter, a skill's name; `level`: 1 to 5, the least level of that skill, 0: the skill is not asked
    for. `complex`: needs an expert's hand. `prefers`: an agent to be asked first. `region`: where it should be served, "" anywhere.
    `brand` and `tier`: with the region what people are limited by, "" not known.
    `worth`: seconds of waiting that one step of priority counts for; `ahead`: seconds it counts as having waited before it came."""

    kind: str = ""
    level: int = 0
    complex: bool = False
    vip: bool = False
    region: str = ""
    prefers: str = ""
    worth: int = 120
    ahead: int = 0
    brand: str = ""
    tier: str = ""


NOTHING = Requirements()
