"""What rules would have done to the past: `dry_run`, for whoever wants to know before switching them on.

It asks the rules about each event by itself. Events that the rules would have caused are not part of the past, so what would have
followed from those is not counted; and facts are as they were, not as earlier actions would have left them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from switchboard.domain.rules import limits
from switchboard.domain.rules.decisions import Omission, Outcome, Result, Trigger, decide
from switchboard.domain.rules.facts import Facts
from switchboard.domain.rules.model import RuleSet


@dataclass(frozen=True, slots=True)
class Example:
    """An event on its ledger."""

    ledger: str
    no: int


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """One rule's part. `examples` are the first events it would have fired on; `not_fired` counts the others by reason; `failed` the
    conditions that kept it from firing, by their path in the rule, most frequent first (one event may count at several);
    `omitted` its actions that would not have been taken, by reason."""

    rule: str
    fired: int
    examples: tuple[Example, ...]
    not_fired: tuple[tuple[Result, int], ...]
    failed: tuple[tuple[str, int], ...]
    omitted: tuple[tuple[Omission, int], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """`rules` in the rule set's order; `never` names those that would not have fired once."""

    version: int
    events: int
    rules: tuple[Rehearsed, ...]

    @property
    def never(self) -> tuple[str, ...]:
        return tuple(r.rule for r in self.rules if not r.fired)


_T = TypeVar("_T", bound=str)


@dataclass(slots=True)
class _Tally:
    fired: int = 0
    examples: list[Example] = field(default_factory=list)
    not_fired: Counter[Result] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    omitted: Counter[Omission] = field(default_factory=Counter)


def dry_run(
    ruleset: RuleSet, history: Iterable[tuple[Trigger, Facts]], note: Callable[[Trigger, Outcome], None] | None = None
) -> Report:
    """Ask the rules about past events. Reads the history once and keeps none of it but the examples' places. `note` hears what was
    decided about each event."""
    tallies = {rule.id: _Tally() for rule in ruleset.rules}
    events = 0
    for event, facts in history:
        events += 1
        outcome = decide(ruleset, event, facts)
        if note is not None:
            note(event, outcome)
        for explanation in outcome.explanations:
            tally = tallies[explanation.rule]
            if explanation.result is Result.FIRED:
                tally.fired += 1
                if len(tally.examples) < limits.EXAMPLES:
                    tally.examples.append(Example(event.ledger, event.no))
                continue
            tally.not_fired[explanation.result] += 1
            tally.failed.update(reason.path for reason in explanation.because)
        for omitted in outcome.omitted:
            tallies[omitted.rule].omitted[omitted.why] += 1
    return Report(ruleset.version, events, tuple(_rehearsed(id_, tally) for id_, tally in tallies.items()))


def _rehearsed(rule: str, tally: _Tally) -> Rehearsed:
    return Rehearsed(
        rule, tally.fired, tuple(tally.examples), _by_count(tally.not_fired), _by_count(tally.failed), _by_count(tally.omitted)
    )  # fmt: skip


def _by_count(counts: Counter[_T]) -> tuple[tuple[_T, int], ...]:
    """Most frequent first; of equals the first in the alphabet, so that a report does not depend on the history's order."""
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
