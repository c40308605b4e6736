"""The roll-out's own figures: how the bot did, by intent, channel, language and share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from switchboard.domain.improvement.talks import Talk, Talks, same_wish

BY = ("intent", "channel", "language", "mode")
COUNTS = (
    "heard", "led", "answered", "ended", "kept", "again", "wrong", "left", "handed", "suggested", "used", "edited", "unused",
)  # fmt: skip
MOST_ROWS = 300  # of the 400 KB that one item of the ledger holds; the smallest are added up in one
OTHER = "other"
MOST_SUGGESTIONS = 1000


@dataclass(slots=True)
class Row:
    """Conversations of one intent, channel, language and mode. `heard`: in which the bot heard anything. `led`: through a flow.
    `answered`: it gave an answer it has. `ended`: it served the customer and ended the conversation alone; `kept` of these were not
    taken up again within a day, `again` were, `wrong` of those with the same wish or one for a person. `left`: it ended without
    having served: the customer fell silent. `handed`: people got it, for the reasons of `reasons`. `suggested`: the bot's words lay
    ready for an agent; `used`, `edited` and `unused` of those that were read."""

    by: tuple[str, str, str, str]
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    reasons: dict[str, int] = field(default_factory=dict)

    def add(self, other: Row) -> None:
        for name, number in other.counts.items():
            self.counts[name] += number
        for reason, number in other.reasons.items():
            self.reasons[reason] = self.reasons.get(reason, 0) + number

    def as_dict(self) -> dict[str, object]:
        """In JSON's types; what is zero is left out."""
        counts = {name: number for name, number in self.counts.items() if number}
        return {**dict(zip(BY, self.by, strict=True)), **counts, "reasons": dict(sorted(self.reasons.items()))}


Outcome = Callable[[Talk], str]
"""What an agent did with the suggestions of a conversation: "used", "edited", "unused", or "" where that was not read."""


def rows_of(talks: Talks, outcome: Outcome = lambda _: "") -> list[Row]:
    """The largest first."""
    found: dict[tuple[str, str, str, str], Row] = {}
    for talk in talks.conversations():
        by = (talk.intent or "none", talk.channel or "none", talk.language, talk.mode or "answers")
        _count(found.setdefault(by, Row(by)), talk, talks.came_back(talk), outcome)
    return sorted(found.values(), key=lambda row: (-row.counts["heard"], row.by))


def _count(row: Row, talk: Talk, following: Talk | None, outcome: Outcome) -> None:
    counts = row.counts
    counts["heard"] += 1
    counts["led"] += talk.led
    counts["answered"] += talk.answered
    if talk.left:
        counts["left"] += 1
    elif talk.ended_at is not None:
        counts["ended"] += 1
        counts["again" if following is not None else "kept"] += 1
        counts["wrong"] += following is not None and same_wish(talk, following)
    if talk.handed:
        counts["handed"] += 1
        row.reasons[talk.handed] = row.reasons.get(talk.handed, 0) + 1
    if talk.suggested:
        counts["suggested"] += 1
        if (became := outcome(talk)) in ("used", "edited", "unused"):
            counts[became] += 1


def merged(rows: Iterable[Row], by: Sequence[str]) -> list[Row]:
    """Rows added up over all but the dimensions in `by`, the others' names left empty; the largest first."""
    found: dict[tuple[str, str, str, str], Row] = {}
    for row in rows:
        a, b, c, d = (value if name in by else "" for name, value in zip(BY, row.by, strict=True))
        found.setdefault((a, b, c, d), Row((a, b, c, d))).add(row)
    return sorted(found.values(), key=lambda row: (-row.counts["heard"], row.by))


def kept_to(rows: Sequence[Row], most: int = MOST_ROWS) -> list[Row]:
    """At most so many rows; the rest is in rows called `OTHER`, one a mode."""
    if len(rows) <= most:
        return list(rows)
    rest: dict[str, Row] = {}
    for row in rows[most:]:
        mode = row.by[-1]
        rest.setdefault(mode, Row((OTHER, OTHER, OTHER, mode))).add(row)
    return [*rows[:most], *(rest[mode] for mode in sorted(rest))]


def row_of(document: Mapping[str, object]) -> Row:
    """What `as_dict` made."""
    a, b, c, d = (str(document[name]) for name in BY)
    numbers = {name: value for name in COUNTS if isinstance(value := document.get(name, 0), int)}
    reasons = document.get("reasons")
    return Row((a, b, c, d), numbers, dict(reasons) if isinstance(reasons, Mapping) else {})
