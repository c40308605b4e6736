"""Plays the journeys and tells how they ended: counts and figures, and single conversations only where they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import floor

from tests.journeys.customer import converse
from tests.journeys.judgement import Outcome, Verdict, failed, judge
from tests.journeys.ports import Desk
from tests.journeys.scripts import Journey
from tests.journeys.shop import Shop

CONTAINED_LEAST, WRONG_BELOW, PERSONS_LEAST = 70.0, 2.0, 100.0  # percent
_COLUMNS = ("journeys", "for the bot", "by the bot", "with a person", "handed over", "wrong")


def play(journeys: Iterable[Journey], desk: Desk, shop: Shop) -> list[Verdict]:
    """Every journey at a fresh desk. One the bot breaks down in is judged as such, and the others go on."""
    verdicts = []
    for journey in journeys:
        try:
            conversation = converse(journey, desk.open(journey))
        except Exception as error:  # whatever the bot raises is its failure, not the runner's
            verdicts.append(failed(journey, error))
        else:
            verdicts.append(judge(journey, conversation, shop))
    return verdicts


def table(title: str, verdicts: Sequence[Verdict], groups: Callable[[Journey], Iterable[str]]) -> str:
    """Counts by group, each journey in all of its groups, and of all journeys once."""
    names = sorted({name for each in verdicts for name in groups(each.journey)})
    width = max(len(title), len("all"), *map(len, names)) if names else len(title)
    lines = [f"{title:{width}}  " + "  ".join(_COLUMNS)]
    for name in [*names, "all"]:
        of_group = [each for each in verdicts if name == "all" or name in groups(each.journey)]
        counts = (
            len(of_group),
            sum(each.journey.by == "bot" for each in of_group),
            *(_count(of_group, o) for o in (Outcome.CONTAINED, Outcome.PERSON, Outcome.HANDED_OVER, Outcome.WRONG)),
        )
        lines.append(f"{name:{width}}  " + "  ".join(f"{count:{len(column)}}" for count, column in zip(counts, _COLUMNS, strict=True)))
    return "\n".join(lines)


def tables(verdicts: Sequence[Verdict]) -> str:
    """By language, tag, and intent. A journey for the bot counts under the intent of each of its effects, "none" if they changed their
    mind; one for a person under "(a person)"."""
    return "\n\n".join((
        table("language", verdicts, lambda journey: [journey.language]),
        table("tag", verdicts, lambda journey: journey.tags or ["(none)"]),
        table("intent", verdicts, _intents),
    ))  # fmt: skip


def _intents(journey: Journey) -> Iterable[str]:
    return ["(a person)"] if journey.by == "person" else {effect.intent for effect in journey.effects} or ["none"]


def reasons(verdicts: Sequence[Verdict]) -> str:
    """Which journeys did not end rightly, by reason."""
    by_reason: dict[str, list[str]] = {}
    for each in verdicts:
        for reason in dict.fromkeys(finding.reason for finding in each.findings):
            by_reason.setdefault(f"{reason} ({'wrong' if each.outcome is Outcome.WRONG else 'not wrong'})", []).append(each.journey.id)
    return "\n".join(f"{reason}: {len(ids)}: {' '.join(ids)}" for reason, ids in sorted(by_reason.items()))


def figures(verdicts: Sequence[Verdict]) -> tuple[list[str], bool]:
    """The `figure` lines and whether none is short. `containment`: of the journeys that are meant for the bot, the share that ended
    rightly by the bot. `wrongly_ended`: of all. `persons_on_request`: of those tagged `ask`, the share that got a person.
    Shown rounded down, so none looks met that is not."""
    asking = [each for each in verdicts if "ask" in each.journey.tags]
    contained = _percent(_count(verdicts, Outcome.CONTAINED), sum(each.journey.by == "bot" for each in verdicts))
    wrong = _percent(_count(verdicts, Outcome.WRONG), len(verdicts))
    persons = _percent(sum(each.got_person for each in asking), len(asking))
    held = (
        ("containment", contained, f">={CONTAINED_LEAST:g}%", contained >= CONTAINED_LEAST),
        ("wrongly_ended", wrong, f"<{WRONG_BELOW:g}%", wrong < WRONG_BELOW),
        ("persons_on_request", persons, f">={PERSONS_LEAST:g}%", persons >= PERSONS_LEAST),
    )
    lines = [f"figure {name} {floor(value * 100) / 100:g}% {goal} {'ok' if met else 'short'}" for name, value, goal, met in held]
    return lines, all(met for *_, met in held)


def _percent(count: int, of: int) -> float:
    if not of:
        raise ValueError("there is nothing to take a share of")
    return 100 * count / of


def _count(verdicts: Iterable[Verdict], outcome: Outcome) -> int:
    return sum(each.outcome is outcome for each in verdicts)


def transcript(verdict: Verdict) -> str:
    """One conversation as it went, and what was found."""
    journey = verdict.journey
    lines = [f"--- {journey.id} {journey.channel} {' '.join(journey.tags)}".rstrip() + f": {verdict.outcome.value}"]
    for turn in verdict.conversation.turns if verdict.conversation else ():
        lines.append(f"customer: {turn.said}")
        lines += [f"bot: {text}" for text in turn.heard.messages]
        heard, records = turn.heard, [str(dict(each)) for each in (*turn.changes, *turn.told)]
        state = [f"asked {heard.asked}"] * bool(heard.asked) + ["finished"] * heard.finished + [f"owner {heard.owner}"]
        lines.append(f"  [{', '.join(state + records)}]")
    expected = "; ".join(map(str, journey.effects)) or "no effect"
    lines.append(f"expected by {journey.by}: {expected}")
    return "\n".join([*lines, *(f"{each.reason}: {each.detail}" for each in verdict.findings)])
