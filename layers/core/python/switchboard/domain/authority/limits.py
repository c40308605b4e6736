"""What a person is limited to, whatever their role allows. It lies on the ledger of their agent's record."""

from __future__ import annotations

from dataclasses import dataclass

MOST, LONGEST = 100, 64  # values of one kind, and characters of a value


@dataclass(frozen=True, slots=True)
class Limits:
    """Regions, brands and tiers: none of a kind means all. What is not known is outside for who is limited. `assigned_only`: nothing
    but what is assigned to them. Sorted, so that two that say the same are equal."""

    regions: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    assigned_only: bool = False

    def admit(self, region: str, brand: str, tier: str) -> bool:
        """Whether a conversation or contact of these is inside. It says nothing of who has it."""
        return (
            (not self.regions or region in self.regions) and (not self.brands or brand in self.brands)
            and (not self.tiers or tier in self.tiers)
        )  # fmt: skip


UNLIMITED = Limits()
