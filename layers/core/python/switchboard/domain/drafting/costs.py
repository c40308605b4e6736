"""What a large model costs: prices, and the reading of a ledger that says what a conversation has cost so far.

Money is counted in whole millionths of a currency, rounded up call by call."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from switchboard.domain import events as ev
from switchboard.domain.drafting.events import DraftAsked, DraftMade, DraftRefused

MILLIONTHS = 1_000_000


def millionths(amount: Decimal) -> int:
    return int((amount * MILLIONTHS).to_integral_value(ROUND_CEILING))


@dataclass(frozen=True, slots=True)
class Prices:
    """Of 1,000 tokens in and out, and what may be spent: on a conversation, and on all of them in a day."""

    tokens_in: Decimal
    tokens_out: Decimal
    currency: str
    conversation: Decimal
    day: Decimal

    def of(self, tokens_in: int, tokens_out: int) -> int:
        """Millionths that a call costs."""
        return millionths((tokens_in * self.tokens_in + tokens_out * self.tokens_out) / 1000)


@dataclass(frozen=True, slots=True)
class Spent:
    """What a conversation's calls have come to. `cost` counts calls that are out, or were lost, with what was reserved for them.
    `out`: the calls whose end is not on record."""

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: int = 0
    currency: str = ""
    out: tuple[ev.Recorded, ...] = ()


def spent(recorded: Iterable[ev.Recorded]) -> Spent:
    """A reading of a conversation's ledger."""
    out: dict[str, ev.Recorded] = {}
    calls = tokens_in = tokens_out = cost = 0
    currency = ""
    for r in recorded:
        match r.event:
            case DraftAsked(client_id=id_):
                out[id_], currency = r, r.event.currency
                calls += 1
            case DraftMade(client_id=id_) | DraftRefused(client_id=id_) if id_ in out:
                del out[id_]
                tokens_in, tokens_out = tokens_in + r.event.tokens_in, tokens_out + r.event.tokens_out
                cost += r.event.cost
            case _:
                pass
    cost += sum(r.event.reserved for r in out.values() if isinstance(r.event, DraftAsked))
    return Spent(calls, tokens_in, tokens_out, cost, currency, tuple(out.values()))


def shown(s: Spent) -> dict[str, object] | None:
    """The same for screens; None where nothing was asked."""
    if not s.calls:
        return None
    return {"calls": s.calls, "tokens": s.tokens_in + s.tokens_out, "cost": s.cost / MILLIONTHS, "currency": s.currency}
